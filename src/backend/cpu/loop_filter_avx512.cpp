// The loop filter, four blocks of a row at a time, their coefficients in registers for four rows.
#include "backend/cpu/avx512.h"

#if defined(PC15_HAS_AVX512)

#include "backend/cpu/loop_taps_avx512.h"

namespace pc15::backend::avx512 {
namespace {

class Superblock {
 public:
  Superblock(const LoopPlane& plane, int32_t x0, int32_t y0, const LoopBlock& block)
      : plane_(plane), x0_(x0), y0_(y0), w_(std::min(plane.side, plane.from.width - x0)),
        h_(std::min(plane.side, plane.from.height - y0)), block_(block),
        filters_(padded_filters(plane.chroma, normative::loop_point(block.step16), block.set - 1)) {
    load(plane.from, x0, y0, h_, &window_);
  }

  void filter() { filter_rows(window_, w_, h_, block_.step16, *this); }

  PC15_AVX512 void filter_row(int32_t y, const int32_t* classes) {
    const Permutations& order = permutations();
    const __m512i clip = _mm512_set1_epi8(static_cast<char>(normative::loop_clip(block_.step16)));
    for (int32_t x = 0; x < w_; x += 16) {
      const FourBlocks blocks(classes + x / 4, (w_ - x) / 4);
      Coefficients k;
      unfold(order, filters_, blocks.codes, &k);
      __m512i rows[4];
      for (int32_t r = 0; r < 4; ++r) {
        Taps taps;
        read_taps(order, window_.at(x, y + r), clip, &taps);
        rows[r] = filter_taps(taps, k);
      }
      write_blocks(plane_, plane_.to, x0_ + x, y0_ + y, blocks.count, pack_rows(rows));
    }
  }

 private:
  const LoopPlane& plane_;
  int32_t x0_, y0_, w_, h_;
  LoopBlock block_;
  const PaddedFilter* filters_;
  Window window_;
};

}  // namespace

void filter_loop(const LoopPlane& plane, int32_t begin, int32_t end) {
  for (int32_t row = begin; row < end; ++row) {
    for (int32_t col = 0; col < plane.block_cols; ++col) {
      const LoopBlock& block = plane.blocks[row * plane.block_cols + col];
      if (block.set != 0) Superblock(plane, col * plane.side, row * plane.side, block).filter();
    }
  }
}

}  // namespace pc15::backend::avx512

#endif
