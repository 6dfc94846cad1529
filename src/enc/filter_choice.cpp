// Every strength and every set is tried on copies; what comes nearest to the source counts. At effort 1 a
// quarter of the rows stands for all: 0.35 % of BD-rate (PSNR-Y) for a tenth of the time.
#include "enc/filter_choice.h"

#include <algorithm>
#include <cstring>

#include "backend/backend.h"
#include "entropy/cell_header.h"

namespace pc15::enc {
namespace {

// A copy of `height` rows of a plane behind the seam filter, in the scratch until the next call for that
// plane.
PlaneView<Pixel> filtered_rows(const CellSource& cell, const format::StreamHeader& header,
                               const CellOutcome& outcome, int32_t i, int32_t y0, int32_t height,
                               CellEncoderScratch& scratch) {
  const PlaneView<Pixel>& from = cell.plane[i].recon;
  const bool chroma = i > 0;
  scratch.filtered[i].resize(static_cast<size_t>(from.width) * static_cast<size_t>(height));
  const PlaneView<Pixel> copy{scratch.filtered[i].data(), from.width, height, from.width};
  for (int32_t y = 0; y < height; ++y) {
    std::memcpy(copy.row(y), from.row(y0 + y), static_cast<size_t>(from.width));
  }
  const int32_t step16 = chroma ? entropy::chroma_step(outcome.step16, header.chroma_step32) : outcome.step16;
  const backend::SeamCell seam{outcome.strength, step16, true};
  const PlaneView<const uint8_t> edges = chroma ? chroma_edges(cell, scratch) : cell.edges;
  const backend::SeamPlane plane{copy, edges.window(0, y0 / 4, edges.width, height / 4),
                                 header.geometry.cell >> header.plane_shift(i), &seam, 1};
  backend::operations().filter_vertical_edges(plane, 0, height >> 2);
  backend::operations().filter_horizontal_edges(plane, 0, height >> 2);
  return copy;
}

}  // namespace

PlaneView<Pixel> filtered_plane(const CellSource& cell, const format::StreamHeader& header,
                                const CellOutcome& outcome, int32_t plane, CellEncoderScratch& scratch) {
  return filtered_rows(cell, header, outcome, plane, 0, cell.plane[plane].recon.height, scratch);
}

// Rows of a plane on which filters are tried, and the superblocks that they belong to.
struct FilterChoice::Band {
  int32_t y, height, first_row, rows;
};
// All rows at once, or a quarter of those of every row of superblocks.
int32_t FilterChoice::bands(const PlaneView<Pixel>& plane, int32_t side, Band* out) const {
  const int32_t rows = (plane.height + side - 1) / side;
  if (!tuning_.luma.sampled_filters) {
    *out = {0, plane.height, 0, rows};
    return 1;
  }
  for (int32_t i = 0; i < rows; ++i) {
    const int32_t height = std::min(side, plane.height - i * side), part = std::min(height, side / 4);
    out[i] = {i * side + ((height - part) / 2 & ~3), part, i, 1};
  }
  return rows;
}

// Filters a copy of luma with each strength and keeps the one nearest to the source.
int32_t FilterChoice::choose_strength(int32_t step16) {
  const PlaneView<Pixel>& recon = cell_.plane[0].recon;
  Band band[8];
  const int32_t count = bands(recon, entropy::kSuperblock, band);
  int64_t least = INT64_MAX;
  int32_t best = 0;
  for (int32_t strength = 0; strength <= 4; ++strength) {
    int64_t error = 0;
    for (int32_t k = 0; k < count; ++k) {
      const int32_t y = band[k].y, h = band[k].height;
      const PlaneView<const Pixel> to =
          strength == 0 ? PlaneView<const Pixel>(recon.window(0, y, recon.width, h))
                        : filtered_rows(cell_, header_, {strength, step16, {}, {}}, 0, y, h, s_);
      error += squared_error(cell_.source[0].window(0, y, recon.width, h), to);
    }
    if (error >= least) break;
    least = error;
    best = strength;
  }
  return best;
}

// Squared errors of the superblocks of a plane, without filter and with every set.
struct FilterChoice::LoopErrors {
  static constexpr int32_t kMax = 64 * (normative::kLoopSets + 1);
  int64_t* at;
  int32_t blocks;
  int64_t& of(int32_t block, int32_t set) { return at[block * (normative::kLoopSets + 1) + set]; }
};

void FilterChoice::add_loop_errors(int32_t i, const CellOutcome& outcome, int32_t cols, const Band& band,
                                   LoopErrors* errors) {
  const int32_t base = i == 0 ? outcome.step16 : entropy::chroma_step(outcome.step16, header_.chroma_step32);
  const PlaneView<Pixel> from = filtered_rows(cell_, header_, outcome, i, band.y, band.height, s_);
  const PlaneView<const uint8_t> units = i == 0 ? cell_.edges : chroma_edges(cell_, s_);
  const int32_t side = entropy::kSuperblock >> header_.plane_shift(i);
  const PlaneView<const Pixel> source = cell_.source[i].window(0, band.y, from.width, from.height);
  PlaneView<Pixel> to[normative::kLoopSets];
  for (int32_t set = 0; set < normative::kLoopSets; ++set) {
    s_.looped[set] = s_.filtered[i];  // blocks of palette leaves stay
    to[set] = {s_.looped[set].data(), from.width, from.height, from.stride};
  }
  backend::LoopBlock states[64];
  for (int32_t b = 0; b < band.rows * cols; ++b) {
    const int32_t offset = outcome.offsets[(band.first_row + b / cols) * 8 + b % cols];
    states[b].step16 = static_cast<uint16_t>(normative::scaled_step(base, offset));
  }
  const backend::LoopPlane plane{
      from, to[0], side, states, cols, i != 0, units.window(0, band.y / 4, units.width, band.height / 4)};
  backend::operations().filter_loop_sets(plane, 0, band.rows, to);
  for (int32_t b = 0; b < band.rows * cols; ++b) {
    const int32_t x = b % cols * side, y = b / cols * side;
    const int32_t w = std::min(side, from.width - x), h = std::min(side, from.height - y);
    const int32_t whole = std::min(side, cell_.source[i].height - (band.first_row + b / cols) * side);
    for (int32_t set = 0; set <= normative::kLoopSets; ++set) {
      const PlaneView<const Pixel> tried = (set > 0 ? to[set - 1] : from).window(x, y, w, h);
      errors->of(band.first_row * cols + b, set) +=
          squared_error(source.window(x, y, w, h), tried) * whole / h;
    }
  }
}

// Per superblock the smallest J, bits as the adaptive model has them by then; none at all when that is
// less.
void FilterChoice::choose_loop_sets(LoopErrors& errors, CellOutcome& outcome, int32_t family, int32_t cols) {
  entropy::AdaptiveCdf model;
  entropy::cdf_init_uniform(&model, normative::kLoopSets + 1);
  int64_t total = 0, without = 0;
  for (int32_t b = 0; b < errors.blocks; ++b) {
    const int32_t step = normative::scaled_step(outcome.step16, outcome.offsets[(b / cols) * 8 + b % cols]);
    const Lagrangian lagrangian = make_lagrangian(step, tuning_.lambda_milli);
    const auto cost = [&](int32_t set) {
      return errors.of(b, set) * 1024 + lagrangian.rate(entropy::symbol_cost(model, set));
    };
    int32_t best = 0;
    for (int32_t set = 1; set <= normative::kLoopSets; ++set) best = cost(set) < cost(best) ? set : best;
    total += cost(best);
    without += errors.of(b, 0) * 1024;
    outcome.loop.set[family][b] = static_cast<uint8_t>(best);
    entropy::cdf_update(&model, best, entropy::kCellRate);
  }
  if (total >= without)
    std::fill(outcome.loop.set[family], outcome.loop.set[family] + errors.blocks, uint8_t{0});
}

int32_t FilterChoice::choose_loop_sets(int32_t family, CellOutcome* outcome) {
  const PlaneView<const Pixel>& luma = cell_.source[0];
  const int32_t cols = entropy::superblocks(luma.width), blocks = cols * entropy::superblocks(luma.height);
  int64_t error[LoopErrors::kMax] = {};
  LoopErrors errors{error, blocks};
  for (int32_t i = family == 0 ? 0 : 1; i <= (family == 0 ? 0 : 2); ++i) {
    Band band[8];
    const int32_t count = bands(cell_.plane[i].recon, entropy::kSuperblock >> header_.plane_shift(i), band);
    for (int32_t k = 0; k < count; ++k) add_loop_errors(i, *outcome, cols, band[k], &errors);
  }
  choose_loop_sets(errors, *outcome, family, cols);
  return blocks;
}

}  // namespace pc15::enc
