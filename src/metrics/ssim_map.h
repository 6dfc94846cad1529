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
// The same numbers, made by the threads of a pool.
SsimMeans ssim_means(PlaneView<const Pixel> a, PlaneView<const Pixel> b, ThreadPool& pool, Memory& memory);

}  // namespace pc15::metrics
