#include "enc/analysis_transform.h"

#include <algorithm>
#include <kissfft/kissfft.hh>

namespace pc15::enc {

SquareTransform::SquareTransform(int32_t side, Memory& memory)
    : side_(static_cast<size_t>(side)), line_(memory, side_), other_(memory, side_) {}

void SquareTransform::run(bool inverse, Vector<std::complex<double>>* plane) {
  const size_t n = side_;
  const kissfft<double> fft(n, inverse);
  for (size_t j = 0; j < n; ++j) {
    fft.transform(plane->data() + j * n, line_.data());
    std::copy(line_.begin(), line_.end(), plane->data() + j * n);
  }
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < n; ++j) line_[j] = (*plane)[j * n + i];
    fft.transform(line_.data(), other_.data());
    for (size_t j = 0; j < n; ++j) (*plane)[j * n + i] = other_[j];
  }
}

}  // namespace pc15::enc
