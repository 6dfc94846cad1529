// The catalogue: every generator name is a preset, a kernel with some fields fixed and an ordered list of
// integer parameters (docs/bitstream-programs.md, section 7.4). Names, units and texts for people are in
// backend/param_codec.h; this header holds what decides pixels.
//
// A parameter is an index on the grid of its ParamId, restricted by the preset to [lo, hi]. Precision class p
// makes the grid coarser: only multiples of 2^s in [lo, hi] are valid, s = param_shift().
#pragma once

#include <cstdint>

#include "base/target.h"
#include "normative/program.h"

namespace pc15::normative {

enum class Kernel : uint8_t {
  kField = 0,
  kWave = 1,
  kRadial = 2,
  kLattice = 3,
  kNoise = 4,
  kCellular = 5,
  kRidge = 6,
  kGabor = 7,
  kComposite = 8,
  kGrain = 9,
};
enum : int32_t { kKernelCount = 10 };

// Families of modifiers: numbers of presets above those of kernels, with a table of their own.
enum class Family : uint8_t { kWarp = 10, kPalette = 11, kMask = 12 };

// Numbers are part of the bitstream: kernel * 16 + index.
enum Preset : uint8_t {
  kGradLinear = 0x00,
  kWavesDir = 0x10,
  kStripes,
  kStripesMultiscale,
  kMoire,
  kPlaid,
  kWavesBend,
  kRings = 0x20,
  kWavesCirc,
  kRipple,
  kGradRadial,
  kSpiral,
  kSpiralSquare,
  kConcentricSquares,
  kSunburst,
  kPolarChecker,
  kAngleGradient,
  kKaleidoscope,
  kCheckerboard = 0x30,
  kLattice,
  kDots,
  kDiamondGrid,
  kTriTiling,
  kHexGrid,
  kWeave,
  kBrick,
  kBrickNoise,
  kHerringbone,
  kPerlin = 0x40,
  kValueNoise,
  kTurbulence,
  kFbmRidged,
  kIsobands,
  kMarble,
  kWood,
  kCheckerDistorted,
  kWorley = 0x50,
  kVoronoiCells,
  kVoronoiEdges,
  kPebbles,
  kStarfield,
  kGaussianSpots,
  kRidge = 0x60,
  kGabor = 0x70,
  kGaborBank,
  kGaborNoise,
  kComposite = 0x80,
  kSwirl,
  kGrain = 0x90,
};

enum ModifierPreset : uint8_t {
  kNoModifier = 0,
  kWarpSine = 0xA0,
  kWarpTwist,
  kWarpNoise,
  kWarpQuad,
  kPalette2 = 0xB0,
  kPalette3,
  kPaletteRamp,
  kMaskHalfPlane = 0xC0,
  kMaskStrip,
  kMaskEllipse,
  kMaskThreshold,
  kMaskKernel,
};

// What a parameter means and its grid. q is the index.
enum class ParamId : uint8_t {
  kNone = 0,
  kPeriod,   // f = q 2^-20 cycles per px (period 2^20/q px)
  kPeriod2,  // same grid, second wave
  kCell,     // same grid: side of a cell along the first axis is 2^20/q px
  kCell2,    // along the second axis
  kAngle,    // q 2^-18 turn, wraps; 0 points right, positive turns towards the bottom (y down)
  kAngle2,   // second wave
  kSkew,     // q 2^-18 turn, signed: the second axis leans away from its right angle
  kPhase,    // q 2^-12 turn, wraps
  kPhase2,
  kProfile,   // Profile
  kDuty,      // q / 4096
  kSoftness,  // q / 32 px, full width of a transition
  kCenterX,   // q / 16 px from the frame's centre
  kCenterY,
  kOffset,     // q / 16 px along a direction
  kLength,     // q / 4 px
  kRadius,     // q / 32 px
  kThickness,  // q / 32 px
  kArms,       // integer, signed where the preset allows
  kShift,      // q / 16 of a cell
  kDecay,      // q / 4 px: the amplitude falls to 1/e
  kAmplitude,  // q / 4 px
  kScale,      // 2^(q/16) px: side of a lattice cell of noise
  kOctaves,    // integer
  kGain,       // q / 16: amplitude of an octave relative to the one below
  kLevels,     // integer
  kJitter,     // q / 16: 0 regular grid, 16 the whole cell
  kVariation,  // q / 16: strength of the random brightness per cell
  kDensity,    // q / 16: share of cells that hold a spot
  kEasing,     // Easing
  kLength2,    // q / 4 px
  kRadius2,    // q / 32 px
  kTwist,      // q / 64 turn at the centre, signed
  kTiltX,      // q / 256 per half of the frame, signed
  kTiltY,
  kThreshold,   // q / 64, signed
  kThreshold2,  // q / 64, signed
  kWidth,       // q / 64
  kKnot0,       // q / 16, signed
  kKnot1,
  kKnot2,
  kKnot3,
  kInvert,  // 0, 1
  kLevel0,  // 0: none; 1...7: amplitude 2^((q - 7) / 2)
  kLevel1,
  kLevel2,
};
enum : int32_t { kParamIdCount = 47 };

enum class Profile : int32_t { kSine = 0, kTriangle = 1, kRamp = 2, kPulse = 3 };
enum : int32_t { kProfileCount = 4 };
enum class Easing : int32_t { kLinear = 0, kSmooth = 1 };
enum : int32_t { kEasingCount = 2 };

struct ParamSpec {
  ParamId id = ParamId::kNone;
  int32_t lo = 0, hi = 0, def = 0;  // indices, inclusive
};

struct PresetSpec {
  uint8_t preset = 0;
  bool seeded = false;  // its output depends on the layer's seed
  uint8_t param_count = 0;
  ParamSpec params[kMaxParams];
};

PC15_HD Kernel preset_kernel(int32_t preset) { return static_cast<Kernel>(preset >> 4); }
PC15_HD Family modifier_family(int32_t preset) { return static_cast<Family>(preset >> 4); }
// A mask that reads the output of the layer below, so that the first layer cannot have it.
PC15_HD bool mask_reads_below(int32_t preset) { return preset == kMaskThreshold || preset == kMaskKernel; }

// How a grid reacts to the precision class.
enum : int8_t { kNeverShifted = 127 };
struct ParamGrid {
  int8_t bias;   // shift = max(0, p - bias) for p > 0; kNeverShifted: integers, enumerations, logarithmic
  bool spatial;  // frequencies and angles: coarser still in small frames, see frequency_shift()
  uint8_t wrap;  // log2 of the number of indices of a full turn, 0: does not wrap
};

PC15_HD ParamGrid param_grid(ParamId id) {
  switch (id) {
    case ParamId::kPeriod:
    case ParamId::kPeriod2:
    case ParamId::kCell:
    case ParamId::kCell2:
      return {0, true, 0};
    case ParamId::kAngle:
    case ParamId::kAngle2:
      return {0, true, 18};
    case ParamId::kSkew:
      return {0, true, 0};
    case ParamId::kPhase:
    case ParamId::kPhase2:
      return {-2, false, 12};
    case ParamId::kCenterX:
    case ParamId::kCenterY:
    case ParamId::kOffset:
      return {0, false, 0};
    case ParamId::kDuty:
      return {-2, false, 0};
    case ParamId::kRadius:
    case ParamId::kRadius2:
    case ParamId::kThickness:
    case ParamId::kSoftness:
      return {0, false, 0};
    case ParamId::kLength:
    case ParamId::kLength2:
    case ParamId::kAmplitude:
    case ParamId::kDecay:
      return {2, false, 0};
    default:
      return {kNeverShifted, false, 0};
  }
}

// From class 1 on, steps of frequency and angle scale with 1/extent: 0 for frames of 1024 px and more, 1 for
// 512..1023, ..., 5 for 32..63. Class 0 is the full grid in every frame.
PC15_HD int32_t frequency_shift(int32_t extent) {
  int32_t shift = 0;
  while (shift < 5 && (extent << shift) < 1024) ++shift;
  return shift;
}

PC15_HD int32_t param_shift(ParamId id, int32_t precision, int32_t frame_extent) {
  const ParamGrid grid = param_grid(id);
  if (grid.bias == kNeverShifted || precision == 0) return 0;
  const int32_t p = precision > grid.bias ? precision - grid.bias : 0;
  return grid.spatial ? p + frequency_shift(frame_extent) : p;
}

// Number of presets and the preset at a position of the list, in ascending order of number.
PC15_HD int32_t catalogue_size();
// Null for a number that is no preset.
PC15_HD const PresetSpec* find_preset(int32_t preset);
PC15_HD const PresetSpec* catalogue_entry(int32_t position);
// The same for modifiers. Family f has modifiers_of_family(f) presets 16 f, 16 f + 1, ...
PC15_HD int32_t modifier_count();
PC15_HD const PresetSpec* find_modifier(int32_t preset);
PC15_HD const PresetSpec* modifier_entry(int32_t position);

// Rounds an index to the grid of (precision, frame extent) within the specification's range.
PC15_HD int32_t snap_param(const ParamSpec& spec, int32_t index, int32_t precision, int32_t frame_extent);
// True when every parameter of an own layer lies on its grid and in its range.
PC15_HD bool layer_valid(const Layer& layer, int32_t frame_extent);
// Rounds all parameters of a layer in place, wrapping angles and phases.
PC15_HD void snap_layer(Layer* layer, int32_t frame_extent);
// Rounds contrasts and field coefficients of a program to its level class.
PC15_HD int32_t snap_contrast(int32_t half_levels, int32_t level_class);
PC15_HD void snap_levels(Program* program);

// The index of a parameter, or `fallback` where the preset does not have it.
PC15_HD int32_t param_of(const int32_t* params, const PresetSpec& spec, ParamId id, int32_t fallback) {
  for (int32_t i = 0; i < spec.param_count; ++i) {
    if (spec.params[i].id == id) return params[i];
  }
  return fallback;
}
PC15_HD int32_t layer_param(const Layer& layer, const PresetSpec& spec, ParamId id, int32_t fallback) {
  return param_of(layer.params, spec, id, fallback);
}

// The profile of a ridge that nobody has fitted.
PC15_HD void set_default_profile(Layer* layer) {
  const int8_t profile[4] = {12, -40, 0, 28};
  layer->profile_count = 4;
  for (int32_t k = 0; k < 4; ++k) layer->profile[k] = profile[k];
}

// True when the layer's output depends on its seed: by its preset or by its warp.
PC15_HD bool layer_seeded(const Layer& layer) {
  const PresetSpec* spec = find_preset(layer.preset);
  return (spec != nullptr && spec->seeded) || layer.warp.preset == kWarpNoise;
}

}  // namespace pc15::normative

#include "normative/catalogue_impl.h"
