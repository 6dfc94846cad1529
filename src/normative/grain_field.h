// Grain that is added to luma after everything else (docs/bitstream-programs.md, section 8.19): three octaves
// of gradient noise whose levels stand in a map of 64 x 64 px blocks and are interpolated between their
// centres. It restores the look of what the residual cannot afford, and never enters prediction.
#pragma once

#include "normative/fixed.h"
#include "normative/prng.h"
#include "normative/synth_grain.h"

namespace pc15::normative {

enum : int32_t {
  kGrainBlockLog2 = 6,
  kGrainLevels = 8,  // 0...7
  kGrainSlot = -2,   // of its seed
  kGrainPeak = 32,   // grey levels of noise 1 at level 7
};

PC15_HD int32_t grain_blocks(int32_t luma_size) { return (luma_size + 63) >> kGrainBlockLog2; }

struct GrainFieldSetup {
  NoiseSetup noise;
  bool kept[kGrainBands] = {};  // octaves of this scale
};

PC15_HD GrainFieldSetup grain_field_setup(int64_t image_seed, int32_t scale_log2) {
  GrainFieldSetup s;
  const uint64_t seed = derive_seed(image_seed, kGrainSlot, 0, 0);
  s.noise.frequency = exp2_neg_q36(48);
  for (int32_t k = 0; k < kGrainBands; ++k) {
    s.noise.seed[k] = splitmix64(seed + static_cast<uint64_t>(k));
    s.kept[k] = scale_log2 >= 0 || k <= 2 + scale_log2;
  }
  return s;
}

// Where a coordinate (Q4 from the edge of the picture) lies between the centres of blocks.
struct GrainPosition {
  int32_t first, second, part;  // blocks, and the share of the second, Q10
};
PC15_HD GrainPosition grain_position(int32_t q4, int32_t blocks) {
  const int32_t u = q4 - 512;
  const int32_t i = asr(u, 10);
  return {clamp_i32(i, 0, blocks - 1), clamp_i32(i + 1, 0, blocks - 1), u & 1023};
}

PC15_HD int32_t grain_lerp(int32_t a, int32_t b, int32_t part) { return a + asr((b - a) * part, 10); }

// Octave k in the field: 0 has cells of 8 px and takes level 2.
PC15_HD int32_t grain_band_of_octave(int32_t k) { return kGrainBands - 1 - k; }

}  // namespace pc15::normative
