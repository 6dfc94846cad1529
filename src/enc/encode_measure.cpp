// The measuring half of EncodeJob: what the programs and the cells leave of the picture, and the luma that a
// decoder will show. All by bands of rows, whose sums are integers or taken in order, so that neither bytes
// nor figures depend on the number of threads.
#include <algorithm>
#include <limits>

#include "backend/backend.h"
#include "backend/render.h"
#include "base/bands.h"
#include "enc/encode_job.h"

namespace pc15::enc {

// Squared error of the procedural prediction over all colour planes.
int64_t EncodeJob::program_error(ThreadPool& pool) {
  return sum_bands<int64_t>(pool, memory_, header_.geometry.height, [&](int32_t first, int32_t last) {
    const Rect luma{0, first, header_.geometry.width, last - first};
    Vector<Pixel> samples(memory_, static_cast<size_t>(luma.width) * static_cast<size_t>(luma.height));
    int64_t sum = 0;
    for (int32_t i = 0; i < header_.color_planes(); ++i) {
      const int32_t shift = header_.plane_shift(i), top = luma.y >> shift;
      const Rect r{0, top, header_.plane_width(i), normative::plane_extent(luma.bottom(), shift) - top};
      const PlaneView<Pixel> out{samples.data(), r.width, r.height, r.width};
      backend::render_prediction(programs_, i, shift, r, out, memory_);
      sum += squared_error(out, own_.view[i].window(0, top, r.width, r.height));
    }
    return sum;
  });
}

// The same of what a cell makes of it, before the filters between cells.
int64_t EncodeJob::cell_error(const Rect& cell, const CellSource& coded) const {
  int64_t sum = 0;
  for (int32_t i = 0; i < header_.color_planes(); ++i) {
    const int32_t shift = header_.plane_shift(i);
    const int32_t w = normative::plane_extent(cell.right(), shift) - (cell.x >> shift),
                  h = normative::plane_extent(cell.bottom(), shift) - (cell.y >> shift);
    sum += squared_error(coded.plane[i].recon.window(0, 0, w, h), coded.source[i].window(0, 0, w, h));
  }
  return sum;
}

void EncodeJob::start_measuring() {
  const int32_t w = header_.geometry.width, h = header_.geometry.height;
  quality_.emplace(w, h);
  if (config_.grain_percent > 0) grain_estimate_.emplace(w, h, config_.grain_percent / 100.0, memory_);
}

// Luma that a decoder will show, up to row `last`.
void EncodeJob::measure(const PlaneRows& shown, int32_t last, ThreadPool& pool) {
  const auto inside = [this](const PlaneRows& rows) {
    return PlaneRows{rows.view.window(0, 0, header_.geometry.width, rows.view.height), rows.top};
  };
  const PlaneRows a = inside(source().luma()), b = inside(shown);
  quality_->add(a, b, last, pool, memory_);
  if (grain_estimate_.has_value()) grain_estimate_->add(a, b, last, pool);
}

// Of a file without a residual, all that a decoder shows.
void EncodeJob::measure_programs(ThreadPool& pool) {
  const int32_t w = header_.geometry.width, h = header_.geometry.height;
  Vector<Pixel> samples(memory_, static_cast<size_t>(w) * static_cast<size_t>(h));
  const PlaneView<Pixel> shown{samples.data(), w, h, w};
  run_bands(pool, h, kBandRows, [&](int32_t first, int32_t last) {
    backend::render_prediction(programs_, 0, 0, Rect{0, first, w, last - first},
                               shown.window(0, first, w, last - first), memory_);
  });
  start_measuring();
  measure(PlaneRows{shown, 0}, h, pool);
}

void EncodeJob::finish_measuring(Stats* stats) {
  stats->psnr_y = stats->ssim_y = std::numeric_limits<double>::quiet_NaN();
  if (!quality_.has_value()) return;
  stats->psnr_y = quality_->psnr();
  stats->ssim_y = quality_->ssim();
  if (grain_estimate_.has_value() && grain_estimate_->any())
    entropy::encode_grain(grain_estimate_->map(), &grain_);
}

}  // namespace pc15::enc
