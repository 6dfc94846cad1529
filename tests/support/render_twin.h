// Renders every generator from the normative headers alone and returns a hash of all samples. Included by two
// translation units: one compiled plainly, one as if by a CUDA compiler.
#pragma once

#include <cstdint>

#include "normative/blend.h"
#include "normative/synth.h"

namespace pc15::test {

struct TwinSample {
  const normative::LayerSetup& setup;
  normative::LayerCursor* cursor;
  int32_t x, y, value;
  template <int32_t kPreset>
  void run() {
    value = normative::layer_value<kPreset, 0>(setup, cursor, x, y);
  }
};

// FNV-1a over 32-bit words.
inline void twin_add(uint64_t* hash, uint32_t word) { *hash = (*hash ^ word) * 0x100000001B3ull; }

inline uint64_t twin_generator(int32_t position, int32_t scale_log2) {
  const normative::PresetSpec& spec = *normative::catalogue_entry(position);
  normative::Layer layer;
  layer.preset = spec.preset;
  for (int32_t p = 0; p < spec.param_count; ++p) layer.params[p] = spec.params[p].def;
  if (spec.preset == normative::kRidge) normative::set_default_profile(&layer);
  normative::LayerSetup setup;
  normative::setup_layer(layer, 20261, scale_log2, &setup);
  normative::LayerCursor cursor;
  normative::reset_cursor(&cursor);
  normative::Field field;
  field.order = 2;
  for (int32_t t = 0; t < normative::kFieldTerms; ++t) field.coef[0][t] = static_cast<int16_t>(100 - 30 * t);
  normative::Frame frame;
  frame.half = 64 * 8;
  const normative::FieldSetup base = normative::field_setup(field, 0, frame);
  uint64_t hash = 0xCBF29CE484222325ull;
  for (int32_t y = 0; y < 48; ++y) {
    for (int32_t x = 0; x < 48; ++x) {
      const int32_t qx = normative::sample_q4(x, scale_log2) - 400,
                    qy = normative::sample_q4(y, scale_log2) - 300;
      TwinSample sample{setup, &cursor, qx, qy, 0};
      normative::visit_preset(spec.preset, sample);
      int32_t level = normative::field_value(base, qx, qy);
      for (int32_t b = 0; b < normative::kBlendCount; ++b) {
        level = normative::blend_layer(level, static_cast<normative::Blend>(b), 90 - 40 * b, sample.value);
      }
      twin_add(&hash, static_cast<uint32_t>(sample.value));
      twin_add(&hash, static_cast<uint32_t>(level));
      twin_add(&hash, static_cast<uint32_t>(normative::blend_lerp(x * 200, level & 16383,
                                                                  normative::hann_weight(16 * y + 8, 48))));
    }
  }
  return hash;
}

// Defined in render_twin_cuda.cpp.
uint64_t twin_generator_cuda(int32_t position, int32_t scale_log2);
bool twin_took_cuda_branch();

}  // namespace pc15::test
