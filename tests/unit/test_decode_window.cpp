// The window of a decode: any height of its steps, any number of threads and any region give the same pixels.
#include "support/cmocka_cpp.h"

#include <cstring>
#include <vector>

#include "dec/decode_job.h"
#include "pc15.h"

namespace {

using namespace pc15;  // NOLINT: the inside of the library is what is tested

struct Case {
  const char* name;
  int32_t format;
  uint32_t width, height;
  bool drawn;
  std::vector<std::pair<int32_t, int64_t>> params;
};

const Case kCases[] = {
    {"4:2:0", PC15_FORMAT_RGB, 141, 661, false, {{PC15_PARAM_PROCEDURAL, 0}}},
    {"4:4:4 with alpha", PC15_FORMAT_RGBA, 77, 523, false, {{PC15_PARAM_CHROMA, PC15_CHROMA_444}}},
    {"grey and grain",
     PC15_FORMAT_Y,
     150,
     530,
     false,
     {{PC15_PARAM_GRAIN, 100}, {PC15_PARAM_QUALITY, 30000}}},
    {"programs and residual",
     PC15_FORMAT_RGB,
     130,
     513,
     true,
     {{PC15_PARAM_EFFORT, 3}, {PC15_PARAM_TILE, 64}}},
    {"programs alone", PC15_FORMAT_RGB, 133, 700, true, {{PC15_PARAM_RESIDUAL, 0}, {PC15_PARAM_EFFORT, 3}}},
    {"lossless", PC15_FORMAT_RGBA, 131, 400, false, {{PC15_PARAM_LOSSLESS, 1}}},
};

// Waves and noise; drawn ones have flat stripes and sharp edges.
std::vector<uint8_t> draw(const Case& c) {
  std::vector<uint8_t> out;
  uint32_t state = 7;
  for (uint32_t y = 0; y < c.height; ++y) {
    for (uint32_t x = 0; x < c.width; ++x) {
      for (int32_t i = 0; i < c.format; ++i) {
        state = state * 1664525 + 1013904223;
        const uint32_t wave = (x * 3 + y * (2 + static_cast<uint32_t>(i))) / 4 % 200;
        out.push_back(static_cast<uint8_t>(c.drawn ? ((x + y) / 16 % 2) * 160 + 30 : wave + (state >> 27)));
      }
    }
  }
  return out;
}

std::vector<uint8_t> encode(const Case& c) {
  std::vector<uint8_t> pixels = draw(c), file(pixels.size() * 2 + 4096);
  pc15_encoder* encoder = nullptr;
  assert_int_equal(pc15_encoder_create(nullptr, &encoder), PC15_OK);
  pc15_encoder_set_param(encoder, PC15_PARAM_CELL, 128);
  pc15_encoder_set_param(encoder, PC15_PARAM_EFFORT, 1);
  for (const auto& p : c.params)
    assert_int_equal(pc15_encoder_set_param(encoder, p.first, p.second), PC15_OK);
  pc15_image image{};
  image.struct_size = sizeof(image);
  image.format = c.format;
  image.width = c.width;
  image.height = c.height;
  image.data = pixels.data();
  image.data_size = pixels.size();
  size_t size = 0;
  assert_int_equal(pc15_encode_image(encoder, &image, file.data(), file.size(), &size), PC15_OK);
  pc15_encoder_destroy(encoder);
  file.resize(size);
  return file;
}

// One decode of a region with steps of `units`.
std::vector<uint8_t> decode(const std::vector<uint8_t>& file, const Rect& region, dec::OutputFormat format,
                            int32_t units, int32_t threads) {
  Memory memory;
  format::ContainerReader reader(memory);
  assert_true(reader.open(ByteSpan(file), format::Limits(), true).ok());
  dec::ModelStore models(memory);
  assert_true(models.load(reader, false).ok());
  dec::ProgramStore programs(memory);
  ThreadPool pool(threads);
  Monitor monitor;
  Vector<dec::CellState> damage(memory, static_cast<size_t>(reader.header().geometry.cell_count()));
  const int64_t stride = int64_t{region.width} * dec::channel_count(format);
  std::vector<uint8_t> out(static_cast<size_t>(stride) * static_cast<size_t>(region.height), 0xA5);
  dec::DecodeJob job(reader, programs, models, false, region, false, memory);
  assert_true(job.run(dec::Output{out.data(), stride, format}, pool, monitor, &damage, units).ok());
  return out;
}

void expect_same(const Case& c, int32_t units, const std::vector<uint8_t>& a, const std::vector<uint8_t>& b) {
  if (a != b) print_error("%s, steps of %d\n", c.name, units);
  assert_true(a == b);
}

void expect_crop(const Case& c, const std::vector<uint8_t>& file, const std::vector<uint8_t>& whole,
                 const Rect& region) {
  const std::vector<uint8_t> part = decode(file, region, dec::OutputFormat::kRgb, 1, 1);
  const size_t row = static_cast<size_t>(region.width) * 3;
  for (int32_t y = 0; y < region.height; ++y) {
    const size_t at = (static_cast<size_t>(region.y + y) * c.width + static_cast<size_t>(region.x)) * 3;
    const bool same = std::memcmp(part.data() + row * static_cast<size_t>(y), whole.data() + at, row) == 0;
    if (!same)
      print_error("%s, region %d %d %d %d\n", c.name, region.x, region.y, region.width, region.height);
    assert_true(same);
  }
}

// Regions that begin or end at a superblock, or a pixel or two beside it, see all that the filters and the
// interpolation of colour take from the next one.
void test_regions_beside_superblocks(void**) {
  for (const Case& c : kCases) {
    const std::vector<uint8_t> file = encode(c);
    const Rect all{0, 0, static_cast<int32_t>(c.width), static_cast<int32_t>(c.height)};
    const std::vector<uint8_t> whole = decode(file, all, dec::OutputFormat::kRgb, 100, 1);
    for (int32_t x = 62; x <= 66; ++x) {
      for (int32_t y = 190; y <= 194; ++y) {
        expect_crop(c, file, whole, Rect{x, y, 1, 1});
        expect_crop(c, file, whole, Rect{x - 9, y - 9, 10, 10});
      }
      expect_crop(c, file, whole, Rect{5, 20, x - 5, 236});
    }
  }
}

void test_steps_change_nothing(void**) {
  for (const Case& c : kCases) {
    const std::vector<uint8_t> file = encode(c);
    const Rect whole{0, 0, static_cast<int32_t>(c.width), static_cast<int32_t>(c.height)};
    const Rect inside{19, 137, 51, whole.height - 200};
    for (const dec::OutputFormat f :
         {dec::OutputFormat::kY, dec::OutputFormat::kRgb, dec::OutputFormat::kRgba}) {
      const std::vector<uint8_t> one = decode(file, whole, f, 100, 1), part = decode(file, inside, f, 100, 1);
      for (const int32_t units : {1, 2, 3}) {
        expect_same(c, units, decode(file, whole, f, units, units), one);
        expect_same(c, units, decode(file, inside, f, units, units), part);
      }
      const size_t pixel = static_cast<size_t>(dec::channel_count(f));
      for (int32_t y = 0; y < inside.height; ++y) {
        const uint8_t* in = one.data() + (static_cast<size_t>(inside.y + y) * c.width + 19) * pixel;
        assert_memory_equal(part.data() + static_cast<size_t>(y) * 51 * pixel, in, 51 * pixel);
      }
    }
  }
}

// A file may name the tools of a residual that it does not have: 640 x 25 samples of the level 200, loop
// filter on.
void test_tools_without_a_residual(void**) {
  const std::vector<uint8_t> file = {
      0x50, 0x43, 0x31, 0x35, 0x8f, 0x0d, 0x0a, 0x1a, 0x0f, 0x03, 0x71, 0x07, 0x05, 0x00, 0x01, 0x00,
      0x80, 0x02, 0x00, 0x00, 0x19, 0x00, 0x00, 0x00, 0x00, 0x04, 0xc0, 0x00, 0x21, 0xb3, 0xb4, 0xa3,
      0xdd, 0x47, 0xaa, 0xa5, 0x2e, 0x91, 0xbf, 0xa4, 0x00, 0x00, 0x2e, 0x00, 0x8e, 0x00, 0x00, 0x00,
      0x5e, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00, 0x95, 0x87, 0x7f, 0x1f,
      0x00, 0x04, 0xe6, 0xd6, 0xb4, 0x46, 0x70, 0x51, 0x44, 0x1c, 0xbb, 0x11, 0x6a, 0xf5, 0xbb, 0x23,
      0x5e, 0xfb, 0x00, 0x00, 0x00, 0x00, 0x52, 0x3e, 0x8b, 0x19, 0x35, 0x31, 0x43, 0x50};
  const std::vector<uint8_t> rgb = decode(file, Rect{0, 0, 640, 25}, dec::OutputFormat::kRgb, 100, 1);
  for (const uint8_t v : rgb) assert_int_equal(v, 200);
}

}  // namespace

int main() {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_steps_change_nothing),
                                     cmocka_unit_test(test_regions_beside_superblocks),
                                     cmocka_unit_test(test_tools_without_a_residual)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
