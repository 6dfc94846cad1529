#include "format/crc.h"

#include <zlib.h>

namespace pc15::format {

uint32_t crc32_update(uint32_t crc, ByteSpan bytes) {
  if (bytes.empty()) return crc;  // zlib reads a null pointer as "start again"
  return static_cast<uint32_t>(::crc32_z(crc, bytes.data, bytes.size));
}

uint32_t crc32_join(uint32_t first, uint32_t second, uint64_t second_bytes) {
  return static_cast<uint32_t>(::crc32_combine(first, second, static_cast<z_off_t>(second_bytes)));
}

}  // namespace pc15::format
