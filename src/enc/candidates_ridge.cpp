// Functions of one coordinate: the mean over lines across a direction, as a cosine series fitted by least
// squares. No rendering is needed to know the profile; the directions are those of the spectral peaks and of
// the strongest gradients, each moved a little, and the one whose profile explains most is kept.
#include <algorithm>
#include <cmath>

#include "enc/candidates.h"
#include "enc/candidates_tools.h"

namespace pc15::enc {
namespace {

using normative::Layer;
using normative::ParamId;

constexpr int32_t kBins = 128;
constexpr int32_t kDirections = 4;
constexpr double kExplains = 0.3;  // share of the variance, less is not worth a profile

struct Profile {
  double mean[kBins] = {}, count[kBins] = {};
  double reach = 1;      // pixels from the middle of the region to the ends of the profile
  double explained = 0;  // share of the variance
  double turn = 0;
};

Profile fold(const SampleGrid& grid, double turn) {
  Profile p;
  const double c = std::cos(kTurn * turn), s = std::sin(kTurn * turn);
  p.turn = turn;
  p.reach = 0.5 * grid.step * (std::fabs(c) * grid.width + std::fabs(s) * grid.height);
  double square = 0, between = 0;
  for (int32_t j = 0; j < grid.height; ++j) {
    for (int32_t i = 0; i < grid.width; ++i) {
      const double u = (grid.x(i) - grid.centre_x()) * c + (grid.y(j) - grid.centre_y()) * s;
      const int32_t k = std::min(kBins - 1, std::max(0, static_cast<int32_t>((u / p.reach + 1) * kBins / 2)));
      p.mean[k] += grid.row(j)[i];
      p.count[k] += 1;
      square += double{grid.row(j)[i]} * grid.row(j)[i];
    }
  }
  for (int32_t k = 0; k < kBins; ++k) {
    if (p.count[k] <= 0) continue;
    p.mean[k] /= p.count[k];
    between += p.mean[k] * p.mean[k] * p.count[k];
  }
  p.explained = square > 0 ? between / square : 0;
  return p;
}

// Cosines cos(pi (k + 1) t), k = 0...count - 1, t from 0 to 1 over the profile; false when it is flat.
bool fit_series(const Profile& p, int32_t count, Layer* layer) {
  constexpr int32_t kMost = kMaxUnknowns;
  double a[kMost * kMost] = {}, b[kMost] = {}, term[kMost];
  const int32_t n = count + 1;
  for (int32_t bin = 0; bin < kBins; ++bin) {
    for (int32_t k = 0; k < n; ++k) term[k] = std::cos(0.5 * kTurn * k * (bin + 0.5) / kBins);
    for (int32_t k = 0; k < n; ++k) {
      b[k] += p.count[bin] * term[k] * p.mean[bin];
      for (int32_t m = 0; m < n; ++m) a[k * n + m] += p.count[bin] * term[k] * term[m];
    }
  }
  if (!solve_symmetric(n, 1e-6, a, b)) return false;
  double most = 0;
  for (int32_t bin = 0; bin < kBins; ++bin) {
    double v = 0;
    for (int32_t k = 1; k < n; ++k) v += b[k] * std::cos(0.5 * kTurn * k * (bin + 0.5) / kBins);
    most = std::max(most, std::fabs(v));
  }
  if (!(most > 0)) return false;
  layer->profile_count = 0;
  for (int32_t k = 1; k < n; ++k) {
    const double q = std::floor(b[k] * 63 / most + 0.5);
    layer->profile[k - 1] = static_cast<int8_t>(std::min(127.0, std::max(-127.0, q)));
    if (layer->profile[k - 1] != 0) layer->profile_count = static_cast<uint8_t>(k);
  }
  return layer->profile_count > 0;
}

}  // namespace

void propose_ridges(const Analysis& analysis, CandidateList* out) {
  SpectralPeak peaks[kMaxAnalysisPeaks];
  const int32_t count = std::min(kDirections, collect_peaks(analysis, peaks));
  const SampleGrid& grid = analysis.has_coarse ? analysis.coarse : analysis.grid;
  if (grid.width < 16 || grid.height < 16) return;
  const LayerBuilder builder(analysis.source);
  Profile best;
  for (int32_t k = 0; k < count; ++k) {
    const double turn = std::atan2(peaks[k].fy, peaks[k].fx) / kTurn;
    for (int32_t d = -2; d <= 2; ++d) {
      const Profile p = fold(grid, turn + 0.15 * d / std::max(grid.width, grid.height));
      if (p.explained > best.explained) best = p;
    }
  }
  if (best.explained < kExplains) return;
  Layer layer = builder.make(normative::kRidge);
  const double middle = (grid.centre_x() - builder.frame_x()) * std::cos(kTurn * best.turn) +
                        (grid.centre_y() - builder.frame_y()) * std::sin(kTurn * best.turn);
  builder.set(ParamId::kAngle, best.turn, &layer);
  builder.set(ParamId::kOffset, middle, &layer);
  builder.set(ParamId::kLength, 2 * best.reach, &layer);
  for (const int32_t terms : {6, 12, kMaxUnknowns - 1}) {
    if (fit_series(best, terms, &layer)) out->push_back({layer, 0});
  }
}

}  // namespace pc15::enc
