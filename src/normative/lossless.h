// Prediction of lossless cells in integers (docs/bitstream-lossless.md): five predictions of a sample from
// what is decoded already, weighed by how well each did nearby, corrected by the mean error of the local
// pattern, and the folding of the difference into 0...255. Real numbers are in 1/16 grey level (Q4).
//
// The weights and the feedback of errors follow the predictor of JPEG XL (ISO/IEC 18181-1, annex E); the
// fitted predictor is a least-squares one whose coefficients travel with the cell; the correction is that of
// CALIC (X. Wu, N. Memon, 1997).
#pragma once

#include <cstdint>

#include "base/target.h"
#include "normative/fixed.h"
#include "normative/predict.h"

namespace pc15::normative {

enum : int32_t {
  kLosslessOwnTaps = 9,
  kLosslessReferenceTaps = 6,
  kLosslessReferences = 3,  // the procedural prediction and two planes
  kLosslessTaps = kLosslessOwnTaps + kLosslessReferences * kLosslessReferenceTaps,
  kLosslessPredictors = 5,
  kLosslessEnergies = 22,  // levels of expected error
  kLosslessStates = 9,     // agreement with the earlier planes x sign of the errors nearby
  kLosslessPatterns = 192,
  kLosslessMaxQ4 = 255 * 16,
  kLosslessMaxCoefficient = 1023,  // 1/256
};

// Samples around the one that is predicted; in row 0 what lies above reads as W.
struct LosslessNear {
  int32_t w, n, nw, ne, ww, nn;
};

// The taps of the fitted predictor: differences from the sample to the left, of the plane and of each
// reference. `s` and `reference` point at the position in planes of the same pitch, whose borders are filled.
PC15_HD int32_t gather_lossless_taps(const Pixel* s, const Pixel* const* reference, int32_t count,
                                     int64_t pitch, int32_t* tap) {
  const Pixel *const n = s - pitch, *const nn = n - pitch;
  const int32_t w = s[-1];
  tap[0] = n[0] - w;
  tap[1] = n[-1] - w;
  tap[2] = n[1] - w;
  tap[3] = s[-2] - w;
  tap[4] = nn[0] - w;
  tap[5] = n[-2] - w;
  tap[6] = n[2] - w;
  tap[7] = nn[-1] - w;
  tap[8] = nn[1] - w;
  int32_t k = kLosslessOwnTaps;
  for (int32_t i = 0; i < count; ++i) {
    const Pixel *const r = reference[i], *const above = r - pitch;
    const int32_t base = r[-1];
    tap[k++] = r[0] - base;
    tap[k++] = above[0] - base;
    tap[k++] = above[-1] - base;
    tap[k++] = above[1] - base;
    tap[k++] = r[1] - base;
    tap[k++] = r[pitch] - base;
  }
  return k;
}

PC15_HD int32_t clamp_q4(int32_t v) { return clamp_i32(v, 0, kLosslessMaxQ4); }

// Errors of the final predictions nearby, prediction minus sample in Q4.
struct LosslessErrors {
  int32_t w, n, nw, ne;
};

// The four fixed predictions, on samples that have the reference's change added already.
PC15_HD void predict_lossless_fixed(int32_t w, int32_t n, int32_t ne, const LosslessErrors& e, int32_t* out) {
  out[0] = clamp_q4((w + ne - n) * 16);
  out[1] = clamp_q4(n * 16 - asr(e.w + e.n + e.ne, 1));
  out[2] = clamp_q4(w * 16 - asr((e.w + e.n + e.nw) * 10, 5));
  out[3] = clamp_q4(n * 16 - asr((e.nw + e.n + e.ne) * 7, 5));
}

// Weight of a prediction from the sum of its errors nearby (Q4, weights adding up to 7).
PC15_HD uint32_t lossless_weight(uint32_t error) {
  const uint32_t v = (error >> 3) < 1023 ? (error >> 3) + 6 : 1023 + 6;
  return (36u << 20) / (v * v);
}

// floor(2^22 / n) + 1 for n in 1...1023: a quotient by multiplication.
PC15_HD uint32_t lossless_reciprocal(uint32_t n) { return (1u << 22) / n + 1; }

// Energy, as the sum that the thresholds below are for, to a level.
PC15_HD int32_t lossless_energy_level(int32_t energy) {
  static const int16_t least[kLosslessEnergies] = {0,    5,    10,   18,   28,   40,  58,  80,
                                                   110,  149,  200,  269,  359,  477, 634, 840,
                                                   1113, 1473, 1948, 2574, 3400, 4491};
  int32_t level = 0;
  for (int32_t step = 16; step > 0; step >>= 1) {
    if (level + step < kLosslessEnergies && energy >= least[level + step]) level += step;
  }
  return level;
}

// Low bits of a folded difference that are coded without a model.
PC15_HD int32_t lossless_low_bits(int32_t level) {
  return level < 10 ? 0 : level < 12 ? 1 : level < 15 ? 2 : level < 17 ? 3 : 4;
}

// The order of the values 0...255 by their distance from a prediction p in Q4: k = 0 is the nearest, then
// both sides in turn while both exist, then the rest of the longer side. A bijection for every p.
struct LosslessFold {
  int32_t centre;  // 0...255
  bool up_first;   // the second nearest lies above
};
PC15_HD LosslessFold make_lossless_fold(int32_t p) {
  const int32_t centre = asr(p + 8, 4);
  return LosslessFold{centre, p - centre * 16 >= 0};
}
PC15_HD int32_t fold_lossless(const LosslessFold& f, int32_t value) {
  const int32_t d = value - f.centre, distance = abs_i32(d), room = min_i32(f.centre, 255 - f.centre);
  if (distance > room) return distance + room;
  if (d == 0) return 0;
  return 2 * distance - ((d > 0) == f.up_first ? 1 : 0);
}
PC15_HD int32_t unfold_lossless(const LosslessFold& f, int32_t k) {  // k in 0...255
  const int32_t room = min_i32(f.centre, 255 - f.centre);
  if (k > 2 * room) return f.centre <= 127 ? f.centre + k - room : f.centre - (k - room);
  const int32_t distance = (k + 1) >> 1;
  const bool first = (k & 1) != 0;
  return first == f.up_first ? f.centre + distance : f.centre - distance;
}

}  // namespace pc15::normative
