// The table of presets and the functions over it; included by catalogue.h only.
#pragma once

#include "normative/fixed.h"

namespace pc15::normative {

// clang-format off
// Ranges shared by many presets, as {id, lo, hi, default}.
#define PC15_P_PERIOD {ParamId::kPeriod, 128, 524288, 32768}
#define PC15_P_PERIOD2 {ParamId::kPeriod2, 128, 524288, 32768}
#define PC15_P_CELL {ParamId::kCell, 128, 524288, 32768}
#define PC15_P_CELL2 {ParamId::kCell2, 128, 524288, 32768}
#define PC15_P_ANGLE {ParamId::kAngle, 0, 262143, 0}
#define PC15_P_PHASE {ParamId::kPhase, 0, 4095, 0}
#define PC15_P_PHASE2 {ParamId::kPhase2, 0, 4095, 0}
#define PC15_P_SKEW {ParamId::kSkew, -43008, 43008, 0}
#define PC15_P_PROFILE {ParamId::kProfile, 0, 3, 3}
#define PC15_P_DUTY {ParamId::kDuty, 128, 3968, 2048}
#define PC15_P_SOFT {ParamId::kSoftness, 0, 1023, 48}
#define PC15_P_CX {ParamId::kCenterX, -262144, 262144, 0}
#define PC15_P_CY {ParamId::kCenterY, -262144, 262144, 0}
#define PC15_P_SCALE {ParamId::kScale, 16, 160, 80}
#define PC15_P_OCTAVES {ParamId::kOctaves, 1, 6, 4}
#define PC15_P_GAIN {ParamId::kGain, 1, 16, 8}
#define PC15_P_JITTER {ParamId::kJitter, 0, 16, 16}
#define PC15_P_TWIST {ParamId::kTwist, -512, 512, 32}
#define PC15_P_DECAY {ParamId::kDecay, 4, 16383, 512}
#define PC15_P_THRESHOLD {ParamId::kThreshold, -64, 64, 0}
#define PC15_P_INVERT {ParamId::kInvert, 0, 1, 0}

PC15_HD const PresetSpec* preset_table(int32_t position) {
  static const PresetSpec table[] = {
      {kGradLinear, false, 4,
       {PC15_P_ANGLE, {ParamId::kOffset, -262144, 262144, 0}, {ParamId::kLength, 4, 65535, 1024},
        {ParamId::kEasing, 0, 1, 0}}},

      {kWavesDir, false, 3, {PC15_P_PERIOD, PC15_P_ANGLE, PC15_P_PHASE}},
      {kStripes, false, 6,
       {PC15_P_PERIOD, PC15_P_ANGLE, PC15_P_PHASE, PC15_P_PROFILE, PC15_P_DUTY, PC15_P_SOFT}},
      {kStripesMultiscale, false, 5,
       {PC15_P_PERIOD, PC15_P_ANGLE, PC15_P_PHASE, {ParamId::kOctaves, 1, 4, 3}, PC15_P_GAIN}},
      {kMoire, false, 6,
       {PC15_P_PERIOD, PC15_P_ANGLE, PC15_P_PHASE, {ParamId::kPeriod2, 128, 524288, 29128},
        {ParamId::kAngle2, 0, 262143, 4096}, PC15_P_PHASE2}},
      {kPlaid, false, 6,
       {PC15_P_PERIOD, PC15_P_ANGLE, PC15_P_PHASE, PC15_P_PERIOD2, {ParamId::kAngle2, 0, 262143, 65536},
        PC15_P_PHASE2}},
      {kWavesBend, false, 6,
       {PC15_P_PERIOD, PC15_P_ANGLE, PC15_P_PHASE, {ParamId::kAmplitude, 0, 1023, 32},
        {ParamId::kPeriod2, 128, 524288, 8192}, PC15_P_PHASE2}},

      {kRings, false, 7,
       {PC15_P_CX, PC15_P_CY, PC15_P_PERIOD, PC15_P_PHASE, PC15_P_PROFILE, PC15_P_DUTY, PC15_P_SOFT}},
      {kWavesCirc, false, 4, {PC15_P_CX, PC15_P_CY, PC15_P_PERIOD, PC15_P_PHASE}},
      {kRipple, false, 5,
       {PC15_P_CX, PC15_P_CY, PC15_P_PERIOD, PC15_P_PHASE, {ParamId::kDecay, 4, 16383, 256}}},
      {kGradRadial, false, 4,
       {PC15_P_CX, PC15_P_CY, {ParamId::kLength, 4, 65535, 512}, {ParamId::kEasing, 0, 1, 0}}},
      {kSpiral, false, 8,
       {PC15_P_CX, PC15_P_CY, PC15_P_PERIOD, {ParamId::kArms, -32, 32, 1}, PC15_P_PHASE, PC15_P_PROFILE,
        PC15_P_DUTY, PC15_P_SOFT}},
      {kSpiralSquare, false, 9,
       {PC15_P_CX, PC15_P_CY, PC15_P_PERIOD, PC15_P_ANGLE, {ParamId::kArms, -32, 32, 1}, PC15_P_PHASE,
        PC15_P_PROFILE, PC15_P_DUTY, PC15_P_SOFT}},
      {kConcentricSquares, false, 8,
       {PC15_P_CX, PC15_P_CY, PC15_P_PERIOD, PC15_P_ANGLE, PC15_P_PHASE, PC15_P_PROFILE, PC15_P_DUTY,
        PC15_P_SOFT}},
      {kSunburst, false, 7,
       {PC15_P_CX, PC15_P_CY, {ParamId::kArms, 1, 64, 12}, PC15_P_PHASE, PC15_P_PROFILE, PC15_P_DUTY,
        PC15_P_SOFT}},
      {kPolarChecker, false, 7,
       {PC15_P_CX, PC15_P_CY, PC15_P_PERIOD, {ParamId::kArms, 1, 64, 8}, PC15_P_PHASE, PC15_P_PHASE2,
        PC15_P_SOFT}},
      {kAngleGradient, false, 4, {PC15_P_CX, PC15_P_CY, {ParamId::kArms, 1, 64, 1}, PC15_P_PHASE}},
      {kKaleidoscope, false, 6,
       {PC15_P_CX, PC15_P_CY, {ParamId::kArms, 1, 32, 6}, PC15_P_PERIOD, PC15_P_ANGLE, PC15_P_PHASE}},

      {kCheckerboard, false, 6,
       {PC15_P_CELL, PC15_P_CELL2, PC15_P_ANGLE, PC15_P_PHASE, PC15_P_PHASE2, PC15_P_SOFT}},
      {kLattice, false, 8,
       {PC15_P_CELL, PC15_P_CELL2, PC15_P_ANGLE, PC15_P_SKEW, PC15_P_PHASE, PC15_P_PHASE2,
        {ParamId::kThickness, 0, 4095, 64}, PC15_P_SOFT}},
      {kDots, false, 8,
       {PC15_P_CELL, PC15_P_CELL2, PC15_P_ANGLE, PC15_P_SKEW, PC15_P_PHASE, PC15_P_PHASE2,
        {ParamId::kRadius, 0, 8191, 256}, PC15_P_SOFT}},
      {kDiamondGrid, false, 6,
       {PC15_P_CELL, PC15_P_CELL2, PC15_P_ANGLE, PC15_P_PHASE, PC15_P_PHASE2, PC15_P_SOFT}},
      {kTriTiling, false, 5, {PC15_P_CELL, PC15_P_ANGLE, PC15_P_PHASE, PC15_P_PHASE2, PC15_P_SOFT}},
      {kHexGrid, false, 6,
       {PC15_P_CELL, PC15_P_ANGLE, PC15_P_PHASE, PC15_P_PHASE2, {ParamId::kThickness, 0, 4095, 96},
        PC15_P_SOFT}},
      {kWeave, false, 7,
       {PC15_P_CELL, PC15_P_CELL2, PC15_P_ANGLE, PC15_P_PHASE, PC15_P_PHASE2,
        {ParamId::kThickness, 0, 4095, 768}, PC15_P_SOFT}},
      {kBrick, false, 8,
       {PC15_P_CELL, {ParamId::kCell2, 128, 524288, 65536}, PC15_P_ANGLE, PC15_P_PHASE, PC15_P_PHASE2,
        {ParamId::kShift, 0, 15, 8}, {ParamId::kThickness, 0, 4095, 64}, PC15_P_SOFT}},
      {kBrickNoise, true, 9,
       {PC15_P_CELL, {ParamId::kCell2, 128, 524288, 65536}, PC15_P_ANGLE, PC15_P_PHASE, PC15_P_PHASE2,
        {ParamId::kShift, 0, 15, 8}, {ParamId::kThickness, 0, 4095, 64}, PC15_P_SOFT,
        {ParamId::kVariation, 0, 16, 8}}},
      {kHerringbone, false, 6,
       {PC15_P_CELL, PC15_P_ANGLE, PC15_P_PHASE, PC15_P_PHASE2, {ParamId::kThickness, 0, 4095, 64},
        PC15_P_SOFT}},

      {kPerlin, true, 3, {PC15_P_SCALE, {ParamId::kOctaves, 1, 6, 1}, PC15_P_GAIN}},
      {kValueNoise, true, 3, {PC15_P_SCALE, {ParamId::kOctaves, 1, 6, 1}, PC15_P_GAIN}},
      {kTurbulence, true, 3, {PC15_P_SCALE, PC15_P_OCTAVES, PC15_P_GAIN}},
      {kFbmRidged, true, 3, {PC15_P_SCALE, PC15_P_OCTAVES, PC15_P_GAIN}},
      {kIsobands, true, 4,
       {PC15_P_SCALE, {ParamId::kOctaves, 1, 6, 2}, PC15_P_GAIN, {ParamId::kLevels, 1, 16, 4}}},
      {kMarble, true, 7,
       {PC15_P_PERIOD, PC15_P_ANGLE, PC15_P_PHASE, PC15_P_SCALE, PC15_P_OCTAVES, PC15_P_GAIN,
        {ParamId::kAmplitude, 0, 1023, 128}}},
      {kWood, true, 7,
       {PC15_P_CX, PC15_P_CY, PC15_P_PERIOD, PC15_P_SCALE, {ParamId::kOctaves, 1, 6, 2}, PC15_P_GAIN,
        {ParamId::kAmplitude, 0, 1023, 64}}},

      {kCheckerDistorted, true, 8,
       {PC15_P_CELL, PC15_P_CELL2, PC15_P_ANGLE, PC15_P_PHASE, PC15_P_PHASE2, PC15_P_SOFT, PC15_P_SCALE,
        {ParamId::kAmplitude, 0, 1023, 32}}},

      {kWorley, true, 2, {PC15_P_SCALE, PC15_P_JITTER}},
      {kVoronoiCells, true, 2, {PC15_P_SCALE, PC15_P_JITTER}},
      {kVoronoiEdges, true, 4,
       {PC15_P_SCALE, PC15_P_JITTER, {ParamId::kThickness, 0, 4095, 64}, PC15_P_SOFT}},
      {kPebbles, true, 3, {PC15_P_SCALE, PC15_P_JITTER, PC15_P_GAIN}},
      {kStarfield, true, 3,
       {PC15_P_SCALE, {ParamId::kRadius, 8, 8191, 48}, {ParamId::kDensity, 1, 16, 8}}},
      {kGaussianSpots, true, 4,
       {PC15_P_SCALE, {ParamId::kRadius, 8, 8191, 256}, {ParamId::kDensity, 1, 16, 16}, PC15_P_JITTER}},

      {kRidge, false, 3,
       {PC15_P_ANGLE, {ParamId::kOffset, -262144, 262144, 0}, {ParamId::kLength, 4, 65535, 1024}}},

      {kGabor, false, 7,
       {PC15_P_CX, PC15_P_CY, PC15_P_PERIOD, PC15_P_ANGLE, PC15_P_PHASE, {ParamId::kRadius, 8, 8191, 768},
        {ParamId::kRadius2, 8, 8191, 768}}},
      {kGaborBank, false, 7,
       {PC15_P_CX, PC15_P_CY, PC15_P_PERIOD, PC15_P_ANGLE, PC15_P_PHASE, {ParamId::kRadius, 8, 8191, 1536},
        {ParamId::kArms, 1, 16, 4}}},
      {kGaborNoise, true, 3, {PC15_P_SCALE, {ParamId::kPeriod, 128, 524288, 65536}, PC15_P_ANGLE}},

      {kComposite, false, 10,
       {PC15_P_PERIOD, PC15_P_ANGLE, PC15_P_PHASE, {ParamId::kAmplitude, 0, 1023, 32},
        {ParamId::kPeriod2, 128, 524288, 8192}, PC15_P_PHASE2, PC15_P_CX, PC15_P_CY,
        {ParamId::kLength, 4, 65535, 640}, PC15_P_SOFT}},
      {kSwirl, false, 7,
       {PC15_P_CX, PC15_P_CY, PC15_P_PERIOD, PC15_P_ANGLE, PC15_P_PHASE, PC15_P_TWIST, PC15_P_DECAY}},

      {kGrain, true, 3,
       {{ParamId::kLevel0, 0, 7, 7}, {ParamId::kLevel1, 0, 7, 6}, {ParamId::kLevel2, 0, 7, 5}}},
  };
  const int32_t count = static_cast<int32_t>(sizeof(table) / sizeof(table[0]));
  return position >= 0 && position < count ? &table[position] : nullptr;
}

PC15_HD const PresetSpec* modifier_table(int32_t position) {
  static const PresetSpec table[] = {
      {kWarpSine, false, 4,
       {{ParamId::kPeriod, 128, 524288, 8192}, PC15_P_ANGLE, PC15_P_PHASE, {ParamId::kAmplitude, 0, 1023, 32}}},
      {kWarpTwist, false, 4, {PC15_P_CX, PC15_P_CY, PC15_P_TWIST, PC15_P_DECAY}},
      {kWarpNoise, true, 2, {PC15_P_SCALE, {ParamId::kAmplitude, 0, 1023, 32}}},
      {kWarpQuad, false, 2, {{ParamId::kTiltX, -112, 112, 0}, {ParamId::kTiltY, -112, 112, 0}}},

      {kPalette2, false, 2, {PC15_P_THRESHOLD, {ParamId::kWidth, 0, 64, 8}}},
      {kPalette3, false, 4,
       {{ParamId::kThreshold, -64, 64, -21}, {ParamId::kThreshold2, -64, 64, 21}, {ParamId::kKnot0, -16, 16, 0},
        {ParamId::kWidth, 0, 64, 8}}},
      {kPaletteRamp, false, 4,
       {{ParamId::kKnot0, -16, 16, -16}, {ParamId::kKnot1, -16, 16, -5}, {ParamId::kKnot2, -16, 16, 5},
        {ParamId::kKnot3, -16, 16, 16}}},

      {kMaskHalfPlane, false, 3, {PC15_P_ANGLE, {ParamId::kOffset, -262144, 262144, 0}, PC15_P_SOFT}},
      {kMaskStrip, false, 5,
       {PC15_P_ANGLE, {ParamId::kOffset, -262144, 262144, 0}, {ParamId::kLength, 4, 65535, 256}, PC15_P_SOFT,
        PC15_P_INVERT}},
      {kMaskEllipse, false, 7,
       {PC15_P_CX, PC15_P_CY, {ParamId::kLength, 4, 65535, 256}, {ParamId::kLength2, 4, 65535, 256},
        PC15_P_ANGLE, PC15_P_SOFT, PC15_P_INVERT}},
      {kMaskThreshold, false, 3, {PC15_P_THRESHOLD, {ParamId::kWidth, 0, 64, 8}, PC15_P_INVERT}},
      {kMaskKernel, false, 1, {PC15_P_INVERT}},
  };
  const int32_t count = static_cast<int32_t>(sizeof(table) / sizeof(table[0]));
  return position >= 0 && position < count ? &table[position] : nullptr;
}

// clang-format on

#undef PC15_P_PERIOD
#undef PC15_P_PERIOD2
#undef PC15_P_CELL
#undef PC15_P_CELL2
#undef PC15_P_ANGLE
#undef PC15_P_PHASE
#undef PC15_P_PHASE2
#undef PC15_P_SKEW
#undef PC15_P_PROFILE
#undef PC15_P_DUTY
#undef PC15_P_SOFT
#undef PC15_P_CX
#undef PC15_P_CY
#undef PC15_P_SCALE
#undef PC15_P_OCTAVES
#undef PC15_P_GAIN
#undef PC15_P_JITTER
#undef PC15_P_TWIST
#undef PC15_P_DECAY
#undef PC15_P_THRESHOLD
#undef PC15_P_INVERT

PC15_HD int32_t catalogue_size() {
  int32_t n = 0;
  while (preset_table(n) != nullptr) ++n;
  return n;
}

PC15_HD const PresetSpec* catalogue_entry(int32_t position) { return preset_table(position); }

PC15_HD int32_t modifier_count() {
  int32_t n = 0;
  while (modifier_table(n) != nullptr) ++n;
  return n;
}

PC15_HD const PresetSpec* modifier_entry(int32_t position) { return modifier_table(position); }

PC15_HD const PresetSpec* find_modifier(int32_t preset) {
  for (int32_t i = 0; modifier_table(i) != nullptr; ++i) {
    if (modifier_table(i)->preset == preset) return modifier_table(i);
  }
  return nullptr;
}

PC15_HD int32_t modifiers_of_family(Family family) {
  int32_t n = 0;
  while (n < 16 && find_modifier(static_cast<int32_t>(family) * 16 + n) != nullptr) ++n;
  return n;
}

PC15_HD const PresetSpec* find_preset(int32_t preset) {
  for (int32_t i = 0; preset_table(i) != nullptr; ++i) {
    if (preset_table(i)->preset == preset) return preset_table(i);
  }
  return nullptr;
}

// Number of presets of a kernel: they are 16 k, 16 k + 1, ... without gaps.
PC15_HD int32_t presets_of_kernel(int32_t kernel) {
  int32_t n = 0;
  while (n < 16 && find_preset(kernel * 16 + n) != nullptr) ++n;
  return n;
}

// v modulo 2^bits in [-2^(bits-1), 2^(bits-1)).
PC15_HD int32_t wrap_signed(int32_t v, int32_t bits) {
  const int32_t half = 1 << (bits - 1);
  return ((v + half) & ((1 << bits) - 1)) - half;
}

// Range of index >> shift for a parameter.
struct CodedRange {
  int32_t lo, hi;
};
PC15_HD CodedRange coded_range(const ParamSpec& spec, int32_t shift) {
  return {asr(spec.lo + (1 << shift) - 1, shift), asr(spec.hi, shift)};
}

PC15_HD int32_t snap_param(const ParamSpec& spec, int32_t index, int32_t precision, int32_t frame_extent) {
  const int32_t shift = param_shift(spec.id, precision, frame_extent);
  const int32_t wrap = param_grid(spec.id).wrap;
  if (wrap > 0) {
    const int32_t k = shift > 0 ? asr(index, shift - 1) + 1 : index;
    return (shift > 0 ? asr(k, 1) * (1 << shift) : k) & ((1 << wrap) - 1);
  }
  const int32_t bounded = clamp_i32(index, spec.lo, spec.hi);
  const CodedRange range = coded_range(spec, shift);
  const int32_t k = shift > 0 ? round_shift(bounded, shift) : bounded;
  return clamp_i32(k, range.lo, range.hi) * (1 << shift);
}

// True when `count` parameters lie on their grids and in their ranges and the rest are 0.
PC15_HD bool params_valid(const int32_t* params, int32_t count, const PresetSpec& spec, int32_t precision,
                          int32_t frame_extent) {
  for (int32_t i = 0; i < count; ++i) {
    if (i >= spec.param_count) {
      if (params[i] != 0) return false;
      continue;
    }
    const ParamSpec& p = spec.params[i];
    if (params[i] < p.lo || params[i] > p.hi) return false;
    if (params[i] != snap_param(p, params[i], precision, frame_extent)) return false;
  }
  return true;
}

PC15_HD bool modifier_valid(const Modifier& m, Family family, int32_t precision, int32_t frame_extent) {
  if (m.preset == kNoModifier) {
    for (int32_t i = 0; i < kMaxModifierParams; ++i) {
      if (m.params[i] != 0) return false;
    }
    return true;
  }
  const PresetSpec* spec = find_modifier(m.preset);
  return spec != nullptr && modifier_family(m.preset) == family &&
         params_valid(m.params, kMaxModifierParams, *spec, precision, frame_extent);
}

PC15_HD bool profile_valid(const Layer& layer) {
  const int32_t count = layer.preset == kRidge ? layer.profile_count : 0;
  if (layer.profile_count != count || count > kMaxProfile) return false;
  if (layer.preset == kRidge && (count == 0 || layer.profile[count - 1] == 0)) return false;
  for (int32_t i = 0; i < kMaxProfile; ++i) {
    if (layer.profile[i] == -128 || (i >= count && layer.profile[i] != 0)) return false;
  }
  return true;
}

PC15_HD bool layer_valid(const Layer& layer, int32_t frame_extent) {
  const PresetSpec* spec = find_preset(layer.preset);
  if (spec == nullptr || layer.precision > kMaxPrecision) return false;
  return params_valid(layer.params, kMaxParams, *spec, layer.precision, frame_extent) &&
         profile_valid(layer) && modifier_valid(layer.warp, Family::kWarp, layer.precision, frame_extent) &&
         modifier_valid(layer.palette, Family::kPalette, layer.precision, frame_extent) &&
         modifier_valid(layer.mask, Family::kMask, layer.precision, frame_extent);
}

PC15_HD void snap_params(int32_t* params, int32_t count, const PresetSpec* spec, int32_t precision,
                         int32_t frame_extent) {
  for (int32_t i = 0; i < count; ++i) {
    params[i] = spec != nullptr && i < spec->param_count
                    ? snap_param(spec->params[i], params[i], precision, frame_extent)
                    : 0;
  }
}

PC15_HD void snap_layer(Layer* layer, int32_t frame_extent) {
  const PresetSpec* spec = find_preset(layer->preset);
  if (spec == nullptr) return;
  snap_params(layer->params, kMaxParams, spec, layer->precision, frame_extent);
  Modifier* modifiers[kModifierCount] = {&layer->warp, &layer->palette, &layer->mask};
  for (int32_t i = 0; i < kModifierCount; ++i) {
    Modifier* m = modifiers[i];
    snap_params(m->params, kMaxModifierParams, find_modifier(m->preset), layer->precision, frame_extent);
  }
}

// Coarse contrasts keep the leading bit and kContrastMantissaBits after it.
PC15_HD int32_t snap_contrast(int32_t half_levels, int32_t level_class) {
  int32_t m = min_i32(abs_i32(half_levels), kMaxContrast);
  if (level_class != 0) {
    int32_t shift = 0;
    while ((m >> shift) >= (2 << kContrastMantissaBits)) ++shift;
    if (shift > 0) m = round_shift(m, shift) << shift;
    if (m > kMaxContrast) m = kMaxContrast + 1 - (1 << shift);
  }
  return half_levels < 0 ? -m : m;
}

PC15_HD int32_t snap_field(int32_t half_levels, int32_t level_class, int32_t lo, int32_t hi) {
  const int32_t v = clamp_i32(half_levels, lo, hi);
  if (level_class == 0) return v;
  const int32_t step = kCoarseDcStep;
  const int32_t k = v >= 0 ? (v + step / 2) / step : -((-v + step / 2) / step);
  return clamp_i32(k, -(-lo / step), hi / step) * step;
}

PC15_HD void snap_levels(Program* program) {
  for (int32_t c = 0; c < kMaxPlanes; ++c) {
    int16_t* coef = program->field.coef[c];
    coef[0] = static_cast<int16_t>(snap_field(coef[0], program->level_class, 0, kMaxDc));
    for (int32_t t = 1; t < kFieldTerms; ++t) {
      coef[t] = static_cast<int16_t>(snap_field(coef[t], program->level_class, -kMaxSlope, kMaxSlope));
    }
    for (int32_t k = 0; k < kMaxLayers; ++k) {
      int16_t& contrast = program->layers[k].contrast[c];
      contrast = static_cast<int16_t>(snap_contrast(contrast, program->level_class));
    }
  }
}

}  // namespace pc15::normative
