// Where every part of an opened file lies.
#include "format/byte_io.h"
#include "format/compact.h"
#include "format/container.h"

namespace pc15::format {

void ContainerReader::describe_full(Vector<PartInfo>* out) const {
  const RecordCounts counts(preamble_.header);
  const uint32_t index_size = preamble_.index_size;
  const auto block = [&](PartKind kind, uint64_t offset, uint64_t size) {
    out->push_back(PartInfo{kind, 0, offset, size, check_block(offset, size).ok()});
  };
  const auto program = [&](uint64_t r, bool copy) {
    const bool image = r < counts.image;
    const PartKind kind = image ? (copy ? PartKind::kBackupImageProgram : PartKind::kImageProgram)
                                : (copy ? PartKind::kBackupGroup : PartKind::kGroup);
    const RecordEntry& entry = index_.records[static_cast<size_t>(r)];
    const uint64_t at = copy ? backup_of_program(r) : entry.offset;
    const uint32_t number = image ? 0 : static_cast<uint32_t>(r - counts.image);
    out->push_back(PartInfo{kind, number, at, uint64_t{entry.size} + kCrcBytes, check_record(r, at).ok()});
  };

  out->push_back(PartInfo{PartKind::kPreamble, 0, 0, kPreambleBytes, check_preamble_bytes(file_).ok()});
  block(PartKind::kIndex, kPreambleBytes, index_size);
  for (uint32_t i = 0; i < section_count(); ++i) {
    const SectionEntry& entry = index_.sections[i];
    out->push_back(PartInfo{PartKind::kSection, i, entry.offset, entry.size, check_section(i).ok()});
  }
  for (uint64_t r = 0; r < counts.programs(); ++r) program(r, false);
  for (uint64_t r = counts.programs(); r < counts.total(); ++r) {
    const RecordEntry& entry = index_.records[static_cast<size_t>(r)];
    out->push_back(PartInfo{PartKind::kCell, static_cast<uint32_t>(r - counts.programs()), entry.offset,
                            uint64_t{entry.size} + kCrcBytes, check_record(r, entry.offset).ok()});
  }
  if (index_.backup_size != 0) {
    block(PartKind::kBackupPreamble, index_.backup_offset, kPreambleBytes);
    block(PartKind::kBackupIndex, index_.backup_offset + kPreambleBytes, index_size);
    for (uint64_t r = 0; r < counts.programs(); ++r) program(r, true);
  }
  out->push_back(PartInfo{PartKind::kFooter, 0, file_size_ - kFooterBytes, kFooterBytes,
                          footer_intact_at(file_size_ - kFooterBytes)});
  if (file_.size > file_size_) {
    out->push_back(PartInfo{PartKind::kTrailing, 0, file_size_, file_.size - file_size_, false});
  }
}

void ContainerReader::describe_compact(Vector<PartInfo>* out) const {
  const RecordCounts counts(preamble_.header);
  uint64_t at = compact_header_size_;
  out->push_back(PartInfo{PartKind::kPreamble, 0, 0, at, true});
  for (uint64_t r = 0; r < counts.total(); ++r) {
    const RecordEntry& entry = index_.records[static_cast<size_t>(r)];
    const PartKind kind = r < counts.image        ? PartKind::kImageProgram
                          : r < counts.programs() ? PartKind::kGroup
                                                  : PartKind::kCell;
    const uint64_t first = r < counts.image ? 0 : r < counts.programs() ? counts.image : counts.programs();
    const uint64_t end = entry.offset + entry.size;
    out->push_back(PartInfo{kind, static_cast<uint32_t>(r - first), at, end - at, true});
    at = end;
  }
  out->push_back(PartInfo{PartKind::kFooter, 0, at, file_size_ - at, true});
}

Status ContainerReader::describe(Vector<PartInfo>* out) const {
  out->clear();
  PC15_FAIL_IF(file_.empty(), Code::kWrongState, "no file is open");
  if (form_ == Form::kCompact) {
    describe_compact(out);
  } else {
    describe_full(out);
  }
  return ok_status();
}

}  // namespace pc15::format
