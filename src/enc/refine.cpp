// Variable projection after Golub and Pereyra (1973) in Kaufman's simplification: with an orthonormal base
// Q and a layer f, the error is |r|^2 - (f.r)^2 / |f - QQ'f|^2 where r is the data minus its projection on
// Q; the Jacobian of the remaining error is the contrast times the derivative of f, projected off Q and f.
// Derivatives are central difference quotients over several grid steps: their width follows the change they
// cause, from wide (edges as blurred ramps, a large basin) to narrow (exact edges).
//
// Steps are rounded to the grid one parameter after the other, the least certain first, and the others
// follow each rounding (L. Babai, "On Lovasz' lattice reduction and the nearest lattice point problem",
// 1986): parameters that make up for each other, such as period and phase, must not be rounded independently.
#include "enc/refine.h"

#include <algorithm>
#include <cmath>

#include "enc/analysis_grid.h"
#include "normative/catalogue.h"

namespace pc15::enc {
namespace {

using normative::kMaxParams;
using normative::Layer;
using normative::ParamId;
using normative::ParamSpec;
using normative::PresetSpec;

constexpr int32_t kMaxBase = 16;

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

}  // namespace

double dot(const float* a, const float* b, int64_t n) {
  double part[8] = {};
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    for (int64_t k = 0; k < 8; ++k) part[k] += double{a[i + k]} * double{b[i + k]};
  }
  for (; i < n; ++i) part[i % 8] += double{a[i]} * double{b[i]};
  return ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
}

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

void field_terms(const FitSource& source, const normative::Frame& frame, int32_t i, int32_t j, double* term) {
  const double pixel = source.scale_log2 < 0 ? 16 << -source.scale_log2 : 16.0 / (1 << source.scale_log2);
  const double u = ((i + 0.5) * pixel - frame.center_x) / frame.half;
  const double v = ((j + 0.5) * pixel - frame.center_y) / frame.half;
  term[0] = 1;
  term[1] = u;
  term[2] = v;
  term[3] = u * u - 1.0 / 3;
  term[4] = v * v - 1.0 / 3;
  term[5] = u * v;
}

double field_term(const FitSource& source, int32_t k, int32_t i, int32_t j) {
  double term[normative::kFieldTerms];
  field_terms(source, normative::slot_frame(source.geometry, source.slot), i, j, term);
  return term[k];
}

LayerFit::LayerFit(Memory& memory)
    : memory_(memory), base_(memory), rest_(memory), layer_(memory), columns_(memory), raw_(memory) {}

void LayerFit::start(const FitSource& source, int32_t step, int32_t order, bool means) {
  source_ = source;
  step_ = step;
  if (means) {
    source_.rect =
        Rect{source.rect.x + step / 2, source.rect.y + step / 2, source.rect.width / step * step - step / 2,
             source.rect.height / step * step - step / 2};
  }
  const Rect& r = source_.rect;
  width_ = (r.width + step - 1) / step;
  height_ = (r.height + step - 1) / step;
  count_ = int64_t{width_} * height_;
  const size_t n = static_cast<size_t>(count_);
  rest_.resize(n);
  layer_.resize(n);
  raw_.resize(n);
  base_.clear();
  base_count_ = 0;
  for (int32_t j = 0; j < height_ && !means; ++j) {
    const Pixel* from = source.plane.row(r.y + j * step) + r.x;
    for (int32_t i = 0; i < width_; ++i) rest_[static_cast<size_t>(j * width_ + i)] = from[i * step];
  }
  if (means) {
    SampleGrid grid(memory_);
    box_grid(source.plane, source.rect, step, &grid);
    std::copy(grid.values.begin(), grid.values.end(), rest_.begin());
  }
  base_ssd_ = dot(rest_.data(), rest_.data(), count_);
  const int32_t terms = order == 0 ? 1 : order == 1 ? 3 : 6;
  const normative::Frame frame = normative::slot_frame(source_.geometry, source_.slot);
  for (int32_t k = 0; k < terms; ++k) {
    for (int32_t j = 0; j < height_; ++j) {
      for (int32_t i = 0; i < width_; ++i) {
        double term[normative::kFieldTerms];
        field_terms(source_, frame, r.x + i * step, r.y + j * step, term);
        layer_[static_cast<size_t>(j * width_ + i)] = static_cast<float>(term[k]);
      }
    }
    add_base(layer_.data());
    if (k == 0) total_ssd_ = base_ssd_;
  }
}

// Gram-Schmidt, twice for accuracy; a column inside the span of the base is dropped.
void LayerFit::add_base(float* column) {
  if (base_count_ == kMaxBase) return;
  const double whole = dot(column, column, count_);
  for (int32_t pass = 0; pass < 2; ++pass) {
    for (int32_t k = 0; k < base_count_; ++k) {
      const float* q = base_.data() + k * count_;
      const float along = static_cast<float>(dot(column, q, count_));
      for (int64_t i = 0; i < count_; ++i) column[i] -= along * q[i];
    }
  }
  const double norm = dot(column, column, count_);
  if (!(norm > 1e-6 * whole) || !(norm > 0)) return;
  const float scale = static_cast<float>(1 / std::sqrt(norm));
  for (int64_t i = 0; i < count_; ++i) column[i] *= scale;
  const float along = static_cast<float>(dot(column, rest_.data(), count_));
  for (int64_t i = 0; i < count_; ++i) rest_[static_cast<size_t>(i)] -= along * column[i];
  base_.insert(base_.end(), column, column + count_);
  ++base_count_;
  base_ssd_ = dot(rest_.data(), rest_.data(), count_);
}

void LayerFit::add_layer(const Layer& layer) {
  render(layer, layer_.data());
  add_base(layer_.data());
}

void LayerFit::render(const Layer& layer, float* out) {
  ++renders_;
  backend::render_layer(layer, source_.geometry, source_.seed, source_.scale_log2, source_.rect, step_,
                        PlaneView<int16_t>{raw_.data(), width_, height_, width_});
  for (int64_t i = 0; i < count_; ++i)
    out[i] = static_cast<float>(raw_[static_cast<size_t>(i)]) * (1.0f / 16384);
}

double LayerFit::project(const float* layer) {
  double norm = dot(layer, layer, count_);
  const double whole = norm;
  for (int32_t k = 0; k < base_count_; ++k) {
    on_base_[k] = dot(layer, base_.data() + k * count_, count_);
    norm -= on_base_[k] * on_base_[k];
  }
  layer_norm_ = norm;
  if (!(norm > 1e-5 * whole + 1e-9)) {
    contrast_ = 0;
    layer_norm_ = 0;
    return base_ssd_;
  }
  const double along = dot(layer, rest_.data(), count_);
  contrast_ = along / norm;
  return std::max(0.0, base_ssd_ - along * along / norm);
}

double LayerFit::score(const Layer& layer) {
  render(layer, layer_.data());
  return project(layer_.data());
}

// Fills columns_ with d layer / d index for the chosen parameters, and adapts their reach.
void LayerFit::differences(const Layer& layer, int32_t count, const int32_t* index, Monitor& monitor) {
  const PresetSpec& spec = *normative::find_preset(layer.preset);
  const size_t n = static_cast<size_t>(count_);
  Vector<float>& other = columns_;
  float* minus = other.data() + static_cast<size_t>(count) * n;
  for (int32_t c = 0; c < count && !monitor.cancelled(); ++c) {
    const int32_t p = index[c];
    const int64_t reach = std::max<int64_t>(1, std::llround(reach_[p]));
    Layer moved = layer;
    moved.params[p] = move_index(spec.params[p], layer.params[p], reach);
    const bool wraps = normative::param_grid(spec.params[p].id).wrap > 0;
    int64_t span = wraps ? reach : int64_t{moved.params[p]} - layer.params[p];
    float* plus = other.data() + static_cast<size_t>(c) * n;
    render(moved, plus);
    moved.params[p] = move_index(spec.params[p], layer.params[p], -reach);
    span += wraps ? reach : int64_t{layer.params[p]} - moved.params[p];
    render(moved, minus);
    const float scale = span > 0 ? 1.0f / static_cast<float>(span) : 0.0f;
    for (size_t i = 0; i < n; ++i) plus[i] = (plus[i] - minus[i]) * scale;
  }
}

// a_ and g_ from columns_, layer_ (with its projection current) and rest_.
void LayerFit::normal_equations(int32_t count) {
  double on_base[kMaxParams][kMaxBase], on_layer[kMaxParams];
  for (int32_t c = 0; c < count; ++c) {
    const float* d = columns_.data() + c * count_;
    double along = dot(d, layer_.data(), count_);
    for (int32_t k = 0; k < base_count_; ++k) {
      on_base[c][k] = dot(d, base_.data() + k * count_, count_);
      along -= on_base[c][k] * on_base_[k];
    }
    on_layer[c] = along;
    g_[c] = contrast_ * (dot(d, rest_.data(), count_) - contrast_ * along);
    for (int32_t e = 0; e <= c; ++e) {
      double sum = dot(d, columns_.data() + e * count_, count_) - on_layer[c] * on_layer[e] / layer_norm_;
      for (int32_t k = 0; k < base_count_; ++k) sum -= on_base[c][k] * on_base[e][k];
      a_[c * count + e] = a_[e * count + c] = contrast_ * contrast_ * sum;
    }
  }
}

void LayerFit::keep_follow(int32_t count, const int32_t* index) {
  for (int32_t c = 0; c < count; ++c) {
    double sub[kMaxParams * kMaxParams], b[kMaxParams];
    int32_t n = 0;
    for (int32_t r = 0; r < count; ++r) {
      if (r == c) continue;
      int32_t m = 0;
      for (int32_t s = 0; s < count; ++s) {
        if (s != c) sub[n * (count - 1) + m++] = a_[r * count + s];
      }
      b[n++] = -a_[r * count + c];
    }
    double* row = follow_[index[c]];
    std::fill(row, row + kMaxParams, 0.0);
    row[index[c]] = 1;
    if (n == 0 || !solve_symmetric(n, 1e-6, sub, b)) continue;
    n = 0;
    for (int32_t r = 0; r < count; ++r) {
      if (r != c) row[index[r]] = b[n++];
    }
  }
}

double LayerFit::refine(const Options& options, Monitor& monitor, Layer* layer) {
  const PresetSpec& spec = *normative::find_preset(layer->preset);
  const normative::Frame frame = normative::slot_frame(source_.geometry, source_.slot);
  int32_t index[kMaxParams], count = 0;
  for (int32_t p = 0; p < kMaxParams; ++p) {
    free_[p] = p < spec.param_count && is_continuous(spec.params[p]);
    if (!free_[p]) continue;
    index[count++] = p;
    reach_[p] = first_reach(spec.params[p].id, 0.5 * frame.extent);
  }
  double best = score(*layer);
  if (count == 0 || layer_norm_ <= 0) return best;
  columns_.resize(static_cast<size_t>(count + 1) * static_cast<size_t>(count_));
  double damping = 1e-2;
  for (int32_t round = 0; round < options.iterations && !monitor.cancelled(); ++round) {
    best = score(*layer);
    if (best < 1e-3 * static_cast<double>(count_) || layer_norm_ <= 0) break;
    differences(*layer, count, index, monitor);
    if (monitor.cancelled()) break;
    normal_equations(count);
    const double progress =
        options.iterations > 1 ? static_cast<double>(round) / (options.iterations - 1) : 1.0;
    const double aim = options.first_change * std::pow(options.last_change / options.first_change, progress);
    for (int32_t c = 0; c < count; ++c) {  // relative change caused by the reach used
      const float* d = columns_.data() + c * count_;
      const double change = 2 * reach_[index[c]] * std::sqrt(dot(d, d, count_) / (layer_norm_ + 1e-12));
      const double factor = change > 0 ? aim / change : 4.0;
      const ParamSpec& s = spec.params[index[c]];
      reach_[index[c]] = std::min(std::max(1.0, reach_[index[c]] * std::min(8.0, std::max(0.125, factor))),
                                  std::max(1.0, 0.25 * (s.hi - s.lo)));
    }
    bool improved = false;
    const Layer start = *layer;
    const double before = best;
    for (int32_t attempt = 0; attempt < 5 && !improved; ++attempt) {
      double a[kMaxParams * kMaxParams], b[kMaxParams];
      std::copy(a_, a_ + count * count, a);
      std::copy(g_, g_ + count, b);
      for (int32_t c = 0; c < count; ++c) a[c * count + c] += 1e-9 * static_cast<double>(count_);
      if (solve_symmetric(count, damping, a, b)) {
        Layer trial = start;
        constexpr double kLimit = 1e8;
        for (int32_t c = 0; c < count; ++c) b[c] = std::min(kLimit, std::max(-kLimit, b[c]));
        round_step(count, a_, b);
        for (int32_t c = 0; c < count; ++c) {
          const double d = std::min(kLimit, std::max(-kLimit, b[c]));
          trial.params[index[c]] = move_index(spec.params[index[c]], start.params[index[c]], std::llround(d));
        }
        const double ssd = score(trial);
        if (ssd < best) {
          best = ssd;
          *layer = trial;
          improved = true;
          damping = std::max(1e-6, damping * 0.2);
          break;
        }
      }
      damping = std::min(1e6, damping * 6);
    }
    if (improved && best > before * 0.9995 && progress > 0.5) break;
    if (!improved && progress >= 1) break;
    if (!improved) damping = std::min(damping, 1.0);
  }
  score(*layer);
  if (layer_norm_ > 0 && !monitor.cancelled()) {
    differences(*layer, count, index, monitor);
    normal_equations(count);
    keep_follow(count, index);
  }
  return best;
}

}  // namespace pc15::enc
