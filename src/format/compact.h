// The compact form: a whole file of at most 1024 bytes under one CRC (docs/bitstream.md, chapter 4).
#pragma once

#include "base/allocator.h"
#include "base/span.h"
#include "base/status.h"
#include "format/limits.h"
#include "format/stream_index.h"

namespace pc15::format {

constexpr uint32_t kCompactMaxBytes = 1024;
constexpr uint8_t kCompactGuard = 0xF0;  // where the full form has 0x8F
constexpr uint32_t kCompactGuardAt = 4;
constexpr uint32_t kAtCompactRevision = 5;

// Where the fields end and what follows them.
struct CompactLayout {
  explicit CompactLayout(Memory& memory) : records(memory) {}
  Vector<RecordEntry> records;
  uint64_t header_size = 0;   // bytes before the first record's length
  uint64_t content_size = 0;  // bytes before the CRC
};

bool is_compact(ByteSpan file);

// Appends a file without sections to *out, or leaves *out alone and sets *fits to false when it would exceed
// 1024 bytes. `records` are the payloads in file order.
Status write_compact(const StreamHeader& header, Span<const ByteSpan> records, Vector<uint8_t>* out,
                     bool* fits);

// Verifies and reads a whole file. Errors: kCrc, kTruncated, kTrailing (told apart by a tentative parse after
// the CRC failed), kCorrupt, kUnsupported, kLimit.
Status read_compact(ByteSpan file, const Limits& limits, StreamHeader* header, CompactLayout* layout);

// Reads the fields at the start of `head`. When `head` is too short to hold the file that its fields
// describe: kNeedInput and in *needed the bytes wanted so far.
Status peek_compact(ByteSpan head, const Limits& limits, StreamHeader* header, uint64_t* needed);

}  // namespace pc15::format
