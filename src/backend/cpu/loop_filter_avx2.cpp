// The loop filter, four blocks of a row at a time.
//
// The other version turns the taps of a block; here the samples stay where they are and the coefficients are
// permuted, which is the same because the taps form a diamond: a turned tap is another tap, or its opposite.
// So all blocks of a row read the same neighbours and a row of 16 samples is one register, each block with
// coefficients of its own.
#include "backend/cpu/avx2.h"

#if defined(PC15_HAS_AVX2)

#include <algorithm>
#include <cstring>

#include "backend/cpu/loop_window_avx2.h"

namespace pc15::backend::avx2 {
namespace {

// Two rows of 16 samples while the taps add up.
struct Rows {
  __m256i centre[2], sum[2][2];  // sum: the blocks of even and of odd
};

// Adds tap kLane of four whose coefficients are given, `offset` samples from the centre and opposite.
template <int kLane>
PC15_AVX2 inline void add_tap(const int16_t* p, int32_t offset, __m256i even4, __m256i odd4, __m256i low,
                              __m256i high, Rows* rows) {
  const __m256i even = _mm256_shuffle_epi32(even4, 0x55 * kLane),
                odd = _mm256_shuffle_epi32(odd4, 0x55 * kLane);
  for (int32_t r = 0; r < 2; ++r, p += kPitch) {
    const __m256i a = _mm256_sub_epi16(load256(p + offset), rows->centre[r]);
    const __m256i b = _mm256_sub_epi16(load256(p - offset), rows->centre[r]);
    const __m256i plain = _mm256_add_epi16(a, b);
    const __m256i clipped = _mm256_add_epi16(_mm256_max_epi16(low, _mm256_min_epi16(a, high)),
                                             _mm256_max_epi16(low, _mm256_min_epi16(b, high)));
    __m256i* const sum = rows->sum[r];
    sum[0] = _mm256_add_epi32(sum[0], _mm256_madd_epi16(_mm256_unpacklo_epi16(plain, clipped), even));
    sum[1] = _mm256_add_epi32(sum[1], _mm256_madd_epi16(_mm256_unpackhi_epi16(plain, clipped), odd));
  }
}

// Four rows of 16 samples at `p`; `out` gets rows of 16.
PC15_AVX2 inline void filter_blocks(const int16_t* p, const int32_t* offset, const Coefficients& k,
                                    int32_t clip, Pixel* out) {
  const __m256i high = _mm256_set1_epi16(static_cast<int16_t>(clip)),
                low = _mm256_set1_epi16(static_cast<int16_t>(-clip));
  for (int32_t y = 0; y < 4; y += 2, p += 2 * kPitch, out += 32) {
    Rows rows;
    for (int32_t r = 0; r < 2; ++r) {
      rows.centre[r] = load256(p + r * kPitch);
      rows.sum[r][0] = rows.sum[r][1] = _mm256_set1_epi32(128);
    }
    for (int32_t g = 0; g < kLoopTaps / 4; ++g) {
      add_tap<0>(p, offset[4 * g], k.even[g], k.odd[g], low, high, &rows);
      add_tap<1>(p, offset[4 * g + 1], k.even[g], k.odd[g], low, high, &rows);
      add_tap<2>(p, offset[4 * g + 2], k.even[g], k.odd[g], low, high, &rows);
      add_tap<3>(p, offset[4 * g + 3], k.even[g], k.odd[g], low, high, &rows);
    }
    __m256i row[2];
    for (int32_t r = 0; r < 2; ++r) {
      const __m256i change =
          _mm256_packs_epi32(_mm256_srai_epi32(rows.sum[r][0], 8), _mm256_srai_epi32(rows.sum[r][1], 8));
      row[r] = _mm256_add_epi16(rows.centre[r], change);
    }
    store256(out, _mm256_permute4x64_epi64(_mm256_packus_epi16(row[0], row[1]), 0xD8));
  }
}

class Superblock {
 public:
  Superblock(const LoopPlane& plane, int32_t x0, int32_t y0, const LoopBlock& block)
      : plane_(plane), x0_(x0), y0_(y0), w_(std::min(plane.side, plane.from.width - x0)),
        h_(std::min(plane.side, plane.from.height - y0)), block_(block) {
    load(plane.from, x0, y0, (w_ + 15) & ~15, h_, &window_);
  }

  void filter() { filter_rows(window_, w_, h_, block_.step16, *this); }

  PC15_AVX2 void filter_row(int32_t y, const int32_t* classes) {
    static const Permutation permutation;
    static const TapOffsets offsets;
    const int8_t* const filters =
        loop_filters(plane_.chroma, normative::loop_point(block_.step16), block_.set - 1);
    for (int32_t x = 0; x < w_; x += 16) {
      const FourBlocks blocks(classes + x / 4, (w_ - x) / 4);
      const Coefficients k = coefficients(permutation, filters, blocks.codes);
      alignas(32) Pixel rows[4 * 16];
      filter_blocks(window_.at(x, y), offsets.at, k, normative::loop_clip(block_.step16), rows);
      write_blocks(plane_, plane_.to, x0_ + x, y0_ + y, blocks.count, rows);
    }
  }

 private:
  const LoopPlane& plane_;
  int32_t x0_, y0_, w_, h_;
  LoopBlock block_;
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

}  // namespace pc15::backend::avx2

#endif
