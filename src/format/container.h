// The container: parts in, file out, and back (docs/bitstream.md, chapter "Container").
//
// Thread rule: a ContainerReader is immutable after open() and may be read from any number of threads.
// Ownership: the reader keeps views into the caller's bytes.
#pragma once

#include "base/allocator.h"
#include "base/span.h"
#include "base/status.h"
#include "format/limits.h"
#include "format/stream_header.h"
#include "format/stream_index.h"

namespace pc15::format {

constexpr uint32_t fourcc(char a, char b, char c, char d) {
  return static_cast<uint32_t>(static_cast<uint8_t>(a)) |
         static_cast<uint32_t>(static_cast<uint8_t>(b)) << 8 |
         static_cast<uint32_t>(static_cast<uint8_t>(c)) << 16 |
         static_cast<uint32_t>(static_cast<uint8_t>(d)) << 24;
}
constexpr uint32_t kSectionIcc = fourcc('I', 'C', 'C', 'P');
constexpr uint32_t kSectionExif = fourcc('E', 'X', 'I', 'F');
constexpr uint32_t kSectionXmp = fourcc('X', 'M', 'P', ' ');
constexpr uint32_t kSectionText = fourcc('T', 'E', 'X', 'T');
constexpr uint32_t kSectionNote = fourcc('N', 'O', 'T', 'E');
// Models that the records need: they decide samples, so they are critical (docs/bitstream.md, 5.1).
constexpr uint32_t kSectionTables = fourcc('T', 'A', 'B', 'L');
constexpr uint32_t kSectionCodebook = fourcc('C', 'O', 'D', 'E');
constexpr uint32_t kSectionGrain =
    fourcc('G', 'R', 'A', 'I');             // docs/bitstream-programs.md, 8.19; at most one
constexpr uint32_t kMaxTablesSections = 2;  // the second is a spare copy
constexpr uint32_t kMaxCodebookSections = 32;
constexpr uint32_t kSectionCritical = 1u << 0;    // flags: an unknown one refuses the file
constexpr uint32_t kSectionSafeToCopy = 1u << 1;  // flags: an unknown one survives a rewrite

struct Section {
  uint32_t type = 0;
  uint32_t flags = 0;
  ByteSpan payload;
};

// Everything a file is made of. Spans are borrowed for the duration of write_container().
struct Parts {
  StreamHeader header;
  Span<const Section> sections;
  ByteSpan image_program;       // empty unless header.has_image_program
  Span<const ByteSpan> groups;  // geometry.group_count() spans, or none
  Span<const ByteSpan> cells;   // geometry.cell_count() spans, or none
  bool allow_compact = true;    // the compact form keeps no content_id
};

// Appends the file to *out. Chooses the compact form when it is allowed and at most 1024 bytes.
// Errors: kInvalidArgument (counts that contradict the header, fields out of range, repeated or malformed
// sections), kLimit (beyond the default limits). On an error *out is unchanged.
Status write_container(const Parts& parts, Vector<uint8_t>* out);

enum class Form : uint8_t { kFull, kCompact };

// Where a part lies in the file, for inspection and for the difference of two files.
enum class PartKind : uint8_t {
  kPreamble,
  kIndex,
  kSection,
  kImageProgram,
  kGroup,
  kCell,
  kBackupPreamble,
  kBackupIndex,
  kBackupImageProgram,
  kBackupGroup,
  kFooter,
  kTrailing,
};
struct PartInfo {
  PartKind kind;
  uint32_t number;  // section, group or cell number
  uint64_t offset;  // bytes from the start of the file
  uint64_t size;    // payload and its CRC
  bool intact;      // its CRC holds
};

struct Salvage;

class ContainerReader {
 public:
  explicit ContainerReader(Memory& memory) : index_(memory) {}

  // Any earlier file is forgotten; after an error the reader holds none. Never allocates more than 16 bytes
  // per record and 32 per section that the file really lists.
  // Parses and verifies preamble and index (from the backup when the first copy is damaged) and, when
  // `strict`, every CRC, the whole-file CRC and the absence of trailing bytes. Tolerant opening (strict =
  // false) succeeds whenever one intact copy of preamble and index exists; a truncated file opens too.
  Status open(ByteSpan file, const Limits& limits, bool strict);
  // Preamble only: enough bytes are the first 64 of a full file (all of a compact one). kNeedInput when
  // `head` is a proper prefix; *needed then holds how many bytes to offer (again, if need be).
  static Status peek(ByteSpan head, const Limits& limits, StreamHeader* header, Form* form, uint64_t* needed);

  const StreamHeader& header() const { return preamble_.header; }
  Form form() const { return form_; }
  uint64_t file_size() const { return file_size_; }  // as the file says
  // True when a damaged or missing byte was seen anywhere (tolerant opening only).
  bool damaged() const { return damaged_; }

  uint32_t section_count() const;
  // kCrc when its payload is damaged, kTruncated when it is cut off.
  Status section(uint32_t i, Section* out) const;
  // Type and flags only, with an empty payload: works for a damaged section too.
  Status section_entry(uint32_t i, Section* out) const;
  // Offset of its payload from the start of the file.
  uint64_t section_offset(uint32_t i) const { return index_.sections[i].offset; }
  // Verified payloads; from the backup when the first copy is damaged.
  Status image_program(ByteSpan* out) const;
  Status group(uint32_t i, ByteSpan* out) const;
  // kCrc or kTruncated name the cell; nothing else is affected.
  Status cell(uint32_t i, ByteSpan* out) const;

  // Every byte of the file belongs to exactly one part; parts come in file order. Parts that a truncated
  // file lacks are listed where they would lie, not intact; bytes past the end of the file are kTrailing.
  // In the compact form a record holds its length and payload and the footer is the CRC.
  Status describe(Vector<PartInfo>* out) const;

 private:
  friend Status rewrite_sections(const ContainerReader& reader, Span<const Section> sections,
                                 Vector<uint8_t>* out);
  friend Status write_salvaged(const ContainerReader& reader, const Salvage& keep, Vector<uint8_t>* out,
                               uint32_t* sections_lost);
  friend Status rebuild_index(ByteSpan file, const Limits& limits, Vector<uint8_t>* out);

  void forget();
  Status open_any(const Limits& limits, bool strict);
  Status open_compact(const Limits& limits);
  Status open_full(const Limits& limits, bool strict);
  Status load_preamble(const Limits& limits, bool strict, uint64_t* backup_at);
  Status load_index(const Limits& limits, uint64_t backup_at);
  Status verify(bool strict);
  Status verify_heads(bool strict);
  Status verify_records(bool strict);
  Status verify_footer(bool strict);
  Status note(bool strict, const Status& status);

  Status check_present(uint64_t offset, uint64_t size) const;
  Status check_block(uint64_t offset, uint64_t size) const;
  Status check_section(uint32_t i) const;
  // `i`, or when that one is damaged, an intact section of the same type, size and CRC: its spare copy.
  uint32_t intact_copy_of_section(uint32_t i) const;
  Status check_record(uint64_t r, uint64_t offset) const;
  uint64_t backup_of_program(uint64_t r) const;
  Status record(uint64_t r, ByteSpan* out) const;
  bool footer_intact_at(uint64_t offset) const;
  bool matching_file_check(uint32_t stored) const;
  void describe_full(Vector<PartInfo>* out) const;
  void describe_compact(Vector<PartInfo>* out) const;

  ByteSpan file_;
  Form form_ = Form::kFull;
  Preamble preamble_;
  uint8_t preamble_bytes_[kPreambleBytes] = {};
  ByteSpan index_bytes_;  // the copy that was read
  uint32_t file_id_ = 0;
  StreamIndex index_;
  uint64_t compact_header_size_ = 0;
  uint64_t file_size_ = 0;
  bool damaged_ = false;
};

// Appends a copy of the file with its metadata sections replaced (models, and sections unknown to this
// library that are safe to copy, are kept behind the given ones). Coded image data is not touched; the
// compact form becomes full when sections are given. A file with a damaged or missing record or kept section
// is refused with that part's error. Text is not checked for UTF-8: what came out of a file must be able to
// go back into one, and readers do not check it.
Status rewrite_sections(const ContainerReader& reader, Span<const Section> sections, Vector<uint8_t>* out);

}  // namespace pc15::format
