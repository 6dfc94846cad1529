// Eight lanes of 16 bits: the operations that seam_lines.h and flat_modes.h are written in, with NEON.
#pragma once

#include "backend/cpu/simd_neon.h"
#include "base/plane.h"

#if defined(PC15_HAS_NEON)

namespace pc15::backend::neon {

using Shorts = int16x8_t;  // masks are lanes of 0 and -1
constexpr int32_t kShorts = 8;

inline Shorts as_shorts(uint16x8_t v) { return vreinterpretq_s16_u16(v); }
inline uint16x8_t as_unsigned(Shorts v) { return vreinterpretq_u16_s16(v); }

inline Shorts splat(int32_t v) { return vdupq_n_s16(static_cast<int16_t>(v)); }
// Modulo 2^16, which gcc's intrinsics promise of unsigned numbers alone.
inline Shorts plus(Shorts a, Shorts b) { return as_shorts(vaddq_u16(as_unsigned(a), as_unsigned(b))); }
inline Shorts minus(Shorts a, Shorts b) { return as_shorts(vsubq_u16(as_unsigned(a), as_unsigned(b))); }
inline Shorts times(Shorts a, Shorts b) { return as_shorts(vmulq_u16(as_unsigned(a), as_unsigned(b))); }
inline Shorts magnitude(Shorts v) { return vabsq_s16(v); }
inline Shorts least(Shorts a, Shorts b) { return vminq_s16(a, b); }
inline Shorts most(Shorts a, Shorts b) { return vmaxq_s16(a, b); }
// (a + b + 1) >> 1, of numbers without sign.
inline Shorts mean(Shorts a, Shorts b) { return as_shorts(vrhaddq_u16(as_unsigned(a), as_unsigned(b))); }
template <int kBits>
inline Shorts sra(Shorts v) {
  return vshrq_n_s16(v, kBits);
}
template <int kBits>
inline Shorts srl(Shorts v) {
  return as_shorts(vshrq_n_u16(as_unsigned(v), kBits));
}
template <int kBits>
inline Shorts sll(Shorts v) {
  return vshlq_n_s16(v, kBits);
}
inline Shorts srl(Shorts v, int32_t bits) { return as_shorts(vshlq_u16(as_unsigned(v), splat(-bits))); }
inline Shorts sll(Shorts v, int32_t bits) { return vshlq_s16(v, splat(bits)); }
inline Shorts equal(Shorts a, Shorts b) { return as_shorts(vceqq_s16(a, b)); }
inline Shorts greater(Shorts a, Shorts b) { return as_shorts(vcgtq_s16(a, b)); }
inline Shorts both(Shorts a, Shorts b) { return vandq_s16(a, b); }
inline Shorts without(Shorts v, Shorts mask) { return vbicq_s16(v, mask); }
inline Shorts choose(Shorts no, Shorts yes, Shorts mask) { return vbslq_s16(as_unsigned(mask), yes, no); }
inline bool none(Shorts mask) { return vmaxvq_u16(as_unsigned(mask)) == 0; }

// kShorts samples, and lanes clipped to samples.
inline Shorts load_samples(const void* p) {
  return as_shorts(vmovl_u8(vld1_u8(static_cast<const uint8_t*>(p))));
}
inline void store_samples(void* p, Shorts v) { vst1_u8(static_cast<uint8_t*>(p), vqmovun_s16(v)); }
// Each of the lowest bytes in four lanes.
inline Shorts spread_bytes(uint32_t bytes) {
  return vcombine_s16(vdup_n_s16(static_cast<int16_t>(bytes & 255)),
                      vdup_n_s16(static_cast<int16_t>(bytes >> 8 & 255)));
}

// ---- blocks of kW columns, 4 or 8, or parts of as many: rows of them in one vector

template <int32_t kW>
constexpr int32_t kRows = kShorts / kW;

// Two fours of bytes as lanes.
inline Shorts widen_fours(uint32_t a, uint32_t b) {
  return as_shorts(vmovl_u8(vcreate_u8(a | static_cast<uint64_t>(b) << 32)));
}

// The first kW of the samples at p in every row.
template <int32_t kW>
inline Shorts in_columns(const Pixel* p) {
  if constexpr (kW == 8) return load_samples(p);
  return widen_fours(load32(p), load32(p));
}
// Sample r at p all along row r.
template <int32_t kW>
inline Shorts in_rows(const Pixel* p) {
  if constexpr (kW == 8) return splat(p[0]);
  return vcombine_s16(vdup_n_s16(p[0]), vdup_n_s16(p[1]));
}
template <int32_t kW>
inline void store_rows(Pixel* out, int64_t stride, Shorts v) {
  const uint8x8_t bytes = vqmovun_s16(v);
  if constexpr (kW == 8) {
    vst1_u8(out, bytes);
  } else {
    store32(out, vget_lane_u32(vreinterpret_u32_u8(bytes), 0));
    store32(out + stride, vget_lane_u32(vreinterpret_u32_u8(bytes), 1));
  }
}
template <int32_t kW>
inline Shorts load_rows(const Pixel* p, int64_t stride) {
  if constexpr (kW == 8) return load_samples(p);
  return widen_fours(load32(p), load32(p + stride));
}

// Of 4, 8, 16 or 32 samples.
inline uint32_t sum_of(const Pixel* p, int32_t n) {
  if (n == 4) return vaddlv_u8(vcreate_u8(load32(p)));
  if (n == 8) return vaddlv_u8(vld1_u8(p));
  return vaddlvq_u8(vld1q_u8(p)) + (n == 32 ? vaddlvq_u8(vld1q_u8(p + 16)) : 0u);
}

}  // namespace pc15::backend::neon

#endif
