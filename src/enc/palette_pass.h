// The palette of one pass of a cell: which colours, and what a leaf of indices costs
// (docs/bitstream-residual.md, section 9.8).
#pragma once

#include "base/allocator.h"
#include "entropy/cell_palette.h"

namespace pc15::enc {

// Whether a picture has drawn parts, like text and windows, flat areas with sharp steps between them; and
// whether it is little else.
struct DrawnLook {
  bool partly, mostly;
};
DrawnLook drawn_look(const PlaneView<const Pixel>& luma);

// The same in two steps: blocks of the rows [first, last), multiples of 8, can be counted apart and added.
struct DrawnCount {
  int64_t edges = 0, drawn = 0, blocks = 0;
  DrawnCount& operator+=(const DrawnCount& other) {
    edges += other.edges;
    drawn += other.drawn;
    blocks += other.blocks;
    return *this;
  }
};
DrawnCount count_drawn(const PlaneView<const Pixel>& luma, int32_t first, int32_t last);
DrawnLook drawn_look(const DrawnCount& count);

class PalettePass {
 public:
  explicit PalettePass(Memory& memory) : coded_(memory), wanted_(memory), bins_(memory), seeds_(memory) {}

  // Chooses the colours for the drawn parts of a cell; an empty list where there are hardly any, and for
  // chroma where the luma before kept none. `step16`: errors below half of the quantiser's step are not worth
  // a colour.
  void choose(const PlaneView<const Pixel>* source, int32_t components, int32_t step16);
  // Starts the coding of a pass with that list.
  void start();
  entropy::CellPalette& coded() { return coded_; }
  // After a pass: takes the colours away that no leaf used, and all of them when hardly a leaf used any. True
  // when there were so many that the pass is worth coding again.
  bool drop_unused();

  // Squared error of a leaf of indices.
  int64_t error(const entropy::Leaf& leaf) const;
  // Bits of its indices, in 1/1024, and enters them.
  int64_t price(const entropy::Leaf& leaf);
  void code_leaf(entropy::SymbolEncoder& coder, const entropy::Leaf& leaf);
  // The indices of the root at (x, y) are not coded yet.
  void forget(int32_t x, int32_t y);

 private:
  struct Bin {
    uint32_t count = 0;
    uint16_t index = 0;  // of the nearest colour of the list; 0: not looked up yet
  };
  struct Seed {
    uint32_t colour, count;
  };

  uint32_t colour_at(int32_t x, int32_t y) const {
    return components_ == 2 ? source_[0].at(x, y) | static_cast<uint32_t>(source_[1].at(x, y)) << 8
                            : source_[0].at(x, y);
  }
  bool count_colours();
  void pick(int32_t radius);
  void merge();
  void map_samples();
  uint16_t nearest(uint32_t colour) const;
  void enter(const entropy::Leaf& leaf);

  entropy::CellPalette coded_;
  PlaneView<const Pixel> source_[2];
  int32_t components_ = 1, width_ = 0, height_ = 0;
  Vector<uint16_t> wanted_;                       // indices of all samples
  Vector<Bin> bins_;                              // by colour
  Vector<Seed> seeds_;                            // the colours that occur, most frequent first
  uint32_t list_[entropy::kCellPaletteMost + 1];  // as in PaletteState: from number 1 on, rising
  int32_t count_ = 1;
  int64_t area_ = 0;  // of the coded leaves
  bool used_[entropy::kCellPaletteMost + 1];
};

}  // namespace pc15::enc
