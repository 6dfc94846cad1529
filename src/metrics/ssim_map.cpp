#include "metrics/ssim_map.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/bands.h"

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

  // Sums over the rows of windows [first, last); lines[first] belongs to the first of them.
  void run(int32_t first, int32_t last, SsimMeans* lines) {
    for (int32_t tap = 0; tap + 1 < kTaps; ++tap) filter_row(rows_.source(first, tap), first + tap);
    for (int32_t window = first; window < last; ++window) {
      filter_row(rows_.source(window, kTaps - 1), window + kTaps - 1);
      combine_rows(window);
      lines[window] = sum_line();
    }
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

  SsimMeans sum_line() const {
    const size_t n = static_cast<size_t>(columns_.count);
    const double *mx = line_.data(), *my = mx + n, *squares = my + n, *products = squares + n;
    double line_ssim = 0, line_structure = 0;
    for (size_t i = 0; i < n; ++i) {
      const double cross = mx[i] * my[i], power = mx[i] * mx[i] + my[i] * my[i];
      const double cs = (2 * (products[i] - cross) + kC2) / (squares[i] - power + kC2);
      line_structure += cs;
      line_ssim += (2 * cross + kC1) / (power + kC1) * cs;
    }
    return SsimMeans{line_ssim, line_structure};
  }

  PlaneView<const T> a_, b_;
  Axis columns_, rows_;
  std::array<double, kRadius + 1> weights_;
  size_t padded_width_;
  Vector<double> samples_, ring_, line_;
};

// Line after line, whoever computed them: the same bits for any number of threads.
SsimMeans mean_of(const Vector<SsimMeans>& lines, int32_t columns) {
  SsimMeans sum{0, 0};
  for (const SsimMeans& line : lines) {
    sum.ssim += line.ssim;
    sum.contrast_structure += line.contrast_structure;
  }
  const double positions = static_cast<double>(lines.size()) * columns;
  return SsimMeans{sum.ssim / positions, sum.contrast_structure / positions};
}

template <typename T>
SsimMeans serial_means(PlaneView<const T> a, PlaneView<const T> b, Memory& memory) {
  Vector<SsimMeans> lines(memory, static_cast<size_t>(Axis(a.height).count));
  MomentFilter<T>(a, b, memory).run(0, Axis(a.height).count, lines.data());
  return mean_of(lines, Axis(a.width).count);
}

}  // namespace

SsimMeans ssim_means(PlaneView<const Pixel> a, PlaneView<const Pixel> b, Memory& memory) {
  return serial_means(a, b, memory);
}

SsimMeans ssim_means(PlaneView<const float> a, PlaneView<const float> b, Memory& memory) {
  return serial_means(a, b, memory);
}

SsimMeans ssim_means(PlaneView<const Pixel> a, PlaneView<const Pixel> b, ThreadPool& pool, Memory& memory) {
  const int32_t rows = Axis(a.height).count;
  Vector<SsimMeans> lines(memory, static_cast<size_t>(rows));
  // Ten rows of a band are filtered for it alone, so a band is long where threads are few.
  const int32_t band = std::max(64, (rows - 1) / (4 * pool.size()) + 1);
  run_bands(pool, rows, pool.size() == 1 ? rows : band, [&](int32_t first, int32_t last) {
    MomentFilter<Pixel>(a, b, memory).run(first, last, lines.data());
  });
  return mean_of(lines, Axis(a.width).count);
}

}  // namespace pc15::metrics
