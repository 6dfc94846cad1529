// The loop filter with all sets at once, for an encoder that chooses one: the classes of the blocks and what
// the taps see are the same for all of them.
#include "backend/cpu/avx512.h"

#if defined(PC15_HAS_AVX512)

#include "backend/cpu/loop_taps_avx512.h"

namespace pc15::backend::avx512 {
namespace {

using normative::kLoopSets;

class Superblock {
 public:
  Superblock(const LoopPlane& plane, int32_t x0, int32_t y0, int32_t step16, const PlaneView<Pixel>* to)
      : plane_(plane), x0_(x0), y0_(y0), w_(std::min(plane.side, plane.from.width - x0)),
        h_(std::min(plane.side, plane.from.height - y0)), step16_(step16), to_(to) {
    load(plane.from, x0, y0, h_, &window_);
  }

  void filter() { filter_rows(window_, w_, h_, step16_, *this); }

  PC15_AVX512 void filter_row(int32_t y, const int32_t* classes) {
    const Permutations& order = permutations();
    const __m512i clip = _mm512_set1_epi8(static_cast<char>(normative::loop_clip(step16_)));
    for (int32_t x = 0; x < w_; x += 16) {
      const FourBlocks blocks(classes + x / 4, (w_ - x) / 4);
      for (int32_t s = 0; s < kLoopSets; ++s) {
        const PaddedFilter* const filters = padded_filters(plane_.chroma, normative::loop_point(step16_), s);
        unfold(order, filters, blocks.codes, &k_[s]);
      }
      __m512i rows[kLoopSets][4];
      for (int32_t r = 0; r < 4; r += 2) {
        Taps a, b;
        read_taps(order, window_.at(x, y + r), clip, &a);
        read_taps(order, window_.at(x, y + r + 1), clip, &b);
        for (int32_t s = 0; s < kLoopSets; ++s) {
          rows[s][r] = filter_taps(a, k_[s]);
          rows[s][r + 1] = filter_taps(b, k_[s]);
        }
      }
      for (int32_t s = 0; s < kLoopSets; ++s) {
        write_blocks(plane_, to_[s], x0_ + x, y0_ + y, blocks.count, pack_rows(rows[s]));
      }
    }
  }

 private:
  const LoopPlane& plane_;
  int32_t x0_, y0_, w_, h_, step16_;
  const PlaneView<Pixel>* to_;
  Coefficients k_[kLoopSets];
  Window window_;
};

}  // namespace

void filter_loop_sets(const LoopPlane& plane, int32_t begin, int32_t end, const PlaneView<Pixel>* to) {
  for (int32_t row = begin; row < end; ++row) {
    for (int32_t col = 0; col < plane.block_cols; ++col) {
      const int32_t step16 = plane.blocks[row * plane.block_cols + col].step16;
      Superblock(plane, col * plane.side, row * plane.side, step16, to).filter();
    }
  }
}

}  // namespace pc15::backend::avx512

#endif
