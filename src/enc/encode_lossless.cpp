// The lossless half of EncodeJob: programs are searched in Y, Cb, Cr as ever; cells hold the samples
// themselves, as G, R, B, and lean on the rendering turned into those.
#include <algorithm>

#include "backend/color_rows.h"
#include "backend/render.h"
#include "enc/encode_job.h"

namespace pc15::enc {
namespace {

// Copies one coded plane of a rectangle from interleaved rows: of R, G, B(, A) the channels 1, 0, 2(, 3).
void take_plane(const Raster& raster, const Rect& rect, int32_t plane, const PlaneView<Pixel>& out) {
  constexpr int32_t kChannel[] = {1, 0, 2, 3};
  const int32_t channel = raster.channels == 1 ? 0 : kChannel[plane];
  for (int32_t y = 0; y < rect.height; ++y) {
    const uint8_t* in = raster.row(rect.y + y) + static_cast<int64_t>(rect.x) * raster.channels + channel;
    Pixel* const row = out.row(y);
    for (int32_t x = 0; x < rect.width; ++x) row[x] = in[static_cast<int64_t>(x) * raster.channels];
  }
}

// The procedural prediction of a rectangle in the planes of the stream.
void render_planes(const normative::ProgramImage& programs, const format::StreamHeader& header,
                   const Rect& rect, const PlaneView<Pixel>* out, Memory& memory) {
  for (int32_t i = 0; i < header.color_planes(); ++i)
    backend::render_prediction(programs, i, 0, rect, out[i], memory);
  if (header.color == format::Color::kRgb) backend::ycc_to_grb(out[0], out[1], out[2]);
}

}  // namespace

format::StreamHeader EncodeJob::search_header() const {
  format::StreamHeader h = header_;
  if (h.color == format::Color::kRgb) h.color = format::Color::kYcc444;
  return h;
}

void EncodeJob::code_lossless_cell(int64_t index, LosslessScratch& scratch, Vector<Pixel>& exact) {
  const normative::Geometry& g = header_.geometry;
  const Rect cell =
      g.cell_rect(static_cast<int32_t>(index % g.cell_cols()), static_cast<int32_t>(index / g.cell_cols()));
  const bool program = backend::prediction_present(programs_, cell);
  scratch.state.start_cell(cell.width, cell.height);
  for (int32_t i = 0; i < header_.plane_count(); ++i) {
    take_plane(raster_, cell, i, scratch.state.view(entropy::kLosslessFirstCoded + i));
  }
  if (program) {
    const PlaneView<Pixel> planes[3] = {scratch.state.view(0), scratch.state.view(1), scratch.state.view(2)};
    render_planes(programs_, header_, cell, planes, memory_);
  }
  encode_lossless_cell(scratch, header_.color_planes(), header_.alpha, program);
  cells_[static_cast<size_t>(index)].assign(scratch.payload.begin(), scratch.payload.end());
  exact[static_cast<size_t>(index)] = program && scratch.payload.empty() ? 1 : 0;
}

// A picture that its programs explain to the last sample has no cells.
Status EncodeJob::code_lossless(ThreadPool& pool, Monitor& monitor) {
  const int64_t count = header_.geometry.cell_count();
  cells_.reserve(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) cells_.emplace_back(memory_);
  Vector<LosslessScratch> workers(memory_);
  workers.reserve(static_cast<size_t>(pool.size()));
  for (int32_t i = 0; i < pool.size(); ++i) workers.emplace_back(memory_);
  Vector<Pixel> exact(memory_, static_cast<size_t>(count));
  const normative::Geometry& g = header_.geometry;
  if (windows()) PC15_TRY(rows_->begin(RowIngest::Reading::kSamples, header_, 0));
  const bool stream = rows_ != nullptr && rows_->streams();
  const int32_t nx = g.cell_cols(), ny = g.cell_rows(), step = stream ? (2 * pool.size() + nx - 1) / nx : ny;
  for (int32_t top = 0; top < ny; top += step) {
    const int32_t bottom = std::min(top + step, ny);
    if (stream) PC15_TRY(rows_->window(top * g.cell, std::min(bottom * g.cell, g.height), monitor));
    pool.run(int64_t{bottom - top} * nx, [&](int64_t i, int32_t worker) {
      if (monitor.cancelled()) return;
      code_lossless_cell(int64_t{top} * nx + i, workers[static_cast<size_t>(worker)], exact);
      monitor.advance(1);
    });
    if (monitor.cancelled()) return Status(Code::kCancelled, "encoding was cancelled");
  }
  if (stream) {
    PC15_TRY(rows_->end(monitor));
    header_.content_id = rows_->content_crc();
  }
  if (std::find(exact.begin(), exact.end(), Pixel{0}) == exact.end() && !header_.alpha) {
    header_.step16 = 0;
    cells_.clear();
  }
  return ok_status();
}

}  // namespace pc15::enc
