// Kernel GABOR: waves under a window (docs/bitstream-programs.md, section 8.12). D. Gabor, "Theory of
// communication", 1946; J. Daugman, "Uncertainty relation for resolution in space", 1985; the noise is the
// sparse convolution of A. Lagae et al., "Procedural noise using sparse Gabor convolution", SIGGRAPH 2009,
// one impulse per cell, with the window (1 - r^2)^2 that ends at the distance of one cell.
#pragma once

#include "normative/catalogue.h"
#include "normative/fixed.h"
#include "normative/prng.h"
#include "normative/program.h"
#include "normative/synth_cellular.h"
#include "normative/synth_wave.h"

namespace pc15::normative {

enum : int32_t { kMaxBank = 16 };

struct GaborSetup {
  int32_t cx = 0, cy = 0;  // Q4, Q12 when fine
  uint32_t frequency = 0, phase = 0;
  int32_t count = 1;
  int64_t cos_part[kMaxBank] = {}, sin_part[kMaxBank] = {};  // Q30
  int32_t gain[kMaxBank] = {};                               // Q15
  int64_t inverse_u = 0, inverse_v = 0;                      // 2^45 / radius^2
  int64_t limit_u = 0, limit_v = 0;  // squared distance, Q16 px^2, beyond which the window is 0
  CellularSetup cells;               // kGaborNoise
};

PC15_HD GaborSetup gabor_setup(const Layer& layer, const PresetSpec& spec, int32_t scale_log2,
                               uint64_t seed) {
  GaborSetup s;
  s.cx = layer_param(layer, spec, ParamId::kCenterX, 0);
  s.cy = layer_param(layer, spec, ParamId::kCenterY, 0);
  const int32_t f = layer_param(layer, spec, ParamId::kPeriod, 65536);
  s.frequency = static_cast<uint32_t>(f);
  s.phase = static_cast<uint32_t>(layer_param(layer, spec, ParamId::kPhase, 0)) << 20;
  s.count = layer_param(layer, spec, ParamId::kArms, 1);
  const uint32_t turn = layer_turn(layer, spec, ParamId::kAngle);
  for (int32_t k = 0; k < s.count; ++k) {
    const uint32_t t = turn + static_cast<uint32_t>((uint64_t{0x80000000u} * static_cast<uint32_t>(k)) /
                                                    static_cast<uint32_t>(s.count));
    s.cos_part[k] = cos_q30(t);
    s.sin_part[k] = sin_q30(t);
    s.gain[k] = wave_gain(f, t, scale_log2);
  }
  const int64_t u = layer_param(layer, spec, ParamId::kRadius, 768);
  const int64_t v = layer_param(layer, spec, ParamId::kRadius2, static_cast<int32_t>(u));
  s.inverse_u = (int64_t{1} << 45) / (u * u);
  s.inverse_v = (int64_t{1} << 45) / (v * v);
  s.limit_u = (u * u) << 11;
  s.limit_v = (v * v) << 11;
  if (layer.preset == kGaborNoise) s.cells = cellular_setup(layer, spec, scale_log2, seed);
  return s;
}

// exp(-(u^2 / a^2 + v^2 / b^2) / 2) for u, v in Q12 px, Q15.
PC15_HD int32_t gabor_window(const GaborSetup& s, int32_t u, int32_t v) {
  const int64_t u2 = int64_t{asr(u, 4)} * asr(u, 4), v2 = int64_t{asr(v, 4)} * asr(v, 4);  // Q16
  if (u2 >= s.limit_u || v2 >= s.limit_v) return 0;
  return exp_neg_q15((u2 * s.inverse_u + v2 * s.inverse_v) >> 40);
}

template <int32_t kPreset, int32_t kFine>
PC15_HD int32_t gabor_at(const GaborSetup& s, int32_t x, int32_t y) {
  const int32_t dx = x - s.cx, dy = y - s.cy;
  int32_t sum = 0;
  for (int32_t k = 0; k < s.count; ++k) {
    const int32_t u = static_cast<int32_t>(asr64(dx * s.cos_part[k] + dy * s.sin_part[k], 22 + kFine));
    const int32_t v = static_cast<int32_t>(asr64(dy * s.cos_part[k] - dx * s.sin_part[k], 22 + kFine));
    const int32_t window = gabor_window(s, u, v);
    if (window == 0) continue;
    const uint32_t p = s.frequency * static_cast<uint32_t>(u) + s.phase;
    sum += round_shift(round_shift(sin_q15(p) * s.gain[k], 16) * window, 15);
  }
  return kPreset == kGabor ? sum : sum / s.count;
}

// One impulse per cell with a phase of its own.
template <int32_t kFine>
PC15_HD int32_t gabor_noise(const GaborSetup& s, CellularCursor* cursor, int32_t x, int32_t y) {
  const CellularSetup& c = s.cells;
  const int64_t cx = cells_q40<kFine>(x, c.frequency), cy = cells_q40<kFine>(y, c.frequency);
  visit_cell(c, cursor, static_cast<int32_t>(asr64(cx, 40)), static_cast<int32_t>(asr64(cy, 40)));
  const int32_t fx = static_cast<int32_t>((cx >> 20) & 1048575);
  const int32_t fy = static_cast<int32_t>((cy >> 20) & 1048575);
  int32_t sum = 0;
  for (int32_t k = 0; k < 9; ++k) {
    const int64_t dx = fx - cursor->px[k], dy = fy - cursor->py[k];  // cells, Q20
    const int64_t rest = (int64_t{1} << 40) - (dx * dx + dy * dy);
    if (rest <= 0) continue;
    const int64_t window = ((rest >> 20) * (rest >> 20)) >> 25;                             // Q15
    const int64_t along = asr64(dx * s.cos_part[0] + dy * s.sin_part[0], 30);               // cells, Q20
    const uint64_t turns = static_cast<uint64_t>(asr64(along * c.size, 24)) * s.frequency;  // Q12 x Q20
    const int32_t wave = round_shift(sin_q15(static_cast<uint32_t>(turns) + cursor->hash[k]) * s.gain[0], 16);
    sum += static_cast<int32_t>(asr64(wave * window, 15));
  }
  return clamp_i32(sum, -16384, 16384);
}

template <int32_t kPreset, int32_t kFine>
PC15_HD int32_t gabor_value(const GaborSetup& s, CellularCursor* cursor, int32_t x, int32_t y) {
  if constexpr (kPreset == kGaborNoise) return gabor_noise<kFine>(s, cursor, x, y);
  return gabor_at<kPreset, kFine>(s, x, y);
}

}  // namespace pc15::normative
