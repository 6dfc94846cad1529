// What prepared_program.h describes, made from a program: arithmetic of whole numbers, the same on every
// device.
//
// Frames come beside the layers, because the geometry of a picture is the host's.
#pragma once

#include "backend/prepared_program.h"

namespace pc15::backend {

// No effect on the plane.
PC15_HD bool layer_idle(const normative::Layer& layer, int32_t plane) {
  using normative::Blend;
  if (plane > 0 && !layer.has_chroma) return true;
  return layer.contrast[plane] == 0 && (layer.blend == Blend::kAdd || layer.blend == Blend::kMul);
}

// `out` is new.
PC15_HD void make_layer(const normative::Layer& layer, const normative::Frame& frame, int64_t seed,
                        int32_t scale_log2, PreparedLayer* out) {
  normative::setup_layer(layer, seed, scale_log2, &out->setup);
  out->warp = normative::WarpSetup();
  if (layer.warp.preset != normative::kNoModifier) {
    out->warp = normative::warp_setup(
        layer.warp, frame, normative::layer_seeded(layer) ? normative::layer_seed(layer, seed) : 0);
    normative::refine_setup(&out->setup);
  }
  out->palette = normative::palette_setup(layer.palette);
  out->mask = normative::mask_setup(layer.mask, scale_log2);
  out->center_x = frame.center_x;
  out->center_y = frame.center_y;
}

// Field and layers, which come with their frames; no atoms. `out` is new.
PC15_HD void make_program(const normative::Program& program, const normative::Frame& own,
                          const normative::Frame* frames, int64_t seed, int32_t plane, int32_t scale_log2,
                          PreparedProgram* out) {
  out->field = normative::field_setup(program.field, plane, own);
  out->center_x = own.center_x;
  out->center_y = own.center_y;
  out->layer_count = 0;
  PC15_NO_UNROLL
  for (int32_t k = 0; k < program.layer_count; ++k) {
    const normative::Layer& layer = program.layers[k];
    const bool idle = layer_idle(layer, plane);
    const bool read = k + 1 < program.layer_count &&
                      normative::mask_reads_below(program.layers[k + 1].mask.preset) &&
                      !layer_idle(program.layers[k + 1], plane);
    if (idle && !read) continue;
    PreparedLayer& p = out->layers[out->layer_count++];
    make_layer(layer, frames[k], seed, scale_log2, &p);
    p.contrast = layer.contrast[plane];
    p.blend = layer.blend;
    p.silent = idle;
  }
}

}  // namespace pc15::backend
