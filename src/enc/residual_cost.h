// Prices and the Lagrangian of the residual search. Everything is an integer, so that the same image gives
// the same bytes on every machine.
//
// J is in 1/1024 squared grey level: J = 1024 * SSD + lambda * bits, lambda in the same unit per bit.
#pragma once

#include <cstdint>

#include "base/plane.h"
#include "entropy/bit_cost.h"
#include "entropy/cell_models.h"

namespace pc15::enc {

using Cost = int64_t;
constexpr Cost kCostInfinite = INT64_MAX / 4;

struct Lagrangian {
  int64_t lambda = 0;       // per bit
  int64_t mode_lambda = 0;  // per bit, against a SATD in grey levels: sqrt(lambda), same 1/1024 scale

  Cost rate(int64_t bits_q10) const { return (lambda * bits_q10) >> entropy::kCostBits; }
  Cost mode_rate(int64_t bits_q10) const { return (mode_lambda * bits_q10) >> entropy::kCostBits; }
};
// lambda = k * step^2 with the step in grey levels; k in 1/1000.
Lagrangian make_lagrangian(int32_t step16, int32_t k_milli);

// Prices of tokens and modes of one set of models, refreshed once per superblock.
struct TokenCosts {
  uint16_t level[entropy::CellModels::kLevelContexts][16];
  uint16_t last[5 * 7][16];
  uint16_t zero[entropy::CellModels::kLevelContexts];  // of token 0 again, side by side
  uint16_t mode[36][16];                               // by the classes of the neighbours
  uint16_t delta[9][16];
  // `before`: the models of the last refresh, whose prices stay where nothing changed; null: there was none.
  void refresh(const entropy::CellModels& models, const entropy::CellModels* before);
};

// Sum of squared differences of two views of one size.
int64_t squared_error(const PlaneView<const Pixel>& a, const PlaneView<const Pixel>& b);

// Price of coding `excess` beyond the largest token.
inline uint32_t escape_cost(int32_t excess) {
  const int32_t n = 31 - __builtin_clz(static_cast<uint32_t>(excess + 1));
  return static_cast<uint32_t>(2 * n + 1) << entropy::kCostBits;
}

}  // namespace pc15::enc
