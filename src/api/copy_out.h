// Bytes into a caller's buffer: all of them, or the size that is needed.
#pragma once

#include <cstring>

#include "base/span.h"
#include "base/status.h"

namespace pc15::api {

inline Status copy_out(ByteSpan bytes, uint8_t* dst, size_t capacity, size_t* dst_size) {
  *dst_size = bytes.size;
  PC15_FAIL_IF(capacity < bytes.size, Code::kDstTooSmall,
               "the output has %" PRId64 " bytes, %" PRId64 " are needed", static_cast<int64_t>(capacity),
               static_cast<int64_t>(bytes.size));
  if (bytes.size != 0) std::memcpy(dst, bytes.data, bytes.size);
  return ok_status();
}

}  // namespace pc15::api
