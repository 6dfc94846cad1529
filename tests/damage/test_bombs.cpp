// Small files and texts that announce much: each is refused with its exact status by every call that reads,
// before 1 MiB has been allocated and within a tenth of a second.
#include <chrono>
#include <cstring>
#include <string>

#include "format/byte_io.h"
#include "format/crc.h"
#include "pc15.h"
#include "support/cmocka_cpp.h"
#include "support/format_fixture.h"

using namespace pc15;
using namespace pc15::format;
using namespace pc15_test;

namespace {

constexpr uint64_t kMost = uint64_t{1} << 20;
constexpr double kSeconds = 0.1;

struct Bomb {
  std::string name;
  Bytes bytes;
  pc15_status strict;
};

uint64_t g_live, g_peak;

void* allocate(void*, size_t size) {
  size_t* block = static_cast<size_t*>(std::malloc(size + 16));
  if (block == nullptr) return nullptr;
  *block = size;
  g_live += size;
  g_peak = std::max(g_peak, g_live);
  return block + 2;
}
void release(void*, void* pointer) {
  size_t* block = static_cast<size_t*>(pointer) - 2;
  g_live -= *block;
  std::free(block);
}

Bytes varints(std::initializer_list<uint64_t> values) {
  Bytes out;
  for (uint64_t v : values) {
    for (; v >= 128; v >>= 7) out.push_back(static_cast<uint8_t>(v | 128));
    out.push_back(static_cast<uint8_t>(v));
  }
  return out;
}

StreamHeader picture(int32_t width, int32_t height) {
  StreamHeader h;
  h.geometry = {width, height, 256, 24, 256, 4};
  return h;
}

// A compact file of these bytes after the flags; its CRC is right.
Bytes compact(uint8_t flags, const Bytes& rest) {
  Bytes out;
  for (const int byte : {0x50, 0x43, 0x31, 0x35, 0xF0, 3, int{flags}})
    out.push_back(static_cast<uint8_t>(byte));
  for (const uint8_t byte : rest) out.push_back(byte);
  const uint32_t crc = crc32_of(span_of(out));
  for (int i = 0; i < 4; ++i) out.push_back(static_cast<uint8_t>(crc >> (8 * i)));
  return out;
}

void add_pictures(std::vector<Bomb>* bombs) {
  const int32_t sides[][2] = {{65535, 65535}, {65535, 8193}, {8193, 65535}, {32768, 16385}, {23171, 23171}};
  for (const auto& s : sides) {
    const std::string size = std::to_string(s[0]) + "x" + std::to_string(s[1]);
    StreamHeader h = picture(s[0], s[1]);
    bombs->push_back({size, with_index(h, varints({0}), 200, 200), PC15_ERROR_LIMIT});
    h.step16 = 1;
    h.geometry.cell = 128;
    bombs->push_back({size + " cells", with_index(h, varints({0}), 200, 200), PC15_ERROR_LIMIT});
    h.has_tile_programs = true;
    h.geometry.tile = 32;
    h.geometry.overlap = 16;
    h.geometry.group_rows = 1;
    bombs->push_back({size + " tiles", with_index(h, varints({0}), 200, 200), PC15_ERROR_LIMIT});
    const uint64_t w = static_cast<uint64_t>(s[0]), t = static_cast<uint64_t>(s[1]);
    bombs->push_back({size + " compact", compact(0, varints({w, t})), PC15_ERROR_LIMIT});
    bombs->push_back({size + " compact tiles", compact(0x10, varints({w, t, 0, 0})), PC15_ERROR_LIMIT});
  }
  // Within the limits, but without the records that the geometry asks for.
  for (const int32_t cell : {128, 256, 512}) {
    StreamHeader h = picture(65535, 8192);
    h.step16 = 1;
    h.geometry.cell = cell;
    bombs->push_back(
        {"cells " + std::to_string(cell), with_index(h, varints({0, 0}), 106, 106), PC15_ERROR_CORRUPT});
  }
  StreamHeader h = picture(8192, 65535);
  h.has_tile_programs = h.has_image_program = true;
  h.geometry.tile = 32;
  h.geometry.overlap = 16;
  h.geometry.group_rows = 1;
  bombs->push_back({"groups", with_index(h, varints({0, 0}), 106, 106), PC15_ERROR_CORRUPT});
}

void add_indexes(std::vector<Bomb>* bombs) {
  const StreamHeader h = picture(64, 64);
  const auto add = [&](const std::string& name, const Bytes& index, pc15_status status) {
    const uint64_t size = 64 + index.size() + 4 + 36;
    bombs->push_back({name, with_index(h, index, size, static_cast<size_t>(size)), status});
  };
  for (int bit = 11; bit < 64; bit += 6) {
    add("sections 2^" + std::to_string(bit), varints({uint64_t{1} << bit, 0}), PC15_ERROR_LIMIT);
  }
  add("sections without entries", varints({1024}), PC15_ERROR_CORRUPT);
  add("a section of 4 GiB", {1, 'N', 'O', 'T', 'E', 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0, 0, 0},
      PC15_ERROR_LIMIT);
  add("a section of 64 MiB", {1, 'N', 'O', 'T', 'E', 0, 0x80, 0x80, 0x80, 0x20, 0, 0, 0, 0},
      PC15_ERROR_CORRUPT);
  add("a profile of 2^31", {1, 'I', 'C', 'C', 'P', 0, 0x80, 0x80, 0x80, 0x80, 0x08, 0, 0, 0, 0},
      PC15_ERROR_LIMIT);
  add("own tables of 1 GiB", {1, 'T', 'A', 'B', 'L', 1, 0x80, 0x80, 0x80, 0x80, 0x04, 0, 0, 0, 0},
      PC15_ERROR_LIMIT);
  StreamHeader cells = picture(64, 64);
  cells.step16 = 1;
  const Bytes sizes = varints({0, 0xFFFFFFFF});
  const uint64_t size = 64 + sizes.size() + 4 + 36;
  bombs->push_back(
      {"a cell of 4 GiB", with_index(cells, sizes, size, static_cast<size_t>(size)), PC15_ERROR_CORRUPT});
  bombs->push_back(
      {"a file of 2^40", with_index(cells, sizes, uint64_t{1} << 40, 300), PC15_ERROR_TRUNCATED});
  bombs->push_back({"a file of 2^64", with_index(cells, sizes, ~uint64_t{0}, 300), PC15_ERROR_TRUNCATED});
}

bool as_expected(pc15_status got, pc15_status expected, const char* call, const Bomb& bomb) {
  if (got == expected && g_peak <= kMost) return true;
  print_error("%s, %s: %s, expected %s; %llu bytes\n", bomb.name.c_str(), call, pc15_status_name(got),
              pc15_status_name(expected), static_cast<unsigned long long>(g_peak));
  return false;
}

bool refused_everywhere(pc15_decoder* d, const Bomb& bomb) {
  const uint8_t* data = bomb.bytes.data();
  const size_t size = bomb.bytes.size();
  pc15_buffer* buffer = nullptr;
  bool good = true;
  g_peak = g_live;
  const auto call = [&](const char* name, pc15_status got) {
    good = as_expected(got, bomb.strict, name, bomb) && good;
    assert_null(buffer);
    pc15_decoder_reset(d);
  };
  call("open", pc15_decoder_open(d, data, size));
  call("decode", pc15_decode_image_buffer(d, data, size, 0, nullptr, &buffer));
  call("verify", pc15_verify(d, data, size));
  call("metadata", pc15_metadata_replace(d, data, size, PC15_METADATA_ICC, data, 1, &buffer));
  call("text", pc15_program_disassemble(d, data, size, &buffer));
  // Whatever a tolerant reader makes of it, it stays small.
  pc15_decoder_set_param(d, PC15_PARAM_TOLERANT, 1);
  const pc15_status tolerant = pc15_decoder_open(d, data, size);
  good = good && tolerant < 0 && g_peak <= kMost;
  pc15_decoder_reset(d);
  const pc15_status repaired = pc15_repair(d, data, size, nullptr, &buffer);
  good = good && repaired < 0 && g_peak <= kMost;
  pc15_decoder_reset(d);
  pc15_decoder_set_param(d, PC15_PARAM_TOLERANT, 0);
  return good;
}

void test_files(void**) {
  std::vector<Bomb> bombs;
  add_pictures(&bombs);
  add_indexes(&bombs);
  assert_true(bombs.size() >= 40);
  pc15_allocator allocator = {};
  allocator.struct_size = sizeof(allocator);
  allocator.allocate = allocate;
  allocator.release = release;
  pc15_decoder* d = nullptr;
  assert_int_equal(pc15_decoder_create(&allocator, &d), PC15_OK);
  int bad = 0;
  for (const Bomb& bomb : bombs) {
    const auto start = std::chrono::steady_clock::now();
    bad += refused_everywhere(d, bomb) ? 0 : 1;
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    if (spent.count() > kSeconds) print_error("%s: %.3f s\n", bomb.name.c_str(), spent.count());
  }
  pc15_decoder_destroy(d);
  print_message("%zu bombs\n", bombs.size());
  assert_int_equal(bad, 0);
  assert_int_equal(g_live, 0);
}

// A picture at the limit of the library is a matter of the caller's limits, not of the file.
void test_limits_of_the_caller(void**) {
  const char text[] = "picture 65535x8192";
  pc15_decoder* d = nullptr;
  pc15_allocator allocator = {};
  allocator.struct_size = sizeof(allocator);
  allocator.allocate = allocate;
  allocator.release = release;
  assert_int_equal(pc15_decoder_create(&allocator, &d), PC15_OK);
  pc15_buffer *file = nullptr, *pixels = nullptr;
  assert_int_equal(pc15_program_assemble(d, text, sizeof(text) - 1, &file), PC15_OK);
  assert_int_equal(pc15_decoder_set_param(d, PC15_PARAM_MAX_MEMORY, kMost), PC15_OK);
  g_peak = g_live;
  const pc15_status status =
      pc15_decode_image_buffer(d, pc15_buffer_data(file), pc15_buffer_size(file), 0, nullptr, &pixels);
  assert_int_equal(status, PC15_ERROR_LIMIT);
  assert_true(g_peak <= kMost);
  pc15_buffer_free(file);
  pc15_decoder_destroy(d);
}

// Words are kept as a list: memory in proportion to the text.
void test_texts(void**) {
  std::string nested = "picture 9x9 image ", chain = "picture 9x9\n";
  for (int i = 0; i < 200000; ++i) nested += "{";
  for (int i = 0; i < 5000; ++i)
    chain += "program p" + std::to_string(i) + " p" + std::to_string(i + 1) + "\n";
  const std::string texts[] = {nested,
                               chain,
                               "picture 65536x1",
                               "picture 65535x65535",
                               "picture 9x9 seed " + std::string(100000, '9'),
                               "picture 9x9 image { field " + std::string(100000, '1') + " }"};
  pc15_allocator allocator = {};
  allocator.struct_size = sizeof(allocator);
  allocator.allocate = allocate;
  allocator.release = release;
  for (const std::string& text : texts) {
    pc15_decoder* d = nullptr;
    pc15_buffer* file = nullptr;
    assert_int_equal(pc15_decoder_create(&allocator, &d), PC15_OK);
    g_peak = g_live;
    const pc15_status s = pc15_program_assemble(d, text.data(), text.size(), &file);
    if (s >= 0 || g_peak > kMost + 64 * text.size()) {
      print_error("'%.30s...': %s, %llu bytes\n", text.c_str(), pc15_status_name(s),
                  static_cast<unsigned long long>(g_peak));
      assert_true(false);
    }
    pc15_decoder_destroy(d);
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {cmocka_unit_test(test_files), cmocka_unit_test(test_limits_of_the_caller),
                              cmocka_unit_test(test_texts)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
