// Samples and sizes for the tests of blocks.
#pragma once

#include <cstdint>
#include <random>

#include "base/plane.h"

namespace pc15 {

inline void fill(std::mt19937& random, Pixel* out, int32_t n) {
  const uint32_t style = static_cast<uint32_t>(random() % 4);
  for (int32_t i = 0; i < n; ++i) {
    const uint32_t r = static_cast<uint32_t>(random());
    out[i] = static_cast<Pixel>(style == 0   ? r
                                : style == 1 ? (r & 1) * 255
                                : style == 2 ? 120 + r % 9
                                             : r % 40);
  }
}

// Sizes of leaves: sides of 4...32, at most 1 : 4.
template <typename Check>
void for_each_size(Check check) {
  for (int32_t log2w = 2; log2w <= 5; ++log2w) {
    for (int32_t log2h = 2; log2h <= 5; ++log2h) {
      if (log2w - log2h <= 2 && log2h - log2w <= 2) check(log2w, log2h);
    }
  }
}

}  // namespace pc15
