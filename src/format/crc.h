// CRC-32 as zlib and PNG compute it (reflected polynomial 0xEDB88320). The only user of zlib.
#pragma once

#include <cstdint>

#include "base/span.h"

namespace pc15::format {

// Continues a CRC-32; `crc` is 0 at the start of a message.
uint32_t crc32_update(uint32_t crc, ByteSpan bytes);
// The CRC-32 of a message in two parts, the second of `second_bytes` bytes.
uint32_t crc32_join(uint32_t first, uint32_t second, uint64_t second_bytes);
inline uint32_t crc32_of(ByteSpan bytes) { return crc32_update(0, bytes); }

}  // namespace pc15::format
