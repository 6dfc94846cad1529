#include "enc/coefficients.h"

#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "entropy/bit_cost.h"

namespace pc15::enc {

void subtract_plain(const Pixel* a, int64_t a_stride, const Pixel* b, int64_t b_stride, int32_t w, int32_t h,
                    int16_t* out) {
  for (int32_t y = 0; y < h; ++y, a += a_stride, b += b_stride, out += w) {
    for (int32_t x = 0; x < w; ++x) out[x] = static_cast<int16_t>(a[x] - b[x]);
  }
}

void symbol_costs_plain(const entropy::AdaptiveCdf& cdf, uint16_t* costs) {
  for (int32_t s = 0; s < cdf.size; ++s) costs[s] = static_cast<uint16_t>(entropy::symbol_cost(cdf, s));
}

int64_t squared_error_plain(const PlaneView<const Pixel>& a, const PlaneView<const Pixel>& b) {
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

int64_t mark_coded_plain(const int32_t* coefs, int32_t area, int32_t step16, uint32_t* marks) {
  int64_t squares = 0;
  std::memset(marks, 0, sizeof(uint32_t) * static_cast<size_t>((area + 31) / 32));
  for (int32_t i = 0; i < area; ++i) {
    const int32_t m = coefs[i] < 0 ? -coefs[i] : coefs[i];
    squares += static_cast<int64_t>(m) * m;
    if (m > most_zero(step16)) marks[i >> 5] |= 1u << (i & 31);
  }
  return squares;
}

CoefficientSums coefficient_sums_plain(const int32_t* coefs, int32_t area, int32_t step16) {
  const int32_t least = least_counted(step16), most = 3 * step16;
  CoefficientSums sums;
  for (int32_t i = 0; i < area; ++i) {
    const int32_t m = coefs[i] < 0 ? -coefs[i] : coefs[i];
    if (m < least) {
      sums.squares += static_cast<int64_t>(m) * m;
    } else {
      ++sums.count;
      sums.magnitudes += m < most ? m : most;
    }
  }
  return sums;
}

#if defined(__SSE2__)

int64_t mark_coded(const int32_t* coefs, int32_t area, int32_t step16, uint32_t* marks) {
  const __m128i zero = _mm_set1_epi32(most_zero(step16));
  __m128i sum = _mm_setzero_si128();
  for (int32_t i = 0; i < area; i += 16) {
    uint32_t bits = 0;
    for (int32_t k = 0; k < 16; k += 4) {
      const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(coefs + i + k)),
                    sign = _mm_srai_epi32(v, 31);
      const __m128i m = _mm_sub_epi32(_mm_xor_si128(v, sign), sign), odd = _mm_srli_epi64(m, 32);
      sum = _mm_add_epi64(sum, _mm_add_epi64(_mm_mul_epu32(m, m), _mm_mul_epu32(odd, odd)));
      bits |= static_cast<uint32_t>(_mm_movemask_ps(_mm_castsi128_ps(_mm_cmpgt_epi32(m, zero)))) << k;
    }
    marks[i >> 5] = (i & 16) == 0 ? bits : marks[i >> 5] | bits << 16;
  }
  int64_t halves[2];
  _mm_storeu_si128(reinterpret_cast<__m128i*>(halves), sum);
  return halves[0] + halves[1];
}

CoefficientSums coefficient_sums(const int32_t* coefs, int32_t area, int32_t step16) {
  const __m128i below = _mm_set1_epi32(least_counted(step16) - 1), cap = _mm_set1_epi32(3 * step16);
  __m128i square = _mm_setzero_si128(), sum = square, counts = square;
  for (int32_t i = 0; i < area; i += 4) {
    const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(coefs + i)),
                  sign = _mm_srai_epi32(v, 31);
    const __m128i m = _mm_sub_epi32(_mm_xor_si128(v, sign), sign);
    const __m128i big = _mm_cmpgt_epi32(m, below), over = _mm_cmpgt_epi32(m, cap);
    const __m128i capped = _mm_or_si128(_mm_and_si128(over, cap), _mm_andnot_si128(over, m));
    const __m128i small = _mm_andnot_si128(big, m), odd = _mm_srli_epi64(small, 32);
    square = _mm_add_epi64(square, _mm_add_epi64(_mm_mul_epu32(small, small), _mm_mul_epu32(odd, odd)));
    sum = _mm_add_epi32(sum, _mm_and_si128(big, capped));
    counts = _mm_sub_epi32(counts, big);
  }
  int64_t halves[2];
  int32_t magnitudes[4], numbers[4];
  _mm_storeu_si128(reinterpret_cast<__m128i*>(halves), square);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(magnitudes), sum);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(numbers), counts);
  CoefficientSums sums;
  sums.squares = halves[0] + halves[1];
  for (int32_t k = 0; k < 4; ++k) {
    sums.magnitudes += magnitudes[k];
    sums.count += numbers[k];
  }
  return sums;
}

#else

int64_t mark_coded(const int32_t* coefs, int32_t area, int32_t step16, uint32_t* marks) {
  return mark_coded_plain(coefs, area, step16, marks);
}

CoefficientSums coefficient_sums(const int32_t* coefs, int32_t area, int32_t step16) {
  return coefficient_sums_plain(coefs, area, step16);
}

#endif

}  // namespace pc15::enc
