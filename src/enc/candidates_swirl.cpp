// Waves twisted about a centre. A twist keeps the distance to its centre, so it is undone by turning back;
// undone rightly, the spectrum is one peak. Twists over a grid of centres, strengths and radii are undone on
// 64 x 64 samples, and the best climb on the share of the energy in the peak, halving their steps.
#include <algorithm>
#include <cmath>
#include <complex>

#include "enc/analysis_transform.h"
#include "enc/candidates.h"
#include "enc/candidates_tools.h"

namespace pc15::enc {
namespace {

using Complex = std::complex<double>;
using normative::Layer;
using normative::ParamId;

constexpr int32_t kSide = 64;
constexpr size_t kKept = 5;
constexpr double kWorthAScore = 0.15;

// Centre from the grid's middle and radius in shares of its side, strength in turns.
struct Twist {
  double p[4] = {};  // x, y, strength, radius
  double share = -1;
  int32_t u = 0, v = 0;
};

class SwirlProposer {
 public:
  SwirlProposer(const Analysis& analysis, Monitor& monitor, CandidateList* out)
      : builder_(analysis.source), grid_(analysis.has_coarse ? analysis.coarse : analysis.grid),
        monitor_(monitor), out_(out), transform_(kSide, grid_.values.memory()), plane_(grid_.values.memory()),
        straight_(grid_.values.memory()), extent_(grid_.step * std::min(grid_.width, grid_.height)) {}
  void run();

 private:
  double sample(double x, double y) const;
  void undo(const Twist& t);
  void measure(Twist* t);
  void climb(Twist* t);
  void propose(const Twist& t);

  LayerBuilder builder_;
  const SampleGrid& grid_;
  Monitor& monitor_;
  CandidateList* out_;
  SquareTransform transform_;
  Vector<Complex> plane_;
  Vector<double> straight_;
  double extent_;
};

// Bilinear, 0 outside.
double SwirlProposer::sample(double x, double y) const {
  const double u = (x - grid_.x0) / grid_.step, v = (y - grid_.y0) / grid_.step;
  const int32_t i = static_cast<int32_t>(std::floor(u)), j = static_cast<int32_t>(std::floor(v));
  if (i < 0 || j < 0 || i + 1 >= grid_.width || j + 1 >= grid_.height) return 0;
  const double a = u - i, b = v - j;
  const float *top = grid_.row(j) + i, *low = grid_.row(j + 1) + i;
  return (1 - b) * ((1 - a) * top[0] + a * top[1]) + b * ((1 - a) * low[0] + a * low[1]);
}

void SwirlProposer::undo(const Twist& t) {
  const double cx = t.p[0] * extent_, cy = t.p[1] * extent_, radius = t.p[3] * extent_;
  straight_.resize(size_t{kSide} * kSide);
  for (int32_t j = 0; j < kSide; ++j) {
    const double y = ((j + 0.5) / kSide - 0.5) * extent_;
    for (int32_t i = 0; i < kSide; ++i) {
      const double x = ((i + 0.5) / kSide - 0.5) * extent_;
      const double dx = x - cx, dy = y - cy, rest = 1 - (dx * dx + dy * dy) / (radius * radius);
      double px = x, py = y;
      if (rest > 0) {
        const double turn = -kTurn * t.p[2] * rest * rest, c = std::cos(turn), s = std::sin(turn);
        px = cx + dx * c - dy * s;
        py = cy + dx * s + dy * c;
      }
      straight_[static_cast<size_t>(j * kSide + i)] = sample(grid_.centre_x() + px, grid_.centre_y() + py);
    }
  }
}

void SwirlProposer::measure(Twist* t) {
  undo(*t);
  plane_.resize(straight_.size());
  double energy = 0;
  for (int32_t j = 0; j < kSide; ++j) {
    const double wy = std::sin(kTurn * (j + 0.5) / (2 * kSide));
    for (int32_t i = 0; i < kSide; ++i) {
      const size_t k = static_cast<size_t>(j * kSide + i);
      const double v = straight_[k] * wy * std::sin(kTurn * (i + 0.5) / (2 * kSide));
      plane_[k] = v;
      energy += v * v;
    }
  }
  transform_.run(false, &plane_);
  double most = 0;
  for (int32_t v = 0; v < kSide / 2; ++v) {
    for (int32_t u = -kSide / 2 + 1; u < kSide / 2; ++u) {
      if (u * u + v * v < 4) continue;
      // The peak and its neighbours, so that its place between the bins does not matter.
      const auto power = [&](int32_t a, int32_t b) {
        return std::norm(plane_[static_cast<size_t>(((b + kSide) % kSide) * kSide + (a + kSide) % kSide)]);
      };
      const double p = power(u, v);
      if (2 * p <= most) continue;
      const double sum =
          p + std::max(power(u - 1, v), power(u + 1, v)) + std::max(power(u, v - 1), power(u, v + 1));
      if (sum <= most) continue;
      most = sum;
      t->u = u;
      t->v = v;
    }
  }
  t->share = energy > 0 ? 2 * most / (energy * kSide * kSide) : 0;
}

void SwirlProposer::climb(Twist* t) {
  double step[4] = {0.06, 0.06, 0.08, 0.1};
  for (int32_t round = 0; round < 18 && !monitor_.cancelled(); ++round) {
    bool better = false;
    for (int32_t k = 0; k < 8; ++k) {
      Twist next = *t;
      next.p[k / 2] += (k & 1) != 0 ? step[k / 2] : -step[k / 2];
      if (next.p[3] < 0.1) continue;
      measure(&next);
      if (next.share <= t->share) continue;
      *t = next;
      better = true;
    }
    for (double& s : step) s *= better ? 1.0 : 0.5;
    if (step[0] < 0.003) break;
  }
}

void SwirlProposer::propose(const Twist& t) {
  if (t.share < kWorthAScore) return;
  undo(t);
  Layer layer = builder_.make(normative::kSwirl);
  builder_.set(ParamId::kCenterX, grid_.centre_x() + t.p[0] * extent_, &layer);
  builder_.set(ParamId::kCenterY, grid_.centre_y() + t.p[1] * extent_, &layer);
  builder_.set(ParamId::kTwist, t.p[2], &layer);
  builder_.set(ParamId::kDecay, t.p[3] * extent_, &layer);
  for (int32_t n = 0; n < 25; ++n) {
    const double fx = (t.u + 0.25 * (n % 5 - 2)) / extent_, fy = (t.v + 0.25 * (n / 5 - 2)) / extent_;
    Complex sum = 0;
    for (int32_t j = 0; j < kSide; ++j) {
      for (int32_t i = 0; i < kSide; ++i) {
        const double x = ((i + 0.5) / kSide - 0.5) * extent_, y = ((j + 0.5) / kSide - 0.5) * extent_;
        sum += straight_[static_cast<size_t>(j * kSide + i)] * std::polar(1.0, -kTurn * (fx * x + fy * y));
      }
    }
    const double dx = builder_.frame_x() - grid_.centre_x(), dy = builder_.frame_y() - grid_.centre_y();
    builder_.set_wave(ParamId::kPeriod, ParamId::kAngle, fx, fy, &layer);
    builder_.set(ParamId::kPhase, std::arg(sum) / kTurn + 0.25 + fx * dx + fy * dy, &layer);
    out_->push_back({layer, 0});
  }
}

void SwirlProposer::run() {
  Twist best[kKept];
  for (int32_t n = 0; n < 600 && !monitor_.cancelled(); ++n) {
    Twist t;
    t.p[0] = 0.13 * (n % 5 - 2);
    t.p[1] = 0.13 * (n / 5 % 5 - 2);
    const int32_t s = n / 25 % 8;
    t.p[2] = (s & 1) != 0 ? 0.2 * (s / 2 + 1) : -0.2 * (s / 2 + 1);
    t.p[3] = 0.4 + 0.25 * (n / 200);
    measure(&t);
    size_t at = kKept;
    while (at > 0 && best[at - 1].share < t.share) --at;
    for (size_t k = kKept - 1; k > at; --k) best[k] = best[k - 1];
    if (at < kKept) best[at] = t;
  }
  for (Twist& t : best) {
    if (t.share > 0) climb(&t);
    if (!monitor_.cancelled()) propose(t);
  }
}

}  // namespace

void propose_swirls(const Analysis& analysis, Monitor& monitor, CandidateList* out) {
  SwirlProposer(analysis, monitor, out).run();
}

}  // namespace pc15::enc
