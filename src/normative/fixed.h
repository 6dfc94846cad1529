// Fixed-point primitives of the normative arithmetic (docs/bitstream-programs.md, section 8.2). Qn means n
// fractional bits; phases are turns with wrap-around, Q32 in a uint32 or Q64 in a uint64.
//
// Only this header shifts signed numbers right: gcc, clang and nvcc define that as rounding towards minus
// infinity, and normative code relies on it through asr().
#pragma once

#include <cstdint>

#include "base/target.h"

namespace pc15::normative {

PC15_HD int32_t asr(int32_t x, int32_t n) { return x >> n; }
PC15_HD int64_t asr64(int64_t x, int32_t n) { return x >> n; }
// x / 2^n to the nearest, halves up; n >= 1.
PC15_HD int32_t round_shift(int32_t x, int32_t n) { return (x + (1 << (n - 1))) >> n; }
PC15_HD int64_t round_shift64(int64_t x, int32_t n) { return (x + (int64_t{1} << (n - 1))) >> n; }
PC15_HD int32_t mul_round(int32_t a, int32_t b, int32_t n) {
  return static_cast<int32_t>(round_shift64(static_cast<int64_t>(a) * b, n));
}
PC15_HD int32_t clamp_i32(int32_t x, int32_t lo, int32_t hi) { return x < lo ? lo : x > hi ? hi : x; }
PC15_HD int64_t clamp_i64(int64_t x, int64_t lo, int64_t hi) { return x < lo ? lo : x > hi ? hi : x; }
PC15_HD int32_t abs_i32(int32_t x) { return x < 0 ? -x : x; }
PC15_HD int32_t min_i32(int32_t a, int32_t b) { return a < b ? a : b; }
PC15_HD int32_t max_i32(int32_t a, int32_t b) { return a > b ? a : b; }
// A phase as a signed fraction of a turn, [-1/2, 1/2) in Q32.
PC15_HD int32_t signed_turn(uint32_t phase) { return static_cast<int32_t>(phase); }
// |x| of a signed turn; 2^31 for half a turn.
PC15_HD int64_t abs_turn(int32_t x) { return x < 0 ? -static_cast<int64_t>(x) : static_cast<int64_t>(x); }

PC15_HD int32_t leading_zeros64(uint64_t x) {  // x != 0
#if defined(__CUDA_ARCH__)
  return __clzll(static_cast<long long>(x));
#else
  return __builtin_clzll(x);
#endif
}

PC15_HD uint32_t rsqrt_guess(uint32_t i) {  // i < 192
  static const uint16_t table[192] = {
#include "normative/tables/rsqrt_table.inc"
  };
  return table[i];
}

// floor(sqrt(n)) for n < 2^58. Two Newton steps for 1/sqrt of the mantissa from a table leave an error below
// 4 in 2^32, the shift back removes at least 3 bits of it, and one correction each way makes it exact.
PC15_HD uint32_t isqrt(uint64_t n) {
  if (n == 0) return 0;
  const int32_t lz = leading_zeros64(n) & ~1;
  const uint64_t a = (n << lz) >> 32;                                     // Q32, [1/4, 1)
  uint64_t y = rsqrt_guess(static_cast<uint32_t>(a >> 24) - 64u);         // Q15, [1, 2]
  y = (y * ((uint64_t{3} << 31) - ((a * (y * y)) >> 31))) >> 17;          // y (3 - a y^2) / 2, Q30
  y = (y * ((uint64_t{3} << 31) - ((a * ((y * y) >> 30)) >> 31))) >> 32;  // again
  uint64_t r = ((a * y) >> 30) >> (lz >> 1);                              // sqrt(a) 2^32, shifted back
  if (r * r > n) --r;
  if ((r + 1) * (r + 1) <= n) ++r;
  return static_cast<uint32_t>(r);
}

// sin(2 pi phase) in Q15, -32767...32767: odd polynomial of the phase folded into a quarter turn.
PC15_HD int32_t sin_q15(uint32_t phase) {
  const int32_t t = signed_turn(phase) >> 15;  // Q17, half a turn = 65536
  const int32_t m = t < 0 ? -t : t;
  const int32_t q = m > 32768 ? 65536 - m : m;  // Q15 quarter turns
  const int32_t z2 = (q * q) >> 15;
  int32_t s = 2611 - ((149 * z2) >> 15);
  s = 21165 - ((s * z2) >> 15);
  s = 51471 - ((s * z2) >> 15);
  const int32_t y = min_i32((s * q + 16384) >> 15, 32767);
  return t < 0 ? -y : y;
}
PC15_HD int32_t cos_q15(uint32_t phase) { return sin_q15(phase + 0x40000000u); }

// sin(2 pi turn) in Q30 for the set-up of a layer; turn Q32. Taylor series to z^13 in the quarter turn.
PC15_HD int32_t sin_q30(uint32_t turn) {
  const int64_t t = signed_turn(turn);
  const int64_t m = t < 0 ? -t : t;
  const int64_t z = m > (int64_t{1} << 30) ? (int64_t{1} << 31) - m : m;  // Q30 quarter turns
  const int64_t z2 = round_shift64(z * z, 30);
  int64_t s = 61;                              // (pi/2)^13 / 13!
  s = 3865 - round_shift64(s * z2, 30);        // (pi/2)^11 / 11!
  s = 172270 - round_shift64(s * z2, 30);      // (pi/2)^9 / 9!
  s = 5026995 - round_shift64(s * z2, 30);     // (pi/2)^7 / 7!
  s = 85569306 - round_shift64(s * z2, 30);    // (pi/2)^5 / 5!
  s = 693598668 - round_shift64(s * z2, 30);   // (pi/2)^3 / 3!
  s = 1686629715 - round_shift64(s * z2, 30);  // pi/2, and 2 so that a quarter turn gives 1
  const int64_t y = clamp_i64(round_shift64(s * z, 30), 0, int64_t{1} << 30);
  return static_cast<int32_t>(t < 0 ? -y : y);
}
PC15_HD int32_t cos_q30(uint32_t turn) { return sin_q30(turn + 0x40000000u); }

PC15_HD int32_t atan_entry(int32_t i) {
  static const int32_t table[257] = {
#include "normative/tables/atan_table.inc"
  };
  return table[i];
}

// Angle of (x, y) in turns Q32, 0 at (0, 0); |x|, |y| < 2^30.
PC15_HD uint32_t atan2_turns(int32_t y, int32_t x) {
  const int32_t ax = abs_i32(x), ay = abs_i32(y);
  const int32_t big = max_i32(ax, ay), small = min_i32(ax, ay);
  if (big == 0) return 0;
  const uint32_t ratio =
      static_cast<uint32_t>((static_cast<uint64_t>(small) << 24) / static_cast<uint64_t>(big));  // Q24
  const int32_t i = static_cast<int32_t>(ratio >> 16);
  const int32_t f = static_cast<int32_t>(ratio & 65535u);
  const int32_t a0 = atan_entry(i);
  const int32_t a1 = i < 256 ? atan_entry(i + 1) : a0;
  uint32_t turn = static_cast<uint32_t>(a0 + static_cast<int32_t>((static_cast<int64_t>(a1 - a0) * f) >> 16));
  if (ay > ax) turn = 0x40000000u - turn;
  if (x < 0) turn = 0x80000000u - turn;
  return y < 0 ? 0u - turn : turn;
}

PC15_HD int32_t exp_entry(int32_t i) {
  static const int32_t table[258] = {
#include "normative/tables/exp_table.inc"
  };
  return table[i];
}

// exp(-z) in Q15, z >= 0 in Q12; 0 from z = 16 on.
PC15_HD int32_t exp_neg_q15(int64_t z) {
  if (z >= 65536) return 0;
  const int32_t i = static_cast<int32_t>(z >> 8), f = static_cast<int32_t>(z & 255);
  const int32_t e0 = exp_entry(i);
  return e0 + asr((exp_entry(i + 1) - e0) * f, 8);
}

// 2^(-q/16) in Q36, 0 <= q < 512.
PC15_HD int64_t exp2_neg_q36(int32_t q) {
  static const uint32_t table[16] = {
#include "normative/tables/exp2_table.inc"
  };
  return (static_cast<int64_t>(table[q & 15]) << 5) >> (q >> 4);
}

// sinc(x) = sin(pi x) / (pi x) in Q15, x >= 0 in Q16; 0 from x = 1 on.
PC15_HD int32_t sinc_q15(int64_t x) {
  static const int32_t table[66] = {
#include "normative/tables/sinc_table.inc"
  };
  if (x >= 65536) return 0;
  const int32_t i = static_cast<int32_t>(x >> 10), f = static_cast<int32_t>(x & 1023);
  return table[i] + asr((table[i + 1] - table[i]) * f, 10);
}

// The soft step: t in Q15, [-1, 1], to [-1, 1] in Q14: (3 t - t^3) / 2.
PC15_HD int32_t smooth_sign_q14(int32_t t) { return round_shift(t * (24576 - ((t * t) >> 17)), 15); }
// The same as a share: Q15, 0...32768.
PC15_HD int32_t smooth_step_q15(int32_t t) { return 16384 + smooth_sign_q14(t); }
// 6 t^5 - 15 t^4 + 10 t^3 for t in Q15, [0, 1] (K. Perlin, "Improving noise", 2002).
PC15_HD int32_t fade_q15(int32_t t) {
  const int64_t t2 = (static_cast<int64_t>(t) * t) >> 15;
  const int64_t t3 = (t2 * t) >> 15;
  return static_cast<int32_t>((t3 * (6 * t2 - 15 * static_cast<int64_t>(t) + 10 * 32768)) >> 15);
}

// An edge of half width `half` (Q16 px) whose signed distance is d: [-1, 1] in Q14.
struct SoftEdge {
  int32_t half = 0;     // Q16 px; 0: hard
  int64_t inverse = 0;  // 2^46 / half
};
PC15_HD SoftEdge make_edge(int32_t half_q16) {
  SoftEdge e;
  e.half = half_q16;
  e.inverse = half_q16 > 0 ? (int64_t{1} << 46) / half_q16 : 0;
  return e;
}
PC15_HD int32_t edge_q14(const SoftEdge& e, int64_t d_q16) {
  if (e.half == 0) return d_q16 >= 0 ? 16384 : -16384;
  const int64_t d = clamp_i64(d_q16, -e.half, e.half);
  return smooth_sign_q14(static_cast<int32_t>((d * e.inverse) >> 31));
}

}  // namespace pc15::normative
