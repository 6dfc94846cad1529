// The residual of one plane at another scale (docs/scaling.md): what the reconstruction differs from the
// procedural prediction at full size, resampled and added to the prediction rendered at that scale.
//
// Thread rule: pure but for the output. Allocates nothing.
#pragma once

#include <cstdint>

#include "base/plane.h"

namespace pc15::backend {

// Largest block of one call, samples of the scaled plane.
constexpr int32_t kScaledBlockColumns = 256, kScaledBlockRows = 64;

// A plane of the picture at full size, or the part of it that is there.
struct ResidualPlane {
  PlaneView<const Pixel> reconstruction;
  PlaneView<const Pixel> prediction;  // same size and place; data null: `neutral` everywhere
  Pixel neutral = 128;
  int32_t x = 0, y = 0;           // of the views' first sample in the plane
  int32_t width = 0, height = 0;  // of the whole plane; its border repeats outwards
};

// Adds to `out`, which holds the prediction of `rect` (samples of the plane scaled by 2^factor_log2, -2...4
// but not 0; at most a block), the residual there, takes back what the prediction cannot be trusted with, and
// clamps. The views hold every sample of the plane that the rectangle leans on: those under it and three more
// on every side.
void add_scaled_residual(const ResidualPlane& plane, int32_t factor_log2, const Rect& rect,
                         const PlaneView<Pixel>& out);

}  // namespace pc15::backend
