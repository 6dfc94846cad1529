// Sixteen lanes of 32 bits: what lanes_avx2.h has, with AVX-512.
#pragma once

#include "base/target.h"

#if defined(PC15_HAS_AVX512)

#include "backend/cpu/simd_avx512.h"

#define PC15_SET avx512
#define PC15_LANES PC15_AVX512

namespace pc15::backend::avx512 {

using Lanes = __m512i;  // also eight of 64 bits; masks are lanes of 0 and -1
using Reals = __m512d;
constexpr int32_t kLanes = 16;

PC15_AVX512 inline Lanes all(int32_t v) { return _mm512_set1_epi32(v); }
PC15_AVX512 inline Lanes zero() { return _mm512_setzero_si512(); }
PC15_AVX512 inline Lanes counting() {
  return _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}
PC15_AVX512 inline Lanes load_lanes(const void* p) { return load512(p); }

PC15_AVX512 inline Lanes add(Lanes a, Lanes b) { return _mm512_add_epi32(a, b); }
PC15_AVX512 inline Lanes sub(Lanes a, Lanes b) { return _mm512_sub_epi32(a, b); }
PC15_AVX512 inline Lanes mul(Lanes a, Lanes b) { return _mm512_mullo_epi32(a, b); }
PC15_AVX512 inline Lanes abs_of(Lanes a) { return _mm512_abs_epi32(a); }
PC15_AVX512 inline Lanes min_of(Lanes a, Lanes b) { return _mm512_min_epi32(a, b); }
PC15_AVX512 inline Lanes max_of(Lanes a, Lanes b) { return _mm512_max_epi32(a, b); }
PC15_AVX512 inline Lanes min_unsigned(Lanes a, Lanes b) { return _mm512_min_epu32(a, b); }
PC15_AVX512 inline Lanes bit_and(Lanes a, Lanes b) { return _mm512_and_si512(a, b); }
PC15_AVX512 inline Lanes bit_or(Lanes a, Lanes b) { return _mm512_or_si512(a, b); }
PC15_AVX512 inline Lanes bit_xor(Lanes a, Lanes b) { return _mm512_xor_si512(a, b); }
template <int kBits>
PC15_AVX512 inline Lanes sra(Lanes v) {
  return _mm512_srai_epi32(v, kBits);
}
template <int kBits>
PC15_AVX512 inline Lanes srl(Lanes v) {
  return _mm512_srli_epi32(v, kBits);
}
template <int kBits>
PC15_AVX512 inline Lanes sll(Lanes v) {
  return _mm512_slli_epi32(v, kBits);
}
PC15_AVX512 inline Lanes equal(Lanes a, Lanes b) { return _mm512_movm_epi32(_mm512_cmpeq_epi32_mask(a, b)); }
PC15_AVX512 inline Lanes greater(Lanes a, Lanes b) {
  return _mm512_movm_epi32(_mm512_cmpgt_epi32_mask(a, b));
}
// As bits, because a mask may be one of 64-bit lanes.
PC15_AVX512 inline Lanes select(Lanes no, Lanes yes, Lanes mask) {
  return _mm512_ternarylogic_epi64(mask, yes, no, 0xCA);
}
PC15_AVX512 inline bool is_zero(Lanes v) { return _mm512_test_epi32_mask(v, v) == 0; }
PC15_AVX512 inline bool differ(Lanes a, Lanes b) { return _mm512_cmpneq_epi32_mask(a, b) != 0; }
// 4 bytes each from `table` on.
PC15_AVX512 inline Lanes gather(const int32_t* table, Lanes index) {
  return _mm512_i32gather_epi32(index, table, 4);
}

// ---- 64 bits

PC15_AVX512 inline Lanes set64(int64_t v) { return _mm512_set1_epi64(v); }
PC15_AVX512 inline Lanes add64(Lanes a, Lanes b) { return _mm512_add_epi64(a, b); }
PC15_AVX512 inline Lanes sub64(Lanes a, Lanes b) { return _mm512_sub_epi64(a, b); }
template <int kBits>
PC15_AVX512 inline Lanes srl64(Lanes v) {
  return _mm512_srli_epi64(v, kBits);
}
template <int kBits>
PC15_AVX512 inline Lanes sll64(Lanes v) {
  return _mm512_slli_epi64(v, kBits);
}
PC15_AVX512 inline Lanes srl64(Lanes v, int32_t bits) { return _mm512_srl_epi64(v, _mm_cvtsi32_si128(bits)); }
PC15_AVX512 inline Lanes sll64(Lanes v, int32_t bits) { return _mm512_sll_epi64(v, _mm_cvtsi32_si128(bits)); }
PC15_AVX512 inline Lanes equal64(Lanes a, Lanes b) {
  return _mm512_movm_epi64(_mm512_cmpeq_epi64_mask(a, b));
}
PC15_AVX512 inline Lanes greater64(Lanes a, Lanes b) {
  return _mm512_movm_epi64(_mm512_cmpgt_epi64_mask(a, b));
}
// Products of the even lanes.
PC15_AVX512 inline Lanes mul_signed(Lanes a, Lanes b) { return _mm512_mul_epi32(a, b); }
PC15_AVX512 inline Lanes mul_unsigned(Lanes a, Lanes b) { return _mm512_mul_epu32(a, b); }
// a * b modulo 2^64.
PC15_AVX512 inline Lanes mul64(Lanes a, Lanes b) { return _mm512_mullo_epi64(a, b); }
// The even lanes of one, the odd ones of the other.
PC15_AVX512 inline Lanes pair_up(Lanes even, Lanes odd) { return _mm512_mask_mov_epi32(even, 0xAAAA, odd); }
// Of every 128 bits, from both: two lanes of a, then two of b, the odd or the even ones.
PC15_AVX512 inline Lanes odd_of(Lanes a, Lanes b) {
  return _mm512_castps_si512(_mm512_shuffle_ps(_mm512_castsi512_ps(a), _mm512_castsi512_ps(b), 0xDD));
}
PC15_AVX512 inline Lanes even_of(Lanes a, Lanes b) {
  return _mm512_castps_si512(_mm512_shuffle_ps(_mm512_castsi512_ps(a), _mm512_castsi512_ps(b), 0x88));
}

// ---- doubles

constexpr int kDown = _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC;
PC15_AVX512 inline Reals reals(double v) { return _mm512_set1_pd(v); }
PC15_AVX512 inline Reals add(Reals a, Reals b) { return _mm512_add_pd(a, b); }
PC15_AVX512 inline Reals sub(Reals a, Reals b) { return _mm512_sub_pd(a, b); }
PC15_AVX512 inline Reals abs_of(Reals v) { return _mm512_abs_pd(v); }
PC15_AVX512 inline Reals mul(Reals a, Reals b) { return _mm512_mul_pd(a, b); }
PC15_AVX512 inline Reals divide(Reals a, Reals b) { return _mm512_div_pd(a, b); }
PC15_AVX512 inline Reals square_root(Reals v) { return _mm512_sqrt_pd(v); }
PC15_AVX512 inline Reals floor_of(Reals v) { return _mm512_roundscale_pd(v, kDown); }
PC15_AVX512 inline Reals min_of(Reals a, Reals b) { return _mm512_min_pd(a, b); }
PC15_AVX512 inline Reals max_of(Reals a, Reals b) { return _mm512_max_pd(a, b); }
// Numbers below 2^52 as doubles and back.
PC15_AVX512 inline Reals to_reals(Lanes v) { return _mm512_cvtepi64_pd(v); }
PC15_AVX512 inline Lanes from_reals(Reals v) { return _mm512_cvttpd_epi64(v); }

// The lanes as doubles: the first half and the last.
struct Doubles {
  Reals low, high;
};
PC15_AVX512 inline Doubles to_doubles(Lanes v) {
  return {_mm512_cvtepi32_pd(_mm512_castsi512_si256(v)), _mm512_cvtepi32_pd(_mm512_extracti64x4_epi64(v, 1))};
}
// Rounded down, or towards zero; the results fit into lanes.
PC15_AVX512 inline Lanes truncated_lanes(Doubles v) {
  const __m256i low = _mm512_cvttpd_epi32(v.low);
  return _mm512_inserti64x4(_mm512_castsi256_si512(low), _mm512_cvttpd_epi32(v.high), 1);
}
PC15_AVX512 inline Lanes floor_lanes(Doubles v) {
  const __m256i low = _mm512_cvt_roundpd_epi32(v.low, kDown);
  return _mm512_inserti64x4(_mm512_castsi256_si512(low), _mm512_cvt_roundpd_epi32(v.high, kDown), 1);
}

// Lanes of -16384...16384 as the 16-bit samples of a layer.
PC15_AVX512 inline void store_samples(int16_t* out, Lanes v) { store256(out, _mm512_cvtepi32_epi16(v)); }

}  // namespace pc15::backend::avx512

#endif
