// Codebooks of small integers that travel in a file (docs/bitstream-entropy.md, section 6.4).
#pragma once

#include "base/allocator.h"
#include "base/span.h"
#include "base/status.h"
#include "normative/program.h"

namespace pc15::entropy {

constexpr int32_t kMaxCodebookEntries = 256;
constexpr int32_t kMaxCodebookDims = 8;
constexpr size_t kMaxCodebookBytes = 16384;

struct IntCodebook {
  explicit IntCodebook(Memory& memory) : values(memory) {}
  uint8_t id = 0;
  int32_t entries = 0;     // 1...256
  int32_t dims = 0;        // 1...8
  Vector<int16_t> values;  // entry by entry

  const int16_t* entry(int32_t i) const { return values.data() + static_cast<size_t>(i * dims); }
};

// Appends the stored form. kInvalidArgument: a shape that is not allowed, or another number of values.
Status append_codebook(const IntCodebook& codebook, Vector<uint8_t>* out);
// Reads one; `at` is the position of the payload for messages. Errors: kTruncated, kUnsupported (version),
// kCorrupt. On an error *out is unchanged.
Status parse_codebook(ByteSpan payload, uint64_t at, IntCodebook* out);

// The shapes of atoms that a codebook holds (docs/bitstream-programs.md, section 8.16). `code` for one that
// holds anything else; the message names the entry.
Status read_atom_shapes(const IntCodebook& codebook, Code code,
                        normative::AtomShape shapes[normative::kAtomShapes]);

}  // namespace pc15::entropy
