// A sine bent by a sine. Bending is frequency modulation along the crests: sidebands lie symmetrically around
// the carrier, whose frequency is therefore the centroid of the half spectrum. Demodulated by the carrier and
// summed along it, the samples give one complex number per position across it; its unwrapped angle is the
// bend, a sinusoid plus the slope by which the centroid missed the carrier's direction.
#include <algorithm>
#include <cmath>
#include <complex>

#include "enc/candidates.h"
#include "enc/candidates_tools.h"

namespace pc15::enc {
namespace {

using Complex = std::complex<double>;
using normative::Layer;
using normative::ParamId;

struct Carrier {
  double fx = 0, fy = 0;
  double length() const { return std::hypot(fx, fy); }
};

// Centroid of the power in the half plane around the strongest peak.
bool spectral_centroid(const Spectrum& s, const SpectralPeak& peak, double step, Carrier* out) {
  double sum = 0, sx = 0, sy = 0;
  const double least = 1.5 / (std::min(s.nx, s.ny) * step), most = 2 * std::hypot(peak.fx, peak.fy);
  for (int32_t v = 0; v <= s.ny / 2; ++v) {
    for (int32_t u = 0; u < s.nx; ++u) {
      double fx = (u <= s.nx / 2 ? u : u - s.nx) / (s.nx * step), fy = v / (s.ny * step);
      if (fx * peak.fx + fy * peak.fy < 0) {
        fx = -fx;
        fy = -fy;
      }
      const double radius = std::hypot(fx, fy);
      if (radius < least || radius > most) continue;
      const double p = s.power[static_cast<size_t>(v) * static_cast<size_t>(s.nx) + static_cast<size_t>(u)];
      sum += p;
      sx += p * fx;
      sy += p * fy;
    }
  }
  if (!(sum > 0)) return false;
  *out = Carrier{sx / sum, sy / sum};
  return out->length() > least;
}

// phase(v) = base + slope v + bend sin(2 pi (f v + shift)), turns and pixels; v from the grid's centre.
struct Bend {
  double base = 0, slope = 0, bend = 0, frequency = 0, shift = 0;
  double left = 1e300;  // weighted squared error
};

constexpr int32_t kBins = 128;
struct PhaseTrack {
  double v[kBins], phase[kBins], weight[kBins];
  int32_t count = 0;
};

void track_phase(const SampleGrid& grid, const Carrier& c, const Monitor& monitor, PhaseTrack* out) {
  Complex sum[kBins] = {};
  double energy[kBins] = {};
  const double f = c.length(), cx = grid.centre_x(), cy = grid.centre_y();
  const double reach = 0.5 * grid.step * (std::fabs(c.fy) * grid.width + std::fabs(c.fx) * grid.height) / f;
  const double bin = std::max(2 * reach / kBins, grid.step);
  for (int32_t j = 0; j < grid.height && !monitor.cancelled(); ++j) {
    for (int32_t i = 0; i < grid.width; ++i) {
      const double x = grid.x(i) - cx, y = grid.y(j) - cy, v = (-x * c.fy + y * c.fx) / f;
      const int32_t k = std::min(kBins - 1, std::max(0, static_cast<int32_t>((v + reach) / bin)));
      sum[k] += double{grid.row(j)[i]} * std::polar(1.0, -kTurn * (c.fx * x + c.fy * y));
      energy[k] += double{grid.row(j)[i]} * grid.row(j)[i];
    }
  }
  double last = 0;
  for (int32_t k = 0; k < kBins; ++k) {
    if (!(std::abs(sum[k]) > 0) || energy[k] <= 0) continue;
    double phase = std::arg(sum[k]) / kTurn;
    if (out->count > 0) phase -= std::floor(phase - last + 0.5);
    last = phase;
    out->v[out->count] = (k + 0.5) * bin - reach;
    out->phase[out->count] = phase;
    out->weight[out->count++] = std::abs(sum[k]);
  }
}

Bend fit_bend(const PhaseTrack& t, double frequency) {
  double a[16] = {}, b[4] = {}, square = 0;
  for (int32_t k = 0; k < t.count; ++k) {
    const double w = t.weight[k], p = kTurn * frequency * t.v[k];
    const double term[4] = {1, t.v[k], std::sin(p), std::cos(p)};
    for (int32_t i = 0; i < 4; ++i) {
      b[i] += w * term[i] * t.phase[k];
      for (int32_t m = 0; m < 4; ++m) a[i * 4 + m] += w * term[i] * term[m];
    }
    square += w * t.phase[k] * t.phase[k];
  }
  Bend fit;
  double x[4] = {b[0], b[1], b[2], b[3]};
  if (!solve_symmetric(4, 1e-6, a, x)) return fit;
  fit.left = square - x[0] * b[0] - x[1] * b[1] - x[2] * b[2] - x[3] * b[3];
  fit.base = x[0];
  fit.slope = x[1];
  fit.bend = std::hypot(x[2], x[3]);
  fit.shift = std::atan2(x[3], x[2]) / kTurn;
  fit.frequency = frequency;
  return fit;
}

class BendProposer {
 public:
  BendProposer(const Analysis& analysis, const SampleGrid& grid, Monitor& monitor, CandidateList* out)
      : builder_(analysis.source), grid_(grid), monitor_(monitor), out_(out) {}
  void propose(Carrier carrier);

 private:
  LayerBuilder builder_;
  const SampleGrid& grid_;
  Monitor& monitor_;
  CandidateList* out_;
};

// Three rounds: the slope of the tracked phase turns the carrier.
void BendProposer::propose(Carrier carrier) {
  const double extent = grid_.step * std::hypot(grid_.width, grid_.height);
  for (int32_t round = 0; round < 3; ++round) {
    PhaseTrack track;
    track_phase(grid_, carrier, monitor_, &track);
    if (track.count < 12) return;
    Bend best;
    for (double f = 0.4 / extent; f < 2.5 * carrier.length() && f < 0.2 / grid_.step; f += 0.15 / extent) {
      if (monitor_.cancelled()) return;
      const Bend fit = fit_bend(track, f);
      if (fit.left < best.left) best = fit;
    }
    if (best.left >= 1e300 || best.bend > 8) return;
    const double f = carrier.length(), dx = builder_.frame_x() - grid_.centre_x(),
                 dy = builder_.frame_y() - grid_.centre_y();
    const double across = (-dx * carrier.fy + dy * carrier.fx) / f;
    Layer layer = builder_.make(normative::kWavesBend);
    const Carrier turned{carrier.fx - best.slope * carrier.fy / f, carrier.fy + best.slope * carrier.fx / f};
    builder_.set_wave(ParamId::kPeriod, ParamId::kAngle, turned.fx, turned.fy, &layer);
    builder_.set(ParamId::kPhase, best.base + 0.25 + turned.fx * dx + turned.fy * dy, &layer);
    builder_.set_raw(ParamId::kPeriod2, static_cast<int32_t>(std::lround(best.frequency * 1048576)), &layer);
    builder_.set(ParamId::kPhase2, best.shift + best.frequency * across, &layer);
    builder_.set(ParamId::kAmplitude, best.bend / turned.length(), &layer);
    out_->push_back({layer, 0});
    carrier = turned;
  }
}

// Every n-th sample, six per period of what is tracked.
void thin_samples(const SampleGrid& from, double period, SampleGrid* to) {
  const int32_t factor = std::max(
      1, std::min(std::min(from.width, from.height) / 32, static_cast<int32_t>(period / (6 * from.step))));
  to->width = (from.width + factor - 1) / factor;
  to->height = (from.height + factor - 1) / factor;
  to->step = from.step * factor;
  to->x0 = from.x0;
  to->y0 = from.y0;
  to->values.resize(static_cast<size_t>(to->width) * static_cast<size_t>(to->height));
  for (int32_t j = 0; j < to->height; ++j) {
    for (int32_t i = 0; i < to->width; ++i) to->row(j)[i] = from.row(j * factor)[i * factor];
  }
}

}  // namespace

void propose_bends(const Analysis& analysis, Monitor& monitor, CandidateList* out) {
  SpectralPeak peaks[kMaxAnalysisPeaks];
  const int32_t count = collect_peaks(analysis, peaks);
  if (count == 0) return;
  const double strongest = std::hypot(peaks[0].fx, peaks[0].fy);
  const bool coarse = analysis.has_coarse && strongest * analysis.grid.width * analysis.grid.step < 8;
  const SampleGrid& whole = coarse ? analysis.coarse : analysis.grid;
  SampleGrid grid(whole.values.memory());
  thin_samples(whole, 1 / strongest, &grid);
  BendProposer proposer(analysis, grid, monitor, out);
  Carrier carrier;
  if (spectral_centroid(coarse ? analysis.coarse_spectrum : analysis.spectrum, peaks[0], whole.step,
                        &carrier))
    proposer.propose(carrier);
  // Bent faster than it runs, the half plane of the strongest peak is not that of the carrier.
  for (int32_t k = 0; k < std::min(5, count) && !monitor.cancelled(); ++k)
    proposer.propose(Carrier{peaks[k].fx, peaks[k].fy});
}

}  // namespace pc15::enc
