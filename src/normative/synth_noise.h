// Kernel NOISE: value and gradient noise in octaves, shaped, and waves that it bends
// (docs/bitstream-programs.md, section 8.9). K. Perlin, "An image synthesizer", SIGGRAPH 1985, and "Improving
// noise", 2002; F. Musgrave in Ebert et al., "Texturing and modeling", for turbulence and ridges.
#pragma once

#include "normative/catalogue.h"
#include "normative/fixed.h"
#include "normative/prng.h"
#include "normative/program.h"
#include "normative/synth_radial.h"
#include "normative/synth_wave.h"

namespace pc15::normative {

enum : int32_t { kMaxOctaves = 6 };

PC15_HD int32_t direction_entry(int32_t i) {
  static const int16_t table[256] = {
#include "normative/tables/direction_table.inc"
  };
  return table[i & 255];
}

struct NoiseSetup {
  int64_t frequency = 0;             // cells per px, Q36: times a Q4 coordinate gives cells Q40
  int32_t octaves = 0;               // those that this scale keeps
  int32_t weight[kMaxOctaves] = {};  // Q15
  uint64_t seed[kMaxOctaves] = {};
  bool value_noise = false;
  int32_t levels = 1;
  WaveSetup wave;      // kMarble
  RadialSetup radial;  // kWood
  int64_t bend = 0;    // cycles per unit of noise, Q22
};

// Corner hashes of the cell a row last visited, per octave: they change once per cell, not per sample.
struct NoiseCursor {
  int32_t x[kMaxOctaves], y[kMaxOctaves];
  bool valid[kMaxOctaves];
  uint32_t corner[kMaxOctaves][4];
};
PC15_HD void reset_cursor(NoiseCursor* cursor) {
  for (int32_t k = 0; k < kMaxOctaves; ++k) {
    cursor->valid[k] = false;
    cursor->x[k] = cursor->y[k] = 0;
  }
}

PC15_HD NoiseSetup noise_setup(const Layer& layer, const PresetSpec& spec, int32_t scale_log2,
                               uint64_t seed) {
  NoiseSetup s;
  const int32_t scale = layer_param(layer, spec, ParamId::kScale, 80);
  const int32_t octaves = layer_param(layer, spec, ParamId::kOctaves, 1);
  s.frequency = exp2_neg_q36(scale);
  octave_weights(octaves, layer_param(layer, spec, ParamId::kGain, 8), s.weight);
  // Octaves with cells under two samples of this scale (and under 2 px) are left out.
  const int32_t smallest = 16 * (1 - (scale_log2 < 0 ? scale_log2 : 0));
  for (int32_t k = 0; k < octaves; ++k) {
    s.seed[k] = splitmix64(seed + static_cast<uint64_t>(k));
    if (scale - 16 * k >= smallest) s.octaves = k + 1;
  }
  s.value_noise = layer.preset == kValueNoise;
  s.levels = layer_param(layer, spec, ParamId::kLevels, 1);
  if (layer.preset == kMarble) s.wave = wave_setup(layer, spec, scale_log2);
  if (layer.preset == kWood) s.radial = radial_setup(layer, spec, scale_log2);
  s.bend = static_cast<int64_t>(layer_param(layer, spec, ParamId::kPeriod, 32768)) *
           layer_param(layer, spec, ParamId::kAmplitude, 0);
  return s;
}

// 6 t^5 - 15 t^4 + 10 t^3, Q20.
PC15_HD int64_t fade_q20(int64_t t) {
  const int64_t t3 = (((t * t) >> 20) * t) >> 20;
  return (t3 * (((t * (6 * t - (int64_t{15} << 20))) >> 20) + (int64_t{10} << 20))) >> 20;
}
PC15_HD int64_t lerp_q20(int64_t a, int64_t b, int64_t t) { return a + asr64((b - a) * t, 20); }

// Value of a corner: Q20; dx, dy the offset from it, Q20.
PC15_HD int64_t corner_value(bool value_noise, uint32_t hash, int64_t dx, int64_t dy) {
  if (value_noise) return (static_cast<int64_t>(hash >> 11)) - (int64_t{1} << 20);
  const int32_t i = static_cast<int32_t>(hash >> 24);
  return asr64(direction_entry(i) * dx + direction_entry(i + 192) * dy, 14);
}

// One octave at (x, y) cells Q40: Q20, within [-1, 1].
PC15_HD int64_t noise_octave(const NoiseSetup& s, NoiseCursor* cursor, int32_t k, int64_t x, int64_t y) {
  const int32_t ix = static_cast<int32_t>(asr64(x, 40)), iy = static_cast<int32_t>(asr64(y, 40));
  if (!cursor->valid[k] || cursor->x[k] != ix || cursor->y[k] != iy) {
    cursor->valid[k] = true;
    cursor->x[k] = ix;
    cursor->y[k] = iy;
    for (int32_t c = 0; c < 4; ++c) {
      cursor->corner[k][c] = lattice_hash(ix + (c & 1), iy + (c >> 1), s.seed[k]);
    }
  }
  const uint32_t* h = cursor->corner[k];
  const int64_t one = int64_t{1} << 20;
  const int64_t fx = (x >> 20) & (one - 1), fy = (y >> 20) & (one - 1);
  const int64_t u = fade_q20(fx), v = fade_q20(fy);
  const int64_t top =
      lerp_q20(corner_value(s.value_noise, h[0], fx, fy), corner_value(s.value_noise, h[1], fx - one, fy), u);
  const int64_t bottom = lerp_q20(corner_value(s.value_noise, h[2], fx, fy - one),
                                  corner_value(s.value_noise, h[3], fx - one, fy - one), u);
  const int64_t n = lerp_q20(top, bottom, v);
  // Gradient noise reaches 1 / sqrt 2.
  return s.value_noise ? n : clamp_i64(asr64(n * 46341, 15), -one, one);
}

// Weighted sum of the octaves (of their absolute values when `absolute`), Q20. x, y in Q(4 + kFine).
template <int32_t kFine>
PC15_HD int64_t noise_sum(const NoiseSetup& s, NoiseCursor* cursor, int32_t x, int32_t y, bool absolute) {
  const int64_t cx = cells_q40<kFine>(x, s.frequency), cy = cells_q40<kFine>(y, s.frequency);
  int64_t sum = 0;
  for (int32_t k = 0; k < s.octaves; ++k) {
    const int64_t n = noise_octave(s, cursor, k, cx * (1 << k), cy * (1 << k));
    sum += (absolute && n < 0 ? -n : n) * s.weight[k];
  }
  return asr64(sum, 15);
}

// levels + 1 plateaus with smooth steps over a quarter of a level.
PC15_HD int32_t isoband_value(int64_t n, int32_t levels) {
  const int64_t t = (n + (int64_t{1} << 20)) * levels / 2;  // Q20, 0...levels
  const int64_t i = t >> 20, f = t & ((int64_t{1} << 20) - 1);
  const int32_t d = static_cast<int32_t>(clamp_i64((f - (int64_t{1} << 19)) >> 2, -32768, 32768));
  const int64_t level = (i << 15) + smooth_step_q15(d);  // Q15
  return static_cast<int32_t>(level / levels) - 16384;
}

PC15_HD int32_t to_q14(int64_t q20) {
  return clamp_i32(static_cast<int32_t>(round_shift64(q20, 6)), -16384, 16384);
}

template <int32_t kPreset, int32_t kFine>
PC15_HD int32_t noise_value(const NoiseSetup& s, NoiseCursor* cursor, int32_t x, int32_t y) {
  const bool absolute = kPreset == kTurbulence || kPreset == kFbmRidged;
  const int64_t n = noise_sum<kFine>(s, cursor, x, y, absolute);
  const int64_t one = int64_t{1} << 20;
  if (kPreset == kTurbulence) return to_q14(2 * n - one);
  if (kPreset == kFbmRidged) return to_q14(one - 2 * n);
  if (kPreset == kIsobands) return isoband_value(clamp_i64(n, -one, one - 1), s.levels);
  const uint32_t bend =
      static_cast<uint32_t>(static_cast<uint64_t>(asr64(s.bend * n, 10)));  // Q22 x Q20 -> Q32
  if (kPreset == kMarble) return profile_sine(s.wave.profile, wave_phase(s.wave.first, x, y) + bend);
  if (kPreset == kWood) {
    const uint32_t r = static_cast<uint32_t>(distance_q12<kFine>(x - s.radial.cx, y - s.radial.cy));
    return profile_sine(s.radial.profile, s.radial.frequency * r + bend);
  }
  return to_q14(n);
}

}  // namespace pc15::normative
