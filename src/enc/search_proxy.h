// What the residual will cost, roughly: the judge of programs when a residual follows.
#pragma once

#include "base/allocator.h"
#include "base/plane.h"

namespace pc15::enc {

struct ProxyRate {
  double without = 0;  // bits of the plane when blocks are predicted from their neighbours only
  double with = 0;     // bits when each block may also take `prediction`
};

// Adds the estimate for `source` to *rate, over 8 x 8 blocks (incomplete blocks at the right and bottom
// are left out). `prediction` covers the same samples. `step` is the residual's quantiser step.
// `every` > 1 looks at every n-th block only and scales up.
void add_proxy_rate(PlaneView<const Pixel> source, PlaneView<const Pixel> prediction, double step,
                    int32_t every, ProxyRate* rate);

// The same estimate for many predictions of one plane: on bands of eight rows, of which the prediction from
// neighbours is priced once.
class ProxyBands {
 public:
  explicit ProxyBands(Memory& memory) : intra_(memory) {}
  // Bands that hold about `blocks` blocks in all.
  void start(PlaneView<const Pixel> source, double step, int32_t blocks);
  double without() const { return without_; }  // bits of the plane
  int32_t count() const;
  int32_t top(int32_t band) const;  // its first row
  static constexpr int32_t kRows = 8;
  // Bits that a prediction of this band's rows saves, in the rows that the band stands for.
  double saved(int32_t band, PlaneView<const Pixel> prediction) const;

 private:
  PlaneView<const Pixel> source_;
  Vector<double> intra_;  // bits per block, band after band
  double without_ = 0, inverse_step_ = 1;
  int32_t every_ = 1;
};

}  // namespace pc15::enc
