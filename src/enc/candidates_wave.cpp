// Waves: a spectral peak is a hypothesis with frequency and direction; the phase comes from demodulation.
//
// Conventions of the kernel (docs/bitstream-programs.md, section 8.6), p = f . (x - centre) + phase in turns:
// sine sin(2 pi p); pulse +1 for 0 <= p < duty; triangle -1 at 0 and +1 at duty; ramp 2 p - 1. A fundamental
// cos(2 pi f . x + phi) therefore belongs to phase phi + 1/4, phi + duty / 2, phi + 1/2 and phi - 1/4.
#include <algorithm>
#include <cmath>

#include "enc/candidates.h"
#include "enc/candidates_tools.h"

namespace pc15::enc {

using normative::Layer;
using normative::ParamId;
using normative::Profile;

void propose_waves(const Analysis& analysis, int32_t max_peaks, CandidateList* out) {
  const LayerBuilder builder(analysis.source);
  SpectralPeak peaks[kMaxAnalysisPeaks];
  const int32_t count = std::min(max_peaks, collect_peaks(analysis, peaks));
  for (int32_t k = 0; k < count; ++k) {
    const SpectralPeak& peak = peaks[k];
    const double phase = builder.phase_at_frame(analysis, peak.fx, peak.fy);
    Layer layer = builder.make(normative::kWavesDir);
    builder.set_wave(ParamId::kPeriod, ParamId::kAngle, peak.fx, peak.fy, &layer);
    builder.set(ParamId::kPhase, phase + 0.25, &layer);
    out->push_back({layer, 0});

    const double period = 1 / std::hypot(peak.fx, peak.fy);
    if (period < 3) continue;
    layer = builder.make(normative::kStripes);
    builder.set_wave(ParamId::kPeriod, ParamId::kAngle, peak.fx, peak.fy, &layer);
    builder.set(ParamId::kSoftness, std::min(24.0, std::max(1.0, period / 12)), &layer);
    for (const double duty : {0.5, 0.25, 0.75, 0.12}) {
      if (k > 0 && duty != 0.5 && k > 2) break;
      builder.set_raw(ParamId::kProfile, static_cast<int32_t>(Profile::kPulse), &layer);
      builder.set(ParamId::kDuty, duty, &layer);
      builder.set(ParamId::kPhase, phase + duty / 2, &layer);
      out->push_back({layer, 0});
    }
    builder.set(ParamId::kDuty, 0.5, &layer);
    builder.set_raw(ParamId::kProfile, static_cast<int32_t>(Profile::kTriangle), &layer);
    builder.set(ParamId::kPhase, phase + 0.5, &layer);
    out->push_back({layer, 0});
    builder.set_raw(ParamId::kProfile, static_cast<int32_t>(Profile::kRamp), &layer);
    builder.set(ParamId::kPhase, phase - 0.25, &layer);
    out->push_back({layer, 0});
    builder.set(ParamId::kPhase, phase + 0.25, &layer);  // falling
    out->push_back({layer, 0});
  }
}

// Mean along the direction of the fitted plane; the ramp is where it passes from one fifth to four fifths of
// its range.
void propose_gradients(const Analysis& analysis, CandidateList* out) {
  const PlaneFit& plane = analysis.plane;
  const double slope = std::hypot(plane.gx, plane.gy);
  if (!(slope > 0) || plane.remainder > 0.6 * plane.variance) return;
  const double cosine = plane.gx / slope, sine = plane.gy / slope;
  const LayerBuilder builder(analysis.source);
  const SampleGrid& grid = analysis.grid;
  constexpr int32_t kBins = 256;
  double sum[kBins] = {}, count[kBins] = {};
  const double reach = 0.5 * grid.step * (std::fabs(cosine) * grid.width + std::fabs(sine) * grid.height);
  for (int32_t j = 0; j < grid.height; ++j) {
    for (int32_t i = 0; i < grid.width; ++i) {
      const double dx = grid.x(i) - grid.centre_x(), dy = grid.y(j) - grid.centre_y();
      const double d = dx * cosine + dy * sine;
      const int32_t k = std::min(kBins - 1, std::max(0, static_cast<int32_t>((d / reach + 1) * kBins / 2)));
      sum[k] += grid.row(j)[i] + plane.gx * dx + plane.gy * dy;
      count[k] += 1;
    }
  }
  double low = 1e300, high = -1e300;
  for (int32_t k = 0; k < kBins; ++k) {
    if (count[k] == 0) continue;
    sum[k] /= count[k];
    low = std::min(low, sum[k]);
    high = std::max(high, sum[k]);
  }
  int32_t first = kBins - 1, last = 0;
  for (int32_t k = 0; k < kBins; ++k) {
    if (count[k] == 0) continue;
    if (sum[k] > low + 0.2 * (high - low)) first = std::min(first, k);
    if (sum[k] < low + 0.8 * (high - low)) last = std::max(last, k);
  }
  const double from = (2.0 * first / kBins - 1) * reach, to = (2.0 * (last + 1) / kBins - 1) * reach;
  const double middle = 0.5 * (from + to) + (grid.centre_x() - builder.frame_x()) * cosine +
                        (grid.centre_y() - builder.frame_y()) * sine;
  Layer layer = builder.make(normative::kGradLinear);
  builder.set(ParamId::kAngle, std::atan2(sine, cosine) / kTurn, &layer);
  builder.set(ParamId::kOffset, middle, &layer);
  for (const double stretch : {1.0, 1.667, 2.5}) {
    builder.set(ParamId::kLength, std::max(1.0, (to - from) * stretch), &layer);
    for (int32_t easing = 0; easing < normative::kEasingCount; ++easing) {
      builder.set_raw(ParamId::kEasing, easing, &layer);
      out->push_back({layer, 0});
    }
  }
}

void propose_wave_pairs(const Analysis& analysis, Monitor& monitor, CandidateList* out) {
  const LayerBuilder builder(analysis.source);
  SpectralPeak peaks[kMaxAnalysisPeaks];
  const int32_t count = std::min(6, collect_peaks(analysis, peaks));
  for (int32_t a = 0; a < count; ++a) {
    const double pa = builder.phase_at_frame(analysis, peaks[a].fx, peaks[a].fy);
    for (int32_t b = 0; b < a; ++b) {
      if (peaks[a].share < 0.1 * peaks[b].share) continue;
      const double pb = builder.phase_at_frame(analysis, peaks[b].fx, peaks[b].fy);
      Layer layer = builder.make(normative::kPlaid);
      builder.set_wave(ParamId::kPeriod, ParamId::kAngle, peaks[b].fx, peaks[b].fy, &layer);
      builder.set_wave(ParamId::kPeriod2, ParamId::kAngle2, peaks[a].fx, peaks[a].fy, &layer);
      builder.set(ParamId::kPhase, pb + 0.25, &layer);
      builder.set(ParamId::kPhase2, pa + 0.25, &layer);
      out->push_back({layer, 0});
      // sin a sin b = (cos(a - b) - cos(a + b)) / 2: the peaks are the sum and the difference.
      for (int32_t sign = -1; sign <= 1; sign += 2) {
        const double sum_phase = pb, difference_phase = sign * pa;
        layer = builder.make(normative::kMoire);
        builder.set_wave(ParamId::kPeriod, ParamId::kAngle, (peaks[b].fx + sign * peaks[a].fx) / 2,
                         (peaks[b].fy + sign * peaks[a].fy) / 2, &layer);
        builder.set_wave(ParamId::kPeriod2, ParamId::kAngle2, (peaks[b].fx - sign * peaks[a].fx) / 2,
                         (peaks[b].fy - sign * peaks[a].fy) / 2, &layer);
        builder.set(ParamId::kPhase, (sum_phase + 0.5 + difference_phase) / 2, &layer);
        builder.set(ParamId::kPhase2, (sum_phase + 0.5 - difference_phase) / 2, &layer);
        out->push_back({layer, 0});
      }
    }
  }
  for (int32_t k = 0; k < std::min(3, count); ++k) {  // the peak may be any octave
    for (int32_t octave = 0; octave < 3; ++octave) {
      const double scale = 1.0 / (1 << octave), fx = peaks[k].fx * scale, fy = peaks[k].fy * scale;
      Layer layer = builder.make(normative::kStripesMultiscale);
      builder.set_wave(ParamId::kPeriod, ParamId::kAngle, fx, fy, &layer);
      const double phase = builder.phase_at_frame(analysis, fx, fy) + 0.25;
      for (int32_t trial = 0; trial < 18; ++trial) {
        // A negative contrast turns the base by half a turn, but not its octaves.
        builder.set(ParamId::kPhase, phase + 0.5 * (trial & 1), &layer);
        builder.set_raw(ParamId::kOctaves, 2 + (trial / 2) % 3, &layer);
        builder.set_raw(ParamId::kGain, 4 + 4 * (trial / 6), &layer);
        out->push_back({layer, 0});
      }
    }
  }
  propose_bends(analysis, monitor, out);
}

}  // namespace pc15::enc
