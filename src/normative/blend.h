// Hann weights of the overlap between tiles, and the two lerps that blend (docs/bitstream-programs.md,
// section 8.18). The weights of the two tiles sum to 32768 by construction.
#pragma once

#include <cstdint>

#include "base/target.h"
#include "normative/fixed.h"

namespace pc15::normative {

// Weight (Q15, 0...32768) of the tile that begins at the start of the overlap, at `distance_q4` (1/16 px,
// 0 < distance < 16 overlap) into it: sin^2(pi/2 distance / overlap). The other tile has 32768 minus it.
PC15_HD int32_t hann_weight(int32_t distance_q4, int32_t overlap) {
  const uint64_t half_turn =
      (static_cast<uint64_t>(static_cast<uint32_t>(distance_q4)) << 27) / static_cast<uint64_t>(overlap);
  return 16384 - round_shift(cos_q15(static_cast<uint32_t>(half_turn)), 1);
}

// a (32768 - w) + b w, rounded; exact where a = b.
PC15_HD int32_t blend_lerp(int32_t a, int32_t b, int32_t w) {
  return asr(a * 32768 + (b - a) * w + 16384, 15);
}

// Where a coordinate (Q4 luma, image-anchored) lies along one axis of the tile grid.
struct AxisPosition {
  int32_t tile;    // the tile that covers it; in an overlap the later one
  int32_t weight;  // weight of `tile`; 32768 outside overlaps, otherwise tile - 1 has the rest
};

PC15_HD AxisPosition axis_position(int32_t coordinate_q4, int32_t tile, int32_t overlap, int32_t tiles) {
  const int32_t stride_q4 = (tile - overlap) * 16;
  AxisPosition p;
  p.tile = min_i32(coordinate_q4 / stride_q4, tiles - 1);
  p.weight = 32768;
  const int32_t into = coordinate_q4 - p.tile * stride_q4;
  if (p.tile > 0 && into < overlap * 16) p.weight = hann_weight(into, overlap);
  return p;
}

}  // namespace pc15::normative
