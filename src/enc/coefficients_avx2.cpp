#include "enc/kernels_avx2.h"

#if defined(PC15_HAS_AVX2)

#include <cstring>

#include "backend/cpu/simd_avx2.h"
#include "enc/coefficients.h"
#include "entropy/bit_cost.h"

namespace pc15::enc::avx2 {
namespace {

using backend::avx2::load128;
using backend::avx2::load256;
using backend::avx2::load32;
using backend::avx2::load64;
using backend::avx2::store128;
using backend::avx2::store256;
using backend::avx2::store64;
using backend::avx2::widen;

PC15_AVX2 inline int64_t sum_of_64(__m256i v) {
  const __m128i pair = _mm_add_epi64(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  return _mm_cvtsi128_si64(pair) + _mm_cvtsi128_si64(_mm_unpackhi_epi64(pair, pair));
}
PC15_AVX2 inline int32_t sum_of_32(__m256i v) {
  __m128i s = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4e));
  return _mm_cvtsi128_si32(_mm_add_epi32(s, _mm_shuffle_epi32(s, 0xb1)));
}
PC15_AVX2 inline __m256i squares_of(__m256i v) {
  const __m256i odd = _mm256_srli_epi64(v, 32);
  return _mm256_add_epi64(_mm256_mul_epu32(v, v), _mm256_mul_epu32(odd, odd));
}

// Squared differences of 16 samples, in eight sums of 32 bits.
PC15_AVX2 inline __m256i squared16(const Pixel* p, const Pixel* q) {
  const __m256i d = _mm256_sub_epi16(widen(p), widen(q));
  return _mm256_madd_epi16(d, d);
}

}  // namespace

PC15_AVX2 void subtract(const Pixel* a, int64_t a_stride, const Pixel* b, int64_t b_stride, int32_t w,
                        int32_t h, int16_t* out) {
  if (w == 4) {
    for (int32_t y = 0; y < h; y += 2, a += 2 * a_stride, b += 2 * b_stride, out += 8) {
      const __m128i u = _mm_setr_epi32(load32(a), load32(a + a_stride), 0, 0);
      const __m128i v = _mm_setr_epi32(load32(b), load32(b + b_stride), 0, 0);
      store128(out, _mm_sub_epi16(_mm_cvtepu8_epi16(u), _mm_cvtepu8_epi16(v)));
    }
    return;
  }
  for (int32_t y = 0; y < h; ++y, a += a_stride, b += b_stride, out += w) {
    if (w == 8) {
      store128(out, _mm_sub_epi16(_mm_cvtepu8_epi16(load64(a)), _mm_cvtepu8_epi16(load64(b))));
      continue;
    }
    for (int32_t x = 0; x < w; x += 16) store256(out + x, _mm256_sub_epi16(widen(a + x), widen(b + x)));
  }
}

PC15_AVX2 CoefficientSums coefficient_sums(const int32_t* coefs, int32_t area, int32_t step16) {
  const __m256i below = _mm256_set1_epi32(least_counted(step16) - 1), cap = _mm256_set1_epi32(3 * step16);
  __m256i square = _mm256_setzero_si256(), sum = square, counts = square;
  for (int32_t i = 0; i < area; i += 8) {
    const __m256i m = _mm256_abs_epi32(load256(coefs + i)), big = _mm256_cmpgt_epi32(m, below);
    square = _mm256_add_epi64(square, squares_of(_mm256_andnot_si256(big, m)));
    sum = _mm256_add_epi32(sum, _mm256_and_si256(big, _mm256_min_epi32(m, cap)));
    counts = _mm256_sub_epi32(counts, big);
  }
  CoefficientSums sums;
  sums.squares = sum_of_64(square);
  sums.magnitudes = sum_of_32(sum);
  sums.count = sum_of_32(counts);
  return sums;
}

PC15_AVX2 int64_t mark_coded(const int32_t* coefs, int32_t area, int32_t step16, uint32_t* marks) {
  const __m256i zero = _mm256_set1_epi32(most_zero(step16));
  __m256i sum = _mm256_setzero_si256();
  for (int32_t i = 0; i < area; i += 16) {
    const __m256i a = _mm256_abs_epi32(load256(coefs + i)), b = _mm256_abs_epi32(load256(coefs + i + 8));
    sum = _mm256_add_epi64(sum, _mm256_add_epi64(squares_of(a), squares_of(b)));
    const __m256i over_a = _mm256_cmpgt_epi32(a, zero), over_b = _mm256_cmpgt_epi32(b, zero);
    const uint32_t low = static_cast<uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(over_a)));
    const uint32_t high = static_cast<uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(over_b)));
    const uint32_t bits = low | high << 8;
    marks[i >> 5] = (i & 16) == 0 ? bits : marks[i >> 5] | bits << 16;
  }
  return sum_of_64(sum);
}

namespace {

// entropy::frequency_cost(): a frequency is exact as a float, whose exponent and upper bits of the mantissa
// are what the table of logarithms asks for.
PC15_AVX2 inline __m256i frequency_costs(__m128i frequencies) {
  const __m256 value = _mm256_cvtepi32_ps(_mm256_cvtepu16_epi32(frequencies));
  const __m256i bits = _mm256_castps_si256(value), top = _mm256_srli_epi32(bits, 23);
  const __m256i mantissa = _mm256_and_si256(_mm256_srli_epi32(bits, 15), _mm256_set1_epi32(255));
  const int* const table = reinterpret_cast<const int*>(entropy::kLog2Table.data());
  const __m256i log2 =
      _mm256_and_si256(_mm256_i32gather_epi32(table, mantissa, 2), _mm256_set1_epi32(0xffff));
  const __m256i whole = _mm256_sub_epi32(_mm256_set1_epi32(entropy::kProbBits + 127), top);
  return _mm256_sub_epi32(_mm256_slli_epi32(whole, entropy::kCostBits), log2);
}

}  // namespace

PC15_AVX2 void symbol_costs(const entropy::AdaptiveCdf& cdf, uint16_t* costs) {
  int16_t bounds[1 + entropy::kMaxSymbols] = {};
  store256(bounds + 1, load256(cdf.lane));
  bounds[cdf.size] = INT16_MIN;  // 32768, the end of the last
  const __m256i frequency = _mm256_sub_epi16(load256(bounds + 1), load256(bounds));
  const __m256i low = frequency_costs(_mm256_castsi256_si128(frequency));
  const __m256i high = frequency_costs(_mm256_extracti128_si256(frequency, 1));
  store256(costs, _mm256_permute4x64_epi64(_mm256_packus_epi32(low, high), 0xD8));
}

PC15_AVX2 int64_t squared_error(const PlaneView<const Pixel>& a, const PlaneView<const Pixel>& b) {
  int64_t sum = 0;
  const int32_t whole = a.width & ~15;
  for (int32_t y = 0; y < a.height; ++y) {
    const Pixel *p = a.row(y), *q = b.row(y);
    for (int32_t x0 = 0; x0 < whole; x0 += 65536) {  // a run whose lanes fit 32 bits
      const int32_t x1 = whole - x0 < 65536 ? whole : x0 + 65536;
      __m256i run = _mm256_setzero_si256();
      for (int32_t x = x0; x < x1; x += 16) run = _mm256_add_epi32(run, squared16(p + x, q + x));
      sum += sum_of_64(_mm256_add_epi64(_mm256_cvtepu32_epi64(_mm256_castsi256_si128(run)),
                                        _mm256_cvtepu32_epi64(_mm256_extracti128_si256(run, 1))));
    }
    for (int32_t x = whole; x < a.width; ++x) sum += (p[x] - q[x]) * (p[x] - q[x]);
  }
  return sum;
}

}  // namespace pc15::enc::avx2

#endif
