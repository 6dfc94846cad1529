// Variable projection after Golub and Pereyra (1973): with an orthonormal base Q and a layer f, the error is
// |r|^2 - (f.r)^2 / |f - QQ'f|^2 where r is the data minus its projection on Q. Q and r are rounded so that
// all sums with layers are exact (search_engine.h).
#include "enc/refine.h"

#include <algorithm>
#include <cmath>

#include "backend/render.h"
#include "enc/analysis_grid.h"

namespace pc15::enc {

using normative::Layer;

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

LayerFit::LayerFit(Memory& memory) : memory_(memory), cpu_(memory), engine_(&cpu_), columns_(memory) {}

// The samples of the picture, or their means, into column 0.
void LayerFit::load(const SearchPlane& plane, const Rect& rect, bool means) {
  columns_.resize(static_cast<size_t>(view_.samples()));
  if (means) {
    SampleGrid grid(memory_);
    box_grid(plane, rect, view_.step, &grid);
    std::copy(grid.values.begin(), grid.values.end(), columns_.begin());
    return;
  }
  float* to = columns_.data();
  for (int32_t j = 0; j < view_.height; ++j) {
    const int32_t y = rect.y + j * view_.step;
    for (int32_t i = 0; i < view_.width; ++i) *to++ = plane.sample(rect.x + i * view_.step, y);
  }
}

void LayerFit::start(const FitSource& source, int32_t step, int32_t order, bool means) {
  engine_ = source.engine != nullptr ? source.engine : &cpu_;
  source_ = source;
  if (means) {
    source_.rect =
        Rect{source.rect.x + step / 2, source.rect.y + step / 2, source.rect.width / step * step - step / 2,
             source.rect.height / step * step - step / 2};
  }
  const Rect& r = source_.rect;
  view_.geometry = source_.geometry;
  view_.seed = source_.seed;
  view_.scale_log2 = source_.scale_log2;
  view_.rect = r;
  view_.step = step;
  view_.width = (r.width + step - 1) / step;
  view_.height = (r.height + step - 1) / step;
  view_.base_count = 0;
  load(source.plane, source.rect, means);
  const int64_t n = view_.samples();
  base_ssd_ = dot(column(0), column(0), n);
  const int32_t terms = order == 0 ? 1 : order == 1 ? 3 : 6;
  const normative::Frame frame = normative::slot_frame(source_.geometry, source_.slot);
  Vector<float> values(memory_, static_cast<size_t>(n));
  for (int32_t k = 0; k < terms; ++k) {
    for (int32_t j = 0; j < view_.height; ++j) {
      for (int32_t i = 0; i < view_.width; ++i) {
        double term[normative::kFieldTerms];
        field_terms(source_, frame, r.x + i * step, r.y + j * step, term);
        values[static_cast<size_t>(j * view_.width + i)] = static_cast<float>(term[k]);
      }
    }
    add_base(values.data());
    if (k == 0) total_ssd_ = base_ssd_;
  }
  round_rest();
}

// To multiples of a power of two with at most kColumnBits bits, fewer when there are many samples: with the
// 15 bits and the sign of a difference of layers, a sum over all samples stays within 53.
void LayerFit::round_column(int32_t k) {
  const int64_t n = view_.samples();
  int32_t bits = 38;
  for (int64_t most = 1; most < n; most *= 2) --bits;
  bits = std::min<int32_t>(kColumnBits, bits);
  float* const v = column(k);
  float most = 0;
  for (int64_t i = 0; i < n; ++i) most = std::max(most, std::fabs(v[i]));
  int32_t exponent = 0;
  static_cast<void>(std::frexp(most, &exponent));
  const int32_t shift = bits - std::max(-64, exponent);
  const double up = std::ldexp(1.0, shift), down = std::ldexp(1.0, -shift);
  constexpr double kWhole = 6755399441055744.0;  // 1.5 x 2^52: adding it rounds to an integer
  for (int64_t i = 0; i < n; ++i) {
    const double rounded = (double{v[i]} * up + kWhole) - kWhole;
    v[i] = static_cast<float>(rounded * down);
  }
  view_.shift[k] = shift;
  view_.columns = columns_.data();
  view_.version = new_version();
}

// Gram-Schmidt, twice for accuracy; a column inside the span of the base is dropped.
void LayerFit::add_base(float* values) {
  if (view_.base_count == kMaxBase) return;
  const int64_t n = view_.samples();
  const double whole = dot(values, values, n);
  for (int32_t pass = 0; pass < 2; ++pass) {
    for (int32_t k = 1; k <= view_.base_count; ++k) {
      const float* q = column(k);
      const float along = static_cast<float>(dot(values, q, n));
      for (int64_t i = 0; i < n; ++i) values[i] -= along * q[i];
    }
  }
  const double norm = dot(values, values, n);
  if (!(norm > 1e-6 * whole) || !(norm > 0)) return;
  const float scale = static_cast<float>(1 / std::sqrt(norm));
  for (int64_t i = 0; i < n; ++i) values[i] *= scale;
  columns_.insert(columns_.end(), values, values + n);
  round_column(++view_.base_count);
  const float* const q = column(view_.base_count);
  float* const rest = column(0);
  const float along = static_cast<float>(dot(q, rest, n));
  for (int64_t i = 0; i < n; ++i) rest[i] -= along * q[i];
  base_ssd_ = dot(rest, rest, n);
}

void LayerFit::round_rest() {
  round_column(0);
  base_ssd_ = dot(column(0), column(0), view_.samples());
}

void LayerFit::add_layer(const Layer& layer) {
  ++renders_;
  const size_t n = static_cast<size_t>(view_.samples());
  Vector<int16_t> raw(memory_, n);
  Vector<float> values(memory_, n);
  backend::render_layer(layer, source_.geometry, source_.seed, source_.scale_log2, source_.rect, view_.step,
                        PlaneView<int16_t>{raw.data(), view_.width, view_.height, view_.width});
  for (size_t i = 0; i < n; ++i) values[i] = static_cast<float>(raw[i]) * (1.0f / 16384);
  add_base(values.data());
  round_rest();
}

LayerScore LayerFit::project(const FitSums& sums) const {
  LayerScore score;
  const double whole = sums.with_row(0, 0);
  double norm = whole;
  for (int32_t k = 0; k < view_.base_count; ++k) {
    score.on_base[k] = sums.with_base(0, k);
    norm -= score.on_base[k] * score.on_base[k];
  }
  score.ssd = base_ssd_;
  if (!(norm > 1e-5 * whole + 1e-9)) return score;
  const double along = sums.with_rest(0);
  score.norm = norm;
  score.contrast = along / norm;
  score.ssd = std::max(0.0, base_ssd_ - along * along / norm);
  return score;
}

void LayerFit::judge(const Layer* const* layers, size_t count, const Monitor& monitor, LayerScore* out) {
  constexpr size_t kTogether = 512;
  const size_t size = static_cast<size_t>(FitSums::count(view_.base_count, 0));
  Vector<FitTask> tasks(memory_);
  Vector<double> sums(memory_, std::min(count, kTogether) * size);
  Vector<double*> to(memory_);
  for (size_t first = 0; first < count && !monitor.cancelled(); first += kTogether) {
    const size_t n = std::min(count - first, kTogether);
    tasks.clear();
    to.clear();
    for (size_t i = 0; i < n; ++i) {
      tasks.push_back(FitTask{&view_, layers[first + i], nullptr, 0});
      to.push_back(sums.data() + i * size);
    }
    engine_->fit_sums(tasks.data(), static_cast<int32_t>(n), monitor, to.data());
    for (size_t i = 0; i < n; ++i) out[first + i] = project(FitSums{view_.base_count, to[i]});
  }
}

double LayerFit::take(const LayerScore& score) {
  ++renders_;
  contrast_ = score.contrast;
  return score.ssd;
}

double LayerFit::score(const Layer& layer) {
  const Layer* const one = &layer;
  LayerScore score;
  judge(&one, 1, Monitor(), &score);
  return take(score);
}

}  // namespace pc15::enc
