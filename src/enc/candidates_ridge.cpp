// Functions of one coordinate: the mean over lines across a direction, as a cosine series fitted by least
// squares. No rendering is needed to know the profile; the directions are those of the spectral peaks, each
// moved a little, and the one whose profile explains most is kept. A profile holds its ends: where it begins
// and ends is searched as well, on the mean alone. Where the series passes the largest value it is cut off;
// what the mean shows there is a bound, not a value.
#include <algorithm>
#include <cmath>

#include "enc/candidates.h"
#include "enc/candidates_tools.h"

namespace pc15::enc {
namespace {

using normative::Layer;
using normative::ParamId;

constexpr int32_t kBins = 256;
constexpr int32_t kDirections = 4;
constexpr int32_t kScanRows = 4;         // one row of so many shows whether a profile is worth folding
constexpr int32_t kLeastFlat = 6;        // bins of a held end
constexpr double kExplains = 0.3;        // share of the variance, less is not worth a profile
constexpr double kFullContrast = 127.5;  // grey levels, of what was rendered alone

struct Profile {
  double mean[kBins] = {}, count[kBins] = {};
  double reach = 1;      // pixels from the middle of the region to the ends of the profile
  double explained = 0;  // share of the variance
  double turn = 0;
};

// Sum of squares of one row of `every`.
double energy_of(const SampleGrid& grid, int32_t every) {
  double square = 0;
  for (int32_t j = 0; j < grid.height; j += every) {
    const float* row = grid.row(j);
    for (int32_t i = 0; i < grid.width; ++i) square += double{row[i]} * row[i];
  }
  return square;
}

// Of one row of `every`; `square`: their energy.
Profile fold(const SampleGrid& grid, double turn, int32_t every, double square) {
  Profile p;
  const double c = std::cos(kTurn * turn), s = std::sin(kTurn * turn);
  p.turn = turn;
  p.reach = 0.5 * grid.step * (std::fabs(c) * grid.width + std::fabs(s) * grid.height);
  const double bins = 0.5 * kBins / p.reach, along = c * bins * grid.step;
  for (int32_t j = 0; j < grid.height; j += every) {
    const float* row = grid.row(j);
    const double first =
        ((grid.x(0) - grid.centre_x()) * c + (grid.y(j) - grid.centre_y()) * s) * bins + 0.5 * kBins;
    for (int32_t i = 0; i < grid.width; ++i) {
      const int32_t k = std::min(kBins - 1, std::max(0, static_cast<int32_t>(first + i * along)));
      p.mean[k] += row[i];
      p.count[k] += 1;
    }
  }
  double between = 0;
  for (int32_t k = 0; k < kBins; ++k) {
    if (p.count[k] <= 0) continue;
    p.mean[k] /= p.count[k];
    between += p.mean[k] * p.mean[k] * p.count[k];
  }
  p.explained = square > 0 ? between / square : 0;
  return p;
}

// A cosine series cos(pi (k + 1) t), t from 0 to 1 between `low` and `high`, which are shares of the profile.
struct Series {
  double low = 0, high = 1;
  int32_t terms = 0;
  double level[kMaxUnknowns] = {};  // the mean, then the coefficients
  double error = 1e300;             // weighted mean square
};

// The terms 0 to `last` at the middle of a bin, number 0 the mean: cos((k + 1) x) = 2 cos x cos(k x) - cos((k
// - 1) x).
void terms_at(const Series& s, int32_t bin, int32_t last, double* term) {
  const double t = std::min(1.0, std::max(0.0, ((bin + 0.5) / kBins - s.low) / (s.high - s.low)));
  const double c = std::cos(0.5 * kTurn * t);
  term[0] = 1;
  term[1] = c;
  for (int32_t k = 2; k <= last; ++k) term[k] = 2 * c * term[k - 1] - term[k - 2];
}

double series_value(const Series& s, int32_t bin) {
  double term[kMaxUnknowns], sum = 0;
  terms_at(s, bin, s.terms, term);
  for (int32_t k = 0; k <= s.terms; ++k) sum += s.level[k] * term[k];
  return sum;
}

// Largest magnitude without the mean.
double loudest(const Series& s) {
  double most = 1e-6;
  for (int32_t bin = 0; bin < kBins; ++bin)
    most = std::max(most, std::fabs(series_value(s, bin) - s.level[0]));
  return most;
}

// Least squares; bins at the profile's ends of range where the last fit passes them do not count. When they
// stay the same the next round would find the same.
void solve_series(const Profile& p, double bottom, double top, int32_t rounds, Series* s) {
  bool cut[kBins] = {};
  for (int32_t round = 0; round < rounds; ++round) {
    double a[kMaxUnknowns * kMaxUnknowns], b[kMaxUnknowns] = {}, term[2 * kMaxUnknowns];
    double sum[2 * kMaxUnknowns] = {};  // of the weighed cosines
    const int32_t n = s->terms + 1;
    for (int32_t bin = 0; bin < kBins; ++bin) {
      if (cut[bin]) continue;
      terms_at(*s, bin, 2 * s->terms, term);
      const double weight = p.count[bin], weighed = weight * p.mean[bin];
      for (int32_t k = 0; k < n; ++k) b[k] += weighed * term[k];
      for (int32_t k = 0; k < 2 * n - 1; ++k) sum[k] += weight * term[k];
    }
    for (int32_t k = 0; k < n; ++k) {  // 2 cos kx cos mx = cos (k + m) x + cos (k - m) x
      for (int32_t m = 0; m < n; ++m) a[k * n + m] = 0.5 * (sum[k + m] + sum[k > m ? k - m : m - k]);
    }
    if (!solve_symmetric(n, 1e-6, a, b)) return;
    std::copy(b, b + n, s->level);
    s->error = 0;
    double count = 0;
    const double margin = 0.03 * (top - bottom);
    bool changed = false;
    for (int32_t bin = 0; bin < kBins; ++bin) {
      const double v = series_value(*s, bin), m = p.mean[bin];
      const bool was = cut[bin];
      cut[bin] = (m > top - margin && v > m) || (m < bottom + margin && v < m);
      changed |= cut[bin] != was;
      const double left = std::min(top, std::max(bottom, v)) - m;
      s->error += p.count[bin] * left * left;
      count += p.count[bin];
    }
    s->error /= std::max(1.0, count);
    if (!changed) return;
  }
}

// Ends of the profile for a number of terms: from those of its flat ends outwards, then halving steps.
Series fit_ends(const Profile& p, int32_t terms, Monitor& monitor) {
  const double bottom = *std::min_element(p.mean, p.mean + kBins);
  const double top = *std::max_element(p.mean, p.mean + kBins), near = 0.03 * (top - bottom);
  int32_t first = 0, last = kBins - 1;
  while (first < kBins / 2 && std::fabs(p.mean[first] - p.mean[1]) < near) ++first;
  while (last > kBins / 2 && std::fabs(p.mean[last] - p.mean[kBins - 2]) < near) --last;
  Series best;
  best.terms = terms;
  if (first < kLeastFlat && last >= kBins - kLeastFlat) {  // no flat ends: they lie outside, or nowhere
    solve_series(p, bottom, top, 2, &best);
    return best;
  }
  const double from = 1.0 * first / kBins, to = 1.0 * last / kBins, length = std::max(0.05, to - from);
  for (int32_t k = 0; k < 25 && !monitor.cancelled(); ++k) {
    Series s = best;
    s.low = std::max(0.0, from - 0.06 * length * (k % 5));
    s.high = std::min(1.0, to + 0.06 * length * (k / 5));
    solve_series(p, bottom, top, 2, &s);
    if (s.error < best.error) best = s;
  }
  for (double step = 0.02; step > 1e-4 && !monitor.cancelled();) {
    bool better = false;
    for (int32_t k = 0; k < 9; ++k) {
      Series s = best;
      s.low += step * (k % 3 - 1);
      s.high += step * (k / 3 - 1);
      if (s.high - s.low < 0.04) continue;
      solve_series(p, bottom, top, 3, &s);
      if (s.error >= best.error) continue;
      best = s;
      better = true;
    }
    if (!better) step *= 0.5;
  }
  return best;
}

// Coefficients are 1/64 of the contrast, `grey` grey levels; false when nothing is left.
bool set_profile(const Series& s, double grey, Layer* layer) {
  layer->profile_count = 0;
  for (int32_t k = 1; k <= s.terms; ++k) {
    const double q = std::floor(s.level[k] * 64 / grey + 0.5);
    layer->profile[k - 1] = static_cast<int8_t>(std::min(127.0, std::max(-127.0, q)));
    if (layer->profile[k - 1] != 0) layer->profile_count = static_cast<uint8_t>(k);
  }
  for (int32_t k = layer->profile_count; k < normative::kMaxProfile; ++k) layer->profile[k] = 0;
  return layer->profile_count > 0;
}

// The best of the directions of the peaks and their neighbours, then of what lies between.
Profile best_profile(const SampleGrid& grid, const SpectralPeak* peaks, int32_t count, Monitor& monitor) {
  Profile best;
  const double step = 0.15 / std::max(grid.width, grid.height), part = energy_of(grid, kScanRows);
  for (int32_t k = 0; k < count; ++k) {
    const double turn = std::atan2(peaks[k].fy, peaks[k].fx) / kTurn;
    for (int32_t d = -2; d <= 2 && !monitor.cancelled(); ++d) {
      const Profile p = fold(grid, turn + step * d, kScanRows, part);
      if (p.explained > best.explained) best = p;
    }
  }
  // With fewer samples to a bin chance explains more, not less: what a part of the rows refuses is refused.
  if (best.explained < kExplains) return best;
  const double all = energy_of(grid, 1);
  best = fold(grid, best.turn, 1, all);
  if (best.explained < kExplains) return best;
  for (double d = step; d > step / 20 && !monitor.cancelled();) {
    const Profile up = fold(grid, best.turn + d, 1, all), down = fold(grid, best.turn - d, 1, all);
    const Profile& p = up.explained > down.explained ? up : down;
    if (p.explained > best.explained) {
      best = p;
    } else {
      d *= 0.5;
    }
  }
  return best;
}

// The slope that the analysis took out: with it, what is held beyond the ends is flat.
void add_plane(const PlaneFit& plane, Profile* p) {
  const double slope = plane.gx * std::cos(kTurn * p->turn) + plane.gy * std::sin(kTurn * p->turn);
  for (int32_t k = 0; k < kBins; ++k) p->mean[k] += slope * ((k + 0.5) * 2 / kBins - 1) * p->reach;
}

}  // namespace

void propose_ridges(const Analysis& analysis, const LayerJudge& judge, Monitor& monitor, CandidateList* out) {
  SpectralPeak peaks[kMaxAnalysisPeaks];
  const int32_t count = std::min(kDirections, collect_peaks(analysis, peaks));
  const SampleGrid& grid = analysis.has_coarse ? analysis.coarse : analysis.grid;
  if (grid.width < 16 || grid.height < 16) return;
  const LayerBuilder builder(analysis.source);
  Profile profile = best_profile(grid, peaks, count, monitor);
  if (profile.explained < kExplains) return;
  if (!analysis.has_coarse) add_plane(analysis.plane, &profile);
  Layer layer = builder.make(normative::kRidge);
  const double middle = (grid.centre_x() - builder.frame_x()) * std::cos(kTurn * profile.turn) +
                        (grid.centre_y() - builder.frame_y()) * std::sin(kTurn * profile.turn);
  builder.set(ParamId::kAngle, profile.turn, &layer);
  const auto place = [&](const Series& s) {
    builder.set(ParamId::kOffset, middle + (s.low + s.high - 1) * profile.reach, &layer);
    builder.set(ParamId::kLength, 2 * (s.high - s.low) * profile.reach, &layer);
  };
  if (judge) {
    Series whole;
    whole.terms = kMaxUnknowns - 1;
    solve_series(profile, -1e300, 1e300, 1, &whole);
    place(whole);
    if (!set_profile(whole, loudest(whole) * 64 / 63, &layer) || !judge(layer)) return;
  }
  double least = 1e300;
  for (const int32_t terms : {6, 12, kMaxUnknowns - 1}) {
    if (monitor.cancelled()) return;
    const Series s = fit_ends(profile, terms, monitor);
    if (s.error > 0.9 * least) continue;
    least = s.error;
    place(s);
    if (set_profile(s, kFullContrast, &layer)) out->push_back({layer, 0});
    if (set_profile(s, loudest(s) * 64 / 63, &layer)) out->push_back({layer, 0});
  }
}

}  // namespace pc15::enc
