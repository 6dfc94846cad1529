// The kernel that AVX-512 makes faster; see enc/kernels.h. The others are those of AVX2.
#pragma once

#include "base/target.h"
#include "enc/kernels.h"

#if defined(PC15_HAS_AVX512)

namespace pc15::enc::avx512 {

void symbol_costs(const entropy::AdaptiveCdf& cdf, uint16_t* costs);

}  // namespace pc15::enc::avx512

#endif
