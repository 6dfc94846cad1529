// The windowed statistics behind SSIM and MS-SSIM.
//
// The Gaussian window is separable: stripes of 64 windows are filtered row by row, horizontally once into a
// ring of eleven lines, then vertically. Four quantities suffice, because the formula needs only the sum of
// the two variances: x, y, x^2 + y^2, xy. Memory: 25 KB of the stack, which stay in the first cache, and two
// numbers a row. Instruction sets give the same sums.
#pragma once

#include "base/allocator.h"
#include "base/plane.h"
#include "base/thread_pool.h"

namespace pc15::metrics {

struct SsimMeans {
  double ssim;                // luminance * contrast-structure
  double contrast_structure;  // (2 cov + C2) / (var_x + var_y + C2)
};

// Both planes have the same non-zero size.
SsimMeans ssim_means(PlaneView<const Pixel> a, PlaneView<const Pixel> b, Memory& memory);
SsimMeans ssim_means(PlaneView<const float> a, PlaneView<const float> b, Memory& memory);

// The same numbers of planes of which some rows are held at a time, made by the threads of a pool.
class RollingSsim {
 public:
  static constexpr int32_t kReach = 10;  // rows before those of a call that it still reads

  RollingSsim(int32_t width, int32_t height) : width_(width), height_(height) {}
  // Rows up to `last` have come; after `last` of the call before `kReach` rows and the new ones are held.
  void add(const PlaneRows& a, const PlaneRows& b, int32_t last, ThreadPool& pool, Memory& memory);
  // When all rows have come.
  SsimMeans means() const;

 private:
  int32_t width_, height_, done_ = 0;  // rows of windows
  SsimMeans sum_{0, 0};
};

}  // namespace pc15::metrics
