#include <memory>
#include <random>

#include "bench/kernels/cases.h"

namespace kernels {
namespace {

using namespace pc15;

constexpr int32_t kSide = 256, kRow = 768;

// A cell with an edge map of 8 x 8 blocks, and rows of a picture.
struct Picture {
  Picture()
      : samples(kSide * kSide), filtered(kSide * kSide), other(kSide * kSide), edges(kSide * kSide / 16),
        rgb(kRow * 4) {
    std::mt19937 random(1);
    for (int32_t i = 0; i < kSide * kSide; ++i) {
      const int32_t x = i % kSide, y = i / kSide;
      samples[static_cast<size_t>(i)] = static_cast<Pixel>((x + y) / 3 + (x / 8 + y / 8) % 5 + random() % 6);
    }
    other = samples;
    for (int32_t i = 0; i < kSide * kSide / 16; ++i) {
      const int32_t x = i % (kSide / 4), y = i / (kSide / 4);
      edges[static_cast<size_t>(i)] =
          static_cast<uint8_t>(backend::kWide | backend::kTall | (x % 2 == 0 ? backend::kEdgeLeft : 0) |
                               (y % 2 == 0 ? backend::kEdgeTop : 0));
    }
    for (uint8_t& v : rgb) v = static_cast<uint8_t>(random());
    for (backend::LoopBlock& b : blocks) b = {320, 2};
  }
  backend::SeamPlane seam() {
    return {{samples.data(), kSide, kSide, kSide},
            {edges.data(), kSide / 4, kSide / 4, kSide / 4},
            kSide,
            &cell,
            1};
  }
  std::vector<Pixel> samples, filtered, other;
  std::vector<uint8_t> edges, rgb;
  std::vector<uint8_t> row[4] = {std::vector<uint8_t>(kRow), std::vector<uint8_t>(kRow),
                                 std::vector<uint8_t>(kRow), std::vector<uint8_t>(kRow)};
  backend::SeamCell cell{2, 320, true};
  backend::LoopBlock blocks[16];
  volatile int64_t sink = 0;
};
using Shared = std::shared_ptr<Picture>;

void add(std::vector<Case>* cases, const char* name, int32_t samples, const Shared& p,
         void (*run)(const Tables&, Picture&)) {
  cases->push_back({name, samples, [=](const Tables& t) { run(t, *p); }});
}

}  // namespace

std::vector<Case> picture_cases() {
  std::vector<Case> cases;
  const Shared p = std::make_shared<Picture>();
  add(&cases, "filter_vertical_edges", kSide * kSide, p, [](const Tables& t, Picture& x) {
    x.samples = x.other;
    t.operations->filter_vertical_edges(x.seam(), 0, kSide / 4);
  });
  add(&cases, "filter_horizontal_edges", kSide * kSide, p, [](const Tables& t, Picture& x) {
    x.samples = x.other;
    t.operations->filter_horizontal_edges(x.seam(), 0, kSide / 4);
  });
  add(&cases, "filter_loop", kSide * kSide, p, [](const Tables& t, Picture& x) {
    const backend::LoopPlane plane{{x.other.data(), kSide, kSide, kSide},
                                   {x.filtered.data(), kSide, kSide, kSide},
                                   64,
                                   x.blocks,
                                   4,
                                   false,
                                   {}};
    t.operations->filter_loop(plane, 0, kSide / 64);
  });
  add(&cases, "filter_loop_sets", kSide * kSide, p, [](const Tables& t, Picture& x) {
    const PlaneView<Pixel> to{x.filtered.data(), kSide, kSide, kSide};
    const PlaneView<Pixel> sets[normative::kLoopSets] = {to, to, to, to};
    const backend::LoopPlane plane{{x.other.data(), kSide, kSide, kSide}, to, 64, x.blocks, 4, false, {}};
    t.operations->filter_loop_sets(plane, 0, kSide / 64, sets);
  });
  add(&cases, "squared_error", kSide * kSide, p, [](const Tables& t, Picture& x) {
    const PlaneView<const Pixel> a{x.other.data(), kSide, kSide, kSide},
        b{x.filtered.data(), kSide, kSide, kSide};
    x.sink = t.kernels->squared_error(a, b);
  });
  add(&cases, "write_rgb_row, 4:2:0", kRow, p, [](const Tables& t, Picture& x) {
    const backend::ChromaRows chroma{x.row[1].data(), x.row[1].data(), x.row[2].data(), x.row[2].data(), 1,
                                     kRow / 2 - 1};
    t.operations->write_rgb_row(x.row[0].data(), chroma, nullptr, 0, kRow, 3, x.rgb.data());
  });
  add(&cases, "write_gray_row", kRow, p, [](const Tables& t, Picture& x) {
    t.operations->write_gray_row(x.row[0].data(), nullptr, 0, kRow, 3, x.rgb.data());
  });
  add(&cases, "split_rgb_row", kRow, p, [](const Tables& t, Picture& x) {
    t.operations->split_rgb_row(x.rgb.data(), kRow, 3, x.row[0].data(), x.row[1].data(), x.row[2].data(),
                                nullptr);
  });
  return cases;
}

}  // namespace kernels
