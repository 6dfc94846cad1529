// Models that travel in files: table sets, integer codebooks, the sections that carry them, and hostile ones.
#include "support/cmocka_cpp.h"

#include <cmath>
#include <string>
#include <vector>

#include "dec/model_store.h"
#include "entropy/file_tables.h"
#include "entropy/int_codebook.h"
#include "support/format_fixture.h"

namespace {

using namespace pc15;
using namespace pc15::entropy;
using pc15_test::Bytes;
using pc15_test::Random;

constexpr size_t kModels = size_t{kFamilies} * kModelCount;

std::string text_of(const Status& status) {
  char text[256];
  status.print(text, sizeof(text));
  return text;
}
void refuses(const Status& status, Code code, const char* part) {
  const bool right = status.code() == code && text_of(status).find(part) != std::string::npos;
  if (!right) print_error("%d '%s' lacks '%s'\n", status.value(), text_of(status).c_str(), part);
  assert_true(right);
}

FileTables tables_of(Memory& memory, const std::vector<ModelChange>& changes, int32_t base = 2,
                     int32_t step16 = 400) {
  FileTables tables(memory);
  assert_true(
      make_tables(base, step16, Span<const ModelChange>(changes.data(), changes.size()), &tables).ok());
  return tables;
}

std::vector<ModelChange> random_changes(uint32_t seed, uint32_t one_in) {
  Random random(seed);
  std::vector<ModelChange> changes(kModels);
  for (size_t i = 0; i < kModels; ++i) {
    const int32_t size =
        model_size(static_cast<int32_t>(i) / kModelCount, static_cast<int32_t>(i) % kModelCount);
    if (random.below(one_in) != 0) continue;
    changes[i].changed = true;
    changes[i].age = static_cast<uint8_t>(random.below(3));
    const uint32_t spread = random.below(8) == 0 ? 49 : 9;
    for (int32_t s = 0; s < size; ++s) {
      changes[i].ratio[s] = static_cast<int8_t>(static_cast<int32_t>(random.below(2 * spread - 1)) -
                                                static_cast<int32_t>(spread) + 1);
    }
  }
  return changes;
}

// What 6.2 demands of a model.
bool valid(const CellModels& models, int32_t family) {
  const AdaptiveCdf* m = model_array(&models);
  for (int32_t i = 0; i < kModelCount; ++i) {
    if (m[i].size != model_size(family, i) || m[i].count > kCountMax) return false;
    for (int32_t j = 0; j < kMaxSymbols; ++j) {
      const int32_t before = j == 0 ? 0 : m[i].lane[j - 1];
      if (j < m[i].size - 1 ? m[i].lane[j] <= before : m[i].lane[j] != 32767) return false;
    }
  }
  return true;
}

void unchanged_sets_are_the_frozen_ones(void**) {
  Memory memory;
  for (int32_t set = 0; set < kTableSets; ++set) {
    const FileTables tables = tables_of(memory, std::vector<ModelChange>(kModels), set);
    assert_true(tables.payload.size() < 60);
    for (int32_t family = 0; family < kFamilies; ++family) {
      CellModels frozen;
      init_models(family, set, &frozen);
      assert_memory_equal(&frozen, &tables.models[static_cast<size_t>(family)], sizeof(frozen));
    }
  }
}

void changed_sets_come_back(void**) {
  Memory memory;
  for (uint32_t seed = 0; seed < 60; ++seed) {
    const std::vector<ModelChange> changes = random_changes(seed, 1 + seed % 5);
    const FileTables tables = tables_of(memory, changes, static_cast<int32_t>(seed % kTableSets));
    FileTables again(memory);
    assert_true(parse_tables(ByteSpan(tables.payload.data(), tables.payload.size()), 0, &again).ok());
    assert_int_equal(again.step16, 400);
    assert_int_equal(again.base, seed % kTableSets);
    for (int32_t family = 0; family < kFamilies; ++family) {
      const CellModels& made = again.models[static_cast<size_t>(family)];
      assert_true(valid(made, family));
      assert_memory_equal(&made, &tables.models[static_cast<size_t>(family)], sizeof(CellModels));
      CellModels frozen;
      init_models(family, again.base, &frozen);
      for (int32_t i = 0; i < kModelCount; ++i) {
        const bool changed = changes[static_cast<size_t>(family * kModelCount + i)].changed;
        const AdaptiveCdf &a = model_array(&frozen)[i], &b = model_array(&made)[i];
        if (!changed) assert_memory_equal(&a, &b, sizeof(a));
      }
    }
  }
}

// Against real numbers: frequencies times 2^(ratio / 4), normalised.
void ratios_multiply_frequencies(void**) {
  Memory memory;
  const std::vector<ModelChange> changes = random_changes(5, 2);
  const FileTables tables = tables_of(memory, changes, 1);
  constexpr int32_t kAges[] = {0, 12, 32};
  for (int32_t family = 0; family < kFamilies; ++family) {
    CellModels frozen;
    init_models(family, 1, &frozen);
    for (int32_t i = 0; i < kModelCount; ++i) {
      const ModelChange& change = changes[static_cast<size_t>(family * kModelCount + i)];
      const AdaptiveCdf &a = model_array(&frozen)[i],
                        &b = model_array(&tables.models[static_cast<size_t>(family)])[i];
      if (!change.changed) continue;
      assert_int_equal(b.count, kAges[change.age]);
      double weight[kMaxSymbols], total = 0;
      for (int32_t s = 0; s < a.size; ++s) {
        weight[s] = (cdf_end(a, s) - cdf_start(a, s)) * std::exp2(change.ratio[s] / 4.0);
        total += weight[s];
      }
      for (int32_t s = 0; s < a.size; ++s) {
        const double expected = 1 + weight[s] / total * (32768 - a.size);
        assert_true(std::fabs(cdf_end(b, s) - cdf_start(b, s) - expected) <= 2 + expected * 2e-3);
      }
    }
  }
}

// A stream that decodes is a valid set; any other is refused in its place, and nothing is kept of it.
void hostile_tables_are_refused(void**) {
  Memory memory;
  const FileTables good = tables_of(memory, random_changes(9, 3));
  const Bytes payload(good.payload.begin(), good.payload.end());
  FileTables out(memory);
  for (size_t size = 0; size < payload.size(); ++size) {
    const Status status = parse_tables(ByteSpan(payload.data(), size), 1000, &out);
    refuses(status, size < 4 ? Code::kTruncated : Code::kCorrupt, "byte 1000");
  }
  Random random(4);
  int accepted = 0;
  for (int round = 0; round < 3000; ++round) {
    Bytes broken = payload;
    const size_t at = 4 + random.below(static_cast<uint32_t>(broken.size()) - 4);
    broken[at] = static_cast<uint8_t>(broken[at] ^ (1u << random.below(8)));
    FileTables parsed(memory);
    if (!parse_tables(pc15_test::span_of(broken), 0, &parsed).ok()) {
      assert_true(parsed.models.empty() && parsed.payload.empty());
      continue;
    }
    ++accepted;
    for (int32_t f = 0; f < kFamilies; ++f) assert_true(valid(parsed.models[static_cast<size_t>(f)], f));
  }
  assert_true(accepted < 1000);  // mostly raw bits: the state has to come back to its start
  const struct {
    size_t at;
    uint8_t value;
    Code code;
    const char* part;
  } kHeads[] = {{0, 2, Code::kUnsupported, "version 2 at byte 7"},
                {0, 0, Code::kUnsupported, "version 0"},
                {1, 5, Code::kCorrupt, "set 5"},
                {1, 255, Code::kCorrupt, "set 255"}};
  for (const auto& head : kHeads) {
    Bytes broken = payload;
    broken[head.at] = head.value;
    refuses(parse_tables(pc15_test::span_of(broken), 7, &out), head.code, head.part);
  }
  Bytes zero = payload;
  zero[2] = zero[3] = 0;
  refuses(parse_tables(pc15_test::span_of(zero), 7, &out), Code::kCorrupt, "step of 0");
  Bytes longer = payload;
  longer.insert(longer.end(), 2, 0);
  refuses(parse_tables(pc15_test::span_of(longer), 7, &out), Code::kCorrupt, "byte 7");
  longer.resize(kMaxTablesBytes + 1);
  refuses(parse_tables(pc15_test::span_of(longer), 7, &out), Code::kCorrupt, "65537 bytes");
  assert_true(out.models.empty());
}

void the_nearest_step_is_chosen(void**) {
  Memory memory;
  Vector<FileTables> sets(memory);
  const std::vector<ModelChange> none(kModels);
  for (const int32_t step : {100, 400, 1600}) sets.push_back(tables_of(memory, none, 0, step));
  const Span<const FileTables> all(sets.data(), sets.size());
  assert_null(nearest_tables(Span<const FileTables>(), 5));
  assert_int_equal(nearest_tables(all, 1)->step16, 100);
  assert_int_equal(nearest_tables(all, 199)->step16, 100);
  assert_int_equal(nearest_tables(all, 200)->step16, 100);  // as near to both: the first
  assert_int_equal(nearest_tables(all, 202)->step16, 400);
  assert_int_equal(nearest_tables(all, 65535)->step16, 1600);
}

IntCodebook codebook_of(Memory& memory, uint8_t id, int32_t entries, int32_t dims, uint32_t seed) {
  Random random(seed);
  IntCodebook book(memory);
  book.id = id;
  book.entries = entries;
  book.dims = dims;
  for (int32_t i = 0; i < entries * dims; ++i) {
    const uint32_t r = random.next();
    book.values.push_back(static_cast<int16_t>(r % 7 == 0   ? static_cast<int32_t>(r >> 16) - 32768
                                               : r % 7 == 1 ? (r & 64 ? 32767 : -32768)
                                                            : static_cast<int32_t>(r >> 8 & 15)));
  }
  return book;
}

Bytes stored(const IntCodebook& book, Memory& memory) {
  Vector<uint8_t> out(memory);
  assert_true(append_codebook(book, &out).ok());
  return Bytes(out.begin(), out.end());
}

void codebooks_come_back(void**) {
  Memory memory;
  const int32_t kShapes[][2] = {{1, 1}, {64, 4}, {256, 8}, {3, 8}, {256, 1}, {17, 5}};
  for (const auto& shape : kShapes) {
    for (uint32_t seed = 0; seed < 10; ++seed) {
      const IntCodebook book = codebook_of(memory, static_cast<uint8_t>(seed * 25), shape[0], shape[1], seed);
      const Bytes bytes = stored(book, memory);
      IntCodebook back(memory);
      assert_true(parse_codebook(pc15_test::span_of(bytes), 0, &back).ok());
      assert_true(back.id == book.id && back.entries == book.entries && back.dims == book.dims);
      assert_true(back.values == book.values);
      assert_true(bytes.size() <= kMaxCodebookBytes);
    }
  }
  IntCodebook smooth(memory);  // shapes as atoms have them: few distinct small numbers
  smooth.entries = 64;
  smooth.dims = 4;
  for (int32_t i = 0; i < 256; ++i)
    smooth.values.push_back(static_cast<int16_t>(i % 4 == 0 ? i / 96 : i / 16 % 8));
  assert_true(stored(smooth, memory).size() < 120);
}

void hostile_codebooks_are_refused(void**) {
  Memory memory;
  const Bytes bytes = stored(codebook_of(memory, 3, 40, 4, 8), memory);
  IntCodebook out(memory);
  for (size_t size = 0; size < bytes.size(); ++size) {
    refuses(parse_codebook(ByteSpan(bytes.data(), size), 55, &out),
            size < 4 ? Code::kTruncated : Code::kCorrupt, "byte 55");
  }
  const struct {
    size_t at;
    uint8_t value;
    Code code;
    const char* part;
  } kHeads[] = {{0, 3, Code::kUnsupported, "version 3"},
                {3, 0, Code::kCorrupt, "0 dimensions"},
                {3, 9, Code::kCorrupt, "9 dimensions"},
                {2, 40, Code::kCorrupt, "entry 40, dimension 0"},
                {2, 38, Code::kCorrupt, "last entry"}};
  for (const auto& head : kHeads) {
    Bytes broken = bytes;
    broken[head.at] = head.value;
    refuses(parse_codebook(pc15_test::span_of(broken), 0, &out), head.code, head.part);
  }
  Bytes longer = bytes;
  longer.resize(kMaxCodebookBytes + 1);
  refuses(parse_codebook(pc15_test::span_of(longer), 0, &out), Code::kCorrupt, "16385 bytes");
  Random random(2);
  for (int round = 0; round < 2000; ++round) {
    Bytes broken = bytes;
    broken[4 + random.below(static_cast<uint32_t>(broken.size()) - 4)] ^=
        static_cast<uint8_t>(1 + random.below(255));
    IntCodebook parsed(memory);
    if (!parse_codebook(pc15_test::span_of(broken), 0, &parsed).ok()) assert_true(parsed.values.empty());
  }
  assert_true(out.values.empty());
  for (const auto& shape : {std::pair<int32_t, int32_t>{0, 4}, {257, 4}, {4, 0}, {4, 9}}) {
    IntCodebook book(memory);
    book.entries = shape.first;
    book.dims = shape.second;
    book.values.assign(static_cast<size_t>(std::max(0, shape.first * shape.second)), 0);
    Vector<uint8_t> sink(memory);
    refuses(append_codebook(book, &sink), Code::kInvalidArgument, "allowed are 1...256 x 1...8");
    assert_true(sink.empty());
  }
}

// A grey picture of 8 x 8 without residual and programs, in the full form.
Status write(const std::vector<pc15_test::OwnedSection>& owned, Memory& memory, Bytes* file) {
  std::vector<format::Section> sections;
  for (const auto& s : owned) sections.push_back({s.type, s.flags, pc15_test::span_of(s.payload)});
  format::Parts parts;
  parts.header.geometry.width = parts.header.geometry.height = 8;
  parts.sections = Span<const format::Section>(sections.data(), sections.size());
  parts.allow_compact = false;
  Vector<uint8_t> out(memory);
  PC15_TRY(format::write_container(parts, &out));
  file->assign(out.begin(), out.end());
  return ok_status();
}

pc15_test::OwnedSection section(uint32_t type, const Bytes& payload,
                                uint32_t flags = format::kSectionCritical) {
  return {type, flags, payload};
}

void sections_of_models_have_rules(void**) {
  Memory memory;
  Bytes file;
  const Bytes a = {1, 2, 3}, b = {1, 2, 4};
  assert_true(
      write({section(format::kSectionTables, a), section(format::kSectionTables, a)}, memory, &file).ok());
  refuses(write({section(format::kSectionTables, a, 2)}, memory, &file), Code::kInvalidArgument,
          "not critical");
  refuses(write({section(format::kSectionCodebook, a, 0)}, memory, &file), Code::kInvalidArgument,
          "not critical");
  refuses(write({section(format::kSectionTables, a), section(format::kSectionTables, b)}, memory, &file),
          Code::kInvalidArgument, "section 1 holds other tables");
  refuses(write({section(format::kSectionTables, a), section(format::kSectionTables, a),
                 section(format::kSectionTables, a)},
                memory, &file),
          Code::kInvalidArgument, "section 2 repeats");
  std::vector<pc15_test::OwnedSection> many(32, section(format::kSectionCodebook, a));
  assert_true(write(many, memory, &file).ok());
  many.push_back(many[0]);
  refuses(write(many, memory, &file), Code::kInvalidArgument, "section 32 is one codebook more");
}

void metadata_is_replaced_around_models(void**) {
  Memory memory;
  Bytes file;
  const Bytes tables = {9, 9}, book = {8, 8, 8}, icc = {7}, text = {'x'};
  assert_true(write({section(format::kSectionTables, tables), section(format::kSectionIcc, icc, 2),
                     section(format::kSectionCodebook, book), section(format::kSectionTables, tables)},
                    memory, &file)
                  .ok());
  format::ContainerReader reader(memory), again(memory);
  assert_true(reader.open(pc15_test::span_of(file), format::Limits(), true).ok());
  const format::Section given{format::kSectionText, 2, pc15_test::span_of(text)};
  Vector<uint8_t> out(memory);
  assert_true(format::rewrite_sections(reader, Span<const format::Section>(&given, 1), &out).ok());
  assert_true(again.open(ByteSpan(out.data(), out.size()), format::Limits(), true).ok());
  const uint32_t kExpected[] = {format::kSectionText, format::kSectionTables, format::kSectionCodebook,
                                format::kSectionTables};
  assert_int_equal(again.section_count(), 4);
  for (uint32_t i = 0; i < 4; ++i) {
    format::Section s;
    assert_true(again.section(i, &s).ok());
    assert_int_equal(s.type, kExpected[i]);
  }
}

void the_store_hands_codebooks_out(void**) {
  Memory memory;
  const Bytes one = stored(codebook_of(memory, 1, 64, 4, 1), memory),
              other = stored(codebook_of(memory, 1, 64, 4, 2), memory),
              two = stored(codebook_of(memory, 2, 3, 2, 3), memory);
  const auto load = [&](const std::vector<Bytes>& books, bool tolerant, size_t damage,
                        dec::ModelStore* store) {
    std::vector<pc15_test::OwnedSection> sections;
    for (const Bytes& b : books) sections.push_back(section(format::kSectionCodebook, b));
    Bytes file;
    assert_true(write(sections, memory, &file).ok());
    format::ContainerReader reader(memory);
    if (damage != 0) {  // a byte of the first payload
      assert_true(reader.open(pc15_test::span_of(file), format::Limits(), true).ok());
      file[static_cast<size_t>(reader.section_offset(0)) + damage] ^= 1;
    }
    assert_true(reader.open(pc15_test::span_of(file), format::Limits(), !tolerant).ok());
    return store->load(reader, tolerant);
  };
  const IntCodebook* found = nullptr;
  for (const bool tolerant : {false, true}) {
    dec::ModelStore store(memory);
    assert_true(load({one, two, one}, tolerant, 0, &store).ok());
    assert_true(store.codebook(1, &found).ok());
    assert_true(found->values == codebook_of(memory, 1, 64, 4, 1).values);
    assert_int_equal(found->entry(63)[3], found->values[255]);
    assert_true(store.codebook(2, &found).ok());
    assert_int_equal(found->dims, 2);
    refuses(store.codebook(3, &found), Code::kNotFound, "codebook 3");
    assert_false(store.damaged());
    assert_null(store.tables());
    dec::ModelStore twins(memory);
    refuses(load({one, other}, tolerant, 0, &twins), Code::kCorrupt, "section 1 holds another codebook 1");
  }
  dec::ModelStore copy(memory), lost(memory), broken(memory), strict(memory);
  assert_true(load({one, two, one}, true, 20, &copy).ok());
  assert_true(copy.codebook(1, &found).ok());  // from the copy
  assert_true(load({one, two}, true, 20, &lost).ok());
  assert_true(lost.damaged());
  refuses(lost.codebook(1, &found), Code::kCrc, "codebook 1");
  assert_true(lost.codebook(2, &found).ok());
  Bytes bad = one;
  bad.pop_back();
  refuses(load({two, bad}, false, 0, &strict), Code::kCorrupt, "the codebook at byte");
  assert_true(load({two, bad}, true, 0, &broken).ok());
  refuses(broken.codebook(1, &found), Code::kCrc, "codebook 1");
}

}  // namespace

int main() {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(unchanged_sets_are_the_frozen_ones), cmocka_unit_test(changed_sets_come_back),
      cmocka_unit_test(ratios_multiply_frequencies),        cmocka_unit_test(hostile_tables_are_refused),
      cmocka_unit_test(the_nearest_step_is_chosen),         cmocka_unit_test(codebooks_come_back),
      cmocka_unit_test(hostile_codebooks_are_refused),      cmocka_unit_test(sections_of_models_have_rules),
      cmocka_unit_test(metadata_is_replaced_around_models), cmocka_unit_test(the_store_hands_codebooks_out),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
