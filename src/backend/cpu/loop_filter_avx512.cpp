// The loop filter, four blocks of a row at a time, each with coefficients of its own. An encoder that chooses
// a set tries all: the classes and what the taps see are the same for all of them.
#include "backend/cpu/avx512.h"

#if defined(PC15_HAS_AVX512)

#include "backend/cpu/loop_taps_avx512.h"

namespace pc15::backend::avx512 {
namespace {

// A superblock, with kSets sets from `first` on.
template <int32_t kSets>
class Superblock {
 public:
  PC15_AVX512 Superblock(const LoopPlane& plane, int32_t x0, int32_t y0, int32_t step16, int32_t first,
                         const PlaneView<Pixel>* to)
      : plane_(plane), x0_(x0), y0_(y0), w_(std::min(plane.side, plane.from.width - x0)),
        h_(std::min(plane.side, plane.from.height - y0)), clip_(normative::loop_clip(step16)), to_(to) {
    load(plane.from, x0, y0, h_, &window_);
    classify_all(window_, w_, h_, step16, classes_);
    for (int32_t s = 0; s < kSets; ++s) {
      filters_[s] = padded_filters(plane.chroma, normative::loop_point(step16), first - 1 + s);
    }
  }

  void filter() {
    for (int32_t y = 0; y < h_; y += 4) {
      for (int32_t s = 0; s < kSets; ++s) {
        unfold(order_, filters_[s], classes_ + kBlocks * (y / 4), kBlocks, k_[s]);
      }
      if (clip_ <= kNarrowClip) {
        filter_row<false>(y);
      } else {
        filter_row<true>(y);
      }
    }
  }

 private:
  template <bool kWide>
  PC15_AVX512 void filter_row(int32_t y) {
    const __m512i clip = _mm512_set1_epi8(static_cast<char>(clip_));
    for (int32_t block = 0; block < w_ / 4; block += 4) {
      __m512i sums[kSets][4];
      for (int32_t i = 0; i < 4; ++i) {
        Taps<kWide> taps;
        read_taps(order_, window_.strip_at(block + i, y), clip, &taps);
        for (int32_t s = 0; s < kSets; ++s) sums[s][i] = filter_taps(taps, k_[s][block + i]);
      }
      for (int32_t s = 0; s < kSets; ++s) {
        write_four(plane_, to_[s], x0_ + 4 * block, y0_ + y, std::min(4, w_ / 4 - block),
                   pack_blocks(sums[s]));
      }
    }
  }

  const LoopPlane& plane_;
  const Permutations& order_ = permutations();
  int32_t x0_, y0_, w_, h_, clip_;
  const PlaneView<Pixel>* to_;
  const PaddedFilter* filters_[kSets];
  uint16_t classes_[kBlocks * kBlocks];
  Coefficients k_[kSets][kBlocks];
  Window window_;
};

template <int32_t kSets>
void filter_superblock(const LoopPlane& plane, int32_t x0, int32_t y0, int32_t step16, int32_t first,
                       Span<const PlaneView<Pixel>> to) {
  Superblock<kSets>(plane, x0, y0, step16, first, to.data).filter();
}

}  // namespace

void filter_loop(const LoopPlane& plane, int32_t begin, int32_t end) {
  filter_loop_by(filter_superblock<1>, plane, begin, end);
}

void filter_loop_sets(const LoopPlane& plane, int32_t begin, int32_t end, const PlaneView<Pixel>* to) {
  filter_loop_sets_by(filter_superblock<normative::kLoopSets>, plane, begin, end, to);
}

}  // namespace pc15::backend::avx512

#endif
