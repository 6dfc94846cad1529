// Kernel RIDGE: any function of the coordinate along one direction, coded as the coefficients of a cosine
// series (docs/bitstream-programs.md, section 8.11). The series is the DCT-II of the profile: N. Ahmed,
// T. Natarajan, K. Rao, "Discrete cosine transform", 1974.
#pragma once

#include "normative/catalogue.h"
#include "normative/fixed.h"
#include "normative/program.h"
#include "normative/synth_wave.h"

namespace pc15::normative {

struct RidgeSetup {
  int64_t cos_part = 0, sin_part = 0;  // Q30
  int64_t offset_q12 = 0;
  int64_t inverse = 0;  // 2^29 / length
  int32_t count = 0;
  int32_t amplitude[kMaxProfile] = {};  // Q14
};

PC15_HD RidgeSetup ridge_setup(const Layer& layer, const PresetSpec& spec, int32_t scale_log2) {
  RidgeSetup s;
  const uint32_t turn = layer_turn(layer, spec, ParamId::kAngle);
  s.cos_part = cos_q30(turn);
  s.sin_part = sin_q30(turn);
  s.offset_q12 = int64_t{layer_param(layer, spec, ParamId::kOffset, 0)} * 256;
  const int32_t length = layer_param(layer, spec, ParamId::kLength, 4);
  s.inverse = (int64_t{1} << 29) / length;
  s.count = layer.profile_count;
  for (int32_t k = 0; k < s.count; ++k) {
    // Harmonic k + 1 has (k + 1) / 2 periods over the length of q / 4 px: 2 (k + 1) / q cycles per px, Q16.
    const int64_t cycles = (int64_t{k + 1} << 17) / length;
    const int32_t gain = scale_log2 < 0 ? sinc_q15(cycles << -scale_log2) : 32768;
    s.amplitude[k] = round_shift(layer.profile[k] * 256 * gain, 15);
  }
  return s;
}

// Sum of c_k cos(pi (k + 1) t), t the position between the ends of the profile, held beyond them. x, y in
// Q(4 + kFine).
template <int32_t kFine>
PC15_HD int32_t ridge_value(const RidgeSetup& s, int32_t x, int32_t y) {
  const int64_t d = asr64(x * s.cos_part + y * s.sin_part, 22 + kFine) - s.offset_q12;
  // Half a turn of the first harmonic over the length: 2^31 (d / L + 1/2), d in Q12, L = q / 4 px.
  const int64_t t = clamp_i64(asr64(d * s.inverse, 8) + (int64_t{1} << 30), 0, int64_t{1} << 31);
  const uint32_t phase = static_cast<uint32_t>(t);
  int64_t sum = 0;
  for (int32_t k = 0; k < s.count; ++k) {
    sum += int64_t{s.amplitude[k]} * cos_q15(phase * static_cast<uint32_t>(k + 1));
  }
  return static_cast<int32_t>(clamp_i64(round_shift64(sum, 15), -16384, 16384));
}

}  // namespace pc15::normative
