// Prices of symbols as in coefficients_avx2.cpp, but the logarithms come from registers, 64 of the 256 from
// two of them, where gathering takes most of the time.
#include "enc/kernels_avx512.h"

#if defined(PC15_HAS_AVX512)

#include "backend/cpu/simd_avx512.h"
#include "entropy/bit_cost.h"

namespace pc15::enc::avx512 {
using backend::avx512::load256;
using backend::avx512::load512;
using backend::avx512::store256;

PC15_AVX512 void symbol_costs(const entropy::AdaptiveCdf& cdf, uint16_t* costs) {
  const __m256i end = _mm256_set1_epi16(INT16_MIN);  // 32768, the end of the last
  const __m256i bounds =
      _mm256_mask_mov_epi16(load256(cdf.lane), static_cast<__mmask16>(1u << (cdf.size - 1)), end);
  const __m256i before = _mm256_setr_epi16(0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
  const __m256i frequency = _mm256_sub_epi16(bounds, _mm256_maskz_permutexvar_epi16(0xFFFE, before, bounds));
  const __m512i bits = _mm512_castps_si512(_mm512_cvtepi32_ps(_mm512_cvtepu16_epi32(frequency)));
  const __m256i top = _mm512_cvtepi32_epi16(_mm512_srli_epi32(bits, 23));
  const __m256i mantissa =
      _mm256_and_si256(_mm512_cvtepi32_epi16(_mm512_srli_epi32(bits, 15)), _mm256_set1_epi16(255));
  const uint16_t* const table = entropy::kLog2Table.data();
  __m256i part[4];
  for (int32_t i = 0; i < 4; ++i) {
    part[i] = _mm512_castsi512_si256(_mm512_permutex2var_epi16(
        load512(table + 64 * i), _mm512_castsi256_si512(mantissa), load512(table + 64 * i + 32)));
  }
  const __mmask16 odd = _mm256_test_epi16_mask(mantissa, _mm256_set1_epi16(64));
  const __mmask16 high = _mm256_test_epi16_mask(mantissa, _mm256_set1_epi16(128));
  const __m256i low = _mm256_mask_mov_epi16(part[0], odd, part[1]);
  const __m256i log2 = _mm256_mask_mov_epi16(low, high, _mm256_mask_mov_epi16(part[2], odd, part[3]));
  const __m256i whole = _mm256_sub_epi16(_mm256_set1_epi16(entropy::kProbBits + 127), top);
  store256(costs, _mm256_sub_epi16(_mm256_slli_epi16(whole, entropy::kCostBits), log2));
}

}  // namespace pc15::enc::avx512

#endif
