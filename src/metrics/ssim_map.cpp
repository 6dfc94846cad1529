#include "metrics/ssim_map.h"

#include <array>
#include <cmath>

namespace pc15::metrics {
namespace {

constexpr int32_t kRadius = 5, kTaps = 2 * kRadius + 1;
constexpr double kSigma = 1.5;
constexpr double kC1 = (0.01 * 255) * (0.01 * 255), kC2 = (0.03 * 255) * (0.03 * 255);
constexpr int32_t kMoments = 4;  // x, y, x^2 + y^2, xy

// weights[d] belongs to the distance d from the centre; both sides together sum to 1.
std::array<double, kRadius + 1> gaussian_weights() {
  std::array<double, kRadius + 1> w{};
  double sum = 0;
  for (int32_t d = 0; d <= kRadius; ++d) {
    w[static_cast<size_t>(d)] = std::exp(-0.5 * d * d / (kSigma * kSigma));
    sum += (d == 0 ? 1 : 2) * w[static_cast<size_t>(d)];
  }
  for (double& v : w) v /= sum;
  return w;
}

// Half-sample symmetric extension, for any distance outside.
int32_t reflect(int32_t i, int32_t n) {
  const int32_t period = 2 * n;
  i %= period;
  if (i < 0) i += period;
  return i < n ? i : period - 1 - i;
}

// Window positions along an axis of n samples, and where the first window starts.
struct Axis {
  explicit Axis(int32_t n) : size(n), whole(n >= kTaps), count(whole ? n - 2 * kRadius : n) {}
  int32_t source(int32_t window, int32_t tap) const {
    return whole ? window + tap : reflect(window + tap - kRadius, size);
  }
  int32_t size;
  bool whole;
  int32_t count;
};

template <typename T>
class MomentFilter {
 public:
  MomentFilter(PlaneView<const T> a, PlaneView<const T> b, Memory& memory)
      : a_(a), b_(b), columns_(a.width), rows_(a.height), weights_(gaussian_weights()),
        padded_width_(static_cast<size_t>(columns_.count + 2 * kRadius)),
        samples_(memory, padded_width_ * kMoments),
        ring_(memory, static_cast<size_t>(columns_.count) * kMoments * kTaps),
        line_(memory, static_cast<size_t>(columns_.count) * kMoments) {}

  SsimMeans run() {
    double ssim = 0, structure = 0;
    for (int32_t tap = 0; tap + 1 < kTaps; ++tap) filter_row(rows_.source(0, tap), tap);
    for (int32_t window = 0; window < rows_.count; ++window) {
      filter_row(rows_.source(window, kTaps - 1), window + kTaps - 1);
      combine_rows(window);
      add_line(&ssim, &structure);
    }
    const double positions = static_cast<double>(rows_.count) * columns_.count;
    return SsimMeans{ssim / positions, structure / positions};
  }

 private:
  double* ring_row(int32_t position) {
    return ring_.data() + static_cast<size_t>(position % kTaps) * line_.size();
  }

  // Moments of source row y, extended to every column a window touches.
  void load_row(int32_t y) {
    const T* pa = a_.row(y);
    const T* pb = b_.row(y);
    double *sx = samples_.data(), *sy = sx + padded_width_, *squares = sy + padded_width_,
           *products = squares + padded_width_;
    for (size_t i = 0; i < padded_width_; ++i) {
      const int32_t c =
          columns_.whole ? static_cast<int32_t>(i) : columns_.source(static_cast<int32_t>(i), 0);
      const double u = static_cast<double>(pa[c]), v = static_cast<double>(pb[c]);
      sx[i] = u;
      sy[i] = v;
      squares[i] = u * u + v * v;
      products[i] = u * v;
    }
  }

  void filter_row(int32_t y, int32_t position) {
    load_row(y);
    double* out = ring_row(position);
    const size_t n = static_cast<size_t>(columns_.count);
    for (int32_t m = 0; m < kMoments; ++m, out += n) {
      const double* in = samples_.data() + static_cast<size_t>(m) * padded_width_ + kRadius;
      for (size_t i = 0; i < n; ++i) {
        const double* c = in + i;
        double sum = weights_[0] * c[0];
        sum += weights_[1] * (c[-1] + c[1]);
        sum += weights_[2] * (c[-2] + c[2]);
        sum += weights_[3] * (c[-3] + c[3]);
        sum += weights_[4] * (c[-4] + c[4]);
        sum += weights_[5] * (c[-5] + c[5]);
        out[i] = sum;
      }
    }
  }

  void combine_rows(int32_t window) {
    const double* centre = ring_row(window + kRadius);
    for (size_t i = 0; i < line_.size(); ++i) line_[i] = weights_[0] * centre[i];
    for (int32_t d = 1; d <= kRadius; ++d) {
      const double* above = ring_row(window + kRadius - d);
      const double* below = ring_row(window + kRadius + d);
      const double w = weights_[static_cast<size_t>(d)];
      for (size_t i = 0; i < line_.size(); ++i) line_[i] += w * (above[i] + below[i]);
    }
  }

  void add_line(double* ssim, double* structure) const {
    const size_t n = static_cast<size_t>(columns_.count);
    const double *mx = line_.data(), *my = mx + n, *squares = my + n, *products = squares + n;
    double line_ssim = 0, line_structure = 0;
    for (size_t i = 0; i < n; ++i) {
      const double cross = mx[i] * my[i], power = mx[i] * mx[i] + my[i] * my[i];
      const double cs = (2 * (products[i] - cross) + kC2) / (squares[i] - power + kC2);
      line_structure += cs;
      line_ssim += (2 * cross + kC1) / (power + kC1) * cs;
    }
    *ssim += line_ssim;
    *structure += line_structure;
  }

  PlaneView<const T> a_, b_;
  Axis columns_, rows_;
  std::array<double, kRadius + 1> weights_;
  size_t padded_width_;
  Vector<double> samples_, ring_, line_;
};

}  // namespace

SsimMeans ssim_means(PlaneView<const Pixel> a, PlaneView<const Pixel> b, Memory& memory) {
  return MomentFilter<Pixel>(a, b, memory).run();
}

SsimMeans ssim_means(PlaneView<const float> a, PlaneView<const float> b, Memory& memory) {
  return MomentFilter<float>(a, b, memory).run();
}

}  // namespace pc15::metrics
