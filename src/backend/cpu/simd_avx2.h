// Loads and stores of the AVX2 files, unaligned.
#pragma once

#include "base/target.h"

#if defined(PC15_HAS_AVX2)

#include <immintrin.h>

#include <cstdint>
#include <cstring>

// The set of the including file, for what is written for several (lanes.h, rgb_rows.h, ...).
#define PC15_SET avx2
#define PC15_LANES PC15_AVX2

namespace pc15::backend::avx2 {

PC15_AVX2 inline __m256i load256(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
PC15_AVX2 inline void store256(void* p, __m256i v) { _mm256_storeu_si256(static_cast<__m256i*>(p), v); }
PC15_AVX2 inline __m128i load128(const void* p) { return _mm_loadu_si128(static_cast<const __m128i*>(p)); }
PC15_AVX2 inline void store128(void* p, __m128i v) { _mm_storeu_si128(static_cast<__m128i*>(p), v); }
PC15_AVX2 inline __m128i load64(const void* p) { return _mm_loadl_epi64(static_cast<const __m128i*>(p)); }
PC15_AVX2 inline void store64(void* p, __m128i v) { _mm_storel_epi64(static_cast<__m128i*>(p), v); }
inline int32_t load32(const void* p) {
  int32_t v;
  std::memcpy(&v, p, sizeof(v));
  return v;
}
inline void store32(void* p, int32_t v) { std::memcpy(p, &v, sizeof(v)); }

// 16 samples widened to 16 bits, and 16-bit values clipped to samples.
PC15_AVX2 inline __m256i widen(const void* p) { return _mm256_cvtepu8_epi16(load128(p)); }
PC15_AVX2 inline __m128i narrow(__m256i v) {
  return _mm_packus_epi16(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
}

}  // namespace pc15::backend::avx2

#endif
