#include "format/crc.h"

#include <zlib.h>

namespace pc15::format {

uint32_t crc32_update(uint32_t crc, ByteSpan bytes) {
  if (bytes.empty()) return crc;  // zlib reads a null pointer as "start again"
  return static_cast<uint32_t>(::crc32_z(crc, bytes.data, bytes.size));
}

}  // namespace pc15::format
