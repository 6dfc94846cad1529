// What the residual will cost, roughly: the judge of programs when a residual follows.
#pragma once

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

}  // namespace pc15::enc
