// The filters of a decode job: seams, then the loop filter, plane by plane.
#include <algorithm>
#include <cstring>

#include "backend/backend.h"
#include "base/bands.h"
#include "base/checked.h"
#include "dec/decode_job.h"
#include "entropy/cell_header.h"
#include "normative/transform.h"

namespace pc15::dec {

void DecodeJob::filter(ThreadPool& pool, const Monitor& monitor) {
  if ((header_.tools & format::kToolDeblock) != 0) {
    chroma_seams_ = seams_;
    for (backend::SeamCell& c : chroma_seams_)
      c.step16 = entropy::chroma_step(c.step16, header_.chroma_step32);
    for (int32_t i = 0; i < header_.plane_count(); ++i) filter_seams(i, pool, monitor);
  }
  for (int32_t i = 0; i < header_.plane_count(); ++i) {
    if (loop_filtered(i)) filter_loop(i, pool, monitor);
  }
}

Rect DecodeJob::wanted(int32_t margin) const {
  const int32_t width = coded_extent(area_.width, 0), height = coded_extent(filled_, 0);
  if (wants_all_) return Rect{0, 0, width, height};
  const Rect near{region_.x - area_.x - margin, region_.y - area_.y - top_ - margin,
                  region_.width + 2 * margin, region_.height + 2 * margin};
  return clip_rect(near, width, height);
}

// The edges of the fresh rows, the one above them included, as far as the region sees what they change.
void DecodeJob::filter_seams(int32_t i, ThreadPool& pool, const Monitor& monitor) {
  const PlaneView<Pixel> samples = coded(i);
  const backend::SeamPlane p{
      samples,
      {edges_[edge_map(i)].data(), samples.width / 4, samples.height / 4, samples.width / 4},
      header_.geometry.cell >> header_.plane_shift(i),
      edge_map(i) == 1 ? chroma_seams_.data() : seams_.data(),
      area_cells_x()};
  const Rect seen = wanted(kReach);
  const int32_t unit = 4 << header_.plane_shift(i);  // luma rows of a unit row
  const int32_t begin = std::max(fresh_, seen.y) / unit,
                rows = std::min(samples.height / 4, ceil_div(seen.bottom(), unit));
  // Unit rows per task. The first and the last of a task are slower, so one thread takes them at once.
  const int32_t strip = pool.size() == 1 ? std::max(1, rows - begin) : 16;
  if (begin >= rows) return;
  run_bands(pool, rows - begin, strip, [&](int32_t first, int32_t last) {
    if (!monitor.cancelled()) backend::operations().filter_vertical_edges(p, begin + first, begin + last);
  });
  run_bands(pool, rows - begin, strip, [&](int32_t first, int32_t last) {
    if (!monitor.cancelled()) backend::operations().filter_horizontal_edges(p, begin + first, begin + last);
  });
}

namespace {

// What the filter leaves alone.
void copy_superblock(const backend::LoopPlane& p, int32_t x, int32_t y) {
  const int32_t bottom = std::min(y + p.side, p.from.height), w = std::min(p.side, p.from.width - x);
  for (; y < bottom; ++y) std::memcpy(p.to.row(y) + x, p.from.row(y) + x, static_cast<size_t>(w));
}

}  // namespace

// Superblocks whose neighbours are there and of which the region shows samples or interpolates colour from
// them, from samples_ to filtered_.
void DecodeJob::filter_loop(int32_t i, ThreadPool& pool, const Monitor& monitor) {
  const bool chroma = edge_map(i) == 1;
  Vector<backend::LoopBlock>& blocks = loops_[chroma ? entropy::kFamilyChroma : entropy::kFamilyLuma];
  const PlaneView<Pixel> from = coded(i), to = shown(i);
  const int32_t side = entropy::kSuperblock >> header_.plane_shift(i);
  const backend::LoopPlane p{from,
                             to,
                             side,
                             blocks.data(),
                             entropy::superblocks(area_.width),
                             chroma,
                             {edges_[edge_map(i)].data(), to.width / 4, to.height / 4, to.width / 4}};
  // Of colour at half size the region takes one sample more on each side.
  const Rect seen = wanted(2);
  const auto block_of = [](int32_t luma) { return luma / entropy::kSuperblock; };
  const int32_t begin = std::max(block_of(seen.y), fresh_ == 0 ? 0 : block_of(fresh_) - 1),
                end = std::min(entropy::superblocks(seen.bottom()),
                               entropy::superblocks(filled_) - (last_step() ? 0 : 1)),
                left = block_of(seen.x), right = entropy::superblocks(seen.right());
  const bool whole = (header_.tools & format::kToolPalette) != 0;  // blocks may be left alone anywhere
  if (begin >= end) return;
  pool.run(end - begin, [&](int64_t task, int32_t) {
    if (monitor.cancelled()) return;
    const int32_t row = begin + static_cast<int32_t>(task);
    for (int32_t col = 0; col < p.block_cols; ++col) {
      backend::LoopBlock& block = blocks[static_cast<size_t>(row * p.block_cols + col)];
      if (col < left || col >= right) {
        block.set = 0;
      } else if (whole || block.set == 0) {
        copy_superblock(p, col * side, row * side);
      }
    }
    backend::operations().filter_loop(p, row, row + 1);
  });
}

}  // namespace pc15::dec
