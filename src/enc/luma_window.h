// Luma as a decoder will show it, without grain, in a window of some rows of cells: cells write their
// reconstruction, then the filters run as far as nothing below matters, as in dec/decode_window.cpp.
#pragma once

#include "backend/loop_filter.h"
#include "backend/seam_filter.h"
#include "base/thread_pool.h"
#include "enc/cell_encoder.h"

namespace pc15::enc {

class LumaWindow {
 public:
  // Rows before those of a step that shown() still has.
  static constexpr int32_t kHistory = 128;

  // For steps of `step_rows` rows of cells, the first of one more.
  LumaWindow(const format::StreamHeader& header, int32_t step_rows, Memory& memory);
  // The window moves on to the next rows of cells, [first_row, last_row).
  void advance();
  int32_t first_row() const { return (top_ + fresh_) / cell_; }
  int32_t last_row() const { return (top_ + filled_ + cell_ - 1) / cell_; }
  bool at_end() const { return top_ + filled_ == header_.geometry.height; }

  // Where a cell of the step goes. Cells may be written on several threads.
  PlaneView<Pixel> samples(const Rect& cell) const;
  PlaneView<uint8_t> edges(const Rect& cell);
  void keep(const Rect& cell, const CellOutcome& outcome);

  // When all cells of the step are there: filters, after which rows before ready() are as a decoder shows
  // them.
  void filter(ThreadPool& pool);
  int32_t ready() const;
  PlaneRows shown() const;

 private:
  void roll();
  void clear_new_rows();
  PlaneView<Pixel> view(const Vector<Pixel>& samples) const;
  PlaneView<const uint8_t> edge_view() const;
  void filter_seams(ThreadPool& pool);
  void filter_loop(ThreadPool& pool);
  bool has_loop_filter() const { return (header_.tools & format::kToolLoopFilter) != 0; }

  const format::StreamHeader& header_;
  const int32_t cell_, width_;                // width of the window: coded
  int32_t window_rows_;                       // of cells
  int32_t top_ = 0, filled_ = 0, fresh_ = 0;  // luma rows: where it begins, how many, from where on new ones
  Vector<Pixel> samples_, filtered_;
  Vector<uint8_t> edges_;  // one per 4x4 unit
  Vector<backend::SeamCell> seams_;
  Vector<backend::LoopBlock> loops_;
};

}  // namespace pc15::enc
