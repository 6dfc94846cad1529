// Kernel RADIAL: functions of distance and angle around a centre (docs/bitstream-programs.md, section 8.7).
#pragma once

#include "normative/catalogue.h"
#include "normative/fixed.h"
#include "normative/program.h"
#include "normative/synth_wave.h"

namespace pc15::normative {

struct RadialSetup {
  int32_t cx = 0, cy = 0;  // Q4
  uint32_t frequency = 0;  // 2^-20 cycles/px
  int32_t arms = 0;
  uint32_t phase = 0, phase2 = 0;  // Q32
  ProfileSetup profile;
  int64_t px_turn = 0;      // Q16
  int64_t arm_px = 0;       // 2 pi / |arms|, Q20: px per turn of the angular phase at distance 1
  int64_t arm_inverse = 0;  // 2^32 / arms
  int64_t decay = 0, inverse = 0;
  int64_t cos_part = 0, sin_part = 0;  // Q30
  uint32_t turn = 0;
  bool smooth = false;
};

PC15_HD RadialSetup radial_setup(const Layer& layer, const PresetSpec& spec, int32_t scale_log2) {
  RadialSetup s;
  s.cx = layer_param(layer, spec, ParamId::kCenterX, 0);
  s.cy = layer_param(layer, spec, ParamId::kCenterY, 0);
  const int32_t f = layer_param(layer, spec, ParamId::kPeriod, 32768);
  s.frequency = static_cast<uint32_t>(f);
  s.px_turn = px_per_turn(f);
  s.arms = layer_param(layer, spec, ParamId::kArms, 0);
  if (s.arms != 0) {
    s.arm_px = 6588397 / abs_i32(s.arms);  // 2 pi 2^20
    s.arm_inverse = (int64_t{1} << 32) / abs_i32(s.arms);
  }
  s.phase = static_cast<uint32_t>(layer_param(layer, spec, ParamId::kPhase, 0)) << 20;
  s.phase2 = static_cast<uint32_t>(layer_param(layer, spec, ParamId::kPhase2, 0)) << 20;
  const Profile kind = layer.preset == kPolarChecker    ? Profile::kPulse
                       : layer.preset == kAngleGradient ? Profile::kRamp
                                                        : Profile::kSine;
  s.profile = profile_setup(layer, spec, static_cast<int32_t>(kind), scale_log2);
  s.profile.gain = layer.preset == kSunburst ? 32768 : box_gain(f, 1 << 30, scale_log2);
  s.decay = (int64_t{1} << 26) / layer_param(layer, spec, ParamId::kDecay, 256);
  s.inverse = (int64_t{1} << 29) / layer_param(layer, spec, ParamId::kLength, 512);
  s.smooth = layer_param(layer, spec, ParamId::kEasing, 0) == static_cast<int32_t>(Easing::kSmooth);
  s.turn = layer_turn(layer, spec, ParamId::kAngle);
  s.cos_part = cos_q30(s.turn);
  s.sin_part = sin_q30(s.turn);
  return s;
}

// Distance in Q12 px of an offset in Q(4 + kFine).
template <int32_t kFine>
PC15_HD int32_t distance_q12(int32_t dx, int32_t dy) {
  const int64_t d2 = static_cast<int64_t>(dx) * dx + static_cast<int64_t>(dy) * dy;
  return static_cast<int32_t>(isqrt(static_cast<uint64_t>(d2) << (16 - 2 * kFine)));
}

// px per turn of an angular phase at distance r, Q16.
PC15_HD int64_t angular_px(const RadialSetup& s, int32_t r_q12) { return (r_q12 * s.arm_px) >> 16; }

// px per turn of the sum of radial and angular phase: the steeper one decides.
PC15_HD int64_t spiral_px(const RadialSetup& s, int32_t r_q12) {
  if (s.arms == 0) return s.px_turn;
  const int64_t a = angular_px(s, r_q12);
  return a < s.px_turn ? a : s.px_turn;
}

PC15_HD uint32_t arm_phase(const RadialSetup& s, uint32_t angle) {
  return angle * static_cast<uint32_t>(s.arms);
}

// A plane wave seen through 2 |arms| mirrors.
PC15_HD int32_t kaleidoscope_value(const RadialSetup& s, int32_t r, uint32_t angle) {
  // Half a turn times 2^32 needs the 64th bit.
  const uint64_t half = static_cast<uint64_t>(abs_turn(signed_turn(arm_phase(s, angle))));
  const uint32_t folded = static_cast<uint32_t>((half * static_cast<uint64_t>(s.arm_inverse)) >> 32);
  const int64_t along = cos_q30(folded - s.turn) >> 8;                       // Q22
  const int64_t turns = asr64((int64_t{s.frequency} * r >> 8) * along, 14);  // Q24 x Q22 -> Q32
  return profile_sine(s.profile, s.phase + static_cast<uint32_t>(static_cast<uint64_t>(turns)));
}

// x, y in Q(4 + kFine) from the centre of the frame; so are cx, cy.
template <int32_t kPreset, int32_t kFine>
PC15_HD int32_t radial_value(const RadialSetup& s, int32_t x, int32_t y) {
  const int32_t dx = x - s.cx, dy = y - s.cy;
  if (kPreset == kAngleGradient || kPreset == kSunburst) {
    const uint32_t p = arm_phase(s, atan2_turns(dy, dx)) + s.phase;
    if (kPreset == kSunburst && s.profile.kind == Profile::kSine) return profile_sine(s.profile, p);
    return profile_value(s.profile, p, angular_px(s, distance_q12<kFine>(dx, dy)));
  }
  if (kPreset == kConcentricSquares || kPreset == kSpiralSquare) {
    const int32_t u = static_cast<int32_t>(asr64(dx * s.cos_part + dy * s.sin_part, 22 + kFine));
    const int32_t v = static_cast<int32_t>(asr64(dy * s.cos_part - dx * s.sin_part, 22 + kFine));
    const int32_t r = max_i32(abs_i32(u), abs_i32(v));
    const uint32_t p = s.frequency * static_cast<uint32_t>(r) + s.phase;
    if (kPreset == kConcentricSquares) return profile_value(s.profile, p, s.px_turn);
    return profile_value(s.profile, p + arm_phase(s, atan2_turns(v, u)), spiral_px(s, r));
  }
  const int32_t r = distance_q12<kFine>(dx, dy);
  if (kPreset == kGradRadial) {
    const int32_t v =
        max_i32(16384 - static_cast<int32_t>(clamp_i64((r * s.inverse) >> 24, 0, 32768)), -16384);
    return s.smooth ? smooth_sign_q14(v * 2) : v;
  }
  const uint32_t p = s.frequency * static_cast<uint32_t>(r) + s.phase;  // 2^-20 x Q12 = Q32
  if (kPreset == kRings) return profile_value(s.profile, p, s.px_turn);
  if (kPreset == kWavesCirc) return profile_sine(s.profile, p);
  if (kPreset == kRipple)
    return round_shift(profile_sine(s.profile, p) * exp_neg_q15((r * s.decay) >> 24), 15);
  const uint32_t angle = atan2_turns(dy, dx);
  if (kPreset == kSpiral) return profile_value(s.profile, p + arm_phase(s, angle), spiral_px(s, r));
  if (kPreset == kKaleidoscope) return kaleidoscope_value(s, r, angle);
  const int32_t ring = profile_pulse(s.profile, p, s.px_turn);  // kPolarChecker
  const int32_t ray = profile_pulse(s.profile, arm_phase(s, angle) + s.phase2, angular_px(s, r));
  return asr(ring * ray, 14);
}

}  // namespace pc15::normative
