// The last of the stages needs no butterfly: |a + b| + |a - b| = 2 max(|a|, |b|).
#include "enc/satd.h"

#include <cstring>
#include <initializer_list>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace pc15::enc {
namespace {

// Hadamard transform of kN x kN differences; returns the sum of magnitudes.
template <int32_t kN>
int32_t hadamard(const uint8_t* a, int64_t as, const uint8_t* b, int64_t bs) {
  int32_t d[kN][kN];
  for (int32_t y = 0; y < kN; ++y) {
    for (int32_t x = 0; x < kN; ++x) d[y][x] = a[y * as + x] - b[y * bs + x];
  }
  for (int32_t step = 1; step < kN; step *= 2) {
    for (int32_t j = 0; j < kN; ++j) {
      if ((j & step) != 0) continue;
      for (int32_t i = 0; i < kN; ++i) {
        const int32_t u = d[j][i], v = d[j + step][i];
        d[j][i] = u + v;
        d[j + step][i] = u - v;
      }
    }
    for (int32_t j = 0; j < kN; ++j) {
      for (int32_t i = 0; i < kN; ++i) {
        if ((i & step) != 0) continue;
        const int32_t u = d[j][i], v = d[j][i + step];
        d[j][i] = u + v;
        d[j][i + step] = u - v;
      }
    }
  }
  int32_t sum = 0;
  for (int32_t y = 0; y < kN; ++y) {
    for (int32_t x = 0; x < kN; ++x) sum += d[y][x] < 0 ? -d[y][x] : d[y][x];
  }
  return sum;
}

#if defined(__SSE2__)

__m128i load4(const uint8_t* p) {
  int32_t v;
  std::memcpy(&v, p, sizeof(v));
  return _mm_cvtsi32_si128(v);
}
__m128i load8(const uint8_t* p) { return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)); }
__m128i difference(__m128i a, __m128i b) {
  const __m128i zero = _mm_setzero_si128();
  return _mm_sub_epi16(_mm_unpacklo_epi8(a, zero), _mm_unpacklo_epi8(b, zero));
}

void butterfly(__m128i* a, __m128i* b) {
  const __m128i sum = _mm_add_epi16(*a, *b);
  *b = _mm_sub_epi16(*a, *b);
  *a = sum;
}
__m128i magnitude(__m128i v) { return _mm_max_epi16(v, _mm_sub_epi16(_mm_setzero_si128(), v)); }
__m128i larger(__m128i a, __m128i b) { return _mm_max_epi16(magnitude(a), magnitude(b)); }

// Twice the sum of the lanes, in four sums of 32 bits.
__m128i widen(__m128i v) { return _mm_madd_epi16(v, _mm_set1_epi16(2)); }
int32_t total(__m128i v) {
  v = _mm_add_epi32(v, _mm_shuffle_epi32(v, 0x4e));
  v = _mm_add_epi32(v, _mm_shuffle_epi32(v, 0xb1));
  return _mm_cvtsi128_si32(v);
}

void transpose8(__m128i* r) {
  __m128i s[8], t[8];
  for (int32_t i = 0; i < 4; ++i) {
    s[2 * i] = _mm_unpacklo_epi16(r[2 * i], r[2 * i + 1]);
    s[2 * i + 1] = _mm_unpackhi_epi16(r[2 * i], r[2 * i + 1]);
  }
  for (int32_t i = 0; i < 2; ++i) {
    t[4 * i] = _mm_unpacklo_epi32(s[4 * i], s[4 * i + 2]);
    t[4 * i + 1] = _mm_unpackhi_epi32(s[4 * i], s[4 * i + 2]);
    t[4 * i + 2] = _mm_unpacklo_epi32(s[4 * i + 1], s[4 * i + 3]);
    t[4 * i + 3] = _mm_unpackhi_epi32(s[4 * i + 1], s[4 * i + 3]);
  }
  for (int32_t i = 0; i < 4; ++i) {
    r[2 * i] = _mm_unpacklo_epi64(t[i], t[i + 4]);
    r[2 * i + 1] = _mm_unpackhi_epi64(t[i], t[i + 4]);
  }
}

// 8 x 8; every partial sum is at most 255 * 64 = 16320.
__m128i hadamard8(const uint8_t* a, int64_t as, const uint8_t* b, int64_t bs) {
  __m128i r[8];
  for (int32_t y = 0; y < 8; ++y) r[y] = difference(load8(a + y * as), load8(b + y * bs));
  for (int32_t i = 0; i < 4; ++i) butterfly(r + i, r + i + 4);
  for (int32_t i : {0, 1, 4, 5}) butterfly(r + i, r + i + 2);
  for (int32_t i = 0; i < 8; i += 2) butterfly(r + i, r + i + 1);
  transpose8(r);
  for (int32_t i = 0; i < 4; ++i) butterfly(r + i, r + i + 4);
  for (int32_t i : {0, 1, 4, 5}) butterfly(r + i, r + i + 2);
  const __m128i u = _mm_add_epi16(larger(r[0], r[1]), larger(r[2], r[3]));
  const __m128i v = _mm_add_epi16(larger(r[4], r[5]), larger(r[6], r[7]));
  return widen(_mm_add_epi16(u, v));
}

// Two 4 x 4 blocks, one in each half of the four rows of differences.
__m128i hadamard4(__m128i r0, __m128i r1, __m128i r2, __m128i r3) {
  butterfly(&r0, &r2);
  butterfly(&r1, &r3);
  butterfly(&r0, &r1);
  butterfly(&r2, &r3);
  const __m128i s0 = _mm_unpacklo_epi16(r0, r1), s1 = _mm_unpacklo_epi16(r2, r3);
  const __m128i s2 = _mm_unpackhi_epi16(r0, r1), s3 = _mm_unpackhi_epi16(r2, r3);
  // Pairs of columns of the first block, then of the second.
  const __m128i a01 = _mm_unpacklo_epi32(s0, s1), a23 = _mm_unpackhi_epi32(s0, s1);
  const __m128i b01 = _mm_unpacklo_epi32(s2, s3), b23 = _mm_unpackhi_epi32(s2, s3);
  __m128i c0 = _mm_unpacklo_epi64(a01, b01), c1 = _mm_unpackhi_epi64(a01, b01);
  __m128i c2 = _mm_unpacklo_epi64(a23, b23), c3 = _mm_unpackhi_epi64(a23, b23);
  butterfly(&c0, &c2);
  butterfly(&c1, &c3);
  return widen(_mm_add_epi16(larger(c0, c1), larger(c2, c3)));
}

__m128i wide4(const uint8_t* a, int64_t as, const uint8_t* b, int64_t bs) {
  return hadamard4(difference(load8(a), load8(b)), difference(load8(a + as), load8(b + bs)),
                   difference(load8(a + 2 * as), load8(b + 2 * bs)),
                   difference(load8(a + 3 * as), load8(b + 3 * bs)));
}

__m128i tall4(const uint8_t* a, int64_t as, const uint8_t* b, int64_t bs, int32_t below) {
  __m128i r[4];
  for (int32_t y = 0; y < 4; ++y) {
    const int32_t z = y + below;  // 0 below: the second half stays empty
    const __m128i high_a = below != 0 ? load4(a + z * as) : _mm_setzero_si128();
    const __m128i high_b = below != 0 ? load4(b + z * bs) : _mm_setzero_si128();
    r[y] = difference(_mm_unpacklo_epi32(load4(a + y * as), high_a),
                      _mm_unpacklo_epi32(load4(b + y * bs), high_b));
  }
  return hadamard4(r[0], r[1], r[2], r[3]);
}

#endif

}  // namespace

int32_t satd_plain(const uint8_t* source, int64_t source_stride, const uint8_t* prediction,
                   int64_t prediction_stride, int32_t w, int32_t h) {
  int32_t sum = 0;
  const int32_t n = w >= 8 && h >= 8 ? 8 : 4;
  for (int32_t y = 0; y < h; y += n) {
    for (int32_t x = 0; x < w; x += n) {
      const uint8_t* a = source + y * source_stride + x;
      const uint8_t* b = prediction + y * prediction_stride + x;
      sum += n == 8 ? hadamard<8>(a, source_stride, b, prediction_stride)
                    : hadamard<4>(a, source_stride, b, prediction_stride);
    }
  }
  return (sum + n / 2) / n;  // orthonormal scale
}

#if defined(__SSE2__)

int32_t satd(const uint8_t* source, int64_t source_stride, const uint8_t* prediction,
             int64_t prediction_stride, int32_t w, int32_t h) {
  __m128i sum = _mm_setzero_si128();
  if (w == 4) {
    for (int32_t y = 0; y < h; y += 8) {
      sum = _mm_add_epi32(sum, tall4(source + y * source_stride, source_stride,
                                     prediction + y * prediction_stride, prediction_stride, h > 4 ? 4 : 0));
    }
    return (total(sum) + 2) >> 2;
  }
  const int32_t n = h >= 8 ? 8 : 4;
  for (int32_t y = 0; y < h; y += n) {
    for (int32_t x = 0; x < w; x += 8) {
      const uint8_t* a = source + y * source_stride + x;
      const uint8_t* b = prediction + y * prediction_stride + x;
      sum = _mm_add_epi32(sum, n == 8 ? hadamard8(a, source_stride, b, prediction_stride)
                                      : wide4(a, source_stride, b, prediction_stride));
    }
  }
  return n == 8 ? (total(sum) + 4) >> 3 : (total(sum) + 2) >> 2;
}

#else

int32_t satd(const uint8_t* source, int64_t source_stride, const uint8_t* prediction,
             int64_t prediction_stride, int32_t w, int32_t h) {
  return satd_plain(source, source_stride, prediction, prediction_stride, w, h);
}

#endif

}  // namespace pc15::enc
