// The measuring half of EncodeJob: what the programs and the cells leave of the picture, and the luma that a
// decoder will show. All by bands of rows, whose sums are integers or taken in order, so that neither bytes
// nor figures depend on the number of threads.
#include <algorithm>
#include <limits>

#include "backend/backend.h"
#include "backend/render.h"
#include "base/bands.h"
#include "enc/encode_job.h"
#include "enc/encode_plan.h"

namespace pc15::enc {

// Rows that are looked at together.
int32_t EncodeJob::window_rows(const ThreadPool& pool) const {
  return rows_of_step(header_.geometry, pool.size()) * header_.geometry.cell;
}

// Squared error of the procedural prediction over all colour planes.
Status EncodeJob::program_error(ThreadPool& pool, const Monitor& monitor, int64_t* out) {
  const int32_t width = header_.geometry.width, height = header_.geometry.height, step = window_rows(pool);
  if (windows()) PC15_TRY(rows_->begin(RowIngest::Reading::kPlanes, header_, step));
  *out = 0;
  for (int32_t top = 0; top < height; top += step) {
    const int32_t rows = std::min(step, height - top);
    if (windows()) PC15_TRY(rows_->window(top, top + rows, monitor));
    *out += sum_bands<int64_t>(pool, memory_, rows, [&](int32_t first, int32_t last) {
      return monitor.cancelled() ? 0 : band_error(Rect{0, top + first, width, last - first});
    });
    PC15_FAIL_IF(monitor.cancelled(), Code::kCancelled, "encoding was cancelled");
  }
  return windows() ? rows_->end(monitor) : ok_status();
}

// The same of some rows.
int64_t EncodeJob::band_error(const Rect& luma) {
  Vector<Pixel> samples(memory_, static_cast<size_t>(luma.width) * static_cast<size_t>(luma.height));
  int64_t sum = 0;
  for (int32_t i = 0; i < header_.color_planes(); ++i) {
    const int32_t shift = header_.plane_shift(i), top = luma.y >> shift;
    const Rect r{0, top, header_.plane_width(i), normative::plane_extent(luma.bottom(), shift) - top};
    const PlaneView<Pixel> out{samples.data(), r.width, r.height, r.width};
    backend::render_prediction(programs_, i, shift, r, out, memory_);
    sum += squared_error(out, source().view[i].window(0, top - (source().top >> shift), r.width, r.height));
  }
  return sum;
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
Status EncodeJob::measure_programs(ThreadPool& pool, const Monitor& monitor) {
  const int32_t w = header_.geometry.width, h = header_.geometry.height, step = window_rows(pool);
  const int32_t most = std::min(h, step + LumaWindow::kHistory);
  Vector<Pixel> samples(memory_, static_cast<size_t>(w) * static_cast<size_t>(most));
  if (windows()) PC15_TRY(rows_->begin(RowIngest::Reading::kLuma, header_, most));
  start_measuring();
  for (int32_t done = 0; done < h; done = std::min(done + step, h)) {
    const int32_t top = std::max(0, done - LumaWindow::kHistory), end = std::min(done + step, h);
    if (windows()) PC15_TRY(rows_->window(top, end, monitor));
    const PlaneView<Pixel> shown{samples.data(), w, end - top, w};
    run_bands(pool, end - top, kBandRows, [&](int32_t first, int32_t last) {
      if (monitor.cancelled()) return;
      backend::render_prediction(programs_, 0, 0, Rect{0, top + first, w, last - first},
                                 shown.window(0, first, w, last - first), memory_);
    });
    PC15_FAIL_IF(monitor.cancelled(), Code::kCancelled, "encoding was cancelled");
    measure(PlaneRows{shown, top}, end, pool);
  }
  return windows() ? rows_->end(monitor) : ok_status();
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
