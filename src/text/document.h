// The text form of programs (docs/program-text.md): what a text describes, and its two directions.
//
// Thread rule: no shared state. Ownership: everything lives in the Memory of the Document.
#pragma once

#include <cstdint>

#include "base/allocator.h"
#include "base/span.h"
#include "base/status.h"
#include "format/limits.h"
#include "format/stream_header.h"
#include "normative/program.h"

namespace pc15::text {

constexpr size_t kMaxTextBytes = size_t{16} << 20;

// What a text holds: a header without residual, and the programs. `programs.tiles` is empty when
// the file has no tile programs.
struct Document {
  explicit Document(Memory& memory) : programs(memory) {}
  Document(const Document&) = delete;  // programs may point to its shapes
  Document& operator=(const Document&) = delete;
  format::StreamHeader header;
  bool allow_compact = true;
  normative::ProgramImage programs;
  // The shapes of atoms when the file brings its own: programs.atom_shapes is this or null.
  normative::AtomShape shapes[normative::kAtomShapes] = {};
};

// What the file of a printed document has and its text leaves out.
struct LeftOut {
  uint16_t residual_step16 = 0;  // 0: no residual
  bool alpha = false;            // coded by the residual
  uint32_t sections = 0;  // metadata, models; what the text has and tables of the residual do not count
};

struct Place {
  int32_t line = 0, column = 0;  // from 1; columns count bytes
};

// Why a text was refused: where, what, and what was allowed.
struct TextError {
  Place place;
  char message[200] = "";
};

// Appends the text of `document`. kLimit when it would be longer than kMaxTextBytes.
Status print_document(const Document& document, const LeftOut& left_out, Vector<char>* out);

// Reads a text; the picture is held to `limits` before anything of its size is allocated. On an error *error
// says where and why, and the code is kInvalidArgument (syntax), kNotFound (an unknown name), kOutOfRange (a
// value) or kLimit; *document is then half filled.
Status parse_document(Span<const char> text, const format::Limits& limits, Document* document,
                      TextError* error);

}  // namespace pc15::text
