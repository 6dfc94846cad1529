// What an effort level allows the search of one region (docs/design.md, "Search").
#pragma once

#include "enc/search.h"

namespace pc15::enc {

struct SearchPlan {
  bool layers = true;     // false: FIELD only
  bool thorough = false;  // hypotheses that need many trials
  int32_t max_peaks = 4;  // spectral peaks turned into waves
  bool pairs = false, lattices = true, radial = true, seeded = false, defaults = false;
  bool ridges = false;           // any function of one coordinate
  int32_t dear_stages = 0;       // correlations and folds, when the rest leaves something to find
  int32_t beam = 2;              // candidates refined in full
  int64_t score_samples = 2304;  // samples of a first score
  int64_t fit_samples = 8192;    // samples of the last refinement
  int32_t iterations = 8;
  int32_t max_layers = 1;
  int32_t polish_renders = 200;
  int64_t max_scores = 1 << 20;  // hypotheses stop when as many renders of a first score are spent
  int32_t window = 256;          // side of the spectral analysis
  double early_exit_db = 0.3;    // least gain of the first scores
  double refined_db = 0.3;       // least gain after the short refinement
  // With a residual behind it, a region must look regular before anything dear is tried.
  bool guarded = false;
  bool only_regular = false;  // guarded: waves and gradients too
  double min_share = 0.15;    // guarded: least periodic share of the windowed energy
  double min_periods = 4;     // that counts as periodic: periods across the region
  double lambda = 1;
  double residual_step = 0;  // of SearchInput
};

// A layer that explains less never pays under a residual.
constexpr double kUnderResidualDb = 2.5;

SearchPlan image_plan(const SearchInput& in);
SearchPlan tile_plan(const SearchInput& in);
// A part of a tile, when the tile as a whole shows nothing.
SearchPlan window_plan(const SearchInput& in);

}  // namespace pc15::enc
