// Gabor noise of a known seed: place and phase of every impulse follow from the scale. Frequency and
// direction need not be known well, because every impulse starts its wave anew: an error counts over one cell
// only. So they are read from the spectrum, smoothed by the width that impulses of that scale have, and every
// scale is tried on a window of a few of its cells.
#include <algorithm>
#include <cmath>

#include "enc/candidates.h"
#include "enc/candidates_tools.h"
#include "enc/refine_ahead.h"

namespace pc15::enc {
namespace {

using normative::Layer;
using normative::ParamId;

constexpr int32_t kFirstScale = 32, kLastScale = 144;
constexpr int32_t kCells = 10, kSamples = 28;  // of the window, per axis
constexpr int32_t kTurns = 8;
constexpr size_t kKept = 6;
constexpr double kWorthwhile = 0.8;  // share of the variance a hypothesis may leave

struct Frequency {
  double x, y;
};

// The strongest place of the spectrum under a Gaussian of standard deviation `sigma` cycles per px.
Frequency smoothed_peak(const Spectrum& s, double step, double sigma) {
  const double bin_x = 1 / (s.nx * step), bin_y = 1 / (s.ny * step);
  const int32_t rx = std::max(1, static_cast<int32_t>(1.5 * sigma / bin_x)),
                ry = std::max(1, static_cast<int32_t>(1.5 * sigma / bin_y));
  const int32_t hop_x = std::max(1, rx / 3), hop_y = std::max(1, ry / 3);
  const auto power = [&](int32_t u, int32_t v) {
    if (v < 0) {
      u = -u;
      v = -v;
    }
    if (v > s.ny / 2 || std::abs(u) > s.nx / 2) return 0.0;
    return double{
        s.power[static_cast<size_t>(v) * static_cast<size_t>(s.nx) + static_cast<size_t>((u + s.nx) % s.nx)]};
  };
  Frequency best{0, 0};
  double most = 0;
  for (int32_t v = 0; v <= s.ny / 4; v += hop_y) {
    for (int32_t u = -s.nx / 4; u <= s.nx / 4; u += hop_x) {
      double sum = 0;
      for (int32_t y = -ry; y <= ry; y += hop_y) {
        for (int32_t x = -rx; x <= rx; x += hop_x) {
          const double d = (x * bin_x) * (x * bin_x) + (y * bin_y) * (y * bin_y);
          sum += power(u + x, v + y) * std::exp(-d / (2 * sigma * sigma));
        }
      }
      if (sum <= most) continue;
      most = sum;
      best = Frequency{u * bin_x, v * bin_y};
    }
  }
  return best;
}

}  // namespace

void propose_gabor_noises(const Analysis& analysis, Monitor& monitor, CandidateList* out) {
  const FitSource& source = analysis.source;
  const LayerBuilder builder(source);
  LayerFit fit(out->memory());
  CandidateList trials(out->memory()), scored(out->memory());
  Frequency peak{0, 0};
  for (int32_t scale = kFirstScale; scale <= kLastScale && !monitor.cancelled(); ++scale) {
    const double cell = std::exp2(scale / 16.0);
    FitSource local = source;
    const int32_t wanted = std::max(kSamples, static_cast<int32_t>(kCells * cell));
    const int32_t w = std::min(source.rect.width, wanted), h = std::min(source.rect.height, wanted);
    local.rect =
        Rect{source.rect.x + (source.rect.width - w) / 2, source.rect.y + (source.rect.height - h) / 2, w, h};
    fit.start(local, std::max(1, std::max(w, h) / kSamples), 0);
    if (fit.base_ssd() <= 0) continue;
    if ((scale - kFirstScale) % 4 == 0)
      peak = smoothed_peak(analysis.spectrum, analysis.grid.step, 0.35 / cell);
    Layer layer = builder.make(normative::kGaborNoise);
    builder.set_raw(ParamId::kScale, scale, &layer);
    const auto attempt = [&](double fx, double fy) {
      builder.set_wave(ParamId::kPeriod, ParamId::kAngle, fx, fy, &layer);
      scored.push_back({layer, 0});
    };
    scored.clear();
    attempt(peak.x, peak.y);
    attempt(-peak.x, -peak.y);
    const bool long_waves = std::hypot(peak.x, peak.y) * cell <= 1.2;
    for (int32_t turn = 0; turn < kTurns && long_waves; ++turn) {  // they have no peak of their own
      const double angle = kTurn * turn / kTurns;
      for (const double cycles : {0.3, 0.7})
        attempt(cycles / cell * std::cos(angle), cycles / cell * std::sin(angle));
    }
    keep_below(kWorthwhile, &fit, monitor, &scored, &trials);
  }
  std::stable_sort(trials.begin(), trials.end(),
                   [](const Candidate& a, const Candidate& b) { return a.score < b.score; });
  for (size_t i = 0; i < std::min(kKept, trials.size()); ++i) out->push_back(trials[i]);
}

}  // namespace pc15::enc
