// Random programs that the syntax can carry, for tests of the coder and the renderer.
#pragma once

#include <algorithm>
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
    image->atoms.clear();
    image->set_geometry(g);
    if (in(0, 1) == 1) {
      image->image_program = program(*image, normative::kImageSlot);
      image->has_image_program = true;
    }
    for (int32_t slot = 0; slot < static_cast<int32_t>(g.tile_count()); ++slot) tile_program(image, slot);
  }

  normative::Program program(normative::ProgramImage& image, int32_t slot) {
    normative::Program p;
    field(image, &p, in(0, 2));
    p.layer_count = static_cast<uint8_t>(in(0, normative::kMaxLayers));
    for (int32_t k = 0; k < p.layer_count; ++k) p.layers[k] = layer(image, slot, k);
    normative::snap_levels(&p);
    if (in(0, 3) == 0) atoms(&image, slot, &p);
    return p;
  }

 private:
  // Appends atoms to the image's list, in the order of the stream.
  void atoms(normative::ProgramImage* image, int32_t slot, normative::Program* p) {
    const int32_t half = normative::slot_frame(image->geometry, slot).extent / 2;
    p->atom_first = static_cast<int32_t>(image->atoms.size());
    p->atom_count = in(1, in(0, 9) == 0 ? normative::kMaxAtoms : 12);
    for (int32_t i = 0; i < p->atom_count; ++i) {
      normative::Atom a;
      a.x = static_cast<int16_t>(in(-half, half));
      a.y = static_cast<int16_t>(in(-half, half));
      a.shape = static_cast<uint8_t>(in(0, normative::kAtomShapes - 1));
      a.orientation = static_cast<uint8_t>(in(0, 15));
      a.phase = static_cast<uint8_t>(in(0, 15));
      a.amplitude = static_cast<int8_t>(in(1, 15) * (in(0, 1) == 0 ? 1 : -1));
      image->atoms.push_back(a);
    }
    std::sort(image->atoms.begin() + p->atom_first, image->atoms.end(),
              [](const normative::Atom& a, const normative::Atom& b) {
                return a.y != b.y ? a.y < b.y : a.x < b.x;
              });
  }

  // A layer that reads the one below cannot be the first.
  void modifiers(int32_t k, normative::Layer* l) {
    const normative::Family families[] = {normative::Family::kWarp, normative::Family::kPalette,
                                          normative::Family::kMask};
    normative::Modifier* to[] = {&l->warp, &l->palette, &l->mask};
    for (int32_t i = 0; i < normative::kModifierCount; ++i) {
      if (in(0, 2) != 0) continue;
      const int32_t count = normative::modifiers_of_family(families[i]);
      const int32_t preset = static_cast<int32_t>(families[i]) * 16 + in(0, count - 1);
      if (k == 0 && normative::mask_reads_below(preset)) continue;
      to[i]->preset = static_cast<uint8_t>(preset);
      const normative::PresetSpec& spec = *normative::find_modifier(preset);
      for (int32_t p = 0; p < spec.param_count; ++p) {
        to[i]->params[p] = in(0, 3) == 0 ? spec.params[p].def : in(spec.params[p].lo, spec.params[p].hi);
      }
    }
  }

  void profile(normative::Layer* l) {
    l->profile_count = static_cast<uint8_t>(in(1, normative::kMaxProfile));
    for (int32_t i = 0; i < l->profile_count; ++i) l->profile[i] = static_cast<int8_t>(in(-127, 127));
    if (l->profile[l->profile_count - 1] == 0) l->profile[l->profile_count - 1] = -1;
  }

  // Moves some parameters of a copied layer by steps of their grids.
  void delta(const normative::ProgramImage& image, normative::Layer* l) {
    const normative::PresetSpec& spec = *normative::find_preset(l->preset);
    const int32_t extent = normative::slot_frame(image.geometry, l->slot).extent;
    l->has_delta = true;
    for (int32_t p = 0; p < spec.param_count; ++p) {
      if (in(0, 1) == 0) continue;
      const int32_t step = 1 << normative::param_shift(spec.params[p].id, l->precision, extent);
      const int32_t moved = l->params[p] + step * in(-5, 5);
      l->params[p] = normative::snap_param(spec.params[p], moved, l->precision, extent);
    }
  }

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
    const bool fits = copied && (k > 0 || !normative::mask_reads_below(l.mask.preset));
    if (!fits) l = normative::Layer();
    if (!fits) own_geometry(image, slot, k, &l);
    if (fits && in(0, 1) == 0) delta(image, &l);
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
    if (spec.preset == normative::kRidge) profile(l);
    modifiers(k, l);
    normative::snap_layer(l, normative::slot_frame(image.geometry, slot).extent);
    if (!normative::layer_seeded(*l)) return;
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
