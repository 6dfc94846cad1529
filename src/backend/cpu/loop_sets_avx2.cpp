// The loop filter with all sets at once, for an encoder that chooses one: the classes of the blocks and the
// differences that the taps see are the same for all of them.
#include "backend/cpu/avx2.h"

#if defined(PC15_HAS_AVX2)

#include "backend/cpu/loop_window_avx2.h"

namespace pc15::backend::avx2 {
namespace {

using normative::kLoopSets;

// Coefficients of four blocks for a tap at a time: in every 32 bits a pair (plain, clipped).
struct SetCoefficients {
  alignas(32) int32_t even[kLoopTaps][kLoopSets][8], odd[kLoopTaps][kLoopSets][8];
};

template <int kLane>
PC15_AVX2 inline void spread(const Coefficients& k, int32_t set, SetCoefficients* out) {
  for (int32_t g = 0; g < kLoopTaps / 4; ++g) {
    store256(out->even[4 * g + kLane][set], _mm256_shuffle_epi32(k.even[g], 0x55 * kLane));
    store256(out->odd[4 * g + kLane][set], _mm256_shuffle_epi32(k.odd[g], 0x55 * kLane));
  }
}

// A row of 16 samples at `p` with every set.
PC15_AVX2 inline void filter_line(const int16_t* p, const int32_t* offset, const SetCoefficients& k,
                                  __m256i low, __m256i high, __m256i* out) {
  const __m256i centre = load256(p);
  __m256i even[kLoopSets], odd[kLoopSets];
  for (int32_t s = 0; s < kLoopSets; ++s) even[s] = odd[s] = _mm256_set1_epi32(128);
  for (int32_t i = 0; i < kLoopTaps; ++i) {
    const __m256i a = _mm256_sub_epi16(load256(p + offset[i]), centre);
    const __m256i b = _mm256_sub_epi16(load256(p - offset[i]), centre);
    const __m256i plain = _mm256_add_epi16(a, b);
    const __m256i clipped = _mm256_add_epi16(_mm256_max_epi16(low, _mm256_min_epi16(a, high)),
                                             _mm256_max_epi16(low, _mm256_min_epi16(b, high)));
    const __m256i first = _mm256_unpacklo_epi16(plain, clipped),
                  second = _mm256_unpackhi_epi16(plain, clipped);
    for (int32_t s = 0; s < kLoopSets; ++s) {
      even[s] = _mm256_add_epi32(even[s], _mm256_madd_epi16(first, load256(k.even[i][s])));
      odd[s] = _mm256_add_epi32(odd[s], _mm256_madd_epi16(second, load256(k.odd[i][s])));
    }
  }
  for (int32_t s = 0; s < kLoopSets; ++s) {
    const __m256i change = _mm256_packs_epi32(_mm256_srai_epi32(even[s], 8), _mm256_srai_epi32(odd[s], 8));
    out[s] = _mm256_add_epi16(centre, change);
  }
}

class Superblock {
 public:
  Superblock(const LoopPlane& plane, int32_t x0, int32_t y0, int32_t step16, const PlaneView<Pixel>* to)
      : block_(plane, x0, y0, step16), to_(to) {
    widen_rows(block_.bytes, block_.w, block_.h, &window_);
  }

  void filter() {
    for (int32_t y = 0; y < block_.h; y += 4) filter_row(y, block_.classes_of(y));
  }

 private:
  PC15_AVX2 void filter_row(int32_t y, const int32_t* classes) {
    static const TapOffsets offsets;
    const int16_t clip = static_cast<int16_t>(normative::loop_clip(block_.step16));
    const __m256i high = _mm256_set1_epi16(clip), low = _mm256_set1_epi16(static_cast<int16_t>(-clip));
    for (int32_t x = 0; x < block_.w; x += 16) {
      const FourBlocks blocks(classes + x / 4, (block_.w - x) / 4);
      prepare(blocks);
      alignas(32) Pixel rows[kLoopSets][4 * 16];
      for (int32_t r = 0; r < 4; ++r) {
        __m256i line[kLoopSets];
        filter_line(window_.at(x, y + r), offsets.at, coefficients_, low, high, line);
        for (int32_t s = 0; s < kLoopSets; ++s) store128(rows[s] + 16 * r, narrow(line[s]));
      }
      for (int32_t s = 0; s < kLoopSets; ++s) {
        write_blocks(block_.plane, to_[s], block_.x0 + x, block_.y0 + y, blocks.count, rows[s]);
      }
    }
  }

  PC15_AVX2 void prepare(const FourBlocks& blocks) {
    static const Permutation permutation;
    for (int32_t s = 0; s < kLoopSets; ++s) {
      const int8_t* const filters =
          loop_filters(block_.plane.chroma, normative::loop_point(block_.step16), s);
      const Coefficients k = coefficients(permutation, filters, blocks.codes);
      spread<0>(k, s, &coefficients_);
      spread<1>(k, s, &coefficients_);
      spread<2>(k, s, &coefficients_);
      spread<3>(k, s, &coefficients_);
    }
  }

  LoadedSuperblock block_;
  const PlaneView<Pixel>* to_;
  SetCoefficients coefficients_;
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

}  // namespace pc15::backend::avx2

#endif
