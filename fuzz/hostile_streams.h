// Streams that the syntax allows and that no encoder writes: an entropy coder that invents its symbols drives
// the library's own syntax, so that the result decodes to the last symbol, whatever the values are.
#pragma once

#include "format/stream_header.h"
#include "hostile_file.h"
#include "random.h"

namespace pc15::fuzz {

// A whole file of invented fields, programs and cells. At most `max_pixels` pixels.
HostileFile invent_file(Random& random, int32_t max_pixels);

}  // namespace pc15::fuzz
