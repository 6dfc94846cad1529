// Adding grain to samples (docs/bitstream-programs.md, section 8.19).
//
// Thread rule: pure; any number of calls over one map at once.
#pragma once

#include "base/plane.h"
#include "entropy/grain_coder.h"

namespace pc15::backend {

// Adds the grain of the map to `samples`, the rectangle `rect` of luma at scale 2^scale_log2 (-2...3). Any
// rectangle equals the same crop of the whole plane.
void add_grain(const entropy::GrainMap& map, int64_t image_seed, int32_t scale_log2, const Rect& rect,
               const PlaneView<Pixel>& samples);

}  // namespace pc15::backend
