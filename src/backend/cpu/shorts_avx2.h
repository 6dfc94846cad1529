// Sixteen lanes of 16 bits: the operations that seam_lines.h and flat_modes.h are written in, with AVX2.
#pragma once

#include "backend/cpu/simd_avx2.h"

#if defined(PC15_HAS_AVX2)

namespace pc15::backend::avx2 {

using Shorts = __m256i;  // masks are lanes of 0 and -1
constexpr int32_t kShorts = 16;

PC15_AVX2 inline Shorts splat(int32_t v) { return _mm256_set1_epi16(static_cast<int16_t>(v)); }
PC15_AVX2 inline Shorts plus(Shorts a, Shorts b) { return _mm256_add_epi16(a, b); }
PC15_AVX2 inline Shorts minus(Shorts a, Shorts b) { return _mm256_sub_epi16(a, b); }
PC15_AVX2 inline Shorts times(Shorts a, Shorts b) { return _mm256_mullo_epi16(a, b); }
PC15_AVX2 inline Shorts magnitude(Shorts v) { return _mm256_abs_epi16(v); }
PC15_AVX2 inline Shorts least(Shorts a, Shorts b) { return _mm256_min_epi16(a, b); }
PC15_AVX2 inline Shorts most(Shorts a, Shorts b) { return _mm256_max_epi16(a, b); }
// (a + b + 1) >> 1, of numbers without sign.
PC15_AVX2 inline Shorts mean(Shorts a, Shorts b) { return _mm256_avg_epu16(a, b); }
template <int kBits>
PC15_AVX2 inline Shorts sra(Shorts v) {
  return _mm256_srai_epi16(v, kBits);
}
template <int kBits>
PC15_AVX2 inline Shorts srl(Shorts v) {
  return _mm256_srli_epi16(v, kBits);
}
template <int kBits>
PC15_AVX2 inline Shorts sll(Shorts v) {
  return _mm256_slli_epi16(v, kBits);
}
PC15_AVX2 inline Shorts srl(Shorts v, int32_t bits) { return _mm256_srl_epi16(v, _mm_cvtsi32_si128(bits)); }
PC15_AVX2 inline Shorts sll(Shorts v, int32_t bits) { return _mm256_sll_epi16(v, _mm_cvtsi32_si128(bits)); }
PC15_AVX2 inline Shorts equal(Shorts a, Shorts b) { return _mm256_cmpeq_epi16(a, b); }
PC15_AVX2 inline Shorts greater(Shorts a, Shorts b) { return _mm256_cmpgt_epi16(a, b); }
PC15_AVX2 inline Shorts both(Shorts a, Shorts b) { return _mm256_and_si256(a, b); }
PC15_AVX2 inline Shorts without(Shorts v, Shorts mask) { return _mm256_andnot_si256(mask, v); }
PC15_AVX2 inline Shorts choose(Shorts no, Shorts yes, Shorts mask) {
  return _mm256_blendv_epi8(no, yes, mask);
}
PC15_AVX2 inline bool none(Shorts mask) { return _mm256_testz_si256(mask, mask) != 0; }

// kShorts samples, and lanes clipped to samples.
PC15_AVX2 inline Shorts load_samples(const void* p) { return widen(p); }
PC15_AVX2 inline void store_samples(void* p, Shorts v) { store128(p, narrow(v)); }
// Each byte in four lanes.
PC15_AVX2 inline Shorts spread_bytes(uint32_t bytes) {
  const __m256i wide = _mm256_cvtepu8_epi64(_mm_cvtsi32_si128(static_cast<int32_t>(bytes)));
  return _mm256_shuffle_epi8(wide, _mm256_setr_epi8(0, -1, 0, -1, 0, -1, 0, -1, 8, -1, 8, -1, 8, -1, 8, -1, 0,
                                                    -1, 0, -1, 0, -1, 0, -1, 8, -1, 8, -1, 8, -1, 8, -1));
}

// ---- blocks of kW columns, or parts of as many: rows of them in one vector

template <int32_t kW>
constexpr int32_t kRows = kShorts / kW;

// The first kW of the samples at p in every row.
template <int32_t kW>
PC15_AVX2 inline Shorts in_columns(const Pixel* p) {
  if constexpr (kW == 16) return widen(p);
  if constexpr (kW == 8) return _mm256_cvtepu8_epi16(_mm_shuffle_epi32(load64(p), 0x44));
  return _mm256_cvtepu8_epi16(_mm_set1_epi32(load32(p)));
}
// Sample r at p all along row r.
template <int32_t kW>
PC15_AVX2 inline Shorts in_rows(const Pixel* p) {
  if constexpr (kW == 16) return _mm256_set1_epi16(p[0]);
  if constexpr (kW == 8) return _mm256_set_m128i(_mm_set1_epi16(p[1]), _mm_set1_epi16(p[0]));
  const __m128i mask = _mm_setr_epi8(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
  return _mm256_cvtepu8_epi16(_mm_shuffle_epi8(_mm_cvtsi32_si128(load32(p)), mask));
}
template <int32_t kW>
PC15_AVX2 inline void store_rows(Pixel* out, int64_t stride, Shorts v) {
  const __m128i bytes = narrow(v);
  if constexpr (kW == 16) store128(out, bytes);
  if constexpr (kW == 8) {
    store64(out, bytes);
    store64(out + stride, _mm_unpackhi_epi64(bytes, bytes));
  }
  if constexpr (kW == 4) {
    store32(out, _mm_extract_epi32(bytes, 0));
    store32(out + stride, _mm_extract_epi32(bytes, 1));
    store32(out + 2 * stride, _mm_extract_epi32(bytes, 2));
    store32(out + 3 * stride, _mm_extract_epi32(bytes, 3));
  }
}
template <int32_t kW>
PC15_AVX2 inline Shorts load_rows(const Pixel* p, int64_t stride) {
  if constexpr (kW == 16) return widen(p);
  if constexpr (kW == 8) return _mm256_cvtepu8_epi16(_mm_unpacklo_epi64(load64(p), load64(p + stride)));
  return _mm256_cvtepu8_epi16(
      _mm_setr_epi32(load32(p), load32(p + stride), load32(p + 2 * stride), load32(p + 3 * stride)));
}

// Of 4, 8, 16 or 32 samples.
PC15_AVX2 inline uint32_t sum_of(const Pixel* p, int32_t n) {
  __m128i v = n == 4 ? _mm_cvtsi32_si128(load32(p)) : n == 8 ? load64(p) : load128(p);
  v = _mm_sad_epu8(v, _mm_setzero_si128());
  if (n == 32) v = _mm_add_epi32(v, _mm_sad_epu8(load128(p + 16), _mm_setzero_si128()));
  return static_cast<uint32_t>(_mm_cvtsi128_si32(_mm_add_epi32(v, _mm_unpackhi_epi64(v, v))));
}

}  // namespace pc15::backend::avx2

#endif
