// Centres by quadrature correlation (analysis_correlate.h), for what votes of gradients cannot see: squares,
// whose gradients have two directions, and spirals, whose gradients miss the centre. The spectrum gives the
// frequency (a pattern around a centre has its energy on a circle, or at four points of it) and the axes of
// squares; the number of arms is tried.
#include <algorithm>
#include <cmath>

#include "enc/analysis_correlate.h"
#include "enc/candidates.h"
#include "enc/candidates_tools.h"

namespace pc15::enc {
namespace {

using normative::Layer;
using normative::ParamId;

constexpr int32_t kMaxArms = 8;
constexpr int32_t kRadii = 3;
constexpr double kWorthAScore = 0.12;  // share of the energy
constexpr double kFound = 0.6;

struct Hypothesis {
  CentreTemplate shape;
  CentreMatch match;
};

class CentreProposer {
 public:
  CentreProposer(const Analysis& analysis, Monitor& monitor, CandidateList* out)
      : analysis_(analysis), builder_(analysis.source), monitor_(monitor), out_(out) {}
  void run();

 private:
  void try_template(CentreCorrelator* correlator, const CentreTemplate& shape, Hypothesis* best) const;
  // Better frequencies around the best one.
  void climb(CentreCorrelator* correlator, Hypothesis* best) const;
  void propose(const Hypothesis& h);
  double at_radius(double f);

  const Analysis& analysis_;
  LayerBuilder builder_;
  Monitor& monitor_;
  CandidateList* out_;
  SpectralPeak peaks_[kMaxAnalysisPeaks];
  int32_t count_ = 0;
};

void CentreProposer::try_template(CentreCorrelator* correlator, const CentreTemplate& shape,
                                  Hypothesis* best) const {
  if (monitor_.cancelled()) return;
  const CentreMatch match = correlator->best(shape);
  if (match.share <= best->match.share) return;
  best->shape = shape;
  best->match = match;
}

void CentreProposer::climb(CentreCorrelator* correlator, Hypothesis* best) const {
  if (best->match.share <= 0) return;
  for (double step = 0.5 / correlator->extent(); step > 0.1 / correlator->extent(); step *= 0.5) {
    for (int32_t sign = -1; sign <= 1; sign += 2) {
      for (int32_t k = 0; k < 4 && !monitor_.cancelled(); ++k) {
        Hypothesis next = *best;
        next.shape.frequency += sign * step;
        if (next.shape.frequency <= 0) break;
        next.match.share = best->match.share;
        try_template(correlator, next.shape, &next);
        if (next.match.share <= best->match.share) break;
        *best = next;
      }
    }
  }
}

// The layer around a fundamental: sine where the preset has it, and pulses.
void CentreProposer::propose(const Hypothesis& h) {
  if (h.match.share < kWorthAScore) return;
  const int32_t preset = h.shape.square
                             ? (h.shape.arms == 0 ? normative::kConcentricSquares : normative::kSpiralSquare)
                             : (h.shape.arms == 0 ? normative::kRings : normative::kSpiral);
  Layer layer = builder_.make(preset);
  builder_.set(ParamId::kCenterX, h.match.x, &layer);
  builder_.set(ParamId::kCenterY, h.match.y, &layer);
  builder_.set(ParamId::kPeriod, h.shape.frequency, &layer);
  builder_.set(ParamId::kAngle, h.shape.angle, &layer);
  builder_.set_raw(ParamId::kArms, h.shape.arms, &layer);
  builder_.set(ParamId::kSoftness, std::min(24.0, std::max(1.0, 1 / (12 * h.shape.frequency))), &layer);
  propose_profiles(builder_, layer, h.match.phase, out_);
}

double CentreProposer::at_radius(double f) {
  const bool slow = f * analysis_.grid.width * analysis_.grid.step < 6;
  CentreCorrelator correlator(analysis_.has_coarse && slow ? analysis_.coarse : analysis_.grid, 1 / f);
  Hypothesis square, squared_spiral, spiral;
  double angle = 0;
  for (int32_t k = 0; k < std::min(4, count_); ++k) {
    const double radius = std::hypot(peaks_[k].fx, peaks_[k].fy);
    if (std::fabs(radius - f) > 0.1 * f) continue;
    CentreTemplate shape;
    shape.square = true;
    shape.frequency = radius;
    shape.angle = std::atan2(peaks_[k].fy, peaks_[k].fx) / kTurn;
    try_template(&correlator, shape, &square);
    angle = square.shape.angle;
  }
  climb(&correlator, &square);
  for (int32_t n = -kMaxArms; n <= kMaxArms; ++n) {
    if (n == 0) continue;
    for (const double lower : {0.0, 0.7 / correlator.extent()}) {
      CentreTemplate shape;
      shape.frequency = f - lower;
      shape.arms = n;
      try_template(&correlator, shape, &spiral);
      shape.square = true;
      // Arms turn the waves of the sides away from the axes: small transforms allow all angles.
      const int32_t angles = correlator.is_small() ? 6 : 1;
      for (int32_t k = 0; k < angles; ++k) {
        shape.angle = angle + 0.25 * k / angles;
        try_template(&correlator, shape, &squared_spiral);
      }
    }
  }
  climb(&correlator, &spiral);
  climb(&correlator, &squared_spiral);
  propose(square);
  propose(spiral);
  propose(squared_spiral);
  return std::max(square.match.share, std::max(spiral.match.share, squared_spiral.match.share));
}

void CentreProposer::run() {
  count_ = collect_peaks(analysis_, peaks_);
  double tried[kRadii];
  int32_t radii = 0;
  for (int32_t k = 0; k < std::min(8, count_) && radii < kRadii; ++k) {
    const double f = std::hypot(peaks_[k].fx, peaks_[k].fy);
    bool known = f * analysis_.grid.width * analysis_.grid.step < 1.5;
    for (int32_t r = 0; r < radii; ++r) known |= std::fabs(tried[r] - f) < 0.1 * f;
    if (known) continue;
    tried[radii++] = f;
    if (at_radius(f) > kFound || monitor_.cancelled()) return;
  }
}

}  // namespace

void propose_centres(const Analysis& analysis, Monitor& monitor, CandidateList* out) {
  CentreProposer(analysis, monitor, out).run();
}

}  // namespace pc15::enc
