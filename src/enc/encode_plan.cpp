#include "enc/encode_plan.h"

#include <algorithm>

#include "enc/row_ingest.h"
#include "enc/search_sketch.h"
#include "enc/search_tile.h"
#include "normative/program.h"

namespace pc15::enc {
namespace {

// Released memory up to here may wait to be used again (api/handle.h).
constexpr uint64_t kWaiting = uint64_t{1} << 25;
// Small vectors, and what rounding to the sizes of blocks adds to the large ones.
constexpr uint64_t kFixed = uint64_t{2} << 20;
uint64_t with_rounding(uint64_t bytes) { return bytes + bytes / 32 + kFixed; }

class Planner {
 public:
  Planner(const Config& config, int32_t width, int32_t height, int32_t channels, int32_t threads)
      : c_(config), w_((static_cast<uint64_t>(width) + 7) & ~uint64_t{7}),
        h_((static_cast<uint64_t>(height) + 7) & ~uint64_t{7}), channels_(static_cast<uint64_t>(channels)),
        threads_(static_cast<uint64_t>(threads)) {
    g_.width = width;
    g_.height = height;
    g_.tile = config.tile;
    g_.overlap = std::min(config.overlap, config.tile / 2);
    g_.cell = config.cell;
    step_ = static_cast<uint64_t>(rows_of_step(g_, threads) + 1) * cell();
  }

  EncodePlan run() const {
    const bool held = looks_at_whole(c_);
    EncodePlan plan{};
    if (c_.lossless) {
      const uint64_t job = base() + (c_.procedural ? planes(h_, true) + search() : 0);
      plan.image = job;
      plan.rows = job + (c_.procedural || channels_ == 4 ? samples(h_) : stream());
      plan.source =
          held ? plan.rows : base() + (searches(c_) ? sketch(true) : 0) + std::max(stream(), searching(true));
      // For the search twice, for alpha, for the cells.
      plan.readings = held ? 1 : searches(c_) ? 3 : c_.procedural || channels_ == 4 ? 2 : 1;
    } else {
      const uint64_t job = base() + planes(h_, false) + std::max(search(), window());
      const bool sampled = c_.target.kind != Target::Kind::kNone || may_turn_lossless();
      plan.image = job;
      plan.rows = job + band() + (sampled ? samples(h_) : 0);
      plan.source = held ? plan.rows : base() + windows();
      plan.readings = held ? 1 : passes() * readings_of_pass();
    }
    for (uint64_t* bytes : {&plan.image, &plan.rows, &plan.source})
      *bytes = std::max(with_rounding(*bytes), kWaiting + kFixed);
    return plan;
  }

 private:
  uint64_t cell() const { return static_cast<uint64_t>(g_.cell); }
  bool may_turn_lossless() const { return c_.residual_cap_millibpp == 0 && c_.grain_percent == 0; }
  uint64_t samples(uint64_t rows) const { return w_ * rows * channels_; }
  uint64_t band() const { return samples(Raster::kBandRows); }
  uint64_t planes(uint64_t rows, bool exact) const {
    const bool full = exact || c_.chroma == ChromaMode::k444;
    return w_ * rows * (channels_ == 1 ? 2 : (full ? 6 : 3) + (channels_ == 4 ? 2 : 0)) / 2;
  }
  int32_t passes() const { return c_.target.kind == Target::Kind::kNone ? 1 : TargetSearch::kMaxPasses; }
  // Of a lossy one: for the search twice, for what its programs leave, for the cells, and for the figures
  // when these are not needed; then what a lossless file takes.
  int32_t readings_of_pass() const {
    return searches(c_) ? 5 + (may_turn_lossless() ? 3 : 0) : 2 + (may_turn_lossless() ? 1 : 0);
  }
  // Luma before and behind the loop filter, and its edges.
  uint64_t window() const {
    return c_.measure || c_.grain_percent > 0 ? w_ * std::min(h_, step_) * 33 / 16 : 0;
  }
  // Planes while cells are coded; three bands and history besides.
  uint64_t rolling() const { return planes(std::min(h_, step_ + 4 * Raster::kBandRows), false) + window(); }
  // Samples while lossless cells are coded.
  uint64_t stream() const {
    const uint64_t cols = static_cast<uint64_t>(g_.cell_cols());
    const uint64_t rows = (2 * threads_ + cols - 1) / cols * cell() + Raster::kBandRows;
    return samples(std::min(h_, rows));
  }
  // What is held of a source that is read again: the most that a step needs.
  uint64_t windows() const {
    return band() +
           std::max({rolling(), stream(), searching(false), may_turn_lossless() ? searching(true) : 0}) +
           (searches(c_) ? sketch(may_turn_lossless()) : 0);
  }
  uint64_t sketch(bool exact) const {
    return sketch_bound(g_, channels_ == 1 ? 1 : 3, exact || c_.chroma == ChromaMode::k444 ? 0 : 1);
  }
  // Planes while the tiles of a window are searched, and what threads and tiles keep; three bands besides.
  uint64_t searching(bool exact) const {
    if (!c_.procedural) return 0;
    const int32_t tile_rows = searches(c_) ? search_window_rows(g_, static_cast<int32_t>(threads_)) : 1;
    const uint64_t rows = static_cast<uint64_t>(tile_rows * g_.tile + 4 * Raster::kBandRows);
    return planes(std::min(h_, rows), exact) + band() + (searches(c_) ? search_tables() : 0);
  }
  uint64_t search_tables() const {
    const uint64_t tiles = static_cast<uint64_t>(g_.tile_count());
    return tiles * (sizeof(Finding) + 2 * sizeof(normative::TileProgram)) + threads_ * (uint64_t{8} << 20);
  }
  // A rendering of luma while programs are judged, and what tiles keep.
  uint64_t search() const { return searches(c_) ? w_ * h_ * 9 / 8 + search_tables() : 0; }
  // Whatever is coded: a thread's cell in all its forms, and what is kept of every cell and tile.
  uint64_t base() const {
    const uint64_t tiles = static_cast<uint64_t>(g_.tile_count()),
                   cells = static_cast<uint64_t>(g_.cell_count());
    const uint64_t tables =
        tiles * (sizeof(normative::TileProgram) + sizeof(Finding) + 2 * sizeof(TileStats));
    return threads_ * ((uint64_t{1} << 20) + 16 * cell() * cell()) + cells * 128 + tables;
  }

  const Config& c_;
  const uint64_t w_, h_, channels_, threads_;
  normative::Geometry g_;
  uint64_t step_;  // luma rows of a window
};

}  // namespace

int32_t rows_of_step(const normative::Geometry& geometry, int32_t threads) {
  constexpr int32_t kCellsPerThread = 16, kMostThreads = 16;
  const int32_t cells = kCellsPerThread * std::min(threads, kMostThreads), cols = geometry.cell_cols();
  return std::min(geometry.cell_rows(), (cells + cols - 1) / cols);
}

EncodePlan plan_encode(const Config& config, int32_t width, int32_t height, int32_t channels,
                       int32_t threads) {
  return Planner(config, width, height, channels, threads).run();
}

}  // namespace pc15::enc
