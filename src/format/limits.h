// What a reader agrees to handle before it allocates anything.
#pragma once

#include <cstdint>

#include "base/status.h"
#include "format/stream_header.h"

namespace pc15::format {

// 0 is not "unlimited": it refuses everything.
struct Limits {
  uint32_t max_width = 65535;
  uint32_t max_height = 65535;
  uint64_t max_pixels = uint64_t{1} << 29;  // 536 870 912
  uint64_t max_memory_bytes = uint64_t{4} << 30;
  uint32_t max_sections = 1024;
  uint64_t max_metadata_bytes = uint64_t{64} << 20;
};

// kLimit when the picture is larger than the limits allow. `width_at` and `height_at` are the byte offsets
// of the two fields, for the message.
Status check_picture_limits(const StreamHeader& header, const Limits& limits, uint64_t width_at,
                            uint64_t height_at);

}  // namespace pc15::format
