// Tones over distance and angle around a centre.
#pragma once

#include <algorithm>
#include <cmath>

#include "base/monitor.h"
#include "enc/analysis_grid.h"
#include "enc/candidates_tools.h"

namespace pc15::enc {

struct PolarTone {
  double frequency = 0, phase = 0, power = 0;
  int32_t arms = 0;
};

// sum of v exp(-2 pi i (f r + n theta)) over a thinned grid: for every distance one complex number per n,
// then a search over f.
class PolarSpectrum {
 public:
  PolarSpectrum(const SampleGrid &grid, double cx, double cy, int32_t max_arms)
      : max_arms_(max_arms), re_(grid.values.memory()), im_(grid.values.memory()) {
    const double ex = std::max(std::fabs(grid.x(0) - cx), std::fabs(grid.x(grid.width - 1) - cx));
    const double ey = std::max(std::fabs(grid.y(0) - cy), std::fabs(grid.y(grid.height - 1) - cy));
    reach_ = std::hypot(ex, ey) + 2;
    const double nx = std::max({0.0, grid.x(0) - cx, cx - grid.x(grid.width - 1)});
    const double ny = std::max({0.0, grid.y(0) - cy, cy - grid.y(grid.height - 1)});
    near_ = std::hypot(nx, ny);
    bin_ = std::max(grid.step, span() / 600);
    near_ = std::floor(near_ / bin_) * bin_;
    bins_ = static_cast<int32_t>(span() / bin_) + 1;
    re_.assign(static_cast<size_t>(bins_) * static_cast<size_t>(max_arms + 1), 0.0);
    im_.assign(re_.size(), 0.0);
    const int32_t thin = std::max(1, std::max(grid.width, grid.height) / 128);
    for (int32_t j = 0; j < grid.height; j += thin) {
      for (int32_t i = 0; i < grid.width; i += thin)
        add(grid.x(i) - cx, grid.y(j) - cy, double{grid.row(j)[i]});
    }
  }

  // All arms of one frequency together: they share its turns, and their sums stand side by side.
  PolarTone strongest(int32_t low_arms, int32_t high_arms, double low, double high, Monitor &monitor) const {
    PolarTone best;
    const double step = 0.3 / span();
    // Samples are real: -n arms have the conjugate profile of n.
    const bool mirrored = high_arms < 0;
    const size_t first = static_cast<size_t>(mirrored ? -high_arms : low_arms);
    const size_t count = static_cast<size_t>(high_arms - low_arms + 1);
    Vector<double> sums(re_.memory(), 2 * count);
    double *const sum_re = sums.data(), *const sum_im = sum_re + count;
    for (double f = low; f <= high && !monitor.cancelled(); f += step) {
      const double angle = -kTurn * f * bin_, start = angle / 2 - kTurn * f * near_;
      const double turn_re = std::cos(angle), turn_im = std::sin(angle);
      double c = std::cos(start), s = std::sin(start);
      sums.assign(2 * count, 0.0);
      for (int32_t k = 0; k < bins_; ++k) {
        const double *re = re_.data() + row(k) + first, *im = im_.data() + row(k) + first;
        const double of_im = mirrored ? -s : s, to_im = mirrored ? -c : c;
        for (size_t n = 0; n < count; ++n) {
          sum_re[n] += re[n] * c - im[n] * of_im;
          sum_im[n] += re[n] * s + im[n] * to_im;
        }
        const double next = c * turn_re - s * turn_im;
        s = c * turn_im + s * turn_re;
        c = next;
      }
      for (size_t n = 0; n < count; ++n) {
        const double power = sum_re[n] * sum_re[n] + sum_im[n] * sum_im[n];
        const int32_t number = static_cast<int32_t>(first + n), arms = mirrored ? -number : number;
        if (power > best.power || (power == best.power && power > 0 && arms < best.arms))
          best = PolarTone{f, std::atan2(sum_im[n], sum_re[n]) / kTurn, power, arms};
      }
    }
    return best;
  }
  double reach() const { return reach_; }         // largest distance from the centre
  double span() const { return reach_ - near_; }  // less the smallest, which is 0 inside

 private:
  void add(double dx, double dy, double v) {
    const double r = std::hypot(dx, dy);
    const int32_t bin = std::min(bins_ - 1, static_cast<int32_t>(std::max(0.0, r - near_) / bin_));
    const double turn_re = r > 0 ? dx / r : 1, turn_im = r > 0 ? -dy / r : 0;  // exp(-i theta)
    double re = v, im = 0;
    double *const to_re = re_.data() + row(bin), *const to_im = im_.data() + row(bin);
    for (int32_t n = 0; n <= max_arms_; ++n) {
      to_re[n] += re;
      to_im[n] += im;
      const double next = re * turn_re - im * turn_im;
      im = re * turn_im + im * turn_re;
      re = next;
    }
  }

  size_t row(int32_t bin) const { return static_cast<size_t>(bin) * static_cast<size_t>(max_arms_ + 1); }

  int32_t max_arms_, bins_ = 0;
  double reach_ = 0, near_ = 0, bin_ = 1;
  Vector<double> re_, im_;
};

}  // namespace pc15::enc
