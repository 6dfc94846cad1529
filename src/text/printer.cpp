// Programs to text. Every value is the shortest decimal that the parser takes back to the same index, and
// every parameter is written, so that a text does not depend on the defaults of a version.
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "backend/param_codec.h"
#include "format/preamble.h"
#include "text/colour.h"
#include "text/decimal.h"
#include "text/document.h"
#include "text/words.h"

namespace pc15::text {
namespace {

using namespace normative;  // programs are what this file prints

class Printer {
 public:
  Printer(const Document& document, Vector<char>* out)
      : header_(document.header), compact_(document.allow_compact), programs_(document.programs), out_(*out),
        start_(out->size()), body_(out->memory()) {}

  Status run(const LeftOut& left_out) {
    head(left_out);
    if (programs_.has_image_program) {
      print("\nimage ");
      program(programs_.image_program, kImageSlot, &out_);
    }
    return header_.has_tile_programs ? tiles() : ok_status();
  }

 private:
  void head(const LeftOut& left_out) {
    const Geometry& g = header_.geometry;
    print("; programs of a PC15 picture; docs/program-text.md explains this language\n");
    if (left_out.residual_step16 != 0) {
      char step[kDecimalBytes];
      write_decimal(int64_t{left_out.residual_step16} * 10000 / 16, 4, step);
      print("; left out: the residual, step %s%s\n", step, left_out.alpha ? ", and the alpha plane" : "");
    }
    if (left_out.sections != 0) print("; left out: %u sections (metadata, models)\n", left_out.sections);
    print("picture %dx%d %s\n", g.width, g.height, kColorWords[static_cast<int32_t>(header_.color)]);
    print("seed %lld\n", static_cast<long long>(header_.seed));
    print("grid %d overlap %d group %d\n", g.tile, g.overlap, g.group_rows);
    print("cell %d\n", g.cell);
    if (header_.alpha) print("alpha\n");
    if (header_.lossless()) print("lossless\n");
    if (!compact_) print("form full\n");
    if (header_.content_id != 0) print("id #%08x\n", header_.content_id);
    if (programs_.atom_shapes != nullptr) shapes();
  }

  void shapes() {
    print("shapes {\n");
    for (int32_t i = 0; i < kAtomShapes; ++i) {
      const AtomShape& s = programs_.atom_shapes[i];
      char text[3][kDecimalBytes];
      const int32_t quarters[3] = {s.sigma_u, s.sigma_v, s.wavelength};
      for (int32_t k = 0; k < 3; ++k) {
        write_shortest(
            std::exp2(quarters[k] / 4.0),
            [&](double v) { return v >= (k < 2 ? 1 : 2) && std::lround(4 * std::log2(v)) == quarters[k]; },
            text[k]);
      }
      print("  %s %spx %spx %spx\n", kShapeWords[s.type], text[0], text[1], text[2]);
    }
    print("}\n");
  }

  // Neighbours in scan order that read the same share one statement.
  Status tiles() {
    print("\n");
    Vector<char> last(out_.memory());
    const int32_t count = static_cast<int32_t>(programs_.tiles.size());
    int32_t first = 0;
    for (int32_t slot = 0; slot < count; ++slot) {
      body_.clear();
      tile(programs_.tiles[static_cast<size_t>(slot)], slot);
      if (slot > 0 && body_ != last) {
        range(first, slot - 1, last);
        first = slot;
      }
      last.swap(body_);
      PC15_FAIL_IF(out_.size() - start_ > kMaxTextBytes, Code::kLimit,
                   "the text of the programs has more than %" PRId64 " bytes",
                   static_cast<int64_t>(kMaxTextBytes));
    }
    range(first, count - 1, last);
    return ok_status();
  }

  void range(int32_t first, int32_t last, const Vector<char>& body) {
    if (first == last) {
      print("tile %d ", first);
    } else {
      print("tiles %d..%d ", first, last);
    }
    out_.insert(out_.end(), body.begin(), body.end());
  }

  void tile(const TileProgram& t, int32_t slot) {
    if (t.mode == TileMode::kProgram) return program(t.program, slot, &body_);
    add(&body_, "%s", kModeWords[static_cast<int32_t>(t.mode)]);
    if (t.mode == TileMode::kFlat) {
      add(&body_, " ");
      field_levels(t.program.field, 0, &body_);
      if (t.program.level_class != 0) add(&body_, " coarse");
    }
    add(&body_, "\n");
  }

  void program(const Program& p, int32_t slot, Vector<char>* to) {
    add(to, "{\n");
    if (p.level_class != 0) add(to, "  coarse\n");
    add(to, "  field ");
    const int32_t terms = p.field.order == 0 ? 1 : p.field.order == 1 ? 3 : int32_t{kFieldTerms};
    for (int32_t t = 0; t < terms; ++t) {
      if (t > 0) add(to, " %s=", kFieldWords[t]);
      field_levels(p.field, t, to);
    }
    add(to, "\n");
    for (int32_t k = 0; k < p.layer_count; ++k) layer(p.layers[k], slot, to);
    for (int32_t i = 0; i < p.atom_count; ++i)
      atom(programs_.atoms[static_cast<size_t>(p.atom_first + i)], to);
    add(to, "}\n");
  }

  void field_levels(const Field& f, int32_t term, Vector<char>* to) {
    int16_t v[3] = {f.coef[0][term], f.coef[1][term], f.coef[2][term]};
    uint32_t rgb = 0;
    if (term == 0 && f.has_chroma && colour_of_levels(v, &rgb) && !is_grey(rgb)) {
      add(to, "#%06x", rgb);
    } else {
      levels(v, f.has_chroma, to);
    }
  }

  void levels(const int16_t v[3], bool three, Vector<char>* to) {
    char text[3][kDecimalBytes];
    for (int32_t i = 0; i < 3; ++i) write_decimal(int64_t{v[i]} * 5, 1, text[i]);
    if (three) {
      add(to, "(%s, %s, %s)", text[0], text[1], text[2]);
    } else {
      add(to, "%s", text[0]);
    }
  }

  void layer(const Layer& l, int32_t slot, Vector<char>* to) {
    const int32_t extent = slot_frame(programs_.geometry, l.slot).extent;
    add(to, "  layer ");
    if (l.source == LayerSource::kOwn) {
      add(to, "%s", backend::preset_name(l.preset));
      parameters(l.preset, l.params, nullptr, l.precision, extent, to);
    } else {
      add(to, "copy %s %d", kSourceWords[static_cast<int32_t>(l.source)], l.source_layer);
      if (l.has_delta) parameters(l.preset, l.params, source(l, slot)->params, l.precision, extent, to);
    }
    add(to, " %s ", kBlendWords[static_cast<int32_t>(l.blend)]);
    contrast(l, to);
    if (l.source == LayerSource::kOwn) geometry(l, extent, to);
    add(to, "\n");
  }

  // The layer that a copy of slot `slot` begins with.
  const Layer* source(const Layer& l, int32_t slot) const {
    if (l.source == LayerSource::kImage) return &programs_.image_program.layers[l.source_layer];
    const int32_t back = l.source == LayerSource::kLeft ? 1 : programs_.geometry.tile_cols();
    return &programs_.resolve(slot - back)->layers[l.source_layer];
  }

  void contrast(const Layer& l, Vector<char>* to) {
    int16_t shown[3];
    for (int32_t i = 0; i < 3; ++i) shown[i] = static_cast<int16_t>(l.contrast[i] + kNeutralDc);
    uint32_t rgb = 0;
    const bool shows = l.blend != Blend::kAdd && l.blend != Blend::kMul && l.has_chroma;
    if (shows && colour_of_levels(shown, &rgb)) {
      add(to, "#%06x", rgb);
    } else {
      levels(l.contrast, l.has_chroma, to);
    }
  }

  void geometry(const Layer& l, int32_t extent, Vector<char>* to) {
    if (l.profile_count > 0) add(to, " profile(");
    for (int32_t i = 0; i < l.profile_count; ++i) {
      char text[kDecimalBytes];
      write_shortest(
          l.profile[i] / 64.0, [&](double v) { return round_64(v) == l.profile[i]; }, text);
      add(to, "%s%s", text, i + 1 < l.profile_count ? ", " : ")");
    }
    if (l.precision != 0) add(to, " precision %d", l.precision);
    const Modifier* const modifiers[kModifierCount] = {&l.warp, &l.palette, &l.mask};
    for (int32_t i = 0; i < kModifierCount; ++i) {
      if (modifiers[i]->preset == kNoModifier) continue;
      add(to, " %s %s", kModifierWords[i], backend::preset_name(modifiers[i]->preset));
      parameters(modifiers[i]->preset, modifiers[i]->params, nullptr, l.precision, extent, to);
    }
    if (l.seed_mode == SeedMode::kNudge) add(to, " nudge %d", l.nudge);
    if (l.seed_mode == SeedMode::kExplicit) add(to, " seed %lld", static_cast<long long>(l.explicit_seed));
  }

  static int32_t round_64(double v) { return static_cast<int32_t>(v < 0 ? v * 64 - 0.5 : v * 64 + 0.5); }

  // In brackets; with `before` only those that differ.
  void parameters(int32_t preset, const int32_t* params, const int32_t* before, int32_t precision,
                  int32_t extent, Vector<char>* to) {
    const PresetSpec* spec = find_preset(preset) != nullptr ? find_preset(preset) : find_modifier(preset);
    add(to, "(");
    bool first = true;
    for (int32_t i = 0; i < spec->param_count; ++i) {
      if (before != nullptr && before[i] == params[i]) continue;
      if (!first) add(to, ", ");
      parameter(preset, i, spec->params[i], params[i], precision, extent, to);
      first = false;
    }
    add(to, ")");
  }

  void parameter(int32_t preset, int32_t i, const ParamSpec& spec, int32_t index, int32_t precision,
                 int32_t extent, Vector<char>* to) {
    backend::ParamInfo info;
    if (!backend::param_info(preset, i, &info).ok()) return;
    add(to, "%s=", info.name);
    if (info.type == backend::ParamType::kEnum)
      return add(to, "%s", backend::enum_value_name(info.id, index));
    if (info.type == backend::ParamType::kBool) return add(to, "%s", index != 0 ? "yes" : "no");
    const auto accept = [&](double v) {
      int32_t q = 0;
      return backend::quantize_param(preset, i, v, &q).ok() &&
             snap_param(spec, q, precision, extent) == index;
    };
    char text[kDecimalBytes];
    if (write_shortest(backend::param_value(info.id, index), accept, text)) {
      add(to, "%s%s", text, info.unit);
    } else {
      add(to, "#%d", index);
    }
  }

  void atom(const Atom& a, Vector<char>* to) {
    char angle[kDecimalBytes], phase[kDecimalBytes], level[kDecimalBytes];
    write_decimal(int64_t{a.orientation} * 1125, 2, angle);
    write_decimal(int64_t{a.phase} * 625, 4, phase);
    // Half octaves from 1: 1, 1.4, 2, 2.8, ..., 91, 128.
    const int32_t size = a.amplitude < 0 ? -a.amplitude : a.amplitude, octave = (size - 1) / 2;
    const int64_t tenths = int64_t{size % 2 != 0 ? 10 : 14} << octave;
    write_decimal(a.amplitude < 0 ? -tenths : tenths, 1, level);
    add(to, "  atom(x=%dpx, y=%dpx, shape=%d, angle=%sdeg, phase=%sturn, level=%s)\n", a.x, a.y, a.shape,
        angle, phase, level);
  }

  // Lines of at most some hundred bytes.
#if defined(__GNUC__)
  __attribute__((format(printf, 2, 3)))
#endif
  static void
  add(Vector<char>* to, const char* format, ...) {
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    const int length = std::vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    to->insert(to->end(), text, text + length);
  }
#if defined(__GNUC__)
  __attribute__((format(printf, 2, 3)))
#endif
  void
  print(const char* format, ...) {
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    const int length = std::vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    out_.insert(out_.end(), text, text + length);
  }

  const format::StreamHeader& header_;
  const bool compact_;
  const ProgramImage& programs_;
  Vector<char>& out_;
  const size_t start_;
  Vector<char> body_;
};

}  // namespace

Status print_document(const Document& document, const LeftOut& left_out, Vector<char>* out) {
  return Printer(document, out).run(left_out);
}

}  // namespace pc15::text
