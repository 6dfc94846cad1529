// The syntax of programs, written once for encoder, decoder and cost counter
// (docs/bitstream-programs.md, section 7.5). Included by program_coder.cpp only.
//
// Encoders are given checked programs. A decoder checks every value: the first one out of place stops the
// walk and leaves its position in place().
#pragma once

#include <cstdint>

#include "entropy/coder.h"
#include "normative/catalogue.h"
#include "normative/program.h"

namespace pc15::entropy {

// Adaptive distributions of one stream; section 7.5 lists their initial weights.
struct ProgramModels {
  AdaptiveCdf tile_mode[6];  // by the mode of the tile coded before, 5 for none
  AdaptiveCdf level_class, field_order, layer_count;
  AdaptiveCdf chroma_field, chroma_layer;
  AdaptiveCdf slope[2];  // bit length; luma, chroma
  AdaptiveCdf source, source_layer;
  AdaptiveCdf kernel, preset[normative::kKernelCount];
  AdaptiveCdf precision, blend, seed_mode;
  AdaptiveCdf contrast[2];                       // bit length; luma, chroma
  AdaptiveCdf length[normative::kParamIdCount];  // bit length of a parameter
  AdaptiveCdf second_cell;                       // kCell2, kPeriod2: equal to the first
  AdaptiveCdf angle[2], phase[2];
  AdaptiveCdf modifier[normative::kModifierCount];  // 0: none, else 1 + index in the family
  AdaptiveCdf profile_count, profile[3];            // bit length of a coefficient: first, next three, rest
  AdaptiveCdf has_delta, delta[2];                  // bit length of a difference: frequencies, others
  AdaptiveCdf has_atoms, atom_shape[2], atom_step, atom_amplitude;
};

void init_program_models(ProgramModels* m);

inline int32_t bit_length(uint32_t v) { return v == 0 ? 0 : 32 - __builtin_clz(v); }

template <typename Coder>
class ProgramSyntax {
 public:
  struct Place {
    int32_t layer = -1, param = -1;
  };

  // `new_atoms` receives the atoms that a decoder reads; encoders do without.
  ProgramSyntax(Coder& coder, ProgramModels& models, const normative::ProgramImage& programs,
                Vector<normative::Atom>* new_atoms = nullptr)
      : coder_(coder), m_(models), programs_(programs), new_atoms_(new_atoms) {}

  const Place& place() const { return place_; }

  // Tile record: mode, then the program where the tile has its own.
  void tile(normative::TileProgram& tile, int32_t slot, int32_t previous_mode) {
    using normative::TileMode;
    int32_t mode = static_cast<int32_t>(tile.mode);
    coder_.symbol(m_.tile_mode[previous_mode], mode);
    if (Coder::kDecoding) {
      tile.mode = static_cast<TileMode>(mode);
      tile.slot = normative::kImageSlot;
    }
    if (tile.mode == TileMode::kMergeLeft || tile.mode == TileMode::kMergeUp) {
      const bool left = tile.mode == TileMode::kMergeLeft;
      const int32_t neighbour = left ? left_of(slot) : above(slot);
      coder_.require(neighbour >= 0);
      if (Coder::kDecoding && coder_.good()) tile.slot = programs_.resolve_slot(neighbour);
    } else if (tile.mode == TileMode::kFlat || tile.mode == TileMode::kProgram) {
      if (Coder::kDecoding) {
        tile.slot = slot;
        tile.program = normative::Program();
      }
      program(tile.program, slot, tile.mode == TileMode::kFlat);
    }
  }

  void program(normative::Program& p, int32_t slot, bool flat) {
    flag_u8(m_.level_class, p.level_class);
    field(p, flat);
    if (flat) return;
    flag_u8(m_.layer_count, p.layer_count);
    for (int32_t k = 0; k < p.layer_count && coder_.good(); ++k) {
      place_.layer = k;
      layer(p, k, slot);
    }
    if (coder_.good()) place_ = Place();
    if (coder_.good()) atoms(p, slot);
  }

  // Tiles that a tile may merge with or copy from, -1 for none.
  int32_t left_of(int32_t slot) const { return slot % programs_.geometry.tile_cols() > 0 ? slot - 1 : -1; }
  int32_t above(int32_t slot) const {
    const int32_t cols = programs_.geometry.tile_cols();
    return slot / cols % programs_.geometry.group_rows > 0 ? slot - cols : -1;
  }

 private:
  using Layer = normative::Layer;
  using ParamId = normative::ParamId;

  void flag_u8(AdaptiveCdf& cdf, uint8_t& value) {
    int32_t v = value;
    coder_.symbol(cdf, v);
    value = static_cast<uint8_t>(v);
  }
  void flag_bool(AdaptiveCdf& cdf, bool& value) {
    int32_t v = value ? 1 : 0;
    coder_.symbol(cdf, v);
    value = v != 0;
  }
  // `count` uniform bits, 0...30.
  void raw(uint32_t& value, int32_t count) {
    uint32_t low = value & 0x7FFFu, high = value >> 15;
    if (count > 15) coder_.bits(high, count - 15);
    if (count > 0) coder_.bits(low, count < 15 ? count : 15);
    value = count > 15 ? (high << 15 | low) : count > 0 ? low : 0;
  }
  // A magnitude of at most 22 bits: its bit length (15 and more share a symbol), then the bits below the
  // leading one; of these only the upper `kept`, the rest being 0.
  void magnitude(AdaptiveCdf& cdf, uint32_t& value, int32_t kept) {
    const int32_t length = bit_length(value);
    int32_t symbol = length < 15 ? length : 15;
    coder_.symbol(cdf, symbol);
    uint32_t beyond = symbol == 15 ? static_cast<uint32_t>(length - 15) : 0;
    if (symbol == 15) raw(beyond, 3);
    const int32_t below = symbol + static_cast<int32_t>(beyond) - 1;
    if (below <= 0) {
      value = below < 0 ? 0 : 1;
      return;
    }
    const int32_t dropped = below > kept ? below - kept : 0;
    uint32_t mantissa = (value & ((1u << below) - 1)) >> dropped;
    raw(mantissa, below - dropped);
    value = 1u << below | mantissa << dropped;
  }
  void signed_magnitude(AdaptiveCdf& cdf, int32_t& value, int32_t kept) {
    uint32_t m = static_cast<uint32_t>(value < 0 ? -value : value);
    magnitude(cdf, m, kept);
    uint32_t negative = value < 0 ? 1 : 0;
    if (m != 0) raw(negative, 1);
    value = m != 0 && negative != 0 ? -static_cast<int32_t>(m) : static_cast<int32_t>(m);
  }

  void field(normative::Program& p, bool flat) {
    normative::Field& f = p.field;
    if (!flat) flag_u8(m_.field_order, f.order);
    if (programs_.color_planes == 3) flag_bool(m_.chroma_field, f.has_chroma);
    const int32_t step = p.level_class == 0 ? 1 : int32_t{normative::kCoarseDcStep};
    const int32_t terms = flat || f.order == 0 ? 1 : f.order == 1 ? 3 : int32_t{normative::kFieldTerms};
    for (int32_t c = 0; c < (f.has_chroma ? 3 : 1); ++c) {
      uint32_t dc = static_cast<uint32_t>(f.coef[c][0] / step);
      raw(dc, p.level_class == 0 ? 9 : 7);
      store(f.coef[c][0], static_cast<int32_t>(dc) * step, 0, normative::kMaxDc);
      for (int32_t t = 1; t < terms; ++t) {
        int32_t k = f.coef[c][t] / step;
        signed_magnitude(m_.slope[c > 0], k, 22);
        store(f.coef[c][t], k * step, -normative::kMaxSlope, normative::kMaxSlope);
      }
    }
  }
  void store(int16_t& to, int32_t value, int32_t lo, int32_t hi) {
    const bool inside = value >= lo && value <= hi;
    coder_.require(inside);
    if (Coder::kDecoding) to = static_cast<int16_t>(inside ? value : 0);
  }

  void layer(normative::Program& p, int32_t k, int32_t slot) {
    Layer& l = p.layers[k];
    if (slot != normative::kImageSlot) {
      uint8_t source = static_cast<uint8_t>(l.source);
      flag_u8(m_.source, source);
      l.source = static_cast<normative::LayerSource>(source);
    }
    if (l.source == normative::LayerSource::kOwn) {
      if (Coder::kDecoding) {
        l.slot = slot;
        l.seed_layer = static_cast<uint8_t>(k);
      }
      geometry(l, slot);
    } else {
      flag_u8(m_.source_layer, l.source_layer);
      const Layer* from = source_layer(l.source, l.source_layer, slot);
      coder_.require(from != nullptr);
      if (from == nullptr) return;
      if (Coder::kDecoding) copy_geometry(*from, &l);
      flag_bool(m_.has_delta, l.has_delta);
      if (l.has_delta) deltas(l, *from);
    }
    if (!coder_.good()) return;
    coder_.require(k > 0 || !normative::mask_reads_below(l.mask.preset));
    if (!coder_.good()) return;
    uint8_t blend = static_cast<uint8_t>(l.blend);
    flag_u8(m_.blend, blend);
    l.blend = static_cast<normative::Blend>(blend);
    if (programs_.color_planes == 3) flag_bool(m_.chroma_layer, l.has_chroma);
    const int32_t kept = p.level_class == 0 ? 22 : int32_t{normative::kContrastMantissaBits};
    for (int32_t c = 0; c < (l.has_chroma ? 3 : 1); ++c) {
      int32_t contrast = l.contrast[c];
      signed_magnitude(m_.contrast[c > 0], contrast, kept);
      store(l.contrast[c], contrast, -normative::kMaxContrast, normative::kMaxContrast);
    }
  }

 public:
  const Layer* source_layer(normative::LayerSource source, int32_t number, int32_t slot) const {
    const normative::Program* p = nullptr;
    if (source == normative::LayerSource::kImage) {
      p = programs_.has_image_program ? &programs_.image_program : nullptr;
    } else if (slot >= 0) {
      const int32_t neighbour = source == normative::LayerSource::kLeft ? left_of(slot) : above(slot);
      p = neighbour < 0 ? nullptr : programs_.resolve(neighbour);
    }
    return p != nullptr && number < p->layer_count ? &p->layers[number] : nullptr;
  }

  static void copy_geometry(const Layer& from, Layer* to) {
    to->preset = from.preset;
    to->precision = from.precision;
    to->seed_mode = from.seed_mode;
    to->nudge = from.nudge;
    to->seed_layer = from.seed_layer;
    to->slot = from.slot;
    to->explicit_seed = from.explicit_seed;
    for (int32_t i = 0; i < normative::kMaxParams; ++i) to->params[i] = from.params[i];
    to->profile_count = from.profile_count;
    for (int32_t i = 0; i < normative::kMaxProfile; ++i) to->profile[i] = from.profile[i];
    to->warp = from.warp;
    to->palette = from.palette;
    to->mask = from.mask;
  }

 private:
  void geometry(Layer& l, int32_t slot) {
    int32_t kernel = l.preset >> 4, index = l.preset & 15;
    coder_.symbol(m_.kernel, kernel);
    if (m_.preset[kernel].size > 1) {
      coder_.symbol(m_.preset[kernel], index);
    } else {
      index = 0;
    }
    l.preset = static_cast<uint8_t>(kernel << 4 | index);
    const normative::PresetSpec* spec = normative::find_preset(l.preset);
    coder_.require(spec != nullptr);
    if (spec == nullptr) return;
    flag_u8(m_.precision, l.precision);
    const int32_t extent = normative::slot_frame(programs_.geometry, slot).extent;
    params(l.params, *spec, l.precision, extent);
    if (l.preset == normative::kRidge && coder_.good()) profile(l);
    modifier(0, normative::Family::kWarp, l.warp, l.precision, extent);
    modifier(1, normative::Family::kPalette, l.palette, l.precision, extent);
    modifier(2, normative::Family::kMask, l.mask, l.precision, extent);
    if (coder_.good() && normative::layer_seeded(l)) seed(l);
  }

  void params(int32_t* values, const normative::PresetSpec& spec, int32_t precision, int32_t extent) {
    for (int32_t i = 0; i < spec.param_count && coder_.good(); ++i) {
      place_.param = i;
      param(values, spec, i, precision, extent);
    }
    if (coder_.good()) place_.param = -1;
  }

  void modifier(int32_t kind, normative::Family family, normative::Modifier& modifier, int32_t precision,
                int32_t extent) {
    if (!coder_.good()) return;
    const int32_t base = static_cast<int32_t>(family) * 16;
    int32_t symbol = modifier.preset == normative::kNoModifier ? 0 : modifier.preset - base + 1;
    coder_.symbol(m_.modifier[kind], symbol);
    if (Coder::kDecoding) modifier = normative::Modifier();
    if (symbol == 0) return;
    if (Coder::kDecoding) modifier.preset = static_cast<uint8_t>(base + symbol - 1);
    params(modifier.params, *normative::find_modifier(base + symbol - 1), precision, extent);
  }

  // Coefficients of a ridge; the last one is not 0.
  void profile(Layer& l) {
    int32_t length = bit_length(l.profile_count);
    coder_.symbol(m_.profile_count, length);
    coder_.require(length > 0);
    if (length == 0) return;
    uint32_t rest = l.profile_count & ((1u << (length - 1)) - 1);
    raw(rest, length - 1);
    const int32_t count = static_cast<int32_t>(1u << (length - 1) | rest);
    coder_.require(count <= normative::kMaxProfile);
    if (count > normative::kMaxProfile) return;
    if (Coder::kDecoding) l.profile_count = static_cast<uint8_t>(count);
    for (int32_t i = 0; i < count; ++i) {
      int32_t v = l.profile[i];
      signed_magnitude(m_.profile[i == 0 ? 0 : i < 4 ? 1 : 2], v, 22);
      const bool fits = v >= -127 && v <= 127 && (i + 1 < count || v != 0);
      coder_.require(fits);
      if (!fits) return;
      if (Coder::kDecoding) l.profile[i] = static_cast<int8_t>(v);
    }
  }

  // Differences of the parameters to those of the layer copied, in steps of its grids.
  void deltas(Layer& l, const Layer& from) {
    const normative::PresetSpec& spec = *normative::find_preset(from.preset);
    const int32_t extent = normative::slot_frame(programs_.geometry, from.slot).extent;
    for (int32_t i = 0; i < spec.param_count && coder_.good(); ++i) {
      const normative::ParamSpec& s = spec.params[i];
      const int32_t shift = normative::param_shift(s.id, from.precision, extent);
      const int32_t wrap = normative::param_grid(s.id).wrap;
      int32_t d = normative::asr(l.params[i] - from.params[i], shift);
      if (wrap > 0) d = normative::wrap_signed(d, wrap - shift);
      signed_magnitude(m_.delta[normative::param_grid(s.id).spatial ? 0 : 1], d, 22);
      if (!Coder::kDecoding) continue;
      const int64_t value = from.params[i] + int64_t{d} * (1 << shift);
      const bool small = wrap > 0 || (value >= s.lo && value <= s.hi);
      coder_.require(small);
      if (small) l.params[i] = static_cast<int32_t>(wrap > 0 ? value & ((1 << wrap) - 1) : value);
    }
  }

  // Atoms in the order of (y, x), each by its distance from the one before.
  void atoms(normative::Program& p, int32_t slot) {
    bool some = p.atom_count > 0;
    flag_bool(m_.has_atoms, some);
    if (!some) return;
    uint32_t more = static_cast<uint32_t>(p.atom_count - 1);
    raw(more, 7);
    const int32_t half = normative::slot_frame(programs_.geometry, slot).extent / 2;
    normative::Atom before;
    before.x = before.y = static_cast<int16_t>(-half);
    if (Coder::kDecoding) begin_atoms(p);
    for (uint32_t i = 0; i <= more && coder_.good(); ++i) {
      normative::Atom a =
          Coder::kDecoding ? normative::Atom() : programs_.atoms[static_cast<size_t>(p.atom_first) + i];
      atom(a, before, half);
      if (Coder::kDecoding && coder_.good()) add_atom(p, a);
      before = a;
    }
  }

  void atom(normative::Atom& a, const normative::Atom& before, int32_t half) {
    uint32_t step = static_cast<uint32_t>(a.y - before.y);
    magnitude(m_.atom_step, step, 22);
    const int32_t y = before.y + static_cast<int32_t>(step);
    uint32_t x = static_cast<uint32_t>(a.x + half);
    raw(x, bit_length(static_cast<uint32_t>(2 * half)));
    int32_t shape[2] = {a.shape >> 3, a.shape & 7};
    coder_.symbol(m_.atom_shape[0], shape[0]);
    coder_.symbol(m_.atom_shape[1], shape[1]);
    uint32_t orientation = a.orientation, phase = a.phase, negative = a.amplitude < 0 ? 1 : 0;
    raw(orientation, 4);
    raw(phase, 4);
    raw(negative, 1);
    int32_t size = normative::abs_i32(a.amplitude) - 1;
    coder_.symbol(m_.atom_amplitude, size);
    const bool inside = y <= half && static_cast<int32_t>(x) <= 2 * half &&
                        (step > 0 || static_cast<int32_t>(x) - half >= before.x);
    coder_.require(inside);
    if (!Coder::kDecoding || !inside) return;
    a.x = static_cast<int16_t>(static_cast<int32_t>(x) - half);
    a.y = static_cast<int16_t>(y);
    a.shape = static_cast<uint8_t>(shape[0] * 8 + shape[1]);
    a.orientation = static_cast<uint8_t>(orientation);
    a.phase = static_cast<uint8_t>(phase);
    a.amplitude = static_cast<int8_t>(negative != 0 ? -(size + 1) : size + 1);
  }

  void begin_atoms(normative::Program& p) {
    p.atom_first = static_cast<int32_t>(new_atoms_->size());
    p.atom_count = 0;
  }
  void add_atom(normative::Program& p, const normative::Atom& a) {
    new_atoms_->push_back(a);
    ++p.atom_count;
  }

  void seed(Layer& l) {
    uint8_t mode = static_cast<uint8_t>(l.seed_mode);
    flag_u8(m_.seed_mode, mode);
    l.seed_mode = static_cast<normative::SeedMode>(mode);
    if (l.seed_mode == normative::SeedMode::kNudge) {
      uint32_t nudge = l.nudge;
      raw(nudge, 4);
      l.nudge = static_cast<uint8_t>(nudge);
    } else if (l.seed_mode == normative::SeedMode::kExplicit) {
      uint64_t value = static_cast<uint64_t>(l.explicit_seed), result = 0;
      for (int32_t shift = 48; shift >= 0; shift -= 16) {
        uint32_t part = static_cast<uint32_t>(value >> shift) & 65535u;
        raw(part, 16);
        result = result << 16 | part;
      }
      l.explicit_seed = static_cast<int64_t>(result);
    }
  }

  // Whole eighths of a turn (angles) or quarters (phases) have a symbol, the last symbol says explicit.
  void turn(AdaptiveCdf& cdf, int32_t& k, int32_t bits, int32_t parts_log2) {
    const int32_t fine = bits - parts_log2, parts = 1 << parts_log2;
    int32_t symbol = (k & ((1 << fine) - 1)) == 0 ? k >> fine : parts;
    coder_.symbol(cdf, symbol);
    uint32_t value = static_cast<uint32_t>(k);
    if (symbol == parts) raw(value, bits);
    k = symbol == parts ? static_cast<int32_t>(value) : symbol << fine;
  }

  void param(int32_t* values, const normative::PresetSpec& spec, int32_t i, int32_t precision,
             int32_t extent) {
    const normative::ParamSpec& s = spec.params[i];
    const int32_t shift = normative::param_shift(s.id, precision, extent);
    const normative::CodedRange range = normative::coded_range(s, shift);
    int32_t k = normative::asr(values[i], shift);
    AdaptiveCdf& length = m_.length[static_cast<int32_t>(s.id)];
    switch (s.id) {
      case ParamId::kCell2:
      case ParamId::kPeriod2: {
        const int32_t first = normative::asr(
            normative::param_of(values, spec, s.id == ParamId::kCell2 ? ParamId::kCell : ParamId::kPeriod, 0),
            shift);
        int32_t equal = k == first ? 1 : 0;
        coder_.symbol(m_.second_cell, equal);
        if (equal != 0) {
          k = first;
        } else {
          frequency(length, k, range);
        }
        break;
      }
      case ParamId::kPeriod:
      case ParamId::kCell:
        frequency(length, k, range);
        break;
      case ParamId::kAngle:
        turn(m_.angle[0], k, 18 - shift, 3);
        break;
      case ParamId::kAngle2:
        turn(m_.angle[1], k, 18 - shift, 3);
        break;
      case ParamId::kPhase:
        turn(m_.phase[0], k, 12 - shift, 2);
        break;
      case ParamId::kPhase2:
        turn(m_.phase[1], k, 12 - shift, 2);
        break;
      case ParamId::kSkew:
      case ParamId::kCenterX:
      case ParamId::kCenterY:
      case ParamId::kOffset:
      case ParamId::kTwist:
      case ParamId::kTiltX:
      case ParamId::kTiltY:
        signed_magnitude(length, k, 22);
        break;
      case ParamId::kSoftness:
      case ParamId::kLength:
      case ParamId::kLength2:
      case ParamId::kRadius:
      case ParamId::kRadius2:
      case ParamId::kThickness:
      case ParamId::kDecay:
      case ParamId::kAmplitude: {
        uint32_t value = static_cast<uint32_t>(k);
        magnitude(length, value, 22);
        k = static_cast<int32_t>(value);
        break;
      }
      default: {  // uniform over the next power of two
        uint32_t value = static_cast<uint32_t>(k - range.lo);
        raw(value, bit_length(static_cast<uint32_t>(range.hi - range.lo)));
        k = static_cast<int32_t>(value) + range.lo;
      }
    }
    const bool inside = k >= range.lo && k <= range.hi;
    coder_.require(inside);
    if (Coder::kDecoding) values[i] = inside ? k * (1 << shift) : s.def;
  }

  // Frequencies: how many bits shorter than the highest one, then the bits below the leading one.
  void frequency(AdaptiveCdf& cdf, int32_t& k, const normative::CodedRange& range) {
    const int32_t top = bit_length(static_cast<uint32_t>(range.hi));
    int32_t shorter = top - bit_length(static_cast<uint32_t>(k));
    coder_.symbol(cdf, shorter);
    const int32_t below = top - shorter - 1;
    coder_.require(below >= 0);
    if (below < 0) return;
    uint32_t mantissa = static_cast<uint32_t>(k) & ((1u << below) - 1);
    raw(mantissa, below);
    k = static_cast<int32_t>(1u << below | mantissa);
  }

  Coder& coder_;
  ProgramModels& m_;
  const normative::ProgramImage& programs_;
  Vector<normative::Atom>* new_atoms_;
  Place place_;
};

}  // namespace pc15::entropy
