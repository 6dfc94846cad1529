// Random programs that the syntax can carry, for tests of the coder and the renderer.
#pragma once

#include <cstdint>

#include "entropy/program_coder.h"
#include "normative/catalogue.h"
#include "normative/prng.h"

namespace pc15::test {

class ProgramMaker {
 public:
  explicit ProgramMaker(uint64_t seed) : state_(seed) {}

  int32_t in(int32_t lo, int32_t hi) {
    state_ = normative::splitmix64(state_);
    const uint64_t n = static_cast<uint64_t>(static_cast<int64_t>(hi) - lo + 1);
    return lo + static_cast<int32_t>((state_ >> 32) * n >> 32);
  }

  // A random image: geometry, image-wide program half of the time, tiles of all modes.
  void fill(int32_t width, int32_t height, int32_t tile, int32_t overlap, int32_t planes,
            normative::ProgramImage* image) {
    normative::Geometry g;
    g.width = width;
    g.height = height;
    g.tile = tile;
    g.overlap = overlap;
    g.group_rows = in(1, 3);
    image->color_planes = planes;
    image->seed = in(-1000, 1000);
    image->has_image_program = false;
    image->set_geometry(g);
    if (in(0, 1) == 1) {
      image->image_program = program(*image, normative::kImageSlot);
      image->has_image_program = true;
    }
    for (int32_t slot = 0; slot < static_cast<int32_t>(g.tile_count()); ++slot) tile_program(image, slot);
  }

  normative::Program program(const normative::ProgramImage& image, int32_t slot) {
    normative::Program p;
    field(image, &p, in(0, 2));
    p.layer_count = static_cast<uint8_t>(in(0, normative::kMaxLayers));
    for (int32_t k = 0; k < p.layer_count; ++k) p.layers[k] = layer(image, slot, k);
    normative::snap_levels(&p);
    return p;
  }

 private:
  void field(const normative::ProgramImage& image, normative::Program* p, int32_t order) {
    p->level_class = static_cast<uint8_t>(in(0, 1));
    p->field.order = static_cast<uint8_t>(order);
    p->field.has_chroma = image.color_planes == 3 && in(0, 1) == 1;
    const int32_t terms = order == 0 ? 1 : order == 1 ? 3 : 6;
    for (int32_t c = 0; c < (p->field.has_chroma ? 3 : 1); ++c) {
      for (int32_t t = 0; t < terms; ++t) {
        p->field.coef[c][t] = static_cast<int16_t>(t == 0 ? in(0, normative::kMaxDc) : in(-511, 511));
      }
    }
  }

  normative::Layer layer(const normative::ProgramImage& image, int32_t slot, int32_t k) {
    normative::Layer l;
    const bool copied = slot >= 0 && in(0, 2) == 0 &&
                        entropy::copy_layer_geometry(
                            image, slot, static_cast<normative::LayerSource>(in(1, 3)), in(0, 2), &l);
    if (!copied) own_geometry(image, slot, k, &l);
    l.blend = static_cast<normative::Blend>(in(0, normative::kBlendCount - 1));
    l.has_chroma = image.color_planes == 3 && in(0, 1) == 1;
    for (int32_t c = 0; c < (l.has_chroma ? 3 : 1); ++c) l.contrast[c] = static_cast<int16_t>(in(-511, 511));
    return l;
  }

  void own_geometry(const normative::ProgramImage& image, int32_t slot, int32_t k, normative::Layer* l) {
    const normative::PresetSpec& spec = *normative::catalogue_entry(in(0, normative::catalogue_size() - 1));
    l->preset = spec.preset;
    l->precision = static_cast<uint8_t>(in(0, normative::kMaxPrecision));
    l->slot = slot;
    l->seed_layer = static_cast<uint8_t>(k);
    for (int32_t p = 0; p < spec.param_count; ++p) {
      const normative::ParamSpec& s = spec.params[p];
      const int32_t ends[3] = {s.lo, s.hi, s.def};
      l->params[p] = in(0, 3) == 0 ? ends[in(0, 2)] : in(s.lo, s.hi);
    }
    normative::snap_layer(l, normative::slot_frame(image.geometry, slot).extent);
    if (!spec.seeded) return;
    l->seed_mode = static_cast<normative::SeedMode>(in(0, 2));
    if (l->seed_mode == normative::SeedMode::kNudge) l->nudge = static_cast<uint8_t>(in(0, 15));
    if (l->seed_mode == normative::SeedMode::kExplicit) {
      l->explicit_seed = static_cast<int64_t>(normative::splitmix64(state_));
    }
  }

  void tile_program(normative::ProgramImage* image, int32_t slot) {
    normative::TileProgram& tile = image->tiles[static_cast<size_t>(slot)];
    while (!entropy::set_tile_mode(*image, slot, static_cast<normative::TileMode>(in(0, 4)), &tile)) {
    }
    if (tile.mode == normative::TileMode::kProgram) tile.program = program(*image, slot);
    if (tile.mode == normative::TileMode::kFlat) {
      field(*image, &tile.program, 0);
      normative::snap_levels(&tile.program);
    }
  }

  uint64_t state_;
};

}  // namespace pc15::test
