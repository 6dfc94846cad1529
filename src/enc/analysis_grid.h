// The samples that the search looks at: a regular, possibly sparse grid of one plane, as real numbers.
//
// Positions are image coordinates in luma pixels; the centre of pixel (i, j) is (i + 0.5, j + 0.5).
// Thread rule: plain data, no shared state.
#pragma once

#include <cstdint>

#include "base/allocator.h"
#include "base/plane.h"
#include "enc/plane_sketch.h"

namespace pc15::enc {

struct SampleGrid {
  explicit SampleGrid(Memory& memory) : values(memory) {}

  double x(int32_t i) const { return x0 + i * step; }
  double y(int32_t j) const { return y0 + j * step; }
  const float* row(int32_t j) const { return values.data() + int64_t{j} * width; }
  float* row(int32_t j) { return values.data() + int64_t{j} * width; }
  double centre_x() const { return x0 + 0.5 * (width - 1) * step; }
  double centre_y() const { return y0 + 0.5 * (height - 1) * step; }

  Vector<float> values;  // width * height, row by row
  int32_t width = 0, height = 0;
  double x0 = 0, y0 = 0;  // position of sample (0, 0)
  double step = 1;        // pixels from one sample to the next
};

// Means of `factor` x `factor` pixels over `rect` of `plane`; what does not fill a box at the right and
// bottom is left out. `rect` lies inside the plane and is at least `factor` wide and high; of a sketch, it is
// all of the plane unless `factor` is 1.
void box_grid(const SearchPlane& plane, const Rect& rect, int32_t factor, SampleGrid* out);

// v(x, y) ~ mean + gx * (x - centre_x) + gy * (y - centre_y), least squares.
struct PlaneFit {
  double mean = 0, gx = 0, gy = 0;
  double variance = 0;   // of the samples around their mean
  double remainder = 0;  // mean square left by the fit
};
PlaneFit fit_plane(const SampleGrid& grid);
void subtract_plane(const PlaneFit& fit, SampleGrid* grid);

// Solves A x = b for a symmetric positive semi-definite A (n <= kMaxUnknowns, row-major n x n) by Cholesky
// with a ridge of `ridge` times the diagonal; x overwrites b. A is destroyed. False when A is singular.
constexpr int32_t kMaxUnknowns = 24;
bool solve_symmetric(int32_t n, double ridge, double* a, double* b);

}  // namespace pc15::enc
