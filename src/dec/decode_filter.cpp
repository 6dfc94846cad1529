// The filters of a decode job: seams, then the loop filter, plane by plane.
#include <algorithm>
#include <cstring>

#include "backend/backend.h"
#include "dec/decode_job.h"
#include "entropy/cell_header.h"
#include "normative/transform.h"

namespace pc15::dec {

void DecodeJob::filter(ThreadPool& pool, const Monitor& monitor) {
  Vector<Pixel> copy(memory_);
  for (int32_t i = 0; i < header_.plane_count(); ++i) {
    if ((header_.tools & format::kToolDeblock) != 0) filter_seams(i, pool, monitor);
    if ((header_.tools & format::kToolLoopFilter) != 0 && !header_.is_alpha(i))
      filter_loop(i, copy, pool, monitor);
  }
}

void DecodeJob::filter_seams(int32_t i, ThreadPool& pool, const Monitor& monitor) {
  constexpr int32_t kStrip = 16;  // unit rows per task
  Vector<backend::SeamCell> cells(memory_);
  cells = seams_;
  if (edge_map(i) == 1) {
    for (backend::SeamCell& c : cells) c.step16 = entropy::chroma_step(c.step16, header_.chroma_step32);
  }
  const PlaneView<Pixel> samples = plane(i);
  const backend::SeamPlane p{
      samples,
      {edges_[edge_map(i)].data(), samples.width / 4, samples.height / 4, samples.width / 4},
      header_.geometry.cell >> header_.plane_shift(i),
      cells.data(),
      area_cells_x()};
  const int32_t rows = samples.height / 4, strips = (rows + kStrip - 1) / kStrip;
  const auto bounds = [&](int64_t s) { return std::min(rows, static_cast<int32_t>(s + 1) * kStrip); };
  pool.run(strips, [&](int64_t s, int32_t) {
    if (monitor.cancelled()) return;
    backend::operations().filter_vertical_edges(p, static_cast<int32_t>(s) * kStrip, bounds(s));
  });
  pool.run(strips, [&](int64_t s, int32_t) {
    if (monitor.cancelled()) return;
    backend::operations().filter_horizontal_edges(p, static_cast<int32_t>(s) * kStrip, bounds(s));
  });
}

// `copy` becomes the plane before the filter.
void DecodeJob::filter_loop(int32_t i, Vector<Pixel>& copy, ThreadPool& pool, const Monitor& monitor) {
  const bool chroma = edge_map(i) == 1;
  const Vector<backend::LoopBlock>& blocks = loops_[chroma ? entropy::kFamilyChroma : entropy::kFamilyLuma];
  if (std::all_of(blocks.begin(), blocks.end(), [](const backend::LoopBlock& b) { return b.set == 0; }))
    return;
  const PlaneView<Pixel> to = plane(i);
  copy.assign(samples_[i].begin(), samples_[i].end());
  const backend::LoopPlane p{{copy.data(), to.width, to.height, to.stride},
                             to,
                             entropy::kSuperblock >> header_.plane_shift(i),
                             blocks.data(),
                             entropy::superblocks(area_.width),
                             chroma,
                             {edges_[edge_map(i)].data(), to.width / 4, to.height / 4, to.width / 4}};
  pool.run(entropy::superblocks(area_.height), [&](int64_t row, int32_t) {
    if (monitor.cancelled()) return;
    backend::operations().filter_loop(p, static_cast<int32_t>(row), static_cast<int32_t>(row) + 1);
  });
}

}  // namespace pc15::dec
