// The parser of the text form: one pass over tokens with jumps into definitions, straight into programs.
//
// Definitions are read where they are used, because ranges, grids and copies depend on the tile. Internal to
// src/text.
#pragma once

#include "backend/param_codec.h"
#include "text/token.h"
#include "text/words.h"

namespace pc15::text {

// The value of one parameter as written.
struct Given {
  bool is_given = false, is_index = false;
  double number = 0;
  int64_t index = 0;
  Place place;
};
// A generator or modifier and what was written about its parameters.
struct PartDraft {
  uint8_t preset = 0;
  Place place;
  Given given[normative::kMaxParams];
};
struct LayerDraft {
  PartDraft generator, modifier[normative::kModifierCount];
  normative::Layer layer;  // what is not a parameter; all of the geometry for a copy
  bool is_copy = false, has_blend = false;
  int32_t definition = -1;  // that it is
  Place seed_place, profile_place;
  Token below;  // name after "of", kEnd for none
};

class Parser {
 public:
  Parser(Span<const char> text, const format::Limits& limits, Document* document, TextError* error);
  Status run();

 private:
  enum : int32_t { kMaxDepth = 8, kMaxGenerators = 255 };
  enum class DefinitionKind : uint8_t { kLayer, kProgram };
  struct Definition {
    DefinitionKind kind;
    Token name;
    size_t begin;         // first token of what it stands for
    bool active = false;  // being read
  };

  // parser.cpp: tokens, settings, definitions.
  const Token& peek(size_t ahead = 0) const;
  Token take();
  Span<const char> word(const Token& token) const { return text_.sub(token.offset, token.length); }
  bool is_sign(const Token& token, char sign) const;
  bool is_word(const Token& token, const char* text) const;
  bool same_name(const Token& a, const Token& b) const;
  bool take_word(const char* text);
  bool take_sign(char sign);
  Status expect_sign(char sign, const char* after);
  Status unexpected(const Token& token, const char* allowed);
  template <size_t n>
  Status unknown_word(const Token& token, const char* what, const char* const (&words)[n]) {
    return unknown_name(token, what, nearest_of(words, word(token)));
  }
  Status unknown_name(const Token& token, const char* what, const char* nearest);
  Status collect_definitions();
  Status add_definition(size_t* at);
  int32_t find_definition(const Token& name, DefinitionKind kind) const;
  Status find_layer_definition(const Token& name, int32_t* definition);
  Status picture();
  Status setting(bool* known);
  Status grid();
  Status form();
  Status content_id();
  Status shapes();
  Status shape(normative::AtomShape* out);
  Status finish_settings(const Token& at);
  Status statement();
  Status let_statement();
  Status skip_program();

  // parse_value.cpp
  Status integer(const char* what, int64_t lo, int64_t hi, int64_t* value);
  Status any_integer(const char* what, int64_t* value);
  Status number(const char* what, double lo, double hi, const char* unit, double* value);
  Status scaled_unit(const char* unit, double* value);
  Status wrong_unit(const Token& token, const char* unit);
  Status half_levels(const char* what, int32_t lo, int32_t hi, int16_t* halves);
  Status levels(const char* what, int32_t lo, int32_t hi, int16_t out[3], bool* three);
  Status colour(bool keep_grey, int16_t out[3], bool* three);
  Status parameters(int32_t preset, Given* given);
  Status parameter(int32_t preset, uint32_t* seen, Given* given);
  Status value(int32_t preset, int32_t param, Given* given);
  Status word_value(const backend::ParamInfo& info, Given* given);
  Status resolve(const PartDraft& part, int32_t precision, int32_t extent, int32_t* params);
  Status resolve_one(const PartDraft& part, int32_t i, int32_t precision, int32_t extent, int32_t* index);

  // parse_layer.cpp
  Status layer_draft(LayerDraft* draft, int32_t depth);
  Status head(LayerDraft* draft, int32_t depth);
  Status copy_head(const Token& at, LayerDraft* draft);
  Status use_definition(const Token& name, LayerDraft* draft, int32_t depth);
  Status attribute(LayerDraft* draft, uint32_t* seen, bool* known);
  Status modifier(int32_t kind, LayerDraft* draft);
  Status profile(LayerDraft* draft);
  Status blend(normative::Blend blend, LayerDraft* draft);
  Status seed(const Token& at, LayerDraft* draft);

  // parse_emit.cpp
  Status build_layer(const LayerDraft& draft, int32_t k, normative::Layer* out);
  Status build_own(const LayerDraft& draft, int32_t k, normative::Layer* out);
  Status emit_layer(const LayerDraft& draft, const Token& label, int32_t depth, normative::Program* program);
  Status emit_below(const LayerDraft& draft, int32_t depth, normative::Program* program);

  // parse_program.cpp
  Status program(int32_t slot, normative::Program* out);
  Status program_body(int32_t slot, normative::Program* out);
  Status body_statement(normative::Program* out, uint32_t* seen);
  Status field(normative::Field* field);
  Status layer_statement(normative::Program* program);
  Status atom(int32_t count);
  void sort_atoms(normative::Program* program);
  Status image_statement();
  Status tile_statement();
  Status tile_address(int32_t* slot);
  Status tile_content(int32_t first, int32_t last);
  Status one_tile(int32_t slot);
  Status flat(normative::Program* out);

  Span<const char> text_;
  const format::Limits& limits_;
  Document& document_;
  TextError* error_;
  Vector<Token> tokens_;
  Vector<Definition> definitions_;
  const char* generators_[kMaxGenerators + 1] = {};  // names in the order of the catalogue, then null
  size_t at_ = 0;
  uint64_t steps_left_ = uint64_t{1} << 26;  // tokens read, those of ranges and definitions again
  bool settings_done_ = false;
  uint32_t settings_seen_ = 0;
  bool in_definition_ = false;
  int32_t slot_ = normative::kImageSlot;  // whose program is being read
  int32_t next_tile_ = 0;                 // the first tile that has no statement yet
  Token labels_[normative::kMaxLayers];   // of the program being read
  Token image_labels_[normative::kMaxLayers];
};

}  // namespace pc15::text
