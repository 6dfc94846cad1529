// Programs and the tiles that carry them.
#include <algorithm>
#include <cmath>

#include "entropy/program_coder.h"
#include "text/parser.h"

namespace pc15::text {

using normative::TileMode;

// A program in braces, or the name of one.
Status Parser::program(int32_t slot, normative::Program* out) {
  *out = normative::Program();
  const Token name = peek();
  if (name.kind != TokenKind::kName) return program_body(slot, out);
  take();
  const int32_t found = find_definition(name, DefinitionKind::kProgram);
  if (found < 0) return unknown_name(name, "program", nullptr);
  const size_t back = at_;
  at_ = definitions_[static_cast<size_t>(found)].begin;
  const Status status = program_body(slot, out);
  at_ = back;
  return status;
}

Status Parser::program_body(int32_t slot, normative::Program* out) {
  const Place open = peek().place;
  PC15_TRY(expect_sign('{', "before a program"));
  slot_ = slot;
  out->atom_first = static_cast<int32_t>(document_.programs.atoms.size());
  for (Token& label : labels_) label = Token();
  uint32_t seen = 0;
  while (!take_sign('}')) {
    if (peek().kind == TokenKind::kEnd) {
      return refuse(error_, peek().place, Code::kInvalidArgument,
                    "the text ends: the '{' of line %d has no '}'", open.line);
    }
    PC15_TRY(body_statement(out, &seen));
  }
  normative::snap_levels(out);
  sort_atoms(out);
  if (out->atom_count == 0) out->atom_first = 0;
  return ok_status();
}

Status Parser::body_statement(normative::Program* out, uint32_t* seen) {
  const Token token = take();
  if (token.kind != TokenKind::kName) return unexpected(token, "field, layer, atom, coarse, fine and '}'");
  const int32_t which = find_word(kProgramWords, word(token));
  if (which < 0) return unknown_word(token, "statement of a program", kProgramWords);
  if (which >= 3) {
    if (which == 3) return layer_statement(out);
    PC15_TRY(atom(out->atom_count));
    ++out->atom_count;
    return ok_status();
  }
  const uint32_t bit = which == 2 ? 2u : 1u;
  if ((*seen & bit) != 0) {
    return refuse(error_, token.place, Code::kInvalidArgument, "a second %s",
                  which == 2 ? "field" : "class of levels");
  }
  *seen |= bit;
  if (which == 2) return field(&out->field);
  out->level_class = which == 0 ? 1 : 0;
  return ok_status();
}

// "field LEVEL x=.. y=.. xx=.. yy=.. xy=..": the terms that are written decide the order.
Status Parser::field(normative::Field* field) {
  int16_t values[normative::kMaxPlanes] = {};
  bool three = false;
  if (peek().kind == TokenKind::kHash) {
    PC15_TRY(colour(false, values, &three));
  } else {
    PC15_TRY(levels("the level", 0, normative::kMaxDc, values, &three));
  }
  uint32_t seen = 1;
  const auto store = [&](int32_t term) {
    const int32_t planes = three ? normative::kMaxPlanes : 1;
    for (int32_t c = 0; c < planes; ++c) field->coef[c][term] = values[c];
    field->has_chroma = field->has_chroma || three;
  };
  store(0);
  while (peek().kind == TokenKind::kName && is_sign(peek(1), '=')) {
    const Token name = take();
    const int32_t term = find_word(kFieldWords, word(name));
    if (term < 1) return unknown_word(name, "term of a field", kFieldWords);
    if ((seen & 1u << term) != 0) {
      return refuse(error_, name.place, Code::kInvalidArgument, "a second '%s'", kFieldWords[term]);
    }
    seen |= 1u << term;
    take();
    PC15_TRY(levels(kFieldWords[term], -normative::kMaxSlope, normative::kMaxSlope, values, &three));
    store(term);
    field->order = std::max<uint8_t>(field->order, term <= 2 ? 1 : 2);
  }
  return ok_status();
}

Status Parser::layer_statement(normative::Program* program) {
  Token label;
  const bool named = peek().kind == TokenKind::kName && is_sign(peek(1), '=');
  if (named) {
    label = take();
    take();
    const int length = static_cast<int>(label.length < 40 ? label.length : 40);
    if (is_reserved(word(label))) {
      return refuse(error_, label.place, Code::kInvalidArgument,
                    "'%.*s' is a word of the language: choose another name", length,
                    text_.data + label.offset);
    }
    for (int32_t k = 0; k < program->layer_count; ++k) {
      if (same_name(labels_[k], label)) {
        return refuse(error_, label.place, Code::kInvalidArgument, "a second layer '%.*s' in one program",
                      length, text_.data + label.offset);
      }
    }
  } else {
    label = peek();  // a definition used by its name is known by it
  }
  LayerDraft draft;
  PC15_TRY(layer_draft(&draft, 0));
  if (!named && draft.definition < 0) label = Token();
  return emit_layer(draft, label, 0, program);
}

// "atom(x=.., y=.., shape=.., angle=.., phase=.., level=..)": all rounded to what an atom can be.
Status Parser::atom(int32_t count) {
  const Place place = peek().place;
  if (count >= normative::kMaxAtoms) {
    return refuse(error_, place, Code::kOutOfRange, "too many atoms: at most %d in a program",
                  static_cast<int>(normative::kMaxAtoms));
  }
  const int32_t half = normative::slot_frame(document_.programs.geometry, slot_).extent / 2;
  const double lo[] = {-1.0 * half, -1.0 * half, 0, -1e6, -1e6, -128};
  const double hi[] = {1.0 * half, 1.0 * half, int32_t{normative::kAtomShapes} - 1.0, 1e6, 1e6, 128};
  const char* const units[] = {"px", "px", "", "deg", "turn", ""};
  double v[] = {0, 0, 0, 0, 0, 32};
  uint32_t seen = 0;
  PC15_TRY(expect_sign('(', "after 'atom'"));
  while (!is_sign(peek(), ')')) {
    const Token name = take();
    const int32_t which = name.kind == TokenKind::kName ? find_word(kAtomWords, word(name)) : -1;
    if (name.kind != TokenKind::kName) return unexpected(name, "x, y, shape, angle, phase and level");
    if (which < 0) return unknown_word(name, "value of an atom", kAtomWords);
    if ((seen & 1u << which) != 0) {
      return refuse(error_, name.place, Code::kInvalidArgument, "a second '%s'", kAtomWords[which]);
    }
    seen |= 1u << which;
    PC15_TRY(expect_sign('=', "after the name of a value"));
    const Place at = peek().place;
    PC15_TRY(number(kAtomWords[which], lo[which], hi[which], units[which], &v[which]));
    if (which == 5 && std::fabs(v[5]) < 1) {
      return refuse(error_, at, Code::kOutOfRange, "level is below 1: allowed -128...-1 and 1...128");
    }
    if (!take_sign(',')) break;
  }
  PC15_TRY(expect_sign(')', "after the values of an atom"));
  normative::Atom a;
  a.x = static_cast<int16_t>(std::lround(v[0]));
  a.y = static_cast<int16_t>(std::lround(v[1]));
  a.shape = static_cast<uint8_t>(std::lround(v[2]));
  a.orientation = static_cast<uint8_t>(std::lround(v[3] / 11.25) & 15);
  a.phase = static_cast<uint8_t>(std::lround(v[4] * 16) & 15);
  const int32_t size = static_cast<int32_t>(std::lround(2 * std::log2(std::fabs(v[5]) * 2))) - 1;
  a.amplitude = static_cast<int8_t>(v[5] < 0 ? -size : size);
  document_.programs.atoms.push_back(a);
  return ok_status();
}

// Into the order of the stream; equal places keep theirs.
void Parser::sort_atoms(normative::Program* program) {
  normative::Atom* const first = document_.programs.atoms.data() + program->atom_first;
  for (int32_t i = 1; i < program->atom_count; ++i) {
    const normative::Atom a = first[i];
    int32_t j = i;
    for (; j > 0 && (first[j - 1].y > a.y || (first[j - 1].y == a.y && first[j - 1].x > a.x)); --j)
      first[j] = first[j - 1];
    first[j] = a;
  }
}

Status Parser::image_statement() {
  const Place place = tokens_[at_ - 1].place;
  if (document_.programs.has_image_program) {
    return refuse(error_, place, Code::kInvalidArgument, "a second image-wide program");
  }
  if (next_tile_ > 0) {
    return refuse(error_, place, Code::kInvalidArgument, "the image-wide program stands before the tiles");
  }
  PC15_TRY(program(normative::kImageSlot, &document_.programs.image_program));
  for (int32_t k = 0; k < normative::kMaxLayers; ++k) image_labels_[k] = labels_[k];
  document_.programs.has_image_program = document_.header.has_image_program = true;
  return ok_status();
}

// A number in scan order, or "column, row".
Status Parser::tile_address(int32_t* slot) {
  const normative::Geometry& g = document_.programs.geometry;
  const Place place = peek().place;
  int64_t first = 0, row = 0;
  PC15_TRY(any_integer("the number of a tile", &first));
  const int64_t most = is_sign(peek(), ',') ? g.tile_cols() : g.tile_count();
  if (first < 0 || first >= most) {
    return refuse(error_, place, Code::kOutOfRange, "tile %lld: allowed 0...%lld in %d columns and %d rows",
                  static_cast<long long>(first), static_cast<long long>(most - 1), g.tile_cols(),
                  g.tile_rows());
  }
  if (take_sign(',')) {
    PC15_TRY(integer("the row of the tile", 0, g.tile_rows() - 1, &row));
    first += row * g.tile_cols();
  }
  *slot = static_cast<int32_t>(first);
  return ok_status();
}

Status Parser::tile_statement() {
  normative::ProgramImage& p = document_.programs;
  const Place place = peek().place;
  int32_t first = 0, last = 0;
  PC15_TRY(tile_address(&first));
  last = first;
  const bool range = peek().kind == TokenKind::kSign && peek().length == 2;
  if (range) {
    take();
    PC15_TRY(tile_address(&last));
  }
  if (first < next_tile_ || last < first) {
    return refuse(error_, place, Code::kInvalidArgument,
                  "tile %d after tile %d: tiles rise, each has one statement",
                  first < next_tile_ ? first : last, first < next_tile_ ? next_tile_ - 1 : first);
  }
  if (p.tiles.empty()) p.set_geometry(p.geometry);
  document_.header.has_tile_programs = true;
  next_tile_ = last + 1;
  return tile_content(first, last);
}

// What stands after the address is read again for every tile of a range.
Status Parser::tile_content(int32_t first, int32_t last) {
  const size_t begin = at_;
  for (int32_t slot = first; slot <= last; ++slot) {
    at_ = begin;
    if (steps_left_ == 0)
      return refuse(error_, peek().place, Code::kLimit, "ranges and definitions repeat too much");
    PC15_TRY(one_tile(slot));
  }
  return ok_status();
}

Status Parser::one_tile(int32_t slot) {
  normative::ProgramImage& p = document_.programs;
  normative::TileProgram& tile = p.tiles[static_cast<size_t>(slot)];
  const Token token = peek();
  const int32_t word_mode = token.kind == TokenKind::kName ? find_word(kModeWords, word(token)) : -1;
  const bool body = is_sign(token, '{') || (token.kind == TokenKind::kName && word_mode < 0);
  if (!body && word_mode < 0) return unexpected(token, "skip, flat, left, up, a program or its name");
  const TileMode mode = body ? TileMode::kProgram : static_cast<TileMode>(word_mode);
  if (!entropy::set_tile_mode(p, slot, mode, &tile)) {
    return refuse(error_, token.place, Code::kOutOfRange,
                  mode == TileMode::kMergeLeft
                      ? "tile %d is the first of its row: nothing is left of it"
                      : "tile %d is in the first row of its group: nothing is above it",
                  slot);
  }
  if (body && token.kind == TokenKind::kName && find_definition(token, DefinitionKind::kProgram) < 0) {
    return unknown_word(token, "program or mode of a tile", kModeWords);
  }
  if (body) return program(slot, &tile.program);
  take();
  return mode == TileMode::kFlat ? flat(&tile.program) : ok_status();
}

Status Parser::flat(normative::Program* out) {
  *out = normative::Program();
  bool* const three = &out->field.has_chroma;
  int16_t values[normative::kMaxPlanes] = {normative::kNeutralDc, normative::kNeutralDc,
                                           normative::kNeutralDc};
  if (peek().kind == TokenKind::kHash) {
    PC15_TRY(colour(false, values, three));
  } else {
    PC15_TRY(levels("the level", 0, normative::kMaxDc, values, three));
  }
  for (int32_t c = 0; c < (*three ? normative::kMaxPlanes : 1); ++c) out->field.coef[c][0] = values[c];
  if (take_word("coarse")) out->level_class = 1;
  normative::snap_levels(out);
  return ok_status();
}

}  // namespace pc15::text
