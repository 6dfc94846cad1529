// The index of a full file: what the sections are and how long every record is (docs/bitstream.md 3.3).
// Offsets are sums of the sizes; the number of records comes from the geometry alone.
#pragma once

#include "base/allocator.h"
#include "base/span.h"
#include "base/status.h"
#include "format/limits.h"
#include "format/preamble.h"

namespace pc15::format {

struct SectionEntry {
  uint32_t type = 0;
  uint32_t flags = 0;
  uint64_t offset = 0;  // of the payload, bytes from the start of the file
  uint32_t size = 0;
  uint32_t crc = 0;
};

// A program or a cell. In a full file its CRC-32 follows the payload.
struct RecordEntry {
  uint64_t offset = 0;  // of the payload
  uint32_t size = 0;    // of the payload
};

// Records in file order: image program, groups, cells.
struct RecordCounts {
  explicit RecordCounts(const StreamHeader& header);
  uint64_t programs() const { return uint64_t{image} + groups; }
  uint64_t total() const { return programs() + cells; }
  uint32_t image;  // 0 or 1
  uint32_t groups;
  uint32_t cells;
};

// What the CRC of record `r` covers before the payload, besides the file id: the cell's number, or a
// program's number in a range of its own.
uint32_t record_tag(const RecordCounts& counts, uint64_t r);
// CRC-32 over file id, tag and payload.
uint32_t record_crc(uint32_t file_id, uint32_t tag, ByteSpan payload);

struct StreamIndex {
  explicit StreamIndex(Memory& memory) : sections(memory), records(memory) {}
  Vector<SectionEntry> sections;
  Vector<RecordEntry> records;
  uint64_t programs_offset = 0;  // end of the section payloads
  uint64_t cells_offset = 0;     // end of the program records
  uint64_t backup_offset = 0;    // end of the cell records
  uint64_t backup_size = 0;      // 0: the file has no backup block
  uint64_t file_size = 0;
};

// Fills the four offsets and sizes that follow from the entries. `index_size` includes the CRC.
// Errors: kLimit when the backup block or the file outgrows its field.
Status lay_out(const RecordCounts& counts, uint32_t index_size, StreamIndex* index);

// Reads an index whose CRC holds; `bytes` includes the CRC. Errors: kCorrupt, kUnsupported (critical
// section), kLimit.
Status parse_index(ByteSpan bytes, const Preamble& preamble, const Limits& limits, StreamIndex* index);
// Appends the index and its CRC.
void append_index(const StreamIndex& index, Vector<uint8_t>* out);
uint64_t index_size_of(const StreamIndex& index);

// Rules of the section table that the reader and the writer share: count, flags, total size, repeated types,
// and no grain on exact samples.
Status check_sections(const StreamHeader& header, const Vector<SectionEntry>& sections, const Limits& limits,
                      Code code);
bool is_known_section(uint32_t type);
// Carries a model that records need.
bool is_model_section(uint32_t type);

}  // namespace pc15::format
