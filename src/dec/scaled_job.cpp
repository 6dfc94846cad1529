// Chroma of a scaled picture has the size of its luma: half-size planes are enlarged by twice the factor,
// from their own programs at the scale and their own residual, and at 1/2 they are shown as they are. A
// picture without a residual is never made at full size.
#include "dec/scaled_job.h"

#include <algorithm>
#include <cstring>

#include "backend/backend.h"
#include "backend/grain.h"
#include "backend/render.h"
#include "base/checked.h"
#include "normative/resample.h"

namespace pc15::dec {
namespace {

constexpr int32_t kColumns = backend::kScaledBlockColumns, kRows = backend::kScaledBlockRows;
constexpr int32_t kBlockSamples = kColumns * kRows;
constexpr int32_t kLean = 8;  // luma samples beside a region that its residual leans on: 3 samples of chroma

struct Interval {
  int32_t begin, end;
};
Interval source_interval(int32_t first, int32_t count, int32_t scale_log2, int32_t size) {
  const int32_t shift = scale_log2 < 0 ? -scale_log2 : scale_log2;
  const int32_t begin = scale_log2 < 0 ? first << shift : first >> shift;
  const int32_t end = scale_log2 < 0 ? (first + count) << shift : ((first + count - 1) >> shift) + 1;
  return {std::max(begin - kLean, 0), std::min(end + kLean, size)};
}

}  // namespace

Rect scaled_source(const format::StreamHeader& header, int32_t scale_log2, const Rect& region) {
  const normative::Geometry& g = header.geometry;
  const Interval x = source_interval(region.x, region.width, scale_log2, g.width);
  const Interval y = source_interval(region.y, region.height, scale_log2, g.height);
  return Rect{x.begin, y.begin, x.end - x.begin, y.end - y.begin};
}

uint64_t scaled_worker_bytes(const format::StreamHeader& header, int32_t scale_log2) {
  const int32_t luma_columns = kColumns << std::max(0, -scale_log2);
  return uint64_t{kMaxPlanes} * kBlockSamples + backend::render_memory_bound(header.geometry, luma_columns);
}

ScaledJob::ScaledJob(const format::ContainerReader& reader, ProgramStore& store, const ModelStore& models,
                     bool tolerant, int32_t scale_log2, const Rect& region, Memory& memory)
    : reader_(reader), header_(reader.header()), tolerant_(tolerant), scale_(scale_log2), region_(region),
      memory_(memory), store_(store), models_(models),
      source_(reader, store, models, tolerant, scaled_source(reader.header(), scale_log2, region), true,
              memory) {}

// One plane of one block: the prediction at this scale.
void ScaledJob::make_prediction(int32_t plane, const Rect& block, const PlaneView<Pixel>& out) const {
  if (!header_.is_alpha(plane)) {
    if (header_.step16 != 0 && scale_ + header_.plane_shift(plane) == 0)
      return;  // add_residual() has the sum
    backend::render_scaled(store_.programs(), plane, scale_, block, out, memory_);
    return;
  }
  for (int32_t y = 0; y < block.height; ++y) {
    std::memset(out.row(y), 255, static_cast<size_t>(block.width));
  }
}

// The residual on top of it; a plane that has this size already is the sum.
void ScaledJob::add_residual(int32_t plane, const Rect& block, const PlaneView<Pixel>& out) const {
  if (header_.step16 == 0) return;
  const bool alpha = header_.is_alpha(plane);
  const int32_t shift = header_.plane_shift(plane);
  if (scale_ + shift == 0) {
    const PlaneView<const Pixel> same = source_.plane(plane);
    const int32_t x = block.x - (source_.area().x >> shift), y = block.y - (source_.area().y >> shift);
    for (int32_t j = 0; j < block.height; ++j) {
      std::memcpy(out.row(j), same.row(y + j) + x, static_cast<size_t>(block.width));
    }
    return;
  }
  backend::ResidualPlane residual;
  residual.reconstruction = source_.plane(plane);
  residual.prediction = source_.prediction(plane);
  residual.neutral = alpha ? 255 : 128;
  residual.x = source_.area().x >> shift;
  residual.y = source_.area().y >> shift;
  residual.width = header_.plane_width(plane);
  residual.height = header_.plane_height(plane);
  backend::add_scaled_residual(residual, scale_ + shift, block, out);
}

void ScaledJob::write_block(const Rect& block, const Output& output, Vector<Pixel>& samples) const {
  const bool rgb = header_.color == format::Color::kRgb;
  const int32_t planes = output.format == OutputFormat::kY ? (rgb ? 3 : 1) : header_.plane_count();
  PlaneView<Pixel> plane[kMaxPlanes];
  for (int32_t i = 0; i < planes; ++i) {
    plane[i] = PlaneView<Pixel>{samples.data() + i * kBlockSamples, block.width, block.height, kColumns};
    if (header_.is_alpha(i) && output.format != OutputFormat::kRgba) continue;
    make_prediction(i, block, plane[i]);
  }
  if (rgb) backend::ycc_to_grb(plane[0], plane[1], plane[2]);
  for (int32_t i = 0; i < planes; ++i) {
    if (!header_.is_alpha(i) || output.format == OutputFormat::kRgba) add_residual(i, block, plane[i]);
  }
  if (models_.grain() != nullptr) backend::add_grain(*models_.grain(), header_.seed, scale_, block, plane[0]);
  const int32_t channels = output.format == OutputFormat::kY     ? 1
                           : output.format == OutputFormat::kRgb ? 3
                                                                 : 4;
  for (int32_t y = 0; y < block.height; ++y) {
    uint8_t* const out = output.data + static_cast<int64_t>(block.y - region_.y + y) * output.stride +
                         static_cast<int64_t>(block.x - region_.x) * channels;
    const Pixel* const luma = plane[0].row(y);
    const Pixel* const alpha = header_.alpha && channels == 4 ? plane[planes - 1].row(y) : nullptr;
    if (rgb && channels == 1) {
      backend::luma_of_grb_row(luma, plane[1].row(y), plane[2].row(y), block.width, out);
    } else if (rgb) {
      backend::interleave_grb_row(luma, plane[1].row(y), plane[2].row(y), alpha, block.width, channels, out);
    } else if (channels == 1) {
      std::memcpy(out, luma, static_cast<size_t>(block.width));
    } else if (header_.color_planes() == 1) {
      backend::operations().write_gray_row(luma, alpha, 0, block.width, channels, out);
    } else {
      const Pixel *const cb = plane[1].row(y), *const cr = plane[2].row(y);
      const backend::ChromaRows chroma{cb, cb, cr, cr, 0, block.width - 1};
      backend::operations().write_rgb_row(luma, chroma, alpha, 0, block.width, channels, out);
    }
  }
}

Status ScaledJob::run(const Output& output, ThreadPool& pool, Monitor& monitor, Vector<CellState>* damage) {
  const int32_t nx = ceil_div(region_.width, kColumns), ny = ceil_div(region_.height, kRows);
  const int64_t blocks = int64_t{nx} * ny;
  if (header_.step16 != 0) {
    PC15_TRY(source_.reconstruct(static_cast<uint64_t>(blocks), pool, monitor, damage));
  } else {
    damaged_ = reader_.damaged();
    PC15_TRY(store_.load(reader_, tolerant_, scaled_source(header_, scale_, region_), monitor));
    damaged_ |= store_.damaged();
    monitor.start(static_cast<uint64_t>(blocks));
  }
  Vector<Vector<Pixel>> samples(memory_);
  samples.reserve(static_cast<size_t>(pool.size()));
  for (int32_t i = 0; i < pool.size(); ++i) {
    samples.emplace_back(memory_, static_cast<size_t>(header_.plane_count() * kBlockSamples));
  }
  pool.run(blocks, [&](int64_t i, int32_t worker) {
    if (monitor.cancelled()) return;
    const int32_t x = static_cast<int32_t>(i % nx) * kColumns, y = static_cast<int32_t>(i / nx) * kRows;
    const Rect block{region_.x + x, region_.y + y, std::min(kColumns, region_.width - x),
                     std::min(kRows, region_.height - y)};
    write_block(block, output, samples[static_cast<size_t>(worker)]);
    monitor.advance(1);
  });
  PC15_FAIL_IF(monitor.cancelled(), Code::kCancelled, "decoding was cancelled");
  return ok_status();
}

}  // namespace pc15::dec
