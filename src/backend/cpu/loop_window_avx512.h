// A superblock before the loop filter, in bytes, and the classes of its blocks, for the files that filter.
#pragma once

#include "backend/cpu/simd_avx512.h"
#include "backend/loop_filter.h"

#if defined(PC15_HAS_AVX512)

#include <algorithm>
#include <cstring>

namespace pc15::backend::avx512 {

using normative::kLoopReach;
using normative::kLoopTaps;

constexpr int32_t kSide = 64, kBlocks = kSide / 4, kBefore = 16, kPitch = kSide + 2 * kBefore,
                  kRows = kSide + 2 * kLoopReach;
// Rows as they lie, for the classes; and strips of two blocks and three samples on each side, whose rows of
// 16 follow each other: one register holds four of them.
struct Window {
  static constexpr int32_t kStripBytes = 16 * (kRows + 2);
  alignas(64) Pixel samples[kRows * kPitch];
  alignas(64) Pixel strips[kBlocks / 2 * kStripBytes];
  const Pixel* at(int32_t x, int32_t y) const { return samples + (y + kLoopReach) * kPitch + x + kBefore; }
  // Sample (4 block - 3, y).
  const Pixel* strip_at(int32_t block, int32_t y) const {
    return strips + (block >> 1) * kStripBytes + (y + kLoopReach) * 16 + (block & 1) * 4;
  }
};

// Columns -8 ... 71 of the rows around the superblock, the border of the plane repeated.
PC15_AVX512 inline void load_rows(const PlaneView<const Pixel>& from, int32_t x0, int32_t y0, int32_t h,
                                  Pixel* line) {
  constexpr int32_t kAround = 8, kWidth = kSide + 2 * kAround;
  const int32_t first = x0 - kAround;
  const int32_t before = std::max(0, -first), inside = std::min(first + kWidth, from.width) - first;
  const bool whole = before == 0 && inside == kWidth;
  const auto bits = [](int32_t n) { return n < 64 ? (UINT64_C(1) << n) - 1 : ~UINT64_C(0); };
  const uint64_t left = bits(before), most = bits(inside) & ~left;
  const auto last = static_cast<__mmask16>(inside > 64 ? bits(inside - 64) : 0);
  line += kBefore - kAround;
  for (int32_t y = -kLoopReach; y < h + kLoopReach; ++y, line += kPitch) {
    const Pixel* const row = from.row(std::max(0, std::min(from.height - 1, y0 + y)));
    if (whole) {
      store512(line, load512(row + first));
      store128(line + 64, load128(row + first + 64));
      continue;
    }
    const __m512i right = _mm512_set1_epi8(static_cast<char>(row[from.width - 1]));
    const __m512i rest = _mm512_mask_mov_epi8(right, left, _mm512_set1_epi8(static_cast<char>(row[0])));
    store512(line, _mm512_mask_loadu_epi8(rest, most, row + first));
    store128(line + 64, _mm_mask_loadu_epi8(_mm512_castsi512_si128(right), last, row + first + 64));
  }
}

PC15_AVX512 inline void load(const PlaneView<const Pixel>& from, int32_t x0, int32_t y0, int32_t h,
                             Window* out) {
  load_rows(from, x0, y0, h, out->samples);
  for (int32_t y = -kLoopReach; y < h + kLoopReach; ++y) {
    const Pixel* const line = out->at(-kLoopReach, y);
    Pixel* const strip = out->strips + (y + kLoopReach) * 16;
    for (int32_t i = 0; i < kBlocks / 2; ++i)
      store128(strip + i * Window::kStripBytes, load128(line + 8 * i));
  }
}

// |2 p - p' - p''| vertically, horizontally and along the diagonals, added up over rows: of every second
// column from -2 on, and of two more behind the last of them.
struct Sums {
  __m512i most[4];
  __m128i last[4];
};

// Every second sample from p on.
PC15_AVX512 inline __m512i every_second(const Pixel* p) {
  return _mm512_and_si512(load512(p), _mm512_set1_epi16(255));
}
PC15_AVX512 inline __m128i last_ones(const Pixel* p) {
  return _mm_and_si128(load128(p), _mm_set1_epi16(255));
}

constexpr int32_t kAlong[4] = {kPitch, 1, kPitch + 1, kPitch - 1};

PC15_AVX512 inline void add_row(const Pixel* p, bool whole, Sums* sums) {
  const __m512i c = every_second(p), twice = _mm512_add_epi16(c, c);
  for (int32_t i = 0; i < 4; ++i) {
    const __m512i around = _mm512_add_epi16(every_second(p - kAlong[i]), every_second(p + kAlong[i]));
    sums->most[i] = _mm512_add_epi16(sums->most[i], _mm512_abs_epi16(_mm512_sub_epi16(twice, around)));
  }
  if (!whole) return;
  const Pixel* const q = p + 64;
  const __m128i d = last_ones(q), doubled = _mm_add_epi16(d, d);
  for (int32_t i = 0; i < 4; ++i) {
    const __m128i around = _mm_add_epi16(last_ones(q - kAlong[i]), last_ones(q + kAlong[i]));
    sums->last[i] = _mm_add_epi16(sums->last[i], _mm_abs_epi16(_mm_sub_epi16(doubled, around)));
  }
}

// The positions of four rows from y on, as on a chessboard: half of what the windows of a row of blocks see.
PC15_AVX512 inline Sums half_window(const Window& window, int32_t y, bool whole) {
  Sums sums;
  for (__m512i& v : sums.most) v = _mm512_setzero_si512();
  for (__m128i& v : sums.last) v = _mm_setzero_si128();
  for (int32_t r = 0; r < 4; ++r) add_row(window.at((r & 1) - 2, y + r), whole, &sums);
  return sums;
}

// The windows of 16 blocks: eight columns from each fourth on, of two halves.
PC15_AVX512 inline __m512i windows(const Sums& a, const Sums& b, int32_t i) {
  const __m512i fours = _mm512_madd_epi16(_mm512_add_epi16(a.most[i], b.most[i]), _mm512_set1_epi16(1));
  const __m128i next = _mm_madd_epi16(_mm_add_epi16(a.last[i], b.last[i]), _mm_set1_epi16(1));
  return _mm512_add_epi32(fours, _mm512_alignr_epi32(_mm512_castsi128_si512(next), fours, 1));
}

PC15_AVX512 inline __m512i plus_where(__mmask16 mask, __m512i v, int32_t more) {
  return _mm512_mask_add_epi32(v, mask, v, _mm512_set1_epi32(more));
}

// v + unit * normative::loop_ratio of the larger and the smaller of a and b.
PC15_AVX512 inline __m512i plus_ratio(__m512i v, __m512i a, __m512i b, int32_t unit) {
  const __m512i high = _mm512_max_epi32(a, b), low = _mm512_min_epi32(a, b);
  const __m512i three = _mm512_add_epi32(low, _mm512_add_epi32(low, low));
  v = plus_where(_mm512_cmpgt_epi32_mask(_mm512_add_epi32(high, high), three), v, unit);
  return plus_where(_mm512_cmpgt_epi32_mask(high, three), v, unit);
}

// normative::loop_class of 16 blocks of a row: 4 * index + orientation, flip 1, transpose 2.
PC15_AVX512 inline void classify(const Sums& above, const Sums& below, int32_t step16, uint16_t* classes) {
  static constexpr int32_t kBorder[7] = {4, 8, 15, 25, 40, 65, 110};
  const __m512i v = windows(above, below, 0), h = windows(above, below, 1), d = windows(above, below, 2),
                u = windows(above, below, 3);
  const __m512i sum = _mm512_mullo_epi32(_mm512_add_epi32(v, h), _mm512_set1_epi32(50));
  __m512i code = _mm512_setzero_si512();
  for (const int32_t border : kBorder) {
    code = plus_where(_mm512_cmpgt_epi32_mask(sum, _mm512_set1_epi32(border * step16)), code, 36);
  }
  code = plus_ratio(plus_ratio(code, v, h, 12), d, u, 4);
  code = plus_where(_mm512_cmpgt_epi32_mask(u, d), code, 1);
  code = plus_where(_mm512_cmpgt_epi32_mask(v, h), code, 2);
  store256(classes, _mm512_cvtepi32_epi16(code));
}

// The classes of a superblock of w x h samples, in rows of kBlocks; those beyond w are in range.
PC15_AVX512 inline void classify_all(const Window& window, int32_t w, int32_t h, int32_t step16,
                                     uint16_t* classes) {
  const bool whole = w == kSide;
  Sums above = half_window(window, -2, whole);
  for (int32_t y = 0; y < h; y += 4, classes += kBlocks) {
    const Sums below = half_window(window, y + 2, whole);
    classify(above, below, step16, classes);
    above = below;
  }
}

}  // namespace pc15::backend::avx512

#endif
