// Adaptive distribution of a symbol with 2...16 values (docs/bitstream-entropy.md, section 6.2).
//
// Lane j holds the cumulative frequency of the symbols 0...j, out of 2^15; lanes from size-1 on hold 32767
// and never move. 16 lanes of 16 bits are one or two vector registers: search is a compare and a count, the
// update a subtract, shift and add, both without branches. Every frequency stays >= 1 because the targets
// keep a distance of 1 from each other.
#pragma once

#include <cstdint>

#include "base/target.h"
#include "entropy/rans_core.h"

#if defined(__CUDACC__) || defined(PC15_PORTABLE_CDF)
#elif defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace pc15::entropy {

enum : int32_t { kMaxSymbols = 16, kCountMax = 32 };

struct AdaptiveCdf {
  int16_t lane[kMaxSymbols];
  uint8_t count;  // symbols seen, saturates at kCountMax; young distributions move faster
  uint8_t size;   // number of symbols, 2...16
};

// By how much the shift of an update is smaller at age `count`. Whoever keeps this in a table gives it
// kCountMax + 1 entries: an age is never more than kCountMax, wherever it comes from.
PC15_HD constexpr int32_t cdf_youth(int32_t count) {
  return (count < 5) + (count < 12) + (count < kCountMax);
}

// Uniform start. `size` is 2...16.
PC15_HD void cdf_init_uniform(AdaptiveCdf* cdf, int32_t size) {
  for (int32_t j = 0; j < kMaxSymbols; ++j) {
    cdf->lane[j] = static_cast<int16_t>(j < size - 1 ? (j + 1) * 32768 / size : 32767);
  }
  cdf->count = 0;
  cdf->size = static_cast<uint8_t>(size);
}

// Start from `size` weights (any positive integers); every symbol gets at least 1 of 2^15. `count` is
// 0...kCountMax.
PC15_HD void cdf_init_weights(AdaptiveCdf* cdf, int32_t size, const uint16_t* weights, int32_t count) {
  uint32_t sum = 0;
  for (int32_t i = 0; i < size; ++i) sum += weights[i];
  if (sum == 0) sum = 1;
  uint32_t acc = 0;
  const uint32_t spare = kProbOne - static_cast<uint32_t>(size);
  for (int32_t j = 0; j < kMaxSymbols; ++j) {
    if (j < size) acc += weights[j];
    const uint64_t scaled = static_cast<uint64_t>(acc) * spare / sum;
    cdf->lane[j] = static_cast<int16_t>(j < size - 1 ? static_cast<int32_t>(scaled) + j + 1 : 32767);
  }
  cdf->count = static_cast<uint8_t>(count);
  cdf->size = static_cast<uint8_t>(size);
}

PC15_HD uint32_t cdf_start(const AdaptiveCdf& cdf, int32_t symbol) {
  return symbol == 0 ? 0u : static_cast<uint32_t>(cdf.lane[symbol - 1]);
}
PC15_HD uint32_t cdf_end(const AdaptiveCdf& cdf, int32_t symbol) {
  return symbol == cdf.size - 1 ? static_cast<uint32_t>(kProbOne) : static_cast<uint32_t>(cdf.lane[symbol]);
}

#if defined(__SSE2__) && !defined(__CUDACC__) && !defined(PC15_PORTABLE_CDF)

// The same two operations on two 128-bit registers (SSE2 is part of x86-64). Measured 2.3 times as fast as
// what gcc 12 and clang 14 make of the loops below; tests/unit/test_entropy.cpp compares them.
PC15_HD int32_t cdf_find(const AdaptiveCdf& cdf, uint32_t slot) {
  const __m128i s = _mm_set1_epi16(static_cast<int16_t>(slot));
  const __m128i low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(cdf.lane));
  const __m128i high = _mm_loadu_si128(reinterpret_cast<const __m128i*>(cdf.lane + 8));
  const __m128i above = _mm_packs_epi16(_mm_cmpgt_epi16(low, s), _mm_cmpgt_epi16(high, s));
  const int32_t below = __builtin_ctz(static_cast<uint32_t>(_mm_movemask_epi8(above)) | 0x10000u);
  return below < cdf.size ? below : cdf.size - 1;
}

struct Youth {
  uint8_t of[kCountMax + 1];
};
constexpr Youth make_youth() {
  Youth youth{};
  for (int32_t n = 0; n <= kCountMax; ++n) youth.of[n] = static_cast<uint8_t>(cdf_youth(n));
  return youth;
}
inline constexpr Youth kYouth = make_youth();

PC15_HD void cdf_update(AdaptiveCdf* cdf, int32_t symbol, int32_t rate) {
  const int32_t n = cdf->count;
  const __m128i shift = _mm_cvtsi32_si128(rate - kYouth.of[n]);
  const __m128i top = _mm_set1_epi16(static_cast<int16_t>(32768 - cdf->size));
  const __m128i before = _mm_set1_epi16(static_cast<int16_t>(symbol - 1));
  __m128i index = _mm_setr_epi16(0, 1, 2, 3, 4, 5, 6, 7);
  for (int32_t half = 0; half < 2; ++half) {
    __m128i* const p = reinterpret_cast<__m128i*>(cdf->lane + 8 * half);
    const __m128i lane = _mm_loadu_si128(p);
    const __m128i raised = _mm_and_si128(_mm_cmpgt_epi16(index, before), top);
    const __m128i target = _mm_adds_epi16(_mm_add_epi16(index, _mm_set1_epi16(1)), raised);
    _mm_storeu_si128(p, _mm_add_epi16(lane, _mm_sra_epi16(_mm_sub_epi16(target, lane), shift)));
    index = _mm_add_epi16(index, _mm_set1_epi16(8));
  }
  cdf->count = static_cast<uint8_t>(n < kCountMax ? n + 1 : n);
}

#elif defined(__aarch64__) && !defined(__CUDACC__) && !defined(PC15_PORTABLE_CDF)

// The same on the two 128-bit registers that every AArch64 has.
PC15_HD int32_t cdf_find(const AdaptiveCdf& cdf, uint32_t slot) {
  const int16x8_t s = vdupq_n_s16(static_cast<int16_t>(slot));
  const uint16x8_t low = vcleq_s16(vld1q_s16(cdf.lane), s), high = vcleq_s16(vld1q_s16(cdf.lane + 8), s);
  // Lanes at or below the slot are -1.
  const int32_t below = -vaddvq_s16(vreinterpretq_s16_u16(vaddq_u16(low, high)));
  return below < cdf.size ? below : cdf.size - 1;
}

PC15_HD void cdf_update(AdaptiveCdf* cdf, int32_t symbol, int32_t rate) {
  const int32_t n = cdf->count;
  const int16x8_t shift = vdupq_n_s16(static_cast<int16_t>(cdf_youth(n) - rate));
  const int16x8_t top = vdupq_n_s16(static_cast<int16_t>(32768 - cdf->size));
  const int16x8_t before = vdupq_n_s16(static_cast<int16_t>(symbol - 1));
  static const int16_t first[8] = {0, 1, 2, 3, 4, 5, 6, 7};
  int16x8_t index = vld1q_s16(first);
  for (int32_t half = 0; half < 2; ++half) {
    int16_t* const p = cdf->lane + 8 * half;
    const int16x8_t lane = vld1q_s16(p);
    const int16x8_t raised = vandq_s16(vreinterpretq_s16_u16(vcgtq_s16(index, before)), top);
    const int16x8_t target = vqaddq_s16(vaddq_s16(index, vdupq_n_s16(1)), raised);
    vst1q_s16(p, vaddq_s16(lane, vshlq_s16(vsubq_s16(target, lane), shift)));
    index = vaddq_s16(index, vdupq_n_s16(8));
  }
  cdf->count = static_cast<uint8_t>(n < kCountMax ? n + 1 : n);
}

#else

// The symbol whose interval holds `slot` (0...32767). The count is 32 bits wide: of a count in 16 bits
// gcc 12.2 for AArch64 makes a wrong one at -O3 where this is inlined behind the test of symbol_often_zero()
// (-fno-tree-slp-vectorize mends it; scripts/test-arch found it).
PC15_HD int32_t cdf_find(const AdaptiveCdf& cdf, uint32_t slot) {
  const int32_t s = static_cast<int32_t>(slot);
  int32_t below = 0;
  for (int32_t j = 0; j < kMaxSymbols; ++j) below += cdf.lane[j] <= s ? 1 : 0;
  return below < cdf.size ? below : cdf.size - 1;
}

// Moves the distribution towards `symbol`; `rate` is the shift of an old distribution, 4...7.
PC15_HD void cdf_update(AdaptiveCdf* cdf, int32_t symbol, int32_t rate) {
  const int32_t n = cdf->count;
  const int32_t shift = rate - cdf_youth(n);
  // Upper target 32768 - size + j + 1; beyond the last symbol it is the fixed point 32767.
  const int32_t top = 32768 - cdf->size;
  const int16_t s = static_cast<int16_t>(symbol);
  for (int32_t j = 0; j < kMaxSymbols; ++j) {
    const int32_t high = top + j + 1 < 32767 ? top + j + 1 : 32767;
    const int16_t target = static_cast<int16_t>(static_cast<int16_t>(j) >= s ? high : j + 1);
    const int16_t distance = static_cast<int16_t>(target - cdf->lane[j]);
    cdf->lane[j] = static_cast<int16_t>(cdf->lane[j] + static_cast<int16_t>(distance >> shift));
  }
  cdf->count = static_cast<uint8_t>(n < kCountMax ? n + 1 : n);
}

#endif

}  // namespace pc15::entropy
