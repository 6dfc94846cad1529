// Palette leaves of a residual cell (docs/bitstream-residual.md, section 9.8): a list of colours per pass,
// and leaves whose samples are indices into it instead of a prediction and a residual.
#pragma once

#include <algorithm>

#include "base/plane.h"
#include "entropy/cell_header.h"
#include "entropy/palette.h"

namespace pc15::entropy {

constexpr int32_t kCellPaletteMost = 255;

// The palette of one pass. Index 0 is a sample whose colour is not in the list, or that is not coded yet;
// colour i of the list has index i + 1. A colour holds the planes of the pass, the first one lowest.
class CellPalette {
 public:
  explicit CellPalette(Memory& memory) : state(memory) {}

  PaletteState state;

  // Starts a pass over `width` x `height` samples with an empty list.
  void start(int32_t width, int32_t height) {
    state.count = 1;
    if (width > 0) state.start(width, height);
    for (AdaptiveCdf& m : use_) cdf_init_uniform(&m, 2);
  }
  // False: the pass has no palette leaves.
  bool active() const { return state.count > 1; }

  // The list, rising; the first symbols of a pass.
  template <typename Coder>
  void code_list(Coder& coder, int32_t planes) {
    uint32_t count = static_cast<uint32_t>(state.count - 1);
    coder.bits(count, 8);
    state.count = static_cast<int32_t>(count) + 1;
    coder.set_rate(kPaletteRate);
    code_colours(coder, state, 1, planes);
    coder.set_rate(kCellRate);
    for (int32_t i = 2; i < state.count; ++i) coder.require(state.colour[i] > state.colour[i - 1]);
  }
  // Whether a leaf is one of indices.
  template <typename Coder>
  void code_use(Coder& coder, const CellContext& c, Leaf& leaf) {
    coder.symbol(use_[use_context(c, leaf)], leaf.palette);
  }
  uint32_t use_cost(const CellContext& c, const Leaf& leaf, int32_t value) const {
    return symbol_cost(use_[use_context(c, leaf)], value);
  }
  // The indices of such a leaf: read from and written to state.row().
  template <typename Coder>
  void code_leaf(Coder& coder, const Leaf& leaf) {
    coder.set_rate(kPaletteRate);
    state.code_rectangle(coder, leaf.x, leaf.y, 1 << leaf.log2w, 1 << leaf.log2h);
    coder.set_rate(kCellRate);
    if constexpr (Coder::kDecoding) require_known(coder, leaf);
  }
  // Enters the samples of any other leaf as the indices that they happen to have.
  void note_leaf(const Leaf& leaf, const PlaneView<Pixel>* planes, int32_t components) {
    for (int32_t y = leaf.y; y < leaf.y + (1 << leaf.log2h); ++y) {
      PaletteState::Index* const r = state.row(y);
      uint32_t last = 0;
      PaletteState::Index index = index_of(last);
      for (int32_t x = leaf.x; x < leaf.x + (1 << leaf.log2w); ++x) {
        uint32_t colour = planes[0].row(y)[x];
        if (components == 2) colour |= static_cast<uint32_t>(planes[1].row(y)[x]) << 8;
        if (colour != last) index = index_of(last = colour);
        r[x] = index;
      }
    }
  }
  // Component `i` of the colours of a leaf of indices.
  void paint(const Leaf& leaf, int32_t i, Pixel* out, int64_t stride) {
    for (int32_t y = 0; y < 1 << leaf.log2h; ++y) {
      const PaletteState::Index* const r = state.row(leaf.y + y) + leaf.x;
      for (int32_t x = 0; x < 1 << leaf.log2w; ++x)
        out[y * stride + x] = static_cast<Pixel>(state.colour[r[x]] >> (8 * i));
    }
  }

 private:
  static int32_t use_context(const CellContext& c, const Leaf& leaf) {
    return c.above[leaf.x >> 2].palette + c.left[leaf.y >> 2].palette;
  }
  PaletteState::Index index_of(uint32_t colour) const {
    const uint32_t *const begin = state.colour + 1, *const end = state.colour + state.count;
    const uint32_t* const at = std::lower_bound(begin, end, colour);
    return static_cast<PaletteState::Index>(at != end && *at == colour ? at - begin + 1 : 0);
  }
  template <typename Coder>
  void require_known(Coder& coder, const Leaf& leaf) {
    for (int32_t y = leaf.y; y < leaf.y + (1 << leaf.log2h); ++y) {
      const PaletteState::Index* const r = state.row(y) + leaf.x;
      coder.require(std::find(r, r + (1 << leaf.log2w), 0) == r + (1 << leaf.log2w));
    }
  }

  AdaptiveCdf use_[3];
};

}  // namespace pc15::entropy
