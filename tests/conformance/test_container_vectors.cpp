// Holds the container reader against the verdicts of a second reader (container_model.py) that was written
// from the document. The argument is the file that make_container_vectors.py wrote.
#include <cstdio>
#include <cstring>

#include "format/byte_io.h"
#include "format/crc.h"
#include "support/cmocka_cpp.h"
#include "support/format_fixture.h"

using namespace pc15;
using namespace pc15::format;
using namespace pc15_test;

namespace {

const char* g_path = nullptr;

Bytes load(const char* path) {
  std::FILE* f = std::fopen(path, "rb");
  assert_non_null(f);
  Bytes all;
  uint8_t block[65536];
  for (size_t n = 1; n > 0;) {
    n = std::fread(block, 1, sizeof(block), f);
    all.insert(all.end(), block, block + n);
  }
  std::fclose(f);
  return all;
}

void dump_header(const StreamHeader& h, Vector<uint8_t>* out) {
  const normative::Geometry& g = h.geometry;
  for (const int32_t v : {g.width, g.height, g.tile, g.overlap, g.cell, g.group_rows}) append_le(out, v);
  append_le(out, static_cast<uint32_t>(h.color));
  append_le(out, uint32_t{h.alpha});
  append_le(out, uint32_t{h.step16});
  append_le(out, uint32_t{h.chroma_step32});
  append_le(out, uint32_t{h.table_set});
  append_le(out, features_of(h));
  append_le(out, h.seed);
  append_le(out, h.content_id);
}

// The same bytes as File.digest() of the model.
uint32_t digest(const ContainerReader& reader, Memory& memory) {
  Vector<uint8_t> out(memory);
  out.push_back(reader.form() == Form::kCompact);
  out.push_back(reader.damaged());
  dump_header(reader.header(), &out);
  for (uint32_t i = 0; i < reader.section_count(); ++i) {
    Section s;
    assert_true(reader.section_entry(i, &s).ok());
    const Status status = reader.section(i, &s);
    append_le(&out, s.type);
    append_le(&out, s.flags);
    append_le(&out, status.value());
    append_le(&out, static_cast<uint32_t>(s.payload.size));
    append_bytes(&out, s.payload);
  }
  const RecordCounts counts(reader.header());
  for (uint64_t r = 0; r < counts.total(); ++r) {
    ByteSpan payload;
    const Status status = r < counts.image ? reader.image_program(&payload)
                          : r < counts.programs()
                              ? reader.group(static_cast<uint32_t>(r - counts.image), &payload)
                              : reader.cell(static_cast<uint32_t>(r - counts.programs()), &payload);
    append_le(&out, status.value());
    append_le(&out, static_cast<uint32_t>(payload.size));
    append_bytes(&out, payload);
  }
  return crc32_of(ByteSpan(out.data(), out.size()));
}

void test_vectors(void**) {
  const Bytes all = load(g_path);
  size_t at = 0;
  uint32_t count = 0, wrong = 0;
  while (at < all.size()) {
    const uint16_t name_size = load_le<uint16_t>(&all[at]);
    const std::vector<char> name(all.begin() + static_cast<std::ptrdiff_t>(at) + 2,
                                 all.begin() + static_cast<std::ptrdiff_t>(at) + 2 + name_size);
    at += 2u + name_size;
    const uint32_t size = load_le<uint32_t>(&all[at]);
    // An exact copy, so that a sanitizer sees every read beyond the file.
    const Bytes file(all.begin() + static_cast<std::ptrdiff_t>(at) + 4,
                     all.begin() + static_cast<std::ptrdiff_t>(at) + 4 + size);
    at += 4u + size;
    const int32_t expected[2] = {load_le<int32_t>(&all[at]), load_le<int32_t>(&all[at + 4])};
    const uint32_t expected_digest = load_le<uint32_t>(&all[at + 8]);
    at += 12;
    ++count;
    for (int tolerant = 0; tolerant < 2; ++tolerant) {
      Memory memory;
      ContainerReader reader(memory);
      const Status status = reader.open(span_of(file), Limits(), tolerant == 0);
      const bool same = status.value() == expected[tolerant] &&
                        (!status.ok() || expected[1] != 0 || digest(reader, memory) == expected_digest);
      if (same) continue;
      char text[200];
      status.print(text, sizeof(text));
      print_error("%.*s (%u bytes), tolerant %d: model says %d, reader %d: %s\n",
                  static_cast<int>(name.size()), name.data(), size, tolerant, expected[tolerant],
                  status.value(), text);
      ++wrong;
    }
  }
  assert_true(count >= 1000);
  assert_int_equal(wrong, 0);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  g_path = argv[1];
  const CMUnitTest tests[] = {cmocka_unit_test(test_vectors)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
