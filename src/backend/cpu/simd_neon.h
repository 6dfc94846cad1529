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

}  // namespace pc15::backend::neon

#endif
