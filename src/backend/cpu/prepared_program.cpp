#include "backend/prepared_program.h"

#include "backend/make_program.h"

namespace pc15::backend {

using normative::Frame;
using normative::slot_frame;

void prepare_layer(const normative::Layer& layer, const normative::Geometry& geometry, int64_t seed,
                   int32_t scale_log2, PreparedLayer* out) {
  make_layer(layer, slot_frame(geometry, layer.slot), seed, scale_log2, out);
}

void prepare_program(const normative::Program& program, const ProgramContext& image, int32_t slot,
                     int32_t plane, int32_t scale_log2, PreparedProgram* out) {
  Frame frames[normative::kMaxLayers];
  for (int32_t k = 0; k < program.layer_count; ++k)
    frames[k] = slot_frame(image.geometry, program.layers[k].slot);
  make_program(program, slot_frame(image.geometry, slot), frames, image.seed, plane, scale_log2, out);
  out->atom_count = plane == 0 && image.atoms != nullptr ? program.atom_count : 0;
  out->atoms = out->atom_count > 0 ? image.atoms + program.atom_first : nullptr;
  out->shapes = image.shapes;
}

}  // namespace pc15::backend
