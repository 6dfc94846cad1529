#include "metrics/ssim_map.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "base/bands.h"
#include "base/processor.h"
#include "base/target.h"

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

constexpr int32_t kStripe = 64;  // windows side by side: eleven of their rows stay in the first cache
constexpr int32_t kPadded = kStripe + 2 * kRadius;
using Weights = std::array<double, kRadius + 1>;

// One row of the windows of a stripe, moment after moment.
struct Line {
  alignas(32) double of[kMoments][kStripe];
};
struct Samples {
  alignas(32) double of[kMoments][kPadded];
};

// The bodies of both versions below: the same operations in the same order, for every column by itself.
template <typename T>
PC15_INLINE void filter_samples(const T* a, const T* b, const Weights& weights, Line* line) {
  Samples in;
  for (int32_t i = 0; i < kPadded; ++i) {
    const double u = static_cast<double>(a[i]), v = static_cast<double>(b[i]);
    in.of[0][i] = u;
    in.of[1][i] = v;
    in.of[2][i] = u * u + v * v;
    in.of[3][i] = u * v;
  }
  for (int32_t m = 0; m < kMoments; ++m) {
    const double* const c = in.of[m] + kRadius;
    double* const out = line->of[m];
    for (int32_t i = 0; i < kStripe; ++i) {
      double sum = weights[0] * c[i];
      sum += weights[1] * (c[i - 1] + c[i + 1]);
      sum += weights[2] * (c[i - 2] + c[i + 2]);
      sum += weights[3] * (c[i - 3] + c[i + 3]);
      sum += weights[4] * (c[i - 4] + c[i + 4]);
      sum += weights[5] * (c[i - 5] + c[i + 5]);
      out[i] = sum;
    }
  }
}

// `rows`: the eleven lines of the windows. Column i of the answer is the window's similarity, then its
// contrast-structure.
PC15_INLINE void compare_lines(const Line* const* rows, const Weights& weights, double (*out)[kStripe]) {
  alignas(32) double means[kMoments][kStripe];
  for (int32_t m = 0; m < kMoments; ++m) {
    const double* r[kTaps];
    for (int32_t t = 0; t < kTaps; ++t) r[t] = rows[t]->of[m];
    for (int32_t i = 0; i < kStripe; ++i) {
      double sum = weights[0] * r[5][i];
      sum += weights[1] * (r[4][i] + r[6][i]);
      sum += weights[2] * (r[3][i] + r[7][i]);
      sum += weights[3] * (r[2][i] + r[8][i]);
      sum += weights[4] * (r[1][i] + r[9][i]);
      sum += weights[5] * (r[0][i] + r[10][i]);
      means[m][i] = sum;
    }
  }
  for (int32_t i = 0; i < kStripe; ++i) {
    const double mx = means[0][i], my = means[1][i], cross = mx * my, power = mx * mx + my * my;
    const double structure = (2 * (means[3][i] - cross) + kC2) / (means[2][i] - power + kC2);
    out[0][i] = (2 * cross + kC1) / (power + kC1) * structure;
    out[1][i] = structure;
  }
}

template <typename T>
struct Operations {
  void (*filter)(const T* a, const T* b, const Weights&, Line*);
  void (*compare)(const Line* const*, const Weights&, double (*)[kStripe]);
};

template <typename T>
void filter_scalar(const T* a, const T* b, const Weights& w, Line* line) {
  filter_samples(a, b, w, line);
}
void compare_scalar(const Line* const* rows, const Weights& w, double (*out)[kStripe]) {
  compare_lines(rows, w, out);
}
#if defined(PC15_HAS_AVX2)
template <typename T>
PC15_AVX2 void filter_avx2(const T* a, const T* b, const Weights& w, Line* line) {
  filter_samples(a, b, w, line);
}
PC15_AVX2 void compare_avx2(const Line* const* rows, const Weights& w, double (*out)[kStripe]) {
  compare_lines(rows, w, out);
}
#endif

template <typename T>
Operations<T> choose_operations() {
#if defined(PC15_HAS_AVX2)
  if (chosen_instruction_set() >= InstructionSet::kAvx2) return {filter_avx2<T>, compare_avx2};
#endif
  return {filter_scalar<T>, compare_scalar};
}

// Columns are filtered in stripes, rows in a ring of eleven lines.
template <typename T>
class MomentFilter {
 public:
  MomentFilter(PlaneView<const T> a, PlaneView<const T> b) : MomentFilter(a, 0, b, 0, a.height) {}
  // Planes of `height` rows whose views begin at rows a_top and b_top.
  MomentFilter(PlaneView<const T> a, int32_t a_top, PlaneView<const T> b, int32_t b_top, int32_t height)
      : a_(a), b_(b), a_top_(a_top), b_top_(b_top), columns_(a.width), rows_(height),
        weights_(gaussian_weights()), operations_(choose_operations<T>()) {}

  // Adds the sums over the rows of windows [first, last); lines[0] belongs to the first of them.
  void run(int32_t first, int32_t last, SsimMeans* lines) {
    for (int32_t column = 0; column < columns_.count; column += kStripe) {
      begin_stripe(column);
      for (int32_t tap = 0; tap + 1 < kTaps; ++tap) filter_row(rows_.source(first, tap), first + tap);
      for (int32_t window = first; window < last; ++window) {
        filter_row(rows_.source(window, kTaps - 1), window + kTaps - 1);
        add_line(window, &lines[window - first]);
      }
    }
  }

 private:
  // The columns that the stripe's windows touch. What lies beyond the last does not count.
  void begin_stripe(int32_t first) {
    count_ = columns_.count - first < kStripe ? columns_.count - first : kStripe;
    for (int32_t i = 0; i < kPadded; ++i) {
      const int32_t at = first + (i < count_ + 2 * kRadius ? i : count_ + 2 * kRadius - 1);
      column_[i] = columns_.whole ? at : columns_.source(at, 0);
    }
  }

  void filter_row(int32_t y, int32_t position) {
    T u[kPadded], v[kPadded];
    gather(a_.row(y - a_top_), u);
    gather(b_.row(y - b_top_), v);
    operations_.filter(u, v, weights_, &ring_[position % kTaps]);
  }
  void gather(const T* row, T* out) const {
    if (columns_.whole) {
      std::memcpy(out, row + column_[0], sizeof(T) * static_cast<size_t>(count_ + 2 * kRadius));
      std::fill(out + count_ + 2 * kRadius, out + kPadded, T());
    } else {
      for (int32_t i = 0; i < kPadded; ++i) out[i] = row[column_[i]];
    }
  }

  void add_line(int32_t window, SsimMeans* line) const {
    const Line* rows[kTaps];
    for (int32_t t = 0; t < kTaps; ++t) rows[t] = &ring_[(window + t) % kTaps];
    alignas(32) double out[2][kStripe];
    operations_.compare(rows, weights_, out);
    double ssim = 0, structure = 0;
    for (int32_t i = 0; i < count_; ++i) {
      ssim += out[0][i];
      structure += out[1][i];
    }
    line->ssim += ssim;
    line->contrast_structure += structure;
  }

  PlaneView<const T> a_, b_;
  int32_t a_top_, b_top_;
  Axis columns_, rows_;
  Weights weights_;
  Operations<T> operations_;
  Line ring_[kTaps];
  int32_t column_[kPadded];
  int32_t count_ = 0;
};

// Line after line, whoever computed them: the same bits for any number of threads.
void add_lines(const Vector<SsimMeans>& lines, SsimMeans* sum) {
  for (const SsimMeans& line : lines) {
    sum->ssim += line.ssim;
    sum->contrast_structure += line.contrast_structure;
  }
}

SsimMeans mean_of(const SsimMeans& sum, int32_t rows, int32_t columns) {
  const double positions = static_cast<double>(rows) * columns;
  return SsimMeans{sum.ssim / positions, sum.contrast_structure / positions};
}

template <typename T>
SsimMeans serial_means(PlaneView<const T> a, PlaneView<const T> b, Memory& memory) {
  const int32_t rows = Axis(a.height).count;
  Vector<SsimMeans> lines(memory, static_cast<size_t>(rows));
  MomentFilter<T>(a, b).run(0, rows, lines.data());
  SsimMeans sum{0, 0};
  add_lines(lines, &sum);
  return mean_of(sum, rows, Axis(a.width).count);
}

}  // namespace

SsimMeans ssim_means(PlaneView<const Pixel> a, PlaneView<const Pixel> b, Memory& memory) {
  return serial_means(a, b, memory);
}

SsimMeans ssim_means(PlaneView<const float> a, PlaneView<const float> b, Memory& memory) {
  return serial_means(a, b, memory);
}

void RollingSsim::add(const PlaneRows& a, const PlaneRows& b, int32_t last, ThreadPool& pool,
                      Memory& memory) {
  const int32_t first = done_, end = last == height_ ? Axis(height_).count : last - kReach;
  if (end <= first) return;
  const int32_t rows = end - first;
  Vector<SsimMeans> lines(memory, static_cast<size_t>(rows));
  // Ten rows of a band are filtered for it alone, so a band is long where threads are few.
  const int32_t band = pool.size() == 1 ? rows : std::max(64, (rows - 1) / (4 * pool.size()) + 1);
  run_bands(pool, rows, band, [&](int32_t from, int32_t to) {
    MomentFilter<Pixel>(a.view, a.top, b.view, b.top, height_)
        .run(first + from, first + to, lines.data() + from);
  });
  add_lines(lines, &sum_);
  done_ = end;
}

SsimMeans RollingSsim::means() const { return mean_of(sum_, done_, Axis(width_).count); }

}  // namespace pc15::metrics
