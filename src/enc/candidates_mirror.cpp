// Waves between mirrors. Their spectrum has one peak per wedge and no carrier to demodulate; but gradients
// vote for the centre, the angular spectrum there knows the number of mirrors, and the strongest peak the
// frequency. What is left, direction and frequency, is scanned close to the centre, where few turns fit, and
// followed outwards: twice the radius needs half the step.
#include <algorithm>
#include <cmath>
#include <complex>

#include "enc/analysis_polar.h"
#include "enc/candidates.h"
#include "enc/candidates_tools.h"

namespace pc15::enc {
namespace {

using normative::Layer;
using normative::ParamId;

struct Mirrored {
  double frequency = 0, angle = 0;  // cycles per pixel, turns
  double phase = 0, share = -1;
};

class MirrorFit {
 public:
  MirrorFit(const SampleGrid& grid, double cx, double cy, int32_t arms)
      : distance_(grid.values.memory()), folded_(distance_.memory()), value_(distance_.memory()) {
    const int32_t thin = std::max(1, std::max(grid.width, grid.height) / 256);
    for (int32_t j = 0; j < grid.height; j += thin) {
      for (int32_t i = 0; i < grid.width; i += thin) {
        const double dx = grid.x(i) - cx, dy = grid.y(j) - cy;
        distance_.push_back(static_cast<float>(std::hypot(dx, dy)));
        folded_.push_back(
            static_cast<float>(std::fabs(std::remainder(arms * std::atan2(dy, dx), kTurn)) / arms));
        value_.push_back(grid.row(j)[i]);
        reach_ = std::max(reach_, double{distance_.back()});
      }
    }
  }
  double reach() const { return reach_; }
  // Share of the energy within `radius` that the sinusoid explains; at most about 4000 samples are read.
  void measure(double radius, Mirrored* m) const {
    std::complex<double> sum = 0;
    double energy = 0, count = 0;
    const double inside =
        3.14159 * radius * radius / (4 * reach_ * reach_) * static_cast<double>(value_.size());
    const size_t stride = std::max<size_t>(1, static_cast<size_t>(inside / 4000)) | 1;
    for (size_t k = 0; k < value_.size(); k += stride) {
      if (double{distance_[k]} > radius) continue;
      const double v = value_[k], along = distance_[k] * std::cos(folded_[k] - kTurn * m->angle);
      sum += v * std::polar(1.0, -kTurn * m->frequency * along);
      energy += v * v;
      count += 1;
    }
    m->share = energy > 0 ? 2 * std::norm(sum) / (energy * count) : 0;
    m->phase = std::arg(sum) / kTurn;
  }

 private:
  Vector<float> distance_, folded_, value_;
  double reach_ = 1;
};

Mirrored fit_mirrors(const MirrorFit& fit, double frequency, double extent, Monitor& monitor) {
  double radius = std::min(fit.reach(), 8 / frequency);
  const double turns = radius * frequency, angle_step = 0.15 / (kTurn * turns), step = 0.15 / radius;
  Mirrored best;
  for (double df = -1.5 / extent; df <= 1.5 / extent; df += std::min(step, 0.5 / extent)) {
    for (double angle = 0; angle < 0.5 && !monitor.cancelled(); angle += angle_step) {
      Mirrored m;
      m.frequency = frequency + df;
      m.angle = angle;
      if (m.frequency <= 0) continue;
      fit.measure(radius, &m);
      if (m.share > best.share) best = m;
    }
  }
  for (; !monitor.cancelled(); radius *= 1.5) {
    radius = std::min(radius, fit.reach());
    fit.measure(radius, &best);
    for (int32_t halving = 0; halving < 3; ++halving) {
      const Mirrored middle = best;
      for (int32_t k = 0; k < 9; ++k) {
        Mirrored m = middle;
        m.frequency += (k % 3 - 1) * 0.15 / (radius * (1 << halving));
        m.angle += (k / 3 - 1) * 0.15 / (kTurn * radius * frequency * (1 << halving));
        fit.measure(radius, &m);
        if (m.share > best.share) best = m;
      }
    }
    if (radius >= fit.reach()) break;
  }
  return best;
}

}  // namespace

void propose_mirrors(const Analysis& analysis, Monitor& monitor, CandidateList* out) {
  SpectralPeak peaks[kMaxAnalysisPeaks];
  const SampleGrid& grid = analysis.has_coarse ? analysis.coarse : analysis.grid;
  if (collect_peaks(analysis, peaks) == 0) return;
  const LayerBuilder builder(analysis.source);
  const double f = std::hypot(peaks[0].fx, peaks[0].fy);
  for (const CentreKind kind : {CentreKind::kSun, CentreKind::kRings}) {
    const CentreVote vote = vote_centre(grid, kind);
    if (!vote.found) continue;
    const PolarSpectrum spectrum(grid, vote.x, vote.y, 32);
    int32_t tried = 0;
    for (const double low : {0.0, 1.2 / spectrum.reach()}) {
      const PolarTone tone = spectrum.strongest(1, 32, low, low > 0 ? 0.3 / grid.step : 0, monitor);
      if (tone.power <= 0 || tone.arms == tried) continue;
      tried = tone.arms;
      const Mirrored best =
          fit_mirrors(MirrorFit(grid, vote.x, vote.y, tone.arms), f, grid.step * grid.width, monitor);
      if (best.share < 0.1) continue;
      Layer layer = builder.make(normative::kKaleidoscope);
      builder.set(ParamId::kCenterX, vote.x, &layer);
      builder.set(ParamId::kCenterY, vote.y, &layer);
      builder.set_raw(ParamId::kArms, tone.arms, &layer);
      builder.set(ParamId::kPeriod, best.frequency, &layer);
      builder.set(ParamId::kAngle, best.angle, &layer);
      builder.set(ParamId::kPhase, best.phase + 0.25, &layer);
      out->push_back({layer, 0});
    }
  }
}

}  // namespace pc15::enc
