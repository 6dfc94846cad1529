// Where atoms would save the most, on the processor.
#pragma once

#include <complex>

#include "backend/device_atoms.h"
#include "base/allocator.h"
#include "base/monitor.h"
#include "enc/analysis_transform.h"

namespace pc15::enc {

// Thread rule: one thread at a time.
class AtomCorrelator {
 public:
  AtomCorrelator(int32_t side, Memory& memory);
  // Fills the answers of a work of that side; undefined when cancelled.
  void run(const backend::device::AtomWork& work, const Monitor& monitor);

 private:
  using Complex = std::complex<double>;

  size_t plane_index(int32_t x, int32_t y) const {
    return static_cast<size_t>(y & (side_ - 1)) * static_cast<size_t>(side_) +
           static_cast<size_t>(x & (side_ - 1));
  }
  void make_kernel(const backend::device::AtomKernel& kernel, int32_t shift,
                   backend::device::AtomAnswer* answer);
  void correlate();
  void find_gains(const backend::device::AtomWork& work, const backend::device::AtomAnswer& answer);
  backend::device::AtomPeak take_best(const backend::device::AtomWork& work, int32_t apart);

  const int32_t side_;
  SquareTransform transform_;
  Vector<Complex> spectrum_, kernel_;
  Vector<double> gains_;
};

}  // namespace pc15::enc
