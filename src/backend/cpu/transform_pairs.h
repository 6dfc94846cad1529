// The matrices of the inverse transforms for products of 16-bit pairs.
#pragma once

#include <cstdint>

#include "normative/transform.h"

namespace pc15::backend {

// pair(k)[x]: rows 2k and 2k+1 of a matrix at column x, as 16-bit halves.
struct PairMatrix {
  alignas(64) int32_t value[16 * 32];
};
struct PairMatrices {
  PairMatrices() {
    for (int32_t kind = 0; kind < 2; ++kind) {
      for (int32_t log2n = 2; log2n <= (kind == normative::kDst7 ? 4 : 5); ++log2n) {
        const int16_t* m = normative::transform_matrix(kind, log2n);
        const int32_t n = 1 << log2n;
        for (int32_t k = 0; k < n / 2; ++k) {
          for (int32_t x = 0; x < n; ++x) {
            const uint32_t low = static_cast<uint16_t>(m[2 * k * n + x]);
            const uint32_t high = static_cast<uint16_t>(m[(2 * k + 1) * n + x]);
            of[kind][log2n - 2].value[k * n + x] = static_cast<int32_t>(low | high << 16);
          }
        }
      }
    }
  }
  PairMatrix of[2][4];
};
inline const int32_t* pair_matrix(int32_t kind, int32_t log2n) {
  static const PairMatrices all;
  return all.of[kind][log2n - 2].value;
}

}  // namespace pc15::backend
