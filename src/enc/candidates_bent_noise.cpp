// Waves and rings bent by noise whose seed is known. With the right noise N and strength c, multiplying by
// exp(-2 pi i c N) straightens the bent half of the picture: its spectrum becomes one peak (marble) or one
// circle (wood). So the scales and strengths are tried, one small transform each; the centre of the rings is
// then found as in analysis_correlate.h.
#include <algorithm>
#include <cmath>
#include <complex>

#include "backend/render.h"
#include "enc/analysis_transform.h"
#include "enc/candidates.h"
#include "enc/candidates_tools.h"
#include "enc/refine_ahead.h"

namespace pc15::enc {
namespace {

using Complex = std::complex<double>;
using normative::Layer;
using normative::ParamId;

constexpr int32_t kSide = 64;
constexpr size_t kCount = size_t{kSide} * kSide;
constexpr size_t kKept = 6;
// Strengths that are tried, in turns at the noise's root mean square.
constexpr double kStrengths[] = {0.02, 0.045, 0.08, 0.13, 0.2, 0.28, 0.38, 0.5, 0.65, 0.85, 1.1};

struct Straight {
  Layer noise;           // perlin of that scale, octaves and gain
  double strength = 0;   // turns per unit of noise
  double share = 0;      // of the energy, in the peak or on the circle
  int32_t u = 0, v = 0;  // peak, cycles per window
  double radius = 0;     // circle, the same unit
};

void keep_best(const Straight& s, Straight* list) {
  size_t at = kKept;
  while (at > 0 && list[at - 1].share < s.share) --at;
  for (size_t k = kKept - 1; k > at; --k) list[k] = list[k - 1];
  if (at < kKept) list[at] = s;
}

class NoiseStraightener {
 public:
  NoiseStraightener(const Analysis& analysis, int32_t step, Monitor& monitor, CandidateList* out);
  void try_noise(const Layer& noise);
  void propose();

 private:
  void straighten(double strength);
  double measure(double* circle, int32_t* best_u, int32_t* best_v) const;
  void propose_wave(const Straight& s);
  void propose_rings(const Straight& s);
  void copy_noise(const Straight& s, Layer* layer) const;
  double signed_index(int32_t k) const { return k < kSide / 2 ? k : k - kSide; }

  const Analysis& analysis_;
  LayerBuilder builder_;
  int32_t step_;
  double extent_;  // pixels
  Rect rect_;
  Monitor& monitor_;
  CandidateList* out_;
  Vector<double> samples_, noise_;
  Vector<Complex> plane_;
  SquareTransform transform_;
  Vector<int16_t> raw_;
  double energy_ = 0;
  double bent_[kSide] = {};  // share of two circles before anything is straightened
  Straight waves_[kKept], rings_[kKept];
};

NoiseStraightener::NoiseStraightener(const Analysis& analysis, int32_t step, Monitor& monitor,
                                     CandidateList* out)
    : analysis_(analysis), builder_(analysis.source), step_(step), extent_(double{kSide} * step),
      monitor_(monitor), out_(out), samples_(analysis.grid.values.memory()), noise_(samples_.memory()),
      plane_(samples_.memory()), transform_(kSide, samples_.memory()), raw_(samples_.memory()) {
  const Rect& r = analysis.source.rect;
  rect_ = Rect{r.x + (r.width - kSide * step) / 2, r.y + (r.height - kSide * step) / 2, kSide * step,
               kSide * step};
  samples_.resize(kCount);
  noise_.resize(kCount);
  plane_.resize(kCount);
  raw_.resize(kCount);
  double mean = 0;
  for (int32_t j = 0; j < kSide; ++j) {
    const Pixel* from = analysis.source.plane.row(rect_.y + j * step) + rect_.x;
    for (int32_t i = 0; i < kSide; ++i) {
      samples_[static_cast<size_t>(j * kSide + i)] = from[i * step];
      mean += from[i * step] / static_cast<double>(kCount);
    }
  }
  for (int32_t j = 0; j < kSide; ++j) {
    for (int32_t i = 0; i < kSide; ++i) {
      double& v = samples_[static_cast<size_t>(j * kSide + i)];
      v = (v - mean) * std::sin(kTurn * (i + 0.5) / (2 * kSide)) * std::sin(kTurn * (j + 0.5) / (2 * kSide));
      energy_ += v * v;
    }
  }
  double circle[kSide] = {};
  int32_t u = 0, v = 0;
  straighten(0);
  measure(circle, &u, &v);
  for (int32_t ring = 2; ring < kSide / 2 - 1 && energy_ > 0; ++ring) {
    bent_[ring] = (circle[ring] + std::max(circle[ring - 1], circle[ring + 1])) /
                  (energy_ * static_cast<double>(kCount));
  }
}

void NoiseStraightener::straighten(double strength) {
  for (size_t k = 0; k < kCount; ++k)
    plane_[k] = samples_[k] * std::polar(1.0, -kTurn * strength * noise_[k]);
  transform_.run(false, &plane_);
}

// Energy per circle, and the strongest point beyond the first circles.
double NoiseStraightener::measure(double* circle, int32_t* best_u, int32_t* best_v) const {
  double most = 0;
  for (int32_t v = 0; v < kSide; ++v) {
    for (int32_t u = 0; u < kSide; ++u) {
      const double p = std::norm(plane_[static_cast<size_t>(v * kSide + u)]);
      const int32_t ring = static_cast<int32_t>(std::hypot(signed_index(u), signed_index(v)) + 0.5);
      if (ring >= 2 && ring < kSide / 2) circle[ring] += p;
      if (ring < 2 || p <= most) continue;
      most = p;
      *best_u = u;
      *best_v = v;
    }
  }
  return most;
}

void NoiseStraightener::try_noise(const Layer& noise) {
  backend::render_layer(noise, analysis_.source.geometry, analysis_.source.seed, analysis_.source.scale_log2,
                        rect_, step_, PlaneView<int16_t>{raw_.data(), kSide, kSide, kSide});
  double square = 0;
  for (size_t k = 0; k < kCount; ++k) {
    noise_[k] = raw_[k] / 16384.0;
    square += noise_[k] * noise_[k] / static_cast<double>(kCount);
  }
  if (!(square > 0)) return;
  const double total = energy_ * static_cast<double>(kCount);
  Straight wave, rings;
  for (const double strength : kStrengths) {
    if (monitor_.cancelled()) return;
    Straight s;
    s.noise = noise;
    s.strength = strength / std::sqrt(square);
    straighten(s.strength);
    double circle[kSide] = {};
    const double most = measure(circle, &s.u, &s.v);
    s.share = most / total;
    if (s.share > wave.share) wave = s;
    for (int32_t ring = 2; ring < kSide / 2 - 1; ++ring) {
      // What straightening adds: circles are wide, and the bent picture fills many.
      s.share = (circle[ring] + std::max(circle[ring - 1], circle[ring + 1])) / total - bent_[ring];
      s.radius = ring;
      if (s.share > rings.share) rings = s;
    }
  }
  keep_best(wave, waves_);
  keep_best(rings, rings_);
}

void NoiseStraightener::copy_noise(const Straight& s, Layer* layer) const {
  const normative::PresetSpec& spec = *normative::find_preset(s.noise.preset);
  for (int32_t p = 0; p < spec.param_count; ++p)
    builder_.set_raw(spec.params[p].id, s.noise.params[p], layer);
}

void NoiseStraightener::propose_wave(const Straight& s) {
  const double fx = signed_index(s.u) / extent_, fy = signed_index(s.v) / extent_, f = std::hypot(fx, fy);
  if (!(f > 0)) return;
  Layer layer = builder_.make(normative::kMarble);
  copy_noise(s, &layer);
  for (int32_t i = 0; i < 25; ++i) {  // between the bins of the transform
    const double gx = fx + 0.2 * (i % 5 - 2) / extent_, gy = fy + 0.2 * (i / 5 - 2) / extent_;
    builder_.set_wave(ParamId::kPeriod, ParamId::kAngle, gx, gy, &layer);
    builder_.set(ParamId::kAmplitude, s.strength / f, &layer);
    for (int32_t k = 0; k < 4; ++k) {
      builder_.set(ParamId::kPhase, k / 8.0, &layer);
      out_->push_back({layer, 0});
    }
  }
}

void NoiseStraightener::propose_rings(const Straight& s) {
  backend::render_layer(s.noise, analysis_.source.geometry, analysis_.source.seed,
                        analysis_.source.scale_log2, rect_, step_,
                        PlaneView<int16_t>{raw_.data(), kSide, kSide, kSide});
  for (size_t k = 0; k < kCount; ++k) noise_[k] = raw_[k] / 16384.0;
  straighten(s.strength);
  Vector<Complex> image = plane_;
  double most = 0, best_x = 0, best_y = 0, best_f = 0;
  for (int32_t offset = -2; offset <= 2; ++offset) {
    const double f = (s.radius + 0.4 * offset) / extent_;
    for (int32_t j = 0; j < kSide; ++j) {
      for (int32_t i = 0; i < kSide; ++i) {
        plane_[static_cast<size_t>(j * kSide + i)] =
            std::polar(1.0, kTurn * f * step_ * std::hypot(signed_index(i), signed_index(j)));
      }
    }
    transform_.run(false, &plane_);
    for (size_t k = 0; k < kCount; ++k) plane_[k] = image[k] * std::conj(plane_[k]);
    transform_.run(true, &plane_);
    for (size_t k = 0; k < kCount; ++k) {
      if (std::norm(plane_[k]) <= most) continue;
      most = std::norm(plane_[k]);
      best_x = static_cast<double>(k % kSide);
      best_y = static_cast<double>(k / kSide);
      best_f = f;
    }
  }
  if (!(best_f > 0)) return;
  Layer layer = builder_.make(normative::kWood);
  copy_noise(s, &layer);
  const double pixel = analysis_.source.scale_log2 < 0 ? 1 << -analysis_.source.scale_log2 : 1;
  for (int32_t i = 0; i < 63; ++i) {
    const double f = best_f + 0.07 * (i / 9 - 3) / extent_;
    builder_.set(ParamId::kPeriod, f, &layer);
    builder_.set(ParamId::kAmplitude, s.strength / f, &layer);
    builder_.set(ParamId::kCenterX, (rect_.x + (best_x + 0.4 * (i % 3 - 1)) * step_ + 0.5) * pixel, &layer);
    builder_.set(ParamId::kCenterY, (rect_.y + (best_y + 0.4 * (i % 9 / 3 - 1)) * step_ + 0.5) * pixel,
                 &layer);
    out_->push_back({layer, 0});
  }
}

void NoiseStraightener::propose() {
  for (const Straight& s : waves_) {
    if (s.share > 0) propose_wave(s);
  }
  for (const Straight& s : rings_) {
    if (s.share > 0 && !monitor_.cancelled()) propose_rings(s);
  }
}

}  // namespace

void propose_bent_by_noise(const Analysis& analysis, Monitor& monitor, CandidateList* out) {
  const Rect& r = analysis.source.rect;
  const int32_t side = std::min(r.width, r.height);
  if (side < kSide || analysis.source.scale_log2 != 0) return;
  const LayerBuilder builder(analysis.source);
  for (const int32_t step : {side / kSide, std::max(1, side / (2 * kSide))}) {
    NoiseStraightener straightener(analysis, step, monitor, out);
    for (int32_t scale = 32; scale <= 144 && !monitor.cancelled(); ++scale) {
      Layer noise = builder.make(normative::kPerlin);
      builder.set_raw(ParamId::kScale, scale, &noise);
      for (const int32_t octaves : {1, 2, 4}) {
        builder.set_raw(ParamId::kOctaves, octaves, &noise);
        builder.set_raw(ParamId::kGain, octaves == 4 ? 12 : 8, &noise);
        straightener.try_noise(noise);
      }
    }
    if (!monitor.cancelled()) straightener.propose();
  }
}

void propose_woods(const FitSource& source, const Layer& rings, LayerFit* fit, Monitor& monitor,
                   CandidateList* out) {
  const bool round = rings.preset == normative::kWavesCirc || rings.preset == normative::kRings ||
                     rings.preset == normative::kRipple || rings.preset == normative::kKaleidoscope;
  if (!round) return;
  const normative::PresetSpec& spec = *normative::find_preset(rings.preset);
  const LayerBuilder builder(source);
  Layer layer = builder.make(normative::kWood);
  for (const ParamId id : {ParamId::kCenterX, ParamId::kCenterY, ParamId::kPeriod}) {
    builder.set_raw(id, layer_param(rings, spec, id, 0), &layer);
  }
  const double f = layer_param(rings, spec, ParamId::kPeriod, 32768) / 1048576.0;
  CandidateList trials(out->memory());
  for (int32_t scale = 32; scale <= 144 && !monitor.cancelled(); ++scale) {
    builder.set_raw(ParamId::kScale, scale, &layer);
    for (const int32_t octaves : {1, 4}) {
      builder.set_raw(ParamId::kOctaves, octaves, &layer);
      builder.set_raw(ParamId::kGain, octaves == 4 ? 12 : 8, &layer);
      for (const double turns : {0.2, 0.45, 0.8, 1.3, 2.0}) {
        builder.set(ParamId::kAmplitude, turns / f, &layer);
        trials.push_back({layer, 0});
      }
    }
  }
  score_list(fit, monitor, &trials);
  std::stable_sort(trials.begin(), trials.end(),
                   [](const Candidate& a, const Candidate& b) { return a.score < b.score; });
  for (size_t i = 0; i < std::min<size_t>(4, trials.size()); ++i) out->push_back(trials[i]);
}

}  // namespace pc15::enc
