// What the public interface says of a layer is what the text said; and cases of it that no other test
// reaches.
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "pc15.h"
#include "support/cmocka_cpp.h"

namespace {

using Bytes = std::vector<uint8_t>;

Bytes take(pc15_buffer* buffer) {
  Bytes bytes(pc15_buffer_data(buffer), pc15_buffer_data(buffer) + pc15_buffer_size(buffer));
  pc15_buffer_free(buffer);
  return bytes;
}

struct Decoder {
  pc15_decoder* handle = nullptr;
  Decoder() { assert_int_equal(pc15_decoder_create(nullptr, &handle), PC15_OK); }
  ~Decoder() { pc15_decoder_destroy(handle); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
};

Bytes assembled(const std::string& text) {
  Decoder d;
  pc15_buffer* file = nullptr;
  assert_int_equal(pc15_program_assemble(d.handle, text.data(), text.size(), &file), PC15_OK);
  return take(file);
}

double value_of(const pc15_layer_info& layer, const char* name) {
  for (uint32_t i = 0; i < layer.param_count; ++i) {
    pc15_generator_param param = {};
    param.struct_size = sizeof(param);
    assert_int_equal(pc15_generator_param_info(layer.generator, i, &param), PC15_OK);
    if (std::strcmp(param.name, name) == 0) return layer.params[i];
  }
  print_error("no parameter %s\n", name);
  assert_true(false);
  return 0;
}

pc15_layer_info layer_at(const Decoder& d, uint32_t tile, uint32_t number) {
  pc15_layer_info layer = {};
  layer.struct_size = sizeof(layer);
  assert_int_equal(pc15_decoder_layer_info(d.handle, tile, number, &layer), PC15_OK);
  return layer;
}

void layers_are_those_of_the_text(void**) {
  const Bytes file = assembled(
      "picture 200x100 ycc444\ngrid 128 overlap 0\n"
      "image { layer stripes(period=32px, angle=90deg) add (64, 10, -20) layer perlin seed -7 add 30 }\n"
      "tile 1 { layer dots(radius=3px) add 12.5 precision 2 layer copy image 0 add 7 }\n");
  const Decoder d;
  assert_int_equal(pc15_decoder_open(d.handle, file.data(), file.size()), PC15_OK);
  const pc15_layer_info stripes = layer_at(d, PC15_TILE_IMAGE, 0), perlin = layer_at(d, PC15_TILE_IMAGE, 1);
  assert_string_equal(pc15_generator_name(stripes.generator), "stripes");
  assert_int_equal(stripes.param_count, pc15_generator_param_count(stripes.generator));
  assert_true(std::fabs(value_of(stripes, "period") - 32) < 0.01);
  assert_true(std::fabs(value_of(stripes, "angle") - 90) < 0.01);
  assert_true(stripes.contrast[0] == 64 && stripes.contrast[1] == 10 && stripes.contrast[2] == -20);
  assert_int_equal(stripes.seed_explicit, 0);
  assert_string_equal(pc15_generator_name(perlin.generator), "perlin");
  assert_int_equal(perlin.seed_explicit, 1);
  assert_true(perlin.seed == -7);
  const pc15_layer_info dots = layer_at(d, 1, 0), copy = layer_at(d, 1, 1);
  assert_string_equal(pc15_generator_name(dots.generator), "dots");
  assert_true(std::fabs(value_of(dots, "radius") - 3) < 0.2);
  assert_true(dots.contrast[0] == 12.5);
  assert_int_equal(dots.precision, 2);
  assert_int_equal(dots.source, PC15_SOURCE_OWN);
  assert_int_equal(copy.source, PC15_SOURCE_IMAGE);
  assert_int_equal(copy.generator, stripes.generator);
  pc15_layer_info none = {};
  none.struct_size = sizeof(none);
  assert_int_equal(pc15_decoder_layer_info(d.handle, 1, 2, &none), PC15_ERROR_OUT_OF_RANGE);
}

// A struct of a later version: what this one does not know must be 0 on the way in and is 0 on the way out.
void structs_of_later_versions(void**) {
  struct Later {
    pc15_layer_info known;
    uint64_t unknown[3];
  } layer = {};
  const Bytes file = assembled("picture 40x40\nimage { layer stripes }");
  const Decoder d;
  assert_int_equal(pc15_decoder_open(d.handle, file.data(), file.size()), PC15_OK);
  layer.known.struct_size = sizeof(layer);
  for (uint64_t& u : layer.unknown) u = 99;
  assert_int_equal(pc15_decoder_layer_info(d.handle, PC15_TILE_IMAGE, 0, &layer.known), PC15_OK);
  assert_int_equal(layer.known.struct_size, sizeof(layer));
  for (const uint64_t u : layer.unknown) assert_true(u == 0);
  struct {
    pc15_limits known;
    uint8_t unknown[16];
  } limits = {};
  limits.known.struct_size = sizeof(limits.known);
  assert_int_equal(pc15_limits_default(&limits.known), PC15_OK);
  limits.known.struct_size = sizeof(limits);
  pc15_image_info info = {};
  info.struct_size = sizeof(info);
  assert_int_equal(pc15_probe(file.data(), file.size(), &limits.known, &info), PC15_OK);
  limits.unknown[15] = 1;
  assert_int_equal(pc15_probe(file.data(), file.size(), &limits.known, &info), PC15_ERROR_INVALID_ARGUMENT);
}

// Every parameter says what kind of value it takes; the ones that are yes or no have these two.
void every_kind_of_parameter_is_told(void**) {
  int32_t seen[8] = {};
  for (uint32_t i = 0; i < pc15_generator_count(); ++i) {
    int32_t generator = 0;
    assert_int_equal(pc15_generator_id(i, &generator), PC15_OK);
    for (uint32_t p = 0; p < pc15_generator_param_count(generator); ++p) {
      pc15_generator_param param = {};
      param.struct_size = sizeof(param);
      assert_int_equal(pc15_generator_param_info(generator, p, &param), PC15_OK);
      assert_in_range(param.type, 0, 7);
      ++seen[param.type];
      if (param.type == PC15_TYPE_BOOL) assert_true(param.min == 0 && param.max == 1 && param.step == 1);
    }
  }
  assert_true(seen[PC15_TYPE_INT] > 0 && seen[PC15_TYPE_FIXED] > 0 && seen[PC15_TYPE_ENUM] > 0);
}

// A compact file has no backup: it is whole, and its repair is itself, or it is no file.
void a_compact_file_is_repaired_whole_or_not_at_all(void**) {
  const Bytes file = assembled("picture 40x40\nimage { layer stripes(period=9) }");
  const Decoder d;
  pc15_image_info info = {};
  info.struct_size = sizeof(info);
  assert_int_equal(pc15_probe(file.data(), file.size(), nullptr, &info), PC15_OK);
  assert_true(file.size() < 64);  // smaller than the preamble of the full form
  pc15_repair_report report = {};
  report.struct_size = sizeof(report);
  pc15_buffer* buffer = nullptr;
  assert_int_equal(pc15_repair(d.handle, file.data(), file.size(), &report, &buffer), PC15_OK);
  assert_true(take(buffer) == file);
  for (size_t i = 0; i < file.size(); ++i) {
    Bytes broken = file;
    broken[i] ^= 0x10;
    buffer = nullptr;
    assert_true(pc15_repair(d.handle, broken.data(), broken.size(), nullptr, &buffer) < 0);
    assert_null(buffer);
    assert_int_equal(pc15_decoder_reset(d.handle), PC15_OK);
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(layers_are_those_of_the_text),
      cmocka_unit_test(structs_of_later_versions),
      cmocka_unit_test(every_kind_of_parameter_is_told),
      cmocka_unit_test(a_compact_file_is_repaired_whole_or_not_at_all),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
