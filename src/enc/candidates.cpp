#include "enc/candidates.h"

#include <algorithm>
#include <cmath>

#include "enc/candidates_tools.h"
#include "normative/catalogue.h"

namespace pc15::enc {

using normative::Layer;
using normative::ParamId;
using normative::ParamSpec;
using normative::PresetSpec;

namespace {

// The spectrum of a grid that is taken, its plane removed.
void analyse_grid(const FitSource& source, const GridPlan& plan, SampleGrid* grid, PlaneFit* fit,
                  Spectrum* spectrum) {
  take_grid(source, plan, grid);
  *fit = fit_plane(*grid);
  subtract_plane(*fit, grid);
  if (source.engine == nullptr || !source.engine->spectrum(source, *grid, plan.max_size, spectrum))
    analyse_spectrum(*grid, plan.max_size, spectrum);
}

}  // namespace

void take_grid(const FitSource& source, const GridPlan& plan, SampleGrid* grid) {
  box_grid(source.plane, plan.rect, plan.factor, grid);
  const double pixel = source.scale_log2 < 0 ? 1 << -source.scale_log2 : 1;
  grid->x0 *= pixel;
  grid->y0 *= pixel;
  grid->step *= pixel;
}

int32_t region_grids(const FitSource& source, int32_t window, GridPlan out[kMostGrids]) {
  const Rect& r = source.rect;
  const int32_t w = std::min(r.width, window), h = std::min(r.height, window);
  out[0] = GridPlan{Rect{r.x + (r.width - w) / 2, r.y + (r.height - h) / 2, w, h}, 1, window};
  const int32_t factor = (std::max(r.width, r.height) + window - 1) / window;
  if (factor == 1 || r.width < 8 * factor || r.height < 8 * factor) return 1;
  out[1] = GridPlan{r, factor, window};
  return 2;
}

int32_t means_grids(const FitSource& source, int32_t factor, GridPlan out[kMostGrids]) {
  const Rect& r = source.rect;
  out[0] = GridPlan{r, factor, std::max(r.width / factor, r.height / factor)};
  return 1;
}

void analyse_region(const FitSource& source, int32_t window, Analysis* out) {
  GridPlan plan[kMostGrids];
  out->source = source;
  out->has_coarse = region_grids(source, window, plan) == 2;
  analyse_grid(source, plan[0], &out->grid, &out->plane, &out->spectrum);
  if (!out->has_coarse) return;
  PlaneFit fit;
  analyse_grid(source, plan[1], &out->coarse, &fit, &out->coarse_spectrum);
}

void analyse_means(const FitSource& source, int32_t factor, Analysis* out) {
  GridPlan plan[kMostGrids];
  out->source = source;
  out->has_coarse = false;
  means_grids(source, factor, plan);
  analyse_grid(source, plan[0], &out->grid, &out->plane, &out->spectrum);
}

int32_t collect_peaks(const Analysis& analysis, SpectralPeak* peaks) {
  int32_t count = 0;
  for (int32_t k = 0; k < analysis.spectrum.peak_count; ++k) peaks[count++] = analysis.spectrum.peaks[k];
  if (analysis.has_coarse) {
    const double near_x = 1.5 / (analysis.grid.width * analysis.grid.step);
    const double near_y = 1.5 / (analysis.grid.height * analysis.grid.step);
    const int32_t fine = count;
    for (int32_t k = 0; k < analysis.coarse_spectrum.peak_count; ++k) {
      const SpectralPeak& p = analysis.coarse_spectrum.peaks[k];
      bool known = false;
      for (int32_t m = 0; m < fine; ++m) {
        known |= std::fabs(peaks[m].fx - p.fx) < near_x && std::fabs(peaks[m].fy - p.fy) < near_y;
      }
      if (!known) peaks[count++] = p;
    }
    std::stable_sort(peaks, peaks + count,
                     [](const SpectralPeak& a, const SpectralPeak& b) { return a.share > b.share; });
  }
  return count;
}

LayerBuilder::LayerBuilder(const FitSource& source) : slot_(source.slot) {
  const normative::Frame frame = normative::slot_frame(source.geometry, source.slot);
  frame_x_ = frame.center_x / 16.0;
  frame_y_ = frame.center_y / 16.0;
}

Layer LayerBuilder::make(int32_t preset) const {
  Layer layer;
  const PresetSpec& spec = *normative::find_preset(preset);
  layer.preset = static_cast<uint8_t>(preset);
  layer.slot = slot_;
  for (int32_t p = 0; p < spec.param_count; ++p) layer.params[p] = spec.params[p].def;
  return layer;
}

void LayerBuilder::set_raw(ParamId id, int32_t index, Layer* layer) const {
  const PresetSpec& spec = *normative::find_preset(layer->preset);
  for (int32_t p = 0; p < spec.param_count; ++p) {
    const ParamSpec& s = spec.params[p];
    if (s.id == id) layer->params[p] = std::min(s.hi, std::max(s.lo, index));
  }
}

void LayerBuilder::set(ParamId id, double value, Layer* layer) const {
  double index = value;
  switch (id) {
    case ParamId::kPeriod:
    case ParamId::kPeriod2:
    case ParamId::kCell:
    case ParamId::kCell2:
      index = value * 1048576;
      break;
    case ParamId::kAngle:
    case ParamId::kAngle2:
      index = std::fmod(std::round((value - std::floor(value)) * 262144), 262144);
      break;
    case ParamId::kSkew:
      index = value * 262144;
      break;
    case ParamId::kPhase:
    case ParamId::kPhase2:
      index = std::fmod(std::round((value - std::floor(value)) * 4096), 4096);
      break;
    case ParamId::kDuty:
      index = value * 4096;
      break;
    case ParamId::kCenterX:
      index = (value - frame_x_) * 16;
      break;
    case ParamId::kCenterY:
      index = (value - frame_y_) * 16;
      break;
    case ParamId::kOffset:
    case ParamId::kShift:
    case ParamId::kGain:
    case ParamId::kJitter:
    case ParamId::kVariation:
    case ParamId::kDensity:
      index = value * 16;
      break;
    case ParamId::kSoftness:
    case ParamId::kRadius:
    case ParamId::kRadius2:
    case ParamId::kThickness:
      index = value * 32;
      break;
    case ParamId::kTwist:
      index = value * 64;
      break;
    case ParamId::kLength:
    case ParamId::kDecay:
    case ParamId::kAmplitude:
      index = value * 4;
      break;
    default:
      break;
  }
  set_raw(id, static_cast<int32_t>(std::lround(std::min(1e9, std::max(-1e9, index)))), layer);
}

void LayerBuilder::set_wave(ParamId period, ParamId angle, double fx, double fy, Layer* layer) const {
  set(period, std::hypot(fx, fy), layer);
  set(angle, std::atan2(fy, fx) / kTurn, layer);
}

void propose_profiles(const LayerBuilder& builder, Layer layer, double phase, CandidateList* out) {
  using normative::Profile;
  const auto push = [&](Profile profile, double duty, double at) {
    builder.set_raw(ParamId::kProfile, static_cast<int32_t>(profile), &layer);
    builder.set(ParamId::kDuty, duty, &layer);
    builder.set(ParamId::kPhase, at, &layer);
    out->push_back({layer, 0});
  };
  for (const double duty : {0.5, 0.25, 0.75}) push(Profile::kPulse, duty, phase + duty / 2);
  push(Profile::kTriangle, 0.5, phase + 0.5);
  push(Profile::kRamp, 0.5, phase - 0.25);
  push(Profile::kRamp, 0.5, phase + 0.25);
  push(Profile::kSine, 0.5, phase + 0.25);
}

double LayerBuilder::phase_at_frame(const Analysis& analysis, double fx, double fy) const {
  const bool slow = std::hypot(fx, fy) * analysis.grid.width * analysis.grid.step < 4;
  const SampleGrid& grid = analysis.has_coarse && slow ? analysis.coarse : analysis.grid;
  const double phase = std::arg(demodulate(grid, fx, fy)) / kTurn;
  return phase + fx * frame_x_ + fy * frame_y_;
}

// Octaves and gain make up for each other: together, where a preset has both.
static void propose_octaves(const Layer& layer, const PresetSpec& spec, CandidateList* out) {
  int32_t octaves = -1, gain = -1;
  for (int32_t p = 0; p < spec.param_count; ++p) {
    if (spec.params[p].id == ParamId::kOctaves) octaves = p;
    if (spec.params[p].id == ParamId::kGain) gain = p;
  }
  if (octaves < 0 || gain < 0) return;
  for (int32_t o = 2; o <= spec.params[octaves].hi; ++o) {
    for (const int32_t g : {2, 5, 8, 12}) {
      Candidate c{layer, 0};
      c.layer.params[octaves] = o;
      c.layer.params[gain] = g;
      out->push_back(c);
    }
  }
}

void propose_variants(const Layer& layer, CandidateList* out) {
  if (layer.preset == normative::kBrick) {  // the same parameters and one more
    Candidate c{layer, 0};
    c.layer.preset = normative::kBrickNoise;
    for (const int32_t variation : {4, 8, 12, 16}) {
      c.layer.params[normative::find_preset(normative::kBrick)->param_count] = variation;
      out->push_back(c);
    }
  }
  const PresetSpec& spec = *normative::find_preset(layer.preset);
  propose_octaves(layer, spec, out);
  for (int32_t p = 0; p < spec.param_count; ++p) {
    const ParamSpec& s = spec.params[p];
    if (normative::param_grid(s.id).bias != normative::kNeverShifted) continue;
    for (int32_t value = s.lo; value <= s.hi; ++value) {
      const bool all = s.hi - s.lo <= 16;
      if (value == layer.params[p] || (!all && std::abs(value - layer.params[p]) > 2)) continue;
      Candidate c{layer, 0};
      c.layer.params[p] = value;
      out->push_back(c);
    }
  }
}

void propose_defaults(const FitSource& source, CandidateList* out) {
  const LayerBuilder builder(source);
  for (int32_t i = 0; normative::catalogue_entry(i) != nullptr; ++i) {
    const int32_t preset = normative::catalogue_entry(i)->preset;
    Layer layer = builder.make(preset);
    if (preset == normative::kRidge) normative::set_default_profile(&layer);
    out->push_back({layer, 0});
  }
}

}  // namespace pc15::enc
