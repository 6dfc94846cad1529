// Levenberg and Marquardt over the geometry of layers, the linear part projected out after Golub and Pereyra
// in Kaufman's simplification: the Jacobian of the remaining error is the contrast times the derivative of
// the layer, projected off the base and the layer. Derivatives are central difference quotients over several
// grid steps, wide ones first, which see far, then narrow ones, which see sharp edges.
//
// Layers are refined in step, so that an engine gets the quotients of all of them at once, and where it takes
// guesses all dampings of a step too. A score that is still known counts as a render again: the budgets of
// the efforts were set so.
#include <algorithm>
#include <cmath>

#include "enc/analysis_grid.h"
#include "enc/refine.h"

namespace pc15::enc {
namespace {

using normative::kMaxParams;
using normative::Layer;
using normative::ParamId;
using normative::ParamSpec;
using normative::PresetSpec;

constexpr int32_t kAttempts = 5;
constexpr double kLimit = 1e8;

double next_damping(double damping) { return std::min(1e6, damping * 6); }

}  // namespace

static void keep_follow(Refinement* refinement) {
  const int32_t count = refinement->count;
  const int32_t* const index = refinement->index;
  const double* const a = refinement->a;
  for (int32_t c = 0; c < count; ++c) {
    double sub[kMaxParams * kMaxParams], b[kMaxParams];
    int32_t n = 0;
    for (int32_t r = 0; r < count; ++r) {
      if (r == c) continue;
      int32_t m = 0;
      for (int32_t s = 0; s < count; ++s) {
        if (s != c) sub[n * (count - 1) + m++] = a[r * count + s];
      }
      b[n++] = -a[r * count + c];
    }
    double* row = refinement->follow[index[c]];
    std::fill(row, row + kMaxParams, 0.0);
    row[index[c]] = 1;
    if (n == 0 || !solve_symmetric(n, 1e-6, sub, b)) continue;
    n = 0;
    for (int32_t r = 0; r < count; ++r) {
      if (r != c) row[index[r]] = b[n++];
    }
  }
  refinement->followed = true;
}

static void begin(const normative::Frame& frame, Refinement* r) {
  const PresetSpec& spec = *normative::find_preset(r->layer.preset);
  for (int32_t p = 0; p < kMaxParams; ++p) {
    r->free[p] = p < spec.param_count && is_continuous(spec.params[p]);
    if (!r->free[p]) continue;
    r->index[r->count++] = p;
    r->reach[p] = first_reach(spec.params[p].id, 0.5 * frame.extent);
  }
}

// The layer moved up and down by the reach of each free parameter; scale is 1 / (indices between them).
static void move_by_reach(Refinement* r, Layer* moved) {
  const PresetSpec& spec = *normative::find_preset(r->layer.preset);
  for (int32_t c = 0; c < r->count; ++c) {
    const int32_t p = r->index[c];
    const int64_t reach = std::max<int64_t>(1, std::llround(r->reach[p]));
    const bool wraps = normative::param_grid(spec.params[p].id).wrap > 0;
    moved[2 * c] = moved[2 * c + 1] = r->layer;
    const int32_t up = moved[2 * c].params[p] = move_index(spec.params[p], r->layer.params[p], reach);
    const int32_t down = moved[2 * c + 1].params[p] = move_index(spec.params[p], r->layer.params[p], -reach);
    const int64_t span = wraps ? 2 * reach : int64_t{up} - down;
    r->scale[c] = span > 0 ? 1.0 / static_cast<double>(span) : 0.0;
  }
}

// The matrix and the right side of a step.
void LayerFit::normal_equations(const FitSums& sums, Refinement* r) const {
  double on_base[kMaxParams][kMaxBase], on_layer[kMaxParams];
  const LayerScore& s = r->score;
  for (int32_t c = 0; c < r->count; ++c) {
    double along = sums.with_row(c + 1, 0) * r->scale[c];
    for (int32_t k = 0; k < view_.base_count; ++k) {
      on_base[c][k] = sums.with_base(c + 1, k) * r->scale[c];
      along -= on_base[c][k] * s.on_base[k];
    }
    on_layer[c] = along;
    r->g[c] = s.contrast * (sums.with_rest(c + 1) * r->scale[c] - s.contrast * along);
    for (int32_t e = 0; e <= c; ++e) {
      double sum =
          sums.with_row(c + 1, e + 1) * r->scale[c] * r->scale[e] - on_layer[c] * on_layer[e] / s.norm;
      for (int32_t k = 0; k < view_.base_count; ++k) sum -= on_base[c][k] * on_base[e][k];
      r->a[c * r->count + e] = r->a[e * r->count + c] = s.contrast * s.contrast * sum;
    }
  }
}

void LayerFit::choose_reach(const Options& options, double progress, const FitSums& sums,
                            Refinement* r) const {
  const PresetSpec& spec = *normative::find_preset(r->layer.preset);
  const double aim = options.first_change * std::pow(options.last_change / options.first_change, progress);
  for (int32_t c = 0; c < r->count; ++c) {  // relative change caused by the reach used
    double& reach = r->reach[r->index[c]];
    const double square = sums.with_row(c + 1, c + 1) * r->scale[c] * r->scale[c];
    const double change = 2 * reach * std::sqrt(square / (r->score.norm + 1e-12));
    const double factor = change > 0 ? aim / change : 4.0;
    const ParamSpec& s = spec.params[r->index[c]];
    reach = std::min(std::max(1.0, reach * std::min(8.0, std::max(0.125, factor))),
                     std::max(1.0, 0.25 * (s.hi - s.lo)));
  }
}

void LayerFit::judge_all(Refinement** list, size_t count, const Monitor& monitor) {
  Vector<const Layer*> layers(memory_);
  Vector<LayerScore> scores(memory_, count);
  for (size_t i = 0; i < count; ++i) layers.push_back(&list[i]->layer);
  judge(layers.data(), count, monitor, scores.data());
  for (size_t i = 0; i < count; ++i) list[i]->score = scores[i];
}

// Difference quotients, the normal equations from them, and the next reach.
void LayerFit::find_slopes(Refinement** list, size_t count, const Options* options, double progress,
                           const Monitor& monitor) {
  const size_t size = static_cast<size_t>(FitSums::count(view_.base_count, kMaxParams));
  Vector<FitTask> tasks(memory_);
  Vector<double> sums(memory_, count * size);
  Vector<double*> to(memory_);
  Vector<Layer> moved(memory_, count * 2 * kMaxParams);
  for (size_t i = 0; i < count; ++i) {
    Layer* const at = moved.data() + i * 2 * kMaxParams;
    move_by_reach(list[i], at);
    tasks.push_back(FitTask{&view_, &list[i]->layer, at, list[i]->count});
    to.push_back(sums.data() + i * size);
    list[i]->renders += static_cast<uint64_t>(2 * list[i]->count);
  }
  engine_->fit_sums(tasks.data(), static_cast<int32_t>(count), monitor, to.data());
  for (size_t i = 0; i < count && !monitor.cancelled(); ++i) {
    const FitSums s{view_.base_count, to[i]};
    normal_equations(s, list[i]);
    if (options != nullptr) choose_reach(*options, progress, s, list[i]);
  }
}

bool LayerFit::make_trial(const Refinement& r, double damping, Layer* trial) const {
  const PresetSpec& spec = *normative::find_preset(r.layer.preset);
  double a[kMaxParams * kMaxParams], b[kMaxParams];
  std::copy(r.a, r.a + r.count * r.count, a);
  std::copy(r.g, r.g + r.count, b);
  for (int32_t c = 0; c < r.count; ++c) a[c * r.count + c] += 1e-9 * static_cast<double>(sample_count());
  if (!solve_symmetric(r.count, damping, a, b)) return false;
  *trial = r.layer;
  for (int32_t c = 0; c < r.count; ++c) b[c] = std::min(kLimit, std::max(-kLimit, b[c]));
  round_step(r.count, r.a, b);
  for (int32_t c = 0; c < r.count; ++c) {
    const int32_t p = r.index[c];
    const double d = std::min(kLimit, std::max(-kLimit, b[c]));
    trial->params[p] = move_index(spec.params[p], r.layer.params[p], std::llround(d));
  }
  return true;
}

// A step that may be taken.
struct LayerFit::Trial {
  Refinement* of = nullptr;
  Layer layer;
  LayerScore score;
  double damping = 0;
  bool valid = false;
};

// The next `ahead` steps of each refinement, which differ in their damping, with their scores.
void LayerFit::try_steps(Refinement** list, size_t count, int32_t ahead, const Monitor& monitor,
                         Vector<Trial>* trials) {
  Vector<const Layer*> layers(memory_);
  trials->clear();
  for (size_t i = 0; i < count; ++i) {
    double damping = list[i]->damping;
    for (int32_t k = 0; k < ahead; ++k, damping = next_damping(damping)) {
      trials->emplace_back();
      Trial& t = trials->back();
      t.of = list[i];
      t.damping = damping;
      t.valid = make_trial(*list[i], damping, &t.layer);
    }
  }
  for (const Trial& t : *trials) {
    if (t.valid) layers.push_back(&t.layer);
  }
  Vector<LayerScore> scores(memory_, layers.size());
  judge(layers.data(), layers.size(), monitor, scores.data());
  size_t at = 0;
  for (Trial& t : *trials) {
    if (t.valid) t.score = scores[at++];
  }
}

// Steps with more and more damping until one of them is better, of all refinements at once.
void LayerFit::attempt(Refinement** list, size_t count, const Monitor& monitor) {
  const int32_t ahead = guesses() > 1 ? kAttempts : 1;
  Vector<Refinement*> waiting(memory_);
  Vector<Trial> trials(memory_);
  for (size_t i = 0; i < count; ++i) {
    list[i]->improved = false;
    waiting.push_back(list[i]);
  }
  for (int32_t tried = 0; tried < kAttempts && !waiting.empty() && !monitor.cancelled(); tried += ahead) {
    try_steps(waiting.data(), waiting.size(), ahead, monitor, &trials);
    for (const Trial& t : trials) {
      Refinement& r = *t.of;
      if (r.improved) continue;
      if (t.valid) ++r.renders;
      r.improved = t.valid && t.score.ssd < r.best;
      r.damping = r.improved ? std::max(1e-6, t.damping * 0.2) : next_damping(t.damping);
      if (!r.improved) continue;
      r.best = t.score.ssd;
      r.score = t.score;
      r.layer = t.layer;
    }
    const auto better = [](const Refinement* r) { return r->improved; };
    waiting.erase(std::remove_if(waiting.begin(), waiting.end(), better), waiting.end());
  }
}

// One round of all; drops those that have arrived.
void LayerFit::refine_round(const Options& options, double progress, const Monitor& monitor,
                            Vector<Refinement*>* active) {
  const double close = 1e-3 * static_cast<double>(sample_count());
  const auto arrived = [&](const Refinement* r) { return r->best < close || r->score.norm <= 0; };
  for (Refinement* r : *active) ++r->renders;
  active->erase(std::remove_if(active->begin(), active->end(), arrived), active->end());
  Vector<double> before(memory_);
  for (const Refinement* r : *active) before.push_back(r->best);
  find_slopes(active->data(), active->size(), &options, progress, monitor);
  if (monitor.cancelled()) return;
  attempt(active->data(), active->size(), monitor);
  size_t left = 0;
  for (size_t i = 0; i < active->size(); ++i) {
    Refinement* const r = (*active)[i];
    if (r->improved && r->best > before[i] * 0.9995 && progress > 0.5) continue;
    if (!r->improved && progress >= 1) continue;
    if (!r->improved) r->damping = std::min(r->damping, 1.0);
    (*active)[left++] = r;
  }
  active->resize(left);
}

void LayerFit::refine_all(const Options& options, const Monitor& monitor, Refinement* list, size_t count) {
  const normative::Frame frame = normative::slot_frame(source_.geometry, source_.slot);
  Vector<Refinement*> all(memory_);
  for (size_t i = 0; i < count; ++i) {
    begin(frame, &list[i]);
    all.push_back(&list[i]);
  }
  judge_all(all.data(), count, monitor);
  for (Refinement* r : all) {
    r->best = r->score.ssd;
    r->renders = 1;
  }
  const auto flat = [](const Refinement* r) { return r->count == 0 || r->score.norm <= 0; };
  all.erase(std::remove_if(all.begin(), all.end(), flat), all.end());
  Vector<Refinement*> active = all;
  for (int32_t round = 0; round < options.iterations && !active.empty() && !monitor.cancelled(); ++round) {
    const double progress =
        options.iterations > 1 ? static_cast<double>(round) / (options.iterations - 1) : 1.0;
    refine_round(options, progress, monitor, &active);
  }
  for (Refinement* r : all) ++r->renders;
  all.erase(std::remove_if(all.begin(), all.end(), flat), all.end());
  if (monitor.cancelled()) return;
  find_slopes(all.data(), all.size(), nullptr, 1, monitor);
  for (Refinement* r : all) keep_follow(r);
}

double LayerFit::take(const Refinement& r) {
  renders_ += r.renders;
  contrast_ = r.score.contrast;
  std::copy(r.free, r.free + kMaxParams, free_);
  if (r.followed) {
    for (int32_t c = 0; c < r.count; ++c) {
      std::copy(r.follow[r.index[c]], r.follow[r.index[c]] + kMaxParams, follow_[r.index[c]]);
    }
  }
  return r.best;
}

double LayerFit::refine(const Options& options, const Monitor& monitor, Layer* layer) {
  Refinement one;
  one.layer = *layer;
  refine_all(options, monitor, &one, 1);
  *layer = one.layer;
  return take(one);
}

}  // namespace pc15::enc
