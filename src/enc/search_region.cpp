#include "enc/search_region.h"

#include <algorithm>
#include <cmath>

#include "enc/analysis_grid.h"
#include "normative/catalogue.h"

namespace pc15::enc {

using normative::kFieldTerms;
using normative::kMaxParams;
using normative::Layer;
using normative::Program;

Rect Region::plane_rect(int32_t plane, const Rect& luma) const {
  const int32_t s = shift_of(plane);
  const int32_t x = luma.x >> s, y = luma.y >> s;
  const Rect r{x, y, ((luma.right() + s) >> s) - x, ((luma.bottom() + s) >> s) - y};
  return clip_rect(r, planes[plane].width, planes[plane].height);
}

FitSource Region::source(int32_t plane) const {
  FitSource s;
  s.plane = planes[plane];
  s.geometry = geometry;
  s.seed = seed;
  s.slot = slot;
  s.scale_log2 = -shift_of(plane);
  s.rect = plane_rect(plane, rect);
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
    : region_(region), monitor_(monitor), memory_(memory), windows_(memory), buffer_(memory) {
  const Rect& r = region.rect;
  const int64_t area = int64_t{r.width} * r.height;
  if (area <= budget) {
    // Bands, so that cancellation is seen between them; aligned, so that chroma rows belong to one.
    constexpr int32_t kBand = 64;
    for (int32_t y = r.y; y < r.bottom();) {
      const int32_t end = std::min(r.bottom(), (y / kBand + 1) * kBand);
      windows_.push_back(Rect{r.x, y, r.width, end - y});
      y = end;
    }
    buffer_.resize(static_cast<size_t>(r.width) * kBand);
    return;
  }
  complete_ = false;
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
      windows_.push_back(Rect{r.x + static_cast<int32_t>(x), r.y + static_cast<int32_t>(y), w, h});
      covered += int64_t{w} * h;
    }
  }
  scale_ = static_cast<double>(area) / static_cast<double>(covered);
  buffer_.resize(size_t{kSide} * kSide);
}

double ExactError::ssd(const Program& program, double limit) {
  ++renders_;
  int64_t sum = 0;
  for (const Rect& window : windows_) {
    if (monitor_.cancelled()) return 1e300;
    for (int32_t plane = 0; plane < region_.plane_count; ++plane) {
      const Rect r = region_.plane_rect(plane, window);
      if (r.width <= 0 || r.height <= 0) continue;
      const PlaneView<Pixel> out{buffer_.data(), r.width, r.height, r.width};
      backend::render_program(program, region_.geometry, region_.slot, region_.seed, plane,
                              -region_.shift_of(plane), r, out, memory_);
      for (int32_t j = 0; j < r.height; ++j) {
        const Pixel* a = region_.planes[plane].row(r.y + j) + r.x;
        const Pixel* b = out.row(j);
        int64_t line = 0;
        for (int32_t i = 0; i < r.width; ++i) line += (a[i] - b[i]) * (a[i] - b[i]);
        sum += line;
      }
    }
    if (static_cast<double>(sum) * scale_ > limit) break;
  }
  return static_cast<double>(sum) * scale_;
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
    const Pixel* from = source.plane.row(y);
    for (int32_t i = 0; i < w; ++i) {
      const int32_t x = source.rect.x + i * step;
      double t[kMaxTerms];
      field_terms(source, frame, x, y, t);
      for (int32_t l = 0; l < layers; ++l) {
        t[terms + l] = values[static_cast<size_t>((int64_t{l} * h + j) * w + i)] * (1.0 / 16384);
      }
      const double value = from[x];
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

// One try of the descent; keeps the better program.
bool try_program(const Program& trial, ExactError* error, double* best, Program* program) {
  const double ssd = error->ssd(trial);
  if (!(ssd < *best)) return false;
  *best = ssd;
  *program = trial;
  return true;
}

bool polish_levels(int32_t plane_count, int32_t number, ExactError* error, double* best, Program* program) {
  bool better = false;
  for (int32_t plane = 0; plane < plane_count; ++plane) {
    for (int32_t sign = -1; sign <= 1; sign += 2) {
      Program trial = *program;
      int16_t& contrast = trial.layers[number].contrast[plane];
      contrast = static_cast<int16_t>(contrast + sign);
      if (std::abs(contrast) <= normative::kMaxContrast && (plane == 0 || trial.layers[number].has_chroma)) {
        better |= try_program(trial, error, best, program);
      }
      trial = *program;
      int16_t& dc = trial.field.coef[plane][0];
      dc = static_cast<int16_t>(dc + sign);
      if (dc >= 0 && dc <= normative::kMaxDc && (plane == 0 || trial.field.has_chroma)) {
        better |= try_program(trial, error, best, program);
      }
    }
  }
  return better;
}

}  // namespace

void polish(const LayerFit& fit, int32_t number, int32_t max_renders, Monitor& monitor, ExactError* error,
            const Region& region, Program* program) {
  const uint64_t last = error->renders() + static_cast<uint64_t>(max_renders);
  const normative::PresetSpec& spec = *normative::find_preset(program->layers[number].preset);
  const int32_t extent = normative::slot_frame(region.geometry, region.slot).extent;
  double best = error->ssd(*program);
  bool better = true;
  while (better && best > 0 && error->renders() < last && !monitor.cancelled()) {
    better = polish_levels(region.plane_count, number, error, &best, program);
    for (int32_t p = 0; p < spec.param_count && best > 0; ++p) {
      const normative::ParamSpec& s = spec.params[p];
      if (!fit.is_free(p)) continue;
      const int32_t grid = 1 << normative::param_shift(s.id, program->layers[number].precision, extent);
      for (int32_t move = 0; move < 12 && best > 0 && error->renders() < last && !monitor.cancelled();
           ++move) {
        // +-1, +-2, +-4 steps, with the other parameters following and alone.
        const int32_t by = ((move & 1) != 0 ? -grid : grid) * (1 << ((move >> 1) % 3));
        const bool alone = move >= 6;
        Program trial = *program;
        Layer& layer = trial.layers[number];
        bool changed = false;
        for (int32_t q = 0; q < spec.param_count; ++q) {
          const double share = q == p ? 1.0 : alone ? 0.0 : fit.follow(p)[q];
          const double shift = std::min(1e6, std::max(-1e6, share * by));
          layer.params[q] += static_cast<int32_t>(std::lround(shift));
        }
        normative::snap_layer(&layer, extent);
        for (int32_t q = 0; q < spec.param_count; ++q)
          changed |= layer.params[q] != program->layers[number].params[q];
        if (changed) better |= try_program(trial, error, &best, program);
      }
    }
  }
}

}  // namespace pc15::enc
