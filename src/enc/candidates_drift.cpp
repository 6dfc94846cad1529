// Checkerboards that noise of a known seed pushes about. A sample at p shows the checkerboard at p + c N(p):
// with the right scale of the noise and strength c, putting every sample there gives back a checkerboard,
// whose spectrum is two peaks. All scales and strengths are tried on 64 x 64 samples; the checkerboard is
// then that of propose_lattices() on the straightened picture.
#include <algorithm>
#include <cmath>
#include <complex>

#include "enc/analysis_transform.h"
#include "enc/candidates.h"
#include "enc/candidates_tools.h"
#include "normative/synth.h"

namespace pc15::enc {
namespace {

using Complex = std::complex<double>;
using normative::Layer;
using normative::ParamId;

constexpr int32_t kSide = 64, kFine = 192;
constexpr size_t kKept = 4;
constexpr int32_t kFirstScale = 32, kLastScale = 144;
constexpr double kStrengths[] = {1, 2, 3.5, 5, 7, 9, 11.5, 14, 17, 20, 24, 28, 33, 40, 50, 64};  // px
constexpr double kUnit = 256;  // px of the noise's own scale

struct Drift {
  int32_t scale = 0;
  double strength = 0;  // px
  double share = -1;    // of the energy, in two peaks
};

class DriftProposer {
 public:
  DriftProposer(const Analysis& analysis, Monitor& monitor, CandidateList* out)
      : analysis_(analysis), builder_(analysis.source), grid_(analysis.grid), monitor_(monitor), out_(out),
        transform_(kSide, grid_.values.memory()), plane_(grid_.values.memory()), sum_(plane_.memory()),
        weight_(plane_.memory()), shift_(plane_.memory()) {}
  void run();

 private:
  void find_shifts(int32_t scale, int32_t side, double step);
  void straighten(double strength, int32_t side, double step);
  void measure(double step, Drift* d);
  void propose(const Drift& d);
  double left(double step, int32_t side) const { return grid_.centre_x() - 0.5 * step * (side - 1); }
  double top(double step, int32_t side) const { return grid_.centre_y() - 0.5 * step * (side - 1); }

  const Analysis& analysis_;
  LayerBuilder builder_;
  const SampleGrid& grid_;
  Monitor& monitor_;
  CandidateList* out_;
  SquareTransform transform_;
  Vector<Complex> plane_;
  Vector<double> sum_, weight_, shift_;  // shift_: x, y in px at strength 1
};

// Displacements at side x side positions `step` apart around the middle.
void DriftProposer::find_shifts(int32_t scale, int32_t side, double step) {
  const uint64_t seed =
      normative::layer_seed(builder_.make(normative::kCheckerDistorted), analysis_.source.seed);
  const normative::DriftSetup setup = normative::drift_setup(scale, 4 * static_cast<int32_t>(kUnit), seed);
  normative::NoiseCursor cursor[2] = {};
  normative::reset_cursor(&cursor[0]);
  normative::reset_cursor(&cursor[1]);
  shift_.resize(size_t{2} * static_cast<size_t>(side) * static_cast<size_t>(side));
  double* out = shift_.data();
  for (int32_t j = 0; j < side && !monitor_.cancelled(); ++j) {
    const int32_t y =
        static_cast<int32_t>(std::lround((top(step, side) + j * step - builder_.frame_y()) * 4096));
    for (int32_t i = 0; i < side; ++i) {
      const int32_t x =
          static_cast<int32_t>(std::lround((left(step, side) + i * step - builder_.frame_x()) * 4096));
      const normative::WarpPoint p = normative::drift_point(setup, cursor, x, y);
      *out++ = (p.x - x) / (4096 * kUnit);
      *out++ = (p.y - y) / (4096 * kUnit);
    }
  }
}

// Every sample where the noise takes it from, bilinear; means into sum_, 0 where nothing arrives.
void DriftProposer::straighten(double strength, int32_t side, double step) {
  sum_.assign(static_cast<size_t>(side) * static_cast<size_t>(side), 0.0);
  weight_.assign(sum_.size(), 0.0);
  const double* shift = shift_.data();
  for (int32_t j = 0; j < side && !monitor_.cancelled(); ++j) {
    const int32_t row =
        static_cast<int32_t>(std::lround((top(step, side) + j * step - grid_.y0) / grid_.step));
    for (int32_t i = 0; i < side; ++i, shift += 2) {
      const int32_t column =
          static_cast<int32_t>(std::lround((left(step, side) + i * step - grid_.x0) / grid_.step));
      if (row < 0 || column < 0 || row >= grid_.height || column >= grid_.width) continue;
      const double x = i + strength * shift[0] / step, y = j + strength * shift[1] / step;
      const double fx = std::floor(x), fy = std::floor(y), u = x - fx, v = y - fy;
      if (fx < 0 || fy < 0 || fx + 1 >= side || fy + 1 >= side) continue;
      const double value = double{grid_.row(row)[column]};
      const size_t k = static_cast<size_t>(fy) * static_cast<size_t>(side) + static_cast<size_t>(fx);
      const double part[4] = {(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v};
      const size_t at[4] = {k, k + 1, k + static_cast<size_t>(side), k + static_cast<size_t>(side) + 1};
      for (int32_t c = 0; c < 4; ++c) {
        sum_[at[c]] += part[c] * value;
        weight_[at[c]] += part[c];
      }
    }
  }
  for (size_t k = 0; k < sum_.size(); ++k) sum_[k] = weight_[k] > 0.05 ? sum_[k] / weight_[k] : 0;
}

void DriftProposer::measure(double step, Drift* d) {
  straighten(d->strength, kSide, step);
  plane_.resize(sum_.size());
  double energy = 0;
  for (int32_t j = 0; j < kSide; ++j) {
    for (int32_t i = 0; i < kSide; ++i) {
      const size_t k = static_cast<size_t>(j * kSide + i);
      const double v =
          sum_[k] * std::sin(kTurn * (i + 0.5) / (2 * kSide)) * std::sin(kTurn * (j + 0.5) / (2 * kSide));
      plane_[k] = v;
      energy += v * v;
    }
  }
  transform_.run(false, &plane_);
  double most[2] = {};
  int32_t at_u = 0, at_v = 0;
  for (int32_t pass = 0; pass < 2; ++pass) {
    int32_t best_u = 0, best_v = 0;
    for (int32_t v = 0; v <= kSide / 2; ++v) {
      for (int32_t u = -kSide / 2 + 1; u < kSide / 2; ++u) {
        if (u * u + v * v < 9) continue;
        // Not the peak of the first pass again, nor its mirror image.
        if (pass == 1 && std::abs(u - at_u) < 3 && std::abs(v - at_v) < 3) continue;
        if (pass == 1 && std::abs(u + at_u) < 3 && std::abs(v + at_v) < 3) continue;
        const double p = std::norm(plane_[static_cast<size_t>(v * kSide + (u + kSide) % kSide)]);
        if (p <= most[pass]) continue;
        most[pass] = p;
        best_u = u;
        best_v = v;
      }
    }
    at_u = best_u;
    at_v = best_v;
  }
  d->share = energy > 0 ? (most[0] + most[1]) / (energy * kSide * kSide) : 0;
}

void DriftProposer::propose(const Drift& d) {
  const double step = grid_.step * std::max(grid_.width, grid_.height) / kFine;
  find_shifts(d.scale, kFine, step);
  straighten(d.strength, kFine, step);
  Analysis straight(grid_.values.memory());
  straight.source = analysis_.source;
  SampleGrid& to = straight.grid;
  to.width = to.height = kFine;
  to.step = step;
  to.x0 = left(step, kFine);
  to.y0 = top(step, kFine);
  to.values.resize(sum_.size());
  for (size_t k = 0; k < sum_.size(); ++k) to.values[k] = static_cast<float>(sum_[k]);
  straight.plane = fit_plane(to);
  analyse_spectrum(to, 256, &straight.spectrum);
  if (monitor_.cancelled()) return;
  CandidateList boards(out_->memory());
  propose_lattices(straight, false, &boards);
  for (const Candidate& c : boards) {
    if (c.layer.preset != normative::kCheckerboard) continue;
    Layer layer = builder_.make(normative::kCheckerDistorted);
    std::copy(c.layer.params, c.layer.params + 6, layer.params);  // the same six, in the same order
    builder_.set_raw(ParamId::kScale, d.scale, &layer);
    for (const double factor : {0.9, 1.0, 1.12}) {
      builder_.set(ParamId::kAmplitude, d.strength * factor, &layer);
      out_->push_back({layer, 0});
    }
  }
}

void DriftProposer::run() {
  Drift best[kKept];
  const double whole = grid_.step * std::min(grid_.width, grid_.height) / kSide;
  for (const double step : {whole, 0.5 * whole}) {
    if (step < grid_.step) break;
    for (int32_t scale = kFirstScale; scale <= kLastScale; ++scale) {
      find_shifts(scale, kSide, step);
      Drift here;
      for (const double strength : kStrengths) {
        if (monitor_.cancelled()) return;
        Drift d;
        d.scale = scale;
        d.strength = strength;
        measure(step, &d);
        if (d.share > here.share) here = d;
      }
      size_t at = kKept;
      while (at > 0 && best[at - 1].share < here.share) --at;
      for (size_t k = kKept - 1; k > at; --k) best[k] = best[k - 1];
      if (at < kKept) best[at] = here;
    }
  }
  for (const Drift& d : best) {
    if (d.share > 0 && !monitor_.cancelled()) propose(d);
  }
}

}  // namespace

void propose_drifts(const Analysis& analysis, Monitor& monitor, CandidateList* out) {
  if (analysis.source.scale_log2 != 0 || std::min(analysis.grid.width, analysis.grid.height) < kSide) return;
  DriftProposer(analysis, monitor, out).run();
}

}  // namespace pc15::enc
