// The measuring half of EncodeJob: what the programs and the cells leave of the picture, and the luma that a
// decoder will show. All by bands of rows, whose sums are integers or taken in order, so that neither bytes
// nor figures depend on the number of threads.
#include <algorithm>

#include "backend/backend.h"
#include "backend/render.h"
#include "base/bands.h"
#include "enc/encode_job.h"
#include "metrics/metrics.h"

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
      sum += squared_error(out, source_.view[i].window(0, top, r.width, r.height));
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

// What a decoder shows is measured on luma alone; of other planes no more than a cell is held.
void EncodeJob::make_recon() {
  recon_samples_.resize(source_.samples[0].size());
  recon_ = source_.view[0];
  recon_.data = recon_samples_.data();
}

void EncodeJob::filter_luma(ThreadPool& pool) {
  const PlaneView<Pixel> luma = recon_;
  const int32_t rows = luma.height / 4;
  const backend::SeamPlane plane{luma,
                                 {edges_.data(), luma.width / 4, rows, luma.width / 4},
                                 header_.geometry.cell,
                                 seams_.data(),
                                 header_.geometry.cell_cols()};
  constexpr int32_t kStrip = 16;
  const int32_t strips = (rows + kStrip - 1) / kStrip;
  pool.run(strips, [&](int64_t s, int32_t) {
    backend::operations().filter_vertical_edges(plane, static_cast<int32_t>(s) * kStrip,
                                                std::min(rows, static_cast<int32_t>(s + 1) * kStrip));
  });
  pool.run(strips, [&](int64_t s, int32_t) {
    backend::operations().filter_horizontal_edges(plane, static_cast<int32_t>(s) * kStrip,
                                                  std::min(rows, static_cast<int32_t>(s + 1) * kStrip));
  });
}

void EncodeJob::loop_filter_luma(ThreadPool& pool) {
  const PlaneView<Pixel> to = recon_;
  Vector<Pixel> copy(memory_, recon_samples_.size());
  copy_plane(pool, to, {copy.data(), to.width, to.height, to.stride});
  const backend::LoopPlane plane{{copy.data(), to.width, to.height, to.stride},
                                 to,
                                 entropy::kSuperblock,
                                 loops_.data(),
                                 entropy::superblocks(header_.geometry.width),
                                 false,
                                 {edges_.data(), to.width / 4, to.height / 4, to.width / 4}};
  pool.run(entropy::superblocks(header_.geometry.height), [&](int64_t row, int32_t) {
    backend::operations().filter_loop(plane, static_cast<int32_t>(row), static_cast<int32_t>(row) + 1);
  });
}

// Quality of the luma that a decoder will show.
Status EncodeJob::measure(ThreadPool& pool, Stats* stats) {
  const int32_t w = header_.geometry.width, h = header_.geometry.height;
  if (header_.step16 != 0) {
    if ((header_.tools & format::kToolDeblock) != 0) filter_luma(pool);
    if ((header_.tools & format::kToolLoopFilter) != 0) loop_filter_luma(pool);
  } else {
    make_recon();
    run_bands(pool, h, kBandRows, [&](int32_t first, int32_t last) {
      const PlaneView<Pixel> out = recon_.window(0, first, w, last - first);
      backend::render_prediction(programs_, 0, 0, Rect{0, first, w, last - first}, out, memory_);
    });
  }
  const PlaneView<const Pixel> a = source_.view[0].window(0, 0, w, h), b = recon_.window(0, 0, w, h);
  PC15_TRY(metrics::psnr(a, b, pool, memory_, &stats->psnr_y));
  return metrics::ssim(a, b, pool, memory_, &stats->ssim_y);
}

}  // namespace pc15::enc
