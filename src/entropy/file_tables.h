// Initial tables of the residual that travel in a file: a frozen set and what differs from it
// (docs/bitstream-entropy.md, section 6.3).
//
// A changed model is its frozen distribution with every frequency multiplied by 2^(ratio / 4). So a set costs
// little, and every stream of symbols that decodes is a valid set: borders that do not rise cannot be
// written.
#pragma once

#include "base/allocator.h"
#include "base/span.h"
#include "base/status.h"
#include "entropy/cell_models.h"

namespace pc15::entropy {

constexpr int32_t kFileTables = 255;  // the table number of a stream that brings its own
constexpr int32_t kMaxRatio = 48;     // quarters of an octave
constexpr size_t kTablesHeadBytes = 4;
constexpr size_t kMaxTablesBytes = 65536;

// How one model differs from the frozen one.
struct ModelChange {
  bool changed = false;
  uint8_t age = 0;                 // initial count: 0, 1, 2 stand for 0, 12, 32
  int8_t ratio[kMaxSymbols] = {};  // of each symbol, -48...48
};
constexpr int32_t kModelAges = 3;

// The models of one rate point, both families.
struct FileTables {
  explicit FileTables(Memory& memory) : models(memory), payload(memory) {}
  int32_t base = 0;           // the frozen set that they differ from
  int32_t step16 = 0;         // the quantiser step that they were made for
  Vector<CellModels> models;  // kFamilies
  Vector<uint8_t> payload;    // as stored
};

// `changes` has kFamilies * kModelCount entries, family by family. Fills *out, payload included.
Status make_tables(int32_t base, int32_t step16, Span<const ModelChange> changes, FileTables* out);
// Reads a stored set; `at` is the position of the payload for messages. Errors: kTruncated, kUnsupported
// (version), kCorrupt. On an error *out is unchanged.
Status parse_tables(ByteSpan payload, uint64_t at, FileTables* out);

// The set whose step is nearest to `step16`, in the logarithm; the first of equal ones, null of none.
const FileTables* nearest_tables(Span<const FileTables> sets, int32_t step16);

}  // namespace pc15::entropy
