// Trains a codebook of atom shapes.
//
//   train_atoms OUT.inc IMAGE.pgm...
//
// Matching pursuit (src/enc/atom_search) runs over two squares of 128 x 128 of every image, after the smooth
// field, with dictionaries that together hold the whole grid of even quarter octaves: 64 shapes each. What it
// takes are the samples, a shape once for every tenfold of the bits it is worth; k-means++ and Lloyd
// (src/vq) make 64 entries of them, rounded to the grid, Gabor shapes, Gaussians and edges apart, in
// proportion to their use. Deterministic: the same images in the same order give the same file.
#include <algorithm>
#include <atomic>
#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <vector>

#include "base/thread_pool.h"
#include "enc/atom_search.h"
#include "normative/atoms.h"
#include "tools/pnm.h"
#include "vq/codebook_train.h"

namespace {

using namespace pc15;
using normative::AtomShape;
using tools::Image;

constexpr int32_t kSide = 128;
constexpr double kLambda = 20, kAtomBits = 30;  // about a mean square error of 25 at 0.05 bits per pixel
constexpr int32_t kMostWeight = 1;

// All shapes of the grid, dealt to dictionaries of 64.
std::vector<std::vector<AtomShape>> dictionaries() {
  std::vector<AtomShape> all;
  for (int u = 0; u <= 20; u += 2) {
    for (int v = std::max(0, u - 4); v <= std::min(24, u + 10); v += 2) {
      if (v >= u) all.push_back({normative::kAtomGauss, static_cast<uint8_t>(u), static_cast<uint8_t>(v), 4});
      if (u % 4 == 0) {
        all.push_back({normative::kAtomEdge, static_cast<uint8_t>(u), static_cast<uint8_t>(v), 8});
      }
      for (int wave = std::max(6, u - 2); wave <= std::min(28, u + 8); wave += 2) {
        all.push_back({normative::kAtomGabor, static_cast<uint8_t>(u), static_cast<uint8_t>(v),
                       static_cast<uint8_t>(wave)});
      }
    }
  }
  const size_t books = (all.size() + 63) / 64;
  std::vector<std::vector<AtomShape>> out(books);
  for (size_t i = 0; i < books * 64; ++i) out[i % books].push_back(all[i % all.size()]);
  return out;
}

struct Use {
  AtomShape shape;
  int32_t weight;
};

// The mean plane of a square, rounded, so that atoms are not spent on it.
std::vector<uint8_t> plane_of(const Image& image, int32_t x0, int32_t y0) {
  double mean = 0, sx = 0, sy = 0;
  const double half = (kSide - 1) / 2.0, square = kSide * kSide * (kSide * kSide - 1) / 12.0;
  for (int32_t y = 0; y < kSide; ++y) {
    for (int32_t x = 0; x < kSide; ++x) {
      const double v = image.samples[static_cast<size_t>(y0 + y) * static_cast<size_t>(image.width) +
                                     static_cast<size_t>(x0 + x)];
      mean += v / (kSide * kSide);
      sx += v * (x - half) / square;
      sy += v * (y - half) / square;
    }
  }
  std::vector<uint8_t> plane(kSide * kSide);
  for (int32_t i = 0; i < kSide * kSide; ++i) {
    const double v = mean + sx * (i % kSide - half) + sy * (i / kSide - half);
    plane[static_cast<size_t>(i)] = static_cast<uint8_t>(std::lround(std::clamp(v, 0.0, 255.0)));
  }
  return plane;
}

void learn(const Image& image, int32_t x0, int32_t y0, const std::vector<AtomShape>& shapes,
           std::vector<Use>* uses) {
  Memory memory;
  Monitor monitor;
  std::vector<uint8_t> plane = plane_of(image, x0, y0);
  enc::AtomTask task;
  task.source = PlaneView<const Pixel>{image.samples.data(), image.width, image.height, image.width}.window(
      x0, y0, kSide, kSide);
  task.rendered = PlaneView<const Pixel>{plane.data(), kSide, kSide, kSide};
  task.offset_x = task.offset_y = -kSide / 2;
  task.half = kSide / 2;
  task.lambda = kLambda;
  task.shapes = shapes.data();
  Vector<normative::Atom> atoms(memory);
  double gain = 0;
  enc::find_atoms(task, monitor, memory, &atoms, &gain);
  const double each = atoms.empty() ? 0 : gain / static_cast<double>(atoms.size()) / (kLambda * kAtomBits);
  for (const normative::Atom& a : atoms) {
    uses->push_back({shapes[a.shape], std::clamp(static_cast<int32_t>(std::lround(each)), 1, kMostWeight)});
  }
}

// `entries` shapes of one type.
bool cluster(const std::vector<Use>& uses, int32_t type, int32_t entries, ThreadPool& pool,
             std::vector<AtomShape>* out) {
  Memory memory;
  Monitor monitor;
  std::vector<double> samples;
  for (const Use& u : uses) {
    if (u.shape.type != type) continue;
    for (int32_t n = 0; n < u.weight; ++n) {
      samples.insert(samples.end(),
                     {double(u.shape.sigma_u), double(u.shape.sigma_v), double(u.shape.wavelength)});
    }
  }
  vq::Codebook book(memory);
  vq::TrainOptions options;
  options.entries = entries;
  options.seed = 15;
  const vq::SampleView view(samples.data(), static_cast<int64_t>(samples.size() / 3), 3);
  const Status status = vq::train(view, options, pool, monitor, &book);
  if (!status.ok()) {
    char text[200];
    status.print(text, sizeof(text));
    std::fprintf(stderr, "train_atoms: type %d: %s\n", type, text);
    return false;
  }
  for (int32_t i = 0; i < entries; ++i) {
    const double* e = book.entry(0, i);
    out->push_back({static_cast<uint8_t>(type), static_cast<uint8_t>(std::lround(e[0])),
                    static_cast<uint8_t>(std::lround(e[1])), static_cast<uint8_t>(std::lround(e[2]))});
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: train_atoms OUT.inc IMAGE.pgm...\n");
    return 2;
  }
  const auto books = dictionaries();
  ThreadPool pool(2);
  std::vector<std::vector<Use>> found(static_cast<size_t>(argc - 2));
  std::atomic<bool> readable{true};
  pool.run(argc - 2, [&](int64_t n, int32_t) {
    Image image;
    if (!tools::read_pgm(argv[n + 2], &image) || image.width < kSide || image.height < kSide) {
      readable = false;
      return;
    }
    const int32_t mx = image.width - kSide, my = image.height - kSide;
    const auto& book = books[static_cast<size_t>(n) % books.size()];
    const auto& other = books[static_cast<size_t>(n + argc / 2) % books.size()];
    learn(image, mx / 4, my / 3, book, &found[static_cast<size_t>(n)]);
    learn(image, mx * 3 / 4, my * 2 / 3, other, &found[static_cast<size_t>(n)]);
  });
  if (!readable) {
    std::fprintf(stderr, "train_atoms: an image is not a PGM of 8 bits and 128 pixels or more\n");
    return 1;
  }
  std::vector<Use> uses;
  for (const auto& f : found) uses.insert(uses.end(), f.begin(), f.end());
  double share[normative::kAtomTypes] = {}, total = 0;
  for (const Use& u : uses) {
    share[u.shape.type] += u.weight;
    total += u.weight;
  }
  int32_t entries[normative::kAtomTypes];
  for (int32_t t = 1; t < normative::kAtomTypes; ++t) {
    entries[t] = std::clamp(static_cast<int32_t>(std::lround(64 * share[t] / total)), 4, 16);
  }
  entries[0] = 64 - entries[1] - entries[2];
  std::vector<AtomShape> shapes;
  for (int32_t t = 0; t < normative::kAtomTypes; ++t) {
    std::vector<AtomShape> part;
    if (!cluster(uses, t, entries[t], pool, &part)) return 1;
    std::stable_sort(part.begin(), part.end(), [](const AtomShape& a, const AtomShape& b) {
      return a.wavelength != b.wavelength ? a.wavelength < b.wavelength : a.sigma_u < b.sigma_u;
    });
    shapes.insert(shapes.end(), part.begin(), part.end());
  }
  FILE* out = std::fopen(argv[1], "w");
  if (out == nullptr) {
    std::fprintf(stderr, "train_atoms: %s cannot be written\n", argv[1]);
    return 1;
  }
  std::fprintf(
      out, "// Generated by scripts/train-atoms: type, sigma u, sigma v, wavelength in quarter octaves.\n");
  for (size_t i = 0; i < shapes.size(); ++i) {
    std::fprintf(out, "%d, %d, %d, %d,%s", shapes[i].type, shapes[i].sigma_u, shapes[i].sigma_v,
                 shapes[i].wavelength, i % 8 == 7 ? "\n" : " ");
  }
  std::fclose(out);
  std::printf("%zu atoms: %.0f %% Gabor, %.0f %% Gauss, %.0f %% edges; %d, %d and %d shapes\n", uses.size(),
              100 * share[0] / total, 100 * share[1] / total, 100 * share[2] / total, entries[0], entries[1],
              entries[2]);
  return 0;
}
