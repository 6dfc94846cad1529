// Waves twisted about a centre. The directions of the gradients tell the twist (analysis_twist.h); along the
// straightened direction the samples are one tone. All numbers together are then fitted by Gauss and Newton
// to the samples under a Gaussian window around the centre that widens: the phase of a wave whose twist is
// nearly known is right where the twist is, and wrong far from it. The strength stays a real number until the
// rest is known; the two steps of the grid beside it are fitted once more.
#include <algorithm>
#include <cmath>

#include "enc/analysis_radial.h"
#include "enc/analysis_twist.h"
#include "enc/candidates.h"
#include "enc/candidates_tools.h"

namespace pc15::enc {
namespace {

using normative::Layer;
using normative::ParamId;

constexpr int32_t kTried = 3;                         // twists
constexpr int32_t kAcross = 48;                       // samples per axis
constexpr double kPointsThere = 0.8;                  // share of the gradients that a twist must explain
constexpr double kExplained = 0.97;                   // share that leaves nothing to find
constexpr double kStrong = 0.9;                       // turns, of which gradients say little
constexpr double kWorthAScore = 0.3;                  // share of the energy that the wave must explain
constexpr double kWindows[] = {0.2, 0.35, 0.6, 1e3};  // standard deviations, of the grid's side
constexpr int32_t kGeometry = 6, kTerms = kGeometry + 3;

// v = mean + a cos(2 pi u) + b sin(2 pi u), u = f . (turned distance from the centre).
struct TwistedWave {
  double p[kGeometry] = {};  // centre, strength in turns, radius, frequency x and y
  double level[3] = {};      // mean, a, b
  double share = 0;          // of the variance, that is explained
};

class SwirlProposer {
 public:
  SwirlProposer(const Analysis& analysis, Monitor& monitor, CandidateList* out)
      : builder_(analysis.source), grid_(analysis.has_coarse ? analysis.coarse : analysis.grid),
        monitor_(monitor), out_(out), extent_(grid_.step * std::max(grid_.width, grid_.height)) {}
  void run();

 private:
  // Phase in turns and, unless null, its derivatives.
  static double phase(const TwistedWave& w, double x, double y, double* slopes);
  static void start(const Twist& t, double frequency, TwistedWave* w);
  bool find_tone(const Twist& t, TwistedWave* w) const;
  double normal_equations(const TwistedWave& w, double window, double* a, double* b) const;
  void fit_levels(double window, TwistedWave* w) const;
  void fit(double window, int32_t rounds, bool fixed_strength, TwistedWave* w) const;
  void propose(const TwistedWave& w);
  void propose_steps(const TwistedWave& wave);

  LayerBuilder builder_;
  const SampleGrid& grid_;
  Monitor& monitor_;
  CandidateList* out_;
  double extent_;
};

double SwirlProposer::phase(const TwistedWave& w, double x, double y, double* slopes) {
  const double dx = x - w.p[0], dy = y - w.p[1], inverse = 1 / (w.p[3] * w.p[3]);
  const double q = (dx * dx + dy * dy) * inverse, rest = std::max(0.0, 1 - q);
  const double turn = kTurn * w.p[2] * rest * rest, c = std::cos(turn), s = std::sin(turn);
  const double px = c * dx - s * dy, py = s * dx + c * dy, fx = w.p[4], fy = w.p[5];
  if (slopes != nullptr) {
    const double by_turn = fy * px - fx * py;
    const double inward = by_turn * 4 * kTurn * w.p[2] * rest * inverse;
    slopes[0] = inward * dx - (fx * c + fy * s);
    slopes[1] = inward * dy - (fy * c - fx * s);
    slopes[2] = by_turn * kTurn * rest * rest;
    slopes[3] = by_turn * 4 * kTurn * w.p[2] * rest * q / w.p[3];
    slopes[4] = px;
    slopes[5] = py;
  }
  return fx * px + fy * py;
}

void SwirlProposer::start(const Twist& t, double frequency, TwistedWave* w) {
  w->p[0] = t.x;
  w->p[1] = t.y;
  w->p[2] = t.strength;
  w->p[3] = t.radius;
  w->p[4] = frequency * std::cos(kTurn * t.direction);
  w->p[5] = frequency * std::sin(kTurn * t.direction);
}

// The tone along the straightened direction, under the first window.
bool SwirlProposer::find_tone(const Twist& t, TwistedWave* w) const {
  start(t, 1, w);
  FoldProfile profile(grid_.values.memory());
  profile.bin = grid_.step;
  const double reach = std::hypot(grid_.width, grid_.height) * grid_.step +
                       std::hypot(t.x - grid_.centre_x(), t.y - grid_.centre_y());
  const size_t bins = static_cast<size_t>(2 * reach / profile.bin) + 2;
  profile.mean.assign(bins, 0.0);
  profile.count.assign(bins, 0.0);
  const double sigma = kWindows[0] * extent_;
  const int32_t thin = std::max(1, std::max(grid_.width, grid_.height) / 128);
  for (int32_t j = 0; j < grid_.height; j += thin) {
    for (int32_t i = 0; i < grid_.width; i += thin) {
      const double x = grid_.x(i) - t.x, y = grid_.y(j) - t.y;
      const double weight = std::exp(-(x * x + y * y) / (2 * sigma * sigma));
      const double along = phase(*w, grid_.x(i), grid_.y(j), nullptr);
      const size_t k = std::min(bins - 1, static_cast<size_t>(std::max(0.0, (along + reach) / profile.bin)));
      profile.mean[k] += weight * double{grid_.row(j)[i]};
      profile.count[k] += weight;
    }
  }
  for (size_t k = 0; k < bins; ++k) {
    if (profile.count[k] > 0) profile.mean[k] /= profile.count[k];
  }
  const Tone tone = strongest_tone(profile, 1.5 / extent_, 0.45 / grid_.step, 0.25 / extent_);
  w->p[4] *= tone.frequency;
  w->p[5] *= tone.frequency;
  return tone.frequency > 0;
}

// Of all terms, into a (kTerms x kTerms) and b; returns the weighted squared error.
double SwirlProposer::normal_equations(const TwistedWave& w, double window, double* a, double* b) const {
  const int32_t thin_x = std::max(1, grid_.width / kAcross), thin_y = std::max(1, grid_.height / kAcross);
  std::fill(a, a + kTerms * kTerms, 0.0);
  std::fill(b, b + kTerms, 0.0);
  const double scale = 1 / (2 * window * window * extent_ * extent_);
  double error = 0;
  for (int32_t j = thin_y / 2; j < grid_.height && !monitor_.cancelled(); j += thin_y) {
    for (int32_t i = thin_x / 2; i < grid_.width; i += thin_x) {
      const double x = grid_.x(i) - w.p[0], y = grid_.y(j) - w.p[1];
      const double weight = std::exp(-(x * x + y * y) * scale);
      if (weight < 1e-3) continue;
      double term[kTerms];
      const double u = kTurn * phase(w, grid_.x(i), grid_.y(j), term), c = std::cos(u), s = std::sin(u);
      const double slope = kTurn * (w.level[2] * c - w.level[1] * s);
      for (int32_t k = 0; k < kGeometry; ++k) term[k] *= slope;
      term[kGeometry] = 1;
      term[kGeometry + 1] = c;
      term[kGeometry + 2] = s;
      const double left = double{grid_.row(j)[i]} - w.level[0] - w.level[1] * c - w.level[2] * s;
      error += weight * left * left;
      for (int32_t k = 0; k < kTerms; ++k) {
        b[k] += weight * term[k] * left;
        for (int32_t m = 0; m <= k; ++m) a[k * kTerms + m] += weight * term[k] * term[m];
      }
    }
  }
  for (int32_t k = 0; k < kTerms; ++k) {
    for (int32_t m = 0; m < k; ++m) a[m * kTerms + k] = a[k * kTerms + m];
  }
  return error;
}

// Mean and amplitudes for the geometry as it is; sets the share.
void SwirlProposer::fit_levels(double window, TwistedWave* w) const {
  double a[kTerms * kTerms], b[kTerms], small[9], x[3];
  std::fill(w->level, w->level + 3, 0.0);
  double error = normal_equations(*w, window, a, b);
  for (int32_t k = 0; k < 3; ++k) {
    x[k] = b[kGeometry + k];
    for (int32_t m = 0; m < 3; ++m) small[k * 3 + m] = a[(kGeometry + k) * kTerms + kGeometry + m];
  }
  w->share = 0;
  const double variance = error - x[0] * x[0] / std::max(1e-9, small[0]);
  if (!solve_symmetric(3, 1e-9, small, x)) return;
  for (int32_t k = 0; k < 3; ++k) {
    w->level[k] = x[k];
    error -= x[k] * b[kGeometry + k];
  }
  w->share = variance > 0 ? 1 - error / variance : 0;
}

void SwirlProposer::fit(double window, int32_t rounds, bool fixed_strength, TwistedWave* w) const {
  double damping = 1e-3;
  fit_levels(window, w);
  for (int32_t round = 0; round < rounds && !monitor_.cancelled(); ++round) {
    double a[kTerms * kTerms], b[kTerms];
    normal_equations(*w, window, a, b);
    if (fixed_strength) {
      for (int32_t k = 0; k < kTerms; ++k) a[2 * kTerms + k] = a[k * kTerms + 2] = 0;
      a[2 * kTerms + 2] = 1;
      b[2] = 0;
    }
    bool better = false;
    for (int32_t attempt = 0; attempt < 4 && !better; ++attempt) {
      double left[kTerms * kTerms], x[kTerms];
      std::copy(a, a + kTerms * kTerms, left);
      std::copy(b, b + kTerms, x);
      if (!solve_symmetric(kTerms, damping, left, x)) return;
      TwistedWave next = *w;
      for (int32_t k = 0; k < kGeometry; ++k) next.p[k] += x[k];
      if (next.p[3] < 2 * grid_.step || std::hypot(next.p[0] - w->p[0], next.p[1] - w->p[1]) > extent_) {
        damping *= 10;
        continue;
      }
      fit_levels(window, &next);
      better = next.share > w->share;
      damping = better ? std::max(1e-6, damping * 0.1) : damping * 10;
      if (!better) continue;
      const bool done = next.share < w->share + 1e-5;
      *w = next;
      if (done) return;
    }
    if (!better) return;
  }
}

void SwirlProposer::propose(const TwistedWave& w) {
  if (w.share < kWorthAScore) return;
  Layer layer = builder_.make(normative::kSwirl);
  builder_.set(ParamId::kCenterX, w.p[0], &layer);
  builder_.set(ParamId::kCenterY, w.p[1], &layer);
  builder_.set(ParamId::kTwist, w.p[2], &layer);
  builder_.set(ParamId::kDecay, w.p[3], &layer);
  builder_.set_wave(ParamId::kPeriod, ParamId::kAngle, w.p[4], w.p[5], &layer);
  // Phases of layers are those at the frame's centre, before the twist.
  const double at_frame = w.p[4] * (builder_.frame_x() - w.p[0]) + w.p[5] * (builder_.frame_y() - w.p[1]);
  builder_.set(ParamId::kPhase, std::atan2(w.level[1], w.level[2]) / kTurn + at_frame, &layer);
  out_->push_back({layer, 0});
}

// The two steps of the grid beside the strength, with all other numbers fitted again.
void SwirlProposer::propose_steps(const TwistedWave& wave) {
  const double steps = std::floor(64 * wave.p[2]);
  for (int32_t up = 0; up <= 1; ++up) {
    TwistedWave whole = wave;
    whole.p[2] = (steps + up) / 64;
    fit(kWindows[3], 8, true, &whole);
    propose(whole);
  }
}

void SwirlProposer::run() {
  Twist twists[kTried];
  const int32_t count = find_twists(grid_, kTried, monitor_, twists);
  for (int32_t k = 0; k < count && !monitor_.cancelled(); ++k) {
    TwistedWave wave;
    if (twists[k].share < kPointsThere || !find_tone(twists[k], &wave)) continue;
    for (const double window : kWindows) fit(window, 8, false, &wave);
    propose_steps(wave);
    if (wave.share > kExplained) return;
  }
  // Strong twists: directions are nearly radial whatever the strength.
  for (int32_t k = 0; k < count && !monitor_.cancelled(); ++k) {
    double frequency = 0;
    if (twists[k].share < kPointsThere || std::fabs(twists[k].strength) < kStrong) continue;
    if (!decode_rings(grid_, monitor_, &twists[k], &frequency)) continue;
    TwistedWave wave;
    start(twists[k], frequency, &wave);
    for (const double window : kWindows) fit(window, 8, false, &wave);
    propose_steps(wave);
    if (wave.share > kExplained) return;
  }
}

}  // namespace

void propose_swirls(const Analysis& analysis, Monitor& monitor, CandidateList* out) {
  SwirlProposer(analysis, monitor, out).run();
}

}  // namespace pc15::enc
