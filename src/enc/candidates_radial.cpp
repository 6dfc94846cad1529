// Radial structure: a centre by voting (analysis_radial.h), then the strongest tone over distance and angle
// together. Conventions of the kernel (docs/bitstream-programs.md, section 8.7): the phase is
// distance / period + arms * angle + phase, in turns, and enters the profiles as for waves.
#include <algorithm>
#include <cmath>

#include "enc/analysis_polar.h"
#include "enc/candidates.h"
#include "enc/candidates_tools.h"

namespace pc15::enc {
namespace {

using normative::Layer;
using normative::ParamId;

class RadialProposer {
 public:
  RadialProposer(const Analysis& analysis, Monitor& monitor, CandidateList* out)
      : builder_(analysis.source), grid_(analysis.has_coarse ? analysis.coarse : analysis.grid),
        monitor_(monitor), out_(out) {}

  void rings(double cx, double cy, bool thorough);
  void gradients(double cx, double cy);
  void suns(double cx, double cy);
  void spirals(double cx, double cy);

 private:
  Layer at(int32_t preset, double cx, double cy) const {
    Layer layer = builder_.make(preset);
    builder_.set(ParamId::kCenterX, cx, &layer);
    builder_.set(ParamId::kCenterY, cy, &layer);
    return layer;
  }
  void profiles(const Layer& layer, double phase) { propose_profiles(builder_, layer, phase, out_); }
  void push(Layer layer, double phase) {
    builder_.set(ParamId::kPhase, phase, &layer);
    out_->push_back({layer, 0});
  }

  LayerBuilder builder_;
  const SampleGrid& grid_;
  Monitor& monitor_;
  CandidateList* out_;
};

void RadialProposer::rings(double cx, double cy, bool thorough) {
  const PolarSpectrum spectrum(grid_, cx, cy, 0);
  const PolarTone tone = spectrum.strongest(0, 0, 1.2 / spectrum.span(), 0.4 / grid_.step, monitor_);
  if (tone.power <= 0) return;
  Layer layer = at(normative::kWavesCirc, cx, cy);
  builder_.set(ParamId::kPeriod, tone.frequency, &layer);
  push(layer, tone.phase + 0.25);
  layer = at(normative::kRings, cx, cy);
  builder_.set(ParamId::kPeriod, tone.frequency, &layer);
  builder_.set(ParamId::kSoftness, std::min(24.0, std::max(1.0, 1 / (12 * tone.frequency))), &layer);
  profiles(layer, tone.phase);
  if (!thorough) return;
  layer = at(normative::kRipple, cx, cy);
  builder_.set(ParamId::kPeriod, tone.frequency, &layer);
  for (const double decay : {32.0, 64.0, 160.0, 400.0}) {
    builder_.set(ParamId::kDecay, decay, &layer);
    push(layer, tone.phase + 0.25);
  }
}

void RadialProposer::gradients(double cx, double cy) {
  const double reach = PolarSpectrum(grid_, cx, cy, 0).reach();
  for (const double share : {2.0, 1.2, 0.8, 0.5, 0.3, 0.15}) {
    Layer layer = at(normative::kGradRadial, cx, cy);
    builder_.set(ParamId::kLength, share * reach, &layer);
    out_->push_back({layer, 0});
    builder_.set_raw(ParamId::kEasing, static_cast<int32_t>(normative::Easing::kSmooth), &layer);
    out_->push_back({layer, 0});
  }
}

void RadialProposer::suns(double cx, double cy) {
  const PolarSpectrum spectrum(grid_, cx, cy, 64);
  const PolarTone ray = spectrum.strongest(1, 64, 0, 0, monitor_);
  if (ray.power <= 0) return;
  Layer layer = at(normative::kSunburst, cx, cy);
  builder_.set_raw(ParamId::kArms, ray.arms, &layer);
  profiles(layer, ray.phase);
  layer = at(normative::kAngleGradient, cx, cy);
  builder_.set_raw(ParamId::kArms, ray.arms, &layer);
  push(layer, ray.phase - 0.25);
  push(layer, ray.phase + 0.25);
  const PolarTone both = spectrum.strongest(1, 64, 1.2 / spectrum.span(), 0.3 / grid_.step, monitor_);
  if (both.power <= 0) return;
  // sin p sin q = (cos(p - q) - cos(p + q)) / 2: the opposite tone has as many arms the other way.
  const PolarTone other =
      spectrum.strongest(-both.arms, -both.arms, both.frequency, both.frequency, monitor_);
  layer = at(normative::kPolarChecker, cx, cy);
  builder_.set(ParamId::kPeriod, both.frequency, &layer);
  builder_.set_raw(ParamId::kArms, both.arms, &layer);
  builder_.set(ParamId::kPhase2, (both.phase - 0.5 - other.phase) / 2, &layer);
  push(layer, (both.phase - 0.5 + other.phase) / 2);
  builder_.set(ParamId::kPhase2, (both.phase - 0.5 - other.phase) / 2 + 0.5, &layer);
  push(layer, (both.phase - 0.5 + other.phase) / 2);
}

void RadialProposer::spirals(double cx, double cy) {
  const PolarSpectrum spectrum(grid_, cx, cy, 32);
  const double low = 1.2 / spectrum.span(), high = 0.3 / grid_.step;
  const PolarTone left = spectrum.strongest(-32, -1, low, high, monitor_),
                  right = spectrum.strongest(1, 32, low, high, monitor_);
  const PolarTone& tone = left.power > right.power ? left : right;
  if (tone.power <= 0) return;
  Layer layer = at(normative::kSpiral, cx, cy);
  builder_.set(ParamId::kPeriod, tone.frequency, &layer);
  builder_.set_raw(ParamId::kArms, tone.arms, &layer);
  builder_.set(ParamId::kSoftness, std::min(24.0, std::max(1.0, 1 / (12 * tone.frequency))), &layer);
  profiles(layer, tone.phase);
}

}  // namespace

void propose_radial(const Analysis& analysis, bool thorough, Monitor& monitor, CandidateList* out) {
  RadialProposer proposer(analysis, monitor, out);
  const SampleGrid& grid = analysis.has_coarse ? analysis.coarse : analysis.grid;
  const double least = thorough ? -1.0 : 0.5;
  const CentreVote ring = vote_centre(grid, CentreKind::kRings, least),
                   sun = vote_centre(grid, CentreKind::kSun, least);
  const bool near = std::hypot(ring.x - sun.x, ring.y - sun.y) < 2;
  if (ring.found && ring.alignment > least) {
    proposer.rings(ring.x, ring.y, thorough);
    proposer.gradients(ring.x, ring.y);
    if (thorough) proposer.spirals(ring.x, ring.y);
    if (thorough && !near) proposer.suns(ring.x, ring.y);
  }
  if (sun.found && sun.alignment > least) {
    proposer.suns(sun.x, sun.y);
    if (thorough && !near) proposer.spirals(sun.x, sun.y);
  }
}

}  // namespace pc15::enc
