// Every function that needs no file: names, tables, generators, grids, codebooks, measures.
#include <algorithm>
#include <cstring>
#include <vector>

#include "pc15.h"
#include "random.h"
#include "targets.h"

namespace pc15::fuzz {
namespace {

using Bytes = std::vector<uint8_t>;

void known(pc15_status s, const char* what) {
  promise(std::strcmp(pc15_status_name(s), "PC15_UNKNOWN_STATUS") != 0 && s != PC15_ERROR_INTERNAL, what, s);
}

void names(Random& random) {
  promise(pc15_version() != 0 && pc15_version_string()[0] != '\0' && pc15_build_info()[0] != '\0',
          "versions");
  promise(pc15_abi_version() == PC15_ABI_MAJOR && pc15_bitstream_version() == PC15_BITSTREAM_VERSION &&
              pc15_bitstream_revision() > 0 && pc15_has_encoder() >= 0,
          "numbers of versions");
  const int32_t n = random.in(-3, 20);
  (void)pc15_metadata_name(n);
  (void)pc15_tile_mode_name(n);
  (void)pc15_part_name(n);
  int32_t id = 0;
  known(pc15_param_id(random.below(40), &id), "a parameter");
  const char* name = pc15_param_name(id);
  if (name != nullptr) {
    int32_t again = 0;
    promise(pc15_param_from_name(name, &again) == PC15_OK && again == id, "a name leads back");
    promise(pc15_param_doc(id) != nullptr && pc15_param_type(id) >= 0 && pc15_param_scale(id) > 0,
            "a parameter");
    (void)pc15_param_choice(id, random.in(-1, 3));
  }
  pc15_limits limits = {};
  limits.struct_size = sizeof(limits);
  known(pc15_limits_default(&limits), "limits");
  size_t bytes = 0;
  known(pc15_image_bytes(random.in(0, 5), random.below(70000), random.below(70000),
                         static_cast<int64_t>(random.bits()), &bytes),
        "bytes of a picture");
}

void generators(Random& random) {
  int32_t g = 0, again = 0;
  known(pc15_generator_id(random.below(pc15_generator_count() + 2), &g), "a generator");
  const char* name = pc15_generator_name(g);
  if (name == nullptr) return;
  promise(pc15_generator_from_name(name, &again) == PC15_OK && again == g, "a generator's name leads back");
  promise(pc15_generator_doc(g) != nullptr, "a generator has a text");
  (void)pc15_generator_is_seeded(g);
  const uint32_t count = pc15_generator_param_count(g);
  std::vector<double> values(count + 1);
  for (uint32_t i = 0; i < count; ++i) {
    pc15_generator_param param = {};
    param.struct_size = sizeof(param);
    promise(pc15_generator_param_info(g, i, &param) == PC15_OK, "a parameter of a generator", g, i);
    const double extremes[] = {param.min, param.max, param.def, param.max * 2 + 1};
    values[i] = extremes[random.chance(97) ? random.below(3) : 3];
    (void)pc15_generator_param_choice(g, i, random.in(-1, 4));
  }
  std::vector<int32_t> steps(count + 1);
  const int32_t precision = random.in(-1, 8);
  const uint32_t frame = random.below(70000);
  known(pc15_params_quantise(g, precision, frame, values.data(), count, steps.data(), count), "quantise");
  known(pc15_params_dequantise(g, steps.data(), count, values.data(), count), "dequantise");
  uint8_t packed[100];
  size_t size = 0;
  known(pc15_params_pack(g, precision, frame, steps.data(), count, packed, sizeof(packed), &size), "pack");
  known(pc15_params_unpack(g, precision, frame, packed, std::min(size, sizeof(packed)), steps.data(), count),
        "unpack");
  Bytes plane(48 * 48);
  known(pc15_generator_render(g, random.chance(50) ? values.data() : nullptr, random.chance(50) ? count : 0,
                              static_cast<int64_t>(random.bits()), 1 + random.below(48), 1 + random.below(48),
                              plane.data(), plane.size(), random.in(0, 1) * 48),
        "render");
  const uint32_t packs = pc15_generator_pack_count(g), pack = random.below(packs + 1);
  const char* label = pc15_generator_pack_name(g, pack);
  (void)pc15_generator_pack_doc(g, pack);
  uint32_t found = 0, positions[16];
  if (label != nullptr) known(pc15_generator_pack_from_name(g, label, &found), "a pack");
  size_t members = 0;
  known(pc15_generator_pack_params(g, pack, positions, random.below(17), &members), "members");
}

void grids(Random& random) {
  pc15_grid grid = {};
  grid.struct_size = sizeof(grid);
  const uint32_t w = 1 + random.below(90), h = 1 + random.below(60);
  known(pc15_grid_init(w, h, 20 + random.below(60), random.below(40), &grid), "a grid");
  uint32_t x = 0, y = 0, tw = 0, th = 0;
  known(pc15_grid_tile(&grid, random.below(200), &x, &y, &tw, &th), "a tile of a grid");
  Bytes plane(size_t{w} * h, 9), out(plane.size());
  for (uint8_t& v : plane) v = static_cast<uint8_t>(random.bits());
  size_t size = 0;
  if (pc15_tiles_extract(&grid, plane.data(), plane.size(), 0, nullptr, 0, &size) ==
      PC15_NOTE_DST_TOO_SMALL) {
    Bytes patches(size);
    promise(
        pc15_tiles_extract(&grid, plane.data(), plane.size(), 0, patches.data(), size, &size) == PC15_OK &&
            pc15_tiles_blend(&grid, patches.data(), size, out.data(), out.size(), 0) == PC15_OK &&
            out == plane,
        "extract and blend is the identity");
  }
  double result = 0;
  const uint8_t *a = plane.data(), *b = out.data();
  const size_t n = plane.size();
  known(pc15_metric_mse(a, n, 0, b, n, 0, w, h, &result), "mse");
  known(pc15_metric_psnr(a, n, 0, b, n, 0, w, h, &result), "psnr");
  known(pc15_metric_ssim(a, n, 0, b, n, 0, w, h, &result), "ssim");
  known(pc15_metric_ms_ssim(a, n, 0, b, n, 0, w, h, &result), "ms-ssim");
  known(pc15_metric_distortion(a, n, 0, b, n, 0, w, h, random.in(-1, 2), &result), "distortion");
  known(pc15_scaled_size(w, h, random.in(-4, 5), &x, &y), "a scaled size");
}

void codebooks(Random& random) {
  pc15_codebook* c = nullptr;
  known(pc15_codebook_create(nullptr, &c), "a codebook");
  const uint32_t dims = 1 + random.below(4), samples = 4 + random.below(40);
  std::vector<double> values(size_t{dims} * samples);
  std::vector<float> floats(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = random.in(-100, 100) / 8.0;
    floats[i] = static_cast<float>(values[i]);
  }
  pc15_vq_options options = {};
  options.struct_size = sizeof(options);
  options.entries = 1 + random.below(6);
  options.levels = random.below(3);
  options.iterations = 3;
  options.threads = 1;
  if (random.chance(10)) known(pc15_codebook_cancel(c), "cancel");
  known(random.chance(50) ? pc15_vq_train(c, values.data(), values.size(), dims, &options)
                          : pc15_vq_train_f32(c, floats.data(), floats.size(), dims, &options),
        "train");
  pc15_codebook_shape shape = {};
  shape.struct_size = sizeof(shape);
  known(pc15_codebook_info(c, &shape), "the shape");
  std::vector<int32_t> indices(size_t{samples} * std::max(1u, shape.levels));
  std::vector<double> offsets(values.size());
  known(pc15_vq_quantise(c, values.data(), values.size(), 1, indices.data(), indices.size(), offsets.data(),
                         offsets.size()),
        "quantise");
  known(pc15_vq_quantise_f32(c, floats.data(), floats.size(), 1, indices.data(), indices.size(), nullptr, 0),
        "quantise floats");
  known(pc15_vq_dequantise(c, indices.data(), indices.size(), nullptr, 0, 1, values.data(), values.size()),
        "dequantise");
  known(pc15_codebook_entry(c, random.below(3), random.below(7), values.data(), dims), "an entry");
  size_t size = 0;
  known(pc15_codebook_serialise(c, nullptr, 0, &size), "serialise");
  char text[60];
  promise(pc15_codebook_last_error(c, text, sizeof(text)) < 1000, "a message is short");
  pc15_codebook_destroy(c);
}

void models(Random& random) {
  pc15_model* m = nullptr;
  known(pc15_model_create(nullptr, &m), "a model");
  if (random.chance(80)) known(pc15_model_load_frozen(m), "the frozen model");
  uint32_t count = 0, step = 0, dims = 1 + random.below(9);
  size_t size = 0, values = 0;
  known(pc15_model_table_count(m, &count), "tables");
  known(pc15_model_table_info(m, random.below(count + 1), &step, &size), "a table");
  int16_t numbers[64];
  for (int16_t& v : numbers) v = static_cast<int16_t>(random.bits());
  const int32_t id = random.in(-1, 256);
  known(pc15_model_set_codebook(m, id, numbers, random.below(65), dims), "a codebook of a model");
  known(pc15_model_codebook(m, id, numbers, 64, &values, &dims), "its numbers");
  known(pc15_model_export(m, nullptr, 0, &size), "export");
  char text[60];
  promise(pc15_model_last_error(m, text, sizeof(text)) < 1000, "a message is short");
  pc15_model_destroy(m);
}

}  // namespace

void fuzz_questions(Random& random);
void fuzz_questions(Random& random) {
  names(random);
  generators(random);
  grids(random);
  codebooks(random);
  models(random);
}

}  // namespace pc15::fuzz
