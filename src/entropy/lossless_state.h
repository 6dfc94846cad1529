// What a lossless cell remembers while it is coded (docs/bitstream-lossless.md): its planes with filled
// borders, the errors of the rows before, the models.
#pragma once

#include <array>

#include "base/allocator.h"
#include "base/plane.h"
#include "entropy/adaptive_cdf.h"
#include "normative/lossless.h"

namespace pc15::entropy {

constexpr int32_t kLosslessRate = 7;    // adaptation shift of the models
constexpr int32_t kLosslessMargin = 4;  // columns kept on either side of a plane
constexpr int32_t kLosslessPlanes = 7;  // three of the procedural prediction, then at most four coded ones
constexpr int32_t kLosslessFirstCoded = 3;

// Views of one row and of the rows above it, column 0; all have kLosslessMargin columns on either side.
struct LosslessRow {
  Pixel* sample;
  const Pixel* reference[normative::kLosslessReferences];
  int32_t references;
  int64_t pitch;  // of sample and reference
  Pixel *magnitude, *magnitude_above, *magnitude_above2;
  int16_t *error, *error_above;
  uint16_t *cost[normative::kLosslessPredictors], *cost_above[normative::kLosslessPredictors];
  int32_t width, y;
  bool first;  // row 0
};

class LosslessState {
 public:
  explicit LosslessState(Memory& memory)
      : samples_(memory), magnitudes_(memory), errors_(memory), costs_(memory) {}
  // Bytes that a cell of this side needs.
  static uint64_t memory_bound(int32_t side);

  // Takes memory for a cell; forgets every plane.
  void start_cell(int32_t width, int32_t height);
  int32_t width() const { return width_; }
  int32_t height() const { return height_; }
  // Planes 0...2 hold the procedural prediction, 3... what is coded.
  Pixel* row(int32_t plane, int32_t y) { return samples_.data() + place(plane, y); }
  PlaneView<Pixel> view(int32_t plane) { return {row(plane, 0), width_, height_, pitch_}; }
  // Repeats the outermost samples of a finished plane into its margin, so that it can serve as a reference.
  void extend(int32_t plane);

  // `plane`: the coded one; `references`: planes that it may lean on, in order; `earlier`: how many of the
  // last of them are coded planes whose errors say something about this one's.
  void start_plane(int32_t plane, const int32_t* references, int32_t reference_count, int32_t earlier);
  LosslessRow begin_row(int32_t y);
  // After the last row.
  void end_plane();

  static uint32_t weight(uint32_t error) { return kWeights[error >> 3 < 1023 ? error >> 3 : 1023]; }
  // Magnitudes of the errors of earlier planes around a sample; earlier_count > 0.
  int32_t earlier_energy(int32_t y, int32_t x) const {
    const int32_t last = around(earlier_[earlier_count - 1], y, x);
    return earlier_count == 1 ? last : (2 * last + around(earlier_[0], y, x)) / 3;
  }

  AdaptiveCdf models[normative::kLosslessEnergies * normative::kLosslessStates];
  int16_t bias[normative::kLosslessPatterns];
  int32_t earlier_count = 0;
  static const std::array<uint32_t, 1024> kWeights, kReciprocals;

 private:
  int64_t place(int32_t plane, int32_t y) const {
    return (int64_t{plane} * (height_ + 3) + y + 2) * pitch_ + kLosslessMargin;
  }
  Pixel* magnitude(int32_t plane, int32_t y) {
    return magnitudes_.data() + place(plane - kLosslessFirstCoded, y);
  }
  int32_t around(const Pixel* origin, int32_t y, int32_t x) const {
    const Pixel* const p = origin + y * pitch_ + x;
    return 3 * p[0] + p[1] + p[-1] + p[pitch_] + p[-pitch_];
  }
  int16_t* error_row(int32_t y) { return errors_.data() + (y & 1) * pitch_ + kLosslessMargin; }
  uint16_t* cost_row(int32_t i, int32_t y) {
    return costs_.data() + (2 * i + (y & 1)) * pitch_ + kLosslessMargin;
  }

  int32_t width_ = 0, height_ = 0, plane_ = 0, reference_count_ = 0;
  int64_t pitch_ = 0;
  int32_t references_[normative::kLosslessReferences] = {};
  const Pixel* earlier_[2] = {};
  Vector<Pixel> samples_, magnitudes_;
  Vector<int16_t> errors_;
  Vector<uint16_t> costs_;
};

}  // namespace pc15::entropy
