// The loop filter: with small clips in bytes, see loop_bytes_avx2.h; else four blocks of a row at a time.
//
// The other version turns the taps of a block; here the samples stay where they are and the coefficients are
// permuted, which is the same because the taps form a diamond: a turned tap is another tap, or its opposite.
// So all blocks of a row read the same neighbours and a row of 16 samples is one register, each block with
// coefficients of its own.
#include "backend/cpu/avx2.h"

#if defined(PC15_HAS_AVX2)

#include <algorithm>
#include <cstring>

#include "backend/cpu/loop_bytes_avx2.h"
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

// Clips of at most kSmallClip.
PC15_AVX2 void filter_narrowly(const LoadedSuperblock& s, int32_t set) {
  static const BytePermutation permutation;
  const int8_t* const filters = loop_filters(s.plane.chroma, normative::loop_point(s.step16), set - 1);
  const __m256i clip = _mm256_set1_epi8(static_cast<char>(normative::loop_clip(s.step16)));
  for (int32_t y = 0; y < s.h; y += 4) {
    for (int32_t x = 0; x < s.w; x += 32) {
      ByteCoefficients k;
      unfold(permutation, filters, s.classes_of(y) + x / 4, &k);
      __m256i rows[4];
      for (int32_t r = 0; r < 4; ++r) rows[r] = filter_bytes(s.bytes.at(x, y + r), k, clip);
      write_eight(s.plane, s.x0 + x, s.y0 + y, std::min(8, (s.w - x) / 4), rows);
    }
  }
}

PC15_AVX2 void filter_widely(const LoadedSuperblock& s, int32_t set) {
  static const Permutation permutation;
  static const TapOffsets offsets;
  const int8_t* const filters = loop_filters(s.plane.chroma, normative::loop_point(s.step16), set - 1);
  Window window;
  widen_rows(s.bytes, s.w, s.h, &window);
  for (int32_t y = 0; y < s.h; y += 4) {
    for (int32_t x = 0; x < s.w; x += 16) {
      const FourBlocks blocks(s.classes_of(y) + x / 4, (s.w - x) / 4);
      const Coefficients k = coefficients(permutation, filters, blocks.codes);
      alignas(32) Pixel rows[4 * 16];
      filter_blocks(window.at(x, y), offsets.at, k, normative::loop_clip(s.step16), rows);
      write_blocks(s.plane, s.plane.to, s.x0 + x, s.y0 + y, blocks.count, rows);
    }
  }
}

void filter_superblock(const LoopPlane& plane, int32_t x0, int32_t y0, int32_t step16, int32_t first,
                       Span<const PlaneView<Pixel>>) {
  const LoadedSuperblock block(plane, x0, y0, step16);
  if (normative::loop_clip(step16) <= kSmallClip) {
    filter_narrowly(block, first);
  } else {
    filter_widely(block, first);
  }
}

}  // namespace

void filter_loop(const LoopPlane& plane, int32_t begin, int32_t end) {
  filter_loop_by(filter_superblock, plane, begin, end);
}

}  // namespace pc15::backend::avx2

#endif
