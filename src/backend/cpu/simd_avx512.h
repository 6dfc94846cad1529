// Loads and stores of the AVX-512 files, unaligned.
#pragma once

#include "base/target.h"

#if defined(PC15_HAS_AVX512)

// gcc 12 takes the undefined registers of its own intrinsics for a fault of the caller's (its bug 105593).
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif

#include <immintrin.h>

#include <cstdint>

namespace pc15::backend::avx512 {

PC15_AVX512 inline __m512i load512(const void* p) { return _mm512_loadu_si512(p); }
PC15_AVX512 inline void store512(void* p, __m512i v) { _mm512_storeu_si512(p, v); }
PC15_AVX512 inline __m256i load256(const void* p) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(p));
}
PC15_AVX512 inline void store256(void* p, __m256i v) { _mm256_storeu_si256(static_cast<__m256i*>(p), v); }
PC15_AVX512 inline __m128i load128(const void* p) { return _mm_loadu_si128(static_cast<const __m128i*>(p)); }
PC15_AVX512 inline void store128(void* p, __m128i v) { _mm_storeu_si128(static_cast<__m128i*>(p), v); }

}  // namespace pc15::backend::avx512

#endif
