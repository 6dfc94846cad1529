// Cost of a symbol in 1/1024 bit, from its frequency out of 2^15. Encoder only; integers, so that every
// machine takes the same decisions.
#pragma once

#include <array>
#include <cstdint>

#include "entropy/adaptive_cdf.h"

namespace pc15::entropy {

constexpr int32_t kCostBits = 10;
constexpr int32_t kCostOne = 1 << kCostBits;

// round(1024 * log2(1 + i / 256)), i = 0...256, by repeated squaring of a Q30 mantissa.
constexpr std::array<uint16_t, 257> make_log2_table() {
  std::array<uint16_t, 257> table{};
  for (uint32_t i = 0; i <= 256; ++i) {
    uint64_t m = (uint64_t{256} + i) << 22;  // Q30 in [1, 2]
    uint32_t bits = 0;
    for (int32_t b = 0; b < 12; ++b) {
      bits <<= 1;
      if (m >= (uint64_t{2} << 30)) {
        bits |= 1;
        m >>= 1;
      }
      if (b == 0 && i == 256) break;
      m = (m * m) >> 30;
    }
    table[i] = static_cast<uint16_t>(i == 256 ? 1024 : (bits + 1) >> 1);
  }
  return table;
}
inline constexpr std::array<uint16_t, 257> kLog2Table = make_log2_table();

// `freq` is 1...32768.
inline uint32_t frequency_cost(uint32_t freq) {
  const uint32_t top = 31u - static_cast<uint32_t>(__builtin_clz(freq));
  const uint32_t mantissa = top >= 8 ? (freq >> (top - 8)) & 255u : (freq << (8 - top)) & 255u;
  return ((kProbBits - top) << kCostBits) - kLog2Table[mantissa];
}

inline uint32_t symbol_cost(const AdaptiveCdf& cdf, int32_t symbol) {
  return frequency_cost(cdf_end(cdf, symbol) - cdf_start(cdf, symbol));
}

}  // namespace pc15::entropy
