// Warps: maps of the plane that act before a generator (docs/bitstream-programs.md, section 8.15).
// Coordinates enter in Q4 px from the centre of the frame and leave in Q12, bounded to +-65536 px.
#pragma once

#include "normative/catalogue.h"
#include "normative/fixed.h"
#include "normative/prng.h"
#include "normative/program.h"
#include "normative/synth_noise.h"
#include "normative/synth_wave.h"

namespace pc15::normative {

struct WarpPoint {
  int32_t x, y;  // Q12
};
PC15_HD WarpPoint warp_point(int64_t x, int64_t y) {
  const int64_t limit = 1 << 28;
  return {static_cast<int32_t>(clamp_i64(x, -limit, limit)),
          static_cast<int32_t>(clamp_i64(y, -limit, limit))};
}

// A turn about (cx, cy) that falls off as (1 - r^2 / R^2)^2.
struct TwistSetup {
  int32_t cx = 0, cy = 0;  // Q12
  int64_t twist = 0;       // 1/64 turn
  int64_t limit = 1;       // R^2, Q24 px^2
  int32_t shift = 0;       // limit >> shift is below 2^32
};
PC15_HD TwistSetup twist_setup(const int32_t* params, const PresetSpec& spec) {
  TwistSetup s;
  s.cx = param_of(params, spec, ParamId::kCenterX, 0) * 256;
  s.cy = param_of(params, spec, ParamId::kCenterY, 0) * 256;
  s.twist = param_of(params, spec, ParamId::kTwist, 0);
  const int64_t radius = int64_t{param_of(params, spec, ParamId::kDecay, 4)} * 1024;  // Q12 px
  s.limit = radius * radius;
  while (s.limit >> s.shift >= int64_t{1} << 32) ++s.shift;
  return s;
}
PC15_HD WarpPoint twist_point(const TwistSetup& s, int32_t x, int32_t y) {  // Q12
  const int64_t dx = x - s.cx, dy = y - s.cy, d2 = dx * dx + dy * dy;
  if (d2 >= s.limit) return warp_point(x, y);
  const int64_t rest = (((s.limit - d2) >> s.shift) << 30) / (s.limit >> s.shift);  // 1 - r^2 / R^2, Q30
  const uint32_t turn =
      static_cast<uint32_t>(static_cast<uint64_t>(asr64(s.twist * ((rest * rest) >> 30), 4)));
  const int64_t c = cos_q30(turn), n = sin_q30(turn);
  return warp_point(s.cx + round_shift64(dx * c - dy * n, 30), s.cy + round_shift64(dx * n + dy * c, 30));
}

// Displacement along both axes by gradient noise.
struct DriftSetup {
  NoiseSetup noise[2];
  int64_t amplitude = 0;  // 1/4 px
};
PC15_HD DriftSetup drift_setup(int32_t scale, int32_t amplitude, uint64_t seed) {
  DriftSetup s;
  for (int32_t k = 0; k < 2; ++k) {
    s.noise[k].frequency = exp2_neg_q36(scale);
    s.noise[k].seed[0] = splitmix64(seed + 16 + static_cast<uint64_t>(k));
  }
  s.amplitude = amplitude;
  return s;
}
PC15_HD WarpPoint drift_point(const DriftSetup& s, NoiseCursor* cursor, int32_t x, int32_t y) {  // Q12
  const int64_t cx = cells_q40<kFineBits>(x, s.noise[0].frequency);
  const int64_t cy = cells_q40<kFineBits>(y, s.noise[0].frequency);
  const int64_t nx = noise_octave(s.noise[0], &cursor[0], 0, cx, cy);
  const int64_t ny = noise_octave(s.noise[1], &cursor[1], 0, cx, cy);
  return warp_point(x + round_shift64(s.amplitude * nx, 10), y + round_shift64(s.amplitude * ny, 10));
}

// Displacement across a direction by a sine along it.
struct ShearSetup {
  PlaneWave wave;
  int64_t cos_part = 0, sin_part = 0;  // Q30
  int64_t amplitude = 0;               // 1/4 px
};
PC15_HD WarpPoint shear_point(const ShearSetup& s, int32_t x, int32_t y) {       // Q4
  const int64_t d = asr64(s.amplitude * sin_q30(wave_phase(s.wave, x, y)), 16);  // Q16 px
  return warp_point(int64_t{x} * 256 + round_shift64(-d * s.sin_part, 34),
                    int64_t{y} * 256 + round_shift64(d * s.cos_part, 34));
}

// Perspective: both coordinates divided by 1 + tilt . (x, y) / half frame.
struct QuadSetup {
  int64_t tilt_x = 0, tilt_y = 0;  // 1/256
  int64_t unit = 0;                // 2^39 / half frame
};
PC15_HD WarpPoint quad_point(const QuadSetup& s, int32_t x, int32_t y) {  // Q4
  const int64_t u = asr64(x * s.unit, 24), v = asr64(y * s.unit, 24);     // halves of the frame, Q15
  const int64_t w = clamp_i64((1 << 20) + asr64(s.tilt_x * u + s.tilt_y * v, 3), 1 << 17, 1 << 23);
  return warp_point(int64_t{x} * (1 << 28) / w, int64_t{y} * (1 << 28) / w);  // towards 0
}

struct WarpSetup {
  uint8_t preset = kNoModifier;
  TwistSetup twist;
  DriftSetup drift;
  ShearSetup shear;
  QuadSetup quad;
};

PC15_HD WarpSetup warp_setup(const Modifier& warp, const Frame& frame, uint64_t seed) {
  WarpSetup s;
  s.preset = warp.preset;
  const PresetSpec* spec = find_modifier(warp.preset);
  if (spec == nullptr) return s;
  const int32_t amplitude = param_of(warp.params, *spec, ParamId::kAmplitude, 0);
  const uint32_t turn = static_cast<uint32_t>(param_of(warp.params, *spec, ParamId::kAngle, 0)) << 14;
  if (warp.preset == kWarpSine) {
    s.shear.wave = plane_wave(param_of(warp.params, *spec, ParamId::kPeriod, 8192), turn,
                              param_of(warp.params, *spec, ParamId::kPhase, 0), 0);
    s.shear.cos_part = cos_q30(turn);
    s.shear.sin_part = sin_q30(turn);
    s.shear.amplitude = amplitude;
  }
  if (warp.preset == kWarpTwist) s.twist = twist_setup(warp.params, *spec);
  if (warp.preset == kWarpNoise) {
    s.drift = drift_setup(param_of(warp.params, *spec, ParamId::kScale, 80), amplitude, seed);
  }
  s.quad.tilt_x = param_of(warp.params, *spec, ParamId::kTiltX, 0);
  s.quad.tilt_y = param_of(warp.params, *spec, ParamId::kTiltY, 0);
  s.quad.unit = (int64_t{1} << 39) / frame.half;
  return s;
}

// (x, y) in Q4 to Q12. `cursor` are two, for the noise.
PC15_HD WarpPoint warp_at(const WarpSetup& s, NoiseCursor* cursor, int32_t x, int32_t y) {
  if (s.preset == kWarpSine) return shear_point(s.shear, x, y);
  if (s.preset == kWarpTwist) return twist_point(s.twist, x * 256, y * 256);
  if (s.preset == kWarpNoise) return drift_point(s.drift, cursor, x * 256, y * 256);
  if (s.preset == kWarpQuad) return quad_point(s.quad, x, y);
  return warp_point(int64_t{x} * 256, int64_t{y} * 256);
}

}  // namespace pc15::normative
