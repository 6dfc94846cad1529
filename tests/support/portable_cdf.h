// The portable form of the adaptive distribution, compiled where the library itself uses the vector form.
#pragma once

#include <cstdint>

namespace pc15::entropy {
struct AdaptiveCdf;
}

int32_t portable_cdf_find(const pc15::entropy::AdaptiveCdf& cdf, uint32_t slot);
void portable_cdf_update(pc15::entropy::AdaptiveCdf* cdf, int32_t symbol, int32_t rate);
