// The normative arithmetic of generators on as many samples at once as a set has lanes: each function gives
// in every lane what its namesake of normative/ gives (docs/bitstream-programs.md, sections 8.2 and 8.6).
//
// A file includes lanes_avx2.h, lanes_avx512.h or lanes_neon.h first, which name the set and its operations,
// so that this and what is written with it is compiled for each set by itself, in a namespace of its own.
//
// Products of more than 32 bits are made where they fit: even and odd lanes as 64 bits, or as doubles, which
// hold integers up to 2^53 exactly. Comments give the bounds that follow from the grids of the parameters.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "backend/generator_rows.h"

namespace pc15::backend::PC15_SET {

PC15_LANES inline Lanes clamp(Lanes v, int32_t lo, int32_t hi) { return max_of(min_of(v, all(hi)), all(lo)); }
// `first` and what follows it in steps of `step`.
PC15_LANES inline Lanes ramp(int32_t first, int32_t step) {
  return add(all(first), mul(counting(), all(step)));
}

// The lanes as 64-bit numbers, half of them in each register: where the set has not said otherwise, those of
// the even lanes and those of the odd ones.
#if !defined(PC15_OWN_WIDE)
struct Wide {
  Lanes first, second;
};
PC15_LANES inline Lanes odd_lanes(Lanes v) { return srl64<32>(v); }
PC15_LANES inline Wide widened_unsigned(Lanes v) {
  return {bit_and(v, set64(int64_t{0xFFFFFFFF})), odd_lanes(v)};
}
PC15_LANES inline Wide multiply(Lanes a, Lanes b) {
  return {mul_signed(a, b), mul_signed(odd_lanes(a), odd_lanes(b))};
}
// Bits kBits to kBits + 31 of each: asr64() where the result fits into a lane. kBits is 1...32.
template <int kBits>
PC15_LANES inline Lanes shift(Wide v) {
  return pair_up(srl64<kBits>(v.first), sll64<32 - kBits>(v.second));
}
// (a * b) >> 32 of unsigned lanes.
PC15_LANES inline Lanes multiply_high(Lanes a, Lanes b) {
  const Lanes even = mul_unsigned(a, b), odd = mul_unsigned(odd_lanes(a), odd_lanes(b));
  return pair_up(srl64<32>(even), odd);
}
// v >> kBits of numbers below 2^(32 + kBits) that are not negative. kBits is 32...63.
template <int kBits>
PC15_LANES inline Lanes shift_far(Wide v) {
  return pair_up(srl64<kBits>(v.first), sll64<32>(srl64<kBits>(v.second)));
}
// Masks of 64 bits as masks of lanes.
PC15_LANES inline Lanes lanes_of(Wide mask) { return pair_up(mask.first, mask.second); }
#endif

PC15_LANES inline Wide add(Wide a, Wide b) { return {add64(a.first, b.first), add64(a.second, b.second)}; }
// asr64(a * b, kBits).
template <int kBits>
PC15_LANES inline Lanes multiply_shift(Lanes a, Lanes b) {
  return shift<kBits>(multiply(a, b));
}
// a * b modulo 2^64.
PC15_LANES inline Wide multiply64(Wide a, Wide b) {
  return {mul64(a.first, b.first), mul64(a.second, b.second)};
}
PC15_LANES inline Wide all64(int64_t v) { return {set64(v), set64(v)}; }
// a < b, as masks of 64 bits.
PC15_LANES inline Wide less(Wide a, Wide b) {
  return {greater64(b.first, a.first), greater64(b.second, a.second)};
}
PC15_LANES inline Wide choose(Wide no, Wide yes, Wide mask) {
  return {select(no.first, yes.first, mask.first), select(no.second, yes.second, mask.second)};
}

PC15_LANES inline Doubles scale(Doubles v, double by) {
  return {mul(v.low, reals(by)), mul(v.high, reals(by))};
}
PC15_LANES inline Doubles divide(Doubles a, Doubles b) {
  return {divide(a.low, b.low), divide(a.high, b.high)};
}
PC15_LANES inline Doubles divide(Doubles v, double by) {
  return {divide(v.low, reals(by)), divide(v.high, reals(by))};
}
// Between -limit and limit.
PC15_LANES inline Doubles within(Doubles v, double limit) {
  const Reals high = reals(limit), low = reals(-limit);
  return {max_of(min_of(v.low, high), low), max_of(min_of(v.high, high), low)};
}

// Writes what `next()` gives, kLanes samples a call.
template <typename Source>
PC15_LANES inline void write_row(Source& source, int32_t count, int16_t* out) {
  int32_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store_samples(out + i, source.next());
  if (i == count) return;
  int16_t last[kLanes];
  store_samples(last, source.next());
  std::memcpy(out + i, last, sizeof(int16_t) * static_cast<size_t>(count - i));
}

// A row of a generator whose `Source` is made of its setup and the place of the row.
template <typename Source, typename Setup>
PC15_LANES inline bool fill_row(const Setup& setup, const RowPlace& at, int16_t* out) {
  Source source(setup, at);
  write_row(source, at.count, out);
  return true;
}

// A 64-bit number that grows evenly along a row, for kLanes samples.
class Walk {
 public:
  PC15_LANES Walk(uint64_t first, uint64_t step) {
    // Samples 0 1 4 5 ... and 2 3 6 7 ..., so that their halves pair up in order.
    uint64_t a[kLanes / 2], b[kLanes / 2];
    for (uint64_t i = 0; i < kLanes / 2; ++i) {
      a[i] = first + (2 * i - i % 2) * step;
      b[i] = a[i] + 2 * step;
    }
    a_ = load_lanes(a);
    b_ = load_lanes(b);
    step_ = set64(static_cast<int64_t>(kLanes * step));
  }
  PC15_LANES void advance() {
    a_ = add64(a_, step_);
    b_ = add64(b_, step_);
  }
  // The upper halves of the numbers times 2^left.
  PC15_LANES Lanes upper(int32_t left = 0) const { return odd_of(sll64(a_, left), sll64(b_, left)); }
  // The lower halves of the numbers over 2^right, rounded down.
  PC15_LANES Lanes lower(int32_t right) const { return even_of(srl64(a_, right), srl64(b_, right)); }

 private:
  Lanes a_, b_, step_;
};

// wave_phase64() along a row.
PC15_LANES inline Walk phase_walk(const normative::PlaneWave& w, int32_t x, int32_t y, int32_t step) {
  return Walk(normative::wave_phase64(w, x, y), w.fx * static_cast<uint64_t>(static_cast<int64_t>(step)));
}

// v, or -v where `sign` is negative.
PC15_LANES inline Lanes signed_by(Lanes v, Lanes sign) {
  const Lanes negative = sra<31>(sign);
  return sub(bit_xor(v, negative), negative);
}

PC15_LANES inline Lanes sin_q15(Lanes phase) {
  const Lanes t = sra<15>(phase), m = abs_of(t);
  const Lanes q = min_of(m, sub(all(65536), m));
  const Lanes z2 = sra<15>(mul(q, q));
  Lanes s = sub(all(2611), sra<15>(mul(z2, all(149))));
  s = sub(all(21165), sra<15>(mul(s, z2)));
  s = sub(all(51471), sra<15>(mul(s, z2)));
  const Lanes y = sra<15>(add(mul(s, q), all(16384)));
  return signed_by(min_of(y, all(32767)), t);
}

// round_shift64(a * b, 30) of numbers whose result fits into a lane.
PC15_LANES inline Lanes multiply_q30(Lanes a, Lanes b) {
  const Lanes half = set64(1 << 29);
  return shift<30>(add(multiply(a, b), Wide{half, half}));
}
PC15_LANES inline Lanes sin_q30(Lanes turn) {
  const Lanes m = abs_of(turn);  // half a turn wraps to 2^31, and its rest to itself
  const Lanes z = min_unsigned(m, sub(all(INT32_MIN), m));
  const Lanes z2 = multiply_q30(z, z);
  Lanes s = all(61);
  for (const int32_t term : {3865, 172270, 5026995, 85569306, 693598668, 1686629715}) {
    s = sub(all(term), multiply_q30(s, z2));
  }
  return signed_by(clamp(multiply_q30(s, z), 0, 1 << 30), turn);
}

// round_shift(x, kBits).
template <int kBits>
PC15_LANES inline Lanes round_shift(Lanes x) {
  return sra<kBits>(add(x, all(1 << (kBits - 1))));
}

PC15_LANES inline Lanes smooth_sign_q14(Lanes t) {
  const Lanes square = sra<17>(mul(t, t));
  return round_shift<15>(mul(t, sub(all(24576), square)));
}

// No sample of a row is farther than this from the point (cx, cy): |x| + |y|, Q4.
inline int64_t reach_of(const RowPlace& at, int32_t cx, int32_t cy) {
  const int64_t first = int64_t{at.x} - cx, last = first + int64_t{at.step} * (at.count + kLanes - 1);
  return std::max(std::abs(first), std::abs(last)) + std::abs(int64_t{at.y} - cy);
}
// All distances of a row, in Q12, are some for distance<8>().
inline bool has_distances(const RowPlace& at, int32_t cx, int32_t cy) {
  return reach_of(at, cx, cy) < int64_t{1} << 18;
}
// floor(sqrt(x^2 + y^2) * 2^kBits) for results below 2^26: then the error of the root, 2^-53 of it, is less
// than what is between a root and the next integer, which is 1 / 2^27 at least.
template <int kBits>
PC15_LANES inline Lanes distance(Lanes x, Lanes y) {
  const Doubles dx = to_doubles(x), dy = to_doubles(y);
  const Reals low = add(mul(dx.low, dx.low), mul(dy.low, dy.low));
  const Reals high = add(mul(dx.high, dx.high), mul(dy.high, dy.high));
  return floor_lanes(scale(Doubles{square_root(low), square_root(high)}, double{1 << kBits}));
}

// asr64(a * cos_part + b * sin_part, 22): the offset in Q12 px of a point (a, b) in Q4 along a direction.
PC15_LANES inline Lanes offset_along(Lanes a, int64_t cos_part, Lanes b, int64_t sin_part) {
  return shift<22>(add(multiply(a, all(static_cast<int32_t>(cos_part))),
                       multiply(b, all(static_cast<int32_t>(sin_part)))));
}

// normative::atan2_turns() for |x|, |y| below 2^28. The quotient is off by 2^-30 at most, and its distance to
// the next integer is 1 / 2^28 at least.
PC15_LANES inline Lanes atan2_turns(Lanes y, Lanes x) {
  static const int32_t table[258] = {
#include "normative/tables/atan_table.inc"
  };  // one entry more, 0, is never read with a share
  const Lanes ax = abs_of(x), ay = abs_of(y);
  const Lanes big = max_of(max_of(ax, ay), all(1)), small = min_of(ax, ay);
  const Doubles n = scale(to_doubles(small), 16777216.0), d = to_doubles(big);
  const Lanes ratio = floor_lanes(divide(n, d));
  const Lanes i = srl<16>(ratio), f = bit_and(ratio, all(65535));
  const Lanes a0 = gather(table, i), a1 = gather(table + 1, i);
  Lanes turn = add(a0, multiply_shift<16>(sub(a1, a0), f));
  turn = select(turn, sub(all(0x40000000), turn), greater(ay, ax));
  turn = select(turn, sub(all(INT32_MIN), turn), sra<31>(x));
  const Lanes negative = sra<31>(y);
  return sub(bit_xor(turn, negative), negative);
}

// normative::exp_neg_q15() of z in Q12, 0 <= z < 2^31.
PC15_LANES inline Lanes exp_neg_q15(Lanes z) {
  static const int32_t table[258] = {
#include "normative/tables/exp_table.inc"
  };
  const Lanes within = min_unsigned(z, all(65535));
  const Lanes i = srl<8>(within), f = bit_and(within, all(255));
  const Lanes e0 = gather(table, i), e1 = gather(table + 1, i);
  const Lanes e = add(e0, sra<8>(mul(sub(e1, e0), f)));
  return bit_and(e, greater(all(65536), z));
}

}  // namespace pc15::backend::PC15_SET
