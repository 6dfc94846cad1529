// The residual half of EncodeJob: cells are coded in steps of some rows of them, each step on all threads,
// and what a decoder will show is measured as it comes.
#include <algorithm>
#include <cstring>

#include "backend/render.h"
#include "enc/encode_job.h"
#include "enc/encode_plan.h"

namespace pc15::enc {

// Working memory of one thread.
struct EncodeJob::Worker {
  explicit Worker(Memory& memory) : scratch(memory), program(memory), recon(memory), edges(memory) {}
  CellEncoderScratch scratch;
  Vector<Pixel> program;
  Vector<Pixel> recon;  // of a cell; luma and its edges unless a window has them
  Vector<uint8_t> edges;
};

// Renders the prediction of a cell's plane at `at`, extended to the coded size of `like`.
const PlaneView<const Pixel> EncodeJob::program_view(const Rect& cell, int32_t plane,
                                                     const PlaneView<Pixel>& like, Pixel* at) {
  const int32_t shift = header_.plane_shift(plane), x = cell.x >> shift, y = cell.y >> shift;
  const Rect r{x, y, normative::plane_extent(cell.right(), shift) - x,
               normative::plane_extent(cell.bottom(), shift) - y};
  const PlaneView<Pixel> out{at, like.width, like.height, like.width};
  backend::render_prediction(programs_, plane, shift, r, out.window(0, 0, r.width, r.height), memory_);
  for (int32_t j = 0; j < r.height; ++j) {
    std::memset(out.row(j) + r.width, out.at(r.width - 1, j), static_cast<size_t>(like.width - r.width));
  }
  for (int32_t j = r.height; j < like.height; ++j) {
    std::memcpy(out.row(j), out.row(r.height - 1), static_cast<size_t>(like.width));
  }
  return out;
}

// Views of a cell, its planes in the window of luma and the worker's memory.
CellSource EncodeJob::cell_source(const Rect& cell, Worker& worker) {
  CellSource job;
  const int32_t y = cell.y - source().top;
  size_t total = 0;
  for (int32_t i = 0; i < header_.plane_count(); ++i) {
    const int32_t shift = header_.plane_shift(i), w = ((cell.width + 7) & ~7) >> shift;
    const int32_t h = ((cell.height + 7) & ~7) >> shift;
    job.source[i] = source().view[i].window(cell.x >> shift, y >> shift, w, h);
    job.plane[i].recon = PlaneView<Pixel>{nullptr, w, h, w};
    total += static_cast<size_t>(w) * static_cast<size_t>(h);
  }
  worker.recon.resize(total);
  Pixel* next = worker.recon.data();
  for (int32_t i = 0; i < header_.plane_count(); ++i) {
    job.plane[i].recon.data = next;
    next += int64_t{job.plane[i].recon.width} * job.plane[i].recon.height;
  }
  if (luma_.has_value()) {
    job.plane[0].recon = luma_->samples(cell);
    job.edges = luma_->edges(cell);
  } else {
    const int32_t w = job.source[0].width / 4, h = job.source[0].height / 4;
    worker.edges.assign(static_cast<size_t>(w) * static_cast<size_t>(h), 0);
    job.edges = PlaneView<uint8_t>{worker.edges.data(), w, h, w};
  }
  if (!backend::prediction_present(programs_, cell)) return job;
  worker.program.resize(total);
  Pixel* at = worker.program.data();
  for (int32_t i = 0; i < header_.color_planes(); ++i) {
    job.plane[i].program = program_view(cell, i, job.plane[i].recon, at);
    at += static_cast<int64_t>(job.plane[i].recon.width) * job.plane[i].recon.height;
  }
  return job;
}

void EncodeJob::code_cell(int64_t index, Worker& worker) {
  const normative::Geometry& g = header_.geometry;
  const Rect cell =
      g.cell_rect(static_cast<int32_t>(index % g.cell_cols()), static_cast<int32_t>(index / g.cell_cols()));
  const CellSource job = cell_source(cell, worker);
  const CellOutcome outcome = encode_cell(job, header_, tuning_, worker.scratch);
  if (luma_.has_value()) luma_->keep(cell, outcome);
  if (!errors_.empty()) errors_[static_cast<size_t>(index)] = cell_error(cell, job);
  cells_[static_cast<size_t>(index)].assign(worker.scratch.payload.begin(), worker.scratch.payload.end());
}

// Codes the cells of the rows [first, last).
Status EncodeJob::code_step(int32_t first, int32_t last, Vector<Worker>& workers, ThreadPool& pool,
                            Monitor& monitor) {
  const normative::Geometry& g = header_.geometry;
  if (windows()) {
    PC15_TRY(rows_->window(std::max(0, first * g.cell - LumaWindow::kHistory),
                           std::min(last * g.cell, g.height), monitor));
  }
  const int64_t begin = int64_t{first} * g.cell_cols();
  pool.run(int64_t{last - first} * g.cell_cols(), [&](int64_t i, int32_t worker) {
    if (monitor.cancelled()) return;
    code_cell(begin + i, workers[static_cast<size_t>(worker)]);
    monitor.advance(1);
  });
  if (monitor.cancelled()) return Status(Code::kCancelled, "encoding was cancelled");
  if (!luma_.has_value()) return ok_status();
  luma_->filter(pool);
  measure(luma_->shown(), luma_->ready(), pool);
  return ok_status();
}

Status EncodeJob::code_cells(ThreadPool& pool, Monitor& monitor) {
  const normative::Geometry& g = header_.geometry;
  cells_.reserve(static_cast<size_t>(g.cell_count()));
  for (int64_t i = 0; i < g.cell_count(); ++i) cells_.emplace_back(memory_);
  Vector<Worker> workers(memory_);
  workers.reserve(static_cast<size_t>(pool.size()));
  for (int32_t i = 0; i < pool.size(); ++i) {
    workers.emplace_back(memory_);
    workers.back().scratch.monitor = &monitor;
    if (tables_ != nullptr) workers.back().scratch.initial = tables_->models.data();
  }
  const int32_t rows = g.cell_rows(), step = windows() || measures() ? rows_of_step(g, pool.size()) : rows;
  if (measures()) {
    luma_.emplace(header_, step, memory_);
    start_measuring();
  }
  if (windows()) PC15_TRY(rows_->begin(RowIngest::Reading::kPlanes, header_, (step + 1) * g.cell));
  for (int32_t first = 0, last = 0; first < rows; first = last) {
    if (luma_.has_value()) luma_->advance();
    last = luma_.has_value() ? luma_->last_row() : std::min(first + step, rows);
    PC15_TRY(code_step(first, last, workers, pool, monitor));
  }
  luma_.reset();
  return windows() ? rows_->end(monitor) : ok_status();
}

void EncodeJob::drop_residual() {
  header_.step16 = 0;
  header_.chroma_step32 = format::StreamHeader().chroma_step32;
  header_.table_set = 0;
  tables_ = nullptr;
  header_.tools = 0;
  cells_.clear();
}

// Codes the residual and keeps it when it lowers D + lambda * R: a picture that its programs explain to the
// last sample, or well enough for its price, is stored without.
Status EncodeJob::code_residual(ThreadPool& pool, Monitor& monitor) {
  const bool optional = !header_.alpha && (header_.has_image_program || header_.has_tile_programs);
  int64_t without = 0;
  if (optional) PC15_TRY(program_error(pool, monitor, &without));
  if (optional && without == 0) {
    drop_residual();
    return ok_status();
  }
  if (optional) errors_.resize(static_cast<size_t>(header_.geometry.cell_count()));
  PC15_TRY(code_cells(pool, monitor));
  if (!optional) return ok_status();
  int64_t bytes = 0, with = 0;
  for (const int64_t error : errors_) with += error;
  for (const Vector<uint8_t>& c : cells_) bytes += static_cast<int64_t>(c.size());
  if (tables_ != nullptr) bytes += 2 * static_cast<int64_t>(tables_->payload.size());
  const Lagrangian lagrangian = make_lagrangian(header_.step16, tuning_.lambda_milli);
  if (without - with <= lagrangian.lambda * bytes * 8 / 1024) drop_residual();
  return ok_status();
}

}  // namespace pc15::enc
