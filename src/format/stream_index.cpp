// Reading refuses in this order: a count that the index cannot hold (before anything is allocated, so memory
// stays proportional to the bytes really there), a malformed number, a rule of the section table, and sums
// that do not end where the preamble says the file ends.
#include "format/stream_index.h"

#include "base/checked.h"
#include "format/byte_io.h"
#include "format/container.h"
#include "format/crc.h"

namespace pc15::format {
namespace {

constexpr uint32_t kGroupTag = 0x80000000u;
constexpr uint32_t kImageTag = 0xC0000000u;
constexpr uint64_t kMinSectionBytes = 4 + 1 + 1 + 4;  // type, flags, size, crc
constexpr uint64_t kSmallFileBytes = 1024;            // up to here a file without cells has no backup

Status check_reader(const ByteReader& in) {
  const int64_t at = static_cast<int64_t>(in.position() + kPreambleBytes);
  PC15_FAIL_IF(in.state() == ReadState::kShort, Code::kCorrupt,
               "the index ends inside a field at byte %" PRId64, at);
  PC15_FAIL_IF(in.state() == ReadState::kBad, Code::kCorrupt,
               "a number of the index that ends at byte %" PRId64 " is not in its shortest form", at);
  return ok_status();
}

Status check_counts(uint64_t sections, const RecordCounts& counts, uint64_t bytes_left,
                    const Limits& limits) {
  PC15_FAIL_IF(sections > limits.max_sections, Code::kLimit,
               "%" PRId64 " sections at byte %" PRId64 " are over the limit of %" PRId64,
               static_cast<int64_t>(sections & INT64_MAX), kPreambleBytes, limits.max_sections);
  PC15_FAIL_IF(sections * kMinSectionBytes + counts.total() > bytes_left, Code::kCorrupt,
               "the index at byte %" PRId64 " has %" PRId64 " bytes for the sizes of %" PRId64 " records",
               kPreambleBytes, static_cast<int64_t>(bytes_left), static_cast<int64_t>(counts.total()));
  const uint64_t memory = sections * sizeof(SectionEntry) + counts.total() * sizeof(RecordEntry);
  PC15_FAIL_IF(memory > limits.max_memory_bytes, Code::kLimit,
               "the index needs %" PRId64 " bytes of memory, over the limit of %" PRId64,
               static_cast<int64_t>(memory), static_cast<int64_t>(limits.max_memory_bytes & INT64_MAX));
  return ok_status();
}

Status read_size(ByteReader* in, uint32_t* size) {
  const uint64_t value = in->varint();
  PC15_TRY(check_reader(*in));
  PC15_FAIL_IF(value > UINT32_MAX, Code::kCorrupt,
               "size %" PRId64 " in the index before byte %" PRId64 ": allowed 0 to 4294967295",
               static_cast<int64_t>(value & INT64_MAX),
               static_cast<int64_t>(in->position() + kPreambleBytes));
  *size = static_cast<uint32_t>(value);
  return ok_status();
}

Status read_sections(ByteReader* in, uint64_t count, StreamIndex* index) {
  index->sections.reserve(static_cast<size_t>(count));
  for (uint64_t i = 0; i < count; ++i) {
    SectionEntry entry;
    entry.type = in->u32();
    PC15_TRY(read_size(in, &entry.flags));
    PC15_TRY(read_size(in, &entry.size));
    entry.crc = in->u32();
    PC15_TRY(check_reader(*in));
    index->sections.push_back(entry);
  }
  return ok_status();
}

Status read_records(ByteReader* in, uint64_t count, StreamIndex* index) {
  index->records.reserve(static_cast<size_t>(count));
  for (uint64_t i = 0; i < count; ++i) {
    RecordEntry entry;
    PC15_TRY(read_size(in, &entry.size));
    index->records.push_back(entry);
  }
  return ok_status();
}

// Models are critical; tables come once or as two copies, a map of grain once and not on exact samples.
Status check_models(const StreamHeader& header, const Vector<SectionEntry>& sections, Code code) {
  const SectionEntry* tables = nullptr;
  uint32_t table_sections = 0, codebooks = 0, grains = 0;
  for (size_t i = 0; i < sections.size(); ++i) {
    const SectionEntry& s = sections[i];
    const int64_t number = static_cast<int64_t>(i);
    if (!is_model_section(s.type)) continue;
    PC15_FAIL_IF((s.flags & kSectionCritical) == 0, code,
                 "section %" PRId64 " carries a model and is not critical", number);
    if (s.type == kSectionGrain) {
      PC15_FAIL_IF(header.lossless(), code, "section %" PRId64 " is a map of grain: a lossless file has none",
                   number);
      PC15_FAIL_IF(++grains > 1, code, "section %" PRId64 " is a second map of grain", number);
      continue;
    }
    if (s.type == kSectionCodebook) {
      PC15_FAIL_IF(++codebooks > kMaxCodebookSections, code,
                   "section %" PRId64 " is one codebook more than the %" PRId64 " allowed", number,
                   kMaxCodebookSections);
      continue;
    }
    PC15_FAIL_IF(++table_sections > kMaxTablesSections, code,
                 "section %" PRId64 " repeats the tables: allowed are they and one copy", number);
    PC15_FAIL_IF(tables != nullptr && (tables->size != s.size || tables->crc != s.crc), code,
                 "section %" PRId64 " holds other tables than the section before it", number);
    tables = &s;
  }
  return ok_status();
}

}  // namespace

RecordCounts::RecordCounts(const StreamHeader& header)
    : image(header.has_image_program ? 1 : 0),
      groups(header.has_tile_programs ? static_cast<uint32_t>(header.geometry.group_count()) : 0),
      cells(header.step16 != 0 ? static_cast<uint32_t>(header.geometry.cell_count()) : 0) {}

uint32_t record_tag(const RecordCounts& counts, uint64_t r) {
  if (r < counts.image) return kImageTag;
  if (r < counts.programs()) return kGroupTag | static_cast<uint32_t>(r - counts.image);
  return static_cast<uint32_t>(r - counts.programs());
}

uint32_t record_crc(uint32_t file_id, uint32_t tag, ByteSpan payload) {
  uint8_t bound[8];
  store_le(bound, file_id);
  store_le(bound + 4, tag);
  return crc32_update(crc32_of(ByteSpan(bound, sizeof(bound))), payload);
}

bool is_model_section(uint32_t type) {
  return type == kSectionTables || type == kSectionCodebook || type == kSectionGrain;
}

bool is_known_section(uint32_t type) {
  return type == kSectionIcc || type == kSectionExif || type == kSectionXmp || type == kSectionText ||
         type == kSectionNote || is_model_section(type);
}

Status check_sections(const StreamHeader& header, const Vector<SectionEntry>& sections, const Limits& limits,
                      Code code) {
  PC15_FAIL_IF(sections.size() > limits.max_sections, Code::kLimit,
               "%" PRId64 " sections are over the limit of %" PRId64, static_cast<int64_t>(sections.size()),
               limits.max_sections);
  uint64_t total = 0;
  bool icc = false, exif = false, xmp = false;
  for (size_t i = 0; i < sections.size(); ++i) {
    const SectionEntry& s = sections[i];
    const int64_t number = static_cast<int64_t>(i);
    PC15_FAIL_IF((s.flags & ~(kSectionCritical | kSectionSafeToCopy)) != 0, code,
                 "section %" PRId64 " has flags %" PRId64 ": allowed 0 to 3", number, s.flags);
    PC15_FAIL_IF((s.flags & kSectionCritical) != 0 && !is_known_section(s.type), Code::kUnsupported,
                 "section %" PRId64 " of type %" PRId64 " is critical and unknown to this library", number,
                 s.type);
    bool* once = s.type == kSectionIcc    ? &icc
                 : s.type == kSectionExif ? &exif
                 : s.type == kSectionXmp  ? &xmp
                                          : nullptr;
    PC15_FAIL_IF(once != nullptr && *once, code, "section %" PRId64 " repeats type %" PRId64 ": allowed once",
                 number, s.type);
    if (once != nullptr) *once = true;
    total += s.size;  // at most 2^32 * 2^32 / 10 by check_counts()
    PC15_FAIL_IF(total > limits.max_metadata_bytes, Code::kLimit,
                 "section %" PRId64 " brings the metadata to %" PRId64 " bytes, over the limit of %" PRId64,
                 number, static_cast<int64_t>(total),
                 static_cast<int64_t>(limits.max_metadata_bytes & INT64_MAX));
  }
  return check_models(header, sections, code);
}

Status lay_out(const RecordCounts& counts, uint32_t index_size, StreamIndex* index) {
  uint64_t at = uint64_t{kPreambleBytes} + index_size;  // cannot overflow: fewer than 2^30 sizes below 2^32
  for (SectionEntry& s : index->sections) {
    s.offset = at;
    at += s.size;
  }
  index->programs_offset = at;
  for (size_t r = 0; r < index->records.size(); ++r) {
    if (r == counts.programs()) index->cells_offset = at;
    index->records[r].offset = at;
    at += uint64_t{index->records[r].size} + kCrcBytes;
  }
  if (counts.cells == 0) index->cells_offset = at;
  index->backup_offset = at;
  const bool backup = counts.cells != 0 || at + kFooterBytes > kSmallFileBytes;
  index->backup_size =
      backup ? kPreambleBytes + uint64_t{index_size} + (index->cells_offset - index->programs_offset) : 0;
  PC15_FAIL_IF(index->backup_size > UINT32_MAX, Code::kLimit,
               "index and programs need a backup block of %" PRId64 " bytes: allowed 4294967295",
               static_cast<int64_t>(index->backup_size));
  index->file_size = at + index->backup_size + kFooterBytes;
  return ok_status();
}

Status parse_index(ByteSpan bytes, const Preamble& preamble, const Limits& limits, StreamIndex* index) {
  const RecordCounts counts(preamble.header);
  ByteReader in(bytes.sub(0, bytes.size - kCrcBytes), 0);
  const uint64_t sections = in.varint();
  PC15_TRY(check_reader(in));
  PC15_TRY(check_counts(sections, counts, in.remaining(), limits));
  PC15_TRY(read_sections(&in, sections, index));
  PC15_TRY(check_sections(preamble.header, index->sections, limits, Code::kCorrupt));
  PC15_TRY(read_records(&in, counts.total(), index));
  PC15_FAIL_IF(in.remaining() != 0, Code::kCorrupt,
               "%" PRId64 " bytes are left over in the index at byte %" PRId64,
               static_cast<int64_t>(in.remaining()), static_cast<int64_t>(in.position() + kPreambleBytes));
  PC15_TRY(lay_out(counts, preamble.index_size, index));
  PC15_FAIL_IF(index->file_size != preamble.file_size, Code::kCorrupt,
               "the sizes in the index add up to %" PRId64 " bytes, the preamble (byte %" PRId64
               ") says %" PRId64,
               static_cast<int64_t>(index->file_size), kAtFileSize,
               static_cast<int64_t>(preamble.file_size & INT64_MAX));
  return ok_status();
}

uint64_t index_size_of(const StreamIndex& index) {
  uint64_t size = varint_size(index.sections.size()) + kCrcBytes;
  for (const SectionEntry& s : index.sections) size += 8 + varint_size(s.flags) + varint_size(s.size);
  for (const RecordEntry& r : index.records) size += varint_size(r.size);
  return size;
}

void append_index(const StreamIndex& index, Vector<uint8_t>* out) {
  const size_t start = out->size();
  append_varint(out, index.sections.size());
  for (const SectionEntry& s : index.sections) {
    append_le(out, s.type);
    append_varint(out, s.flags);
    append_varint(out, s.size);
    append_le(out, s.crc);
  }
  for (const RecordEntry& r : index.records) append_varint(out, r.size);
  append_le(out, crc32_of(ByteSpan(out->data() + start, out->size() - start)));
}

}  // namespace pc15::format
