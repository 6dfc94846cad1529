// Recovery of programs: a developer's table, not a test. Renders images with this library's generators
// (parameters on the grid, seed known) and with independent double-precision ones, searches, and prints
// what came back.
//
//   recovery [own|other|photo FILE.pgm] [instances] [filter] [effort]     what the search finds
//   recovery file-own|file-other [instances] [filter] [effort]            whole files through the C
//   interface,
//                                                                         without a residual and by default
//   recovery pairs LIST [effort]          lines "class damaged.pgm clean.pgm": encodes the damaged picture
//                                         without a residual, compares with the clean one
//                                         (recovery_images.py)
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "backend/param_codec.h"
#include "backend/render.h"
#include "enc/search.h"
#include "entropy/program_coder.h"
#include "normative/catalogue.h"
#include "pc15.h"
#include "tests/support/foreign_textures.h"
#include "tools/pnm.h"

namespace {

using namespace pc15;

struct Result {
  double psnr, seconds;
  size_t bytes;
  double ssd;
  uint64_t renders;
  int preset;
  double skipped;
};

Result search(const std::vector<Pixel>& image, int32_t w, int32_t h, int32_t effort, double step,
              double lambda, int64_t seed) {
  Memory memory;
  ThreadPool pool(1);
  Monitor monitor;
  enc::SearchInput in;
  in.planes[0] = PlaneView<const Pixel>{image.data(), w, h, w};
  in.geometry.width = w;
  in.geometry.height = h;
  in.seed = seed;
  in.effort = effort;
  in.residual_step = step;
  in.lambda_ssd = lambda;
  normative::ProgramImage programs(memory);
  Vector<enc::TileStats> stats(memory);
  enc::SearchReport report;
  const auto start = std::chrono::steady_clock::now();
  const Status status = enc::search_programs(in, pool, monitor, memory, &programs, &stats, &report);
  Result r{};
  r.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (!status.ok()) std::printf("search failed\n");
  std::vector<Pixel> out(image.size());
  backend::render_prediction(programs, 0, 0, Rect{0, 0, w, h}, PlaneView<Pixel>{out.data(), w, h, w}, memory);
  for (size_t i = 0; i < out.size(); ++i) r.ssd += (out[i] - image[i]) * (out[i] - image[i]);
  r.psnr = r.ssd > 0 ? 10 * std::log10(65025.0 * static_cast<double>(out.size()) / r.ssd) : 99;
  Vector<uint8_t> bytes(memory);
  bool coded = true;
  if (programs.has_image_program) coded &= entropy::encode_image_program(programs, &bytes).ok();
  bool all_skip = true;
  double skipped = 0;
  for (const normative::TileProgram& t : programs.tiles) {
    all_skip &= t.mode == normative::TileMode::kSkip;
    skipped += t.mode == normative::TileMode::kSkip;
  }
  if (!all_skip) {
    for (int32_t g = 0; g < in.geometry.group_count(); ++g) {
      coded &= entropy::encode_group(programs, g, &bytes, Span<uint32_t>()).ok();
    }
  }
  if (!coded) std::printf("NOT CODED ");
  r.bytes = bytes.size();
  r.skipped = skipped / static_cast<double>(programs.tiles.size());
  r.preset = programs.has_image_program && programs.image_program.layer_count > 0
                 ? programs.image_program.layers[0].preset
                 : -1;
  if (std::getenv("RECOVERY_VERBOSE") != nullptr && programs.has_image_program) {
    const normative::Program& p = programs.image_program;
    for (int32_t l = 0; l < p.layer_count; ++l) {
      const normative::PresetSpec& spec = *normative::find_preset(p.layers[l].preset);
      std::printf("  %-12s p%d c%d:", backend::preset_name(p.layers[l].preset), p.layers[l].precision,
                  p.layers[l].contrast[0]);
      for (int32_t i = 0; i < spec.param_count; ++i) std::printf(" %d", p.layers[l].params[i]);
      std::printf("\n");
    }
    std::printf("  field order %d class %d dc %d\n", p.field.order, p.level_class, p.field.coef[0][0]);
  }
  r.renders = report.image_renders;
  for (const enc::TileStats& s : stats) r.renders += s.renders;
  return r;
}

void print(const char* name, const Result& r) {
  const char* found = r.preset < 0 ? "-" : backend::preset_name(r.preset);
  std::printf("%-22s psnr %6.2f  ssd %10.0f  bytes %4zu  skip %3.0f%%  %6llu renders  %6.2f s  %s\n", name,
              r.psnr, r.ssd, r.bytes, 100 * r.skipped, static_cast<unsigned long long>(r.renders), r.seconds,
              found == nullptr ? "?" : found);
  std::fflush(stdout);
}

struct File {
  size_t bytes;
  double psnr, seconds;
  uint64_t renders;
  int32_t generator;  // of the first layer of the first tile, -1: none
};

double psnr_of(const std::vector<Pixel>& a, const std::vector<Pixel>& b) {
  double ssd = 0;
  for (size_t i = 0; i < a.size(); ++i) ssd += (a[i] - b[i]) * (a[i] - b[i]);
  return ssd > 0 ? 10 * std::log10(65025.0 * static_cast<double>(a.size()) / ssd) : 99;
}

// The whole file as the C interface writes it, luma only; its picture against `truth`.
File encode_file(const std::vector<Pixel>& image, const std::vector<Pixel>& truth, int32_t w, int32_t h,
                 int32_t effort, int64_t seed, bool residual, int64_t quality = 60000) {
  File file{0, 0, 0, 0, -1};
  size_t size = 0;
  pc15_encoder* encoder = nullptr;
  pc15_decoder* decoder = nullptr;
  std::vector<uint8_t> bytes(1 << 20), out(image.size());
  const uint32_t width = static_cast<uint32_t>(w), height = static_cast<uint32_t>(h);
  const auto start = std::chrono::steady_clock::now();
  bool good = pc15_encoder_create(nullptr, &encoder) == PC15_OK &&
              pc15_decoder_create(nullptr, &decoder) == PC15_OK &&
              pc15_encoder_set_param(encoder, PC15_PARAM_THREADS, 1) == PC15_OK &&
              pc15_encoder_set_param(encoder, PC15_PARAM_EFFORT, effort) == PC15_OK &&
              pc15_encoder_set_param(encoder, PC15_PARAM_SEED, seed) == PC15_OK &&
              pc15_encoder_set_param(encoder, PC15_PARAM_RESIDUAL, residual ? 1 : 0) == PC15_OK &&
              pc15_encoder_set_param(encoder, PC15_PARAM_QUALITY, quality) == PC15_OK &&
              pc15_encode_y(encoder, image.data(), image.size(), width, height, w, bytes.data(), bytes.size(),
                            &file.bytes) == PC15_OK;
  file.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  good =
      good && pc15_decode_y(decoder, bytes.data(), file.bytes, out.data(), out.size(), w, &size) == PC15_OK;
  pc15_stats stats = {};
  pc15_tile_info tile = {};
  stats.struct_size = sizeof(stats);
  tile.struct_size = sizeof(tile);
  good = good && pc15_encoder_stats(encoder, &stats) == PC15_OK &&
         pc15_encoder_tile_info(encoder, 0, &tile) == PC15_OK;
  if (!good) std::printf("FAILED ");
  file.renders = stats.renders;
  file.generator = tile.layer_count > 0 ? tile.generators[0] : -1;
  pc15_encoder_destroy(encoder);
  pc15_decoder_destroy(decoder);
  file.psnr = psnr_of(out, truth);
  return file;
}

bool whole_files = false;

void report(const char* name, const std::vector<Pixel>& image, int32_t effort, int64_t seed) {
  if (!whole_files) {
    print(name, search(image, 512, 512, effort, 0, 20, seed));
    return;
  }
  const File bare = encode_file(image, image, 512, 512, effort, seed, false);
  const File full = encode_file(image, image, 512, 512, effort, seed, true);
  std::printf("%-22s bare %5zu bytes %6.2f dB %6.2f s   default %5zu bytes %6.2f dB %6.2f s\n", name,
              bare.bytes, bare.psnr, bare.seconds, full.bytes, full.psnr, full.seconds);
  std::fflush(stdout);
}

// A parameter drawn so that the picture has structure at 512 x 512.
int32_t draw(const normative::ParamSpec& spec, uint32_t* state) {
  const double u = testing::uniform(state);
  using normative::ParamId;
  double lo = spec.lo, hi = spec.hi;
  switch (spec.id) {
    case ParamId::kPeriod:
    case ParamId::kPeriod2:
    case ParamId::kCell:
    case ParamId::kCell2:
      return static_cast<int32_t>(1048576 / (12 * std::pow(8.0, u)));  // 12 to 96 px
    case ParamId::kCenterX:
    case ParamId::kCenterY:
      lo = -2000;
      hi = 2000;
      break;
    case ParamId::kOffset:
      lo = -1600;
      hi = 1600;
      break;
    case ParamId::kLength:
      lo = 600;
      hi = 2000;
      break;
    case ParamId::kSkew:
      lo = -20000;
      hi = 20000;
      break;
    case ParamId::kSoftness:
      lo = 16;
      hi = 128;
      break;
    case ParamId::kThickness:
      lo = 48;
      hi = 160;
      break;
    case ParamId::kRadius:
      lo = 96;
      hi = 240;
      break;
    case ParamId::kDuty:
      lo = 768;
      hi = 3328;
      break;
    case ParamId::kDecay:
      lo = 200;
      hi = 1200;
      break;
    case ParamId::kAmplitude:
      lo = 20;
      hi = 80;
      break;
    case ParamId::kArms:
      hi = std::min(20, spec.hi);
      lo = std::max(-8, spec.lo);
      break;
    case ParamId::kScale:
      lo = 48;
      hi = 112;
      break;
    default:
      break;
  }
  return static_cast<int32_t>(std::floor(lo + (hi - lo + 1) * u * 0.99999));
}

void own(int32_t instances, const char* filter, int32_t effort) {
  for (int32_t e = 0; normative::catalogue_entry(e) != nullptr; ++e) {
    const normative::PresetSpec& spec = *normative::catalogue_entry(e);
    const char* name = backend::preset_name(spec.preset);
    if (filter != nullptr && std::strcmp(filter, "all") != 0 && std::strstr(name, filter) == nullptr)
      continue;
    uint32_t state = 12345 + spec.preset;
    for (int32_t i = 0; i < instances; ++i) {
      Memory memory;
      normative::Layer layer;
      layer.preset = spec.preset;
      std::vector<int32_t> params;
      for (int32_t p = 0; p < spec.param_count; ++p) {
        layer.params[p] = i == 0 ? spec.params[p].def : draw(spec.params[p], &state);
      }
      normative::snap_layer(&layer, 512);
      params.assign(layer.params, layer.params + spec.param_count);
      if (std::getenv("RECOVERY_VERBOSE") != nullptr) {
        std::printf("  made with");
        for (const int32_t q : params) std::printf(" %d", q);
        std::printf("\n");
      }
      std::vector<Pixel> image(512 * 512);
      if (!backend::render_generator(spec.preset, Span<const int32_t>(params.data(), params.size()), 77, 512,
                                     512, PlaneView<Pixel>{image.data(), 512, 512, 512}, memory)
               .ok()) {
        std::printf("cannot render %s\n", name);
        continue;
      }
      report(name, image, effort, 77);
    }
  }
}

void other(int32_t instances, const char* filter, int32_t effort) {
  static const char* kNames[] = {"stripes", "checkerboard", "hex_grid"};
  for (int32_t kind = 0; kind < 3; ++kind) {
    if (filter != nullptr && std::strcmp(filter, "all") != 0 && std::strstr(kNames[kind], filter) == nullptr)
      continue;
    for (int32_t i = 0; i < instances; ++i) {
      std::vector<Pixel> image(512 * 512);
      testing::foreign_texture(static_cast<testing::Foreign>(kind), static_cast<uint32_t>(1000 * kind + i),
                               i % 2 == 1, 512, 512, image.data());
      report(kNames[kind], image, effort, 0);
    }
  }
}

bool read_luma(const char* path, int32_t* w, int32_t* h, std::vector<Pixel>* image) {
  tools::Image read;
  if (!tools::read_pgm(path, &read)) {
    std::fprintf(stderr, "%s: not a readable 8-bit PGM\n", path);
    return false;
  }
  *w = read.width;
  *h = read.height;
  image->swap(read.samples);
  return true;
}

void photo(const char* path, int32_t effort) {
  int32_t w = 0, h = 0;
  std::vector<Pixel> image;
  if (!read_luma(path, &w, &h, &image)) return;
  print(path, search(image, w, h, effort, 8, 10, 0));
  print("  residual off", search(image, w, h, effort, 0, 60, 0));
}

// One line per pair: class, file, PSNR against the clean picture, renders, seconds, bytes, generator found.
int pairs(const char* path, int32_t effort) {
  std::FILE* list = std::fopen(path, "r");
  if (list == nullptr) return 1;
  char name[64], damaged[512], clean[512];
  int result = 0;
  while (result == 0 && std::fscanf(list, "%63s %511s %511s", name, damaged, clean) == 3) {
    int32_t w = 0, h = 0;
    std::vector<Pixel> image, truth;
    if (!read_luma(damaged, &w, &h, &image) || !read_luma(clean, &w, &h, &truth) ||
        image.size() != truth.size()) {
      result = 1;
      break;
    }
    const File f = encode_file(image, truth, w, h, effort, 0, false, 90000);  // bits are cheap
    std::printf("%s %s %.2f %llu %.3f %zu %s\n", name, damaged, f.psnr,
                static_cast<unsigned long long>(f.renders), f.seconds, f.bytes,
                f.generator < 0 ? "-" : backend::preset_name(f.generator));
    std::fflush(stdout);
  }
  std::fclose(list);
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  const char* mode = argc > 1 ? argv[1] : "other";
  whole_files = std::strncmp(mode, "file-", 5) == 0;
  if (whole_files) mode += 5;
  if (std::strcmp(mode, "pairs") == 0 && argc > 2) return pairs(argv[2], argc > 3 ? std::atoi(argv[3]) : 5);
  const int32_t instances = argc > 2 ? std::atoi(argv[2]) : 3;
  const char* filter = argc > 3 ? argv[3] : nullptr;
  const int32_t effort = argc > 4 ? std::atoi(argv[4]) : 5;
  if (std::strcmp(mode, "own") == 0) own(instances, filter, effort);
  if (std::strcmp(mode, "other") == 0) other(instances, filter, effort);
  if (std::strcmp(mode, "photo") == 0) photo(argc > 2 ? argv[2] : "", effort);
  return 0;
}
