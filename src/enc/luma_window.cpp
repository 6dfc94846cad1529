#include "enc/luma_window.h"

#include <algorithm>
#include <cstring>

#include "backend/backend.h"
#include "base/bands.h"
#include "entropy/cell_header.h"

namespace pc15::enc {
namespace {

constexpr int32_t kSide = entropy::kSuperblock;
// An edge of the seam filter changes 3 rows above it and looks at one more; the loop filter works on whole
// superblocks.
constexpr int32_t kLag = kSide + 8;

int32_t coded(int32_t size) { return (size + 7) & ~7; }

}  // namespace

LumaWindow::LumaWindow(const format::StreamHeader& header, int32_t step_rows, Memory& memory)
    : header_(header), cell_(header.geometry.cell), width_(coded(header.geometry.width)), samples_(memory),
      filtered_(memory), edges_(memory), seams_(memory), loops_(memory) {
  const normative::Geometry& g = header_.geometry;
  window_rows_ = step_rows < g.cell_rows() ? step_rows + 1 : g.cell_rows();
  const int32_t height = std::min(g.height, window_rows_ * cell_);
  const size_t samples = static_cast<size_t>(width_) * static_cast<size_t>(coded(height));
  samples_.resize(samples);
  if (has_loop_filter()) filtered_.resize(samples);
  edges_.resize(samples / 16);
  seams_.resize(static_cast<size_t>(g.cell_cols()) * static_cast<size_t>(window_rows_));
  loops_.resize(static_cast<size_t>(entropy::superblocks(g.width)) *
                static_cast<size_t>(entropy::superblocks(height)));
}

void LumaWindow::advance() {
  if (filled_ > 0) roll();
  filled_ = std::min(header_.geometry.height - top_, window_rows_ * cell_);
  clear_new_rows();
}

// The last row of cells becomes the first one; of its samples only those that are needed move.
void LumaWindow::roll() {
  const int64_t step = (window_rows_ - 1) * cell_, w = width_;
  const auto move = [&](Vector<Pixel>& v, int64_t first, int64_t last) {
    std::memmove(v.data() + first * w, v.data() + (first + step) * w,
                 static_cast<size_t>((last - first) * w));
  };
  move(samples_, cell_ - kHistory, cell_);
  if (has_loop_filter()) move(filtered_, cell_ - kHistory, cell_ - kSide);
  const int64_t pitch = w / 4, cells = header_.geometry.cell_cols();
  std::copy_n(edges_.begin() + step / 4 * pitch, cell_ / 4 * pitch, edges_.begin());
  std::copy_n(seams_.begin() + (window_rows_ - 1) * cells, cells, seams_.begin());
  const int64_t blocks = entropy::superblocks(header_.geometry.width);
  std::copy_n(loops_.begin() + step / kSide * blocks, cell_ / kSide * blocks, loops_.begin());
  top_ += static_cast<int32_t>(step);
  fresh_ = cell_;
}

void LumaWindow::clear_new_rows() {
  std::fill(edges_.begin() + int64_t{fresh_ / 4} * (width_ / 4), edges_.end(), uint8_t{0});
  const int64_t blocks = entropy::superblocks(header_.geometry.width);
  std::fill(loops_.begin() + fresh_ / kSide * blocks, loops_.end(), backend::LoopBlock());
}

PlaneView<Pixel> LumaWindow::samples(const Rect& cell) const {
  return view(samples_).window(cell.x, cell.y - top_, coded(cell.width), coded(cell.height));
}

PlaneView<uint8_t> LumaWindow::edges(const Rect& cell) {
  const int32_t pitch = width_ / 4;
  return {edges_.data() + int64_t{(cell.y - top_) / 4} * pitch + cell.x / 4, coded(cell.width) / 4,
          coded(cell.height) / 4, pitch};
}

void LumaWindow::keep(const Rect& cell, const CellOutcome& outcome) {
  const int32_t y0 = cell.y - top_;
  seams_[static_cast<size_t>(y0 / cell_ * header_.geometry.cell_cols() + cell.x / cell_)] =
      backend::SeamCell{outcome.strength, outcome.step16, outcome.step16 != 0};
  if (outcome.step16 == 0) return;
  const int32_t pitch = entropy::superblocks(header_.geometry.width), w = entropy::superblocks(cell.width);
  for (int32_t y = 0; y < entropy::superblocks(cell.height); ++y) {
    for (int32_t x = 0; x < w; ++x) {
      loops_[static_cast<size_t>((y0 / kSide + y) * pitch + cell.x / kSide + x)] = {
          static_cast<uint16_t>(normative::scaled_step(outcome.step16, outcome.offsets[y * 8 + x])),
          outcome.loop.set[entropy::kFamilyLuma][y * w + x]};
    }
  }
}

// The rows that are there.
PlaneView<Pixel> LumaWindow::view(const Vector<Pixel>& samples) const {
  return {const_cast<Pixel*>(samples.data()), width_, coded(filled_), width_};  // of a member
}

PlaneView<const uint8_t> LumaWindow::edge_view() const {
  return {edges_.data(), width_ / 4, coded(filled_) / 4, width_ / 4};
}

void LumaWindow::filter(ThreadPool& pool) {
  if ((header_.tools & format::kToolDeblock) != 0) filter_seams(pool);
  if (has_loop_filter()) filter_loop(pool);
}

// The edges of the fresh rows, the one above them included.
void LumaWindow::filter_seams(ThreadPool& pool) {
  constexpr int32_t kStrip = 16;  // unit rows per task
  const PlaneView<Pixel> luma = view(samples_);
  const backend::SeamPlane plane{luma, edge_view(), cell_, seams_.data(), header_.geometry.cell_cols()};
  const int32_t begin = fresh_ / 4, rows = luma.height / 4;
  run_bands(pool, rows - begin, kStrip, [&](int32_t first, int32_t last) {
    backend::operations().filter_vertical_edges(plane, begin + first, begin + last);
  });
  run_bands(pool, rows - begin, kStrip, [&](int32_t first, int32_t last) {
    backend::operations().filter_horizontal_edges(plane, begin + first, begin + last);
  });
}

// Superblocks whose neighbours are there.
void LumaWindow::filter_loop(ThreadPool& pool) {
  const PlaneView<Pixel> from = view(samples_), to = view(filtered_);
  const backend::LoopPlane plane{
      from, to, kSide, loops_.data(), entropy::superblocks(header_.geometry.width), false, edge_view()};
  const int32_t begin = fresh_ == 0 ? 0 : fresh_ / kSide - 1;
  const int32_t end = entropy::superblocks(filled_) - (at_end() ? 0 : 1);
  pool.run(end - begin, [&](int64_t task, int32_t) {
    const int32_t row = begin + static_cast<int32_t>(task), y = row * kSide;
    const int32_t height = std::min(kSide, to.height - y);
    std::memcpy(to.row(y), from.row(y), static_cast<size_t>(height) * static_cast<size_t>(to.width));
    backend::operations().filter_loop(plane, row, row + 1);
  });
}

int32_t LumaWindow::ready() const { return at_end() ? header_.geometry.height : top_ + filled_ - kLag; }

PlaneRows LumaWindow::shown() const { return {view(has_loop_filter() ? filtered_ : samples_), top_}; }

}  // namespace pc15::enc
