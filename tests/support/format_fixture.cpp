#include "support/format_fixture.h"

#include <algorithm>
#include <cstring>

#include "format/byte_io.h"
#include "format/crc.h"
#include "support/cmocka_cpp.h"

namespace pc15_test {

using namespace pc15;
using namespace pc15::format;

void Sample::fill(uint32_t seed, uint32_t max_group, uint32_t max_cell) {
  Random random(seed);
  const RecordCounts counts(header);
  image_program = counts.image != 0 ? random.bytes(1 + random.below(max_group)) : Bytes();
  groups.clear();
  cells.clear();
  for (uint32_t i = 0; i < counts.groups; ++i) groups.push_back(random.bytes(random.below(max_group + 1)));
  for (uint32_t i = 0; i < counts.cells; ++i) cells.push_back(random.bytes(random.below(max_cell + 1)));
}

Bytes Sample::write() const {
  std::vector<Section> section_list;
  std::vector<ByteSpan> group_list, cell_list;
  for (const OwnedSection& s : sections) section_list.push_back(Section{s.type, s.flags, span_of(s.payload)});
  for (const Bytes& g : groups) group_list.push_back(span_of(g));
  for (const Bytes& c : cells) cell_list.push_back(span_of(c));
  Parts parts;
  parts.header = header;
  parts.sections = Span<const Section>(section_list.data(), section_list.size());
  parts.image_program = span_of(image_program);
  parts.groups = Span<const ByteSpan>(group_list.data(), group_list.size());
  parts.cells = Span<const ByteSpan>(cell_list.data(), cell_list.size());
  parts.allow_compact = allow_compact;
  Memory memory;
  Vector<uint8_t> out(memory);
  assert_int_equal(write_container(parts, &out).value(), 0);
  return Bytes(out.begin(), out.end());
}

Sample six_cell_sample() {
  Sample s;
  s.header.geometry = {300, 250, 64, 8, 128, 3};
  s.header.color = Color::kYcc420;
  s.header.seed = -7;
  s.header.content_id = 0x12345678;
  s.header.has_image_program = true;
  s.header.has_tile_programs = true;
  s.header.step16 = 40;
  s.fill(11, 60, 150);
  Random random(5);
  s.sections.push_back({kSectionIcc, 0, random.bytes(70)});
  s.sections.push_back({kSectionText, kSectionSafeToCopy, {'h', 'i', 0xC3, 0xA9}});
  s.sections.push_back({fourcc('z', 'z', 'z', 'z'), kSectionSafeToCopy, random.bytes(33)});
  return s;
}

Sample one_program_sample(uint32_t program_bytes) {
  Sample s;
  s.header.geometry.width = 512;
  s.header.geometry.height = 512;
  s.header.has_image_program = true;
  s.image_program = Random(3).bytes(program_bytes);
  return s;
}

void apply(const Edit& edit, Bytes* file) {
  assert_true(edit.offset + edit.size <= file->size());
  for (uint32_t i = 0; i < edit.size; ++i)
    (*file)[edit.offset + i] = static_cast<uint8_t>(edit.value >> (8 * i));
}

std::vector<PartInfo> describe(const Bytes& file, bool strict) {
  Memory memory;
  ContainerReader reader(memory);
  assert_int_equal(reader.open(span_of(file), Limits(), strict).value(), 0);
  Vector<PartInfo> parts(memory);
  assert_int_equal(reader.describe(&parts).value(), 0);
  return std::vector<PartInfo>(parts.begin(), parts.end());
}

namespace {
void seal(Bytes* file, uint64_t offset, uint64_t size, uint32_t start) {
  uint8_t* p = file->data() + offset;
  const size_t content = static_cast<size_t>(size) - 4;
  store_le(p + content, crc32_update(start, ByteSpan(p, content)));
}
uint32_t bound_start(uint32_t file_id, uint32_t tag) {
  uint8_t bound[8];
  store_le(bound, file_id);
  store_le(bound + 4, tag);
  return crc32_of(ByteSpan(bound, 8));
}
}  // namespace

// The tags are written out here on purpose: the document, not the library, says what they are.
void repair(const std::vector<PartInfo>& parts, Bytes* file) {
  uint64_t heads = 0, programs_at = 0, programs_end = 0;
  uint32_t check = 0;
  uint32_t file_id = 0;
  for (const PartInfo& p : parts) {
    switch (p.kind) {
      case PartKind::kPreamble:
        seal(file, 0, 64, 0);
        file_id = crc32_of(ByteSpan(file->data(), 46));
        break;
      case PartKind::kIndex:
        seal(file, p.offset, p.size, 0);
        heads = programs_at = programs_end = p.offset + p.size;
        break;
      case PartKind::kSection:
        programs_at = programs_end = p.offset + p.size;
        continue;
      case PartKind::kImageProgram:
        seal(file, p.offset, p.size, bound_start(file_id, 0xC0000000u));
        programs_end = p.offset + p.size;
        break;
      case PartKind::kGroup:
        seal(file, p.offset, p.size, bound_start(file_id, 0x80000000u | p.number));
        programs_end = p.offset + p.size;
        break;
      case PartKind::kCell:
        seal(file, p.offset, p.size, bound_start(file_id, p.number));
        break;
      case PartKind::kBackupPreamble:
        std::memmove(file->data() + p.offset, file->data(), heads);
        std::memmove(file->data() + p.offset + heads, file->data() + programs_at, programs_end - programs_at);
        continue;
      case PartKind::kFooter:
        store_le(file->data() + p.offset, check);
        store_le(file->data() + p.offset + 8, crc32_of(ByteSpan(file->data() + p.offset, 8)));
        continue;
      default:
        continue;
    }
    check = crc32_update(check, ByteSpan(file->data() + p.offset + p.size - 4, 4));
  }
}

Bytes with_index(const StreamHeader& header, const Bytes& index, uint64_t file_size, size_t stored_size) {
  Preamble preamble;
  preamble.header = header;
  preamble.file_size = file_size;
  preamble.index_size = static_cast<uint32_t>(index.size() + 4);
  Bytes file(stored_size, 0);
  uint8_t head[kPreambleBytes];
  store_preamble(preamble, head);
  assert_true(stored_size >= kPreambleBytes + index.size() + 4);
  std::memcpy(file.data(), head, kPreambleBytes);
  std::copy(index.begin(), index.end(), file.begin() + kPreambleBytes);
  store_le(file.data() + kPreambleBytes + index.size(), crc32_of(span_of(index)));
  return file;
}

}  // namespace pc15_test
