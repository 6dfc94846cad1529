// Numbers, levels, colours and parameters.
#include <cmath>

#include "text/colour.h"
#include "text/decimal.h"
#include "text/parser.h"

namespace pc15::text {
namespace {

const normative::PresetSpec& spec_of(int32_t preset) {
  const normative::PresetSpec* spec = normative::find_preset(preset);
  return spec != nullptr ? *spec : *normative::find_modifier(preset);
}

// What a message says about a range; 6 digits are enough to find a value inside it.
struct Range {
  char text[2 * kDecimalBytes + 20];
  Range(double lo, double hi, const char* unit) {
    char ends[2][kDecimalBytes];
    const double values[2] = {lo, hi};
    for (int32_t i = 0; i < 2; ++i) {
      const double v = values[i];
      if (!write_shortest(
              v, [&](double d) { return std::fabs(d - v) <= 1e-6 * std::fabs(v); }, ends[i]))
        ends[i][0] = '\0';
    }
    std::snprintf(text, sizeof(text), "%s...%s%s%s", ends[0], ends[1], unit[0] != '\0' ? " " : "", unit);
  }
};

}  // namespace

Status Parser::any_integer(const char* what, int64_t* value) {
  const Token token = take();
  if (token.kind != TokenKind::kNumber) {
    return refuse(error_, token.place, Code::kInvalidArgument, "expected %s, a whole number", what);
  }
  if (read_integer(word(token), value)) return ok_status();
  return refuse(error_, token.place, Code::kOutOfRange, "%s is '%.*s': allowed are whole numbers of 64 bits",
                what, static_cast<int>(token.length < 40 ? token.length : 40), text_.data + token.offset);
}

Status Parser::integer(const char* what, int64_t lo, int64_t hi, int64_t* value) {
  const Place place = peek().place;
  PC15_TRY(any_integer(what, value));
  if (*value >= lo && *value <= hi) return ok_status();
  return refuse(error_, place, Code::kOutOfRange, "%s is %lld: allowed %lld...%lld", what,
                static_cast<long long>(*value), static_cast<long long>(lo), static_cast<long long>(hi));
}

// A unit after a number: the one of the quantity, or turns for degrees and the reverse.
Status Parser::scaled_unit(const char* unit, double* value) {
  const Token token = peek();
  constexpr const char* kUnits[] = {"px", "deg", "turn"};
  if (token.kind != TokenKind::kName || find_word(kUnits, word(token)) < 0) return ok_status();
  take();
  const bool degrees = same_word(word(token), "deg"), turns = same_word(word(token), "turn");
  if (same_word(word(token), unit)) return ok_status();
  if (turns && std::strcmp(unit, "deg") == 0) {
    *value *= 360;
  } else if (degrees && std::strcmp(unit, "turn") == 0) {
    *value /= 360;
  } else {
    return wrong_unit(token, unit);
  }
  return ok_status();
}

Status Parser::wrong_unit(const Token& token, const char* unit) {
  return refuse(error_, token.place, Code::kInvalidArgument, "unit '%.*s': allowed %s%s",
                static_cast<int>(token.length < 40 ? token.length : 40), text_.data + token.offset,
                unit[0] != '\0' ? unit : "none",
                unit[0] == 'd'   ? " and turn"
                : unit[0] == 't' ? " and deg"
                                 : "");
}

Status Parser::number(const char* what, double lo, double hi, const char* unit, double* value) {
  const Token token = take();
  const bool named = token.kind == TokenKind::kName;
  if (named && (same_word(word(token), "nan") || same_word(word(token), "inf") ||
                same_word(word(token), "infinity"))) {
    return refuse(error_, token.place, Code::kOutOfRange, "%s is not a finite number", what);
  }
  if (token.kind != TokenKind::kNumber) {
    return refuse(error_, token.place, Code::kInvalidArgument, "expected %s, a number", what);
  }
  if (read_decimal(word(token), value) != DecimalResult::kGood) {
    return refuse(error_, token.place, Code::kOutOfRange, "%s is not a finite number", what);
  }
  PC15_TRY(scaled_unit(unit, value));
  if (*value >= lo && *value <= hi) return ok_status();
  return refuse(error_, token.place, Code::kOutOfRange, "%s is %.*s: allowed %s", what,
                static_cast<int>(token.length < 40 ? token.length : 40), text_.data + token.offset,
                Range(lo, hi, unit).text);
}

// Grey levels to the nearest half; bounds in half levels.
Status Parser::half_levels(const char* what, int32_t lo, int32_t hi, int16_t* halves) {
  double value = 0;
  PC15_TRY(number(what, lo / 2.0, hi / 2.0, "", &value));
  *halves = static_cast<int16_t>(std::lround(value * 2));
  return ok_status();
}

// One level for luma, or three for the planes of a colour picture.
Status Parser::levels(const char* what, int32_t lo, int32_t hi, int16_t out[3], bool* three) {
  const Token token = peek();
  *three = take_sign('(');
  if (!*three) return half_levels(what, lo, hi, &out[0]);
  if (document_.header.color == format::Color::kGray) {
    return refuse(error_, token.place, Code::kInvalidArgument,
                  "%s has three planes in a grey picture: write 'ycc444' after its size", what);
  }
  for (int32_t i = 0; i < 3; ++i) {
    PC15_TRY(half_levels(what, lo, hi, &out[i]));
    if (i < 2) PC15_TRY(expect_sign(',', "between the three planes"));
  }
  return expect_sign(')', "after the three planes");
}

// "#rrggbb". A grey picture takes greys alone; in a colour picture a grey has three planes if `keep_grey`.
Status Parser::colour(bool keep_grey, int16_t out[3], bool* three) {
  const Token token = take();
  uint32_t rgb = 0;
  if (token.length != 7 || !read_hex(text_.sub(token.offset + 1, 6), &rgb)) {
    return refuse(error_, token.place, Code::kInvalidArgument,
                  "'%.*s': a colour is '#' and six hexadecimal digits",
                  static_cast<int>(token.length < 40 ? token.length : 40), text_.data + token.offset);
  }
  const bool grey_picture = document_.header.color == format::Color::kGray;
  if (grey_picture && !is_grey(rgb)) {
    return refuse(error_, token.place, Code::kInvalidArgument,
                  "a colour in a grey picture: write 'ycc444' after its size, or a grey");
  }
  levels_of_colour(rgb, out);
  *three = !grey_picture && (keep_grey || !is_grey(rgb));
  return ok_status();
}

// "(name=value, ...)", or nothing.
Status Parser::parameters(int32_t preset, Given* given) {
  if (!take_sign('(')) return ok_status();
  if (take_sign(')')) return ok_status();
  uint32_t seen = 0;
  do {
    PC15_TRY(parameter(preset, &seen, given));
  } while (take_sign(','));
  return expect_sign(')', "after the parameters");
}

Status Parser::parameter(int32_t preset, uint32_t* seen, Given* given) {
  const Token name = take();
  if (name.kind != TokenKind::kName) return unexpected(name, "the name of a parameter");
  const normative::PresetSpec& spec = spec_of(preset);
  int32_t found = -1;
  backend::ParamInfo info;
  for (int32_t i = 0; i < spec.param_count && found < 0; ++i) {
    PC15_TRY(backend::param_info(preset, i, &info));
    if (same_word(word(name), info.name)) found = i;
  }
  if (found < 0) {
    char what[80];
    std::snprintf(what, sizeof(what), "parameter of %s", backend::preset_name(preset));
    return unknown_name(name, what, nearest_word(word(name), [&](int32_t i) {
                          const bool is = backend::param_info(preset, i, &info).ok();
                          return is ? info.name : nullptr;
                        }));
  }
  if ((*seen & 1u << found) != 0) {
    return refuse(error_, name.place, Code::kInvalidArgument, "a second '%s'", info.name);
  }
  *seen |= 1u << found;
  PC15_TRY(expect_sign('=', "after the name of a parameter"));
  return value(preset, found, &given[found]);
}

Status Parser::word_value(const backend::ParamInfo& info, Given* given) {
  const Token token = take();
  const Span<const char> text = word(token);
  given->is_index = true;
  if (info.type == backend::ParamType::kBool) {
    const bool yes = same_word(text, "yes");
    if (!yes && !same_word(text, "no")) return unexpected(token, "'yes' and 'no'");
    given->index = yes ? 1 : 0;
    return ok_status();
  }
  for (int32_t v = 0; backend::enum_value_name(info.id, v) != nullptr; ++v) {
    given->index = v;
    if (same_word(text, backend::enum_value_name(info.id, v))) return ok_status();
  }
  char what[80];
  std::snprintf(what, sizeof(what), "value of %s", info.name);
  return unknown_name(token, what,
                      nearest_word(text, [&](int32_t i) { return backend::enum_value_name(info.id, i); }));
}

// A number with or without its unit, a word, or "#index" on the grid of the parameter.
Status Parser::value(int32_t preset, int32_t param, Given* given) {
  backend::ParamInfo info;
  PC15_TRY(backend::param_info(preset, param, &info));
  const Token token = peek();
  *given = Given();
  given->is_given = true;
  given->place = token.place;
  const bool words = info.type == backend::ParamType::kBool || info.type == backend::ParamType::kEnum;
  if (words && token.kind == TokenKind::kName) return word_value(info, given);
  if (token.kind == TokenKind::kHash) {
    take();
    given->is_index = true;
    return read_index(word(token), &given->index) ? ok_status() : unexpected(token, "'#' and a whole number");
  }
  const bool wraps = normative::param_grid(info.id).wrap > 0;
  const double lo = wraps ? -1e6 : info.lo, hi = wraps ? 1e6 : info.hi;
  PC15_TRY(number(info.name, lo, hi, info.unit, &given->number));
  return peek().kind == TokenKind::kName ? wrong_unit(peek(), info.unit) : ok_status();
}

Status Parser::resolve_one(const PartDraft& part, int32_t i, int32_t precision, int32_t extent,
                           int32_t* index) {
  const Given& given = part.given[i];
  const normative::ParamSpec& spec = spec_of(part.preset).params[i];
  backend::ParamInfo info;
  PC15_TRY(backend::param_info(part.preset, i, &info));
  if (!given.is_index) {
    const Status status = backend::quantize_param(part.preset, i, given.number, index);
    if (!status.ok()) {
      return refuse(error_, given.place, Code::kOutOfRange, "%s: allowed %s", info.name,
                    Range(info.lo, info.hi, info.unit).text);
    }
    *index = normative::snap_param(spec, *index, precision, extent);
    return ok_status();
  }
  if (given.index < spec.lo || given.index > spec.hi) {
    return refuse(error_, given.place, Code::kOutOfRange, "%s has index %lld: allowed %d...%d", info.name,
                  static_cast<long long>(given.index), spec.lo, spec.hi);
  }
  *index = static_cast<int32_t>(given.index);
  if (normative::snap_param(spec, *index, precision, extent) == *index) return ok_status();
  return refuse(error_, given.place, Code::kOutOfRange,
                "%s has index %d: with precision %d allowed are multiples of %d", info.name, *index,
                precision, 1 << normative::param_shift(spec.id, precision, extent));
}

// Replaces what was given among `params`.
Status Parser::resolve(const PartDraft& part, int32_t precision, int32_t extent, int32_t* params) {
  for (int32_t i = 0; i < spec_of(part.preset).param_count; ++i) {
    if (part.given[i].is_given) PC15_TRY(resolve_one(part, i, precision, extent, &params[i]));
  }
  return ok_status();
}

// "shapes { gabor 4 8 16 ... }": all 64, widths and wavelength in px.
Status Parser::shapes() {
  PC15_TRY(expect_sign('{', "before the shapes of atoms"));
  for (normative::AtomShape& s : document_.shapes) PC15_TRY(shape(&s));
  document_.programs.atom_shapes = document_.shapes;
  return expect_sign('}', "after 64 shapes of atoms");
}

// Lengths are rounded to quarter octaves.
Status Parser::shape(normative::AtomShape* out) {
  const Token type = take();
  if (type.kind != TokenKind::kName)
    return unexpected(type, "64 shapes: gabor, gauss or edge and three lengths");
  const int32_t which = find_word(kShapeWords, word(type));
  if (which < 0) return unknown_word(type, "type of an atom", kShapeWords);
  const double lo[3] = {1, 1, 2}, hi[3] = {128, 128, 512};
  const char* const what[3] = {"the width along", "the width across", "the wavelength"};
  uint8_t quarters[3];
  for (int32_t i = 0; i < 3; ++i) {
    double length = 0;
    PC15_TRY(number(what[i], lo[i], hi[i], "px", &length));
    quarters[i] = static_cast<uint8_t>(std::lround(4 * std::log2(length)));
  }
  *out = normative::AtomShape{static_cast<uint8_t>(which), quarters[0], quarters[1], quarters[2]};
  return ok_status();
}

}  // namespace pc15::text
