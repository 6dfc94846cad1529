// Parts in, file out, parts back: both forms, many geometries, rewriting of metadata, the writer's refusals.
#include <cstring>

#include "support/cmocka_cpp.h"
#include "support/format_fixture.h"

using namespace pc15;
using namespace pc15::format;
using namespace pc15_test;

namespace {

void assert_bytes(ByteSpan got, const Bytes& want) {
  assert_int_equal(got.size, want.size());
  if (!want.empty()) assert_memory_equal(got.data, want.data(), want.size());
}

void assert_header(const StreamHeader& a, const StreamHeader& b, bool compact) {
  assert_memory_equal(&a.geometry, &b.geometry, sizeof(a.geometry));
  assert_true(a.color == b.color && a.alpha == b.alpha && a.depth == b.depth && a.seed == b.seed);
  assert_true(a.has_image_program == b.has_image_program && a.has_tile_programs == b.has_tile_programs);
  assert_true(a.step16 == b.step16 && a.chroma_step32 == b.chroma_step32 && a.table_set == b.table_set);
  assert_int_equal(a.tools, b.tools);
  assert_int_equal(a.content_id, compact ? 0 : b.content_id);
}

void assert_tiled(const Bytes& file) {
  uint64_t at = 0;
  for (const PartInfo& p : describe(file)) {
    assert_int_equal(p.offset, at);
    assert_true(p.intact);
    at += p.size;
  }
  assert_int_equal(at, file.size());
}

// Both openings give back every part of `s`.
void assert_same(const Sample& s, const Bytes& file, size_t sections) {
  for (const bool strict : {true, false}) {
    Memory memory;
    ContainerReader reader(memory);
    assert_int_equal(reader.open(span_of(file), Limits(), strict).value(), 0);
    assert_false(reader.damaged());
    assert_int_equal(reader.file_size(), file.size());
    assert_header(reader.header(), s.header, reader.form() == Form::kCompact);
    ByteSpan got;
    assert_int_equal(reader.image_program(&got).value(), s.header.has_image_program ? 0 : -7);
    if (s.header.has_image_program) assert_bytes(got, s.image_program);
    for (size_t i = 0; i < s.groups.size(); ++i) {
      assert_int_equal(reader.group(static_cast<uint32_t>(i), &got).value(), 0);
      assert_bytes(got, s.groups[i]);
    }
    for (size_t i = 0; i < s.cells.size(); ++i) {
      assert_int_equal(reader.cell(static_cast<uint32_t>(i), &got).value(), 0);
      assert_bytes(got, s.cells[i]);
    }
    assert_true(reader.group(static_cast<uint32_t>(s.groups.size()), &got).code() == Code::kOutOfRange);
    assert_true(reader.cell(static_cast<uint32_t>(s.cells.size()), &got).code() == Code::kOutOfRange);
    assert_int_equal(reader.section_count(), sections);
    Section none;
    assert_true(reader.section(static_cast<uint32_t>(sections), &none).code() == Code::kOutOfRange);
  }
  assert_tiled(file);
}

void test_geometries(void**) {
  const int32_t sides[] = {1, 2, 31, 32, 33, 127, 128, 129, 256, 257, 511, 600, 1025};
  Random random(1);
  uint32_t full = 0, compact = 0;
  for (const int32_t width : sides) {
    for (const int32_t height : sides) {
      Sample s;
      StreamHeader& h = s.header;
      h.geometry.width = width;
      h.geometry.height = height;
      if (random.below(2) != 0) h.geometry.tile = static_cast<int32_t>(32 + random.below(993));
      h.geometry.overlap = static_cast<int32_t>(random.below(static_cast<uint32_t>(h.geometry.tile) / 2 + 1));
      h.geometry.cell = 128 << random.below(3);
      h.geometry.group_rows = static_cast<int32_t>(1 + random.below(255));
      h.color = static_cast<Color>(random.below(3));
      h.alpha = random.below(2) != 0;
      h.seed = random.below(2) != 0 ? static_cast<int64_t>(uint64_t{random.next()} << 32 | random.next()) : 0;
      h.content_id = random.next();
      h.has_image_program = random.below(2) != 0;
      h.has_tile_programs = random.below(2) != 0;
      h.step16 = static_cast<uint16_t>(random.below(2) != 0 ? random.next() : 0);
      h.chroma_step32 = static_cast<uint8_t>(8 + random.below(121));
      h.table_set = static_cast<uint8_t>(random.next());
      h.tools = random.below(4);
      s.fill(random.next(), 40, 200);
      const Bytes first = s.write();
      compact += first[4] == 0xF0;
      assert_same(s, first, 0);
      s.allow_compact = false;
      const Bytes second = s.write();
      assert_int_equal(second[4], 0x8F);
      full += 1;
      assert_same(s, second, 0);
    }
  }
  assert_true(compact > 40);
  assert_int_equal(full, sizeof(sides) / sizeof(sides[0]) * (sizeof(sides) / sizeof(sides[0])));
}

void test_extreme_headers(void**) {
  for (const int64_t seed : {INT64_MIN, INT64_MAX, int64_t{-1}, int64_t{1}, int64_t{0}}) {
    Sample s = one_program_sample(5);
    s.header.seed = seed;
    s.header.geometry.width = 65535;
    s.header.geometry.height = 8192;
    assert_same(s, s.write(), 0);
    s.allow_compact = false;
    assert_same(s, s.write(), 0);
  }
}

// The figure that a one-program picture may cost besides its program.
void test_compact_overhead(void**) {
  const Sample s = one_program_sample(50);
  const Bytes file = s.write();
  assert_int_equal(file.size(), 50 + 16);
  assert_same(s, file, 0);
}

void test_compact_boundary(void**) {
  for (uint32_t bytes = 1000; bytes < 1030; ++bytes) {
    const Sample s = one_program_sample(bytes);
    const Bytes file = s.write();
    const bool compact = file[4] == 0xF0;
    assert_int_equal(compact, bytes + 17 <= 1024);  // two bytes of length from 128 on
    if (compact) {
      assert_int_equal(file.size(), bytes + 17);
      StreamHeader header;
      Form form;
      uint64_t needed;
      const Status head = ContainerReader::peek(ByteSpan(file.data(), 40), Limits(), &header, &form, &needed);
      assert_true(head.code() == Code::kNeedInput);
      assert_int_equal(needed, file.size());
    }
    assert_same(s, file, 0);
  }
}

void test_backup_rule(void**) {
  Sample s = one_program_sample(100);
  s.allow_compact = false;
  const auto has_backup = [](const Bytes& file) {
    for (const PartInfo& p : describe(file)) {
      if (p.kind == PartKind::kBackupPreamble) return true;
    }
    return false;
  };
  assert_false(has_backup(s.write()));
  // preamble 64, index 1 + 2 + 4, record CRC 4, footer 16
  s.image_program.resize(1024 - 91);
  assert_false(has_backup(s.write()));
  s.image_program.resize(1024 - 91 + 1);
  assert_true(has_backup(s.write()));
  Sample cells;
  cells.header.geometry.width = cells.header.geometry.height = 8;
  cells.header.step16 = 16;
  cells.allow_compact = false;
  cells.fill(1, 1, 4);
  assert_true(has_backup(cells.write()));
}

void test_peek(void**) {
  Sample s = six_cell_sample();
  const Bytes file = s.write();
  StreamHeader header;
  Form form;
  uint64_t needed;
  for (size_t n = 0; n < 64; ++n) {
    assert_true(ContainerReader::peek(ByteSpan(file.data(), n), Limits(), &header, &form, &needed).code() ==
                Code::kNeedInput);
    assert_int_equal(needed, n > 4 ? 64 : 5);
  }
  assert_int_equal(
      ContainerReader::peek(ByteSpan(file.data(), 64), Limits(), &header, &form, &needed).value(), 0);
  assert_true(form == Form::kFull);
  assert_header(header, s.header, false);

  const Sample small = one_program_sample(77);
  const Bytes compact = small.write();
  for (size_t n = 0; n < compact.size(); ++n) {
    assert_true(
        ContainerReader::peek(ByteSpan(compact.data(), n), Limits(), &header, &form, &needed).code() ==
        Code::kNeedInput);
    assert_in_range(needed, n + 1, compact.size());
  }
  assert_int_equal(ContainerReader::peek(span_of(compact), Limits(), &header, &form, &needed).value(), 0);
  assert_true(form == Form::kCompact);
  assert_header(header, small.header, true);
  assert_true(ContainerReader::peek(ByteSpan(), Limits(), &header, &form, &needed).code() ==
              Code::kNeedInput);
  const Bytes other = {'P', 'C', '1', '6', 0x8F};
  assert_true(ContainerReader::peek(span_of(other), Limits(), &header, &form, &needed).code() ==
              Code::kNotPc15);
}

Bytes rewrite(const Bytes& file, const std::vector<Section>& sections, bool strict = true,
              Code expected = Code::kOk) {
  Memory memory;
  ContainerReader reader(memory);
  assert_int_equal(reader.open(span_of(file), Limits(), strict).value(), 0);
  Vector<uint8_t> out(memory);
  out.push_back(0xAA);
  const Status status = rewrite_sections(reader, Span<const Section>(sections.data(), sections.size()), &out);
  assert_int_equal(status.value(), static_cast<int32_t>(expected));
  assert_int_equal(out[0], 0xAA);
  if (expected != Code::kOk) assert_int_equal(out.size(), 1);
  return Bytes(out.begin() + 1, out.end());
}

// Unknown ancillary sections of random type, size and content survive when they say so.
void test_grease(void**) {
  Random random(9);
  for (int round = 0; round < 60; ++round) {
    Sample s = six_cell_sample();
    s.sections.clear();
    s.allow_compact = false;
    std::vector<OwnedSection> kept;
    for (uint32_t i = random.below(12); i > 0; --i) {
      const OwnedSection section = {random.next() | 0x80808080u, random.below(2) * kSectionSafeToCopy,
                                    random.bytes(random.below(300))};
      s.sections.push_back(section);
      if (section.flags != 0) kept.push_back(section);
    }
    const Bytes file = s.write();
    assert_same(s, file, s.sections.size());
    const Bytes exif = random.bytes(40);
    const Bytes out = rewrite(file, {Section{kSectionExif, 0, span_of(exif)}});
    assert_same(s, out, kept.size() + 1);
    Memory memory;
    ContainerReader reader(memory);
    assert_int_equal(reader.open(span_of(out), Limits(), true).value(), 0);
    Section got;
    assert_int_equal(reader.section(0, &got).value(), 0);
    assert_int_equal(got.type, kSectionExif);
    assert_bytes(got.payload, exif);
    for (size_t i = 0; i < kept.size(); ++i) {
      assert_int_equal(reader.section(static_cast<uint32_t>(i + 1), &got).value(), 0);
      assert_true(got.type == kept[i].type && got.flags == kept[i].flags);
      assert_bytes(got.payload, kept[i].payload);
    }
  }
}

// Rewriting leaves every record byte alone, optional features and revision included; it undoes itself.
void test_rewrite_keeps(void**) {
  Sample s = six_cell_sample();
  Bytes file = s.write();
  const std::vector<PartInfo> parts = describe(file);
  apply({46, 2, 0xBEEF}, &file);
  apply({9, 1, 7}, &file);
  repair(parts, &file);
  const Bytes none = rewrite(file, {});
  assert_same(s, none, 1);
  assert_memory_equal(none.data(), file.data(), 48);
  std::vector<PartInfo> before, after;
  for (const PartInfo& p : describe(file)) {
    if (p.kind == PartKind::kCell || p.kind == PartKind::kGroup) before.push_back(p);
  }
  for (const PartInfo& p : describe(none)) {
    if (p.kind == PartKind::kCell || p.kind == PartKind::kGroup) after.push_back(p);
  }
  assert_int_equal(before.size(), after.size());
  for (size_t i = 0; i < before.size(); ++i) {
    assert_memory_equal(file.data() + before[i].offset, none.data() + after[i].offset, before[i].size);
  }
  const Bytes again =
      rewrite(none, {Section{kSectionIcc, 0, span_of(s.sections[0].payload)},
                     Section{kSectionText, kSectionSafeToCopy, span_of(s.sections[1].payload)}});
  assert_int_equal(again.size(), file.size());
  assert_memory_equal(again.data(), file.data(), file.size());
}

void test_rewrite_compact(void**) {
  const Sample s = one_program_sample(30);
  const Bytes file = s.write();
  const Bytes same = rewrite(file, {});
  assert_int_equal(same.size(), file.size());
  assert_memory_equal(same.data(), file.data(), file.size());
  const Bytes xmp = {1, 2, 3};
  const Bytes full = rewrite(file, {Section{kSectionXmp, 0, span_of(xmp)}});
  assert_int_equal(full[4], 0x8F);
  assert_same(s, full, 1);
  assert_int_equal(rewrite(full, {})[4], 0x8F);
}

void test_rewrite_refuses_damage(void**) {
  Sample s = six_cell_sample();
  const Bytes file = s.write();
  for (const PartInfo& p : describe(file)) {
    Bytes hurt = file;
    hurt[p.offset + p.size / 2] ^= 4;
    const bool lost = p.kind == PartKind::kCell || (p.kind == PartKind::kSection && p.number == 2);
    rewrite(hurt, {}, false, lost ? Code::kCrc : Code::kOk);
  }
}

Status try_write(const Parts& parts) {
  Memory memory;
  Vector<uint8_t> out(memory);
  const Status status = write_container(parts, &out);
  assert_true(status.ok() || out.empty());
  return status;
}

void test_writer_refuses(void**) {
  const Bytes blob(10, 1);
  const ByteSpan span = span_of(blob);
  Parts good;
  good.header = one_program_sample(1).header;
  good.image_program = span;
  assert_true(try_write(good).ok());

  const auto expect = [&](Code code, void (*change)(Parts*)) {
    Parts parts = good;
    change(&parts);
    assert_int_equal(try_write(parts).value(), static_cast<int32_t>(code));
  };
  expect(Code::kInvalidArgument, [](Parts* p) { p->header.geometry.width = 0; });
  expect(Code::kInvalidArgument, [](Parts* p) { p->header.geometry.height = 65536; });
  expect(Code::kInvalidArgument, [](Parts* p) { p->header.geometry.tile = 31; });
  expect(Code::kInvalidArgument, [](Parts* p) { p->header.geometry.overlap = 129; });
  expect(Code::kInvalidArgument, [](Parts* p) { p->header.geometry.cell = 64; });
  expect(Code::kInvalidArgument, [](Parts* p) { p->header.geometry.group_rows = 256; });
  expect(Code::kInvalidArgument, [](Parts* p) { p->header.chroma_step32 = 7; });
  expect(Code::kInvalidArgument, [](Parts* p) { p->header.depth = 9; });
  expect(Code::kUnsupported, [](Parts* p) { p->header.depth = 10; });
  expect(Code::kUnsupported, [](Parts* p) { p->header.tools = 1u << 15; });
  expect(Code::kInvalidArgument, [](Parts* p) { p->header.has_image_program = false; });
  expect(Code::kInvalidArgument, [](Parts* p) { p->header.has_tile_programs = true; });
  expect(Code::kInvalidArgument, [](Parts* p) { p->header.step16 = 1; });
  expect(Code::kLimit, [](Parts* p) { p->header.geometry.width = p->header.geometry.height = 65535; });

  const auto sections = [&](Code code, std::vector<Section> list) {
    Parts parts = good;
    parts.sections = Span<const Section>(list.data(), list.size());
    assert_int_equal(try_write(parts).value(), static_cast<int32_t>(code));
  };
  sections(Code::kOk, {{kSectionText, 0, span}, {kSectionText, 0, span}, {kSectionNote, 0, span}});
  sections(Code::kInvalidArgument, {{kSectionIcc, 0, span}, {kSectionIcc, 0, span}});
  sections(Code::kInvalidArgument, {{kSectionExif, 0, span}, {kSectionExif, 0, span}});
  sections(Code::kInvalidArgument, {{kSectionXmp, 0, span}, {kSectionXmp, 0, span}});
  sections(Code::kInvalidArgument, {{kSectionNote, 4, span}});
  sections(Code::kUnsupported, {{fourcc('q', 'q', 'q', 'q'), kSectionCritical, span}});
  sections(Code::kLimit, std::vector<Section>(1025, Section{kSectionNote, 0, span}));
}

void test_text_is_utf8(void**) {
  const struct {
    Bytes text;
    bool good;
  } rows[] = {
      {{}, true},
      {{0x7F}, true},
      {{0x80}, false},
      {{0xC1, 0xBF}, false},
      {{0xC2, 0x80}, true},
      {{0xC2}, false},
      {{0xC2, 0x41}, false},
      {{0xE0, 0x9F, 0xBF}, false},
      {{0xE0, 0xA0, 0x80}, true},
      {{0xED, 0x9F, 0xBF}, true},
      {{0xED, 0xA0, 0x80}, false},
      {{0xEF, 0xBF}, false},
      {{0xF0, 0x8F, 0xBF, 0xBF}, false},
      {{0xF0, 0x90, 0x80, 0x80}, true},
      {{0xF4, 0x8F, 0xBF, 0xBF}, true},
      {{0xF4, 0x90, 0x80, 0x80}, false},
      {{0xF5, 0x80, 0x80, 0x80}, false},
      {{0xF0, 0x90, 0x80, 0x41}, false},
  };
  for (const auto& row : rows) {
    const Section section = {kSectionText, 0, span_of(row.text)};
    Parts parts;
    parts.header = one_program_sample(1).header;
    parts.sections = Span<const Section>(&section, 1);
    assert_int_equal(try_write(parts).value(),
                     static_cast<int32_t>(row.good ? Code::kOk : Code::kInvalidArgument));
  }
}

// Readers do not check text, so a file of another writer may hold any; a rewrite carries it over.
void test_rewrite_keeps_foreign_text(void**) {
  const Bytes foreign = {'n', 0xE6, '\t'}, icc = {1, 2, 3};
  Sample sample = one_program_sample(1);
  sample.sections.push_back(OwnedSection{kSectionNote, 0, icc});
  const Bytes file = sample.write();
  Memory memory;
  ContainerReader reader(memory);
  assert_true(reader.open(span_of(file), Limits(), true).ok());
  Vector<uint8_t> with_text(memory), again(memory);
  const Section text = {kSectionText, 0, span_of(foreign)};
  assert_true(rewrite_sections(reader, Span<const Section>(&text, 1), &with_text).ok());
  assert_true(reader.open(ByteSpan(with_text.data(), with_text.size()), Limits(), true).ok());
  Section both[2] = {{kSectionIcc, 0, span_of(icc)}, Section()};
  assert_true(reader.section(0, &both[1]).ok());
  assert_true(rewrite_sections(reader, Span<const Section>(both, 2), &again).ok());
  assert_true(reader.open(ByteSpan(again.data(), again.size()), Limits(), true).ok());
  Section found;
  assert_true(reader.section(1, &found).ok());
  assert_int_equal(found.type, kSectionText);
  assert_int_equal(found.payload.size, foreign.size());
  assert_memory_equal(found.payload.data, foreign.data(), foreign.size());
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_geometries),
      cmocka_unit_test(test_extreme_headers),
      cmocka_unit_test(test_compact_overhead),
      cmocka_unit_test(test_compact_boundary),
      cmocka_unit_test(test_backup_rule),
      cmocka_unit_test(test_peek),
      cmocka_unit_test(test_grease),
      cmocka_unit_test(test_rewrite_keeps),
      cmocka_unit_test(test_rewrite_compact),
      cmocka_unit_test(test_rewrite_refuses_damage),
      cmocka_unit_test(test_writer_refuses),
      cmocka_unit_test(test_text_is_utf8),
      cmocka_unit_test(test_rewrite_keeps_foreign_text),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
