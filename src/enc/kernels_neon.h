// The kernels with the 128-bit vectors of AArch64; see enc/kernels.h for what each does.
#pragma once

#include "base/target.h"
#include "enc/kernels.h"

#if defined(PC15_HAS_NEON)

namespace pc15::enc::neon {

int32_t satd(const uint8_t* source, int64_t source_stride, const uint8_t* prediction,
             int64_t prediction_stride, int32_t w, int32_t h);
void forward_transform(const int16_t* residual, int32_t log2w, int32_t log2h, int32_t type, int32_t* coefs);
void subtract(const Pixel* a, int64_t a_stride, const Pixel* b, int64_t b_stride, int32_t w, int32_t h,
              int16_t* out);
CoefficientSums coefficient_sums(const int32_t* coefs, int32_t area, int32_t step16);
int64_t mark_coded(const int32_t* coefs, int32_t area, int32_t step16, uint32_t* marks);
void symbol_costs(const entropy::AdaptiveCdf& cdf, uint16_t* costs);
int64_t squared_error(const PlaneView<const Pixel>& a, const PlaneView<const Pixel>& b);

}  // namespace pc15::enc::neon

#endif
