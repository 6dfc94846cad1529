#include "backend/prepared_program.h"

namespace pc15::backend {

using namespace normative;  // the arithmetic this file drives

namespace {

// No effect on the plane.
bool layer_idle(const Layer& layer, int32_t plane) {
  if (plane > 0 && !layer.has_chroma) return true;
  return layer.contrast[plane] == 0 && (layer.blend == Blend::kAdd || layer.blend == Blend::kMul);
}

}  // namespace

void prepare_layer(const Layer& layer, const Geometry& geometry, int64_t seed, int32_t scale_log2,
                   PreparedLayer* out) {
  const Frame frame = slot_frame(geometry, layer.slot);
  setup_layer(layer, seed, scale_log2, &out->setup);
  out->warp = WarpSetup();
  if (layer.warp.preset != kNoModifier) {
    out->warp = warp_setup(layer.warp, frame, layer_seeded(layer) ? layer_seed(layer, seed) : 0);
    refine_setup(&out->setup);
  }
  out->palette = palette_setup(layer.palette);
  out->mask = mask_setup(layer.mask, scale_log2);
  out->center_x = frame.center_x;
  out->center_y = frame.center_y;
}

void prepare_program(const Program& program, const ProgramContext& image, int32_t slot, int32_t plane,
                     int32_t scale_log2, PreparedProgram* out) {
  const Frame frame = slot_frame(image.geometry, slot);
  out->field = field_setup(program.field, plane, frame);
  out->center_x = frame.center_x;
  out->center_y = frame.center_y;
  out->layer_count = 0;
  for (int32_t k = 0; k < program.layer_count; ++k) {
    const Layer& layer = program.layers[k];
    const bool idle = layer_idle(layer, plane);
    const bool read = k + 1 < program.layer_count && mask_reads_below(program.layers[k + 1].mask.preset) &&
                      !layer_idle(program.layers[k + 1], plane);
    if (idle && !read) continue;
    PreparedLayer& p = out->layers[out->layer_count++];
    prepare_layer(layer, image.geometry, image.seed, scale_log2, &p);
    p.contrast = layer.contrast[plane];
    p.blend = layer.blend;
    p.silent = idle;
  }
  out->atom_count = plane == 0 && image.atoms != nullptr ? program.atom_count : 0;
  out->atoms = out->atom_count > 0 ? image.atoms + program.atom_first : nullptr;
  out->shapes = image.shapes;
}

}  // namespace pc15::backend
