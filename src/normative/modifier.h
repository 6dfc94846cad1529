// Palettes and masks: what acts on the output of a generator (docs/bitstream-programs.md, section 8.15).
#pragma once

#include "normative/catalogue.h"
#include "normative/fixed.h"
#include "normative/program.h"
#include "normative/synth_radial.h"
#include "normative/synth_wave.h"

namespace pc15::normative {

// A step at `threshold` (Q14) of half width `half` (Q14): 0...32768.
PC15_HD int32_t level_step(int32_t v, int32_t threshold, int32_t half) {
  if (half == 0) return v >= threshold ? 32768 : 0;
  return smooth_step_q15(clamp_i32((v - threshold) * 32768 / half, -32768, 32768));  // / towards 0
}

struct PaletteSetup {
  uint8_t preset = kNoModifier;
  int32_t threshold[2] = {};  // Q14
  int32_t half = 0;           // Q14
  int32_t knot[4] = {};       // Q14
};

PC15_HD PaletteSetup palette_setup(const Modifier& palette) {
  PaletteSetup s;
  s.preset = palette.preset;
  const PresetSpec* spec = find_modifier(palette.preset);
  if (spec == nullptr) return s;
  s.threshold[0] = param_of(palette.params, *spec, ParamId::kThreshold, 0) * 256;
  s.threshold[1] = param_of(palette.params, *spec, ParamId::kThreshold2, 0) * 256;
  s.half = param_of(palette.params, *spec, ParamId::kWidth, 0) * 128;
  const ParamId knots[4] = {ParamId::kKnot0, ParamId::kKnot1, ParamId::kKnot2, ParamId::kKnot3};
  for (int32_t i = 0; i < 4; ++i) s.knot[i] = param_of(palette.params, *spec, knots[i], 0) * 1024;
  return s;
}

// Q14 to Q14.
PC15_HD int32_t palette_value(const PaletteSetup& s, int32_t v) {
  if (s.preset == kPalette2) return level_step(v, s.threshold[0], s.half) - 16384;
  if (s.preset == kPalette3) {
    // -1, knot 0 between the thresholds, +1; rounding keeps both steps in range.
    const int32_t low = asr((16384 + s.knot[0]) * (level_step(v, s.threshold[0], s.half) >> 1), 14);
    const int32_t high = asr((16384 - s.knot[0]) * (level_step(v, s.threshold[1], s.half) >> 1), 14);
    return low + high - 16384;
  }
  if (s.preset == kPaletteRamp) {
    const int32_t t = (v + 16384) * 3;  // 0...98304, one segment is 32768
    const int32_t i = min_i32(t >> 15, 2), f = t - (i << 15);
    return s.knot[i] + asr((s.knot[i + 1] - s.knot[i]) * (f >> 1), 14);
  }
  return v;
}

struct MaskSetup {
  uint8_t preset = kNoModifier;
  int64_t cos_part = 0, sin_part = 0;  // Q30
  int64_t offset_q12 = 0, half_q16 = 0;
  int32_t cx = 0, cy = 0;                  // Q4
  int64_t limit[2] = {}, inverse[2] = {};  // kMaskEllipse: 64 half axes, Q12 px; 2^40 / half axis in 1/4 px
  int64_t small_axis = 0;                  // Q16 px
  SoftEdge edge;
  int32_t threshold = 0, width = 0;  // Q14
  bool invert = false;
};

PC15_HD MaskSetup mask_setup(const Modifier& mask, int32_t scale_log2) {
  MaskSetup s;
  s.preset = mask.preset;
  const PresetSpec* spec = find_modifier(mask.preset);
  if (spec == nullptr) return s;
  const uint32_t turn = static_cast<uint32_t>(param_of(mask.params, *spec, ParamId::kAngle, 0)) << 14;
  s.cos_part = cos_q30(turn);
  s.sin_part = sin_q30(turn);
  s.offset_q12 = int64_t{param_of(mask.params, *spec, ParamId::kOffset, 0)} * 256;
  const int32_t a = param_of(mask.params, *spec, ParamId::kLength, 4);
  const int32_t b = param_of(mask.params, *spec, ParamId::kLength2, 4);
  s.half_q16 = int64_t{a} << 13;
  s.cx = param_of(mask.params, *spec, ParamId::kCenterX, 0);
  s.cy = param_of(mask.params, *spec, ParamId::kCenterY, 0);
  s.inverse[0] = (int64_t{1} << 40) / a;
  s.inverse[1] = (int64_t{1} << 40) / b;
  s.limit[0] = int64_t{a} << 16;
  s.limit[1] = int64_t{b} << 16;
  s.small_axis = int64_t{min_i32(a, b)} << 14;
  s.edge = make_edge(soft_half(param_of(mask.params, *spec, ParamId::kSoftness, 48), scale_log2));
  s.threshold = param_of(mask.params, *spec, ParamId::kThreshold, 0) * 256;
  s.width = param_of(mask.params, *spec, ParamId::kWidth, 0) * 128;
  s.invert = param_of(mask.params, *spec, ParamId::kInvert, 0) != 0;
  return s;
}

// Signed distance (Q16 px) to the border of an ellipse, exact on the border and on
// circles.
PC15_HD int64_t ellipse_distance(const MaskSetup& s, int32_t x, int32_t y) {
  const int64_t dx = x - s.cx, dy = y - s.cy;
  const int64_t u = asr64(dx * s.cos_part + dy * s.sin_part, 22);  // Q12 px
  const int64_t v = asr64(dy * s.cos_part - dx * s.sin_part, 22);
  const int64_t a = asr64(clamp_i64(u, -s.limit[0], s.limit[0]) * s.inverse[0], 30);  // half axes, Q20
  const int64_t b = asr64(clamp_i64(v, -s.limit[1], s.limit[1]) * s.inverse[1], 30);
  const int64_t r = isqrt(static_cast<uint64_t>(a * a + b * b));
  return asr64(((1 << 20) - r) * s.small_axis, 20);
}

// The share of a layer at (x, y), Q4 from the centre of its frame: Q15, 0...32768. `below` is the output of
// the layer below, Q14.
PC15_HD int32_t mask_value(const MaskSetup& s, int32_t x, int32_t y, int32_t below) {
  int32_t share = 32768;
  if (s.preset == kMaskHalfPlane || s.preset == kMaskStrip) {
    const int64_t d = (asr64(x * s.cos_part + y * s.sin_part, 22) - s.offset_q12) * 16;  // Q16 px
    share = 16384 + edge_q14(s.edge, s.preset == kMaskHalfPlane ? d : s.half_q16 - (d < 0 ? -d : d));
  } else if (s.preset == kMaskEllipse) {
    share = 16384 + edge_q14(s.edge, ellipse_distance(s, x, y));
  } else if (s.preset == kMaskThreshold) {
    share = level_step(below, s.threshold, s.width);
  } else if (s.preset == kMaskKernel) {
    share = below + 16384;
  }
  return s.invert ? 32768 - share : share;
}

}  // namespace pc15::normative
