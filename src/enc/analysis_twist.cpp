// The gradient of F . T(p), T the twist, is M(p) F with M the transposed Jacobian of T. What is seen of it is
// a structure tensor G(p), its direction up to the sign (J. Bigun, G. Granlund, "Optimal orientation
// detection of linear symmetry", ICCV 1987). For a given twist the best F maximises
//   sum of w n F' M' G M F / sum of w n F' M' M F,   n = 2 / |M|^2, G of trace 1,
// the larger eigenvalue of a 2 x 2 problem. So the direction costs nothing, the wave's length and phase do
// not enter, and the basin is as wide as the twist, not as the wave.
#include "enc/analysis_twist.h"

#include <algorithm>
#include <cmath>

namespace pc15::enc {
namespace {

constexpr double kTurn = 6.283185307179586;
constexpr int32_t kAcross = 24;  // gradients per axis
constexpr int32_t kMostPooled = 8;
constexpr int32_t kTable = 2048;
constexpr int32_t kStarts = 8;
constexpr double kRadii[] = {0.28, 0.43, 0.62, 0.9};  // of the grid's side
constexpr double kStrengths[] = {0.12, 0.29, 0.46, 0.63, 0.8, 0.97, 1.3, 1.8, 2.5, 3.5, 5, 7};

struct Gradient {
  double x, y;        // from the middle of the grid, its sides being 1
  double xx, xy, yy;  // tensor of trace `weight`
  double weight;
};

class TwistFinder {
 public:
  TwistFinder(const SampleGrid& grid, Monitor& monitor);
  int32_t find(int32_t capacity, Twist* out);

 private:
  void pool(int32_t j, int32_t i, int32_t half, Gradient* g) const;
  void measure(int32_t every, Twist* t) const;
  void keep(const Twist& t);
  void climb(Twist* t) const;

  const SampleGrid& grid_;
  Monitor& monitor_;
  double extent_;
  Gradient gradients_[kAcross * kAcross];
  double sine_[kTable + kTable / 4];
  Twist starts_[kStarts];
};

void TwistFinder::pool(int32_t j, int32_t i, int32_t half, Gradient* g) const {
  const int32_t top = std::max(1, j - half), bottom = std::min(grid_.height - 2, j + half);
  const int32_t left = std::max(1, i - half), right = std::min(grid_.width - 2, i + half);
  for (int32_t y = top; y <= bottom; ++y) {
    const float *above = grid_.row(y - 1), *here = grid_.row(y), *below = grid_.row(y + 1);
    for (int32_t x = left; x <= right; ++x) {
      const double gx =
          2.0 * (here[x + 1] - here[x - 1]) + (above[x + 1] - above[x - 1]) + (below[x + 1] - below[x - 1]);
      const double gy =
          2.0 * (below[x] - above[x]) + (below[x - 1] - above[x - 1]) + (below[x + 1] - above[x + 1]);
      g->xx += gx * gx;
      g->xy += gx * gy;
      g->yy += gy * gy;
    }
  }
}

TwistFinder::TwistFinder(const SampleGrid& grid, Monitor& monitor)
    : grid_(grid), monitor_(monitor), extent_(grid.step * std::max(grid.width, grid.height)) {
  for (int32_t k = 0; k < kTable + kTable / 4; ++k) sine_[k] = std::sin(kTurn * (k + 0.5) / kTable);
  const double block = 1.0 * std::max(grid.width, grid.height) / kAcross;
  const int32_t half = std::min(kMostPooled, static_cast<int32_t>(block)) / 2;
  for (int32_t k = 0; k < kAcross * kAcross; ++k) {
    const int32_t i = static_cast<int32_t>((k % kAcross + 0.5) * grid.width / kAcross);
    const int32_t j = static_cast<int32_t>((k / kAcross + 0.5) * grid.height / kAcross);
    Gradient& g = gradients_[k];
    g = Gradient{
        (grid.x(i) - grid.centre_x()) / extent_, (grid.y(j) - grid.centre_y()) / extent_, 0, 0, 0, 0};
    pool(j, i, half, &g);
    // The root, so that steep waves do not outvote the others.
    g.weight = std::sqrt(g.xx + g.yy);
    const double scale = g.weight > 0 ? 1 / g.weight : 0;
    g.xx *= scale;
    g.xy *= scale;
    g.yy *= scale;
  }
}

void TwistFinder::measure(int32_t every, Twist* t) const {
  double a11 = 0, a12 = 0, a22 = 0, b11 = 0, b12 = 0, b22 = 0;
  const double inverse = 1 / (t->radius * t->radius);
  for (int32_t j = 0; j < kAcross; j += every) {
    for (int32_t i = 0; i < kAcross; i += every) {
      const Gradient& g = gradients_[j * kAcross + i];
      const double dx = g.x - t->x, dy = g.y - t->y;
      const double rest = std::max(0.0, 1 - (dx * dx + dy * dy) * inverse);
      const int32_t at =
          static_cast<int32_t>(t->strength * rest * rest * kTable + 16 * kTable) & (kTable - 1);
      const double s = sine_[at], c = sine_[at + kTable / 4];
      const double slope = -4 * kTurn * t->strength * rest * inverse;  // of the turn over r, divided by r
      const double x = c * dx - s * dy, y = s * dx + c * dy;
      const double m11 = c - y * slope * dx, m12 = s + x * slope * dx;
      const double m21 = -s - y * slope * dy, m22 = c + x * slope * dy;
      const double n = 1 / (m11 * m11 + m12 * m12 + m21 * m21 + m22 * m22), w = n * g.weight;
      a11 += n * (m11 * m11 * g.xx + 2 * m11 * m21 * g.xy + m21 * m21 * g.yy);
      a12 += n * (m11 * m12 * g.xx + (m11 * m22 + m12 * m21) * g.xy + m21 * m22 * g.yy);
      a22 += n * (m12 * m12 * g.xx + 2 * m12 * m22 * g.xy + m22 * m22 * g.yy);
      b11 += w * (m11 * m11 + m21 * m21);
      b12 += w * (m11 * m12 + m21 * m22);
      b22 += w * (m12 * m12 + m22 * m22);
    }
  }
  const double det = b11 * b22 - b12 * b12;
  t->share = 0;
  if (!(det > 1e-9 * b11 * b22)) return;
  const double half = 0.5 * (a11 * b22 + a22 * b11 - 2 * a12 * b12) / det;
  const double most = half + std::sqrt(std::max(0.0, half * half - (a11 * a22 - a12 * a12) / det));
  t->share = most;
  // (A - most B) F = 0: F is across the longer row.
  const double p = a11 - most * b11, q = a12 - most * b12, r = a22 - most * b22;
  t->direction = (p * p > r * r ? std::atan2(p, -q) : std::atan2(q, -r)) / kTurn;
}

// The best starts that differ.
void TwistFinder::keep(const Twist& t) {
  int32_t worst = 0;
  for (int32_t k = 0; k < kStarts; ++k) {
    const Twist& s = starts_[k];
    const bool near = s.share >= 0 && std::hypot(s.x - t.x, s.y - t.y) < 0.12 &&
                      std::fabs(s.strength - t.strength) < 0.3 * std::fabs(t.strength);
    if (near) {
      if (t.share > s.share) starts_[k] = t;
      return;
    }
    if (s.share < starts_[worst].share) worst = k;
  }
  if (t.share > starts_[worst].share) starts_[worst] = t;
}

void TwistFinder::climb(Twist* t) const {
  double step[4] = {0.03, 0.03, std::max(0.05, 0.1 * std::fabs(t->strength)), 0.06};
  measure(1, t);
  for (int32_t round = 0; round < 60 && step[0] > 0.001 && !monitor_.cancelled(); ++round) {
    bool better = false;
    for (int32_t k = 0; k < 8; ++k) {
      Twist next = *t;
      double* p[4] = {&next.x, &next.y, &next.strength, &next.radius};
      *p[k / 2] += (k & 1) != 0 ? step[k / 2] : -step[k / 2];
      if (next.radius < 0.05 || std::fabs(next.strength) > 8) continue;
      measure(1, &next);
      if (next.share <= t->share) continue;
      *t = next;
      better = true;
    }
    for (double& s : step) s *= better ? 1.0 : 0.5;
  }
}

int32_t TwistFinder::find(int32_t capacity, Twist* out) {
  for (int32_t n = 0; n < 49 && !monitor_.cancelled(); ++n) {
    Twist t;
    t.x = 0.115 * (n % 7 - 3);
    t.y = 0.115 * (n / 7 - 3);
    for (const double radius : kRadii) {
      t.radius = radius;
      for (const double strength : kStrengths) {
        for (int32_t sign = -1; sign <= 1; sign += 2) {
          t.strength = sign * strength;
          measure(2, &t);
          keep(t);
        }
      }
    }
  }
  for (Twist& t : starts_) {
    if (t.share >= 0) climb(&t);
  }
  std::stable_sort(starts_, starts_ + kStarts,
                   [](const Twist& a, const Twist& b) { return a.share > b.share; });
  int32_t count = 0;
  for (const Twist& t : starts_) {
    if (t.share < 0 || count == capacity) break;
    bool known = false;
    Twist found = t;
    found.x = grid_.centre_x() + t.x * extent_;
    found.y = grid_.centre_y() + t.y * extent_;
    found.radius = t.radius * extent_;
    for (int32_t k = 0; k < count; ++k) {
      known |= std::hypot(found.x - out[k].x, found.y - out[k].y) < 0.02 * extent_ &&
               std::fabs(found.strength - out[k].strength) < 0.05 + 0.1 * std::fabs(found.strength);
    }
    if (!known) out[count++] = found;
  }
  return count;
}

}  // namespace

int32_t find_twists(const SampleGrid& grid, int32_t capacity, Monitor& monitor, Twist* out) {
  if (grid.width < kAcross || grid.height < kAcross) return 0;
  return TwistFinder(grid, monitor).find(capacity, out);
}

}  // namespace pc15::enc
