// Chosen samples of a plane whose rows go by once: what the search for the program of the whole picture reads
// of one that is not held.
//
// Thread rule: take() by one thread; once all rows were taken, any thread reads.
#pragma once

#include <atomic>

#include "base/allocator.h"
#include "base/monitor.h"
#include "base/plane.h"

namespace pc15::enc {

// Sums over all samples of a plane.
struct PlaneTotals {
  int64_t sum = 0, squares = 0;
  int64_t fourth_sum = 0, fourth_squares = 0, fourths = 0;  // of every fourth sample of every fourth row
  Pixel first = 0;
  bool flat = true;  // all samples are the first one
};

class PlaneSketch {
 public:
  explicit PlaneSketch(Memory& memory);
  // Forgets all.
  void start(int32_t width, int32_t height);
  // What will be asked for: every step-th sample of the rows and columns of a rectangle inside the plane,
  void want(const Rect& rect, int32_t step);
  // means of factor x factor samples of all the plane.
  void want_means(int32_t factor);
  // Makes room for what is wanted; false when cancelled.
  bool prepare(const Monitor& monitor);
  // Rows, all of them, in order.
  void take(int32_t y, const Pixel* row);

  // Samples x ... x + count - 1 of a row, which were wanted.
  const Pixel* run(int32_t x, int32_t y, int32_t count) const;
  // The means, row by row.
  const float* means(int32_t factor) const;
  const PlaneTotals& totals() const { return totals_; }
  // Whether something was asked for that was not wanted; what it got is wrong.
  bool missed() const { return missed_.load(std::memory_order_relaxed); }
  int32_t width() const { return width_; }
  int32_t height() const { return height_; }

 private:
  struct Want {
    Rect rect;
    int32_t step;
  };
  // Neighbouring samples of a row.
  struct Run {
    uint16_t x, end;
    uint32_t at;  // in samples_
  };
  struct Means {
    explicit Means(Memory& memory) : values(memory), sums(memory) {}
    int32_t factor = 1;
    Vector<float> values;
    Vector<int32_t> sums;  // of the row of boxes under way
  };

  void list_runs();
  void merge_row(uint32_t first, uint32_t last, uint32_t* end);
  void add_totals(int32_t y, const Pixel* row);
  void add_means(int32_t y, const Pixel* row, Means* means) const;

  int32_t width_ = 0, height_ = 0;
  Vector<Want> wants_;
  Vector<uint32_t> rows_;  // the first run of each row, and the end
  Vector<Run> runs_;
  Vector<Pixel> samples_, blank_;
  Vector<Means> means_;
  PlaneTotals totals_;
  mutable std::atomic<bool> missed_{false};
};

// Of a picture.
struct PictureSketch {
  explicit PictureSketch(Memory& memory)
      : planes{PlaneSketch(memory), PlaneSketch(memory), PlaneSketch(memory)} {}
  PlaneSketch planes[3];
  bool filled = false;
  int32_t chroma_shift = 0;  // of what it was filled with
};

// A plane that the search reads: a view of all of it, or a sketch.
struct SearchPlane : PlaneView<const Pixel> {
  SearchPlane() = default;
  SearchPlane(const PlaneView<const Pixel>& view) : PlaneView(view) {}  // NOLINT: a view is one
  SearchPlane(const PlaneView<Pixel>& view) : PlaneView(view) {}        // NOLINT: the same
  explicit SearchPlane(const PlaneSketch& from) : sketch(&from) {
    width = from.width();
    height = from.height();
  }

  const PlaneSketch* sketch = nullptr;  // with one, there is no view

  const Pixel* run(int32_t x, int32_t y, int32_t count) const {
    return sketch == nullptr ? row(y) + x : sketch->run(x, y, count);
  }
  Pixel sample(int32_t x, int32_t y) const { return *run(x, y, 1); }
};

}  // namespace pc15::enc
