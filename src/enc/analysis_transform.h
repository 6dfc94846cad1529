// Two-dimensional Fourier transforms of small squares.
#pragma once

#include <complex>

#include "base/allocator.h"

namespace pc15::enc {

// Unnormalised transforms of side x side values, row by row, in place. Thread rule: one thread at a time.
class SquareTransform {
 public:
  SquareTransform(int32_t side, Memory& memory);
  void run(bool inverse, Vector<std::complex<double>>* plane);

 private:
  size_t side_;
  Vector<std::complex<double>> line_, other_;
};

}  // namespace pc15::enc
