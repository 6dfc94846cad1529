// Kernel WAVE: functions of a plane wave's phase, and the four profiles that other kernels share
// (docs/bitstream-programs.md, section 8.6).
#pragma once

#include "normative/catalogue.h"
#include "normative/fixed.h"
#include "normative/program.h"

namespace pc15::normative {

// Half of a transition of `softness` (1/32 px), Q16 px. At a smaller scale the box of a sample widens it:
// widths add in squares, and 0.6 samples stand for the box.
PC15_HD int32_t soft_half(int32_t softness, int32_t scale_log2) {
  const int32_t half = softness << 10;
  if (scale_log2 >= 0) return half;
  const int64_t box = int64_t{39322} << -scale_log2;
  return static_cast<int32_t>(isqrt(static_cast<uint64_t>(int64_t{half} * half + box * box)));
}

// px per turn of a frequency index, Q16.
PC15_HD int64_t px_per_turn(int32_t frequency) { return (int64_t{1} << 36) / frequency; }

// Amplitude of a sine of `frequency` along an axis after the box of a smaller scale; `part` is the axis'
// share of the direction, Q30.
PC15_HD int32_t box_gain(int32_t frequency, int32_t part_q30, int32_t scale_log2) {
  if (scale_log2 >= 0) return 32768;
  return sinc_q15(((static_cast<int64_t>(frequency) * abs_i32(part_q30)) >> 34) << -scale_log2);
}

// A periodic function of a phase.
struct ProfileSetup {
  Profile kind = Profile::kSine;
  int32_t gain = 32768;        // Q15, sine only
  int64_t duty_half = 0;       // Q32 turns
  int32_t duty = 2048;         // 1/4096
  int64_t rise = 0, fall = 0;  // 2^34 / duty, 2^34 / (4096 - duty)
  SoftEdge edge;
};

PC15_HD ProfileSetup profile_setup(const Layer& layer, const PresetSpec& spec, int32_t fallback_kind,
                                   int32_t scale_log2) {
  ProfileSetup s;
  s.kind = static_cast<Profile>(layer_param(layer, spec, ParamId::kProfile, fallback_kind));
  s.duty = layer_param(layer, spec, ParamId::kDuty, 2048);
  s.duty_half = static_cast<int64_t>(s.duty) << 19;
  s.rise = (int64_t{1} << 34) / s.duty;
  s.fall = (int64_t{1} << 34) / (4096 - s.duty);
  s.edge = make_edge(soft_half(layer_param(layer, spec, ParamId::kSoftness, 48), scale_log2));
  return s;
}

PC15_HD int32_t profile_sine(const ProfileSetup& s, uint32_t phase) {
  return round_shift(sin_q15(phase) * s.gain, 16);
}
// -1 at phase 0, +1 at `duty`, straight between.
PC15_HD int32_t profile_triangle(const ProfileSetup& s, uint32_t phase) {
  const int64_t t = phase >> 12, peak = static_cast<int64_t>(s.duty) << 8;  // Q20
  const int64_t v = t < peak ? ((t * s.rise) >> 27) - 16384 : 16384 - (((t - peak) * s.fall) >> 27);
  return static_cast<int32_t>(clamp_i64(v, -16384, 16384));
}
// A signed phase difference (Q32) in Q16 px; px_turn is below 2^36.
PC15_HD int64_t turns_to_px(int64_t d, int64_t px_turn_q16) { return asr64(asr64(d, 4) * px_turn_q16, 28); }
// 2 t - 1 with a soft fall at whole turns.
PC15_HD int32_t profile_ramp(const ProfileSetup& s, uint32_t phase, int64_t px_turn_q16) {
  const int64_t d = signed_turn(phase);
  return asr(signed_turn(phase), 17) - edge_q14(s.edge, turns_to_px(d, px_turn_q16));
}
// +1 in [0, duty), else -1, soft on both sides.
PC15_HD int32_t profile_pulse(const ProfileSetup& s, uint32_t phase, int64_t px_turn_q16) {
  const int64_t d = s.duty_half - abs_turn(signed_turn(phase - static_cast<uint32_t>(s.duty_half)));
  return edge_q14(s.edge, turns_to_px(d, px_turn_q16));
}
PC15_HD int32_t profile_value(const ProfileSetup& s, uint32_t phase, int64_t px_turn_q16) {
  switch (s.kind) {
    case Profile::kTriangle:
      return profile_triangle(s, phase);
    case Profile::kRamp:
      return profile_ramp(s, phase, px_turn_q16);
    case Profile::kPulse:
      return profile_pulse(s, phase, px_turn_q16);
    default:
      return profile_sine(s, phase);
  }
}

// A linear phase p0 + fx x + fy y in Q64 turns; x, y in Q4, or in Q(4 + kFineBits) after refine().
struct PlaneWave {
  uint64_t fx = 0, fy = 0, p0 = 0;
};
// Warped coordinates have 8 more fractional bits. The lowest 8 bits of fx and fy are 0, so this is exact.
enum : int32_t { kFineBits = 8 };
// Cells (Q40) of a coordinate in Q(4 + kFine); cells of noise need no more than Q8.
template <int32_t kFine>
PC15_HD int64_t cells_q40(int32_t x, int64_t cells_per_px_q36) {
  if constexpr (kFine == 0) return x * cells_per_px_q36;
  return asr64(asr(x, kFine - 4) * cells_per_px_q36, 4);
}
PC15_HD void refine(PlaneWave* w) {
  w->fx = static_cast<uint64_t>(asr64(static_cast<int64_t>(w->fx), kFineBits));
  w->fy = static_cast<uint64_t>(asr64(static_cast<int64_t>(w->fy), kFineBits));
}
PC15_HD uint64_t wave_phase64(const PlaneWave& w, int32_t x, int32_t y) {
  return w.p0 + w.fx * static_cast<uint64_t>(static_cast<int64_t>(x)) +
         w.fy * static_cast<uint64_t>(static_cast<int64_t>(y));
}
PC15_HD uint32_t wave_phase(const PlaneWave& w, int32_t x, int32_t y) {
  return static_cast<uint32_t>(wave_phase64(w, x, y) >> 32);
}
// frequency: 2^-20 cycles/px; turn: direction; phase: 1/4096 turn. cells_log2 > 0: a turn is 2^cells_log2
// cycles, so that the upper bits of the phase count cycles.
PC15_HD PlaneWave make_plane_wave(int64_t frequency, int64_t cos_part, int64_t sin_part, int32_t phase,
                                  int32_t cells_log2) {
  PlaneWave w;
  const uint64_t unit = uint64_t{1} << (20 - cells_log2);
  w.fx = static_cast<uint64_t>(asr64(frequency * cos_part, 10)) * unit;
  w.fy = static_cast<uint64_t>(asr64(frequency * sin_part, 10)) * unit;
  w.p0 = static_cast<uint64_t>(phase) << (52 - cells_log2);
  return w;
}
PC15_HD PlaneWave plane_wave(int32_t frequency, uint32_t turn, int32_t phase, int32_t cells_log2) {
  return make_plane_wave(frequency, cos_q30(turn), sin_q30(turn), phase, cells_log2);
}

struct WaveSetup {
  PlaneWave first, second;
  ProfileSetup profile;
  int64_t px_turn = 0;          // Q16
  int32_t gain = 0, gain2 = 0;  // Q15
  int32_t weight[4] = {};       // kStripesMultiscale, Q15
  int64_t bend = 0;             // kWavesBend: cycles of the carrier per unit of bending, Q22
};

PC15_HD uint32_t layer_turn(const Layer& layer, const PresetSpec& spec, ParamId id) {
  return static_cast<uint32_t>(layer_param(layer, spec, id, 0)) << 14;
}
PC15_HD int32_t wave_gain(int32_t frequency, uint32_t turn, int32_t scale_log2) {
  return mul_round(box_gain(frequency, cos_q30(turn), scale_log2),
                   box_gain(frequency, sin_q30(turn), scale_log2), 15);
}

// Weights of octaves whose amplitudes fall by gain/16: they sum to about 32768.
PC15_HD void octave_weights(int32_t octaves, int32_t gain, int32_t* weight) {
  int64_t amplitude = 1 << 20, sum = 0, a[6] = {};
  for (int32_t k = 0; k < octaves; ++k) {
    a[k] = amplitude;
    sum += amplitude;
    amplitude = (amplitude * gain) >> 4;
  }
  for (int32_t k = 0; k < octaves; ++k) weight[k] = static_cast<int32_t>(((a[k] << 15) + sum / 2) / sum);
}

PC15_HD WaveSetup wave_setup(const Layer& layer, const PresetSpec& spec, int32_t scale_log2) {
  WaveSetup s;
  const int32_t f = layer_param(layer, spec, ParamId::kPeriod, 32768);
  const uint32_t turn = layer_turn(layer, spec, ParamId::kAngle);
  s.first = plane_wave(f, turn, layer_param(layer, spec, ParamId::kPhase, 0), 0);
  s.gain = wave_gain(f, turn, scale_log2);
  s.px_turn = px_per_turn(f);
  s.profile = profile_setup(layer, spec, static_cast<int32_t>(Profile::kSine), scale_log2);
  s.profile.gain = s.gain;
  const int32_t f2 = layer_param(layer, spec, ParamId::kPeriod2, 32768);
  const bool bent = layer.preset == kWavesBend || layer.preset == kComposite;
  const uint32_t turn2 = bent ? turn + 0x40000000u : layer_turn(layer, spec, ParamId::kAngle2);
  s.second = plane_wave(f2, turn2, layer_param(layer, spec, ParamId::kPhase2, 0), 0);
  s.gain2 = wave_gain(f2, turn2, scale_log2);
  s.bend = static_cast<int64_t>(f) * layer_param(layer, spec, ParamId::kAmplitude, 0);
  if (layer.preset == kStripesMultiscale) {
    const int32_t octaves = layer_param(layer, spec, ParamId::kOctaves, 1);
    octave_weights(octaves, layer_param(layer, spec, ParamId::kGain, 8), s.weight);
    for (int32_t k = 0; k < 4; ++k) {
      const int64_t fk = static_cast<int64_t>(f) << k;
      const bool kept = k < octaves && fk << (scale_log2 < 0 ? -scale_log2 : 0) <= 524288;
      s.weight[k] =
          kept ? mul_round(s.weight[k], wave_gain(static_cast<int32_t>(fk), turn, scale_log2), 15) : 0;
    }
  }
  return s;
}

// Q14 at (x, y), Q4 from the centre of the frame.
template <int32_t kPreset>
PC15_HD int32_t wave_value(const WaveSetup& s, int32_t x, int32_t y) {
  const uint64_t p64 = wave_phase64(s.first, x, y);
  const uint32_t p = static_cast<uint32_t>(p64 >> 32);
  if (kPreset == kWavesDir) return profile_sine(s.profile, p);
  if (kPreset == kStripes) return profile_value(s.profile, p, s.px_turn);
  if (kPreset == kStripesMultiscale) {
    int32_t sum = 0;
    for (int32_t k = 0; k < 4; ++k) {
      if (s.weight[k] != 0) sum += asr(sin_q15(static_cast<uint32_t>((p64 << k) >> 32)) * s.weight[k], 8);
    }
    return clamp_i32(round_shift(sum, 8), -16384, 16384);
  }
  const uint32_t p2 = wave_phase(s.second, x, y);
  if (kPreset == kWavesBend) {
    const int64_t bend = asr64(s.bend * sin_q30(p2), 20);
    return profile_sine(s.profile, p + static_cast<uint32_t>(static_cast<uint64_t>(bend)));
  }
  const int32_t a = asr(sin_q15(p) * s.gain, 15), b = asr(sin_q15(p2) * s.gain2, 15);
  if (kPreset == kMoire) return round_shift(a * b, 16);
  return round_shift(a + b, 2);  // kPlaid
}

}  // namespace pc15::normative
