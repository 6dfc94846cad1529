// The records carry no sizes, but each is bound to its place by a CRC over file id, number and payload: from
// a known start, the end of a record is where the running CRC equals the next four bytes.
#include "format/salvage.h"

#include "format/byte_io.h"
#include "format/crc.h"

namespace pc15::format {
namespace {

// Steps beyond the length of the file, over all records together. A wrong match has a probability of 2^-32
// per step; beyond this many it would no longer be negligible.
constexpr uint64_t kSearchSteps = uint64_t{1} << 26;

class RecordFinder {
 public:
  RecordFinder(ByteSpan file, uint32_t file_id)
      : file_(file), file_id_(file_id), left_(kSearchSteps + file.size) {}

  // The record with this tag that begins at `at`, or at some later byte when `anywhere`.
  bool find(uint32_t tag, uint64_t at, bool anywhere, RecordEntry* found) {
    do {
      if (ends_somewhere(tag, at, found)) return true;
      ++at;
    } while (anywhere && left_ > 0 && at + kCrcBytes <= file_.size);
    return false;
  }

 private:
  bool ends_somewhere(uint32_t tag, uint64_t at, RecordEntry* found) {
    uint32_t crc = record_crc(file_id_, tag, ByteSpan());
    for (uint64_t end = at; left_ > 0 && end + kCrcBytes <= file_.size; ++end, --left_) {
      const uint8_t* next = file_.data + static_cast<size_t>(end);
      if (crc == load_le<uint32_t>(next)) {
        *found = RecordEntry{at, static_cast<uint32_t>(end - at)};
        return true;
      }
      crc = crc32_update(crc, ByteSpan(next, 1));
    }
    return false;
  }

  ByteSpan file_;
  uint32_t file_id_;
  uint64_t left_;  // steps that may still be made
};

// Which records of a rebuilt file were not found; their checksums are made wrong.
Status damage_missing(const Vector<uint8_t>& found, const RecordCounts& counts, Vector<uint8_t>* file) {
  ContainerReader reader(file->memory());
  PC15_TRY(reader.open(ByteSpan(file->data(), file->size()), Limits(), false));
  Vector<PartInfo> parts(file->memory());
  PC15_TRY(reader.describe(&parts));
  for (const PartInfo& part : parts) {
    uint64_t r = 0;
    switch (part.kind) {
      case PartKind::kImageProgram:
      case PartKind::kBackupImageProgram:
        break;
      case PartKind::kGroup:
      case PartKind::kBackupGroup:
        r = uint64_t{counts.image} + part.number;
        break;
      case PartKind::kCell:
        r = counts.programs() + part.number;
        break;
      default:
        continue;
    }
    if (found[static_cast<size_t>(r)] == 0) (*file)[static_cast<size_t>(part.offset + part.size - 1)] ^= 1;
  }
  return ok_status();
}

}  // namespace

Status rebuild_index(ByteSpan file, const Limits& limits, Vector<uint8_t>* out) {
  ContainerReader reader(out->memory());
  reader.file_ = file;
  uint64_t backup_at = 0;
  PC15_TRY(reader.load_preamble(limits, false, &backup_at));
  StreamHeader header = reader.preamble_.header;
  const RecordCounts counts(header);
  const uint64_t first = uint64_t{kPreambleBytes} + reader.preamble_.index_size;
  const Status lost(Code::kCrc, "no copy of the index is left, and no record is found from byte %" PRId64,
                    static_cast<int64_t>(first));
  if (counts.total() > file.size || first > file.size) return lost;  // a record has a checksum at least

  Memory& memory = out->memory();
  Vector<ByteSpan> records(memory, static_cast<size_t>(counts.total()));
  Vector<uint8_t> found(memory, static_cast<size_t>(counts.total()));
  RecordFinder finder(file, reader.file_id_);
  uint64_t at = first, first_record = 0;
  bool any = false, exact = true;
  for (uint64_t r = 0; r < counts.total(); ++r) {
    RecordEntry entry;
    const uint32_t tag = record_tag(counts, r);
    exact = finder.find(tag, at, false, &entry) || (!exact && finder.find(tag, at, true, &entry)) ||
            (r == 0 && finder.find(tag, at, true, &entry));
    if (!exact) continue;
    found[static_cast<size_t>(r)] = 1;
    records[static_cast<size_t>(r)] = file.sub(static_cast<size_t>(entry.offset), entry.size);
    if (!any) first_record = entry.offset;
    any = true;
    at = entry.offset + entry.size + kCrcBytes;
  }
  if (!any) return lost;

  const uint8_t nothing[1] = {0};
  const Section shapes = {kSectionCodebook, kSectionCritical, ByteSpan(nothing, 1)};
  const bool sections = first_record > first || found[0] == 0;
  constexpr uint8_t kFileTables = 255;
  if (header.step16 != 0 &&
      header.table_set == kFileTables) {  // lost with the sections, and the cells with them
    header.table_set = 0;
    for (uint64_t r = counts.programs(); r < counts.total(); ++r) found[static_cast<size_t>(r)] = 0;
  }
  const Span<const ByteSpan> list(records.data(), records.size());
  Parts parts;
  parts.header = header;
  if (sections) parts.sections = Span<const Section>(&shapes, 1);
  if (counts.image != 0) parts.image_program = list[0];
  parts.groups = list.sub(counts.image, counts.groups);
  parts.cells = list.sub(static_cast<size_t>(counts.programs()), counts.cells);
  parts.allow_compact = false;
  PC15_TRY(write_container(parts, out));
  PC15_TRY(damage_missing(found, counts, out));
  if (!sections) return ok_status();
  // The payload of the section: its checksum no longer holds, so the shapes of atoms count as lost.
  ContainerReader rebuilt(memory);
  PC15_TRY(rebuilt.open(ByteSpan(out->data(), out->size()), Limits(), false));
  (*out)[static_cast<size_t>(rebuilt.section_offset(0))] ^= 1;
  return ok_status();
}

}  // namespace pc15::format
