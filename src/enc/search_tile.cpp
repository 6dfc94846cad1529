#include "enc/search_tile.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "enc/candidates_tools.h"
#include "entropy/program_coder.h"
#include "normative/catalogue.h"

namespace pc15::enc {

using normative::Layer;
using normative::Program;
using normative::TileMode;
using normative::TileProgram;

namespace {

constexpr double kPolishBelow = 60;    // mean square: 30 dB
constexpr int32_t kScoreWindow = 512;  // what the frequencies of the spectrum are good for
constexpr double kWellExplained = 0.03;  // share of the variance left, below which nothing dear is tried
constexpr double kSmallError = 2;        // the same as a mean square
constexpr double kNoisyError = 40;       // a damaged picture
constexpr int32_t kDearStages = 4;
constexpr double kRounding = 0.15;       // mean square that rounding may leave
constexpr double kNearlyExact = 0.5;   // mean square below which equivalent descriptions are tried
constexpr double kAligned = 0.8;       // gradients that point at one centre
constexpr int64_t kQuickSamples = 16384;
constexpr int64_t kFullSamples = int64_t{1} << 20;
constexpr int64_t kFullPolish = int64_t{1} << 24;  // samples rendered by the last descent

// Samples taken at a multiple of a pattern's period see nothing: prime steps meet few periods.
int32_t step_for(const Rect& rect, int64_t samples) {
  static const int32_t kSteps[] = {1,  2,  3,  5,  7,   11,  13,  17,  23,  29,
                                   37, 47, 61, 79, 101, 131, 173, 223, 293, 383};
  for (const int32_t step : kSteps) {
    if (int64_t{(rect.width + step - 1) / step} * ((rect.height + step - 1) / step) <= samples) return step;
  }
  return 509;
}

Rect centre_window(const Rect& rect, int32_t side) {
  const int32_t w = std::min(rect.width, side), h = std::min(rect.height, side);
  return Rect{rect.x + (rect.width - w) / 2, rect.y + (rect.height - h) / 2, w, h};
}

bool is_gradient(const Layer& layer) {
  return layer.preset == normative::kGradLinear || layer.preset == normative::kGradRadial;
}

bool same_layer(const Layer& a, const Layer& b) {
  return a.preset == b.preset && std::equal(a.params, a.params + normative::kMaxParams, b.params) &&
         a.profile_count == b.profile_count && std::equal(a.profile, a.profile + a.profile_count, b.profile);
}

// The plane whose variance is the largest: the one geometry is fitted to.
int32_t busiest_plane(const Region& region) {
  int32_t best = 0;
  double most = -1;
  for (int32_t p = 0; p < region.plane_count; ++p) {
    const Rect r = region.plane_rect(p, region.rect);
    double sum = 0, square = 0, n = 0;
    for (int32_t y = r.y; y < r.bottom(); y += 4) {
      for (int32_t x = r.x; x < r.right(); x += 4) {
        const double v = region.planes[p].at(x, y);
        sum += v;
        square += v * v;
        n += 1;
      }
    }
    const double variance = (square - sum * sum / n) / n * (p == 0 ? 4 : 1);  // luma unless it is nearly flat
    if (variance > most) {
      most = variance;
      best = p;
    }
  }
  return best;
}

bool is_flat(const Region& region, Program* program) {
  *program = Program();
  for (int32_t p = 0; p < region.plane_count; ++p) {
    const Rect r = region.plane_rect(p, region.rect);
    const Pixel value = region.planes[p].at(r.x, r.y);
    for (int32_t y = r.y; y < r.bottom(); ++y) {
      const Pixel* row = region.planes[p].row(y);
      for (int32_t x = r.x; x < r.right(); ++x) {
        if (row[x] != value) return false;
      }
    }
    program->field.coef[p][0] = static_cast<int16_t>(2 * value);
    if (p > 0 && value != 128) program->field.has_chroma = true;
  }
  return true;
}

}  // namespace

TileProgram record_of(const Program& program, int32_t slot) {
  TileProgram tile;
  tile.mode = program.layer_count == 0 && program.field.order == 0 ? TileMode::kFlat : TileMode::kProgram;
  tile.slot = slot;
  tile.program = program;
  return tile;
}

RegionSearch::RegionSearch(const Region& region, const SearchPlan& plan,
                           const normative::ProgramImage& context, Monitor& monitor, Memory& memory)
    : region_(region), plan_(plan), context_(context), monitor_(monitor), memory_(memory),
      quick_(region, kQuickSamples, monitor, memory), full_(region, kFullSamples, monitor, memory) {}

double RegionSearch::bits_of(const Program& program) const {
  return entropy::program_cost_bits(context_, record_of(program, region_.slot), region_.slot);
}

// Keeps the cheaper of the best program so far and `program`.
bool RegionSearch::consider(const Program& program) {
  const double bits = bits_of(program);
  if (plan_.lambda * bits >= best_.cost(plan_.lambda)) return false;
  double ssd = quick_.ssd(program);
  if ((!plan_.guarded || ssd == 0) && !quick_.complete()) ssd = full_.ssd(program);
  if (ssd + plan_.lambda * bits >= best_.cost(plan_.lambda)) return false;
  best_.program = program;
  best_.ssd = ssd;
  best_.bits = bits;
  return true;
}

void RegionSearch::try_fields() {
  const int32_t step = step_for(region_.rect, plan_.fit_samples);
  best_.ssd = 1e300;
  const int32_t orders = plan_.guarded ? 0 : 2, classes = plan_.guarded ? 0 : 1;
  for (int32_t order = 0; order <= orders; ++order) {
    for (int32_t level_class = 0; level_class <= classes; ++level_class) {
      Program program;
      program.level_class = static_cast<uint8_t>(level_class);
      fit_levels(region_, order, step, memory_, &program);
      consider(program);
    }
  }
}

void RegionSearch::run(Finding* out) {
  best_ = Finding();
  Program flat;
  if (is_flat(region_, &flat)) {
    best_.program = flat;
    best_.bits = bits_of(flat);
  } else {
    try_fields();
    if (plan_.layers && best_.ssd > 0) {
      plane_ = busiest_plane(region_);
      source_ = region_.source(plane_);
      for (int32_t l = 0; l < plan_.max_layers && !monitor_.cancelled(); ++l) {
        if (best_.program.layer_count != l || best_.ssd == 0 || !find_layer(l)) break;
      }
    }
  }
  best_.renders = quick_.renders() + full_.renders() + fit_renders_;
  *out = best_;
}

void RegionSearch::add_spent(GeneratorStats* totals) const {
  for (int32_t k = 0; k < kGeneratorNumbers; ++k) {
    totals[k].hypotheses += spent_[k].hypotheses;
    totals[k].renders += spent_[k].renders;
    totals[k].early_exits += spent_[k].early_exits;
  }
}

void RegionSearch::start_fit(const Rect& rect, int64_t samples, int32_t order, int32_t number,
                             LayerFit* fit) {
  FitSource source = source_;
  source.rect = rect;
  fit->start(source, step_for(rect, samples), order);
  for (int32_t l = 0; l < number; ++l) fit->add_layer(best_.program.layers[l]);
}

// Photographs have their energy at low frequencies and no common centre: what is left of the spectrum above
// `min_periods` periods, and the alignment of the gradients, separate them from regular pictures.
bool RegionSearch::looks_regular(const Analysis& analysis) const {
  SpectralPeak peaks[kMaxAnalysisPeaks];
  const int32_t count = collect_peaks(analysis, peaks);
  const double extent =
      std::max(source_.rect.width, source_.rect.height) * (source_.scale_log2 < 0 ? 2.0 : 1.0);
  double share = 0;
  for (int32_t k = 0; k < count; ++k) {
    if (std::hypot(peaks[k].fx, peaks[k].fy) * extent >= plan_.min_periods) share += peaks[k].share;
  }
  if (share * (analysis.has_coarse ? 0.5 : 1.0) >= plan_.min_share) return true;
  if (!plan_.thorough || analysis.plane.remainder < 4) return false;
  const SampleGrid& grid = analysis.has_coarse ? analysis.coarse : analysis.grid;
  return vote_centre(grid, CentreKind::kRings).alignment > kAligned ||
         vote_centre(grid, CentreKind::kSun).alignment > kAligned;
}

void RegionSearch::gather(const Analysis& analysis, CandidateList* list) {
  propose_waves(analysis, plan_.max_peaks, list);
  propose_gradients(analysis, list);
  if (plan_.defaults) propose_defaults(source_, list);
  if (plan_.guarded && plan_.seeded) propose_seeded(source_, monitor_, memory_, list);
  if (plan_.guarded && !looks_regular(analysis)) return;
  if (plan_.pairs) propose_wave_pairs(analysis, list);
  if (plan_.ridges) propose_ridges(analysis, list);
  if (plan_.lattices && !monitor_.cancelled()) propose_lattices(analysis, plan_.thorough, list);
  if (plan_.radial && !monitor_.cancelled()) propose_radial(analysis, plan_.thorough, monitor_, list);
  if (plan_.seeded && !plan_.guarded) propose_seeded(source_, monitor_, memory_, list);
}

// Correlations and folds, from cheap to dear.
void RegionSearch::gather_dear(int32_t stage, const Analysis& analysis, const CandidateList& found,
                               LayerFit* fit, CandidateList* list) {
  const auto go_on = [&] { return !monitor_.cancelled(); };
  if (stage == 0) {
    propose_bends(analysis, list);
    if (go_on()) propose_gabors(analysis, list);
    if (go_on()) propose_bricks(analysis, list);
    for (size_t i = 0; i < found.size() && go_on(); ++i) propose_relatives(analysis, found[i].layer, list);
    return;
  }
  if (stage == 1) {
    propose_centres(analysis, monitor_, list);
    if (go_on()) propose_herringbones(analysis, list);
    for (size_t i = 0; i < found.size() && go_on(); ++i) {
      if (found[i].layer.preset == normative::kBrick) propose_relatives(analysis, found[i].layer, list);
    }
    return;
  }
  if (stage == 2) {
    propose_mirrors(analysis, monitor_, list);
    if (go_on()) propose_swirls(analysis, monitor_, list);
    return;
  }
  if (plan_.guarded || !plan_.seeded) return;
  propose_bent_by_noise(analysis, monitor_, list);
  if (go_on()) propose_spots(source_, monitor_, memory_, list);
  bool tried[256] = {};  // the best of a preset has the best centre
  for (size_t i = 0; i < found.size() && go_on(); ++i) {
    bool& known = tried[found[i].layer.preset];
    if (!known) propose_woods(source_, found[i].layer, fit, list);
    known = true;
  }
}

// Scores, sorts and removes repetitions; keeps at most `keep`, and
// `per_preset` of each preset. Gradients are scored
// without a slope in the base, which would swallow them.
void RegionSearch::rank(LayerFit* fit, LayerFit* wide, size_t keep, int32_t per_preset, CandidateList* list) {
  int32_t taken[256] = {};
  for (Candidate& c : *list) {
    if (monitor_.cancelled()) return;
    LayerFit* f = wide != nullptr && is_gradient(c.layer) ? wide : fit;
    c.score = f->score(c.layer) / std::max(1e-9, f->total_ssd());
    ++spent_[c.layer.preset].hypotheses;
    ++spent_[c.layer.preset].renders;
  }
  std::stable_sort(list->begin(), list->end(),
                   [](const Candidate& a, const Candidate& b) { return a.score < b.score; });
  size_t used = 0;
  for (size_t i = 0; i < list->size() && used < keep; ++i) {
    bool repeated = false;
    for (size_t k = 0; k < used; ++k) repeated |= same_layer((*list)[k].layer, (*list)[i].layer);
    int32_t& count = taken[(*list)[i].layer.preset];
    if (repeated || count == per_preset) continue;
    ++count;
    (*list)[used++] = (*list)[i];
  }
  list->resize(used);
}

// From the middle outwards: a frequency known over a window of side s is known well enough to enter one of
// side 2 s.
void RegionSearch::refine_candidate(int32_t number, Candidate* candidate, LayerFit* fit) {
  const int32_t longest = std::max(source_.rect.width, source_.rect.height);
  const int32_t order = is_gradient(candidate->layer) ? 0 : 1;
  LayerFit::Options options;
  options.iterations = plan_.iterations;
  for (int32_t side = order == 0 ? longest : 512;; side *= 2) {
    const bool last = side >= longest;
    options.last_change = last ? 0.02 : 0.1;
    start_fit(centre_window(source_.rect, side), last ? plan_.fit_samples : plan_.fit_samples / 2, order,
              number, fit);
    const uint64_t before = fit->renders();
    candidate->score = fit->refine(options, monitor_, &candidate->layer);
    spent_[candidate->layer.preset].renders += fit->renders() - before;
    options.first_change = 0.15;
    if (last || monitor_.cancelled()) break;
  }
}

void RegionSearch::try_variants(int32_t number, Candidate* candidate, LayerFit* fit) {
  CandidateList variants(memory_);
  for (int32_t round = 0; round < 6 && !monitor_.cancelled(); ++round) {
    if (candidate->score < 0.2 * static_cast<double>(fit->sample_count())) return;
    variants.clear();
    propose_variants(candidate->layer, &variants);
    rank(fit, nullptr, 3, 3, &variants);
    LayerFit::Options options;
    options.iterations = 5;
    options.first_change = 0.3;
    bool better = false;
    for (Candidate& v : variants) {
      v.score = fit->refine(options, monitor_, &v.layer);
      if (v.score < 0.98 * candidate->score) {
        *candidate = v;
        better = true;
      }
    }
    if (!better) return;
    refine_candidate(number, candidate, fit);
  }
}

// Descent on the exact error; when the picture looks like one of this library's, also over equivalent
// descriptions.
void RegionSearch::sharpen(int32_t number, LayerFit* fit, Program* program) {
  const double area = static_cast<double>(region_.rect.width) * region_.rect.height;
  double ssd = quick_.ssd(*program);
  if (ssd >= kPolishBelow * area) return;
  polish(*fit, number, plan_.polish_renders, monitor_, &quick_, region_, program);
  ssd = quick_.ssd(*program);
  if (ssd > 0 && ssd < kNearlyExact * area && plan_.thorough &&
      try_equivalents(number, plan_.polish_renders, fit, &quick_, program)) {
    polish(*fit, number, plan_.polish_renders, monitor_, &quick_, region_, program);
    ssd = quick_.ssd(*program);
  }
  if (quick_.complete() || !plan_.thorough) return;
  const double all = full_.ssd(*program);
  if (all == 0 || (ssd > 0 && ssd < kNearlyExact * area && all < 2 * ssd)) return;
  // Hard edges: a window sees few of them, so the last steps need all. Large images allow fewer.
  const double most = static_cast<double>(kFullPolish) / std::min<double>(area, kFullSamples);
  const int32_t renders = std::min(plan_.polish_renders / 8, static_cast<int32_t>(most));
  polish(*fit, number, renders, monitor_, &full_, region_, program);
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
  int32_t renders = 0;
  for (const Candidate& c : list) {
    if (monitor_.cancelled() || renders == max_renders || best == 0) break;
    if (fit->score(c.layer) > limit) continue;
    Program trial = *program;
    Layer& layer = trial.layers[number];
    std::copy(c.layer.params, c.layer.params + normative::kMaxParams, layer.params);
    const bool negative = fit->last_contrast() < 0;
    if (negative != (layer.contrast[plane_] < 0)) {
      for (int16_t& contrast : layer.contrast) contrast = static_cast<int16_t>(-contrast);
    }
    ++renders;
    const double ssd = error->ssd(trial);
    if (ssd >= best) continue;
    best = ssd;
    *program = trial;
    better = true;
  }
  // Integer parameters that the contrast nearly makes up for, such as octaves too fine to be seen.
  const int32_t step = step_for(region_.rect, plan_.fit_samples);
  list.clear();
  propose_variants(program->layers[number], &list);
  for (const Candidate& c : list) {
    if (monitor_.cancelled() || best == 0) break;
    Program trial = *program;
    trial.layers[number].preset = c.layer.preset;
    std::copy(c.layer.params, c.layer.params + normative::kMaxParams, trial.layers[number].params);
    fit_levels(region_, trial.field.order, step, memory_, &trial);
    const double ssd = error->ssd(trial);
    if (ssd >= best) continue;
    best = ssd;
    *program = trial;
    better = true;
  }
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
  for (Candidate& c : gradients) wide->refine(options, monitor_, &c.layer);
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
  for (Candidate& c : bases) {
    if (monitor_.cancelled() || best_.ssd == 0) return;
    if (fit->refine(options, monitor_, &c.layer) > kNearlyExact * static_cast<double>(fit->sample_count()))
      continue;
    settle(number, c.layer, fit);
  }
}

// Turns a refined layer into the best program around it.
void RegionSearch::settle(int32_t number, const Layer& layer, LayerFit* fit) {
  const int32_t extent = normative::slot_frame(region_.geometry, region_.slot).extent;
  const int32_t step = step_for(region_.rect, plan_.fit_samples);
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
  const int32_t step = step_for(region_.rect, plan_.fit_samples);
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

void RegionSearch::try_dear(const Analysis& analysis, LayerFit* fit, LayerFit* wide, CandidateList* list) {
  for (int32_t stage = 0; stage < kDearStages; ++stage) {
    if (monitor_.cancelled() || well_explained(*list, *fit)) return;
    CandidateList more(memory_);
    gather_dear(stage, analysis, *list, fit, &more);
    rank(fit, wide, static_cast<size_t>(4 * plan_.beam), std::max(2, plan_.beam), &more);
    shorten(fit, wide, &more);
    list->insert(list->end(), more.begin(), more.end());
    std::stable_sort(list->begin(), list->end(),
                     [](const Candidate& a, const Candidate& b) { return a.score < b.score; });
  }
}

// A few iterations for every candidate.
void RegionSearch::shorten(LayerFit* fit, LayerFit* wide, CandidateList* list) {
  LayerFit::Options options;
  options.iterations = 5;
  bool done[256] = {};  // presets that fit to the last bit already
  for (Candidate& c : *list) {
    if (done[c.layer.preset]) continue;
    LayerFit& f = is_gradient(c.layer) ? *wide : *fit;
    const uint64_t before = f.renders();
    const double ssd = f.refine(options, monitor_, &c.layer);
    spent_[c.layer.preset].renders += f.renders() - before;
    c.score = ssd / std::max(1e-9, f.total_ssd());
    done[c.layer.preset] = ssd < 0.05 * static_cast<double>(f.sample_count());
  }
}

bool RegionSearch::well_explained(const CandidateList& list, const LayerFit& fit) const {
  double least = 1;
  for (const Candidate& c : list) least = std::min(least, c.score);
  const double error = least * fit.total_ssd() / static_cast<double>(fit.sample_count());
  return (least < kWellExplained && error < kNoisyError) || error < kSmallError;
}

static double gain_db(double base, const CandidateList& list) {
  return list.empty() ? 0 : 10 * std::log10(base / std::max(1e-9, list[0].score));
}

bool RegionSearch::give_up(const LayerFit& fit, const CandidateList& list) {
  best_.early_exit = true;
  if (!list.empty()) ++spent_[list[0].layer.preset].early_exits;
  fit_renders_ += fit.renders();
  return false;
}

bool RegionSearch::find_layer(int32_t number) {
  Analysis analysis(memory_);
  LayerFit fit(memory_), wide(memory_);
  analyse_region(source_, plan_.window, &analysis);
  if (plan_.guarded && !plan_.thorough && !looks_regular(analysis)) {
    best_.early_exit = true;
    return false;
  }
  const Rect window = centre_window(source_.rect, kScoreWindow);
  start_fit(window, plan_.score_samples, 1, number, &fit);
  start_fit(window, plan_.score_samples, 0, number, &wide);
  const double base = fit.base_ssd() / std::max(1e-9, fit.total_ssd());
  CandidateList list(memory_);
  gather(analysis, &list);
  const CandidateList all = list;
  rank(&fit, &wide, static_cast<size_t>(4 * plan_.beam), std::max(2, plan_.beam), &list);
  if (list.empty() || monitor_.cancelled()) return false;
  const bool dear = number == 0 && plan_.dear && !plan_.guarded;
  if (!dear && gain_db(base, list) < plan_.early_exit_db) return give_up(fit, list);
  // Rounding to 8 bits leaves 1/12: a hypothesis at that level may be exact, and refinement would move it.
  if (list[0].score * fit.total_ssd() < kRounding * static_cast<double>(fit.sample_count())) {
    settle(number, list[0].layer, &fit);
    if (best_.ssd == 0) {
      fit_renders_ += fit.renders();
      return true;
    }
  }
  shorten(&fit, &wide, &list);
  if (number == 0 && plan_.dear && (!plan_.guarded || looks_regular(analysis))) try_dear(analysis, &fit, &wide, &list);
  rank(&fit, &wide, static_cast<size_t>(plan_.beam), plan_.thorough ? 1 : plan_.beam, &list);
  if (gain_db(base, list) < plan_.refined_db) return give_up(fit, list);
  const double before = best_.cost(plan_.lambda);
  for (Candidate& c : list) {
    if (monitor_.cancelled()) return false;
    refine_candidate(number, &c, &fit);
    try_variants(number, &c, &fit);
    settle(number, c.layer, &fit);
    if (best_.ssd == 0) break;
  }
  if (plan_.thorough && !plan_.guarded && best_.ssd > 0) settle_gradients(number, all, &wide);
  if (plan_.thorough) settle_bases(number, &fit);
  coarsen(number);
  fit_renders_ += fit.renders();
  return best_.cost(plan_.lambda) < before;
}

}  // namespace pc15::enc
