#define PC15_PORTABLE_CDF
#include "support/portable_cdf.h"

#include "entropy/adaptive_cdf.h"

int32_t portable_cdf_find(const pc15::entropy::AdaptiveCdf& cdf, uint32_t slot) {
  return pc15::entropy::cdf_find(cdf, slot);
}
void portable_cdf_update(pc15::entropy::AdaptiveCdf* cdf, int32_t symbol, int32_t rate) {
  pc15::entropy::cdf_update(cdf, symbol, rate);
}
