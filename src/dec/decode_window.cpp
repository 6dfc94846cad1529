// The window of a decode job: how it moves down the area, and which rows are done when.
//
// Below the rows that were decoded last the next ones are missing, and they matter for some rows above them:
// an edge of the seam filter changes 3 rows above it and looks at one more, the loop filter works on whole
// superblocks and reaches 3 rows, and the interpolation of chroma reaches one row of chroma. So a step gives
// out all but the last kLag rows that it holds, and the next one begins with the last kKept of them.
#include <algorithm>
#include <cstring>

#include "base/checked.h"
#include "dec/decode_job.h"
#include "entropy/cell_header.h"

namespace pc15::dec {
namespace {

constexpr int32_t kSide = entropy::kSuperblock;  // not loop filtered yet
constexpr int32_t kLag = kSide + 8, kKept = kSide + 16;
constexpr int32_t kTasksPerThread = 16;  // of a step: what the last ones leave idle is small against it
constexpr int32_t kMostThreads = 16;     // of these a step takes account

}  // namespace

int32_t area_units(const format::StreamHeader& header, const Rect& area) {
  return ceil_div(area.height, header.step16 != 0 ? header.geometry.cell : kRenderUnit);
}

int32_t units_per_step(const format::StreamHeader& header, const Rect& area, int32_t threads) {
  const int32_t tasks = header.step16 != 0 ? ceil_div(area.width, header.geometry.cell)
                                           : ceil_div(area.width, kBlockColumns) * (kRenderUnit / kBlockRows);
  return ceil_div(kTasksPerThread * std::min(threads, kMostThreads), tasks);
}

Status DecodeJob::start(int32_t step_units, uint64_t units_after, ThreadPool& pool, Monitor& monitor) {
  PC15_TRY(store_.load(reader_, tolerant_, area_, monitor));
  damaged_ |= store_.damaged();
  unit_ = has_residual_ ? header_.geometry.cell : kRenderUnit;
  total_units_ = area_units(header_, area_);
  if (step_units == 0) step_units = units_per_step(header_, area_, pool.size());
  window_units_ = step_units < total_units_ ? step_units + 1 : total_units_;
  allocate();
  if (has_residual_) make_workers(pool.size());
  const int32_t columns = has_residual_ ? unit_ : kBlockColumns, rows = has_residual_ ? unit_ : kBlockRows;
  monitor.start(static_cast<uint64_t>(ceil_div(area_.width, columns)) *
                    static_cast<uint64_t>(ceil_div(area_.height, rows)) +
                units_after);
  return ok_status();
}

void DecodeJob::allocate() {
  const int32_t height = std::min(area_.height, window_units_ * unit_);
  for (int32_t i = 0; i < header_.plane_count(); ++i) {
    const int32_t shift = header_.plane_shift(i);
    const size_t w = static_cast<size_t>(coded_extent(area_.width, shift));
    const size_t h = static_cast<size_t>(coded_extent(height, shift));
    samples_[i].resize(w * h);
    if (loop_filtered(i)) filtered_[i].resize(w * h);
    if (keep_prediction_ && !header_.is_alpha(i)) predictions_[i].resize(w * h);
    if (has_residual_ && !header_.lossless()) edges_[edge_map(i)].resize((w / 4) * (h / 4));
  }
  if (!has_residual_) return;
  seams_.resize(static_cast<size_t>(area_cells_x()) * static_cast<size_t>(window_units_));
  if ((header_.tools & format::kToolLoopFilter) == 0) return;
  const size_t blocks = static_cast<size_t>(entropy::superblocks(area_.width)) *
                        static_cast<size_t>(entropy::superblocks(height));
  for (Vector<backend::LoopBlock>& l : loops_) l.resize(blocks);
}

// Decodes the next rows and filters what can be filtered.
Status DecodeJob::step(ThreadPool& pool, Monitor& monitor, Vector<CellState>* damage) {
  if (done_units_ > 0) roll();
  filled_ = std::min(area_.height - top_, window_units_ * unit_);
  done_units_ = (top_ + filled_ + unit_ - 1) / unit_;
  if (has_residual_) {
    clear_new_rows();
    PC15_TRY(decode_cells(pool, monitor, damage));
    filter(pool, monitor);
  } else {
    render_rows(pool, monitor);
  }
  const int32_t done = last_step() ? area_.height : top_ + filled_ - kLag;
  ready_begin_ = ready_end_;
  ready_end_ = std::max(ready_begin_, std::min(region_.height, done - (region_.y - area_.y)));
  return ok_status();
}

// The last unit of the window becomes its first one; of it only the rows that are needed move.
void DecodeJob::roll() {
  const int32_t step = (window_units_ - 1) * unit_;
  for (int32_t i = 0; i < header_.plane_count(); ++i) {
    roll_rows(i, samples_[i].data(), unit_ - kKept, unit_);
    if (loop_filtered(i)) roll_rows(i, filtered_[i].data(), unit_ - kKept, unit_ - kSide);
  }
  for (int32_t m = 0; m < 3; ++m) {
    if (edges_[m].empty()) continue;
    const int32_t shift = m == 1 ? header_.plane_shift(1) : 0;
    const int64_t pitch = coded_extent(area_.width, shift) / 4;
    const int64_t unit_rows = (unit_ >> shift) / 4, from = (step >> shift) / 4;
    std::copy_n(edges_[m].begin() + from * pitch, unit_rows * pitch, edges_[m].begin());
  }
  const int64_t cells = area_cells_x();
  if (has_residual_) std::copy_n(seams_.begin() + (window_units_ - 1) * cells, cells, seams_.begin());
  for (Vector<backend::LoopBlock>& l : loops_) {
    const int64_t pitch = entropy::superblocks(area_.width);
    if (!l.empty()) std::copy_n(l.begin() + step / kSide * pitch, unit_ / kSide * pitch, l.begin());
  }
  top_ += step;
  fresh_ = unit_;
}

// Moves the luma rows [first, last) of the last unit to the first one.
void DecodeJob::roll_rows(int32_t plane, Pixel* samples, int32_t first, int32_t last) {
  const int32_t shift = header_.plane_shift(plane), w = coded_extent(area_.width, shift);
  const int64_t step = ((window_units_ - 1) * unit_) >> shift, begin = first >> shift, end = last >> shift;
  std::memcpy(samples + begin * w, samples + (begin + step) * w, static_cast<size_t>((end - begin) * w));
}

// Cells that are bare or lost leave their edges and superblocks as they are here.
void DecodeJob::clear_new_rows() {
  for (int32_t m = 0; m < 3; ++m) {
    if (edges_[m].empty()) continue;
    const int32_t shift = m == 1 ? header_.plane_shift(1) : 0;
    const int64_t pitch = coded_extent(area_.width, shift) / 4;
    std::fill(edges_[m].begin() + (fresh_ >> shift) / 4 * pitch, edges_[m].end(), uint8_t{0});
  }
  for (Vector<backend::LoopBlock>& l : loops_) {
    const int64_t pitch = entropy::superblocks(area_.width);
    if (!l.empty()) std::fill(l.begin() + fresh_ / kSide * pitch, l.end(), backend::LoopBlock());
  }
}

}  // namespace pc15::dec
