// Reading. Order of a full file: preamble (its CRC is at a fixed place), index (placed by the preamble), then
// everything else (placed by the index). Strict opening returns the first thing that is wrong; tolerant
// opening takes the intact copy of what is stored twice and remembers only that something was wrong
// (container_verify.cpp).
#include "format/container.h"

#include <cstring>

#include "format/byte_io.h"
#include "format/compact.h"
#include "format/crc.h"

namespace pc15::format {
namespace {

constexpr uint32_t kMinIndexBytes = 1 + kCrcBytes;

// The offset of the backup block according to the footer of a file of `end` bytes; 0 when there is none.
uint64_t find_backup(ByteSpan file, uint64_t end) {
  if (end > file.size || end < 2 * kPreambleBytes + kFooterBytes) return 0;
  const uint8_t* footer = file.data + static_cast<size_t>(end - kFooterBytes);
  const uint64_t size = load_le<uint32_t>(footer + 4);
  if (!footer_intact(footer) || size < kPreambleBytes + kMinIndexBytes || size > end - kFooterBytes) return 0;
  return end - kFooterBytes - size;
}

ByteSpan tail(ByteSpan file, uint64_t offset) {
  return file.sub(static_cast<size_t>(offset), file.size - static_cast<size_t>(offset));
}

bool starts_like(ByteSpan head, const uint8_t* magic, size_t size) {
  for (size_t i = 0; i < head.size && i < size; ++i) {
    if (head[i] != magic[i]) return false;
  }
  return true;
}

}  // namespace

void ContainerReader::forget() {
  file_ = ByteSpan();
  index_bytes_ = ByteSpan();
  preamble_ = Preamble();
  index_.sections.clear();
  index_.records.clear();
  file_size_ = 0;
  damaged_ = false;
}

Status ContainerReader::open(ByteSpan file, const Limits& limits, bool strict) {
  forget();
  struct Undo {  // also when an allocation throws
    ContainerReader* reader;
    ~Undo() {
      if (reader != nullptr) reader->forget();
    }
  } undo = {this};
  file_ = file;
  PC15_TRY(open_any(limits, strict));
  undo.reader = nullptr;
  return ok_status();
}

// A full file whose guard byte was damaged may look compact; its backup still serves.
Status ContainerReader::open_any(const Limits& limits, bool strict) {
  if (!is_compact(file_)) return open_full(limits, strict);
  const Status compact = open_compact(limits);
  if (compact.ok() || strict) return compact;
  return open_full(limits, strict).ok() ? ok_status() : compact;
}

Status ContainerReader::open_compact(const Limits& limits) {
  CompactLayout layout(index_.records.memory());
  preamble_ = Preamble();
  PC15_TRY(read_compact(file_, limits, &preamble_.header, &layout));
  form_ = Form::kCompact;
  preamble_.revision = file_[kAtCompactRevision];
  file_size_ = file_.size;
  compact_header_size_ = layout.header_size;
  index_.records.swap(layout.records);
  return ok_status();
}

Status ContainerReader::open_full(const Limits& limits, bool strict) {
  form_ = Form::kFull;
  uint64_t backup_at = 0;
  PC15_TRY(load_preamble(limits, strict, &backup_at));
  PC15_TRY(load_index(limits, backup_at));
  return verify(strict);
}

Status ContainerReader::load_preamble(const Limits& limits, bool strict, uint64_t* backup_at) {
  const Status front = check_preamble_bytes(file_);
  if (strict) PC15_TRY(front);
  const uint64_t end = front.ok() ? load_le<uint64_t>(file_.data + kAtFileSize) : file_.size;
  *backup_at = strict ? 0 : find_backup(file_, end);
  const uint8_t* source = file_.data;
  if (!front.ok()) {
    if (*backup_at == 0) return front;
    source = file_.data + static_cast<size_t>(*backup_at);
    const bool usable = check_preamble_bytes(tail(file_, *backup_at)).ok();
    if (!usable || load_le<uint64_t>(source + kAtFileSize) != end) return front;
  }
  std::memcpy(preamble_bytes_, source, kPreambleBytes);
  PC15_TRY(parse_preamble(preamble_bytes_, limits, &preamble_));
  file_id_ = file_id_of(preamble_bytes_);
  file_size_ = preamble_.file_size;
  const uint64_t least = uint64_t{kPreambleBytes} + preamble_.index_size + kFooterBytes;
  PC15_FAIL_IF(preamble_.index_size < kMinIndexBytes || file_size_ < least, Code::kCorrupt,
               "index of %" PRId64 " bytes (byte %" PRId64 ") in a file of %" PRId64, preamble_.index_size,
               kAtIndexSize, shown(file_size_));
  PC15_FAIL_IF(strict && file_.size < file_size_, Code::kTruncated,
               "the file ends at byte %" PRId64 ": its preamble (byte %" PRId64 ") says %" PRId64,
               shown(file_.size), kAtFileSize, shown(file_size_));
  PC15_FAIL_IF(strict && file_.size > file_size_, Code::kTrailing,
               "%" PRId64 " bytes follow the end of the file at byte %" PRId64,
               shown(file_.size - file_size_), shown(file_size_));
  return ok_status();
}

Status ContainerReader::load_index(const Limits& limits, uint64_t backup_at) {
  const uint32_t size = preamble_.index_size;
  uint64_t at = kPreambleBytes;
  const Status front = check_block(at, size);
  if (!front.ok()) {
    at = backup_at + kPreambleBytes;
    if (backup_at == 0 || !check_block(at, size).ok()) return front;
  }
  index_bytes_ = file_.sub(static_cast<size_t>(at), size);
  return parse_index(index_bytes_, preamble_, limits, &index_);
}

Status ContainerReader::check_present(uint64_t offset, uint64_t size) const {
  PC15_FAIL_IF(offset > file_.size || size > file_.size - offset, Code::kTruncated,
               "%" PRId64 " bytes are wanted at byte %" PRId64 ", the file ends at byte %" PRId64,
               shown(size), shown(offset), shown(file_.size));
  return ok_status();
}

// A block that ends in the CRC of the bytes before it.
Status ContainerReader::check_block(uint64_t offset, uint64_t size) const {
  PC15_TRY(check_present(offset, size));
  const ByteSpan block = file_.sub(static_cast<size_t>(offset), static_cast<size_t>(size));
  const size_t content = block.size - kCrcBytes;
  PC15_FAIL_IF(crc32_of(block.sub(0, content)) != load_le<uint32_t>(block.data + content), Code::kCrc,
               "bytes %" PRId64 " to %" PRId64 " are damaged: their CRC does not match", shown(offset),
               shown(offset + size - 1));
  return ok_status();
}

Status ContainerReader::check_section(uint32_t i) const {
  const SectionEntry& entry = index_.sections[i];
  PC15_TRY(check_present(entry.offset, entry.size));
  PC15_FAIL_IF(crc32_of(file_.sub(static_cast<size_t>(entry.offset), entry.size)) != entry.crc, Code::kCrc,
               "section %" PRId64 " (byte %" PRId64 ", %" PRId64 " bytes) is damaged: its CRC does not match",
               i, shown(entry.offset), entry.size);
  return ok_status();
}

uint32_t ContainerReader::intact_copy_of_section(uint32_t i) const {
  const SectionEntry& entry = index_.sections[i];
  if (check_section(i).ok()) return i;
  for (uint32_t k = 0; k < section_count(); ++k) {
    const SectionEntry& other = index_.sections[k];
    const bool same = other.type == entry.type && other.size == entry.size && other.crc == entry.crc;
    if (same && check_section(k).ok()) return k;
  }
  return i;
}

// The record's payload and CRC at `offset`, which is its own place or that of its copy.
Status ContainerReader::check_record(uint64_t r, uint64_t offset) const {
  const RecordCounts counts(preamble_.header);
  const uint64_t size = index_.records[static_cast<size_t>(r)].size;
  const bool cell = r >= counts.programs();
  const int64_t number = shown(cell ? r - counts.programs() : r);
  PC15_FAIL_IF(!check_present(offset, size + kCrcBytes).ok(), Code::kTruncated,
               cell ? "cell %" PRId64 " ends at byte %" PRId64 ", the file at byte %" PRId64
                    : "program record %" PRId64 " ends at byte %" PRId64 ", the file at byte %" PRId64,
               number, shown(offset + size + kCrcBytes), shown(file_.size));
  const ByteSpan payload = file_.sub(static_cast<size_t>(offset), static_cast<size_t>(size));
  PC15_FAIL_IF(
      record_crc(file_id_, record_tag(counts, r), payload) != load_le<uint32_t>(payload.end()), Code::kCrc,
      cell ? "cell %" PRId64 " (byte %" PRId64 ", %" PRId64 " bytes) is damaged: its CRC does not match"
           : "program record %" PRId64 " (byte %" PRId64 ", %" PRId64
             " bytes) is damaged: its CRC does not match",
      number, shown(offset), shown(size));
  return ok_status();
}

uint64_t ContainerReader::backup_of_program(uint64_t r) const {
  return index_.backup_offset + kPreambleBytes + preamble_.index_size +
         (index_.records[static_cast<size_t>(r)].offset - index_.programs_offset);
}

Status ContainerReader::record(uint64_t r, ByteSpan* out) const {
  const RecordEntry& entry = index_.records[static_cast<size_t>(r)];
  uint64_t at = entry.offset;
  if (form_ == Form::kFull) {
    const Status first = check_record(r, at);
    if (!first.ok()) {
      if (r >= RecordCounts(preamble_.header).programs() || index_.backup_size == 0) return first;
      at = backup_of_program(r);
      if (!check_record(r, at).ok()) return first;
    }
  }
  *out = file_.sub(static_cast<size_t>(at), entry.size);
  return ok_status();
}

uint32_t ContainerReader::section_count() const { return static_cast<uint32_t>(index_.sections.size()); }

Status ContainerReader::section_entry(uint32_t i, Section* out) const {
  PC15_FAIL_IF(i >= section_count(), Code::kOutOfRange, "section %" PRId64 ": the file has %" PRId64, i,
               section_count());
  *out = Section{index_.sections[i].type, index_.sections[i].flags, ByteSpan()};
  return ok_status();
}

Status ContainerReader::section(uint32_t i, Section* out) const {
  PC15_TRY(section_entry(i, out));
  PC15_TRY(check_section(i));
  const SectionEntry& entry = index_.sections[i];
  out->payload = file_.sub(static_cast<size_t>(entry.offset), entry.size);
  return ok_status();
}

Status ContainerReader::image_program(ByteSpan* out) const {
  PC15_FAIL_IF(file_.empty() || !preamble_.header.has_image_program, Code::kNotFound,
               "the file has no image-wide program");
  return record(0, out);
}

Status ContainerReader::group(uint32_t i, ByteSpan* out) const {
  const RecordCounts counts(preamble_.header);
  PC15_FAIL_IF(file_.empty() || i >= counts.groups, Code::kOutOfRange,
               "group %" PRId64 ": the file has %" PRId64, i, counts.groups);
  return record(uint64_t{counts.image} + i, out);
}

Status ContainerReader::cell(uint32_t i, ByteSpan* out) const {
  const RecordCounts counts(preamble_.header);
  PC15_FAIL_IF(file_.empty() || i >= counts.cells, Code::kOutOfRange,
               "cell %" PRId64 ": the file has %" PRId64, i, counts.cells);
  return record(counts.programs() + i, out);
}

Status ContainerReader::peek(ByteSpan head, const Limits& limits, StreamHeader* header, Form* form,
                             uint64_t* needed) {
  *needed = 0;
  if (is_compact(head)) {
    *form = Form::kCompact;
    return peek_compact(head, limits, header, needed);
  }
  *form = Form::kFull;
  if (head.size < kPreambleBytes && starts_like(head, kMagic, kMagicBytes)) {
    *needed = head.size > kCompactGuardAt ? kPreambleBytes : kCompactGuardAt + 1;
    return Status(Code::kNeedInput, "%" PRId64 " bytes are needed, %" PRId64 " were given", shown(*needed),
                  shown(head.size));
  }
  PC15_TRY(check_preamble_bytes(head));
  Preamble preamble;
  PC15_TRY(parse_preamble(head.data, limits, &preamble));
  *header = preamble.header;
  return ok_status();
}

}  // namespace pc15::format
