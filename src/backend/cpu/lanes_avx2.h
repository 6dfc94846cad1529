// Eight lanes of 32 bits: the operations that lanes.h and the rows of generators are written in, with AVX2.
#pragma once

#include "base/target.h"

#if defined(PC15_HAS_AVX2)

#include "backend/cpu/simd_avx2.h"

namespace pc15::backend::avx2 {

using Lanes = __m256i;  // also four of 64 bits; masks are lanes of 0 and -1
using Reals = __m256d;
constexpr int32_t kLanes = 8;

PC15_AVX2 inline Lanes all(int32_t v) { return _mm256_set1_epi32(v); }
PC15_AVX2 inline Lanes zero() { return _mm256_setzero_si256(); }
PC15_AVX2 inline Lanes counting() { return _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7); }
PC15_AVX2 inline Lanes load_lanes(const void* p) { return load256(p); }

PC15_AVX2 inline Lanes add(Lanes a, Lanes b) { return _mm256_add_epi32(a, b); }
PC15_AVX2 inline Lanes sub(Lanes a, Lanes b) { return _mm256_sub_epi32(a, b); }
PC15_AVX2 inline Lanes mul(Lanes a, Lanes b) { return _mm256_mullo_epi32(a, b); }
PC15_AVX2 inline Lanes abs_of(Lanes a) { return _mm256_abs_epi32(a); }
PC15_AVX2 inline Lanes min_of(Lanes a, Lanes b) { return _mm256_min_epi32(a, b); }
PC15_AVX2 inline Lanes max_of(Lanes a, Lanes b) { return _mm256_max_epi32(a, b); }
PC15_AVX2 inline Lanes min_unsigned(Lanes a, Lanes b) { return _mm256_min_epu32(a, b); }
PC15_AVX2 inline Lanes bit_and(Lanes a, Lanes b) { return _mm256_and_si256(a, b); }
PC15_AVX2 inline Lanes bit_or(Lanes a, Lanes b) { return _mm256_or_si256(a, b); }
PC15_AVX2 inline Lanes bit_xor(Lanes a, Lanes b) { return _mm256_xor_si256(a, b); }
template <int kBits>
PC15_AVX2 inline Lanes sra(Lanes v) {
  return _mm256_srai_epi32(v, kBits);
}
template <int kBits>
PC15_AVX2 inline Lanes srl(Lanes v) {
  return _mm256_srli_epi32(v, kBits);
}
template <int kBits>
PC15_AVX2 inline Lanes sll(Lanes v) {
  return _mm256_slli_epi32(v, kBits);
}
PC15_AVX2 inline Lanes equal(Lanes a, Lanes b) { return _mm256_cmpeq_epi32(a, b); }
PC15_AVX2 inline Lanes greater(Lanes a, Lanes b) { return _mm256_cmpgt_epi32(a, b); }
PC15_AVX2 inline Lanes select(Lanes no, Lanes yes, Lanes mask) { return _mm256_blendv_epi8(no, yes, mask); }
PC15_AVX2 inline bool is_zero(Lanes v) { return _mm256_testz_si256(v, v) != 0; }
PC15_AVX2 inline bool differ(Lanes a, Lanes b) { return _mm256_movemask_epi8(equal(a, b)) != -1; }
// 4 bytes each from `table` on.
PC15_AVX2 inline Lanes gather(const int32_t* table, Lanes index) {
  return _mm256_i32gather_epi32(table, index, 4);
}

// ---- 64 bits

PC15_AVX2 inline Lanes set64(int64_t v) { return _mm256_set1_epi64x(v); }
PC15_AVX2 inline Lanes add64(Lanes a, Lanes b) { return _mm256_add_epi64(a, b); }
PC15_AVX2 inline Lanes sub64(Lanes a, Lanes b) { return _mm256_sub_epi64(a, b); }
template <int kBits>
PC15_AVX2 inline Lanes srl64(Lanes v) {
  return _mm256_srli_epi64(v, kBits);
}
template <int kBits>
PC15_AVX2 inline Lanes sll64(Lanes v) {
  return _mm256_slli_epi64(v, kBits);
}
PC15_AVX2 inline Lanes srl64(Lanes v, int32_t bits) { return _mm256_srl_epi64(v, _mm_cvtsi32_si128(bits)); }
PC15_AVX2 inline Lanes sll64(Lanes v, int32_t bits) { return _mm256_sll_epi64(v, _mm_cvtsi32_si128(bits)); }
PC15_AVX2 inline Lanes equal64(Lanes a, Lanes b) { return _mm256_cmpeq_epi64(a, b); }
PC15_AVX2 inline Lanes greater64(Lanes a, Lanes b) { return _mm256_cmpgt_epi64(a, b); }
// Products of the even lanes.
PC15_AVX2 inline Lanes mul_signed(Lanes a, Lanes b) { return _mm256_mul_epi32(a, b); }
PC15_AVX2 inline Lanes mul_unsigned(Lanes a, Lanes b) { return _mm256_mul_epu32(a, b); }
// a * b modulo 2^64.
PC15_AVX2 inline Lanes mul64(Lanes a, Lanes b) {
  const Lanes cross = add64(mul_unsigned(srl64<32>(a), b), mul_unsigned(a, srl64<32>(b)));
  return add64(mul_unsigned(a, b), sll64<32>(cross));
}
// The even lanes of one, the odd ones of the other.
PC15_AVX2 inline Lanes pair_up(Lanes even, Lanes odd) { return _mm256_blend_epi32(even, odd, 0xAA); }
// Of every 128 bits, from both: two lanes of a, then two of b, the odd or the even ones.
PC15_AVX2 inline Lanes odd_of(Lanes a, Lanes b) {
  return _mm256_castps_si256(_mm256_shuffle_ps(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b), 0xDD));
}
PC15_AVX2 inline Lanes even_of(Lanes a, Lanes b) {
  return _mm256_castps_si256(_mm256_shuffle_ps(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b), 0x88));
}

// ---- doubles

PC15_AVX2 inline Reals reals(double v) { return _mm256_set1_pd(v); }
PC15_AVX2 inline Reals add(Reals a, Reals b) { return _mm256_add_pd(a, b); }
PC15_AVX2 inline Reals sub(Reals a, Reals b) { return _mm256_sub_pd(a, b); }
PC15_AVX2 inline Reals abs_of(Reals v) { return _mm256_andnot_pd(_mm256_set1_pd(-0.0), v); }
PC15_AVX2 inline Reals mul(Reals a, Reals b) { return _mm256_mul_pd(a, b); }
PC15_AVX2 inline Reals divide(Reals a, Reals b) { return _mm256_div_pd(a, b); }
PC15_AVX2 inline Reals square_root(Reals v) { return _mm256_sqrt_pd(v); }
PC15_AVX2 inline Reals floor_of(Reals v) { return _mm256_floor_pd(v); }
PC15_AVX2 inline Reals min_of(Reals a, Reals b) { return _mm256_min_pd(a, b); }
PC15_AVX2 inline Reals max_of(Reals a, Reals b) { return _mm256_max_pd(a, b); }

// Numbers below 2^52 as doubles and back: their bits under the exponent of 2^52.
constexpr double kIntegers = 4503599627370496.0;
PC15_AVX2 inline Reals to_reals(Lanes v) {
  const Reals base = reals(kIntegers);
  return _mm256_sub_pd(_mm256_castsi256_pd(bit_or(v, _mm256_castpd_si256(base))), base);
}
PC15_AVX2 inline Lanes from_reals(Reals v) {
  const Reals base = reals(kIntegers);
  return bit_xor(_mm256_castpd_si256(_mm256_add_pd(v, base)), _mm256_castpd_si256(base));
}

// The lanes as doubles: the first half and the last.
struct Doubles {
  Reals low, high;
};
PC15_AVX2 inline Doubles to_doubles(Lanes v) {
  return {_mm256_cvtepi32_pd(_mm256_castsi256_si128(v)), _mm256_cvtepi32_pd(_mm256_extracti128_si256(v, 1))};
}
// Rounded down, or towards zero; the results fit into lanes.
PC15_AVX2 inline Lanes truncated_lanes(Doubles v) {
  const __m128i low = _mm256_cvttpd_epi32(v.low);
  return _mm256_inserti128_si256(_mm256_castsi128_si256(low), _mm256_cvttpd_epi32(v.high), 1);
}
PC15_AVX2 inline Lanes floor_lanes(Doubles v) { return truncated_lanes({floor_of(v.low), floor_of(v.high)}); }

// Lanes of -16384...16384 as the 16-bit samples of a layer.
PC15_AVX2 inline void store_samples(int16_t* out, Lanes v) {
  store128(out, _mm_packs_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1)));
}

}  // namespace pc15::backend::avx2

#endif
