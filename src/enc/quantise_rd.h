// Rate-distortion optimised quantisation of one block with the exact contexts of the syntax.
#pragma once

#include <cstdint>

#include "enc/kernels.h"
#include "enc/residual_cost.h"

namespace pc15::enc {

struct QuantiseInput {
  const int32_t* coefs;  // raster order, 1/8 grey level
  int32_t log2w, log2h;
  int32_t step16;
  const uint32_t* eob_cost;  // price of each end of block class, 12 entries, extra bits included
  Lagrangian lagrangian;
  const TokenCosts* tokens;
  bool settle;  // choose again once the end is known
};

struct QuantiseResult {
  Cost cost = 0;  // J of distortion and of eob and levels
  int32_t eob = 0;
  int32_t sum = 0;  // of magnitudes
};

// Fills `levels` (w * h, raster order, zeros included).
QuantiseResult quantise_rd(const QuantiseInput& in, int16_t* levels);

// An estimate of that J without contexts, for comparing descriptions of one block: what rounds to zero costs
// its square, every other coefficient a price that grows with its magnitude.
Cost estimate_cost(const CoefficientSums& sums, int32_t step16, const Lagrangian& lagrangian);

}  // namespace pc15::enc
