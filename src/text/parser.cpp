#include "text/parser.h"

#include "format/preamble.h"
#include "text/decimal.h"

namespace pc15::text {

Parser::Parser(Span<const char> text, const format::Limits& limits, Document* document, TextError* error)
    : text_(text), limits_(limits), document_(*document), error_(error),
      tokens_(document->programs.tiles.memory()), definitions_(document->programs.tiles.memory()) {
  for (int32_t i = 0; i < normative::catalogue_size() && i < kMaxGenerators; ++i) {
    generators_[i] = backend::preset_name(normative::catalogue_entry(i)->preset);
  }
}

const Token& Parser::peek(size_t ahead) const {
  const size_t last = tokens_.size() - 1;
  return tokens_[at_ + ahead < last ? at_ + ahead : last];
}

Token Parser::take() {
  const Token token = peek();
  if (token.kind != TokenKind::kEnd) ++at_;
  if (steps_left_ > 0) --steps_left_;
  return token;
}

bool Parser::is_sign(const Token& token, char sign) const {
  return token.kind == TokenKind::kSign && token.length == 1 && text_[token.offset] == sign;
}
bool Parser::is_word(const Token& token, const char* text) const {
  return token.kind == TokenKind::kName && same_word(word(token), text);
}
bool Parser::same_name(const Token& a, const Token& b) const {
  return a.kind == TokenKind::kName && b.kind == TokenKind::kName && a.length == b.length &&
         std::memcmp(text_.data + a.offset, text_.data + b.offset, a.length) == 0;
}
bool Parser::take_word(const char* text) {
  if (!is_word(peek(), text)) return false;
  take();
  return true;
}
bool Parser::take_sign(char sign) {
  if (!is_sign(peek(), sign)) return false;
  take();
  return true;
}

Status Parser::expect_sign(char sign, const char* after) {
  if (take_sign(sign)) return ok_status();
  const Token& token = peek();
  if (token.kind == TokenKind::kEnd) {
    return refuse(error_, token.place, Code::kInvalidArgument, "the text ends: '%c' is missing %s", sign,
                  after);
  }
  return refuse(error_, token.place, Code::kInvalidArgument, "'%c' is missing %s, before '%.*s'", sign, after,
                static_cast<int>(token.length < 40 ? token.length : 40), text_.data + token.offset);
}

Status Parser::unexpected(const Token& token, const char* allowed) {
  if (token.kind == TokenKind::kEnd) {
    return refuse(error_, token.place, Code::kInvalidArgument, "the text ends: allowed %s", allowed);
  }
  return refuse(error_, token.place, Code::kInvalidArgument, "unexpected '%.*s': allowed %s",
                static_cast<int>(token.length < 40 ? token.length : 40), text_.data + token.offset, allowed);
}

Status Parser::unknown_name(const Token& token, const char* what, const char* nearest) {
  const int length = static_cast<int>(token.length < 40 ? token.length : 40);
  const char* text = text_.data + token.offset;
  if (nearest == nullptr) {
    return refuse(error_, token.place, Code::kNotFound, "'%.*s' is no %s", length, text, what);
  }
  return refuse(error_, token.place, Code::kNotFound, "'%.*s' is no %s; did you mean '%s'?", length, text,
                what, nearest);
}

// Definitions may be used before the line where they stand: their names are collected first.
Status Parser::collect_definitions() {
  int32_t depth = 0;
  for (size_t i = 0; tokens_[i].kind != TokenKind::kEnd; ++i) {
    if (is_sign(tokens_[i], '{')) ++depth;
    if (is_sign(tokens_[i], '}') && depth > 0) --depth;
    const bool begins = is_word(tokens_[i], "let") || is_word(tokens_[i], "program");
    if (depth == 0 && begins) PC15_TRY(add_definition(&i));
  }
  return ok_status();
}

Status Parser::add_definition(size_t* at) {
  const bool layer = is_word(tokens_[*at], "let");
  const Token name = tokens_[*at + 1];
  if (name.kind != TokenKind::kName) return unexpected(name, "the name of the definition");
  const int length = static_cast<int>(name.length < 40 ? name.length : 40);
  if (is_reserved(word(name))) {
    return refuse(error_, name.place, Code::kInvalidArgument,
                  "'%.*s' is a word of the language: choose another name", length, text_.data + name.offset);
  }
  for (const Definition& d : definitions_) {
    if (same_name(d.name, name)) {
      return refuse(error_, name.place, Code::kInvalidArgument, "'%.*s' is already defined in line %d",
                    length, text_.data + name.offset, d.name.place.line);
    }
  }
  if (definitions_.size() >= 200) {
    return refuse(error_, name.place, Code::kLimit, "more than 200 definitions");
  }
  *at += 1;
  const Token& after = tokens_[*at + 1];
  if (layer != is_sign(after, '=') || (!layer && !is_sign(after, '{'))) {
    return unexpected(after, layer ? "'=' after the name" : "'{' after the name");
  }
  const Definition d{layer ? DefinitionKind::kLayer : DefinitionKind::kProgram, name, *at + (layer ? 2u : 1u),
                     false};
  definitions_.push_back(d);
  return ok_status();
}

int32_t Parser::find_definition(const Token& name, DefinitionKind kind) const {
  for (size_t i = 0; i < definitions_.size(); ++i) {
    const Definition& d = definitions_[i];
    if (d.kind == kind && same_name(d.name, name)) return static_cast<int32_t>(i);
  }
  return -1;
}

Status Parser::picture() {
  if (!is_word(peek(), "picture")) return unexpected(peek(), "'picture WIDTHxHEIGHT' at the beginning");
  take();
  int64_t width = 0, height = 0;
  const Token at = peek();
  PC15_TRY(integer("the width", 1, 65535, &width));
  const Token token = peek();  // "x480" is one name
  if (token.kind == TokenKind::kName && token.length > 1 && text_[token.offset] == 'x') {
    take();
    const bool good = read_integer(text_.sub(token.offset + 1, token.length - 1), &height);
    if (!good || height < 1 || height > 65535) {
      return refuse(error_, token.place, Code::kOutOfRange, "the height is '%.*s': allowed 1...65535",
                    static_cast<int>(token.length < 40 ? token.length - 1 : 40),
                    text_.data + token.offset + 1);
    }
  } else {
    take_word("x");
    PC15_TRY(integer("the height", 1, 65535, &height));
  }
  const uint64_t pixels = static_cast<uint64_t>(width) * static_cast<uint64_t>(height);
  if (width > limits_.max_width || height > limits_.max_height || pixels > limits_.max_pixels) {
    return refuse(error_, at.place, Code::kLimit, "a picture of %d x %d: allowed are %u x %u and %llu pixels",
                  static_cast<int>(width), static_cast<int>(height), limits_.max_width, limits_.max_height,
                  static_cast<unsigned long long>(limits_.max_pixels));
  }
  document_.header.geometry.width = static_cast<int32_t>(width);
  document_.header.geometry.height = static_cast<int32_t>(height);
  return ok_status();
}

Status Parser::grid() {
  normative::Geometry& g = document_.header.geometry;
  int64_t v = 0;
  PC15_TRY(integer("the side of a tile", 32, 1024, &v));
  g.tile = static_cast<int32_t>(v);
  if (g.overlap > g.tile / 2) g.overlap = g.tile / 2;
  if (take_word("overlap")) {
    PC15_TRY(integer("the overlap", 0, g.tile / 2, &v));
    g.overlap = static_cast<int32_t>(v);
  }
  if (take_word("group")) {
    PC15_TRY(integer("the number of tile rows in a group", 1, 255, &v));
    g.group_rows = static_cast<int32_t>(v);
  }
  return ok_status();
}

Status Parser::form() {
  if (!take_word("full")) return unexpected(peek(), "'full'");
  document_.allow_compact = false;
  return ok_status();
}

Status Parser::content_id() {
  const Token token = take();
  const bool good = token.kind == TokenKind::kHash && token.length > 1 &&
                    read_hex(text_.sub(token.offset + 1, token.length - 1), &document_.header.content_id);
  return good ? ok_status() : unexpected(token, "'#' and 1 to 8 hexadecimal digits");
}

// One of the settings after the size; *known is false for anything else.
Status Parser::setting(bool* known) {
  const Token token = peek();
  *known = false;
  const int32_t color = token.kind == TokenKind::kName ? find_word(kColorWords, word(token)) : -1;
  constexpr const char* kSettings[] = {"seed", "grid", "cell", "form", "id", "shapes", "alpha", "lossless"};
  const int32_t which = token.kind == TokenKind::kName ? find_word(kSettings, word(token)) : -1;
  if (color < 0 && which < 0) return ok_status();
  *known = true;
  take();
  const uint32_t bit = 1u << (color >= 0 ? 0 : which + 1);
  if ((settings_seen_ & bit) != 0) {
    return refuse(error_, token.place, Code::kInvalidArgument, "a second %s",
                  color >= 0 ? "kind of colour" : kSettings[which]);
  }
  settings_seen_ |= bit;
  if (color >= 0) document_.header.color = static_cast<format::Color>(color);
  if (color >= 0) return ok_status();
  if (which == 0) return any_integer("the seed", &document_.header.seed);
  if (which == 1) return grid();
  if (which == 3) return form();
  if (which == 4) return content_id();
  if (which == 5) return shapes();
  if (which == 6) document_.header.alpha = true;
  if (which == 7) document_.header.tools = format::kToolLossless;
  if (which >= 6) return ok_status();
  const Token at = peek();
  int64_t cell = 0;
  PC15_TRY(any_integer("the cell", &cell));
  if (cell < 0 || cell > 512 || format::cell_log2_of(static_cast<int32_t>(cell)) == 0) {
    return refuse(error_, at.place, Code::kOutOfRange, "the cell is %lld: allowed 128, 256 and 512",
                  static_cast<long long>(cell));
  }
  document_.header.geometry.cell = static_cast<int32_t>(cell);
  return ok_status();
}

Status Parser::finish_settings(const Token& at) {
  if (settings_done_) return ok_status();
  settings_done_ = true;
  normative::ProgramImage& p = document_.programs;
  p.geometry = document_.header.geometry;
  p.seed = document_.header.seed;
  p.color_planes = document_.header.color_planes();
  const uint64_t bytes = static_cast<uint64_t>(p.geometry.tile_count()) * sizeof(normative::TileProgram);
  if (bytes > limits_.max_memory_bytes) {
    return refuse(error_, at.place, Code::kLimit, "%lld tiles need more than %llu bytes",
                  static_cast<long long>(p.geometry.tile_count()),
                  static_cast<unsigned long long>(limits_.max_memory_bytes));
  }
  return ok_status();
}

// A definition of a layer, checked in the frame of the image; its uses read it again.
Status Parser::let_statement() {
  const Token name = take();
  take();  // '=', seen by collect_definitions()
  const int32_t definition = find_definition(name, DefinitionKind::kLayer);
  LayerDraft draft;
  normative::Layer unused;
  Definition& d = definitions_[static_cast<size_t>(definition)];
  d.active = true;
  slot_ = normative::kImageSlot;
  in_definition_ = true;
  const Status status = layer_draft(&draft, 0);
  in_definition_ = false;
  d.active = false;
  PC15_TRY(status);
  return build_layer(draft, 1, &unused);
}

// Programs are read where they are used; here only their end is found.
Status Parser::skip_program() {
  take();
  const Token open = take();
  for (int32_t depth = 1; depth > 0;) {
    const Token token = take();
    if (token.kind == TokenKind::kEnd) {
      return refuse(error_, token.place, Code::kInvalidArgument,
                    "the text ends: the '{' of line %d has no '}'", open.place.line);
    }
    depth += is_sign(token, '{') ? 1 : is_sign(token, '}') ? -1 : 0;
  }
  return ok_status();
}

Status Parser::statement() {
  const Token token = peek();
  bool known = false;
  PC15_TRY(setting(&known));
  if (known && settings_done_) {
    return refuse(error_, token.place, Code::kInvalidArgument, "settings stand before image and tiles");
  }
  if (known) return ok_status();
  if (token.kind != TokenKind::kName)
    return unexpected(token, "a setting, 'let', 'program', 'image' or 'tile'");
  if (find_word(kTopWords, word(token)) < 0) return unknown_word(token, "statement", kTopWords);
  take();
  PC15_TRY(finish_settings(token));
  if (same_word(word(token), "let")) return let_statement();
  if (same_word(word(token), "program")) return skip_program();
  return same_word(word(token), "image") ? image_statement() : tile_statement();
}

Status Parser::run() {
  PC15_TRY(tokenize(text_, &tokens_, error_));
  PC15_TRY(collect_definitions());
  PC15_TRY(picture());
  while (peek().kind != TokenKind::kEnd) PC15_TRY(statement());
  return finish_settings(peek());
}

Status parse_document(Span<const char> text, const format::Limits& limits, Document* document,
                      TextError* error) {
  return Parser(text, limits, document, error).run();
}

}  // namespace pc15::text
