// The map of grain levels as a stream (docs/bitstream-programs.md, section 8.19).
#pragma once

#include "base/allocator.h"
#include "base/span.h"
#include "base/status.h"
#include "normative/grain_field.h"

namespace pc15::entropy {

struct GrainMap {
  explicit GrainMap(Memory& memory) : levels(memory) {}
  int32_t columns = 0, rows = 0;  // blocks of 64 x 64 px
  Vector<uint8_t> levels;         // three per block, finest band first; 0...7

  bool empty() const { return levels.empty(); }
  const uint8_t* block(int32_t column, int32_t row) const {
    return levels.data() +
           (static_cast<size_t>(row) * static_cast<size_t>(columns) + static_cast<size_t>(column)) *
               normative::kGrainBands;
  }
  // All blocks at level 0.
  void reset(int32_t luma_width, int32_t luma_height);
};

// Appends the payload of the section. Levels are in range.
void encode_grain(const GrainMap& map, Vector<uint8_t>* out);
// Reads it into a map that reset() has sized. kCorrupt; the levels are then all 0.
Status decode_grain(ByteSpan payload, GrainMap* map);

}  // namespace pc15::entropy
