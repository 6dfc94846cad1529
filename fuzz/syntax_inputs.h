// What the bytes of the targets below the interface mean, and the bytes that make nearly what is in a file.
#pragma once

#include <string>
#include <vector>

#include "hostile_file.h"

namespace pc15::fuzz {

// Fields of a small picture from the first bytes of an input.
constexpr size_t kHeaderBytes = 10;
format::StreamHeader header_of(const uint8_t* bytes);
// What cells or programs need to know, into a header that header_of() made of the same bytes.
void add_cells(const uint8_t* bytes, format::StreamHeader* header);
void add_programs(const uint8_t* bytes, format::StreamHeader* header);

// The payloads that the target "tables" knows, by its first byte.
enum TableKind : uint8_t { kOwnTables, kOwnCodebook, kOwnGrain, kTableKinds };

struct SyntaxInput {
  std::string target;
  Bytes bytes;
};
// Inputs of "cell" and "program", where a .pc15 file has a single record of that kind, and of "tables".
std::vector<SyntaxInput> syntax_inputs_of(const uint8_t* data, size_t size);

}  // namespace pc15::fuzz
