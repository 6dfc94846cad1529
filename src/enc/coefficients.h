// Sums over blocks of samples and coefficients; contracts in enc/kernels.h.
#pragma once

#include "enc/kernels.h"

namespace pc15::enc {

void subtract_plain(const Pixel* a, int64_t a_stride, const Pixel* b, int64_t b_stride, int32_t w, int32_t h,
                    int16_t* out);
void symbol_costs_plain(const entropy::AdaptiveCdf& cdf, uint16_t* costs);
int64_t squared_error_plain(const PlaneView<const Pixel>& a, const PlaneView<const Pixel>& b);

// With SSE2 where the processor has it.
CoefficientSums coefficient_sums(const int32_t* coefs, int32_t area, int32_t step16);
int64_t mark_coded(const int32_t* coefs, int32_t area, int32_t step16, uint32_t* marks);
// Without, for tests.
CoefficientSums coefficient_sums_plain(const int32_t* coefs, int32_t area, int32_t step16);
int64_t mark_coded_plain(const int32_t* coefs, int32_t area, int32_t step16, uint32_t* marks);

// Magnitudes that estimate_cost() counts as coded.
inline int32_t least_counted(int32_t step16) { return (step16 * 10 + 31) / 32; }
// The largest magnitude that rounds to level zero.
inline int32_t most_zero(int32_t step16) { return (step16 - 1) >> 2; }

}  // namespace pc15::enc
