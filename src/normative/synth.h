// One layer ready to be sampled, whatever its kernel, and how layers accumulate into grey levels
// (docs/bitstream-programs.md, section 8.4).
#pragma once

#include "normative/catalogue.h"
#include "normative/fixed.h"
#include "normative/prng.h"
#include "normative/program.h"
#include "normative/synth_cellular.h"
#include "normative/synth_composite.h"
#include "normative/synth_field.h"
#include "normative/synth_gabor.h"
#include "normative/synth_grain.h"
#include "normative/synth_lattice.h"
#include "normative/synth_noise.h"
#include "normative/synth_radial.h"
#include "normative/synth_ridge.h"
#include "normative/synth_wave.h"

namespace pc15::normative {

// Only the member of the preset's kernel is set.
struct LayerSetup {
  uint8_t preset = 0;
  GradientSetup gradient;
  WaveSetup wave;
  RadialSetup radial;
  LatticeSetup lattice;
  NoiseSetup noise;
  CellularSetup cellular;
  RidgeSetup ridge;
  GaborSetup gabor;
  CompositeSetup composite;
  GrainSetup grain;
};

// What a walk along a row remembers; it never changes a result. Reset before the first sample.
struct LayerCursor {
  NoiseCursor noise[2];
  CellularCursor cellular;
};
PC15_HD void reset_cursor(LayerCursor* cursor) {
  reset_cursor(&cursor->noise[0]);
  reset_cursor(&cursor->noise[1]);
  reset_cursor(&cursor->cellular);
}

PC15_HD uint64_t layer_seed(const Layer& layer, int64_t image_seed) {
  if (layer.seed_mode == SeedMode::kExplicit) return splitmix64(static_cast<uint64_t>(layer.explicit_seed));
  const int32_t nudge = layer.seed_mode == SeedMode::kNudge ? layer.nudge + 1 : 0;
  return derive_seed(image_seed, layer.slot, layer.seed_layer, nudge);
}

// `layer` holds a preset of the catalogue with parameters in range.
PC15_HD void setup_layer(const Layer& layer, int64_t image_seed, int32_t scale_log2, LayerSetup* out) {
  const PresetSpec& spec = *find_preset(layer.preset);
  const uint64_t seed = layer_seeded(layer) ? layer_seed(layer, image_seed) : 0;
  out->preset = layer.preset;
  switch (preset_kernel(layer.preset)) {
    case Kernel::kField:
      out->gradient = gradient_setup(layer, spec);
      break;
    case Kernel::kWave:
      out->wave = wave_setup(layer, spec, scale_log2);
      break;
    case Kernel::kRadial:
      out->radial = radial_setup(layer, spec, scale_log2);
      break;
    case Kernel::kLattice:
      out->lattice = lattice_setup(layer, spec, scale_log2, seed);
      break;
    case Kernel::kNoise:
      if (layer.preset == kCheckerDistorted) {
        out->composite = composite_setup(layer, spec, scale_log2, seed);
      } else {
        out->noise = noise_setup(layer, spec, scale_log2, seed);
      }
      break;
    case Kernel::kCellular:
      out->cellular = cellular_setup(layer, spec, scale_log2, seed);
      break;
    case Kernel::kRidge:
      out->ridge = ridge_setup(layer, spec, scale_log2);
      break;
    case Kernel::kGabor:
      out->gabor = gabor_setup(layer, spec, scale_log2, seed);
      break;
    case Kernel::kComposite:
      out->composite = composite_setup(layer, spec, scale_log2, seed);
      break;
    case Kernel::kGrain:
      out->grain = grain_setup(layer, spec, scale_log2, seed);
      break;
  }
}

// Makes a setup ready for the Q12 coordinates of a warp.
PC15_HD void refine_setup(LayerSetup* s) {
  PlaneWave* waves[] = {&s->wave.first, &s->wave.second, &s->lattice.a, &s->lattice.b, &s->noise.wave.first};
  for (PlaneWave* w : waves) refine(w);
  if (s->preset == kComposite) {
    refine(&s->composite.wave.first);
    refine(&s->composite.wave.second);
  }
  int32_t* centers[] = {&s->radial.cx,       &s->radial.cy, &s->noise.radial.cx,
                        &s->noise.radial.cy, &s->gabor.cx,  &s->gabor.cy};
  for (int32_t* c : centers) *c *= 1 << kFineBits;
}

// Output of a preset known at compile time at (x, y), Q4 from the centre of the layer's frame (Q12 with
// kFine = kFineBits, after refine_setup()): Q14, -16384...16384.
template <int32_t kPreset, int32_t kFine>
PC15_HD int32_t layer_value(const LayerSetup& s, LayerCursor* cursor, int32_t x, int32_t y) {
  constexpr int32_t kKernel = kPreset >> 4;
  if constexpr (kKernel == 0) return gradient_value<kFine>(s.gradient, x, y);
  if constexpr (kKernel == 1) return wave_value<kPreset>(s.wave, x, y);
  if constexpr (kKernel == 2) return radial_value<kPreset, kFine>(s.radial, x, y);
  if constexpr (kKernel == 3) return lattice_value<kPreset>(s.lattice, x, y);
  if constexpr (kKernel == 8 || kPreset == kCheckerDistorted) {
    return composite_value<kPreset, kFine>(s.composite, cursor->noise, x, y);
  } else if constexpr (kKernel == 4) {
    return noise_value<kPreset, kFine>(s.noise, cursor->noise, x, y);
  }
  if constexpr (kKernel == 5) return cellular_value<kPreset, kFine>(s.cellular, &cursor->cellular, x, y);
  if constexpr (kKernel == 6) return ridge_value<kFine>(s.ridge, x, y);
  if constexpr (kKernel == 7) return gabor_value<kPreset, kFine>(s.gabor, &cursor->cellular, x, y);
  if constexpr (kKernel == 9) return grain_value<kFine>(s.grain, cursor->noise, x, y);
}

// clang-format off
// Calls visitor.template run<preset>() for a preset number of the catalogue.
template <typename Visitor>
PC15_HD void visit_preset(int32_t preset, Visitor& visitor) {
  switch (preset) {
#define PC15_VISIT(name) \
  case name: visitor.template run<name>(); break;
    PC15_VISIT(kGradLinear)
    PC15_VISIT(kWavesDir) PC15_VISIT(kStripes) PC15_VISIT(kStripesMultiscale) PC15_VISIT(kMoire)
    PC15_VISIT(kPlaid) PC15_VISIT(kWavesBend)
    PC15_VISIT(kRings) PC15_VISIT(kWavesCirc) PC15_VISIT(kRipple) PC15_VISIT(kGradRadial) PC15_VISIT(kSpiral)
    PC15_VISIT(kSpiralSquare) PC15_VISIT(kConcentricSquares) PC15_VISIT(kSunburst) PC15_VISIT(kPolarChecker)
    PC15_VISIT(kAngleGradient) PC15_VISIT(kKaleidoscope)
    PC15_VISIT(kCheckerboard) PC15_VISIT(kLattice) PC15_VISIT(kDots) PC15_VISIT(kDiamondGrid)
    PC15_VISIT(kTriTiling) PC15_VISIT(kHexGrid) PC15_VISIT(kWeave) PC15_VISIT(kBrick) PC15_VISIT(kBrickNoise)
    PC15_VISIT(kHerringbone)
    PC15_VISIT(kPerlin) PC15_VISIT(kValueNoise) PC15_VISIT(kTurbulence) PC15_VISIT(kFbmRidged)
    PC15_VISIT(kIsobands) PC15_VISIT(kMarble) PC15_VISIT(kWood)
    PC15_VISIT(kWorley) PC15_VISIT(kVoronoiCells) PC15_VISIT(kVoronoiEdges) PC15_VISIT(kPebbles)
    PC15_VISIT(kStarfield) PC15_VISIT(kGaussianSpots) PC15_VISIT(kCheckerDistorted)
    PC15_VISIT(kRidge) PC15_VISIT(kGabor) PC15_VISIT(kGaborBank) PC15_VISIT(kGaborNoise)
    PC15_VISIT(kComposite) PC15_VISIT(kSwirl) PC15_VISIT(kGrain)
#undef PC15_VISIT
    default: break;
  }
}
// clang-format on

// The level (Q6) after a layer of output v (Q14) and contrast in half grey levels.
PC15_HD int32_t blend_layer(int32_t level, Blend blend, int32_t contrast, int32_t v) {
  const int32_t shade = round_shift(contrast * 32 * v, 14);  // Q6
  switch (blend) {
    case Blend::kAdd:
      return clamp_i32(level + shade, -kLevelBound, kLevelBound);
    case Blend::kOver: {
      const int64_t target = (128 + int64_t{contrast} / 2) * 64 + (contrast % 2) * 32;
      return static_cast<int32_t>(level + round_shift64((target - level) * (16384 + v), 15));
    }
    case Blend::kMul: {
      const int64_t product =
          int64_t{level} * contrast * v;  // Q6 x halves x Q14; 256 halves double the level
      return static_cast<int32_t>(clamp_i64(level + round_shift64(product, 22), -kLevelBound, kLevelBound));
    }
    case Blend::kMin:
      return min_i32(level, 128 * 64 + shade);
    default:
      return max_i32(level, 128 * 64 + shade);
  }
}

// Q4 coordinate of sample i of an axis at a scale: half-sample centres, (i + 1/2) / scale px.
PC15_HD int32_t sample_q4(int32_t i, int32_t scale_log2) { return (2 * i + 1) * (1 << (3 - scale_log2)); }

}  // namespace pc15::normative
