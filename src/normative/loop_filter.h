// The loop filter: per 4x4 block one of 72 trained filters (docs/bitstream-residual.md, section 10.2).
//
// Classes and their symmetries follow VVC's adaptive loop filter (ITU-T H.266, 8.8.5): activity against the
// quantiser step, and how far horizontal, vertical and diagonal structure prevail. Unlike there every tap
// counts twice, once as it is and once clipped to a fraction of the step: the first sharpens, the second
// smooths.
#pragma once

#include <cstdint>

#include "base/target.h"

namespace pc15::normative {

constexpr int32_t kLoopPoints = 5;    // rate points, by the step
constexpr int32_t kLoopSets = 4;      // sets of filters at a rate point; a superblock chooses one
constexpr int32_t kLoopClasses = 72;  // filters in a set
constexpr int32_t kLoopTaps = 12;     // pairs of opposite samples
constexpr int32_t kLoopReach = 3;     // samples around a 4x4 block that decide over it

// The quantiser step, in 1/16 grey level, that a rate point stands for; borders are the geometric means.
PC15_HD int32_t loop_point(int32_t step16) {
  return (step16 >= 169) + (step16 >= 293) + (step16 >= 508) + (step16 >= 867);
}

// Largest difference that the clipped half of a filter sees.
PC15_HD int32_t loop_clip(int32_t step16) {
  const int32_t t = (5 * step16 + 128) >> 8;
  return t < 1 ? 1 : t > 255 ? 255 : t;
}

// One sample of each pair, (x, y), in the order of the coefficients; the other is (-x, -y).
PC15_HD const int8_t* loop_tap(int32_t i) {
  static constexpr int8_t tap[kLoopTaps][2] = {{1, 0}, {2, 0}, {3, 0},  {-2, 1}, {-1, 1}, {0, 1},
                                               {1, 1}, {2, 1}, {-1, 2}, {0, 2},  {1, 2},  {0, 3}};
  return tap[i];
}

// Sums of |2 p - p' - p''| around a block, p' and p'' the neighbours above and below, left and right, along
// the main diagonal, along the other one.
struct LoopActivity {
  int32_t vertical, horizontal, down, up;
};

struct LoopClass {
  int32_t index;         // 0...71
  bool flip, transpose;  // taps (x, y) become (x, -y), then (y, x)
};

PC15_HD int32_t loop_ratio(int32_t high, int32_t low) {
  return 2 * high <= 3 * low ? 0 : high <= 3 * low ? 1 : 2;
}

PC15_HD LoopClass loop_class(const LoopActivity& a, int32_t step16) {
  static constexpr int32_t border[7] = {4, 8, 15, 25, 40, 65, 110};  // in 1/50 of the sum per 1/16 grey level
  const int32_t sum = 50 * (a.vertical + a.horizontal);
  int32_t grade = 0;
  for (int32_t i = 0; i < 7; ++i) grade += sum > border[i] * step16;
  LoopClass c;
  c.transpose = a.vertical > a.horizontal;
  c.flip = a.up > a.down;
  const int32_t straight =
      c.transpose ? loop_ratio(a.vertical, a.horizontal) : loop_ratio(a.horizontal, a.vertical);
  const int32_t diagonal = c.flip ? loop_ratio(a.up, a.down) : loop_ratio(a.down, a.up);
  c.index = grade * 9 + straight * 3 + diagonal;
  return c;
}

}  // namespace pc15::normative
