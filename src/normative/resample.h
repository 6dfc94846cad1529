// Resampling of the residual to other sizes (docs/scaling.md): Lanczos-3 for enlarging by 2^n, the mean of
// the box for shrinking. Sample i of any size has its centre at (i + 1/2) of its own units from the edge of
// the image, so positions depend on the image alone and never on the region that is asked for.
#pragma once

#include <cstdint>

#include "normative/fixed.h"

namespace pc15::normative {

enum : int32_t {
  kMinScaleLog2 = -2,  // 1/4
  kMaxScaleLog2 = 3,   // 8
  kLanczosTaps = 6,    // samples base - 2 ... base + 3
  kLanczosBefore = 2,  // of them before base
  kLanczosPhases = 32,
  kMaxResampleLog2 = 4,  // 4:2:0 chroma at 8x
};

// Samples of one axis of `size` luma samples at a scale of 2^scale_log2, rounded up.
PC15_HD int32_t scaled_extent(int32_t size, int32_t scale_log2) {
  return scale_log2 >= 0 ? size << scale_log2 : (size + (1 << -scale_log2) - 1) >> -scale_log2;
}

PC15_HD int32_t lanczos_weight(int32_t phase, int32_t tap) {
  static const int16_t table[kLanczosPhases][kLanczosTaps] = {
#include "normative/tables/lanczos3_table.inc"
  };
  return table[phase][tap];
}

// Where sample i of an axis enlarged 2^n times, n = 1...4, lies between the original samples.
struct ResamplePosition {
  int32_t base;   // the original sample at or before it; -1 in front of the first
  int32_t phase;  // 1/32 of the way to the next
};
PC15_HD ResamplePosition enlarged_position(int32_t i, int32_t n) {
  const int32_t position = (2 * i + 1) * (1 << (4 - n)) - 16;  // 1/32 of an original sample
  return ResamplePosition{asr(position, 5), position & 31};
}

// After the pass along rows: Q6. After the pass along columns: a difference of samples.
PC15_HD int32_t round_row_sum(int32_t sum_q14) { return round_shift(sum_q14, 8); }
PC15_HD int32_t round_column_sum(int32_t sum_q20) { return round_shift(sum_q20, 20); }

// Mean of `count` differences to the nearest integer, halves up: floor((2 sum + count) / (2 count)).
PC15_HD int32_t box_mean(int32_t sum, int32_t count) {
  const int32_t shifted = 2 * (sum + 256 * count) + count;  // not negative: a difference is above -256
  return shifted / (2 * count) - 256;
}

// Trust in a prediction, 0...16, from the variances of the picture and of what the prediction leaves, both
// times the same number: full when it explains half, none when it explains nothing.
enum : int32_t { kFullTrust = 16 };
PC15_HD int32_t trust(int64_t variance, int64_t left) {
  if (left >= variance) return variance == 0 && left == 0 ? int32_t{kFullTrust} : 0;
  return static_cast<int32_t>(clamp_i64(2 * kFullTrust * (variance - left) / variance, 0, kFullTrust));
}

}  // namespace pc15::normative
