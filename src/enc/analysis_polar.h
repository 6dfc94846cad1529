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

// sum of v exp(-2 pi i (f r + n theta)) over a thinned grid: for every n one complex profile over distance,
// then a search over f.
class PolarSpectrum {
 public:
  PolarSpectrum(const SampleGrid& grid, double cx, double cy, int32_t max_arms)
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

  PolarTone strongest(int32_t low_arms, int32_t high_arms, double low, double high, Monitor& monitor) const {
    PolarTone best;
    const double step = 0.3 / span();
    for (int32_t n = low_arms; n <= high_arms && !monitor.cancelled(); ++n) {
      // Samples are real: -n arms have the conjugate profile of n.
      const size_t first = static_cast<size_t>(n < 0 ? -n : n) * static_cast<size_t>(bins_);
      const double *re = re_.data() + first, *im = im_.data() + first, sign = n < 0 ? -1 : 1;
      for (double f = low; f <= high; f += step) {
        const double angle = -kTurn * f * bin_, start = angle / 2 - kTurn * f * near_;
        const double turn_re = std::cos(angle), turn_im = std::sin(angle);
        double c = std::cos(start), s = std::sin(start), sum_re = 0, sum_im = 0;
        for (int32_t k = 0; k < bins_; ++k) {
          const double v = sign * im[k];
          sum_re += re[k] * c - v * s;
          sum_im += re[k] * s + v * c;
          const double next = c * turn_re - s * turn_im;
          s = c * turn_im + s * turn_re;
          c = next;
        }
        const double power = sum_re * sum_re + sum_im * sum_im;
        if (power > best.power) best = PolarTone{f, std::atan2(sum_im, sum_re) / kTurn, power, n};
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
    for (int32_t n = 0; n <= max_arms_; ++n) {
      const size_t at = static_cast<size_t>(n) * static_cast<size_t>(bins_) + static_cast<size_t>(bin);
      re_[at] += re;
      im_[at] += im;
      const double next = re * turn_re - im * turn_im;
      im = re * turn_im + im * turn_re;
      re = next;
    }
  }

  int32_t max_arms_, bins_ = 0;
  double reach_ = 0, near_ = 0, bin_ = 1;
  Vector<double> re_, im_;
};

}  // namespace pc15::enc
