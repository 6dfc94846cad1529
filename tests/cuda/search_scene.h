// Pictures, views and candidates for tests of the search's engines.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "enc/refine.h"
#include "enc/search_engine.h"
#include "support/random_programs.h"

namespace pc15::test {

using enc::FitSums;
using enc::FitTask;
using enc::FitView;
using normative::Layer;
using normative::Program;

// A picture of three planes, the chroma planes of half size, and what renders into it.
struct Scene {
  Scene(uint64_t seed, int32_t width, int32_t height) : maker(seed), image(memory) {
    maker.fill(width, height, 64, 8, 3, &image);
    for (int32_t p = 0; p < 3; ++p) {
      const int32_t w = p > 0 ? (width + 1) / 2 : width, h = p > 0 ? (height + 1) / 2 : height,
                    stride = w + 5;
      samples[p].resize(static_cast<size_t>(stride) * static_cast<size_t>(h));
      for (Pixel& v : samples[p])
        v = static_cast<Pixel>(maker.in(0, 3) == 0 ? maker.in(0, 1) * 255 : maker.in(0, 255));
      planes[p] = {samples[p].data(), w, h, stride};
    }
  }
  int32_t slot() { return maker.in(-1, static_cast<int32_t>(image.geometry.tile_count()) - 1); }

  Memory memory;
  ProgramMaker maker;
  normative::ProgramImage image;
  std::vector<Pixel> samples[3];
  PlaneView<const Pixel> planes[3];
};

// A view with random columns: whole numbers of `bits` bits times a power of two, all ends of the range.
struct View : FitView {
  View(Scene* scene, int32_t most_side, int32_t count, bool whole = false) {
    ProgramMaker& m = scene->maker;
    geometry = scene->image.geometry;
    seed = scene->image.seed;
    scale_log2 = whole ? 0 : m.in(-1, 0);
    const PlaneView<const Pixel>& plane = scene->planes[scale_log2 < 0 ? 1 : 0];
    const int32_t least = whole ? most_side : 1;
    const int32_t w = m.in(least, std::min(most_side, plane.width));
    const int32_t h = m.in(least, std::min(most_side, plane.height));
    rect = Rect{m.in(0, plane.width - w), m.in(0, plane.height - h), w, h};
    step = whole ? 1 : m.in(1, 5);
    width = (w + step - 1) / step;
    height = (h + step - 1) / step;
    base_count = count - 1;
    int32_t bits = 38;
    for (int64_t n = 1; n < samples(); n *= 2) --bits;
    bits = std::min<int32_t>(bits, enc::kColumnBits);
    values.resize(static_cast<size_t>(count) * static_cast<size_t>(samples()));
    for (int32_t k = 0; k < count; ++k) {
      shift[k] = m.in(-10, 30);
      const int32_t kind = m.in(0, 2);
      for (int64_t i = 0; i < samples(); ++i) {
        // 24 bits of mantissa, the lowest of which is worth 2^(bits - 24).
        const int32_t most = (1 << std::min(24, bits)) - 1, sign = m.in(0, 1) * 2 - 1;
        const int32_t mantissa = kind == 0 ? most : kind == 1 ? sign * most : m.in(-most, most);
        const int32_t up = std::max(0, bits - 24);
        values[static_cast<size_t>(k * samples() + i)] =
            std::ldexp(static_cast<float>(mantissa), up - shift[k]);
      }
    }
    columns = values.data();
    version = enc::new_version();
  }
  std::vector<float> values;
};

// A layer of that preset, with every modifier now and then.
inline Layer layer_of(Scene* scene, int32_t preset) {
  for (;;) {
    scene->image.atoms.clear();
    const Program p = scene->maker.program(scene->image, scene->slot());
    for (int32_t k = 0; k < p.layer_count; ++k) {
      if (p.layers[k].preset == preset) return p.layers[k];
    }
  }
}

struct Tasks {
  explicit Tasks(Memory&) {}
  void add(const View& view, const Layer& layer, std::vector<Layer> moved) {
    views.push_back(&view);
    layers.push_back(layer);
    moves.push_back(std::move(moved));
  }
  std::vector<std::vector<double>> run(enc::SearchEngine* engine) {
    std::vector<FitTask> tasks;
    std::vector<std::vector<double>> sums;
    std::vector<double*> to;
    for (size_t i = 0; i < layers.size(); ++i) {
      const int32_t d = static_cast<int32_t>(moves[i].size() / 2);
      tasks.push_back(FitTask{views[i], &layers[i], moves[i].data(), d});
      sums.emplace_back(static_cast<size_t>(FitSums::count(views[i]->base_count, d)), 0.0);
    }
    for (std::vector<double>& s : sums) to.push_back(s.data());
    engine->fit_sums(tasks.data(), static_cast<int32_t>(tasks.size()), Monitor(), to.data());
    return sums;
  }
  std::vector<const View*> views;
  std::vector<Layer> layers;
  std::vector<std::vector<Layer>> moves;
};

struct Errors {
  explicit Errors(Scene* scene, int32_t width = 150, int32_t height = 133) {
    std::copy(scene->planes, scene->planes + 3, view.planes);
    view.plane_count = scene->maker.in(0, 2) == 0 ? 1 : 3;
    view.chroma_shift = 1;
    view.geometry = scene->image.geometry;
    view.seed = scene->image.seed;
    view.slot = scene->slot();
    for (int32_t k = scene->maker.in(1, 4); k > 0; --k) {
      const int32_t w = scene->maker.in(1, 90), h = scene->maker.in(1, 70);
      windows.push_back(Rect{scene->maker.in(0, width - w), scene->maker.in(0, height - h), w, h});
    }
    view.windows = windows.data();
    view.window_count = static_cast<int32_t>(windows.size());
    for (int32_t k = scene->maker.in(1, 3); k > 0; --k) {
      programs.push_back(scene->maker.program(scene->image, view.slot));
      programs.back().atom_count = 0;
    }
  }
  std::vector<int64_t> run(enc::SearchEngine* engine) const {
    std::vector<int64_t> out(programs.size());
    engine->errors(view, programs.data(), static_cast<int32_t>(programs.size()), 1e300, Monitor(),
                   out.data());
    return out;
  }
  enc::ErrorView view;
  std::vector<Rect> windows;
  std::vector<Program> programs;
};

}  // namespace pc15::test
