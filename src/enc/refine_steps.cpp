// Levenberg and Marquardt over the geometry of layers, the linear part projected out after Golub and Pereyra
// in Kaufman's simplification: the Jacobian of the remaining error is the contrast times the derivative of the
// layer, projected off the base and the layer. Derivatives are central difference quotients over several grid
// steps: their width follows the change they cause, from wide (edges as blurred ramps, a large basin) to
// narrow (exact edges).
//
// Steps are rounded to the grid one parameter after the other, the least certain first, and the others
// follow each rounding (L. Babai, "On Lovasz' lattice reduction and the nearest lattice point problem",
// 1986): parameters that make up for each other, such as period and phase, must not be rounded independently.
//
// Layers are refined in step, so that an engine gets the quotients of all of them at once, and where it takes
// guesses all dampings of a step too. A score that is still known counts as a render again: the budgets of the
// efforts were set so.
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

double first_reach(ParamId id, double half_side) {
  switch (id) {
    case ParamId::kPeriod:
    case ParamId::kPeriod2:
    case ParamId::kCell:
    case ParamId::kCell2:
      return 0.05 / half_side * 1048576;
    case ParamId::kAngle:
    case ParamId::kAngle2:
    case ParamId::kSkew:
      return 262144 * 0.1 / half_side;
    case ParamId::kPhase:
    case ParamId::kPhase2:
      return 160;
    case ParamId::kCenterX:
    case ParamId::kCenterY:
    case ParamId::kOffset:
      return 16;
    case ParamId::kDuty:
      return 128;
    case ParamId::kSoftness:
    case ParamId::kRadius:
    case ParamId::kRadius2:
    case ParamId::kThickness:
      return 16;
    case ParamId::kGain:
    case ParamId::kVariation:
    case ParamId::kTwist:
      return 1;
    default:
      return 4;
  }
}

double next_damping(double damping) { return std::min(1e6, damping * 6); }

// A trial step of a refinement.
struct Trial {
  Layer layer;
  double damping = 0;
  bool valid = false;
};

}  // namespace

bool is_continuous(const ParamSpec& spec) {
  return spec.hi > spec.lo && (normative::param_grid(spec.id).bias != normative::kNeverShifted ||
                               spec.id == ParamId::kGain || spec.id == ParamId::kVariation);
}

int32_t move_index(const ParamSpec& spec, int32_t index, int64_t by) {
  const int32_t wrap = normative::param_grid(spec.id).wrap;
  const int64_t moved = int64_t{index} + by;
  if (wrap > 0) {
    const int64_t turn = int64_t{1} << wrap;
    return static_cast<int32_t>(((moved % turn) + turn) % turn);
  }
  return static_cast<int32_t>(std::min<int64_t>(spec.hi, std::max<int64_t>(spec.lo, moved)));
}

void round_step(int32_t count, const double* a, double* x) {
  int32_t left[kMaxUnknowns], n = count;
  for (int32_t c = 0; c < count; ++c) left[c] = c;
  while (n > 0) {
    // Least certain: the largest variance, the diagonal of the inverse of what is left of A.
    int32_t pick = 0;
    double most = -1;
    for (int32_t c = 0; c < n && n > 1; ++c) {
      double sub[kMaxUnknowns * kMaxUnknowns], unit[kMaxUnknowns] = {};
      for (int32_t r = 0; r < n; ++r) {
        for (int32_t m = 0; m < n; ++m) sub[r * n + m] = a[left[r] * count + left[m]];
      }
      unit[c] = 1;
      if (!solve_symmetric(n, 1e-9, sub, unit)) unit[c] = 1e300;
      if (unit[c] <= most) continue;
      most = unit[c];
      pick = c;
    }
    const int32_t at = left[pick];
    const double whole = std::round(x[at]), moved = whole - x[at];
    x[at] = whole;
    left[pick] = left[--n];
    double sub[kMaxUnknowns * kMaxUnknowns], b[kMaxUnknowns];
    for (int32_t r = 0; r < n; ++r) {
      for (int32_t m = 0; m < n; ++m) sub[r * n + m] = a[left[r] * count + left[m]];
      b[r] = -a[left[r] * count + at] * moved;
    }
    if (n == 0 || !solve_symmetric(n, 1e-9, sub, b)) continue;
    for (int32_t r = 0; r < n; ++r) x[left[r]] += b[r];
  }
}

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
      double sum = sums.with_row(c + 1, e + 1) * r->scale[c] * r->scale[e] - on_layer[c] * on_layer[e] / s.norm;
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

// Steps with more and more damping until one of them is better. `better` is told per refinement.
void LayerFit::attempt(Refinement** list, size_t count, const Monitor& monitor, uint8_t* better) {
  const int32_t ahead = guesses() > 1 ? kAttempts : 1;
  Vector<Trial> trials(memory_);
  Vector<const Layer*> layers(memory_);
  Vector<LayerScore> scores(memory_);
  std::fill(better, better + count, uint8_t{0});
  for (int32_t tried = 0; tried < kAttempts && !monitor.cancelled(); tried += ahead) {
    trials.clear();
    layers.clear();
    for (size_t i = 0; i < count; ++i) {
      double damping = list[i]->damping;
      for (int32_t k = 0; k < ahead && better[i] == 0; ++k, damping = next_damping(damping)) {
        trials.emplace_back();
        trials.back().damping = damping;
        trials.back().valid = make_trial(*list[i], damping, &trials.back().layer);
      }
    }
    for (const Trial& t : trials) {
      if (t.valid) layers.push_back(&t.layer);
    }
    scores.resize(layers.size());
    judge(layers.data(), layers.size(), monitor, scores.data());
    size_t at = 0, scored = 0;
    for (size_t i = 0; i < count; ++i) {
      if (better[i] != 0) continue;
      for (int32_t k = 0; k < ahead; ++k, ++at) {
        const Trial& t = trials[at];
        const size_t number = t.valid ? scored++ : 0;
        if (better[i] != 0) continue;
        if (t.valid) ++list[i]->renders;
        if (t.valid && scores[number].ssd < list[i]->best) {
          list[i]->best = scores[number].ssd;
          list[i]->score = scores[number];
          list[i]->layer = t.layer;
          list[i]->damping = std::max(1e-6, t.damping * 0.2);
          better[i] = 1;
        } else {
          list[i]->damping = next_damping(t.damping);
        }
      }
    }
  }
}

void LayerFit::refine_all(const Options& options, const Monitor& monitor, Refinement* list, size_t count) {
  const normative::Frame frame = normative::slot_frame(source_.geometry, source_.slot);
  Vector<Refinement*> all(memory_), active(memory_);
  for (size_t i = 0; i < count; ++i) {
    begin(frame, &list[i]);
    all.push_back(&list[i]);
  }
  judge_all(all.data(), count, monitor);
  const auto flat = [](const Refinement* r) { return r->count == 0 || r->score.norm <= 0; };
  for (Refinement* r : all) {
    r->best = r->score.ssd;
    r->renders = 1;
  }
  all.erase(std::remove_if(all.begin(), all.end(), flat), all.end());
  active = all;
  Vector<uint8_t> better(memory_, count);
  for (int32_t round = 0; round < options.iterations && !active.empty() && !monitor.cancelled(); ++round) {
    const double progress =
        options.iterations > 1 ? static_cast<double>(round) / (options.iterations - 1) : 1.0;
    for (Refinement* r : active) ++r->renders;
    const double close = 1e-3 * static_cast<double>(sample_count());
    active.erase(std::remove_if(active.begin(), active.end(),
                                [&](const Refinement* r) { return r->best < close || r->score.norm <= 0; }),
                 active.end());
    Vector<double> before(memory_);
    for (const Refinement* r : active) before.push_back(r->best);
    find_slopes(active.data(), active.size(), &options, progress, monitor);
    if (monitor.cancelled()) break;
    attempt(active.data(), active.size(), monitor, better.data());
    size_t left = 0;
    for (size_t i = 0; i < active.size(); ++i) {
      Refinement* const r = active[i];
      const bool improved = better[i] != 0;
      if (improved && r->best > before[i] * 0.9995 && progress > 0.5) continue;
      if (!improved && progress >= 1) continue;
      if (!improved) r->damping = std::min(r->damping, 1.0);
      active[left++] = r;
    }
    active.resize(left);
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
