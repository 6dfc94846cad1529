// Kernel GRAIN: three octaves of gradient noise with a level each, which are three radial bands of spatial
// frequency (docs/bitstream-programs.md, section 8.14). Cells of 2, 4 and 8 px; K. Perlin, "Improving noise",
// 2002, for the bands.
#pragma once

#include "normative/catalogue.h"
#include "normative/fixed.h"
#include "normative/prng.h"
#include "normative/program.h"
#include "normative/synth_noise.h"

namespace pc15::normative {

enum : int32_t { kGrainBands = 3 };

// 2^((level - 7) / 2) in Q15; 0 for level 0.
PC15_HD int32_t grain_amplitude(int32_t level) {
  if (level <= 0) return 0;
  const int32_t halves = 7 - level;
  return ((halves & 1) != 0 ? 23170 : 32768) >> (halves >> 1);
}

struct GrainSetup {
  NoiseSetup noise;                     // octave k: cells of 8 / 2^k px
  int32_t amplitude[kGrainBands] = {};  // Q15, by octave
};

PC15_HD GrainSetup grain_setup(const Layer& layer, const PresetSpec& spec, int32_t scale_log2,
                               uint64_t seed) {
  GrainSetup s;
  s.noise.frequency = exp2_neg_q36(48);
  s.noise.octaves = kGrainBands;
  const ParamId level[kGrainBands] = {ParamId::kLevel2, ParamId::kLevel1, ParamId::kLevel0};
  for (int32_t k = 0; k < kGrainBands; ++k) {
    s.noise.seed[k] = splitmix64(seed + static_cast<uint64_t>(k));
    // Bands with cells under two samples of a smaller scale are left out.
    const bool kept = scale_log2 >= 0 || k <= 2 + scale_log2;
    s.amplitude[k] = kept ? grain_amplitude(layer_param(layer, spec, level[k], 0)) : 0;
  }
  return s;
}

// Sum of the bands, x, y in Q(4 + kFine).
template <int32_t kFine>
PC15_HD int32_t grain_value(const GrainSetup& s, NoiseCursor* cursor, int32_t x, int32_t y) {
  const int64_t cx = cells_q40<kFine>(x, s.noise.frequency);
  const int64_t cy = cells_q40<kFine>(y, s.noise.frequency);
  int64_t sum = 0;
  for (int32_t k = 0; k < kGrainBands; ++k) {
    if (s.amplitude[k] == 0) continue;
    sum += noise_octave(s.noise, cursor, k, cx * (1 << k), cy * (1 << k)) * s.amplitude[k];
  }
  return clamp_i32(static_cast<int32_t>(round_shift64(sum, 21)), -16384, 16384);
}

}  // namespace pc15::normative
