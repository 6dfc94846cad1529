// Kernel FIELD: the polynomial every program starts from, and the linear gradient as a layer
// (docs/bitstream-programs.md, section 8.5).
#pragma once

#include "normative/catalogue.h"
#include "normative/fixed.h"
#include "normative/program.h"

namespace pc15::normative {

// Grey levels of a program are accumulated in Q6 and kept within +-kLevelBound.
enum : int32_t { kLevelBound = 1 << 20, kLevelMax = 255 * 64 };

struct FieldSetup {
  int32_t order = 0;
  int32_t c[kFieldTerms] = {};
  int64_t unit = 0;  // 2^39 / half frame
};

PC15_HD FieldSetup field_setup(const Field& field, int32_t plane, const Frame& frame) {
  FieldSetup s;
  const bool coded = plane == 0 || field.has_chroma;
  s.order = coded ? field.order : 0;
  for (int32_t i = 0; i < kFieldTerms; ++i) s.c[i] = coded ? field.coef[plane][i] : (i == 0 ? kNeutralDc : 0);
  s.unit = (int64_t{1} << 39) / frame.half;
  return s;
}

// A Q4 coordinate in halves of the frame, Q15, bounded to +-32.
PC15_HD int64_t field_unit(const FieldSetup& s, int32_t q4) {
  return clamp_i64(asr64(q4 * s.unit, 24), -(1 << 20), 1 << 20);
}

// Grey level in Q6 at (x, y), Q4 from the centre of the frame.
PC15_HD int32_t field_value(const FieldSetup& s, int32_t x, int32_t y) {
  int64_t level = int64_t{s.c[0]} * 32;
  if (s.order >= 1) {
    const int64_t u = field_unit(s, x), v = field_unit(s, y);
    int64_t sum = s.c[1] * u + s.c[2] * v;
    if (s.order >= 2) {
      sum += s.c[3] * (asr64(u * u, 15) - 10923) + s.c[4] * (asr64(v * v, 15) - 10923) +
             s.c[5] * asr64(u * v, 15);
    }
    level += round_shift64(sum, 10);
  }
  return static_cast<int32_t>(clamp_i64(level, -kLevelBound, kLevelBound));
}

struct GradientSetup {
  int64_t cos_q30 = 0, sin_q30 = 0;
  int64_t offset_q12 = 0, inverse = 0;
  bool smooth = false;
};

PC15_HD GradientSetup gradient_setup(const Layer& layer, const PresetSpec& spec) {
  GradientSetup s;
  const uint32_t turn = static_cast<uint32_t>(layer_param(layer, spec, ParamId::kAngle, 0)) << 14;
  s.cos_q30 = cos_q30(turn);
  s.sin_q30 = sin_q30(turn);
  s.offset_q12 = int64_t{layer_param(layer, spec, ParamId::kOffset, 0)} * 256;
  s.inverse = (int64_t{1} << 29) / layer_param(layer, spec, ParamId::kLength, 4);
  s.smooth = layer_param(layer, spec, ParamId::kEasing, 0) == static_cast<int32_t>(Easing::kSmooth);
  return s;
}

// 2 d / L clamped to [-1, 1], d the distance along the direction; Q14. x, y in Q(4 + kFine).
template <int32_t kFine>
PC15_HD int32_t gradient_value(const GradientSetup& s, int32_t x, int32_t y) {
  const int64_t d = asr64(x * s.cos_q30 + y * s.sin_q30, 22 + kFine) - s.offset_q12;
  const int32_t v = static_cast<int32_t>(clamp_i64(asr64(d * s.inverse, 24), -16384, 16384));
  return s.smooth ? smooth_sign_q14(v * 2) : v;
}

}  // namespace pc15::normative
