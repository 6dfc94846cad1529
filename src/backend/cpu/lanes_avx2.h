// The normative arithmetic of generators on eight samples at once: each function gives in every lane what its
// namesake of normative/ gives (docs/bitstream-programs.md, sections 8.2 and 8.6).
//
// Products of more than 32 bits are made where they fit: even and odd lanes as 64 bits, or as doubles, which
// hold integers up to 2^53 exactly. Comments give the bounds that follow from the grids of the parameters.
#pragma once

#include "base/target.h"

#if defined(PC15_HAS_AVX2)

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "backend/cpu/simd_avx2.h"
#include "backend/generator_rows.h"

namespace pc15::backend::avx2 {

using Lanes = __m256i;  // 8 x 32 bits

PC15_AVX2 inline Lanes all(int32_t v) { return _mm256_set1_epi32(v); }
PC15_AVX2 inline Lanes clamp(Lanes v, int32_t lo, int32_t hi) {
  return _mm256_max_epi32(_mm256_min_epi32(v, all(hi)), all(lo));
}
// `first` and what follows it in steps of `step`.
PC15_AVX2 inline Lanes ramp(int32_t first, int32_t step) {
  return _mm256_add_epi32(all(first),
                          _mm256_mullo_epi32(_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7), all(step)));
}

// The lanes as 64-bit numbers: signed ones of the even lanes, and of the odd ones.
struct Wide {
  __m256i even, odd;
};
PC15_AVX2 inline __m256i odd_lanes(Lanes v) { return _mm256_srli_epi64(v, 32); }
PC15_AVX2 inline Wide multiply(Lanes a, Lanes b) {
  return {_mm256_mul_epi32(a, b), _mm256_mul_epi32(odd_lanes(a), odd_lanes(b))};
}
PC15_AVX2 inline Wide add(Wide a, Wide b) {
  return {_mm256_add_epi64(a.even, b.even), _mm256_add_epi64(a.odd, b.odd)};
}
// Bits kBits to kBits + 31 of each: asr64() where the result fits into a lane. kBits is 1...32.
template <int kBits>
PC15_AVX2 inline Lanes shift(Wide v) {
  return _mm256_blend_epi32(_mm256_srli_epi64(v.even, kBits), _mm256_slli_epi64(v.odd, 32 - kBits), 0xAA);
}
// asr64(a * b, kBits).
template <int kBits>
PC15_AVX2 inline Lanes multiply_shift(Lanes a, Lanes b) {
  return shift<kBits>(multiply(a, b));
}
// (a * b) >> 32 of unsigned lanes.
PC15_AVX2 inline Lanes multiply_high(Lanes a, Lanes b) {
  const __m256i even = _mm256_mul_epu32(a, b), odd = _mm256_mul_epu32(odd_lanes(a), odd_lanes(b));
  return _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xAA);
}

PC15_AVX2 inline __m256i multiply64(__m256i a, __m256i b) {
  const __m256i cross = _mm256_add_epi64(_mm256_mul_epu32(_mm256_srli_epi64(a, 32), b),
                                         _mm256_mul_epu32(a, _mm256_srli_epi64(b, 32)));
  return _mm256_add_epi64(_mm256_mul_epu32(a, b), _mm256_slli_epi64(cross, 32));
}
// a * b modulo 2^64.
PC15_AVX2 inline Wide multiply64(Wide a, Wide b) {
  return {multiply64(a.even, b.even), multiply64(a.odd, b.odd)};
}
PC15_AVX2 inline Wide all64(int64_t v) { return {_mm256_set1_epi64x(v), _mm256_set1_epi64x(v)}; }
// v >> kBits of numbers below 2^(32 + kBits) that are not negative. kBits is 32...63.
template <int kBits>
PC15_AVX2 inline Lanes shift_far(Wide v) {
  return _mm256_blend_epi32(_mm256_srli_epi64(v.even, kBits),
                            _mm256_slli_epi64(_mm256_srli_epi64(v.odd, kBits), 32), 0xAA);
}
// a < b, as masks of 64 bits; and the same as masks of lanes.
PC15_AVX2 inline Wide less(Wide a, Wide b) {
  return {_mm256_cmpgt_epi64(b.even, a.even), _mm256_cmpgt_epi64(b.odd, a.odd)};
}
PC15_AVX2 inline Lanes lanes_of(Wide mask) { return _mm256_blend_epi32(mask.even, mask.odd, 0xAA); }
PC15_AVX2 inline Wide choose(Wide no, Wide yes, Wide mask) {
  return {_mm256_blendv_epi8(no.even, yes.even, mask.even), _mm256_blendv_epi8(no.odd, yes.odd, mask.odd)};
}

// The lanes as doubles: the first four and the last four.
struct Doubles {
  __m256d low, high;
};
PC15_AVX2 inline Doubles to_doubles(Lanes v) {
  return {_mm256_cvtepi32_pd(_mm256_castsi256_si128(v)), _mm256_cvtepi32_pd(_mm256_extracti128_si256(v, 1))};
}
PC15_AVX2 inline Doubles scale(Doubles v, double by) {
  return {_mm256_mul_pd(v.low, _mm256_set1_pd(by)), _mm256_mul_pd(v.high, _mm256_set1_pd(by))};
}
// Rounded down; the results fit into lanes.
PC15_AVX2 inline Lanes floor_lanes(Doubles v) {
  const __m128i low = _mm256_cvttpd_epi32(_mm256_floor_pd(v.low));
  return _mm256_inserti128_si256(_mm256_castsi128_si256(low), _mm256_cvttpd_epi32(_mm256_floor_pd(v.high)),
                                 1);
}

// Lanes of -16384...16384 as the 16-bit samples of a layer.
PC15_AVX2 inline __m128i to_samples(Lanes v) {
  return _mm_packs_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
}

// Writes what `next()` gives, eight samples a call.
template <typename Source>
PC15_AVX2 inline void write_row(Source& source, int32_t count, int16_t* out) {
  int32_t i = 0;
  for (; i + 8 <= count; i += 8) store128(out + i, to_samples(source.next()));
  if (i == count) return;
  int16_t last[8];
  store128(last, to_samples(source.next()));
  std::memcpy(out + i, last, sizeof(int16_t) * static_cast<size_t>(count - i));
}

// A row of a generator whose `Source` is made of its setup and the place of the row.
template <typename Source, typename Setup>
PC15_AVX2 inline bool fill_row(const Setup& setup, const RowPlace& at, int16_t* out) {
  Source source(setup, at);
  write_row(source, at.count, out);
  return true;
}

// A 64-bit number that grows evenly along a row, for eight samples.
class Walk {
 public:
  PC15_AVX2 Walk(uint64_t first, uint64_t step) {
    // Samples 0 1 4 5 and 2 3 6 7, so that their halves pair up in order.
    a_ = four(first, first + step, first + 4 * step, first + 5 * step);
    b_ = four(first + 2 * step, first + 3 * step, first + 6 * step, first + 7 * step);
    step_ = _mm256_set1_epi64x(static_cast<int64_t>(8 * step));
  }
  PC15_AVX2 void advance() {
    a_ = _mm256_add_epi64(a_, step_);
    b_ = _mm256_add_epi64(b_, step_);
  }
  // The upper halves of the numbers times 2^left.
  PC15_AVX2 Lanes upper(int32_t left = 0) const {
    const __m128i n = _mm_cvtsi32_si128(left);
    return pick<0xDD>(_mm256_sll_epi64(a_, n), _mm256_sll_epi64(b_, n));
  }
  // The lower halves of the numbers over 2^right, rounded down.
  PC15_AVX2 Lanes lower(int32_t right) const {
    const __m128i n = _mm_cvtsi32_si128(right);
    return pick<0x88>(_mm256_srl_epi64(a_, n), _mm256_srl_epi64(b_, n));
  }

 private:
  PC15_AVX2 static __m256i four(uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return _mm256_setr_epi64x(static_cast<int64_t>(a), static_cast<int64_t>(b), static_cast<int64_t>(c),
                              static_cast<int64_t>(d));
  }
  template <int kWhich>
  PC15_AVX2 static Lanes pick(__m256i a, __m256i b) {
    return _mm256_castps_si256(_mm256_shuffle_ps(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b), kWhich));
  }
  __m256i a_, b_, step_;
};

// wave_phase64() along a row.
PC15_AVX2 inline Walk phase_walk(const normative::PlaneWave& w, int32_t x, int32_t y, int32_t step) {
  return Walk(normative::wave_phase64(w, x, y), w.fx * static_cast<uint64_t>(static_cast<int64_t>(step)));
}

PC15_AVX2 inline Lanes sin_q15(Lanes phase) {
  const Lanes t = _mm256_srai_epi32(phase, 15), m = _mm256_abs_epi32(t);
  const Lanes q = _mm256_min_epi32(m, _mm256_sub_epi32(all(65536), m));
  const Lanes z2 = _mm256_srai_epi32(_mm256_mullo_epi32(q, q), 15);
  Lanes s = _mm256_sub_epi32(all(2611), _mm256_srai_epi32(_mm256_mullo_epi32(z2, all(149)), 15));
  s = _mm256_sub_epi32(all(21165), _mm256_srai_epi32(_mm256_mullo_epi32(s, z2), 15));
  s = _mm256_sub_epi32(all(51471), _mm256_srai_epi32(_mm256_mullo_epi32(s, z2), 15));
  const Lanes y = _mm256_srai_epi32(_mm256_add_epi32(_mm256_mullo_epi32(s, q), all(16384)), 15);
  return _mm256_sign_epi32(_mm256_min_epi32(y, all(32767)), t);
}

// round_shift64(a * b, 30) of numbers whose result fits into a lane.
PC15_AVX2 inline Lanes multiply_q30(Lanes a, Lanes b) {
  const __m256i half = _mm256_set1_epi64x(1 << 29);
  return shift<30>(add(multiply(a, b), Wide{half, half}));
}
PC15_AVX2 inline Lanes sin_q30(Lanes turn) {
  const Lanes m = _mm256_abs_epi32(turn);  // half a turn wraps to 2^31, and its rest to itself
  const Lanes z = _mm256_min_epu32(m, _mm256_sub_epi32(all(INT32_MIN), m));
  const Lanes z2 = multiply_q30(z, z);
  Lanes s = all(61);
  for (const int32_t term : {3865, 172270, 5026995, 85569306, 693598668, 1686629715}) {
    s = _mm256_sub_epi32(all(term), multiply_q30(s, z2));
  }
  return _mm256_sign_epi32(clamp(multiply_q30(s, z), 0, 1 << 30), turn);
}

// round_shift(x, kBits).
template <int kBits>
PC15_AVX2 inline Lanes round_shift(Lanes x) {
  return _mm256_srai_epi32(_mm256_add_epi32(x, all(1 << (kBits - 1))), kBits);
}

PC15_AVX2 inline Lanes smooth_sign_q14(Lanes t) {
  const Lanes square = _mm256_srai_epi32(_mm256_mullo_epi32(t, t), 17);
  return round_shift<15>(_mm256_mullo_epi32(t, _mm256_sub_epi32(all(24576), square)));
}

// No sample of a row is farther than this from the point (cx, cy): |x| + |y|, Q4.
inline int64_t reach_of(const RowPlace& at, int32_t cx, int32_t cy) {
  const int64_t first = int64_t{at.x} - cx, last = first + int64_t{at.step} * (at.count + 7);
  return std::max(std::abs(first), std::abs(last)) + std::abs(int64_t{at.y} - cy);
}
// All distances of a row, in Q12, are some for distance<8>().
inline bool has_distances(const RowPlace& at, int32_t cx, int32_t cy) {
  return reach_of(at, cx, cy) < int64_t{1} << 18;
}
// floor(sqrt(x^2 + y^2) * 2^kBits) for results below 2^26: then the error of the root, 2^-53 of it, is less
// than what is between a root and the next integer, which is 1 / 2^27 at least.
template <int kBits>
PC15_AVX2 inline Lanes distance(Lanes x, Lanes y) {
  const Doubles dx = to_doubles(x), dy = to_doubles(y);
  const __m256d low = _mm256_add_pd(_mm256_mul_pd(dx.low, dx.low), _mm256_mul_pd(dy.low, dy.low));
  const __m256d high = _mm256_add_pd(_mm256_mul_pd(dx.high, dx.high), _mm256_mul_pd(dy.high, dy.high));
  return floor_lanes(scale(Doubles{_mm256_sqrt_pd(low), _mm256_sqrt_pd(high)}, double{1 << kBits}));
}

// asr64(a * cos_part + b * sin_part, 22): the offset in Q12 px of a point (a, b) in Q4 along a direction.
PC15_AVX2 inline Lanes offset_along(Lanes a, int64_t cos_part, Lanes b, int64_t sin_part) {
  return shift<22>(add(multiply(a, all(static_cast<int32_t>(cos_part))),
                       multiply(b, all(static_cast<int32_t>(sin_part)))));
}

// normative::atan2_turns() for |x|, |y| below 2^28. The quotient is off by 2^-30 at most, and its distance to
// the next integer is 1 / 2^28 at least.
PC15_AVX2 inline Lanes atan2_turns(Lanes y, Lanes x) {
  static const int32_t table[258] = {
#include "normative/tables/atan_table.inc"
  };  // one entry more, 0, is never read with a share
  const Lanes ax = _mm256_abs_epi32(x), ay = _mm256_abs_epi32(y);
  const Lanes big = _mm256_max_epi32(_mm256_max_epi32(ax, ay), all(1)), small = _mm256_min_epi32(ax, ay);
  const Doubles n = scale(to_doubles(small), 16777216.0), d = to_doubles(big);
  const Lanes ratio = floor_lanes(Doubles{_mm256_div_pd(n.low, d.low), _mm256_div_pd(n.high, d.high)});
  const Lanes i = _mm256_srli_epi32(ratio, 16), f = _mm256_and_si256(ratio, all(65535));
  const Lanes a0 = _mm256_i32gather_epi32(table, i, 4), a1 = _mm256_i32gather_epi32(table + 1, i, 4);
  Lanes turn = _mm256_add_epi32(a0, multiply_shift<16>(_mm256_sub_epi32(a1, a0), f));
  turn = _mm256_blendv_epi8(turn, _mm256_sub_epi32(all(0x40000000), turn), _mm256_cmpgt_epi32(ay, ax));
  turn = _mm256_blendv_epi8(turn, _mm256_sub_epi32(all(INT32_MIN), turn), _mm256_srai_epi32(x, 31));
  const Lanes negative = _mm256_srai_epi32(y, 31);
  return _mm256_sub_epi32(_mm256_xor_si256(turn, negative), negative);
}

// normative::exp_neg_q15() of z in Q12, 0 <= z < 2^31.
PC15_AVX2 inline Lanes exp_neg_q15(Lanes z) {
  static const int32_t table[258] = {
#include "normative/tables/exp_table.inc"
  };
  const Lanes within = _mm256_min_epu32(z, all(65535));
  const Lanes i = _mm256_srli_epi32(within, 8), f = _mm256_and_si256(within, all(255));
  const Lanes e0 = _mm256_i32gather_epi32(table, i, 4), e1 = _mm256_i32gather_epi32(table + 1, i, 4);
  const Lanes e = _mm256_add_epi32(e0, _mm256_srai_epi32(_mm256_mullo_epi32(_mm256_sub_epi32(e1, e0), f), 8));
  return _mm256_and_si256(e, _mm256_cmpgt_epi32(all(65536), z));
}

}  // namespace pc15::backend::avx2

#endif
