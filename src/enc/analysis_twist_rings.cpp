// A twist keeps every circle around its centre: what it shows there is cos(p + z cos(psi - alpha)), psi the
// angle, z = 2 pi f r, wherever the twist has turned alpha. So the circles tell f and p whatever the twist
// is, and then alpha for every r, however fast it runs. On each circle the even part cos(z cos psi) and the
// odd part sin(z cos psi) are correlated with the samples for all alpha; f and p are those whose best alphas
// explain most. Strength and radius are scanned over what the circles say.
#include <algorithm>
#include <cmath>

#include "enc/analysis_twist.h"

namespace pc15::enc {
namespace {

constexpr double kTurn = 6.283185307179586;
constexpr int32_t kAngles = 64;  // samples of a circle
constexpr int32_t kMostRings = 96;
constexpr double kMostPhase = 26;  // z, for which so many samples are enough
constexpr int32_t kPhases = 12;    // p from 0 to half a turn
constexpr int32_t kFrequencies = 72;
constexpr double kLeastExplained = 0.4;
constexpr int32_t kFewer = 5;  // every fifth circle, before all are asked

class RingDecoder {
 public:
  RingDecoder(const SampleGrid& grid, double x, double y);
  int32_t rings() const { return rings_; }
  // Share of the energy on the circles that frequency `f` explains with the phase that suits it best.
  double try_frequency(double f, double* phase);
  void keep_frequency(double f, double phase);
  // Of what keep_frequency() found, the share along alpha = direction - strength (1 - r^2 / radius^2)^2 on
  // every n-th circle.
  double along(const Twist& t, int32_t every) const;

 private:
  void correlate(double z, int32_t ring);
  double table(int32_t ring, double turns) const;

  int32_t rings_ = 0;
  double step_ = 1;
  double value_[kMostRings][kAngles];
  double even_[kMostRings][kAngles], odd_[kMostRings][kAngles];  // over alpha
  double weight_[kMostRings] = {};
  double energy_ = 0;
};

RingDecoder::RingDecoder(const SampleGrid& grid, double x, double y) {
  const double reach = std::min(std::min(x - grid.x0, grid.x(grid.width - 1) - x),
                                std::min(y - grid.y0, grid.y(grid.height - 1) - y)) -
                       2 * grid.step;
  step_ = std::max(grid.step, reach / kMostRings);
  for (int32_t k = 0; k < kMostRings && (k + 1) * step_ < reach; ++k) {
    const double r = (k + 1) * step_;
    double mean = 0, square = 0;
    for (int32_t i = 0; i < kAngles; ++i) {
      const double t = kTurn * i / kAngles;
      const double u = (x + r * std::cos(t) - grid.x0) / grid.step,
                   v = (y + r * std::sin(t) - grid.y0) / grid.step;
      const int32_t c = static_cast<int32_t>(u), j = static_cast<int32_t>(v);
      const double a = u - c, b = v - j;
      const float *top = grid.row(j) + c, *low = grid.row(j + 1) + c;
      value_[k][i] = (1 - b) * ((1 - a) * top[0] + a * top[1]) + b * ((1 - a) * low[0] + a * low[1]);
      mean += value_[k][i] / kAngles;
      square += value_[k][i] * value_[k][i] / kAngles;
    }
    weight_[k] = std::sqrt(r);
    energy_ += weight_[k] * std::max(0.0, square - mean * mean);
    ++rings_;
  }
}

// Correlations of a circle with both parts for every alpha, scaled so that a wave of amplitude A gives A / 2.
void RingDecoder::correlate(double z, int32_t ring) {
  double even[kAngles], odd[kAngles], mean = 0;
  for (int32_t i = 0; i < kAngles; ++i) {
    const double u = z * std::cos(kTurn * i / kAngles);
    even[i] = std::cos(u);
    odd[i] = std::sin(u);
    mean += even[i] / kAngles;
  }
  for (int32_t a = 0; a < kAngles; ++a) {
    double e = 0, o = 0;
    for (int32_t i = 0; i < kAngles; ++i) {
      const double v = value_[ring][(i + a) & (kAngles - 1)];
      e += v * (even[i] - mean);
      o += v * odd[i];
    }
    even_[ring][a] = e / kAngles;
    odd_[ring][a] = o / kAngles;
  }
}

double RingDecoder::try_frequency(double f, double* phase) {
  int32_t used = 0;
  while (used < rings_ && kTurn * f * (used + 1) * step_ < kMostPhase) {
    correlate(kTurn * f * (used + 1) * step_, used);
    ++used;
  }
  double best = 0;
  for (int32_t p = 0; p <= kPhases; ++p) {
    const double angle = 0.5 * kTurn * p / kPhases, c = std::cos(angle), s = std::sin(angle);
    double sum = 0, norm = 1e-9;
    for (int32_t k = 0; k < used; ++k) {
      double most = -1e300, energy = 0;
      for (int32_t a = 0; a < kAngles; ++a) {
        most = std::max(most, c * even_[k][a] - s * odd_[k][a]);
        energy += value_[k][a] * value_[k][a] / kAngles;
      }
      sum += weight_[k] * most;
      norm += weight_[k] * std::sqrt(0.5 * std::max(1e-9, energy));
    }
    // Circles that are too large for f do not count, but few circles are no proof.
    const double share = sum / norm * std::sqrt(std::min(1.0, 1.5 * used / std::max(1, rings_)));
    if (share <= best) continue;
    best = share;
    *phase = angle;
  }
  return best;
}

void RingDecoder::keep_frequency(double f, double phase) {
  const double c = std::cos(phase), s = std::sin(phase);
  for (int32_t k = 0; k < rings_; ++k) {
    const double z = kTurn * f * (k + 1) * step_;
    if (z >= kMostPhase) {
      rings_ = k;
      break;
    }
    correlate(z, k);
    double most = 1e-9;
    for (int32_t a = 0; a < kAngles; ++a) {
      even_[k][a] = c * even_[k][a] - s * odd_[k][a];
      most = std::max(most, even_[k][a]);
    }
    for (int32_t a = 0; a < kAngles; ++a) even_[k][a] *= weight_[k] / most;
  }
}

double RingDecoder::table(int32_t ring, double turns) const {
  const double at = (turns - std::floor(turns)) * kAngles;
  const int32_t k = static_cast<int32_t>(at);
  const double part = at - k;
  return (1 - part) * even_[ring][k & (kAngles - 1)] + part * even_[ring][(k + 1) & (kAngles - 1)];
}

double RingDecoder::along(const Twist& t, int32_t every) const {
  double sum = 0, norm = 1e-9;
  for (int32_t k = every - 1; k < rings_; k += every) {
    const double r = (k + 1) * step_, rest = std::max(0.0, 1 - r * r / (t.radius * t.radius));
    sum += table(k, t.direction - t.strength * rest * rest);
    norm += weight_[k];
  }
  return sum / norm;
}

}  // namespace

bool decode_rings(const SampleGrid& grid, Monitor& monitor, Twist* t, double* frequency) {
  Vector<RingDecoder> held(grid.values.memory());
  held.push_back(RingDecoder(grid, t->x, t->y));
  RingDecoder& decoder = held[0];
  if (decoder.rings() < 12) return false;
  const double extent = grid.step * std::max(grid.width, grid.height);
  double best = 0, phase = 0;
  for (int32_t n = 0; n < kFrequencies && !monitor.cancelled(); ++n) {
    const double f = 2.5 / extent * std::pow(24.0, 1.0 * n / kFrequencies);
    double p = 0;
    const double share = decoder.try_frequency(f, &p);
    if (share <= best) continue;
    best = share;
    phase = p;
    *frequency = f;
  }
  if (best < kLeastExplained) return false;
  decoder.keep_frequency(*frequency, phase);
  Twist found = *t;
  found.share = -1;
  for (int32_t n = -10; n <= 10 && !monitor.cancelled(); ++n) {
    for (int32_t s = -1024; s <= 1024 && !monitor.cancelled(); ++s) {
      Twist next = *t;
      next.radius = t->radius * (1 + 0.012 * n);
      next.strength = s / 128.0;
      for (int32_t d = -2; d <= 2; ++d) {
        for (const double half : {0.0, 0.5}) {
          next.direction = t->direction + half + 0.012 * d;
          if (decoder.along(next, kFewer) < 0.7 * found.share) continue;
          next.share = decoder.along(next, 1);
          if (next.share > found.share) found = next;
        }
      }
    }
  }
  *t = found;
  return true;
}

}  // namespace pc15::enc
