#include "seeds.h"

#include <cstdio>
#include <cstdlib>

#include "pc15.h"
#include "random.h"

namespace pc15::fuzz {
namespace {

struct Recipe {
  uint32_t width, height;
  int32_t format;
  int32_t quality, chroma, tile, overlap, cell;
  bool residual, procedural, metadata, model = false, lossless = false;  // model: the file brings its tables
};

constexpr Recipe kRecipes[] = {
    {16, 16, PC15_FORMAT_Y, 60, 0, 256, 24, 256, false, true, false},
    {70, 50, PC15_FORMAT_Y, 40, 0, 32, 16, 128, true, true, false},
    {70, 50, PC15_FORMAT_RGB, 60, 0, 64, 8, 128, true, true, true},
    {150, 140, PC15_FORMAT_RGBA, 70, 1, 96, 24, 128, true, true, false},
    {131, 17, PC15_FORMAT_RGBA, 90, 0, 48, 24, 128, true, false, true},
    {140, 139, PC15_FORMAT_Y, 30, 0, 40, 20, 512, false, true, false},
    {1, 1, PC15_FORMAT_RGBA, 100, 0, 32, 0, 256, true, true, false},
    {70, 50, PC15_FORMAT_RGB, 50, 0, 64, 8, 128, true, false, true, true},
    {33, 20, PC15_FORMAT_Y, 70, 0, 256, 24, 128, true, false, false, true},
    {150, 40, PC15_FORMAT_RGBA, 70, 0, 64, 8, 128, true, true, false, false, true},
    {20, 30, PC15_FORMAT_Y, 70, 0, 64, 8, 128, true, false, false, false, true},
};

Bytes picture(const Recipe& r, Random& random) {
  const uint32_t channels = static_cast<uint32_t>(r.format);
  Bytes out;
  for (uint32_t y = 0; y < r.height; ++y) {
    for (uint32_t x = 0; x < r.width; ++x) {
      for (uint32_t c = 0; c < channels; ++c) {
        const uint32_t stripes = ((x + 2 * y) >> 3 & 1u) * 120,
                       noise = x > r.width / 2 ? random.below(40) : 0;
        out.push_back(static_cast<uint8_t>(40 + stripes + noise + 10 * c));
      }
    }
  }
  return out;
}

void require(pc15_status status) {
  if (status == PC15_OK) return;
  std::fprintf(stderr, "a seed could not be made: %s\n", pc15_status_name(status));
  std::abort();
}

Bytes encode(const Recipe& r, Random& random) {
  pc15_encoder* encoder = nullptr;
  require(pc15_encoder_create(nullptr, &encoder));
  const struct {
    int32_t id;
    int64_t value;
  } params[] = {{PC15_PARAM_EFFORT, 1},
                {PC15_PARAM_CHROMA, r.chroma},
                {PC15_PARAM_TILE, r.tile},
                {PC15_PARAM_OVERLAP, r.overlap},
                {PC15_PARAM_CELL, r.cell},
                {PC15_PARAM_LOSSLESS, r.lossless ? 1 : 0},
                {PC15_PARAM_RESIDUAL, r.residual ? 1 : 0},
                {PC15_PARAM_PROCEDURAL, r.procedural ? 1 : 0}};
  for (const auto& p : params) require(pc15_encoder_set_param(encoder, p.id, p.value));
  require(pc15_encoder_set_param_f64(encoder, PC15_PARAM_QUALITY, r.quality));
  const uint8_t text[] = {'n', 'o', 't', 'e'};
  if (r.metadata) {
    require(pc15_encoder_set_metadata(encoder, PC15_METADATA_TEXT, text, sizeof(text)));
    require(pc15_encoder_set_metadata(encoder, PC15_METADATA_ICC, text, sizeof(text)));
  }
  if (r.model) {
    pc15_model* model = nullptr;
    require(pc15_model_create(nullptr, &model));
    require(pc15_model_load_frozen(model));
    require(pc15_encoder_set_model(encoder, model));
    pc15_model_destroy(model);
  }
  Bytes pixels = picture(r, random);
  pc15_image image = {};
  image.struct_size = sizeof(image);
  image.format = r.format;
  image.width = r.width;
  image.height = r.height;
  image.data_size = pixels.size();
  image.data = pixels.data();
  pc15_buffer* buffer = nullptr;
  require(pc15_encode_image_buffer(encoder, &image, &buffer));
  const uint8_t* data = pc15_buffer_data(buffer);
  Bytes file(data, data + pc15_buffer_size(buffer));
  pc15_buffer_free(buffer);
  pc15_encoder_destroy(encoder);
  return file;
}

}  // namespace

std::vector<Bytes> make_seeds() {
  Random random(15);
  std::vector<Bytes> seeds;
  for (const Recipe& r : kRecipes) seeds.push_back(encode(r, random));
  return seeds;
}

}  // namespace pc15::fuzz
