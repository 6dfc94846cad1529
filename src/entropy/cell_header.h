// The first symbols of a cell, and the geometry of leaves (docs/bitstream-residual.md, sections 9.2, 9.4).
#pragma once

#include <cstdint>

#include "entropy/cell_syntax.h"
#include "normative/loop_filter.h"

namespace pc15::entropy {

constexpr int32_t kCellRate = 6;  // adaptation shift of the cell models

struct CellHeader {
  bool uses_programs = false;  // blocks may choose the procedural prediction
  int32_t strength = 0;        // of the seam filter, 0...4
  int32_t step_raise = 0;      // quarters of an octave above the stream's step, 0...31 (the residual cap)
};

template <typename Coder>
void code_cell_header(Coder& coder, CellHeader& h) {
  uint32_t programs = h.uses_programs ? 1u : 0u, strength = static_cast<uint32_t>(h.strength);
  uint32_t raised = h.step_raise != 0 ? 1u : 0u, raise = static_cast<uint32_t>(h.step_raise);
  coder.bits(programs, 1);
  coder.bits(strength, 3);
  coder.require(strength <= 4);
  coder.bits(raised, 1);
  if (raised != 0) coder.bits(raise, 5);
  if constexpr (Coder::kDecoding) {
    h.uses_programs = programs != 0;
    h.strength = static_cast<int32_t>(strength);
    h.step_raise = raised != 0 ? static_cast<int32_t>(raise) : 0;
    coder.require(raised == 0 || raise != 0);
  }
}

// Sets of loop filters, per superblock in scan order: 0 none, else 1...normative::kLoopSets.
struct LoopChoices {
  static constexpr int32_t kMaxBlocks = 64;
  uint8_t set[kFamilies][kMaxBlocks];
};

// The choices of one family; the model starts evenly and serves this family of this cell alone.
template <typename Coder>
void code_loop_choices(Coder& coder, int32_t blocks, uint8_t* set) {
  uint32_t any = 0;
  if constexpr (!Coder::kDecoding) {
    for (int32_t i = 0; i < blocks; ++i) any |= set[i] != 0 ? 1u : 0u;
  }
  coder.bits(any, 1);
  AdaptiveCdf model;
  cdf_init_uniform(&model, normative::kLoopSets + 1);
  for (int32_t i = 0; i < blocks; ++i) {
    int32_t value = Coder::kDecoding ? 0 : set[i];
    if (any != 0) coder.symbol(model, value);
    set[i] = static_cast<uint8_t>(value);
  }
}

// Superblocks along `luma_size` samples of a cell.
inline int32_t superblocks(int32_t luma_size) { return (luma_size + kSuperblock - 1) / kSuperblock; }

inline int32_t chroma_step(int32_t step16, int32_t chroma_step32) {
  const int32_t s = (step16 * chroma_step32 + 16) >> 5;
  return s < 1 ? 1 : s > 65535 ? 65535 : s;
}

// The leaves of a node that is not split further (an 8x8 split counts: its quarters are leaves).
struct LeafLayout {
  int32_t count = 1;
  uint8_t log2w = 0, log2h = 0;
  uint8_t columns = 1;  // leaves per row
  int32_t x(int32_t i) const { return (i % columns) << log2w; }
  int32_t y(int32_t i) const { return (i / columns) << log2h; }
};

inline LeafLayout leaf_layout(int32_t partition, int32_t log2) {
  const uint8_t full = static_cast<uint8_t>(log2), half = static_cast<uint8_t>(log2 - 1);
  const uint8_t quarter = static_cast<uint8_t>(log2 - 2);
  switch (partition) {
    case kHorizontal:
      return LeafLayout{2, full, half, 1};
    case kVertical:
      return LeafLayout{2, half, full, 2};
    case kSplit:
      return LeafLayout{4, half, half, 2};
    case kHorizontal4:
      return LeafLayout{4, full, quarter, 1};
    case kVertical4:
      return LeafLayout{4, quarter, full, 4};
    default:
      return LeafLayout{1, full, full, 1};
  }
}

}  // namespace pc15::entropy
