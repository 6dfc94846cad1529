#include "enc/search_region.h"

#include <algorithm>
#include <cmath>

#include "backend/render.h"
#include "enc/analysis_grid.h"
#include "normative/catalogue.h"

namespace pc15::enc {

using normative::kFieldTerms;
using normative::kMaxParams;
using normative::Layer;
using normative::Program;

Rect Region::plane_rect(int32_t plane, const Rect& luma) const {
  ErrorView view;
  view.planes[plane] = planes[plane];
  view.chroma_shift = chroma_shift;
  return view.plane_rect(plane, luma);
}

FitSource Region::source(int32_t plane) const {
  FitSource s;
  s.plane = planes[plane];
  s.geometry = geometry;
  s.seed = seed;
  s.slot = slot;
  s.scale_log2 = -shift_of(plane);
  s.rect = plane_rect(plane, rect);
  s.engine = engine;
  return s;
}

int32_t prime_step(const Rect& rect, int64_t samples) {
  static const int32_t kSteps[] = {1,  2,  3,  5,  7,   11,  13,  17,  23,  29,
                                   37, 47, 61, 79, 101, 131, 173, 223, 293, 383};
  for (const int32_t step : kSteps) {
    if (int64_t{(rect.width + step - 1) / step} * ((rect.height + step - 1) / step) <= samples) return step;
  }
  return 509;
}

ExactError::ExactError(const Region& region, int64_t budget, const Monitor& monitor, Memory& memory)
    : monitor_(monitor), cpu_(memory), engine_(region.engine != nullptr ? region.engine : &cpu_),
      windows_(memory), sums_(memory) {
  view_.scale = error_windows(region.rect, budget, &windows_);
  complete_ = int64_t{region.rect.width} * region.rect.height <= budget;
  std::copy(region.planes, region.planes + normative::kMaxPlanes, view_.planes);
  view_.plane_count = region.plane_count;
  view_.chroma_shift = region.chroma_shift;
  view_.geometry = region.geometry;
  view_.seed = region.seed;
  view_.slot = region.slot;
  view_.windows = windows_.data();
  view_.window_count = static_cast<int32_t>(windows_.size());
  view_.version = new_version();
}

double error_windows(const Rect& r, int64_t budget, Vector<Rect>* windows) {
  const int64_t area = int64_t{r.width} * r.height;
  if (area <= budget) {
    // Bands, so that cancellation is seen between them; aligned, so that chroma rows belong to one.
    constexpr int32_t kBand = 64;
    for (int32_t y = r.y; y < r.bottom();) {
      const int32_t end = std::min(r.bottom(), (y / kBand + 1) * kBand);
      windows->push_back(Rect{r.x, y, r.width, end - y});
      y = end;
    }
    return 1;
  }
  constexpr int32_t kSide = 32;
  const double ratio = std::sqrt(static_cast<double>(budget) / static_cast<double>(area));
  const int32_t across = std::max(1, static_cast<int32_t>(r.width * ratio / kSide + 0.5));
  const int32_t down = std::max(1, static_cast<int32_t>(r.height * ratio / kSide + 0.5));
  int64_t covered = 0;
  for (int32_t j = 0; j < down; ++j) {
    for (int32_t i = 0; i < across; ++i) {
      const int32_t w = std::min(kSide, r.width), h = std::min(kSide, r.height);
      const int64_t x = across > 1 ? int64_t{r.width - w} * i / (across - 1) : (r.width - w) / 2;
      const int64_t y = down > 1 ? int64_t{r.height - h} * j / (down - 1) : (r.height - h) / 2;
      windows->push_back(Rect{r.x + static_cast<int32_t>(x), r.y + static_cast<int32_t>(y), w, h});
      covered += int64_t{w} * h;
    }
  }
  return static_cast<double>(area) / static_cast<double>(covered);
}

void ExactError::judge(const Program* programs, size_t count, double limit, double* out) {
  if (count == 0) return;
  sums_.resize(count);
  engine_->errors(view_, programs, static_cast<int32_t>(count), limit, monitor_, sums_.data());
  for (size_t i = 0; i < count; ++i) {
    out[i] = sums_[i] < 0 || monitor_.cancelled() ? 1e300 : static_cast<double>(sums_[i]) * view_.scale;
  }
}

double ExactError::ssd(const Program& program, double limit) {
  double out = 0;
  judge(&program, 1, limit, &out);
  return take(out);
}

namespace {

constexpr int32_t kMaxTerms = kFieldTerms + normative::kMaxLayers;

int16_t half_levels(double grey, int32_t lo, int32_t hi) {
  const double h = std::floor(grey * 2 + 0.5);
  return static_cast<int16_t>(std::min<double>(hi, std::max<double>(lo, h)));
}

// Least squares of one plane. solution: field terms, then contrasts, in grey levels.
double fit_plane_levels(const Region& region, int32_t plane, int32_t order, int32_t step, Memory& memory,
                        const Program& program, double* solution) {
  FitSource source = region.source(plane);
  const int32_t terms = order == 0 ? 1 : order == 1 ? 3 : 6;
  const int32_t layers = program.layer_count, count = terms + layers;
  const int32_t w = (source.rect.width + step - 1) / step, h = (source.rect.height + step - 1) / step;
  Vector<int16_t> values(memory,
                         static_cast<size_t>(w) * static_cast<size_t>(h) * static_cast<size_t>(layers));
  for (int32_t l = 0; l < layers; ++l) {
    backend::render_layer(program.layers[l], source.geometry, source.seed, source.scale_log2, source.rect,
                          step, PlaneView<int16_t>{values.data() + int64_t{w} * h * l, w, h, w});
  }
  const normative::Frame frame = normative::slot_frame(source.geometry, source.slot);
  double a[kMaxTerms * kMaxTerms] = {}, b[kMaxTerms] = {}, square = 0;
  for (int32_t j = 0; j < h; ++j) {
    const int32_t y = source.rect.y + j * step;
    for (int32_t i = 0; i < w; ++i) {
      const int32_t x = source.rect.x + i * step;
      double t[kMaxTerms];
      field_terms(source, frame, x, y, t);
      for (int32_t l = 0; l < layers; ++l) {
        t[terms + l] = values[static_cast<size_t>((int64_t{l} * h + j) * w + i)] * (1.0 / 16384);
      }
      const double value = source.plane.sample(x, y);
      square += value * value;
      for (int32_t k = 0; k < count; ++k) {
        b[k] += t[k] * value;
        for (int32_t m = 0; m <= k; ++m) a[k * count + m] += t[k] * t[m];
      }
    }
  }
  for (int32_t k = 0; k < count; ++k) {
    solution[k] = b[k];
    for (int32_t m = 0; m < k; ++m) a[m * count + k] = a[k * count + m];
  }
  if (!solve_symmetric(count, 1e-9, a, solution)) {
    std::fill(solution, solution + count, 0.0);
    solution[0] = b[0] / (static_cast<double>(w) * h);
  }
  for (int32_t k = 0; k < count; ++k) square -= solution[k] * b[k];
  return std::max(0.0, square) / (static_cast<double>(w) * h);
}

}  // namespace

double fit_levels(const Region& region, int32_t order, int32_t step, Memory& memory, Program* program) {
  double error = 0;
  const int32_t terms = order == 0 ? 1 : order == 1 ? 3 : 6;
  program->field = normative::Field();
  program->field.order = static_cast<uint8_t>(order);
  for (int32_t l = 0; l < program->layer_count; ++l) program->layers[l].has_chroma = false;
  for (int32_t plane = 0; plane < region.plane_count; ++plane) {
    double solution[kMaxTerms] = {};
    const int32_t plane_step = std::max(1, step >> region.shift_of(plane));
    const double e = fit_plane_levels(region, plane, order, plane_step, memory, *program, solution);
    error += e / (1 << (2 * region.shift_of(plane)));
    int16_t* coef = program->field.coef[plane];
    for (int32_t k = 0; k < terms; ++k) {
      coef[k] = k == 0 ? half_levels(solution[k], 0, normative::kMaxDc)
                       : half_levels(solution[k], -normative::kMaxSlope, normative::kMaxSlope);
      const bool neutral = k == 0 ? coef[k] == normative::kNeutralDc : coef[k] == 0;
      if (plane > 0 && !neutral) program->field.has_chroma = true;
    }
    for (int32_t l = 0; l < program->layer_count; ++l) {
      Layer& layer = program->layers[l];
      layer.contrast[plane] =
          half_levels(solution[terms + l], -normative::kMaxContrast, normative::kMaxContrast);
      if (plane > 0 && layer.contrast[plane] != 0) layer.has_chroma = true;
    }
  }
  normative::snap_levels(program);
  return error;
}

namespace {

// Move m of the descent over levels: plane by plane, down then up, the contrast then the field.
bool move_level(int32_t m, int32_t number, Program* trial) {
  const int32_t plane = m / 4, sign = (m & 2) != 0 ? 1 : -1;
  if ((m & 1) == 0) {
    int16_t& contrast = trial->layers[number].contrast[plane];
    contrast = static_cast<int16_t>(contrast + sign);
    return std::abs(contrast) <= normative::kMaxContrast && (plane == 0 || trial->layers[number].has_chroma);
  }
  int16_t& dc = trial->field.coef[plane][0];
  dc = static_cast<int16_t>(dc + sign);
  return dc >= 0 && dc <= normative::kMaxDc && (plane == 0 || trial->field.has_chroma);
}

constexpr int32_t kParamMoves = 12;  // +-1, +-2, +-4 steps, with the other parameters following and alone

// Move m of the descent over the geometry. False for fixed parameters and where nothing moves.
bool move_param(int32_t m, const LayerFit& fit, int32_t extent, Layer* layer) {
  const int32_t p = m / kParamMoves, move = m % kParamMoves;
  if (!fit.is_free(p)) return false;
  const normative::PresetSpec& spec = *normative::find_preset(layer->preset);
  const int32_t grid = 1 << normative::param_shift(spec.params[p].id, layer->precision, extent);
  const int32_t by = ((move & 1) != 0 ? -grid : grid) * (1 << ((move >> 1) % 3));
  const bool alone = move >= 6;
  const Layer before = *layer;
  for (int32_t q = 0; q < spec.param_count; ++q) {
    const double share = q == p ? 1.0 : alone ? 0.0 : fit.follow(p)[q];
    const double shift = std::min(1e6, std::max(-1e6, share * by));
    layer->params[q] += static_cast<int32_t>(std::lround(shift));
  }
  normative::snap_layer(layer, extent);
  return !std::equal(before.params, before.params + spec.param_count, layer->params);
}

}  // namespace

void polish(const LayerFit& fit, int32_t number, int32_t max_renders, Monitor& monitor, ExactError* error,
            const Region& region, Memory& memory, Program* program) {
  const uint64_t last = error->renders() + static_cast<uint64_t>(max_renders);
  const int32_t params = normative::find_preset(program->layers[number].preset)->param_count;
  const int32_t extent = normative::slot_frame(region.geometry, region.slot).extent;
  double best = error->ssd(*program);
  const auto always = [] { return true; };
  const auto go_on = [&] { return best > 0 && error->renders() < last && !monitor.cancelled(); };
  const auto level = [&](int32_t m, Program* trial) { return move_level(m, number, trial); };
  const auto param = [&](int32_t m, Program* trial) {
    return move_param(m, fit, extent, &trial->layers[number]);
  };
  for (bool better = true; better && go_on();) {
    better = false;
    const int32_t levels = 4 * region.plane_count, moves = kParamMoves * params;
    for (int32_t m = 0; (m = first_better(m, levels, level, always, error, memory, &best, program)) < levels;
         ++m)
      better = true;
    for (int32_t m = 0; (m = first_better(m, moves, param, go_on, error, memory, &best, program)) < moves;
         ++m)
      better = true;
  }
}

}  // namespace pc15::enc
