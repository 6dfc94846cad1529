// Damage of whole files: every byte, every truncation, swapped and spliced records, zeroed sectors.
// What a byte may cost follows from the part it lies in, as describe() reports it for the intact file.
#include <algorithm>
#include <cstdio>
#include <cstring>

#include "format/salvage.h"
#include "support/cmocka_cpp.h"
#include "support/format_fixture.h"

using namespace pc15;
using namespace pc15::format;
using namespace pc15_test;

namespace {

Code open_code(const Bytes& file, bool strict) {
  Memory memory;
  ContainerReader reader(memory);
  return reader.open(span_of(file), Limits(), strict).code();
}

void expect_open(const Bytes& file, bool strict, Code expected) {
  assert_int_equal(static_cast<int32_t>(open_code(file, strict)), static_cast<int32_t>(expected));
}

bool equal(ByteSpan got, const Bytes& want) {
  return got.size == want.size() && (want.empty() || std::memcmp(got.data, want.data(), want.size()) == 0);
}

// What was lost: kinds and numbers of the parts that the reader refuses. Every other payload is compared.
struct Lost {
  std::vector<uint32_t> sections, programs, cells;
  bool none() const { return sections.empty() && programs.empty() && cells.empty(); }
};

Lost read_all(const ContainerReader& reader, const Sample& s) {
  Lost lost;
  ByteSpan got;
  Section section;
  if (s.header.has_image_program) {
    if (!reader.image_program(&got).ok()) {
      lost.programs.push_back(0);
    } else {
      assert_true(equal(got, s.image_program));
    }
  }
  for (uint32_t i = 0; i < s.groups.size(); ++i) {
    if (!reader.group(i, &got).ok()) {
      lost.programs.push_back(i + 1);
    } else {
      assert_true(equal(got, s.groups[i]));
    }
  }
  for (uint32_t i = 0; i < s.cells.size(); ++i) {
    const Code code = reader.cell(i, &got).code();
    if (code != Code::kOk) {
      assert_true(code == Code::kCrc || code == Code::kTruncated);
      lost.cells.push_back(i);
    } else {
      assert_true(equal(got, s.cells[i]));
    }
  }
  for (uint32_t i = 0; i < s.sections.size(); ++i) {
    if (!reader.section(i, &section).ok()) {
      lost.sections.push_back(i);
    } else {
      assert_true(section.type == s.sections[i].type && section.flags == s.sections[i].flags);
      assert_true(equal(section.payload, s.sections[i].payload));
    }
  }
  return lost;
}

// Opens a damaged copy tolerantly; the damage must have been noticed.
Lost survive(const Bytes& file, const Sample& s) {
  Memory memory;
  ContainerReader reader(memory);
  const Status status = reader.open(span_of(file), Limits(), false);
  if (!status.ok()) {
    char text[200];
    status.print(text, sizeof(text));
    print_error("tolerant opening failed: %s\n", text);
  }
  assert_int_equal(status.value(), 0);
  assert_true(reader.damaged());
  return read_all(reader, s);
}

const PartInfo& part_at(const std::vector<PartInfo>& parts, size_t offset) {
  for (const PartInfo& p : parts) {
    if (offset >= p.offset && offset < p.offset + p.size) return p;
  }
  assert_true(false);
  return parts[0];
}

void check_one_byte(const Bytes& file, const Sample& s, const PartInfo& part) {
  const Code strict = open_code(file, true);
  assert_true(strict == Code::kCrc || strict == Code::kNotPc15);
  const Lost lost = survive(file, s);
  assert_int_equal(lost.cells.size(), part.kind == PartKind::kCell ? 1 : 0);
  if (part.kind == PartKind::kCell) assert_int_equal(lost.cells[0], part.number);
  assert_int_equal(lost.sections.size(), part.kind == PartKind::kSection ? 1 : 0);
  if (part.kind == PartKind::kSection) assert_int_equal(lost.sections[0], part.number);
  assert_true(lost.programs.empty());
}

// All 255 other values of every byte.
void test_every_byte_of_a_full_file(void**) {
  const Sample s = six_cell_sample();
  const Bytes good = s.write();
  const std::vector<PartInfo> parts = describe(good);
  Bytes file = good;
  for (size_t i = 0; i < good.size(); ++i) {
    const PartInfo& part = part_at(parts, i);
    for (uint32_t flip = 1; flip < 256; ++flip) {
      file[i] = static_cast<uint8_t>(good[i] ^ flip);
      check_one_byte(file, s, part);
    }
    file[i] = good[i];
  }
}

// Without cells and below the backup threshold nothing is stored twice: a program byte may cost that program,
// a head byte refuses the file.
void test_every_byte_without_backup(void**) {
  Sample s = one_program_sample(60);
  s.allow_compact = false;
  const Bytes good = s.write();
  const std::vector<PartInfo> parts = describe(good);
  Bytes file = good;
  for (size_t i = 0; i < good.size(); ++i) {
    const PartKind kind = part_at(parts, i).kind;
    for (const uint32_t flip : {0x01u, 0x80u, 0xFFu}) {
      file[i] = static_cast<uint8_t>(good[i] ^ flip);
      assert_true(open_code(file, true) == Code::kCrc || open_code(file, true) == Code::kNotPc15);
      if (kind == PartKind::kPreamble || kind == PartKind::kIndex) {
        assert_true(open_code(file, false) != Code::kOk);
      } else {
        assert_int_equal(survive(file, s).programs.size(), kind == PartKind::kImageProgram ? 1 : 0);
      }
    }
    file[i] = good[i];
  }
}

void test_every_byte_of_a_compact_file(void**) {
  Sample s = six_cell_sample();
  s.sections.clear();
  s.fill(4, 40, 40);
  const Bytes good = s.write();
  assert_int_equal(good[4], 0xF0);
  Bytes file = good;
  for (size_t i = 0; i < good.size(); ++i) {
    for (uint32_t flip = 1; flip < 256; ++flip) {
      file[i] = static_cast<uint8_t>(good[i] ^ flip);
      for (const bool strict : {true, false}) {
        const Code code = open_code(file, strict);
        assert_true(code == Code::kCrc || code == Code::kNotPc15 || code == Code::kTruncated);
      }
    }
    file[i] = good[i];
  }
}

// The message says which part and where it starts.
void test_messages(void**) {
  const Bytes good = six_cell_sample().write();
  for (const PartInfo& p : describe(good)) {
    Bytes file = good;
    file[p.offset + p.size - 1] ^= 1;
    Memory memory;
    ContainerReader reader(memory);
    char text[200], number[40], place[40];
    reader.open(span_of(file), Limits(), true).print(text, sizeof(text));
    std::snprintf(place, sizeof(place), "%u", static_cast<unsigned>(p.offset));
    if (p.kind == PartKind::kPreamble) std::snprintf(place, sizeof(place), "preamble");
    assert_non_null(std::strstr(text, place));
    const char* what = p.kind == PartKind::kCell      ? "cell"
                       : p.kind == PartKind::kSection ? "section"
                       : p.kind == PartKind::kFooter  ? "footer"
                                                      : nullptr;
    if (what == nullptr) continue;
    std::snprintf(number, sizeof(number), p.kind == PartKind::kFooter ? "%s" : "%s %u ", what, p.number);
    assert_non_null(std::strstr(text, number));
  }
}

void test_every_truncation(void**) {
  const Sample s = six_cell_sample();
  const Bytes good = s.write();
  const std::vector<PartInfo> parts = describe(good);
  const size_t heads = static_cast<size_t>(parts[1].offset + parts[1].size);
  for (size_t n = 0; n < good.size(); ++n) {
    const Bytes file(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(n));
    expect_open(file, true, Code::kTruncated);
    if (n < heads) {
      expect_open(file, false, Code::kTruncated);
      continue;
    }
    const Lost lost = survive(file, s);
    uint32_t cells = 0, programs = 0;
    for (const PartInfo& p : parts) {
      const bool gone = p.offset + p.size > n;
      if (p.kind == PartKind::kCell && gone) assert_int_equal(lost.cells.at(cells++), p.number);
      if ((p.kind == PartKind::kGroup || p.kind == PartKind::kImageProgram) && gone) ++programs;
    }
    assert_int_equal(lost.cells.size(), cells);
    assert_int_equal(lost.programs.size(), programs);
  }
  Sample small = one_program_sample(33);
  const Bytes compact = small.write();
  for (size_t n = 0; n < compact.size(); ++n) {
    const Bytes file(compact.begin(), compact.begin() + static_cast<std::ptrdiff_t>(n));
    expect_open(file, true, Code::kTruncated);
    expect_open(file, false, Code::kTruncated);
  }
}

// Nothing described may be missing or overlap in a truncated or extended file either.
void test_describe_of_damaged_files(void**) {
  const Bytes good = six_cell_sample().write();
  Bytes cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(good.size() * 2 / 3));
  Bytes longer = good;
  longer.resize(good.size() + 100, 0x51);
  for (const Bytes* file : {&cut, &longer}) {
    uint64_t at = 0;
    for (const PartInfo& p : describe(*file, false)) {
      assert_int_equal(p.offset, at);
      at += p.size;
      assert_int_equal(p.intact, at <= std::min(file->size(), good.size()));
    }
    assert_int_equal(at, std::max(file->size(), good.size()));
  }
}

void test_trailing_bytes(void**) {
  const Sample s = six_cell_sample();
  const Bytes good = s.write();
  const Bytes compact = one_program_sample(20).write();
  for (size_t extra = 1; extra < 40; ++extra) {
    for (const uint8_t fill : {uint8_t{0}, uint8_t{0xFF}, uint8_t{0x50}}) {
      Bytes file = good;
      file.resize(good.size() + extra, fill);
      expect_open(file, true, Code::kTrailing);
      assert_true(survive(file, s).none());
      Bytes small = compact;
      small.resize(compact.size() + extra, fill);
      expect_open(small, true, Code::kTrailing);
      expect_open(small, false, Code::kTrailing);
    }
  }
  Bytes twice = good;
  twice.insert(twice.end(), good.begin(), good.end());
  expect_open(twice, true, Code::kTrailing);
  Bytes pair = compact;
  pair.insert(pair.end(), compact.begin(), compact.end());
  expect_open(pair, true, Code::kTrailing);
}

std::vector<PartInfo> cells_of(const Bytes& file) {
  std::vector<PartInfo> cells;
  for (const PartInfo& p : describe(file)) {
    if (p.kind == PartKind::kCell) cells.push_back(p);
  }
  return cells;
}

// Records of equal size in each other's place, and the same record in two places.
void test_swapped_cells(void**) {
  Sample s = six_cell_sample();
  Random random(77);
  for (Bytes& cell : s.cells) cell = random.bytes(90);
  const Bytes good = s.write();
  const std::vector<PartInfo> cells = cells_of(good);
  for (size_t a = 0; a < cells.size(); ++a) {
    for (size_t b = 0; b < cells.size(); ++b) {
      if (a == b) continue;
      Bytes file = good;
      std::memcpy(&file[cells[a].offset], &good[cells[b].offset], cells[a].size);
      expect_open(file, true, Code::kCrc);
      Lost lost = survive(file, s);
      assert_int_equal(lost.cells.size(), 1);
      assert_int_equal(lost.cells[0], a);
      std::memcpy(&file[cells[b].offset], &good[cells[a].offset], cells[a].size);
      lost = survive(file, s);
      assert_int_equal(lost.cells.size(), 2);
      assert_true(lost.programs.empty() && lost.sections.empty());
    }
  }
}

// A cell of another picture fails its own CRC, one of another encoding of the same picture the file check.
void test_spliced_cells(void**) {
  Sample s = six_cell_sample();
  const Bytes good = s.write();
  Sample other = s;
  Random random(78);
  other.cells[2] = random.bytes(s.cells[2].size());
  const Bytes same_picture = other.write();
  other.header.content_id ^= 1;
  const Bytes other_picture = other.write();
  const PartInfo cell = cells_of(good)[2];

  Bytes file = good;
  std::memcpy(&file[cell.offset], &other_picture[cell.offset], cell.size);
  expect_open(file, true, Code::kCrc);
  const Lost lost = survive(file, s);
  assert_int_equal(lost.cells.size(), 1);
  assert_int_equal(lost.cells[0], 2);

  file = good;
  std::memcpy(&file[cell.offset], &same_picture[cell.offset], cell.size);
  expect_open(file, true, Code::kCrc);
  Memory memory;
  ContainerReader reader(memory);
  assert_int_equal(reader.open(span_of(file), Limits(), false).value(), 0);
  assert_true(reader.damaged());
}

// Two intact copies that contradict each other are refused in both modes.
void test_contradicting_copies(void**) {
  const Sample s = six_cell_sample();
  const Bytes good = s.write();
  const std::vector<PartInfo> parts = describe(good);
  for (const PartInfo& p : parts) {
    if (p.kind != PartKind::kPreamble && p.kind != PartKind::kIndex && p.kind != PartKind::kImageProgram &&
        p.kind != PartKind::kGroup) {
      continue;
    }
    Bytes file = good;
    if (p.kind == PartKind::kPreamble) {
      file[46] ^= 1;  // an optional feature: legal in itself, and not part of the file id
    } else if (p.kind == PartKind::kIndex) {
      file[p.offset + 1] = 'J';  // type of the first section
    } else {
      file[p.offset] ^= 1;
    }
    repair(parts, &file);
    expect_open(file, true, Code::kOk);
    std::copy(good.begin() + static_cast<std::ptrdiff_t>(parts.back().offset) - 1, good.end(),
              file.begin() + static_cast<std::ptrdiff_t>(parts.back().offset) - 1);
    for (const PartInfo& copy : parts) {
      if (copy.kind >= PartKind::kBackupPreamble && copy.kind <= PartKind::kBackupGroup) {
        std::memcpy(&file[copy.offset], &good[copy.offset], copy.size);
      }
    }
    expect_open(file, true, Code::kCorrupt);
    expect_open(file, false, Code::kCorrupt);
  }
}

// Damage in both copies: without an intact preamble or index the file is refused, a program is lost alone.
void test_both_copies_damaged(void**) {
  const Sample s = six_cell_sample();
  const Bytes good = s.write();
  const std::vector<PartInfo> parts = describe(good);
  const uint64_t backup = std::find_if(parts.begin(), parts.end(), [](const PartInfo& p) {
                            return p.kind == PartKind::kBackupPreamble;
                          })->offset;
  const uint64_t heads = parts[1].offset + parts[1].size;
  uint64_t programs_at = 0;
  for (const PartInfo& p : parts) {
    if (p.kind == PartKind::kImageProgram) programs_at = p.offset;
    const bool head = p.kind == PartKind::kPreamble || p.kind == PartKind::kIndex;
    if (!head && p.kind != PartKind::kImageProgram && p.kind != PartKind::kGroup) continue;
    const uint64_t copy = head ? backup + p.offset : backup + heads + (p.offset - programs_at);
    for (uint64_t k = 0; k < p.size; ++k) {
      Bytes file = good;
      file[p.offset + k] ^= 0x11;
      file[copy + p.size - 1 - k] ^= 0x22;
      if (head) {
        assert_true(open_code(file, false) == Code::kCrc || open_code(file, false) == Code::kNotPc15);
        continue;
      }
      const Lost lost = survive(file, s);
      assert_int_equal(lost.programs.size(), 1);
      assert_int_equal(lost.programs[0], p.kind == PartKind::kGroup ? p.number + 1 : 0);
      assert_true(lost.cells.empty() && lost.sections.empty());
    }
  }
}

// Every aligned sector of zeros costs the cells and sections that it touches, and nothing else.
void test_zeroed_sectors(void**) {
  Sample s = six_cell_sample();
  Random random(6);
  for (Bytes& cell : s.cells) cell = random.bytes(700);
  const Bytes good = s.write();
  const std::vector<PartInfo> parts = describe(good);
  for (size_t at = 0; at < good.size(); at += 512) {
    Bytes file = good;
    const size_t end = std::min(at + 512, good.size());
    std::fill(file.begin() + static_cast<std::ptrdiff_t>(at), file.begin() + static_cast<std::ptrdiff_t>(end),
              0);
    assert_true(open_code(file, true) != Code::kOk);
    const Lost lost = survive(file, s);
    size_t cells = 0, sections = 0;
    for (const PartInfo& p : parts) {
      const bool touched = p.offset < end && p.offset + p.size > at;
      cells += touched && p.kind == PartKind::kCell;
      sections += touched && p.kind == PartKind::kSection;
    }
    assert_int_equal(lost.cells.size(), cells);
    assert_int_equal(lost.sections.size(), sections);
    assert_true(lost.programs.empty());
  }
}

// Bursts of up to 32 bits at random places: certain detection, loss of the touched parts alone.
void test_bursts(void**) {
  const Sample s = six_cell_sample();
  const Bytes good = s.write();
  const std::vector<PartInfo> cells = cells_of(good);
  Random random(21);
  for (int round = 0; round < 20000; ++round) {
    Bytes file = good;
    const uint32_t bit = random.below(static_cast<uint32_t>(good.size()) * 8 - 32);
    const uint64_t pattern = (uint64_t{random.next()} | 1) << (bit & 7);
    for (uint32_t k = 0; k < 5; ++k) {
      if (bit / 8 + k < file.size()) file[bit / 8 + k] ^= static_cast<uint8_t>(pattern >> (8 * k));
    }
    if (file == good) continue;
    assert_true(open_code(file, true) != Code::kOk);
    const Lost lost = survive(file, s);
    assert_true(lost.programs.empty());
    for (const uint32_t cell : lost.cells) {
      const PartInfo& p = cells[cell];
      assert_true(p.offset <= bit / 8 + 4 && p.offset + p.size > bit / 8);
    }
  }
}

// Tens of thousands of announced records, none of which is there, in megabytes where each could be: the work
// must not be their product, which is hours.
void test_search_for_records_is_bounded(void**) {
  constexpr size_t kPreamble = 64, kMore = size_t{8} << 20;
  Memory memory;
  Parts parts;
  parts.header.geometry.width = parts.header.geometry.height = 20000;
  parts.header.geometry.cell = 128;
  parts.header.step16 = 8;
  const std::vector<ByteSpan> cells(static_cast<size_t>(parts.header.geometry.cell_count()));
  parts.cells = Span<const ByteSpan>(cells.data(), cells.size());
  Vector<uint8_t> file(memory), out(memory);
  assert_true(write_container(parts, &file).ok());
  Random random(15);
  for (size_t i = kPreamble; i < file.size(); ++i) file[i] = static_cast<uint8_t>(random.next() >> 11);
  const Bytes more = random.bytes(kMore);
  file.insert(file.end(), more.begin(), more.end());
  const Status status = rebuild_index(ByteSpan(file.data(), file.size()), Limits(), &out);
  assert_int_equal(status.value(), static_cast<int32_t>(Code::kCrc));
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_every_byte_of_a_full_file),
      cmocka_unit_test(test_every_byte_without_backup),
      cmocka_unit_test(test_every_byte_of_a_compact_file),
      cmocka_unit_test(test_messages),
      cmocka_unit_test(test_every_truncation),
      cmocka_unit_test(test_describe_of_damaged_files),
      cmocka_unit_test(test_trailing_bytes),
      cmocka_unit_test(test_swapped_cells),
      cmocka_unit_test(test_spliced_cells),
      cmocka_unit_test(test_contradicting_copies),
      cmocka_unit_test(test_both_copies_damaged),
      cmocka_unit_test(test_zeroed_sectors),
      cmocka_unit_test(test_bursts),
      cmocka_unit_test(test_search_for_records_is_bounded),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
