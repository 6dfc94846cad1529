// UTF-8 as the Unicode standard defines it (table 3-7): no overlong forms, surrogates or code points above
// U+10FFFF.
#pragma once

#include "base/span.h"

namespace pc15::api {

inline bool valid_utf8(ByteSpan text) {
  size_t i = 0;
  while (i < text.size) {
    const uint32_t lead = text[i++];
    if (lead < 0x80) continue;
    if (lead < 0xC2 || lead > 0xF4) return false;
    const int32_t following = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    uint32_t lo = 0x80, hi = 0xBF;  // of the first byte that follows
    if (lead == 0xE0) lo = 0xA0;
    if (lead == 0xED) hi = 0x9F;
    if (lead == 0xF0) lo = 0x90;
    if (lead == 0xF4) hi = 0x8F;
    for (int32_t k = 0; k < following; ++k) {
      if (i >= text.size || text[i] < lo || text[i] > hi) return false;
      ++i;
      lo = 0x80;
      hi = 0xBF;
    }
  }
  return true;
}

}  // namespace pc15::api
