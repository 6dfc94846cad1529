// Two 8 x 8 blocks, or four 4 x 4 blocks, at a time: each half of a register holds what satd.cpp has in one
// of 128 bits, and nothing crosses between the halves before the sum. The last of the stages needs no
// butterfly: |a + b| + |a - b| = 2 max(|a|, |b|).
#include "enc/kernels_avx2.h"

#if defined(PC15_HAS_AVX2)

#include <initializer_list>

#include "backend/cpu/simd_avx2.h"

namespace pc15::enc::avx2 {
namespace {

using backend::avx2::load128;
using backend::avx2::load32;
using backend::avx2::load64;

PC15_AVX2 inline void butterfly(__m256i* a, __m256i* b) {
  const __m256i sum = _mm256_add_epi16(*a, *b);
  *b = _mm256_sub_epi16(*a, *b);
  *a = sum;
}
PC15_AVX2 inline __m256i larger(__m256i a, __m256i b) {
  return _mm256_max_epi16(_mm256_abs_epi16(a), _mm256_abs_epi16(b));
}
PC15_AVX2 inline int32_t twice_the_sum(__m256i v) {
  v = _mm256_madd_epi16(v, _mm256_set1_epi16(2));
  __m128i s = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4e));
  return _mm_cvtsi128_si32(_mm_add_epi32(s, _mm_shuffle_epi32(s, 0xb1)));
}

PC15_AVX2 inline void transpose8(__m256i* r) {
  __m256i s[8], t[8];
  for (int32_t i = 0; i < 4; ++i) {
    s[2 * i] = _mm256_unpacklo_epi16(r[2 * i], r[2 * i + 1]);
    s[2 * i + 1] = _mm256_unpackhi_epi16(r[2 * i], r[2 * i + 1]);
  }
  for (int32_t i = 0; i < 2; ++i) {
    t[4 * i] = _mm256_unpacklo_epi32(s[4 * i], s[4 * i + 2]);
    t[4 * i + 1] = _mm256_unpackhi_epi32(s[4 * i], s[4 * i + 2]);
    t[4 * i + 2] = _mm256_unpacklo_epi32(s[4 * i + 1], s[4 * i + 3]);
    t[4 * i + 3] = _mm256_unpackhi_epi32(s[4 * i + 1], s[4 * i + 3]);
  }
  for (int32_t i = 0; i < 4; ++i) {
    r[2 * i] = _mm256_unpacklo_epi64(t[i], t[i + 4]);
    r[2 * i + 1] = _mm256_unpackhi_epi64(t[i], t[i + 4]);
  }
}

// Half the sum of magnitudes of two 8 x 8 blocks of differences; a lane adds half the magnitudes of eight
// coefficients, whose squares are 255 * 255 * 64 * 64 together: at most 23080.
PC15_AVX2 inline int32_t hadamard8(__m256i* r) {
  for (int32_t i = 0; i < 4; ++i) butterfly(r + i, r + i + 4);
  for (int32_t i : {0, 1, 4, 5}) butterfly(r + i, r + i + 2);
  for (int32_t i = 0; i < 8; i += 2) butterfly(r + i, r + i + 1);
  transpose8(r);
  for (int32_t i = 0; i < 4; ++i) butterfly(r + i, r + i + 4);
  for (int32_t i : {0, 1, 4, 5}) butterfly(r + i, r + i + 2);
  const __m256i u = _mm256_add_epi16(larger(r[0], r[1]), larger(r[2], r[3]));
  const __m256i v = _mm256_add_epi16(larger(r[4], r[5]), larger(r[6], r[7]));
  return twice_the_sum(_mm256_add_epi16(u, v));
}

// Four 4 x 4 blocks, a quarter of the four rows of differences each.
PC15_AVX2 inline int32_t hadamard4(__m256i* r) {
  butterfly(r, r + 2);
  butterfly(r + 1, r + 3);
  butterfly(r, r + 1);
  butterfly(r + 2, r + 3);
  const __m256i s0 = _mm256_unpacklo_epi16(r[0], r[1]), s1 = _mm256_unpacklo_epi16(r[2], r[3]);
  const __m256i s2 = _mm256_unpackhi_epi16(r[0], r[1]), s3 = _mm256_unpackhi_epi16(r[2], r[3]);
  const __m256i a01 = _mm256_unpacklo_epi32(s0, s1), a23 = _mm256_unpackhi_epi32(s0, s1);
  const __m256i b01 = _mm256_unpacklo_epi32(s2, s3), b23 = _mm256_unpackhi_epi32(s2, s3);
  __m256i c0 = _mm256_unpacklo_epi64(a01, b01), c1 = _mm256_unpackhi_epi64(a01, b01);
  __m256i c2 = _mm256_unpacklo_epi64(a23, b23), c3 = _mm256_unpackhi_epi64(a23, b23);
  butterfly(&c0, &c2);
  butterfly(&c1, &c3);
  return twice_the_sum(_mm256_add_epi16(larger(c0, c1), larger(c2, c3)));
}

// 16 neighbouring differences; 8 of one row and 8 of another.
PC15_AVX2 inline __m256i across(const uint8_t* a, const uint8_t* b) {
  return _mm256_sub_epi16(_mm256_cvtepu8_epi16(load128(a)), _mm256_cvtepu8_epi16(load128(b)));
}
PC15_AVX2 inline __m256i two_rows(const uint8_t* a, int64_t as, const uint8_t* b, int64_t bs) {
  const __m128i u = _mm_unpacklo_epi64(load64(a), load64(a + as)),
                v = _mm_unpacklo_epi64(load64(b), load64(b + bs));
  return _mm256_sub_epi16(_mm256_cvtepu8_epi16(u), _mm256_cvtepu8_epi16(v));
}

PC15_AVX2 int32_t satd8(const uint8_t* a, int64_t as, const uint8_t* b, int64_t bs, int32_t w, int32_t h) {
  int32_t sum = 0;
  __m256i r[8];
  if (w == 8 && h == 8) {  // one block, the upper half empty
    for (int32_t y = 0; y < 8; ++y) {
      r[y] = _mm256_zextsi128_si256(
          _mm_sub_epi16(_mm_cvtepu8_epi16(load64(a + y * as)), _mm_cvtepu8_epi16(load64(b + y * bs))));
    }
    return hadamard8(r);
  }
  if (w == 8) {
    for (int32_t y0 = 0; y0 < h; y0 += 16, a += 16 * as, b += 16 * bs) {
      for (int32_t y = 0; y < 8; ++y) r[y] = two_rows(a + y * as, 8 * as, b + y * bs, 8 * bs);
      sum += hadamard8(r);
    }
    return sum;
  }
  for (int32_t y0 = 0; y0 < h; y0 += 8, a += 8 * as, b += 8 * bs) {
    for (int32_t x = 0; x < w; x += 16) {
      for (int32_t y = 0; y < 8; ++y) r[y] = across(a + y * as + x, b + y * bs + x);
      sum += hadamard8(r);
    }
  }
  return sum;
}

PC15_AVX2 inline __m256i four_rows(const uint8_t* a, int64_t as, const uint8_t* b, int64_t bs, int32_t h) {
  const int64_t a2 = h > 4 ? 4 : 0, a3 = h > 8 ? 8 : 0, a4 = h > 8 ? 12 : 0;
  const __m128i u = _mm_setr_epi32(load32(a), load32(a + a2 * as), load32(a + a3 * as), load32(a + a4 * as));
  const __m128i v = _mm_setr_epi32(load32(b), load32(b + a2 * bs), load32(b + a3 * bs), load32(b + a4 * bs));
  const __m256i d = _mm256_sub_epi16(_mm256_cvtepu8_epi16(u), _mm256_cvtepu8_epi16(v));
  const int64_t on = -1;
  return _mm256_and_si256(d, _mm256_setr_epi64x(on, h > 4 ? on : 0, h > 8 ? on : 0, h > 8 ? on : 0));
}

PC15_AVX2 int32_t satd4(const uint8_t* a, int64_t as, const uint8_t* b, int64_t bs, int32_t w, int32_t h) {
  __m256i r[4];
  if (w == 4) {  // at most 16 high
    for (int32_t y = 0; y < 4; ++y) r[y] = four_rows(a + y * as, as, b + y * bs, bs, h);
    return hadamard4(r);
  }
  if (w == 8) {  // and 4 high
    for (int32_t y = 0; y < 4; ++y) {
      r[y] = _mm256_zextsi128_si256(
          _mm_sub_epi16(_mm_cvtepu8_epi16(load64(a + y * as)), _mm_cvtepu8_epi16(load64(b + y * bs))));
    }
    return hadamard4(r);
  }
  int32_t sum = 0;
  for (int32_t x = 0; x < w; x += 16) {
    for (int32_t y = 0; y < 4; ++y) r[y] = across(a + y * as + x, b + y * bs + x);
    sum += hadamard4(r);
  }
  return sum;
}

}  // namespace

PC15_AVX2 int32_t satd(const uint8_t* source, int64_t source_stride, const uint8_t* prediction,
                       int64_t prediction_stride, int32_t w, int32_t h) {
  if (w >= 8 && h >= 8) return (satd8(source, source_stride, prediction, prediction_stride, w, h) + 4) >> 3;
  return (satd4(source, source_stride, prediction, prediction_stride, w, h) + 2) >> 2;
}

}  // namespace pc15::enc::avx2

#endif
