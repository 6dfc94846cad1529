// Four lanes of 32 bits: the operations that lanes.h and the rows of generators are written in, with NEON.
#pragma once

#include "base/target.h"

#if defined(PC15_HAS_NEON)

#include "backend/cpu/simd_neon.h"

namespace pc15::backend::neon {

using Lanes = int32x4_t;  // also two of 64 bits; masks are lanes of 0 and -1
using Reals = float64x2_t;
constexpr int32_t kLanes = 4;

inline uint32x4_t unsigned_of(Lanes v) { return vreinterpretq_u32_s32(v); }
inline Lanes as_lanes(uint32x4_t v) { return vreinterpretq_s32_u32(v); }
inline int64x2_t signed64(Lanes v) { return vreinterpretq_s64_s32(v); }
inline uint64x2_t unsigned64(Lanes v) { return vreinterpretq_u64_s32(v); }
inline Lanes as_lanes(int64x2_t v) { return vreinterpretq_s32_s64(v); }
inline Lanes as_lanes(uint64x2_t v) { return vreinterpretq_s32_u64(v); }

inline Lanes all(int32_t v) { return vdupq_n_s32(v); }
inline Lanes zero() { return vdupq_n_s32(0); }
inline Lanes load_lanes(const void* p) {
  return vreinterpretq_s32_u8(vld1q_u8(static_cast<const uint8_t*>(p)));
}
inline Lanes counting() {
  static const int32_t first[4] = {0, 1, 2, 3};
  return vld1q_s32(first);
}

// Modulo 2^32, which gcc's intrinsics promise of unsigned numbers alone.
inline Lanes add(Lanes a, Lanes b) { return as_lanes(vaddq_u32(unsigned_of(a), unsigned_of(b))); }
inline Lanes sub(Lanes a, Lanes b) { return as_lanes(vsubq_u32(unsigned_of(a), unsigned_of(b))); }
inline Lanes mul(Lanes a, Lanes b) { return as_lanes(vmulq_u32(unsigned_of(a), unsigned_of(b))); }
inline Lanes abs_of(Lanes a) { return vabsq_s32(a); }
inline Lanes min_of(Lanes a, Lanes b) { return vminq_s32(a, b); }
inline Lanes max_of(Lanes a, Lanes b) { return vmaxq_s32(a, b); }
inline Lanes min_unsigned(Lanes a, Lanes b) { return as_lanes(vminq_u32(unsigned_of(a), unsigned_of(b))); }
inline Lanes bit_and(Lanes a, Lanes b) { return vandq_s32(a, b); }
inline Lanes bit_or(Lanes a, Lanes b) { return vorrq_s32(a, b); }
inline Lanes bit_xor(Lanes a, Lanes b) { return veorq_s32(a, b); }
template <int kBits>
inline Lanes sra(Lanes v) {
  return vshrq_n_s32(v, kBits);
}
template <int kBits>
inline Lanes srl(Lanes v) {
  return as_lanes(vshrq_n_u32(unsigned_of(v), kBits));
}
template <int kBits>
inline Lanes sll(Lanes v) {
  return vshlq_n_s32(v, kBits);
}
inline Lanes equal(Lanes a, Lanes b) { return as_lanes(vceqq_s32(a, b)); }
inline Lanes greater(Lanes a, Lanes b) { return as_lanes(vcgtq_s32(a, b)); }
inline Lanes select(Lanes no, Lanes yes, Lanes mask) { return vbslq_s32(unsigned_of(mask), yes, no); }
inline bool is_zero(Lanes v) { return vmaxvq_u32(unsigned_of(v)) == 0; }
inline bool differ(Lanes a, Lanes b) { return vminvq_u32(vceqq_s32(a, b)) == 0; }
// 4 bytes each from `table` on.
inline Lanes gather(const int32_t* table, Lanes index) {
  Lanes v = vdupq_n_s32(table[vgetq_lane_s32(index, 0)]);
  v = vsetq_lane_s32(table[vgetq_lane_s32(index, 1)], v, 1);
  v = vsetq_lane_s32(table[vgetq_lane_s32(index, 2)], v, 2);
  return vsetq_lane_s32(table[vgetq_lane_s32(index, 3)], v, 3);
}

// ---- 64 bits

inline Lanes set64(int64_t v) { return as_lanes(vdupq_n_s64(v)); }
inline Lanes add64(Lanes a, Lanes b) { return as_lanes(vaddq_u64(unsigned64(a), unsigned64(b))); }
inline Lanes sub64(Lanes a, Lanes b) { return as_lanes(vsubq_u64(unsigned64(a), unsigned64(b))); }
template <int kBits>
inline Lanes srl64(Lanes v) {
  return as_lanes(vshrq_n_u64(unsigned64(v), kBits));
}
template <int kBits>
inline Lanes sll64(Lanes v) {
  return as_lanes(vshlq_n_u64(unsigned64(v), kBits));
}
inline Lanes srl64(Lanes v, int32_t bits) { return as_lanes(vshlq_u64(unsigned64(v), vdupq_n_s64(-bits))); }
inline Lanes sll64(Lanes v, int32_t bits) { return as_lanes(vshlq_u64(unsigned64(v), vdupq_n_s64(bits))); }
inline Lanes equal64(Lanes a, Lanes b) { return as_lanes(vceqq_s64(signed64(a), signed64(b))); }
inline Lanes greater64(Lanes a, Lanes b) { return as_lanes(vcgtq_s64(signed64(a), signed64(b))); }
// Products of the lower halves.
inline uint64x2_t low_products(Lanes a, Lanes b) {
  return vmull_u32(vmovn_u64(unsigned64(a)), vmovn_u64(unsigned64(b)));
}
inline Lanes mul_unsigned(Lanes a, Lanes b) { return as_lanes(low_products(a, b)); }
// a * b modulo 2^64.
inline Lanes mul64(Lanes a, Lanes b) {
  const uint64x2_t cross = vpaddlq_u32(vmulq_u32(unsigned_of(a), vrev64q_u32(unsigned_of(b))));
  return as_lanes(vaddq_u64(low_products(a, b), vshlq_n_u64(cross, 32)));
}
// Two lanes of a, then two of b, the odd or the even ones.
inline Lanes odd_of(Lanes a, Lanes b) { return vuzp2q_s32(a, b); }
inline Lanes even_of(Lanes a, Lanes b) { return vuzp1q_s32(a, b); }

// The lanes as 64-bit numbers: the first two and the last two, since there are instructions for these.
#define PC15_OWN_WIDE
struct Wide {
  Lanes first, second;
};
inline Wide widened_unsigned(Lanes v) {
  return {as_lanes(vmovl_u32(vget_low_u32(unsigned_of(v)))), as_lanes(vmovl_high_u32(unsigned_of(v)))};
}
inline Wide multiply(Lanes a, Lanes b) {
  return {as_lanes(vmull_s32(vget_low_s32(a), vget_low_s32(b))), as_lanes(vmull_high_s32(a, b))};
}
template <int kBits>
inline Lanes shift(Wide v) {
  return as_lanes(vshrn_high_n_u64(vshrn_n_u64(unsigned64(v.first), kBits), unsigned64(v.second), kBits));
}
inline Lanes multiply_high(Lanes a, Lanes b) {
  const uint32x4_t u = unsigned_of(a), v = unsigned_of(b);
  return odd_of(as_lanes(vmull_u32(vget_low_u32(u), vget_low_u32(v))), as_lanes(vmull_high_u32(u, v)));
}
template <int kBits>
inline Lanes shift_far(Wide v) {
  return even_of(srl64<kBits>(v.first), srl64<kBits>(v.second));
}
inline Lanes lanes_of(Wide mask) { return even_of(mask.first, mask.second); }

// ---- doubles

inline Reals reals(double v) { return vdupq_n_f64(v); }
inline Reals add(Reals a, Reals b) { return vaddq_f64(a, b); }
inline Reals sub(Reals a, Reals b) { return vsubq_f64(a, b); }
inline Reals abs_of(Reals v) { return vabsq_f64(v); }
inline Reals mul(Reals a, Reals b) { return vmulq_f64(a, b); }
inline Reals divide(Reals a, Reals b) { return vdivq_f64(a, b); }
inline Reals square_root(Reals v) { return vsqrtq_f64(v); }
inline Reals floor_of(Reals v) { return vrndmq_f64(v); }
// Of a number and none, the number.
inline Reals min_of(Reals a, Reals b) { return vminnmq_f64(a, b); }
inline Reals max_of(Reals a, Reals b) { return vmaxnmq_f64(a, b); }
// Numbers below 2^52 as doubles and back.
inline Reals to_reals(Lanes v) { return vcvtq_f64_u64(unsigned64(v)); }
inline Lanes from_reals(Reals v) { return as_lanes(vcvtq_u64_f64(v)); }

// The lanes as doubles: the first half and the last.
struct Doubles {
  Reals low, high;
};
inline Doubles to_doubles(Lanes v) {
  return {vcvtq_f64_s64(vmovl_s32(vget_low_s32(v))), vcvtq_f64_s64(vmovl_high_s32(v))};
}
// Rounded down, or towards zero; the results fit into lanes.
inline Lanes truncated_lanes(Doubles v) {
  return vcombine_s32(vmovn_s64(vcvtq_s64_f64(v.low)), vmovn_s64(vcvtq_s64_f64(v.high)));
}
inline Lanes floor_lanes(Doubles v) {
  return vcombine_s32(vmovn_s64(vcvtmq_s64_f64(v.low)), vmovn_s64(vcvtmq_s64_f64(v.high)));
}

// Lanes of -16384...16384 as the 16-bit samples of a layer.
inline void store_samples(int16_t* out, Lanes v) { vst1_s16(out, vmovn_s32(v)); }

}  // namespace pc15::backend::neon

#endif
