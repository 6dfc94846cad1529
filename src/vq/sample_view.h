// The samples of a vector quantiser: n rows of `dims` real numbers without padding, float64 or float32.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/status.h"

namespace pc15::vq {

constexpr int64_t kMaxDims = 256;
// Largest magnitude of a number: a sum of 256 squares of differences stays far from overflow.
constexpr double kMaxMagnitude = 1e100;

class SampleView {
 public:
  SampleView() = default;
  SampleView(const double* values, int64_t rows, int32_t dims) : f64_(values), rows_(rows), dims_(dims) {}
  SampleView(const float* values, int64_t rows, int32_t dims) : f32_(values), rows_(rows), dims_(dims) {}

  int64_t rows() const { return rows_; }
  int32_t dims() const { return dims_; }
  // Copies row `i` to dims() doubles.
  void load(int64_t i, double* out) const {
    const int64_t first = i * dims_;
    for (int32_t d = 0; d < dims_; ++d) {
      out[d] = f64_ != nullptr ? f64_[first + d] : static_cast<double>(f32_[first + d]);
    }
  }

 private:
  const double* f64_ = nullptr;
  const float* f32_ = nullptr;
  int64_t rows_ = 0;
  int32_t dims_ = 0;
};

// Views `count` numbers as rows of `dims`. kOutOfRange: dims outside 1...256; kInvalidArgument: a last row
// that is not whole.
template <typename T>
Status view_samples(const T* values, size_t count, int64_t dims, SampleView* out) {
  PC15_FAIL_IF(dims < 1 || dims > kMaxDims, Code::kOutOfRange,
               "%" PRId64 " dimensions; allowed are 1...%" PRId64, dims, kMaxDims);
  PC15_FAIL_IF(count % static_cast<size_t>(dims) != 0, Code::kInvalidArgument,
               "%" PRId64 " numbers are no whole samples of %" PRId64 " dimensions",
               static_cast<int64_t>(count), dims);
  *out =
      SampleView(values, static_cast<int64_t>(count / static_cast<size_t>(dims)), static_cast<int32_t>(dims));
  return ok_status();
}

// kOutOfRange names the first number, in order of samples and dimensions, that is not finite or too large.
Status check_samples(const SampleView& samples);

}  // namespace pc15::vq
