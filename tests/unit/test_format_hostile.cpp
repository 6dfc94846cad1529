// Hostile values whose CRCs hold: field by field with the exact code, index by index, bombs against an
// allocation gate, and an allocator that fails at every n.
#include <cstring>
#include <new>

#include "format/byte_io.h"
#include "format/crc.h"
#include "support/cmocka_cpp.h"
#include "support/format_fixture.h"

using namespace pc15;
using namespace pc15::format;
using namespace pc15_test;

namespace {

constexpr uint64_t kGate = 1 << 20;  // no refusal may have allocated more

Code open_gated(const Bytes& file, const Limits& limits, bool strict) {
  Memory memory(AllocatorFunctions(), kGate);
  ContainerReader reader(memory);
  const Status status = reader.open(span_of(file), limits, strict);
  assert_true(memory.peak() <= kGate);
  char text[256];
  status.print(text, sizeof(text));
  assert_true(std::strlen(text) > 5 && std::strlen(text) < 200 && std::strchr(text, '%') == nullptr);
  return status.code();
}

void expect_open(const Bytes& file, bool strict, Code expected, size_t row) {
  const Code got = open_gated(file, Limits(), strict);
  if (got != expected) print_error("row %zu, strict %d\n", row, strict);
  assert_int_equal(static_cast<int32_t>(got), static_cast<int32_t>(expected));
}

struct Row {
  Edit edit;
  Code code;
};

constexpr uint64_t kMax16 = 0xFFFF, kMax32 = 0xFFFFFFFF;

// The sample is 300x250, tile 64, overlap 8, cell 128, 4:2:0. Rows whose value changes the number of records
// end in kCorrupt, because the index then holds the wrong number of sizes.
const Row kPreambleRows[] = {
    {{8, 1, 0}, Code::kVersion},
    {{8, 1, 14}, Code::kVersion},
    {{8, 1, 16}, Code::kVersion},
    {{8, 1, 255}, Code::kVersion},
    {{9, 1, 0}, Code::kCorrupt},
    {{9, 1, 2}, Code::kOk},
    {{9, 1, 255}, Code::kOk},
    {{10, 1, 0x70}, Code::kOk},
    {{10, 1, 0x72}, Code::kOk},
    {{10, 1, 0x73}, Code::kCorrupt},
    {{10, 1, 0x77}, Code::kCorrupt},
    {{10, 1, 0x76}, Code::kOk},
    {{10, 1, 0x79}, Code::kCorrupt},
    {{10, 1, 0x01}, Code::kCorrupt},
    {{10, 1, 0x61}, Code::kCorrupt},
    {{10, 1, 0x81}, Code::kCorrupt},
    {{10, 1, 0x91}, Code::kUnsupported},
    {{10, 1, 0xB1}, Code::kUnsupported},
    {{10, 1, 0xF1}, Code::kUnsupported},
    {{11, 1, 0}, Code::kCorrupt},
    {{11, 1, 6}, Code::kCorrupt},
    {{11, 1, 8}, Code::kCorrupt},
    {{11, 1, 9}, Code::kCorrupt},
    {{11, 1, 10}, Code::kCorrupt},
    {{11, 1, 15}, Code::kCorrupt},
    {{11, 1, 16}, Code::kCorrupt},
    {{11, 1, 32}, Code::kCorrupt},
    {{11, 1, 39}, Code::kCorrupt},
    {{11, 1, 255}, Code::kCorrupt},
    {{12, 4, 0x30000}, Code::kOk},
    {{12, 4, 0x30003}, Code::kOk},
    {{12, 4, 0}, Code::kCorrupt},
    {{12, 4, 0x20000}, Code::kCorrupt},
    {{12, 4, 0x10000}, Code::kCorrupt},
    {{12, 4, 0x38000}, Code::kUnsupported},
    {{12, 4, 0x70000}, Code::kUnsupported},
    {{12, 4, 0x80030000}, Code::kUnsupported},
    {{12, 4, kMax32}, Code::kUnsupported},
    {{16, 4, 0}, Code::kCorrupt},
    {{16, 4, 1}, Code::kCorrupt},
    {{16, 4, 257}, Code::kOk},
    {{16, 4, 384}, Code::kOk},
    {{16, 4, 385}, Code::kCorrupt},
    {{16, 4, 65534}, Code::kCorrupt},
    {{16, 4, 65535}, Code::kCorrupt},
    {{16, 4, 65536}, Code::kCorrupt},
    {{16, 4, 65537}, Code::kCorrupt},
    {{16, 4, 0x7FFFFFFF}, Code::kCorrupt},
    {{16, 4, 0x80000000}, Code::kCorrupt},
    {{16, 4, 0x80000001}, Code::kCorrupt},
    {{16, 4, kMax32}, Code::kCorrupt},
    {{20, 4, 0}, Code::kCorrupt},
    {{20, 4, 1}, Code::kCorrupt},
    {{20, 4, 256}, Code::kOk},
    {{20, 4, 257}, Code::kCorrupt},
    {{20, 4, 65535}, Code::kCorrupt},
    {{20, 4, 65536}, Code::kCorrupt},
    {{20, 4, 0x7FFFFFFF}, Code::kCorrupt},
    {{20, 4, kMax32}, Code::kCorrupt},
    {{24, 2, 0}, Code::kCorrupt},
    {{24, 2, 31}, Code::kCorrupt},
    {{24, 2, 32}, Code::kCorrupt},
    {{24, 2, 63}, Code::kOk},
    {{24, 2, 1024}, Code::kCorrupt},
    {{24, 2, 1025}, Code::kCorrupt},
    {{24, 2, kMax16}, Code::kCorrupt},
    {{26, 2, 0}, Code::kOk},
    {{26, 2, 32}, Code::kCorrupt},
    {{26, 2, 33}, Code::kCorrupt},
    {{26, 2, kMax16}, Code::kCorrupt},
    {{28, 4, 0}, Code::kOk},
    {{28, 4, kMax32}, Code::kOk},
    {{32, 8, 0}, Code::kOk},
    {{32, 8, uint64_t{1} << 63}, Code::kOk},
    {{32, 8, ~uint64_t{0}}, Code::kOk},
    {{40, 2, 0}, Code::kCorrupt},
    {{40, 2, 1}, Code::kOk},
    {{40, 2, kMax16}, Code::kOk},
    {{42, 1, 0}, Code::kCorrupt},
    {{42, 1, 7}, Code::kCorrupt},
    {{42, 1, 8}, Code::kOk},
    {{42, 1, 128}, Code::kOk},
    {{42, 1, 129}, Code::kCorrupt},
    {{42, 1, 255}, Code::kCorrupt},
    {{43, 1, 0}, Code::kOk},
    {{43, 1, 255}, Code::kOk},
    {{44, 1, 0}, Code::kCorrupt},
    {{44, 1, 1}, Code::kCorrupt},
    {{44, 1, 4}, Code::kOk},
    {{44, 1, 5}, Code::kCorrupt},
    {{44, 1, 255}, Code::kCorrupt},
    {{45, 1, 1}, Code::kCorrupt},
    {{45, 1, 0x80}, Code::kCorrupt},
    {{45, 1, 255}, Code::kCorrupt},
    {{46, 2, 1}, Code::kOk},
    {{46, 2, kMax16}, Code::kOk},
    {{56, 4, 0}, Code::kCorrupt},
    {{56, 4, 4}, Code::kCorrupt},
    {{56, 4, kMax32}, Code::kCorrupt},
    {{56, 4, 0x7FFFFFFF}, Code::kCorrupt},
};

void test_preamble_fields(void**) {
  const Bytes good = six_cell_sample().write();
  const std::vector<PartInfo> parts = describe(good);
  for (size_t i = 0; i < sizeof(kPreambleRows) / sizeof(kPreambleRows[0]); ++i) {
    Bytes file = good;
    apply(kPreambleRows[i].edit, &file);
    repair(parts, &file);
    expect_open(file, true, kPreambleRows[i].code, i);
    expect_open(file, false, kPreambleRows[i].code, i);
  }
}

// Any two rows together: never accepted when one alone is refused, never a crash, never much memory. (Rows
// that are corrupt only through the number of records may cancel out.)
void test_preamble_pairs(void**) {
  const Bytes good = six_cell_sample().write();
  const std::vector<PartInfo> parts = describe(good);
  const size_t n = sizeof(kPreambleRows) / sizeof(kPreambleRows[0]);
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = i + 1; j < n; ++j) {
      const Row &a = kPreambleRows[i], &b = kPreambleRows[j];
      if (a.edit.offset == b.edit.offset) continue;
      Bytes file = good;
      apply(a.edit, &file);
      apply(b.edit, &file);
      repair(parts, &file);
      const Code code = open_gated(file, Limits(), true);
      const bool hard =
          a.code == Code::kVersion || a.code == Code::kUnsupported || b.code == Code::kUnsupported;
      if (hard) assert_true(code != Code::kOk);
      if (a.code == Code::kVersion) assert_true(code == Code::kVersion);
    }
  }
}

void test_file_size_field(void**) {
  const Bytes good = six_cell_sample().write();
  const std::vector<PartInfo> parts = describe(good);
  const uint64_t size = good.size();
  const struct {
    uint64_t value;
    Code strict, tolerant;
  } rows[] = {
      {0, Code::kCorrupt, Code::kCorrupt},
      {79, Code::kCorrupt, Code::kCorrupt},
      {parts[1].size + 64 + 15, Code::kCorrupt, Code::kCorrupt},
      {parts[1].size + 64 + 16, Code::kTrailing, Code::kCorrupt},
      {size - 1, Code::kTrailing, Code::kCorrupt},
      {size, Code::kOk, Code::kOk},
      {size + 1, Code::kTruncated, Code::kCorrupt},
      {kMax32, Code::kTruncated, Code::kCorrupt},
      {uint64_t{1} << 32, Code::kTruncated, Code::kCorrupt},
      {size + (uint64_t{1} << 32), Code::kTruncated, Code::kCorrupt},
      {uint64_t{1} << 63, Code::kTruncated, Code::kCorrupt},
      {~uint64_t{0}, Code::kTruncated, Code::kCorrupt},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
    Bytes file = good;
    apply({48, 8, rows[i].value}, &file);
    repair(parts, &file);
    expect_open(file, true, rows[i].strict, i);
    expect_open(file, false, rows[i].tolerant, i);
  }
}

void test_footer_fields(void**) {
  const Bytes good = six_cell_sample().write();
  const std::vector<PartInfo> parts = describe(good);
  const uint32_t at = static_cast<uint32_t>(parts.back().offset);
  const uint32_t backup = load_le<uint32_t>(good.data() + at + 4);
  for (const uint64_t value :
       {uint64_t{0}, uint64_t{1}, uint64_t{backup} - 1, uint64_t{backup} + 1, kMax32}) {
    Bytes file = good;
    apply({at + 4, 4, value}, &file);
    store_le(file.data() + at + 8, crc32_of(ByteSpan(file.data() + at, 8)));
    expect_open(file, true, Code::kCorrupt, static_cast<size_t>(value));
    expect_open(file, false, Code::kCorrupt, static_cast<size_t>(value));
    // The backup can no longer be found when the front is damaged as well.
    file[20] ^= 1;
    assert_true(open_gated(file, Limits(), false) != Code::kOk);
  }
}

// 512x512, one image program: the index is "0 sections, size of the program".
StreamHeader plain_header() { return one_program_sample(1).header; }

Bytes varints(std::initializer_list<uint64_t> values) {
  Memory memory;
  Vector<uint8_t> out(memory);
  for (const uint64_t v : values) append_varint(&out, v);
  return Bytes(out.begin(), out.end());
}
Bytes section_entry(uint32_t type, uint64_t flags, uint64_t size) {
  Memory memory;
  Vector<uint8_t> out(memory);
  append_le(&out, type);
  append_varint(&out, flags);
  append_varint(&out, size);
  append_le(&out, uint32_t{0});  // the CRC of nothing
  return Bytes(out.begin(), out.end());
}
Bytes join(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& p : parts) all.insert(all.end(), p.begin(), p.end());
  return all;
}

void test_index_fields(void**) {
  const Bytes one = varints({1}), none = varints({0}), program = varints({0});
  const struct {
    Bytes index;
    Code code;
  } rows[] = {
      {join({none}), Code::kCorrupt},                                  // no size for the program
      {join({none, program, {0}}), Code::kCorrupt},                    // a byte left over
      {join({{0x80, 0x00}, program}), Code::kCorrupt},                 // 0 in two bytes
      {join({none, {0x85, 0x00}}), Code::kCorrupt},                    // 5 in two bytes
      {join({none, {0xFF, 0xFF, 0xFF, 0xFF, 0x10}}), Code::kCorrupt},  // 2^32 and more
      {join({none, {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01}}), Code::kCorrupt},
      {join({none, {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02}}), Code::kCorrupt},
      {join({none, {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01}}), Code::kCorrupt},
      {join({none, {0x80}}), Code::kCorrupt},           // unfinished
      {join({none, varints({1})}), Code::kCorrupt},     // sum beyond the file
      {join({none, varints({kMax32})}), Code::kLimit},  // backup would outgrow its field
      {join({one, section_entry(kSectionIcc, 0, 0), program}), Code::kOk},
      {join({one, section_entry(kSectionIcc, 1, 0), program}), Code::kOk},
      {join({one, section_entry(kSectionIcc, 3, 0), program}), Code::kOk},
      {join({one, section_entry(kSectionIcc, 4, 0), program}), Code::kCorrupt},
      {join({one, section_entry(kSectionIcc, 0x80, 0), program}), Code::kCorrupt},
      {join({one, section_entry(kSectionIcc, kMax32, 0), program}), Code::kCorrupt},
      {join({one, section_entry(kSectionIcc, kMax32 + 1, 0), program}), Code::kCorrupt},
      {join({one, section_entry(kSectionIcc, 0, 1), program}), Code::kCorrupt},  // sum beyond the file
      {join({one, section_entry(kSectionIcc, 0, 64 << 20), program}), Code::kCorrupt},
      {join({one, section_entry(kSectionIcc, 0, (64 << 20) + 1), program}), Code::kLimit},
      {join({one, section_entry(kSectionIcc, 0, kMax32), program}), Code::kLimit},
      {join({one, section_entry(fourcc('a', 'b', 'c', 'd'), 0, 0), program}), Code::kOk},
      {join({one, section_entry(0, 2, 0), program}), Code::kOk},
      {join({one, section_entry(fourcc('a', 'b', 'c', 'd'), 1, 0), program}), Code::kUnsupported},
      {join({one, section_entry(fourcc('I', 'C', 'C', 'p'), 3, 0), program}), Code::kUnsupported},
      {join({varints({2}), section_entry(kSectionIcc, 0, 0), section_entry(kSectionIcc, 0, 0), program}),
       Code::kCorrupt},
      {join({varints({2}), section_entry(kSectionExif, 0, 0), section_entry(kSectionExif, 0, 0), program}),
       Code::kCorrupt},
      {join({varints({2}), section_entry(kSectionXmp, 0, 0), section_entry(kSectionXmp, 0, 0), program}),
       Code::kCorrupt},
      {join({varints({2}), section_entry(kSectionText, 0, 0), section_entry(kSectionText, 0, 0), program}),
       Code::kOk},
      {join({varints({2}), section_entry(kSectionIcc, 0, 0), program}), Code::kCorrupt},  // count too high
      {join({varints({1024}), program}), Code::kCorrupt},
      {join({varints({1025}), program}), Code::kLimit},
      {join({varints({kMax32}), program}), Code::kLimit},
      {join({varints({~uint64_t{0}}), program}), Code::kLimit},
      {{}, Code::kCorrupt},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
    // Right sizes for an empty program: preamble, index, its CRC, the record's CRC, footer.
    const uint64_t size = 64 + rows[i].index.size() + 4 + 4 + 16;
    Bytes file = with_index(plain_header(), rows[i].index, size, static_cast<size_t>(size));
    const size_t record = 64 + rows[i].index.size() + 4;
    uint8_t bound[8] = {0, 0, 0, 0, 0, 0, 0, 0xC0};
    store_le(bound, crc32_of(ByteSpan(file.data(), 46)));
    store_le(file.data() + record, crc32_of(ByteSpan(bound, 8)));
    Bytes crcs(file.begin() + 60, file.begin() + 64);
    crcs.insert(crcs.end(), file.begin() + static_cast<std::ptrdiff_t>(record) - 4,
                file.begin() + static_cast<std::ptrdiff_t>(record) + 4);
    uint8_t* footer = file.data() + record + 4;
    store_le(footer, crc32_of(span_of(crcs)));
    store_le(footer + 8, crc32_of(ByteSpan(footer, 8)));
    std::memcpy(footer + 12, "51CP", 4);
    expect_open(file, true, rows[i].code, i);
    expect_open(file, false, rows[i].code, i);
  }
}

// Small files that announce much.
void test_bombs(void**) {
  StreamHeader h = plain_header();
  size_t row = 0;
  const auto bomb = [&](const Bytes& index, uint64_t file_size, Code strict, Code tolerant) {
    const Bytes file = with_index(h, index, file_size, 64 + index.size() + 4 + 36);
    expect_open(file, true, strict, row);
    expect_open(file, false, tolerant, row);
    ++row;
  };
  const Bytes index = varints({0, 0});
  h.geometry.width = h.geometry.height = 65535;
  bomb(index, 1000, Code::kLimit, Code::kLimit);
  h.geometry.height = 8193;
  bomb(index, 1000, Code::kLimit, Code::kLimit);
  h.geometry.height = 8192;  // 536 862 720 pixels, allowed: 32 768 cells of 128
  h.geometry.cell = 128;
  h.step16 = 1;
  bomb(index, 1000, Code::kTruncated, Code::kCorrupt);
  bomb(index, 64 + 6 + 36 + 0, Code::kCorrupt, Code::kCorrupt);
  h.step16 = 0;
  h.has_tile_programs = true;  // 4 096 groups
  h.geometry.width = 8192;
  h.geometry.height = 65535;
  h.geometry.tile = 32;
  h.geometry.overlap = 16;
  h.geometry.group_rows = 1;
  bomb(index, 64 + 6 + 36, Code::kCorrupt, Code::kCorrupt);
  h = plain_header();
  bomb(varints({~uint64_t{0}, 0}), 64 + 11 + 4 + 36, Code::kLimit, Code::kLimit);
  bomb(varints({0, kMax32 - 4096}), 64 + 6 + 4 + 36, Code::kCorrupt, Code::kCorrupt);
  bomb(varints({0, kMax32 - 4096}), uint64_t{1} << 40, Code::kTruncated, Code::kCorrupt);
  // A real file of 32 768 cells in a budget that holds its index: 16 bytes of memory per byte of index.
  Sample big;
  big.header.geometry = {65535, 8192, 256, 24, 128, 4};
  big.header.step16 = 1;
  big.cells.assign(32768, Bytes());
  const Bytes file = big.write();
  Memory memory;
  ContainerReader reader(memory);
  assert_int_equal(reader.open(span_of(file), Limits(), true).value(), 0);
  assert_true(memory.peak() >= 32768 * 8 && memory.peak() <= 32768 * 16 + 4096);
  Limits limits;
  limits.max_memory_bytes = 32768 * 8 - 1;  // an entry is 16 bytes, less where a pointer is
  assert_true(open_gated(file, limits, true) == Code::kLimit);
}

void test_limits(void**) {
  const Sample s = six_cell_sample();
  const Bytes file = s.write();
  const Bytes compact = one_program_sample(9).write();
  const auto expect = [&](const Bytes& bytes, bool ok, const Limits& limits) {
    assert_int_equal(static_cast<int32_t>(open_gated(bytes, limits, true)),
                     static_cast<int32_t>(ok ? Code::kOk : Code::kLimit));
    StreamHeader header;
    Form form;
    uint64_t needed;
    const Status peeked = ContainerReader::peek(span_of(bytes), limits, &header, &form, &needed);
    if (!ok) assert_true(peeked.code() == Code::kLimit || peeked.ok());
  };
  Limits l;
  l.max_width = 300;
  expect(file, true, l);
  l.max_width = 299;
  expect(file, false, l);
  expect(compact, false, l);
  l = Limits();
  l.max_height = 249;
  expect(file, false, l);
  l = Limits();
  l.max_pixels = 300 * 250;
  expect(file, true, l);
  l.max_pixels = 300 * 250 - 1;
  expect(file, false, l);
  expect(compact, false, l);
  l = Limits();
  l.max_sections = 3;
  expect(file, true, l);
  l.max_sections = 2;
  expect(file, false, l);
  l = Limits();
  l.max_metadata_bytes = 70 + 4 + 33;
  expect(file, true, l);
  l.max_metadata_bytes -= 1;
  expect(file, false, l);
  l = Limits();
  l.max_memory_bytes = 0;
  expect(file, false, l);
  l = Limits();
  l.max_width = 0;
  expect(file, false, l);
}

Bytes sealed(Bytes file) {
  uint8_t crc[4];
  store_le(crc, crc32_of(span_of(file)));
  file.insert(file.end(), crc, crc + 4);
  return file;
}

// The compact form with hostile fields under a valid CRC.
void test_compact_fields(void**) {
  const Bytes head = {'P', 'C', '1', '5', 0xF0, 1};
  const struct {
    Bytes rest;
    Code code;
  } rows[] = {
      {{0x00, 8, 8}, Code::kOk},
      {{0x03, 8, 8}, Code::kCorrupt},  // colour 3
      {{0x00, 0, 8}, Code::kCorrupt},  // width 0
      {{0x00, 8, 0}, Code::kCorrupt},
      {{0x00, 0x88, 0x00, 8}, Code::kCorrupt},                    // overlong varint
      {{0x00, 0xFF, 0xFF, 0x03, 8}, Code::kOk},                   // width 65535
      {{0x00, 0x80, 0x80, 0x04, 8}, Code::kCorrupt},              // width 65536
      {{0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 8}, Code::kCorrupt},  // width 2^35 - 1
      {{0x00, 0xFF, 0xFF, 0x03, 0xFF, 0xFF, 0x03}, Code::kLimit},
      {{0x00, 8, 8, 0}, Code::kCorrupt},     // a byte left over
      {{0x08, 8, 8, 0}, Code::kOk},          // empty image program
      {{0x08, 8, 8}, Code::kCorrupt},        // its length is missing
      {{0x08, 8, 8, 2, 9}, Code::kCorrupt},  // its bytes reach past the CRC
      {{0x08, 8, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F}, Code::kCorrupt},
      {{0x10, 8, 8, 1, 7}, Code::kOk},  // one group
      {{0x10, 8, 8, 1, 7, 0}, Code::kCorrupt},
      {{0x20, 8, 8, 0, 8, 32, 0, 0}, Code::kCorrupt},  // all at their default
      {{0x20, 8, 8, 1, 8, 32, 0, 0, 0}, Code::kOk},    // one empty cell
      {{0x20, 8, 8, 1, 8, 32, 0, 0}, Code::kCorrupt},
      {{0x20, 8, 8, 0, 7, 32, 0, 0}, Code::kOk},
      {{0x20, 8, 8, 0, 6, 32, 0, 0}, Code::kCorrupt},  // cell 64
      {{0x20, 8, 8, 0, 200, 32, 0, 0}, Code::kCorrupt},
      {{0x20, 8, 8, 0, 8, 7, 0, 0}, Code::kCorrupt},  // chroma step
      {{0x20, 8, 8, 0, 8, 129, 0, 0}, Code::kCorrupt},
      {{0x20, 8, 8, 0, 8, 32, 255, 0}, Code::kOk},
      {{0x20, 8, 8, 0, 8, 32, 0, 3}, Code::kOk},
      {{0x20, 8, 8, 0, 8, 32, 0, 0x80, 0x40}, Code::kUnsupported},
      {{0x20, 8, 8, 0, 8, 32, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01}, Code::kUnsupported},
      {{0x20, 8, 8, 0xFF, 0xFF, 0x03, 8, 32, 0, 0, 0}, Code::kOk},
      {{0x20, 8, 8, 0x80, 0x80, 0x04, 8, 32, 0, 0, 0}, Code::kCorrupt},
      {{0x40, 8, 8, 0x80, 0x02, 24, 4}, Code::kCorrupt},  // all at their default
      {{0x40, 8, 8, 32, 16, 1}, Code::kOk},
      {{0x40, 8, 8, 32, 17, 1}, Code::kCorrupt},
      {{0x40, 8, 8, 31, 0, 1}, Code::kCorrupt},
      {{0x40, 8, 8, 0x81, 0x08, 0, 1}, Code::kCorrupt},  // tile 1025
      {{0x40, 8, 8, 32, 16, 0}, Code::kCorrupt},
      {{0x80, 8, 8, 0}, Code::kCorrupt},  // seed 0 written out
      {{0x80, 8, 8, 1}, Code::kOk},
      {{0x80, 8, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01}, Code::kOk},
      {{0x80, 8, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02}, Code::kCorrupt},
      // 65535 x 8192 in cells of 128: 32 768 records announced
      {{0x20, 0xFF, 0xFF, 0x03, 0x80, 0x40, 1, 7, 32, 0, 0}, Code::kCorrupt},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
    const Bytes file = sealed(join({head, rows[i].rest}));
    expect_open(file, true, rows[i].code, i);
    expect_open(file, false, rows[i].code, i);
    StreamHeader header;
    Form form;
    uint64_t needed;
    const Code peeked = ContainerReader::peek(span_of(file), Limits(), &header, &form, &needed).code();
    if (rows[i].code == Code::kOk) assert_true(peeked == Code::kOk);
  }
  Bytes revision0 = join({head, {0, 8, 8}});
  revision0[5] = 0;
  expect_open(sealed(revision0), true, Code::kCorrupt, 1000);
  Bytes oversized = join({head, {8, 8, 8, 0xF2, 0x07}});  // a program of 1010 bytes: 1025 in all
  oversized.resize(1021);
  expect_open(sealed(oversized), true, Code::kCorrupt, 1001);
  oversized.resize(1020);
  oversized[9] = 0xF1;
  expect_open(sealed(oversized), true, Code::kOk, 1002);
}

void test_not_pc15(void**) {
  Random random(3);
  expect_open(Bytes(), true, Code::kTruncated, 0);
  for (size_t n = 1; n < 300; ++n) {
    Bytes junk = random.bytes(n);
    junk[0] = 'Q';
    expect_open(junk, true, Code::kNotPc15, n);
    expect_open(junk, false, Code::kNotPc15, n);
  }
  // A transfer that strips the high bit or rewrites line ends.
  Bytes file = six_cell_sample().write();
  file[4] &= 0x7F;
  expect_open(file, true, Code::kNotPc15, 0);
  file = six_cell_sample().write();
  file.erase(file.begin() + 5);
  expect_open(file, true, Code::kNotPc15, 1);
}

// A whole second file inside a section is only data, whatever happens to the outer one.
void test_embedded_file(void**) {
  Sample inner = six_cell_sample();
  inner.header.geometry.width = 260;
  inner.fill(99, 60, 150);
  Sample s = six_cell_sample();
  s.sections[2].payload = inner.write();
  const Bytes good = s.write();
  for (size_t at = 0; at < 64; ++at) {
    Bytes file = good;
    file[at] ^= 0x20;
    Memory memory;
    ContainerReader reader(memory);
    assert_int_equal(reader.open(span_of(file), Limits(), false).value(), 0);
    assert_int_equal(reader.header().geometry.width, 300);
    assert_int_equal(reader.file_size(), good.size());
  }
}

// The file that `reader` held before a failed opening must not shine through.
void test_reuse_after_failure(void**) {
  const Bytes good = six_cell_sample().write();
  Bytes bad = good;
  bad[30] ^= 1;
  Memory memory;
  {
    ContainerReader reader(memory);
    assert_int_equal(reader.open(span_of(good), Limits(), true).value(), 0);
    assert_true(reader.open(span_of(bad), Limits(), true).code() == Code::kCrc);
    ByteSpan got;
    Section section;
    Vector<PartInfo> parts(memory);
    Vector<uint8_t> out(memory);
    assert_int_equal(reader.section_count(), 0);
    assert_false(reader.cell(0, &got).ok());
    assert_false(reader.group(0, &got).ok());
    assert_false(reader.image_program(&got).ok());
    assert_false(reader.section(0, &section).ok());
    assert_true(reader.describe(&parts).code() == Code::kWrongState);
    assert_true(rewrite_sections(reader, Span<const Section>(), &out).code() == Code::kWrongState);
    const Bytes compact = one_program_sample(4).write();
    assert_int_equal(reader.open(span_of(compact), Limits(), true).value(), 0);
    assert_int_equal(reader.open(span_of(good), Limits(), true).value(), 0);
    assert_int_equal(reader.cell(5, &got).value(), 0);
  }
  assert_int_equal(memory.in_use(), 0);
}

struct Failing {
  int64_t left;
  bool sticky;
};
void* failing_allocate(void* opaque, size_t size) {
  Failing* f = static_cast<Failing*>(opaque);
  const bool fail_now = f->sticky ? f->left <= 0 : f->left == 0;
  --f->left;
  return fail_now ? nullptr : std::malloc(size);
}
void failing_release(void*, void* p) { std::free(p); }

// Every allocation of open, describe, rewrite and write fails once, alone and for good.
void test_allocation_failure(void**) {
  const Sample s = six_cell_sample();
  const Bytes file = s.write();
  for (const bool sticky : {false, true}) {
    bool finished = false;
    for (int64_t n = 0; !finished; ++n) {
      assert_true(n < 1000);
      Failing failing = {n, sticky};
      Memory memory({failing_allocate, failing_release, &failing}, ~uint64_t{0});
      {
        ContainerReader reader(memory);
        Vector<PartInfo> parts(memory);
        Vector<uint8_t> out(memory);
        try {
          assert_int_equal(reader.open(span_of(file), Limits(), true).value(), 0);
          assert_int_equal(reader.describe(&parts).value(), 0);
          assert_int_equal(rewrite_sections(reader, Span<const Section>(), &out).value(), 0);
          finished = true;
        } catch (const std::bad_alloc&) {
          ByteSpan got;
          if (reader.file_size() == 0) assert_false(reader.cell(5, &got).ok() || reader.group(1, &got).ok());
        }
        failing.left = INT64_MAX;
        assert_int_equal(reader.open(span_of(file), Limits(), true).value(), 0);
      }
      assert_int_equal(memory.in_use(), 0);
    }
  }
}

// Random bytes under repaired CRCs, through every entry point; sanitizers judge.
void test_random_mutations(void**) {
  const Bytes good = six_cell_sample().write();
  const std::vector<PartInfo> parts = describe(good);
  const size_t heads = static_cast<size_t>(parts[1].offset + parts[1].size);
  Random random(123);
  uint32_t opened = 0;
  for (int round = 0; round < 30000; ++round) {
    Bytes file = good;
    for (uint32_t k = 1 + random.below(4); k > 0; --k) {
      const size_t at = random.below(4) == 0 ? random.below(static_cast<uint32_t>(good.size()))
                                             : 8 + random.below(static_cast<uint32_t>(heads) - 8);
      file[at] = static_cast<uint8_t>(random.next() >> 9);
    }
    if (random.below(8) != 0) repair(parts, &file);
    if (random.below(16) == 0) file.resize(random.below(static_cast<uint32_t>(good.size()) + 40));
    for (const bool strict : {true, false}) {
      Memory memory(AllocatorFunctions(), kGate);
      ContainerReader reader(memory);
      if (!reader.open(span_of(file), Limits(), strict).ok()) continue;
      ++opened;
      ByteSpan got;
      Section section;
      Vector<PartInfo> list(memory);
      Vector<uint8_t> out(memory);
      (void)reader.image_program(&got).ok();
      for (uint32_t i = 0; i < 20; ++i) {
        (void)reader.group(i, &got).ok();
        (void)reader.cell(i, &got).ok();
        (void)reader.section(i, &section).ok();
      }
      assert_int_equal(reader.describe(&list).value(), 0);
      if (rewrite_sections(reader, Span<const Section>(), &out).ok()) {
        assert_int_equal(reader.open(ByteSpan(out.data(), out.size()), Limits(), true).value(), 0);
      } else {
        assert_false(strict);
      }
    }
  }
  assert_true(opened > 3000);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_preamble_fields),
      cmocka_unit_test(test_preamble_pairs),
      cmocka_unit_test(test_file_size_field),
      cmocka_unit_test(test_footer_fields),
      cmocka_unit_test(test_index_fields),
      cmocka_unit_test(test_bombs),
      cmocka_unit_test(test_limits),
      cmocka_unit_test(test_compact_fields),
      cmocka_unit_test(test_not_pc15),
      cmocka_unit_test(test_embedded_file),
      cmocka_unit_test(test_reuse_after_failure),
      cmocka_unit_test(test_allocation_failure),
      cmocka_unit_test(test_random_mutations),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
