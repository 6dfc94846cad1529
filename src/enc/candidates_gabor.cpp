// One wave under a Gaussian window. The spectral peak gives the wave; demodulated by it and averaged over
// about a period, the samples are the window, whose power has half its variance: centre and widths are
// moments.
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

constexpr int32_t kCells = 32;

struct Envelope {
  double x = 0, y = 0, along = 0, across = 0;  // image pixels
  double phase = 0;                            // turns at the centre, of a cosine
  bool found = false;
};

// Demodulated means over kCells x kCells cells, smoothed by a window of about one period.
void envelope_map(const SampleGrid& grid, double fx, double fy, const Monitor& monitor, Complex* map) {
  Complex cells[kCells * kCells] = {};
  for (int32_t j = 0; j < grid.height && !monitor.cancelled(); ++j) {
    for (int32_t i = 0; i < grid.width; ++i) {
      const int32_t k = j * kCells / grid.height * kCells + i * kCells / grid.width;
      cells[k] += double{grid.row(j)[i]} * std::polar(1.0, -kTurn * (fx * grid.x(i) + fy * grid.y(j)));
    }
  }
  const double cell = grid.step * std::max(grid.width, grid.height) / kCells;
  const double sigma = std::max(0.6, 0.45 / (std::hypot(fx, fy) * cell));
  const int32_t reach = std::min(kCells, static_cast<int32_t>(2.5 * sigma) + 1);
  for (int32_t y = 0; y < kCells && !monitor.cancelled(); ++y) {
    for (int32_t x = 0; x < kCells; ++x) {
      Complex sum = 0;
      for (int32_t v = std::max(0, y - reach); v <= std::min(kCells - 1, y + reach); ++v) {
        for (int32_t u = std::max(0, x - reach); u <= std::min(kCells - 1, x + reach); ++u) {
          const double d = (u - x) * (u - x) + (v - y) * (v - y);
          sum += cells[v * kCells + u] * std::exp(-d / (2 * sigma * sigma));
        }
      }
      map[y * kCells + x] = sum;
    }
  }
}

Envelope find_envelope(const SampleGrid& grid, double fx, double fy, const Monitor& monitor) {
  Complex map[kCells * kCells] = {};
  envelope_map(grid, fx, fy, monitor, map);
  double most = 0;
  int32_t top = 0;
  for (int32_t k = 0; k < kCells * kCells; ++k) {
    if (std::norm(map[k]) <= most) continue;
    most = std::norm(map[k]);
    top = k;
  }
  Envelope e;
  double weight = 0, sx = 0, sy = 0, uu = 0, vv = 0;
  const double f = std::hypot(fx, fy), width = grid.step * grid.width / kCells,
               height = grid.step * grid.height / kCells;
  for (int32_t k = 0; k < kCells * kCells; ++k) {
    const double p = std::norm(map[k]) - 0.05 * most;
    if (p <= 0) continue;
    const double x = (k % kCells + 0.5) * width, y = (k / kCells + 0.5) * height;
    weight += p;
    sx += p * x;
    sy += p * y;
  }
  if (!(weight > 0)) return e;
  e.x = sx / weight;
  e.y = sy / weight;
  for (int32_t k = 0; k < kCells * kCells; ++k) {
    const double p = std::norm(map[k]) - 0.05 * most;
    if (p <= 0) continue;
    const double x = (k % kCells + 0.5) * width - e.x, y = (k / kCells + 0.5) * height - e.y;
    const double u = (x * fx + y * fy) / f, v = (-x * fy + y * fx) / f;
    uu += p * u * u / weight;
    vv += p * v * v / weight;
  }
  e.x += grid.x0 - 0.5 * grid.step;
  e.y += grid.y0 - 0.5 * grid.step;
  e.along = std::sqrt(2 * uu);
  e.across = std::sqrt(2 * vv);
  e.phase = std::arg(map[top]) / kTurn + fx * e.x + fy * e.y;
  e.found = true;
  return e;
}

}  // namespace

void propose_gabors(const Analysis& analysis, Monitor& monitor, CandidateList* out) {
  SpectralPeak peaks[kMaxAnalysisPeaks];
  const int32_t count = std::min(4, collect_peaks(analysis, peaks));
  const SampleGrid& grid = analysis.has_coarse ? analysis.coarse : analysis.grid;
  if (grid.width < kCells || grid.height < kCells) return;
  const LayerBuilder builder(analysis.source);
  for (int32_t k = 0; k < count && !monitor.cancelled(); ++k) {
    const Envelope e = find_envelope(grid, peaks[k].fx, peaks[k].fy, monitor);
    if (!e.found) continue;
    Layer layer = builder.make(normative::kGabor);
    builder.set_wave(ParamId::kPeriod, ParamId::kAngle, peaks[k].fx, peaks[k].fy, &layer);
    builder.set(ParamId::kCenterX, e.x, &layer);
    builder.set(ParamId::kCenterY, e.y, &layer);
    // The smoothing widened the window by up to half a period.
    for (const double scale : {1.0, 0.75, 0.5, 1.3}) {
      for (const double aspect : {1.0, 0.7, 1.4}) {
        builder.set(ParamId::kRadius, std::max(1.0, e.along * scale), &layer);
        builder.set(ParamId::kRadius2, std::max(1.0, e.across * scale * aspect), &layer);
        for (const double turn : {0.0, 0.25}) {
          builder.set(ParamId::kPhase, e.phase + 0.25 + turn, &layer);
          out->push_back({layer, 0});
        }
      }
    }
  }
}

}  // namespace pc15::enc
