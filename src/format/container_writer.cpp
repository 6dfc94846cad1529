// Writing. The full form is laid out with the same function that the reader uses, so that both agree on every
// offset; the backup block is a copy of bytes already written.
#include <cstring>

#include "format/byte_io.h"
#include "format/compact.h"
#include "format/container.h"
#include "format/crc.h"
#include "format/salvage.h"

namespace pc15::format {
namespace {

bool is_utf8(ByteSpan text) {
  size_t i = 0;
  while (i < text.size) {
    const uint8_t lead = text[i++];
    if (lead < 0x80) continue;
    const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4 || text.size - i < static_cast<size_t>(more)) return false;
    const uint8_t next = text[i];
    if ((lead == 0xE0 && next < 0xA0) || (lead == 0xED && next > 0x9F)) return false;  // overlong, surrogate
    if ((lead == 0xF0 && next < 0x90) || (lead == 0xF4 && next > 0x8F)) return false;  // overlong, too large
    for (int k = 0; k < more; ++k) {
      if ((text[i++] & 0xC0) != 0x80) return false;
    }
  }
  return true;
}

Status check_text(Span<const Section> sections) {
  for (size_t i = 0; i < sections.size; ++i) {
    PC15_FAIL_IF(sections[i].type == kSectionText && !is_utf8(sections[i].payload), Code::kInvalidArgument,
                 "section %" PRId64 " is text but not UTF-8", static_cast<int64_t>(i));
  }
  return ok_status();
}

Status check_counts(const Parts& parts) {
  const RecordCounts counts(parts.header);
  PC15_FAIL_IF(counts.image == 0 && !parts.image_program.empty(), Code::kInvalidArgument,
               "an image-wide program of %" PRId64 " bytes that the header does not announce",
               static_cast<int64_t>(parts.image_program.size));
  PC15_FAIL_IF(parts.groups.size != counts.groups, Code::kInvalidArgument,
               "%" PRId64 " program groups were given, the header needs %" PRId64,
               static_cast<int64_t>(parts.groups.size), counts.groups);
  PC15_FAIL_IF(parts.cells.size != counts.cells, Code::kInvalidArgument,
               "%" PRId64 " cells were given, the header needs %" PRId64,
               static_cast<int64_t>(parts.cells.size), counts.cells);
  return ok_status();
}

// Records in file order.
Vector<ByteSpan> list_records(const Parts& parts, Memory& memory) {
  Vector<ByteSpan> records(memory);
  if (parts.header.has_image_program) records.push_back(parts.image_program);
  records.insert(records.end(), parts.groups.begin(), parts.groups.end());
  records.insert(records.end(), parts.cells.begin(), parts.cells.end());
  return records;
}

Status fill_index(const Parts& parts, Span<const ByteSpan> records, StreamIndex* index) {
  for (size_t i = 0; i < parts.sections.size; ++i) {
    const Section& s = parts.sections[i];
    PC15_FAIL_IF(s.payload.size > UINT32_MAX, Code::kLimit, "section %" PRId64 " has %" PRId64 " bytes",
                 static_cast<int64_t>(i), static_cast<int64_t>(s.payload.size));
    index->sections.push_back(
        SectionEntry{s.type, s.flags, 0, static_cast<uint32_t>(s.payload.size), crc32_of(s.payload)});
  }
  PC15_TRY(check_sections(parts.header, index->sections, Limits(), Code::kInvalidArgument));
  for (size_t r = 0; r < records.size; ++r) {
    PC15_FAIL_IF(records[r].size > UINT32_MAX, Code::kLimit, "record %" PRId64 " has %" PRId64 " bytes",
                 static_cast<int64_t>(r), static_cast<int64_t>(records[r].size));
    index->records.push_back(RecordEntry{0, static_cast<uint32_t>(records[r].size)});
  }
  return ok_status();
}

// Everything before the backup block, and the check over the stored CRCs.
uint32_t append_front(const uint8_t preamble[kPreambleBytes], const Parts& parts, const RecordCounts& counts,
                      Span<const ByteSpan> records, const StreamIndex& index, Vector<uint8_t>* out) {
  const uint32_t file_id = file_id_of(preamble);
  append_bytes(out, ByteSpan(preamble, kPreambleBytes));
  uint32_t check = crc32_of(ByteSpan(preamble + kAtCrc, kCrcBytes));
  append_index(index, out);
  check = crc32_update(check, ByteSpan(out->data() + out->size() - kCrcBytes, kCrcBytes));
  for (const Section& s : parts.sections) append_bytes(out, s.payload);
  for (size_t r = 0; r < records.size; ++r) {
    append_bytes(out, records[r]);
    append_le(out, record_crc(file_id, record_tag(counts, r), records[r]));
    check = crc32_update(check, ByteSpan(out->data() + out->size() - kCrcBytes, kCrcBytes));
  }
  return check;
}

// `preamble` carries the header and what rewriting keeps; sizes are filled here.
Status write_full(const Parts& parts, Preamble preamble, Span<const ByteSpan> records, Vector<uint8_t>* out) {
  StreamIndex index(out->memory());
  PC15_TRY(fill_index(parts, records, &index));
  const RecordCounts counts(preamble.header);
  // At most 1024 sections (checked above) and one size per record: a few megabytes.
  preamble.index_size = static_cast<uint32_t>(index_size_of(index));
  PC15_TRY(lay_out(counts, preamble.index_size, &index));
  preamble.file_size = index.file_size;
  uint8_t bytes[kPreambleBytes];
  store_preamble(preamble, bytes);

  const size_t start = out->size();
  out->reserve(start + static_cast<size_t>(index.file_size));
  const uint32_t check = append_front(bytes, parts, counts, records, index, out);
  if (index.backup_size != 0) {
    const size_t heads = kPreambleBytes + static_cast<size_t>(preamble.index_size);
    const size_t programs = static_cast<size_t>(index.cells_offset - index.programs_offset);
    append_bytes(out, ByteSpan(out->data() + start, heads));
    append_bytes(out, ByteSpan(out->data() + start + static_cast<size_t>(index.programs_offset), programs));
  }
  uint8_t footer[kFooterBytes];
  store_le(footer, check);
  store_le(footer + 4, static_cast<uint32_t>(index.backup_size));
  store_le(footer + 8, crc32_of(ByteSpan(footer, 8)));
  std::memcpy(footer + 12, kFooterMagic, sizeof(kFooterMagic));
  append_bytes(out, ByteSpan(footer, kFooterBytes));
  return ok_status();
}

Status write_parts(const Parts& parts, const Preamble& preamble, Vector<uint8_t>* out) {
  PC15_TRY(check_header(parts.header, Code::kInvalidArgument, FieldPlaces()));
  PC15_TRY(check_picture_limits(parts.header, Limits(), kAtWidth, kAtHeight));
  PC15_TRY(check_counts(parts));
  const Vector<ByteSpan> records = list_records(parts, out->memory());
  const Span<const ByteSpan> list(records.data(), records.size());
  if (parts.allow_compact && parts.sections.empty()) {
    bool fits = false;
    PC15_TRY(write_compact(parts.header, list, out, &fits));
    if (fits) return ok_status();
  }
  return write_full(parts, preamble, list, out);
}

// The given sections, then the models of the file and what is unknown here and safe to copy.
Status merge_sections(const ContainerReader& reader, Span<const Section> given, Vector<Section>* merged) {
  merged->insert(merged->end(), given.begin(), given.end());
  for (uint32_t i = 0; i < reader.section_count(); ++i) {
    Section section;
    PC15_TRY(reader.section_entry(i, &section));
    const bool drop = is_known_section(section.type) || (section.flags & kSectionSafeToCopy) == 0;
    if (drop && !is_model_section(section.type)) continue;
    PC15_TRY(reader.section(i, &section));
    merged->push_back(section);
  }
  return ok_status();
}

}  // namespace

Status write_container(const Parts& parts, Vector<uint8_t>* out) {
  Preamble preamble;
  preamble.header = parts.header;
  PC15_TRY(check_text(parts.sections));
  return write_parts(parts, preamble, out);
}

Status rewrite_sections(const ContainerReader& reader, Span<const Section> sections, Vector<uint8_t>* out) {
  PC15_FAIL_IF(reader.file_.empty(), Code::kWrongState, "no file is open");
  Vector<Section> merged(out->memory());
  PC15_TRY(merge_sections(reader, sections, &merged));
  if (reader.form() == Form::kCompact && merged.empty()) {
    append_bytes(out, reader.file_);
    return ok_status();
  }
  const RecordCounts counts(reader.header());
  Vector<ByteSpan> records(out->memory(), static_cast<size_t>(counts.total()));
  for (uint64_t r = 0; r < counts.total(); ++r) PC15_TRY(reader.record(r, &records[static_cast<size_t>(r)]));

  const Span<const ByteSpan> list(records.data(), records.size());
  Parts parts;
  parts.header = reader.header();
  parts.sections = Span<const Section>(merged.data(), merged.size());
  if (counts.image != 0) parts.image_program = list[0];
  parts.groups = list.sub(counts.image, counts.groups);
  parts.cells = list.sub(static_cast<size_t>(counts.programs()), counts.cells);
  parts.allow_compact = false;
  return write_parts(parts, reader.preamble_, out);
}

Status write_salvaged(const ContainerReader& reader, const Salvage& keep, Vector<uint8_t>* out,
                      uint32_t* sections_lost) {
  PC15_FAIL_IF(reader.file_.empty(), Code::kWrongState, "no file is open");
  *sections_lost = 0;
  if (reader.form() == Form::kCompact) {  // opens whole or not at all
    append_bytes(out, reader.file_);
    return ok_status();
  }
  Vector<Section> sections(out->memory());
  for (uint32_t i = 0; i < reader.section_count(); ++i) {
    const uint32_t source = reader.intact_copy_of_section(i);
    Section section;
    if (!reader.section(source, &section).ok()) {
      ++*sections_lost;
      continue;
    }
    section.flags = reader.index_.sections[i].flags;
    sections.push_back(section);
  }
  const RecordCounts counts(reader.header());
  Vector<ByteSpan> records(out->memory(), static_cast<size_t>(counts.total()));
  for (uint64_t r = 0; r < counts.total(); ++r) {
    const uint64_t group = r - counts.image, cell = r - counts.programs();
    const bool kept = r < counts.image        ? keep.image_program
                      : r < counts.programs() ? keep.groups[static_cast<size_t>(group)] != 0
                                              : keep.cells[static_cast<size_t>(cell)] != 0;
    if (kept) PC15_TRY(reader.record(r, &records[static_cast<size_t>(r)]));
  }
  const Span<const ByteSpan> list(records.data(), records.size());
  Parts parts;
  parts.header = reader.header();
  if (!keep.tables) parts.header.table_set = 0;
  parts.header.has_image_program = parts.header.has_image_program && keep.image_program;
  if (parts.header.has_image_program) parts.image_program = list[0];
  parts.sections = Span<const Section>(sections.data(), sections.size());
  parts.groups = list.sub(counts.image, counts.groups);
  parts.cells = list.sub(static_cast<size_t>(counts.programs()), counts.cells);
  parts.allow_compact = false;
  Preamble preamble = reader.preamble_;
  preamble.header = parts.header;
  return write_parts(parts, preamble, out);
}

}  // namespace pc15::format
