#include "files.h"

#include <cstdio>
#include <cstdlib>

#include "pc15.h"

namespace pc15_damage {
namespace {

struct Recipe {
  const char* name;
  uint32_t width, height;
  int32_t channels, quality, cell, tile, overlap;
  bool chroma444, residual, programs, compact, lossless, drawn, metadata, model, grain;
};

// Nine of ten have at least five cells or, without a residual, five tiles.
constexpr Recipe kRecipes[kFiles] = {
    {"grey, 6 cells", 258, 130, 1, 30, 128, 64, 16, false, true, true, false, false, false, false, false,
     false},
    {"grey, programs alone", 96, 96, 1, 40, 128, 32, 8, false, false, true, false, false, false, false, false,
     false},
    {"compact, programs alone", 64, 48, 1, 40, 128, 32, 8, false, false, true, true, false, false, false,
     false, false},
    {"4:2:0, 6 cells", 258, 130, 3, 20, 128, 64, 16, false, true, true, false, false, false, false, false,
     false},
    {"4:4:4, 6 cells", 257, 130, 3, 20, 128, 96, 24, true, true, true, false, false, false, false, false,
     false},
    {"alpha, 6 cells", 258, 129, 4, 20, 128, 64, 0, false, true, true, false, false, false, false, false,
     false},
    {"alpha 4:4:4, no programs", 258, 129, 4, 10, 128, 64, 16, true, true, false, false, false, false, false,
     false, false},
    {"grey, no programs", 300, 150, 1, 15, 128, 64, 16, false, true, false, false, false, false, false, false,
     false},
    {"lossless grey", 258, 130, 1, 60, 128, 64, 16, false, true, false, false, true, true, false, false,
     false},
    {"lossless RGB", 257, 129, 3, 60, 128, 64, 16, false, true, false, false, true, true, false, false,
     false},
    {"lossless RGBA", 257, 129, 4, 60, 128, 64, 16, false, true, false, false, true, true, false, false,
     false},
    {"lossless, compact", 20, 16, 3, 60, 128, 64, 16, false, true, false, true, true, true, false, false,
     false},
    {"drawn, palettes", 258, 130, 3, 40, 128, 64, 16, false, true, false, false, false, true, false, false,
     false},
    {"drawn grey", 258, 130, 1, 70, 128, 64, 16, false, true, false, false, false, true, false, false, false},
    {"metadata, 6 cells", 258, 130, 3, 10, 128, 64, 16, false, true, true, false, false, false, true, false,
     false},
    {"metadata, programs alone", 96, 64, 3, 30, 128, 32, 8, false, false, true, false, false, false, true,
     false, false},
    {"own tables", 258, 130, 1, 20, 128, 64, 16, false, true, false, false, false, false, false, true, false},
    {"own tables, metadata", 257, 129, 3, 10, 128, 64, 16, false, true, true, false, false, false, true, true,
     false},
    {"grain", 258, 130, 1, 20, 128, 64, 16, false, true, true, false, false, false, false, false, true},
    {"grain, metadata", 257, 129, 3, 10, 128, 64, 16, false, true, false, false, false, false, true, false,
     true},
    {"quality 0", 300, 260, 3, 0, 128, 64, 16, false, true, true, false, false, false, false, false, false},
    {"quality 60", 258, 129, 1, 60, 128, 64, 16, false, true, false, false, false, false, false, false,
     false},
    {"tile 32, overlap 16", 258, 130, 1, 10, 128, 32, 16, false, true, true, false, false, false, false,
     false, false},
    {"tile 1024", 258, 130, 3, 10, 128, 1024, 0, false, true, true, false, false, false, false, false, false},
    {"odd tile", 258, 130, 1, 10, 128, 47, 23, false, true, true, false, false, false, false, false, false},
    {"cells of 256", 513, 260, 1, 0, 256, 128, 24, false, true, true, false, false, false, false, false,
     false},
    {"12 narrow cells", 1410, 9, 1, 20, 128, 256, 24, false, true, false, false, false, false, false, false,
     false},
    {"12 flat cells", 5, 1410, 3, 20, 128, 256, 24, true, true, false, false, false, false, false, false,
     false},
    {"one pixel, full form", 1, 1, 4, 60, 128, 64, 16, false, true, true, false, false, false, false, false,
     false},
    {"one pixel, compact", 1, 1, 1, 60, 128, 64, 16, false, true, true, true, false, false, false, false,
     false},
    {"all of it", 257, 129, 4, 10, 128, 48, 24, false, true, true, false, false, false, true, true, true},
    {"many groups", 64, 400, 1, 10, 128, 32, 0, false, true, true, false, false, false, false, false, false},
};

void require(pc15_status status, const char* name) {
  if (status == PC15_OK) return;
  std::fprintf(stderr, "damage: '%s' could not be made: %s\n", name, pc15_status_name(status));
  std::exit(2);
}

// Slopes, edges and some texture; drawn: two grounds with small shapes.
Bytes picture(const Recipe& r) {
  Bytes p;
  uint32_t state = r.width * 31 + r.height;
  for (uint32_t y = 0; y < r.height; ++y) {
    for (uint32_t x = 0; x < r.width; ++x) {
      state = state * 1664525u + 1013904223u;
      const uint32_t noise = state >> 28;
      for (uint32_t c = 0; c < static_cast<uint32_t>(r.channels); ++c) {
        uint32_t v = (x + 2 * y + 40 * c) / 3 % 150 + ((x * 3 + y * 2) % 97 < 48 ? 60 : 0) + noise;
        if (r.drawn) v = (x / 5 + y / 6) % 7 == 0 ? 20 + 30 * c : (y / 50 % 2 == 0 ? 240 - 9 * c : 90);
        if (c == 3) v = x < y ? 255 : 100 + x % 100;
        p.push_back(static_cast<uint8_t>(v > 255 ? 255 : v));
      }
    }
  }
  return p;
}

void set_params(pc15_encoder* e, const Recipe& r, int64_t seed) {
  const struct {
    int32_t id;
    int64_t value;
  } params[] = {{PC15_PARAM_EFFORT, 1},
                {PC15_PARAM_THREADS, 1},
                {PC15_PARAM_CELL, r.cell},
                {PC15_PARAM_TILE, r.tile},
                {PC15_PARAM_OVERLAP, r.overlap},
                {PC15_PARAM_COMPACT, r.compact},
                {PC15_PARAM_RESIDUAL, r.residual},
                {PC15_PARAM_PROCEDURAL, r.programs},
                {PC15_PARAM_LOSSLESS, r.lossless},
                {PC15_PARAM_QUALITY, r.quality * 1000},
                {PC15_PARAM_CHROMA, r.chroma444 ? PC15_CHROMA_444 : PC15_CHROMA_420},
                {PC15_PARAM_GRAIN, r.grain ? 60 : 0},
                {PC15_PARAM_SEED, seed}};
  for (const auto& p : params) require(pc15_encoder_set_param(e, p.id, p.value), r.name);
}

void set_extras(pc15_encoder* e, const Recipe& r) {
  const uint8_t note[] = "a note of some length";
  if (r.metadata) {
    for (int32_t type = PC15_METADATA_ICC; type <= PC15_METADATA_TEXT; ++type)
      require(pc15_encoder_set_metadata(e, type, note, sizeof(note) - static_cast<size_t>(type)), r.name);
  }
  if (!r.model) return;
  pc15_model* model = nullptr;
  require(pc15_model_create(nullptr, &model), r.name);
  require(pc15_model_load_frozen(model), r.name);
  require(pc15_encoder_set_model(e, model), r.name);
  pc15_model_destroy(model);
}

Bytes encode(const Recipe& r, int64_t seed, bool inverted) {
  pc15_encoder* e = nullptr;
  require(pc15_encoder_create(nullptr, &e), r.name);
  set_params(e, r, seed);
  set_extras(e, r);
  Bytes pixels = picture(r);
  if (inverted) {
    for (uint8_t& v : pixels) v = static_cast<uint8_t>(255 - v);
  }
  pc15_image image = {};
  image.struct_size = sizeof(image);
  image.format = r.channels;
  image.width = r.width;
  image.height = r.height;
  image.data = pixels.data();
  image.data_size = pixels.size();
  pc15_buffer* buffer = nullptr;
  require(pc15_encode_image_buffer(e, &image, &buffer), r.name);
  Bytes out(pc15_buffer_data(buffer), pc15_buffer_data(buffer) + pc15_buffer_size(buffer));
  pc15_buffer_free(buffer);
  pc15_encoder_destroy(e);
  return out;
}

}  // namespace

File make_file(int number) {
  const Recipe& r = kRecipes[number];
  return {r.name, r.grain, r.model, encode(r, 1, false)};
}

Bytes make_sibling(int number) { return encode(kRecipes[number], 2, true); }

}  // namespace pc15_damage
