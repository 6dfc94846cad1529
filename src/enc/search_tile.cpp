#include "enc/search_tile.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "enc/candidates_tools.h"
#include "enc/refine_ahead.h"
#include "entropy/program_coder.h"
#include "normative/catalogue.h"

namespace pc15::enc {

using normative::Layer;
using normative::Program;
using normative::TileMode;
using normative::TileProgram;

namespace {

constexpr double kWellExplained = 0.03;  // share of the variance left, below which nothing dear is tried
constexpr double kSmallError = 2;        // the same as a mean square
constexpr double kNoisyError = 40;       // a damaged picture
constexpr double kRounding = 0.15;       // mean square that rounding may leave

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
    PlaneTotals t;
    if (region.planes[p].sketch != nullptr) t = region.planes[p].sketch->totals();
    for (int32_t y = r.y; y < r.bottom() && region.planes[p].sketch == nullptr; y += 4) {
      for (int32_t x = r.x; x < r.right(); x += 4) {
        const int32_t v = region.planes[p].at(x, y);
        t.fourth_sum += v;
        t.fourth_squares += v * v;
        ++t.fourths;
      }
    }
    const double sum = static_cast<double>(t.fourth_sum), square = static_cast<double>(t.fourth_squares),
                 n = static_cast<double>(t.fourths);
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
    const PlaneSketch* const sketch = region.planes[p].sketch;
    if (sketch != nullptr && !sketch->totals().flat) return false;
    const Pixel value = sketch != nullptr ? sketch->totals().first : region.planes[p].at(r.x, r.y);
    for (int32_t y = r.y; y < r.bottom() && sketch == nullptr; ++y) {
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
      quick_(region, kQuickSamples, monitor, memory), full_(region, kFullSamples, monitor, memory),
      bands_(memory) {}

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
  const int32_t step = prime_step(region_.rect, plan_.fit_samples);
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
    plane_ = busiest_plane(region_);
    source_ = region_.source(plane_);
    if (plan_.only_regular && !worth_searching()) {
      best_.early_exit = true;
      *out = best_;
      return;
    }
    try_fields();
    if (plan_.layers && best_.ssd > 0) {
      for (int32_t l = 0; l < plan_.max_layers && !monitor_.cancelled(); ++l) {
        if (best_.program.layer_count != l || best_.ssd == 0 || !find_layer(l)) break;
      }
    }
  }
  best_.renders = quick_.renders() + full_.renders() + fit_renders_;
  *out = best_;
}

int32_t RegionSearch::first_grids(FitSource* source, GridPlan out[kMostGrids]) {
  Program flat;
  if (!plan_.layers || is_flat(region_, &flat)) return 0;
  plane_ = busiest_plane(region_);
  *source = source_ = region_.source(plane_);
  const int32_t factor = plan_.only_regular ? gate_factor(source_.rect) : 0;
  return factor > 0 ? means_grids(source_, factor, out) : region_grids(source_, plan_.window, out);
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
  fit->start(source, prime_step(rect, samples), order);
  for (int32_t l = 0; l < number; ++l) fit->add_layer(best_.program.layers[l]);
}

// First scores as far as the budget goes; what comes after it is dropped, and all when cancelled. Gradients
// are scored without a slope in the base, which would swallow them.
void RegionSearch::judge(LayerFit* fit, LayerFit* wide, CandidateList* list) {
  const auto judge_of = [&](const Candidate& c) {
    return wide != nullptr && is_gradient(c.layer) ? wide : fit;
  };
  size_t count = 0;
  for (; count < list->size() && !spent(); ++count) {
    const Candidate& c = (*list)[count];
    scored_samples_ += judge_of(c)->sample_count();
    ++spent_[c.layer.preset].hypotheses;
    ++spent_[c.layer.preset].renders;
  }
  list->resize(count);
  Vector<const Layer*> layers(memory_);
  Vector<LayerScore> scores(memory_);
  for (LayerFit* f : {fit, wide}) {
    layers.clear();
    for (const Candidate& c : *list) {
      if (judge_of(c) == f) layers.push_back(&c.layer);
    }
    if (layers.empty()) continue;
    scores.resize(layers.size());
    f->judge(layers.data(), layers.size(), monitor_, scores.data());
    size_t at = 0;
    for (Candidate& c : *list) {
      if (judge_of(c) == f) c.score = f->take(scores[at++]) / std::max(1e-9, f->total_ssd());
    }
    if (wide == fit) break;
  }
  if (monitor_.cancelled()) list->clear();
}

// Scores, sorts and removes repetitions; keeps at most `keep`, and `per_preset` of each preset.
void RegionSearch::rank(LayerFit* fit, LayerFit* wide, size_t keep, int32_t per_preset, CandidateList* list) {
  int32_t taken[256] = {};
  judge(fit, wide, list);
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
  for (int32_t side = order == 0 ? longest : kScoreWindow;; side *= 2) {
    const bool last = side >= longest;
    options.last_change = last ? 0.02 : 0.1;
    start_fit(centre_window(source_.rect, side), refined_samples(plan_, last), order, number, fit);
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
    RefineAhead refined(variants, options, monitor_, memory_);
    for (size_t i = 0; i < variants.size(); ++i) {
      Candidate& v = variants[i];
      v.score = refined.take(i, fit, &v.layer);
      if (v.score < 0.98 * candidate->score) {
        *candidate = v;
        better = true;
      }
    }
    if (!better) return;
    refine_candidate(number, candidate, fit);
  }
}

// A few iterations for every candidate.
void RegionSearch::shorten(LayerFit* fit, LayerFit* wide, CandidateList* list) {
  LayerFit::Options options;
  options.iterations = 5;
  bool done[256] = {};  // presets that fit to the last bit already
  const auto fit_of = [&](const Candidate& c) { return is_gradient(c.layer) ? wide : fit; };
  RefineAhead refined(*list, options, monitor_, memory_, fit_of);
  for (size_t i = 0; i < list->size(); ++i) {
    Candidate& c = (*list)[i];
    if (done[c.layer.preset] || spent()) continue;
    if (monitor_.cancelled()) return;
    LayerFit& f = *fit_of(c);
    const uint64_t before = f.renders();
    const double ssd = refined.take(i, &f, &c.layer);
    spent_[c.layer.preset].renders += f.renders() - before;
    scored_samples_ += static_cast<int64_t>(f.renders() - before) * f.sample_count();
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

// Pictures that are certainly not regular are analysed at a fraction of their size: only waves, whose scores
// decide, are read off their spectrum.
void RegionSearch::analyse(Analysis* out) const {
  const int32_t factor = irregular_factor(source_.rect);
  if (!plan_.guarded || plan_.only_regular || factor == 0 || may_look_regular()) {
    analyse_region(source_, plan_.window, out);
  } else {
    analyse_means(source_, factor, out);
  }
}

bool RegionSearch::find_layer(int32_t number) {
  Analysis analysis(memory_);
  LayerFit fit(memory_), wide(memory_);
  analyse(&analysis);
  if (plan_.guarded && (!plan_.thorough || plan_.only_regular) && !looks_regular(analysis)) {
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
  const bool dear = number == 0 && plan_.dear_stages > 0 && !plan_.guarded;
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
  if (number == 0 && plan_.only_regular &&
      std::none_of(list.begin(), list.end(), [this](const Candidate& c) { return may_pay(c.layer); }))
    return give_up(fit, list);
  if (number == 0 && plan_.dear_stages > 0 && (!plan_.guarded || looks_regular(analysis)))
    try_dear(analysis, &fit, &wide, &list);
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
