#include "enc/residual_cost.h"

namespace pc15::enc {
namespace {

uint64_t integer_sqrt(uint64_t v) {
  uint64_t root = 0;
  for (uint64_t bit = uint64_t{1} << 31; bit != 0; bit >>= 1) {
    if ((root | bit) * (root | bit) <= v) root |= bit;
  }
  return root;
}

void fill(const entropy::AdaptiveCdf& cdf, uint16_t* out) {
  for (int32_t s = 0; s < cdf.size; ++s) out[s] = static_cast<uint16_t>(entropy::symbol_cost(cdf, s));
}

}  // namespace

Lagrangian make_lagrangian(int32_t step16, int32_t k_milli) {
  Lagrangian l;
  // k / 1000 * (step16 / 16)^2 * 1024
  l.lambda = static_cast<int64_t>(k_milli) * step16 * step16 * 4 / 1000;
  l.lambda = l.lambda < 1 ? 1 : l.lambda;
  l.mode_lambda = static_cast<int64_t>(integer_sqrt(static_cast<uint64_t>(l.lambda) << 10));
  return l;
}

int64_t squared_error(const PlaneView<const Pixel>& a, const PlaneView<const Pixel>& b) {
  int64_t sum = 0;
  for (int32_t y = 0; y < a.height; ++y) {
    const Pixel* p = a.row(y);
    const Pixel* q = b.row(y);
    for (int32_t x0 = 0; x0 < a.width; x0 += 16384) {  // a run whose sum fits 32 bits
      const int32_t x1 = x0 + 16384 < a.width ? x0 + 16384 : a.width;
      int32_t run = 0;
      for (int32_t x = x0; x < x1; ++x) run += (p[x] - q[x]) * (p[x] - q[x]);
      sum += run;
    }
  }
  return sum;
}

void TokenCosts::refresh(const entropy::CellModels& models) {
  for (int32_t i = 0; i < entropy::CellModels::kLevelContexts; ++i) fill(models.level[i], level[i]);
  for (int32_t i = 0; i < 5 * 7; ++i) fill(models.last[i], last[i]);
}

}  // namespace pc15::enc
