// Quadrature correlation: the sum over samples v(x) exp(-2 pi i phase(x - c)) for all centres c at once is
// one product of Fourier transforms. Its magnitude does not depend on the pattern's own phase, which is its
// angle. Four samples per period place the centre to an eighth of a period, inside the basin of the
// refinement.
#include "enc/analysis_correlate.h"

#include <algorithm>
#include <cmath>

namespace pc15::enc {
namespace {

constexpr double kTurn = 6.283185307179586;
constexpr int32_t kMaxSide = 128;

// Means of factor x factor samples around the middle, at most kMaxSide of them along a side.
void thin_grid(const SampleGrid& from, int32_t factor, SampleGrid* to) {
  to->width = std::min(kMaxSide, from.width / factor);
  to->height = std::min(kMaxSide, from.height / factor);
  to->step = from.step * factor;
  const int32_t left = (from.width - to->width * factor) / 2, top = (from.height - to->height * factor) / 2;
  to->x0 = from.x(left) + 0.5 * (factor - 1) * from.step;
  to->y0 = from.y(top) + 0.5 * (factor - 1) * from.step;
  to->values.assign(static_cast<size_t>(to->width) * static_cast<size_t>(to->height), 0.0f);
  const float scale = 1.0f / static_cast<float>(factor * factor);
  for (int32_t j = 0; j < to->height * factor; ++j) {
    const float* v = from.row(top + j) + left;
    float* sum = to->row(j / factor);
    for (int32_t i = 0; i < to->width * factor; ++i) sum[i / factor] += v[i] * scale;
  }
}

}  // namespace

CentreCorrelator::CentreCorrelator(const SampleGrid& grid, double period)
    : thin_(grid.values.memory()), image_(grid.values.memory()), work_(grid.values.memory()) {
  const int32_t wanted = static_cast<int32_t>(period / (4 * grid.step));
  const int32_t most = std::max(1, std::min(grid.width, grid.height) / 16);
  thin_grid(grid, std::min(most, std::max(1, wanted)), &thin_);
  side_ = std::max(thin_.width, thin_.height);
  while (size_ < 2 * side_) size_ *= 2;
  const size_t n = static_cast<size_t>(size_);
  image_.assign(n * n, Complex(0));
  for (int32_t j = 0; j < thin_.height; ++j) {
    for (int32_t i = 0; i < thin_.width; ++i) {
      const double v = thin_.row(j)[i];
      energy_ += v * v;
      image_[static_cast<size_t>(j) * n + static_cast<size_t>(i)] = v;
    }
  }
  SquareTransform(size_, image_.memory()).run(false, &image_);
}

CentreMatch CentreCorrelator::best(const CentreTemplate& shape) {
  const size_t n = static_cast<size_t>(size_);
  const double c = std::cos(kTurn * shape.angle), s = std::sin(kTurn * shape.angle);
  work_.resize(n * n);
  for (int32_t j = 0; j < size_; ++j) {
    const double dy = (j < size_ / 2 ? j : j - size_) * thin_.step;
    for (int32_t i = 0; i < size_; ++i) {
      const double dx = (i < size_ / 2 ? i : i - size_) * thin_.step;
      const double u = dx * c + dy * s, v = dy * c - dx * s;
      const double m = shape.square ? std::max(std::fabs(u), std::fabs(v)) : std::sqrt(dx * dx + dy * dy);
      const double turn = shape.arms == 0 ? 0.0 : shape.arms * std::atan2(v, u);
      work_[static_cast<size_t>(j) * n + static_cast<size_t>(i)] =
          std::polar(1.0, kTurn * shape.frequency * m + turn);
    }
  }
  SquareTransform transform(size_, work_.memory());
  transform.run(false, &work_);
  for (size_t k = 0; k < n * n; ++k) work_[k] = image_[k] * std::conj(work_[k]);
  transform.run(true, &work_);
  CentreMatch match;
  double most = -1;
  for (int32_t j = 0; j < thin_.height; ++j) {
    for (int32_t i = 0; i < thin_.width; ++i) {
      const Complex z = work_[static_cast<size_t>(j) * n + static_cast<size_t>(i)];
      if (std::norm(z) <= most) continue;
      most = std::norm(z);
      match.x = thin_.x(i);
      match.y = thin_.y(j);
      match.phase = std::arg(z) / kTurn;
    }
  }
  const double area = static_cast<double>(n * n), count = double{1} * thin_.width * thin_.height;
  match.share = energy_ > 0 ? 2 * most / (area * area * count * energy_) : 0;
  return match;
}

}  // namespace pc15::enc
