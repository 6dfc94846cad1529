// Making a whole file of a damaged one: what the reader could prove intact, written anew.
#pragma once

#include "format/container.h"

namespace pc15::format {

// What to keep of an opened file. One byte per group and cell, 0 drops it: its record is written empty.
struct Salvage {
  bool image_program = true;
  bool tables = true;  // false: no copy of the file's tables is left; needs every cell dropped
  Span<const uint8_t> groups;
  Span<const uint8_t> cells;
};

// Appends the file. A section of which no copy is left is dropped and counted; a damaged spare copy is
// restored. A file that lost nothing comes back as it was before the damage, byte for byte.
Status write_salvaged(const ContainerReader& reader, const Salvage& keep, Vector<uint8_t>* out,
                      uint32_t* sections_lost);

// For a file of which both copies of the index are damaged and one of the preamble is not: finds the records
// by their checksums, one behind the other, and appends a file with a new index. A record that is not found
// is in it as a damaged one; sections are lost with the index, and where there were any, so are the shapes
// of atoms. Bounded work: about 2^26 steps beyond the length of the file.
// Errors: those of the preamble; kCrc when no record is found.
Status rebuild_index(ByteSpan file, const Limits& limits, Vector<uint8_t>* out);

}  // namespace pc15::format
