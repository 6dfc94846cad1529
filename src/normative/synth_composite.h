// Kernel COMPOSITE and the distorted checkerboard: generators made of a base, a warp and a mask under one
// name (docs/bitstream-programs.md, sections 8.9 and 8.13).
#pragma once

#include "normative/catalogue.h"
#include "normative/fixed.h"
#include "normative/program.h"
#include "normative/synth_lattice.h"
#include "normative/synth_radial.h"
#include "normative/synth_wave.h"
#include "normative/warp.h"

namespace pc15::normative {

struct CompositeSetup {
  WaveSetup wave;
  LatticeSetup lattice;    // kCheckerDistorted
  TwistSetup twist;        // kSwirl
  DriftSetup drift;        // kCheckerDistorted
  int32_t cx = 0, cy = 0;  // kComposite: centre of the disc, Q4
  int64_t radius = 0;      // Q16 px
  SoftEdge edge;
};

PC15_HD CompositeSetup composite_setup(const Layer& layer, const PresetSpec& spec, int32_t scale_log2,
                                       uint64_t seed) {
  CompositeSetup s;
  if (layer.preset == kCheckerDistorted) {
    s.lattice = lattice_setup(layer, spec, scale_log2, seed);
    refine(&s.lattice.a);
    refine(&s.lattice.b);
    s.drift = drift_setup(layer_param(layer, spec, ParamId::kScale, 80),
                          layer_param(layer, spec, ParamId::kAmplitude, 0), seed);
    return s;
  }
  s.wave = wave_setup(layer, spec, scale_log2);
  if (layer.preset == kSwirl) {
    refine(&s.wave.first);
    s.twist = twist_setup(layer.params, spec);
    return s;
  }
  s.cx = layer_param(layer, spec, ParamId::kCenterX, 0);
  s.cy = layer_param(layer, spec, ParamId::kCenterY, 0);
  s.radius = int64_t{layer_param(layer, spec, ParamId::kLength, 4)} << 13;  // half of q / 4 px
  s.edge = make_edge(soft_half(layer_param(layer, spec, ParamId::kSoftness, 48), scale_log2));
  return s;
}

// Bent waves inside a soft disc, -1 outside.
template <int32_t kFine>
PC15_HD int32_t bent_disc_value(const CompositeSetup& s, int32_t x, int32_t y) {
  const int64_t r = distance_q12<kFine>(x - s.cx * (1 << kFine), y - s.cy * (1 << kFine));
  const int32_t inside = 16384 + edge_q14(s.edge, s.radius - r * 16);  // Q15
  const uint32_t p2 = wave_phase(s.wave.second, x, y);
  const int64_t bend = asr64(s.wave.bend * sin_q30(p2), 20);
  const uint32_t p = wave_phase(s.wave.first, x, y) + static_cast<uint32_t>(static_cast<uint64_t>(bend));
  return asr((profile_sine(s.wave.profile, p) + 16384) * inside, 15) - 16384;
}

template <int32_t kPreset, int32_t kFine>
PC15_HD int32_t composite_value(const CompositeSetup& s, NoiseCursor* cursor, int32_t x, int32_t y) {
  const int32_t unit = 1 << (kFineBits - kFine);
  if constexpr (kPreset == kComposite) return bent_disc_value<kFine>(s, x, y);
  if constexpr (kPreset == kSwirl) {
    const WarpPoint p = twist_point(s.twist, x * unit, y * unit);
    return profile_sine(s.wave.profile, wave_phase(s.wave.first, p.x, p.y));
  }
  const WarpPoint p = drift_point(s.drift, cursor, x * unit, y * unit);
  return lattice_value<kCheckerboard>(s.lattice, p.x, p.y);
}

}  // namespace pc15::normative
