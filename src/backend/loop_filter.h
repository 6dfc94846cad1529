// The loop filter over a plane or rows of superblocks of it (docs/bitstream-residual.md, section 10.2).
#pragma once

#include "backend/block.h"
#include "base/plane.h"
#include "normative/loop_filter.h"

namespace pc15::backend {

// What the filter knows of one superblock of a plane.
struct LoopBlock {
  uint16_t step16 = 0;  // of the superblock in this plane
  uint8_t set = 0;      // 1...kLoopSets; 0: left alone
};

struct LoopPlane {
  PlaneView<const Pixel> from;        // after the seam filter; coded size, multiples of 4
  PlaneView<Pixel> to;                // same size, other memory; superblocks left alone are not written
  int32_t side = 64;                  // of a superblock in samples of this plane, 64 or 32
  const LoopBlock* blocks = nullptr;  // scan order
  int32_t block_cols = 1;
  bool chroma = false;
  PlaneView<const uint8_t>
      units;  // the edge map: blocks with kFixed are left alone; null data: there are none
};

// Bytes of all filters; those of chroma begin in the middle.
constexpr int64_t kLoopFilterBytes = int64_t{2} * normative::kLoopPoints * normative::kLoopSets *
                                     normative::kLoopClasses * 2 * normative::kLoopTaps;
// Filters of a rate point and set, [class][tap][plain, clipped], in 1/256.
const int8_t* loop_filters(bool chroma, int32_t point, int32_t set);
// Classes of one superblock whose top left sample is (x, y): one entry per 4x4 block, rows of side / 4.
void classify_superblock(const LoopPlane& plane, int32_t x, int32_t y, int32_t step16,
                         normative::LoopClass* classes);

}  // namespace pc15::backend
