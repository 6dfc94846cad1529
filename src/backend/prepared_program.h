// A program ready to render in one plane: frames, seeds and grids resolved, layers without effect dropped.
// What the row renderer of the CPU and the sample renderer of the device start from.
//
// Thread rule: pure. A PreparedProgram borrows its atoms and shapes.
#pragma once

#include "normative/modifier.h"
#include "normative/program.h"
#include "normative/synth.h"
#include "normative/warp.h"

namespace pc15::backend {

// One layer of one plane.
struct PreparedLayer {
  normative::LayerSetup setup;
  normative::WarpSetup warp;
  normative::PaletteSetup palette;
  normative::MaskSetup mask;
  int32_t center_x = 0, center_y = 0;
  int32_t contrast = 0;
  normative::Blend blend = normative::Blend::kAdd;
  bool silent = false;  // only the mask of the next layer reads it
};

struct PreparedProgram {
  normative::FieldSetup field;
  int32_t center_x = 0, center_y = 0;
  int32_t layer_count = 0;
  PreparedLayer layers[normative::kMaxLayers];
  const normative::Atom* atoms = nullptr;  // of the plane, ordered by y
  int32_t atom_count = 0;
  const normative::AtomShape* shapes = nullptr;  // null: the frozen ones
};

// What a program needs to know of its image.
struct ProgramContext {
  const normative::Geometry& geometry;
  int64_t seed;
  const normative::Atom* atoms;        // null: none
  const normative::AtomShape* shapes;  // null: the frozen ones
};
inline ProgramContext context_of(const normative::ProgramImage& image) {
  return {image.geometry, image.seed, image.atoms.data(), image.atom_shapes};
}

void prepare_layer(const normative::Layer& layer, const normative::Geometry& geometry, int64_t seed,
                   int32_t scale_log2, PreparedLayer* out);
void prepare_program(const normative::Program& program, const ProgramContext& image, int32_t slot,
                     int32_t plane, int32_t scale_log2, PreparedProgram* out);

}  // namespace pc15::backend
