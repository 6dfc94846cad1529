// Loads and stores of the NEON files, unaligned, and what they share.
#pragma once

#include "base/target.h"

#if defined(PC15_HAS_NEON)

#include <arm_neon.h>

#include <cstdint>
#include <cstring>

// The set of the including file, for what is written for several (lanes.h, rgb_rows.h, ...).
#define PC15_SET neon
#define PC15_LANES

namespace pc15::backend::neon {

// Four bytes, wherever they lie.
inline uint32_t load32(const void* p) {
  uint32_t v;
  std::memcpy(&v, p, sizeof(v));
  return v;
}
inline void store32(void* p, uint32_t v) { std::memcpy(p, &v, sizeof(v)); }

// 8 rows of 8 samples become columns: swaps blocks of 4 x 4, of 2 x 2 and samples across the diagonal.
inline void turn8(uint8x8_t* rows) {
  for (int32_t i = 0; i < 4; ++i) {
    const uint32x2x2_t v = vtrn_u32(vreinterpret_u32_u8(rows[i]), vreinterpret_u32_u8(rows[i + 4]));
    rows[i] = vreinterpret_u8_u32(v.val[0]), rows[i + 4] = vreinterpret_u8_u32(v.val[1]);
  }
  for (int32_t i = 0; i < 8; i += i % 4 == 1 ? 3 : 1) {
    const uint16x4x2_t v = vtrn_u16(vreinterpret_u16_u8(rows[i]), vreinterpret_u16_u8(rows[i + 2]));
    rows[i] = vreinterpret_u8_u16(v.val[0]), rows[i + 2] = vreinterpret_u8_u16(v.val[1]);
  }
  for (int32_t i = 0; i < 8; i += 2) {
    const uint8x8x2_t v = vtrn_u8(rows[i], rows[i + 1]);
    rows[i] = v.val[0], rows[i + 1] = v.val[1];
  }
}

}  // namespace pc15::backend::neon

#endif
