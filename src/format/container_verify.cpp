// The pass over every byte that ends an opening. Two copies that differ although both CRCs hold are never
// chosen between.
#include <cstring>

#include "format/byte_io.h"
#include "format/container.h"
#include "format/crc.h"

namespace pc15::format {

// Strict: every problem ends the opening. Tolerant: damage is remembered, a contradiction still ends it.
Status ContainerReader::note(bool strict, const Status& status) {
  if (status.ok()) return status;
  if (strict || status.code() == Code::kCorrupt) return status;
  damaged_ = true;
  return ok_status();
}

Status ContainerReader::verify(bool strict) {
  if (file_.size > file_size_) damaged_ = true;  // strict opening has refused it by now
  PC15_TRY(verify_heads(strict));
  for (uint32_t i = 0; i < section_count(); ++i) PC15_TRY(note(strict, check_section(i)));
  PC15_TRY(verify_records(strict));
  return verify_footer(strict);
}

// Both copies of preamble and index against the ones in use.
Status ContainerReader::verify_heads(bool strict) {
  PC15_TRY(note(strict, check_preamble_bytes(file_)));
  PC15_TRY(note(strict, check_block(kPreambleBytes, preamble_.index_size)));
  if (index_.backup_size == 0) return ok_status();
  const uint64_t places[2] = {index_.backup_offset, index_.backup_offset + kPreambleBytes};
  const ByteSpan used[2] = {ByteSpan(preamble_bytes_, kPreambleBytes), index_bytes_};
  for (int i = 0; i < 2; ++i) {
    const Status copy = check_block(places[i], used[i].size);
    PC15_TRY(note(strict, copy));
    PC15_FAIL_IF(
        copy.ok() &&
            std::memcmp(file_.data + static_cast<size_t>(places[i]), used[i].data, used[i].size) != 0,
        Code::kCorrupt, "the copies at byte %" PRId64 " and byte %" PRId64 " differ though both CRCs match",
        i == 0 ? 0 : kPreambleBytes, shown(places[i]));
  }
  return ok_status();
}

Status ContainerReader::verify_records(bool strict) {
  const RecordCounts counts(preamble_.header);
  for (uint64_t r = 0; r < counts.total(); ++r) {
    const uint64_t at = index_.records[static_cast<size_t>(r)].offset;
    const Status first = check_record(r, at);
    PC15_TRY(note(strict, first));
    if (r >= counts.programs() || index_.backup_size == 0) continue;
    const uint64_t copy_at = backup_of_program(r);
    const Status copy = check_record(r, copy_at);
    PC15_TRY(note(strict, copy));
    if (!first.ok() || !copy.ok()) continue;
    const size_t size = index_.records[static_cast<size_t>(r)].size;
    PC15_FAIL_IF(std::memcmp(file_.data + static_cast<size_t>(at), file_.data + static_cast<size_t>(copy_at),
                             size) != 0,
                 Code::kCorrupt,
                 "the copies at byte %" PRId64 " and byte %" PRId64 " differ though both CRCs match",
                 shown(at), shown(copy_at));
  }
  return ok_status();
}

Status ContainerReader::verify_footer(bool strict) {
  const uint64_t at = file_size_ - kFooterBytes;
  const Status present = check_present(at, kFooterBytes);
  if (!present.ok()) return note(strict, present);
  const uint8_t* footer = file_.data + static_cast<size_t>(at);
  if (!footer_intact_at(at)) {
    return note(strict, Status(Code::kCrc, "the footer at byte %" PRId64 " is damaged", shown(at)));
  }
  const uint32_t backup_size = load_le<uint32_t>(footer + 4);
  PC15_FAIL_IF(backup_size != index_.backup_size, Code::kCorrupt,
               "the footer at byte %" PRId64 " says a backup block of %" PRId64 " bytes, the index %" PRId64,
               shown(at), backup_size, shown(index_.backup_size));
  if (damaged_ || matching_file_check(load_le<uint32_t>(footer))) return ok_status();
  return note(strict,
              Status(Code::kCrc,
                     "the parts are intact but do not belong together: the file check at byte %" PRId64
                     " does not match",
                     shown(at)));
}

bool ContainerReader::footer_intact_at(uint64_t offset) const {
  return check_present(offset, kFooterBytes).ok() && footer_intact(file_.data + static_cast<size_t>(offset));
}

// Only called when every CRC of the file holds.
bool ContainerReader::matching_file_check(uint32_t stored) const {
  uint32_t crc = crc32_of(ByteSpan(preamble_bytes_ + kAtCrc, kCrcBytes));
  crc = crc32_update(crc, index_bytes_.sub(index_bytes_.size - kCrcBytes, kCrcBytes));
  for (const RecordEntry& r : index_.records) {
    crc = crc32_update(crc, file_.sub(static_cast<size_t>(r.offset) + r.size, kCrcBytes));
  }
  return crc == stored;
}

}  // namespace pc15::format
