// Layers and programs as few 32-bit words, for the way to a device: what is not used is left out, so that a
// layer of a candidate is some tens of bytes. With each goes its frame, and without atoms.
//
//   layer    preset, precision, seed mode, nudge; seed layer, parameters, profile, what follows; slot; centre
//   x, y and half
//            of the frame; [explicit seed, 2 words]; parameters; [profile, 4 a word]; [modifiers];
//            [contrasts, 2 words]
//   modifier preset, parameters; parameters
//   program  order, chroma, layers; centre x, y and half of its frame; coefficients of the field, 2 a word;
//   layers
#pragma once

#include "base/allocator.h"
#include "normative/program.h"

namespace pc15::backend {

namespace packed {

constexpr uint32_t kWarp = 1, kPalette = 2, kMask = 4, kChroma = 8;  // flags; the blend lies above

inline uint32_t bytes(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  return (a & 255) | (b & 255) << 8 | (c & 255) << 16 | (d & 255) << 24;
}
inline uint32_t halves(int32_t a, int32_t b) {
  return (static_cast<uint32_t>(a) & 0xffff) | static_cast<uint32_t>(b) << 16;
}
PC15_HD uint8_t byte_of(uint32_t word, int32_t i) { return static_cast<uint8_t>(word >> (8 * i)); }
PC15_HD int16_t half_of(uint32_t word, int32_t i) { return static_cast<int16_t>(word >> (16 * i)); }

// Up to the last that is not 0.
inline uint32_t used(const int32_t* params, uint32_t count) {
  while (count > 0 && params[count - 1] == 0) --count;
  return count;
}

inline void pack_params(const int32_t* params, uint32_t count, Vector<uint32_t>* words) {
  for (uint32_t i = 0; i < count; ++i) words->push_back(static_cast<uint32_t>(params[i]));
}
PC15_HD const uint32_t* unpack_params(const uint32_t* w, int32_t count, int32_t* params) {
  for (int32_t i = 0; i < count; ++i) params[i] = static_cast<int32_t>(*w++);
  return w;
}

inline void pack_frame(const normative::Frame& f, Vector<uint32_t>* words) {
  for (const int32_t v : {f.center_x, f.center_y, f.half}) words->push_back(static_cast<uint32_t>(v));
}
PC15_HD const uint32_t* unpack_frame(const uint32_t* w, normative::Frame* f) {
  f->center_x = static_cast<int32_t>(*w++);
  f->center_y = static_cast<int32_t>(*w++);
  f->half = static_cast<int32_t>(*w++);
  f->extent = f->half / 8;
  return w;
}

inline void pack_modifier(const normative::Modifier& m, Vector<uint32_t>* words) {
  if (m.preset == 0) return;
  const uint32_t count = used(m.params, normative::kMaxModifierParams);
  words->push_back(bytes(m.preset, count, 0, 0));
  pack_params(m.params, count, words);
}
PC15_HD const uint32_t* unpack_modifier(const uint32_t* w, normative::Modifier* m) {
  const uint32_t head = *w++;
  m->preset = byte_of(head, 0);
  return unpack_params(w, byte_of(head, 1), m->params);
}

}  // namespace packed

// `levels`: with contrasts and blend.
inline void pack_layer(const normative::Layer& l, const normative::Frame& frame, bool levels,
                       Vector<uint32_t>* words) {
  const uint32_t params = packed::used(l.params, normative::kMaxParams);
  const uint32_t flags = (l.warp.preset != 0 ? packed::kWarp : 0) |
                         (l.palette.preset != 0 ? packed::kPalette : 0) |
                         (l.mask.preset != 0 ? packed::kMask : 0) | (l.has_chroma ? packed::kChroma : 0) |
                         static_cast<uint32_t>(l.blend) << 4;
  words->push_back(packed::bytes(l.preset, l.precision, static_cast<uint32_t>(l.seed_mode), l.nudge));
  words->push_back(packed::bytes(l.seed_layer, params, l.profile_count, flags));
  words->push_back(static_cast<uint32_t>(l.slot));
  packed::pack_frame(frame, words);
  if (l.seed_mode == normative::SeedMode::kExplicit) {
    const uint64_t seed = static_cast<uint64_t>(l.explicit_seed);
    words->push_back(static_cast<uint32_t>(seed));
    words->push_back(static_cast<uint32_t>(seed >> 32));
  }
  packed::pack_params(l.params, params, words);
  for (int32_t i = 0; i < l.profile_count; i += 4) {
    uint32_t word = 0;
    for (int32_t k = 0; k < 4 && i + k < l.profile_count; ++k)
      word |= uint32_t{static_cast<uint8_t>(l.profile[i + k])} << (8 * k);
    words->push_back(word);
  }
  packed::pack_modifier(l.warp, words);
  packed::pack_modifier(l.palette, words);
  packed::pack_modifier(l.mask, words);
  if (!levels) return;
  words->push_back(packed::halves(l.contrast[0], l.contrast[1]));
  words->push_back(packed::halves(l.contrast[2], 0));
}

// What pack_layer() wrote, into a new layer. Returns what follows.
PC15_HD const uint32_t* unpack_layer(const uint32_t* w, bool levels, normative::Layer* l,
                                     normative::Frame* frame) {
  const uint32_t head = *w++, more = *w++, flags = more >> 24;
  l->preset = packed::byte_of(head, 0);
  l->precision = packed::byte_of(head, 1);
  l->seed_mode = static_cast<normative::SeedMode>(packed::byte_of(head, 2));
  l->nudge = packed::byte_of(head, 3);
  l->seed_layer = packed::byte_of(more, 0);
  l->profile_count = packed::byte_of(more, 2);
  l->has_chroma = (flags & packed::kChroma) != 0;
  l->blend = static_cast<normative::Blend>(flags >> 4);
  l->slot = static_cast<int32_t>(*w++);
  w = packed::unpack_frame(w, frame);
  if (l->seed_mode == normative::SeedMode::kExplicit) {
    l->explicit_seed = static_cast<int64_t>(w[0] | uint64_t{w[1]} << 32);
    w += 2;
  }
  w = packed::unpack_params(w, packed::byte_of(more, 1), l->params);
  for (int32_t i = 0; i < l->profile_count; ++i)
    l->profile[i] = static_cast<int8_t>(packed::byte_of(w[i / 4], i % 4));
  w += (l->profile_count + 3) / 4;
  if ((flags & packed::kWarp) != 0) w = packed::unpack_modifier(w, &l->warp);
  if ((flags & packed::kPalette) != 0) w = packed::unpack_modifier(w, &l->palette);
  if ((flags & packed::kMask) != 0) w = packed::unpack_modifier(w, &l->mask);
  if (!levels) return w;
  l->contrast[0] = packed::half_of(w[0], 0);
  l->contrast[1] = packed::half_of(w[0], 1);
  l->contrast[2] = packed::half_of(w[1], 0);
  return w + 2;
}

inline void pack_program(const normative::Program& p, const normative::Geometry& geometry, int32_t slot,
                         Vector<uint32_t>* words) {
  words->push_back(packed::bytes(p.field.order, p.field.has_chroma ? 1 : 0, p.layer_count, 0));
  packed::pack_frame(normative::slot_frame(geometry, slot), words);
  for (int32_t plane = 0; plane < (p.field.has_chroma ? int32_t{normative::kMaxPlanes} : 1); ++plane) {
    for (int32_t i = 0; i < normative::kFieldTerms; i += 2)
      words->push_back(packed::halves(p.field.coef[plane][i], p.field.coef[plane][i + 1]));
  }
  for (int32_t k = 0; k < p.layer_count; ++k)
    pack_layer(p.layers[k], normative::slot_frame(geometry, p.layers[k].slot), true, words);
}

// Into a new program; `frames` for its layers, `own` is its own.
PC15_HD void unpack_program(const uint32_t* w, normative::Program* p, normative::Frame* own,
                            normative::Frame* frames) {
  const uint32_t head = *w++;
  p->field.order = packed::byte_of(head, 0);
  p->field.has_chroma = packed::byte_of(head, 1) != 0;
  p->layer_count = packed::byte_of(head, 2);
  w = packed::unpack_frame(w, own);
  for (int32_t plane = 0; plane < (p->field.has_chroma ? int32_t{normative::kMaxPlanes} : 1); ++plane) {
    for (int32_t i = 0; i < normative::kFieldTerms; ++i)
      p->field.coef[plane][i] = packed::half_of(w[i / 2], i % 2);
    w += normative::kFieldTerms / 2;
  }
  PC15_NO_UNROLL
  for (int32_t k = 0; k < p->layer_count; ++k) w = unpack_layer(w, true, &p->layers[k], &frames[k]);
}

}  // namespace pc15::backend
