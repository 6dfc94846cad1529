// From a refined layer to the best program around it: levels, the field's order, descent on the exact error,
// equivalent descriptions, coarser grids.
#include <algorithm>
#include <cmath>

#include "enc/refine_ahead.h"
#include "enc/search_tile.h"
#include "normative/catalogue.h"

namespace pc15::enc {

using normative::Layer;
using normative::Program;

namespace {

constexpr double kPolishBelow = 60;   // mean square: 30 dB
constexpr double kNearlyExact = 0.5;  // mean square below which equivalent descriptions are tried
constexpr int64_t kFullPolish = int64_t{1} << 24;  // samples rendered by the last descent

}  // namespace

// Descent on the exact error; when the picture looks like one of this library's, also over equivalent
// descriptions.
void RegionSearch::sharpen(int32_t number, LayerFit* fit, Program* program) {
  const double area = static_cast<double>(region_.rect.width) * region_.rect.height;
  double ssd = quick_.ssd(*program);
  if (ssd >= kPolishBelow * area) return;
  polish(*fit, number, plan_.polish_renders, monitor_, &quick_, region_, memory_, program);
  ssd = quick_.ssd(*program);
  if (ssd > 0 && ssd < kNearlyExact * area && plan_.thorough &&
      try_equivalents(number, plan_.polish_renders, fit, &quick_, program)) {
    polish(*fit, number, plan_.polish_renders, monitor_, &quick_, region_, memory_, program);
    ssd = quick_.ssd(*program);
  }
  if (ssd > 0 && ssd < kNearlyExact * area && plan_.thorough && !plan_.guarded) {
    fit_exactly(number, program);
    ssd = quick_.ssd(*program);
  }
  if (quick_.complete() || !plan_.thorough) return;
  const double all = full_.ssd(*program);
  if (all == 0 || (ssd > 0 && ssd < kNearlyExact * area && all < 2 * ssd)) return;
  // Hard edges: a window sees few of them, so the last steps need all. Large images allow fewer.
  const double most = static_cast<double>(kFullPolish) / std::min<double>(area, kFullSamples);
  const int32_t renders = std::min(plan_.polish_renders / 8, static_cast<int32_t>(most));
  polish(*fit, number, renders, monitor_, &full_, region_, memory_, program);
  if (ssd == 0 && full_.ssd(*program) > 0) try_equivalents(number, renders, fit, &full_, program);
}

bool RegionSearch::try_equivalents(int32_t number, int32_t max_renders, LayerFit* fit, ExactError* error,
                                   Program* program) {
  CandidateList list(memory_);
  propose_equivalents(program->layers[number], &list);
  const double limit =
      2 * fit->score(program->layers[number]) + 0.1 * static_cast<double>(fit->sample_count());
  double best = error->ssd(*program);
  bool better = false;
  ScoreAhead scores(list, monitor_, memory_);
  const uint64_t before = error->renders();
  const auto make = [&](int32_t n, Program* trial) {
    const Layer& other = list[static_cast<size_t>(n)].layer;
    const LayerScore& score = scores.of(static_cast<size_t>(n), fit);
    if (score.ssd > limit) return false;
    Layer& layer = trial->layers[number];
    std::copy(other.params, other.params + normative::kMaxParams, layer.params);
    if ((score.contrast < 0) != (layer.contrast[plane_] < 0)) {
      for (int16_t& contrast : layer.contrast) contrast = static_cast<int16_t>(-contrast);
    }
    return true;
  };
  const auto go_on = [&] {
    return !monitor_.cancelled() && error->renders() - before < static_cast<uint64_t>(max_renders) &&
           best > 0;
  };
  const int32_t count = static_cast<int32_t>(list.size());
  for (int32_t n = 0; (n = first_better(n, count, make, go_on, error, memory_, &best, program)) < count; ++n)
    better = true;
  return vary_integers(number, error, &best, program) || better;
}

// Integer parameters that the contrast nearly makes up for, such as octaves too fine to be seen.
bool RegionSearch::vary_integers(int32_t number, ExactError* error, double* best, Program* program) {
  const int32_t step = prime_step(region_.rect, plan_.fit_samples);
  CandidateList list(memory_);
  bool better = false;
  propose_variants(program->layers[number], &list);
  const auto vary = [&](int32_t n, Program* trial) {
    const Layer& other = list[static_cast<size_t>(n)].layer;
    trial->layers[number].preset = other.preset;
    std::copy(other.params, other.params + normative::kMaxParams, trial->layers[number].params);
    fit_levels(region_, trial->field.order, step, memory_, trial);
    return true;
  };
  const auto go_on = [&] { return !monitor_.cancelled() && *best != 0; };
  const int32_t count = static_cast<int32_t>(list.size());
  for (int32_t n = 0; (n = first_better(n, count, vary, go_on, error, memory_, best, program)) < count; ++n)
    better = true;
  return better;
}

// A gradient competes with waves of long periods, which bend to the same shape inside the region.
void RegionSearch::settle_gradients(int32_t number, const CandidateList& list, LayerFit* wide) {
  CandidateList gradients(memory_);
  for (const Candidate& c : list) {
    if (is_gradient(c.layer)) gradients.push_back(c);
  }
  rank(wide, wide, 6, 3, &gradients);
  LayerFit::Options options;
  options.iterations = 6;
  RefineAhead refined(gradients, options, monitor_, memory_);
  for (size_t i = 0; i < gradients.size(); ++i) refined.take(i, wide, &gradients[i].layer);
  rank(wide, wide, 2, 2, &gradients);
  for (Candidate& c : gradients) {
    if (monitor_.cancelled() || best_.ssd == 0) return;
    refine_candidate(number, &c, wide);
    try_variants(number, &c, wide);
    settle(number, c.layer, wide);
  }
}

// Other bases of the same lattice: exact when the grid of this one does not hold the one it was made with.
void RegionSearch::settle_bases(int32_t number, LayerFit* fit) {
  const double area = static_cast<double>(region_.rect.width) * region_.rect.height;
  if (best_.ssd == 0 || best_.ssd > kNearlyExact * area || best_.program.layer_count != number + 1) return;
  CandidateList bases(memory_);
  propose_bases(source_, best_.program.layers[number], &bases);
  LayerFit::Options options;
  options.iterations = 4;
  options.first_change = 0.05;
  options.last_change = 0.02;
  if (!bases.empty()) start_fit(source_.rect, plan_.fit_samples, 1, number, fit);
  RefineAhead refined(bases, options, monitor_, memory_);
  for (size_t i = 0; i < bases.size(); ++i) {
    Candidate& c = bases[i];
    if (monitor_.cancelled() || best_.ssd == 0) return;
    if (refined.take(i, fit, &c.layer) > kNearlyExact * static_cast<double>(fit->sample_count())) continue;
    settle(number, c.layer, fit);
  }
}

// Turns a refined layer into the best program around it.
void RegionSearch::settle(int32_t number, const Layer& layer, LayerFit* fit) {
  const int32_t extent = normative::slot_frame(region_.geometry, region_.slot).extent;
  const int32_t step = prime_step(region_.rect, plan_.fit_samples);
  Program base = best_.program;
  base.layer_count = static_cast<uint8_t>(number + 1);
  base.level_class = 0;
  base.layers[number] = layer;
  base.layers[number].slot = region_.slot;
  base.layers[number].seed_layer = static_cast<uint8_t>(number);
  normative::snap_layer(&base.layers[number], extent);
  const uint64_t before = quick_.renders() + full_.renders();
  Program chosen;
  double least = 0;
  for (int32_t order = 0; order <= (plan_.guarded ? 1 : 2); ++order) {
    Program program = base;
    fit_levels(region_, order, step, memory_, &program);
    const double cost = quick_.ssd(program) + plan_.lambda * bits_of(program);
    if (order > 0 && cost >= least) continue;
    least = cost;
    chosen = program;
  }
  sharpen(number, fit, &chosen);
  consider(chosen);
  spent_[layer.preset].renders += quick_.renders() + full_.renders() - before;
  if (best_.ssd == 0) return;
  const int32_t order = chosen.field.order;
  chosen.level_class = 1;
  fit_levels(region_, order, step, memory_, &chosen);
  consider(chosen);
}

// Coarser grids for the parameters while the price falls faster than the error rises.
void RegionSearch::coarsen(int32_t number) {
  if (best_.ssd == 0 || best_.program.layer_count != number + 1) return;
  const int32_t extent = normative::slot_frame(region_.geometry, region_.slot).extent;
  const int32_t step = prime_step(region_.rect, plan_.fit_samples);
  const Layer fine = best_.program.layers[number];
  for (int32_t p = 1; p <= normative::kMaxPrecision; ++p) {
    Program program = best_.program;
    program.layers[number] = fine;
    program.layers[number].precision = static_cast<uint8_t>(p);
    normative::snap_layer(&program.layers[number], extent);
    const int32_t order = program.field.order;
    fit_levels(region_, order, step, memory_, &program);
    if (!consider(program) && p > 2) break;
  }
}

}  // namespace pc15::enc
