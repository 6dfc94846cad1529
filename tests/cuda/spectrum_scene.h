// Grids for tests of spectra, and a batch of their transforms.
#pragma once

#include <cmath>
#include <memory>
#include <vector>

#include "enc/search_device.h"
#include "enc/spectra_ahead.h"
#include "support/random_programs.h"

namespace pc15::test {

using enc::SampleGrid;
using enc::Spectrum;
using enc::SpectrumInput;

// Grids of all kinds: noise, sinusoids, pictures with symmetries, whose peaks are of equal height, and
// nothing.
struct Grids {
  enum : int32_t { kKinds = 6 };

  explicit Grids(uint64_t seed) : maker(seed) {}

  const SampleGrid& add(int32_t kind, int32_t width, int32_t height) {
    all.push_back(std::make_unique<SampleGrid>(memory));
    SampleGrid& g = *all.back();
    g.width = width;
    g.height = height;
    g.x0 = g.y0 = 0.5;
    g.values.resize(static_cast<size_t>(width) * static_cast<size_t>(height));
    const int32_t a = maker.in(2, 9), b = maker.in(1, 9);
    for (int32_t j = 0; j < height; ++j) {
      for (int32_t i = 0; i < width; ++i) g.row(j)[i] = value(kind, i, j, a, b);
    }
    if (kind != kKinds - 1) enc::subtract_plane(enc::fit_plane(g), &g);
    return g;
  }

  ProgramMaker maker;
  Memory memory;
  std::vector<std::unique_ptr<SampleGrid>> all;

 private:
  float value(int32_t kind, int32_t i, int32_t j, int32_t a, int32_t b) {
    switch (kind) {
      case 0:
        return static_cast<float>(maker.in(0, 255));
      case 1:
        return static_cast<float>(std::lround(127 + 90 * std::cos(0.1 * a * i + 0.2 * b * j)));
      case 2:
        return (i / a + j / a) % 2 == 0 ? 200.0f : 40.0f;
      case 3:
        return i % a == 0 || j % a == 0 ? 10.0f : 240.0f;
      case 4:
        return (i ^ j) % 16 < a ? 255.0f : 0.0f;
      default:
        return 0.0f;
    }
  }
};

// What a batch of them gives, before the uncertain powers are settled.
struct Batch {
  explicit Batch(const Grids& grids, int32_t max_size = 512) {
    for (const std::unique_ptr<SampleGrid>& g : grids.all) {
      inputs.push_back(std::make_unique<SpectrumInput>(*g, max_size));
      spectra.push_back(std::make_unique<Spectrum>(g->values.memory()));
      if (inputs.back()->worthwhile()) works.push_back(enc::work_of(*inputs.back(), spectra.back().get()));
    }
  }
  Status run(enc::SearchDevice* device, bool* made) {
    return device->spectra(works.data(), static_cast<int32_t>(works.size()), made);
  }
  int64_t uncertain() const {
    int64_t n = 0;
    for (const std::unique_ptr<Spectrum>& s : spectra) {
      for (const float p : s->power) n += p < 0;
    }
    return n;
  }
  std::vector<std::unique_ptr<SpectrumInput>> inputs;
  std::vector<std::unique_ptr<Spectrum>> spectra;
  std::vector<backend::device::SpectrumWork> works;
};

}  // namespace pc15::test
