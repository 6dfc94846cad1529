// What the tests of the search share: pictures, one run, and noise like a photograph's.
#pragma once

#include <algorithm>
#include <vector>

#include "enc/search.h"
#include "entropy/program_coder.h"
#include "support/cmocka_cpp.h"
#include "support/foreign_textures.h"

namespace pc15::testing {

struct Picture {
  Picture(int32_t w, int32_t h)
      : width(w), height(h), samples(static_cast<size_t>(w) * static_cast<size_t>(h)) {}
  PlaneView<Pixel> view() { return {samples.data(), width, height, width}; }
  int32_t width, height;
  std::vector<Pixel> samples;
};

inline enc::SearchInput input_for(Picture* luma, int64_t seed) {
  enc::SearchInput in;
  in.planes[0] = luma->view();
  in.geometry.width = luma->width;
  in.geometry.height = luma->height;
  in.seed = seed;
  in.lambda_ssd = 10;
  return in;
}

struct Outcome {
  explicit Outcome(Memory& memory) : programs(memory), stats(memory), bytes(memory) {}
  normative::ProgramImage programs;
  Vector<enc::TileStats> stats;
  Vector<uint8_t> bytes;
  Status status;
};

inline void search(const enc::SearchInput& in, int32_t threads, Memory& memory, Outcome* out) {
  ThreadPool pool(threads);
  Monitor monitor;
  out->status = enc::search_programs(in, pool, monitor, memory, &out->programs, &out->stats);
  if (!out->status.ok()) return;
  assert_int_equal(out->stats.size(), in.geometry.tile_count());
  bool follows = true;
  for (const normative::TileProgram& t : out->programs.tiles) follows &= t.mode == normative::TileMode::kSkip;
  if (out->programs.has_image_program) {
    assert_true(entropy::encode_image_program(out->programs, &out->bytes).ok());
  }
  for (int32_t g = 0; g < in.geometry.group_count() && !follows; ++g) {
    assert_true(entropy::encode_group(out->programs, g, &out->bytes, Span<uint32_t>()).ok());
  }
}

// Noise with a falling spectrum: nothing for a generator to find.
inline void draw_falling_noise(Picture* picture) {
  std::vector<double> field(picture->samples.size(), 128.0);
  uint32_t state = 99;
  for (int32_t size = 128, strength = 60; size >= 1; size /= 2, strength = strength * 6 / 10 + 1) {
    const int32_t across = picture->width / size + 2;
    std::vector<double> corner(static_cast<size_t>(across) * static_cast<size_t>(picture->height / size + 2));
    for (double& c : corner) c = (uniform(&state) - 0.5) * strength;
    for (int32_t y = 0; y < picture->height; ++y) {
      for (int32_t x = 0; x < picture->width; ++x) {
        const double u = double(x % size) / size, v = double(y % size) / size;
        const double* c = corner.data() + (y / size) * across + x / size;
        field[static_cast<size_t>(y * picture->width + x)] +=
            (c[0] * (1 - u) + c[1] * u) * (1 - v) + (c[across] * (1 - u) + c[across + 1] * u) * v;
      }
    }
  }
  for (size_t i = 0; i < field.size(); ++i) {
    picture->samples[i] = static_cast<Pixel>(std::min(255.0, std::max(0.0, field[i])));
  }
}

}  // namespace pc15::testing
