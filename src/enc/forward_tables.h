// Factors of the forward transform's pass over rows, for forward_transform.cpp and its vector versions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "normative/transform.h"

namespace pc15::enc {

// The matrix of a pass over rows, as pairs of factors of neighbouring samples: pair j of output l is at
// [j * kN + l]. A folded one has pair j of output 2i at [j * kN / 2 + i], of output 2i + 1 after all of
// those.
template <int32_t kN, bool kFold>
using PairTable = std::array<int32_t, static_cast<size_t>(kFold ? kN* kN / 4 : kN* kN / 2)>;

template <int32_t kN, bool kFold>
constexpr PairTable<kN, kFold> make_pairs(const int16_t (&m)[static_cast<size_t>(kN) * kN]) {
  PairTable<kN, kFold> table{};
  const int32_t pairs = kFold ? kN / 4 : kN / 2, outputs = kFold ? kN / 2 : kN;
  for (int32_t parity = 0; parity < (kFold ? 2 : 1); ++parity) {
    for (int32_t j = 0; j < pairs; ++j) {
      for (int32_t i = 0; i < outputs; ++i) {
        const int32_t at = (kFold ? 2 * i + parity : i) * kN + 2 * j;
        const uint32_t low = static_cast<uint16_t>(m[at]), high = static_cast<uint16_t>(m[at + 1]);
        table[static_cast<size_t>((parity * pairs + j) * outputs + i)] =
            static_cast<int32_t>(low | high << 16);
      }
    }
  }
  return table;
}

inline constexpr int16_t kDct4[16] = PC15_TABLE_DCT2_4, kDct8[64] = PC15_TABLE_DCT2_8;
inline constexpr int16_t kDct16[256] = PC15_TABLE_DCT2_16, kDct32[1024] = PC15_TABLE_DCT2_32;
inline constexpr int16_t kDst4[16] = PC15_TABLE_DST7_4, kDst8[64] = PC15_TABLE_DST7_8;
inline constexpr int16_t kDst16[256] = PC15_TABLE_DST7_16;
alignas(32) inline constexpr auto kDctPairs4 = make_pairs<4, true>(kDct4);
alignas(32) inline constexpr auto kDctPairs8 = make_pairs<8, true>(kDct8);
alignas(32) inline constexpr auto kDctPairs16 = make_pairs<16, true>(kDct16);
alignas(32) inline constexpr auto kDctPairs32 = make_pairs<32, true>(kDct32);
alignas(32) inline constexpr auto kDstPairs4 = make_pairs<4, false>(kDst4);
alignas(32) inline constexpr auto kDstPairs8 = make_pairs<8, false>(kDst8);
alignas(32) inline constexpr auto kDstPairs16 = make_pairs<16, false>(kDst16);

}  // namespace pc15::enc
