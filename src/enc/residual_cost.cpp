#include "enc/residual_cost.h"

#include <cstddef>
#include <cstring>

#include "enc/kernels.h"

namespace pc15::enc {
namespace {

uint64_t integer_sqrt(uint64_t v) {
  uint64_t root = 0;
  for (uint64_t bit = uint64_t{1} << 31; bit != 0; bit >>= 1) {
    if ((root | bit) * (root | bit) <= v) root |= bit;
  }
  return root;
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
  return kernels().squared_error(a, b);
}

void TokenCosts::refresh(const entropy::CellModels& models, const entropy::CellModels* before) {
  const auto changed = [&](const entropy::AdaptiveCdf& now) {
    if (before == nullptr) return true;
    const ptrdiff_t at = &now - entropy::model_array(&models);
    return std::memcmp(now.lane, entropy::model_array(before)[at].lane, sizeof(now.lane)) != 0;
  };
  const auto fill = kernels().symbol_costs;
  for (int32_t i = 0; i < entropy::CellModels::kLevelContexts; ++i) {
    if (!changed(models.level[i])) continue;
    fill(models.level[i], level[i]);
    zero[i] = level[i][0];
  }
  for (int32_t i = 0; i < 5 * 7; ++i) {
    if (changed(models.last[i])) fill(models.last[i], last[i]);
  }
  for (int32_t i = 0; i < 36; ++i) {
    if (changed(models.mode[i])) fill(models.mode[i], mode[i]);
  }
  for (int32_t i = 0; i < 9; ++i) {
    if (changed(models.delta[i])) fill(models.delta[i], delta[i]);
  }
}

}  // namespace pc15::enc
