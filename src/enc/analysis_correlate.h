// Where is the centre of a pattern of rings, squares or spirals whose period is known?
#pragma once

#include <complex>

#include "enc/analysis_grid.h"
#include "enc/analysis_transform.h"

namespace pc15::enc {

// cos(2 pi (frequency m + arms theta + phase)) around a centre: m is the distance (theta the angle) in turned
// axes; the larger of both coordinates' magnitudes when `square`.
struct CentreTemplate {
  double frequency = 0;  // cycles per image pixel
  double angle = 0;      // turns, of the axes
  int32_t arms = 0;
  bool square = false;
};

struct CentreMatch {
  double x = 0, y = 0;  // image pixels
  double phase = 0;     // turns
  double share = 0;     // of the energy that the sinusoid explains, 0...1
};

// Correlates a grid, thinned for patterns of about `period` px, with templates centred on every sample.
// The grid should have its plane removed. Thread rule: one thread at a time.
class CentreCorrelator {
 public:
  CentreCorrelator(const SampleGrid& grid, double period);
  CentreMatch best(const CentreTemplate& shape);
  bool is_small() const { return size_ <= 128; }
  double extent() const { return side_ * thin_.step; }  // pixels that are looked at, along the longer side

 private:
  using Complex = std::complex<double>;
  SampleGrid thin_;
  int32_t side_ = 0, size_ = 8;  // of the grid's longer side; of the transforms
  double energy_ = 0;
  Vector<Complex> image_, work_;
};

}  // namespace pc15::enc
