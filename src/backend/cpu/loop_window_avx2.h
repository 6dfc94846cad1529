// A superblock before the loop filter, and the classes of its blocks, for the files that filter.
#pragma once

#include "backend/cpu/loop_parts.h"
#include "backend/cpu/simd_avx2.h"
#include "backend/loop_filter.h"

#if defined(PC15_HAS_AVX2)

#include <algorithm>
#include <cstring>

namespace pc15::backend::avx2 {

using normative::kLoopReach;
using normative::kLoopTaps;

constexpr int32_t kSide = 64, kBlocks = kSide / 4, kRows = kSide + 2 * kLoopReach;

// A superblock and what is around it.
struct ByteWindow {
  static constexpr int32_t kMargin = 16, kWidth = kSide + 2 * kMargin;
  alignas(32) Pixel samples[kRows * kWidth];
  const Pixel* at(int32_t x, int32_t y) const { return samples + (y + kLoopReach) * kWidth + x + kMargin; }
};

// The rows around the superblock, the border of the plane repeated.
PC15_AVX2 inline void load(const PlaneView<const Pixel>& from, int32_t x0, int32_t y0, int32_t h,
                           ByteWindow* out) {
  constexpr int32_t kWidth = ByteWindow::kWidth;
  const int32_t first = x0 - ByteWindow::kMargin;
  const int32_t before = std::max(0, -first), inside = std::min(first + kWidth, from.width) - first;
  Pixel* line = out->samples;
  for (int32_t y = -kLoopReach; y < h + kLoopReach; ++y, line += kWidth) {
    const Pixel* const row = from.row(std::max(0, std::min(from.height - 1, y0 + y)));
    if (before == 0 && inside == kWidth) {
      for (int32_t x = 0; x < kWidth; x += 32) store256(line + x, load256(row + first + x));
      continue;
    }
    std::memset(line, row[0], static_cast<size_t>(before));
    std::memcpy(line + before, row + first + before, static_cast<size_t>(inside - before));
    std::memset(line + inside, row[from.width - 1], static_cast<size_t>(kWidth - inside));
  }
}

// The same widened, columns -8 ... w + 7 and up to 15 more.
constexpr int32_t kPitch = kSide + 16, kBefore = 8;
struct Window {
  alignas(32) int16_t samples[kRows * kPitch + 32];
  const int16_t* at(int32_t x, int32_t y) const { return samples + (y + kLoopReach) * kPitch + x + kBefore; }
};

PC15_AVX2 inline void widen_rows(const ByteWindow& from, int32_t w, int32_t h, Window* out) {
  int16_t* line = out->samples;
  for (int32_t y = -kLoopReach; y < h + kLoopReach; ++y, line += kPitch) {
    for (int32_t x = 0; x < w + 2 * kBefore; x += 16) store256(line + x, widen(from.at(x - kBefore, y)));
  }
}

// |2 p - p' - p''| vertically, horizontally and along the diagonals, over four rows, of every second sample
// as on a chessboard: sums of four columns each, from -2 on, for half of what the windows of a row of blocks
// see.
constexpr int32_t kAlong[4] = {ByteWindow::kWidth, 1, ByteWindow::kWidth + 1, ByteWindow::kWidth - 1};
struct HalfWindows {
  alignas(32) int32_t sums[4][kBlocks + 8];
};

PC15_AVX2 inline __m256i every_second(const Pixel* p) {
  return _mm256_and_si256(load256(p), _mm256_set1_epi16(255));
}
PC15_AVX2 inline __m128i few(const Pixel* p) { return _mm_and_si128(load128(p), _mm_set1_epi16(255)); }

// 32 columns from p - 2 on.
PC15_AVX2 inline void add_activity(const Pixel* p, __m256i* sums) {
  const __m256i c = every_second(p), twice = _mm256_add_epi16(c, c);
  for (int32_t i = 0; i < 4; ++i) {
    const __m256i around = _mm256_add_epi16(every_second(p - kAlong[i]), every_second(p + kAlong[i]));
    sums[i] = _mm256_add_epi16(sums[i], _mm256_abs_epi16(_mm256_sub_epi16(twice, around)));
  }
}
// 16 columns.
PC15_AVX2 inline void add_activity(const Pixel* p, __m128i* sums) {
  const __m128i c = few(p), twice = _mm_add_epi16(c, c);
  for (int32_t i = 0; i < 4; ++i) {
    const __m128i around = _mm_add_epi16(few(p - kAlong[i]), few(p + kAlong[i]));
    sums[i] = _mm_add_epi16(sums[i], _mm_abs_epi16(_mm_sub_epi16(twice, around)));
  }
}

PC15_AVX2 inline void half_windows(const ByteWindow& window, int32_t y, int32_t columns, HalfWindows* out) {
  int32_t x = 0;
  for (; x < columns; x += 32) {
    __m256i sums[4] = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(),
                       _mm256_setzero_si256()};
    for (int32_t r = 0; r < 4; ++r) add_activity(window.at(x - 2 + (r & 1), y + r), sums);
    for (int32_t i = 0; i < 4; ++i) {
      store256(out->sums[i] + x / 4, _mm256_madd_epi16(sums[i], _mm256_set1_epi16(1)));
    }
  }
  __m128i sums[4] = {_mm_setzero_si128(), _mm_setzero_si128(), _mm_setzero_si128(), _mm_setzero_si128()};
  for (int32_t r = 0; r < 4; ++r) add_activity(window.at(x - 2 + (r & 1), y + r), sums);
  for (int32_t i = 0; i < 4; ++i) store128(out->sums[i] + x / 4, _mm_madd_epi16(sums[i], _mm_set1_epi16(1)));
}

// The windows of eight blocks: eight columns from each fourth on, of two halves.
PC15_AVX2 inline __m256i windows(const int32_t* a, const int32_t* b) {
  return _mm256_add_epi32(_mm256_add_epi32(load256(a), load256(a + 1)),
                          _mm256_add_epi32(load256(b), load256(b + 1)));
}

// normative::loop_ratio of eight pairs, negated.
PC15_AVX2 inline __m256i ratio(__m256i high, __m256i low) {
  const __m256i three = _mm256_add_epi32(low, _mm256_add_epi32(low, low));
  return _mm256_add_epi32(_mm256_cmpgt_epi32(_mm256_add_epi32(high, high), three),
                          _mm256_cmpgt_epi32(high, three));
}

// normative::loop_class of the blocks of a row: 4 * index + orientation, flip 1, transpose 2.
PC15_AVX2 inline void classify(const HalfWindows& above, const HalfWindows& below, int32_t blocks,
                               int32_t step16, int32_t* classes) {
  static constexpr int32_t kBorder[7] = {4, 8, 15, 25, 40, 65, 110};
  for (int32_t first = 0; first < blocks; first += 8) {
    const auto sum_of = [&](int32_t i)
                            PC15_AVX2 { return windows(above.sums[i] + first, below.sums[i] + first); };
    const __m256i v = sum_of(0), h = sum_of(1), d = sum_of(2), u = sum_of(3);
    const __m256i sum = _mm256_mullo_epi32(_mm256_add_epi32(v, h), _mm256_set1_epi32(50));
    __m256i grade = _mm256_setzero_si256();
    for (const int32_t border : kBorder) {
      grade = _mm256_add_epi32(grade, _mm256_cmpgt_epi32(sum, _mm256_set1_epi32(border * step16)));
    }
    const __m256i straight = ratio(_mm256_max_epi32(v, h), _mm256_min_epi32(v, h));
    const __m256i diagonal = ratio(_mm256_max_epi32(d, u), _mm256_min_epi32(d, u));
    // All three are negative counts: the index is -(9 grade + 3 straight + diagonal).
    const __m256i nine = _mm256_add_epi32(_mm256_slli_epi32(grade, 3), grade);
    const __m256i three = _mm256_add_epi32(straight, _mm256_add_epi32(straight, straight));
    const __m256i index = _mm256_add_epi32(_mm256_add_epi32(nine, three), diagonal);
    const __m256i flip = _mm256_cmpgt_epi32(u, d), transpose = _mm256_cmpgt_epi32(v, h);
    const __m256i turn = _mm256_add_epi32(flip, _mm256_add_epi32(transpose, transpose));
    const __m256i code = _mm256_add_epi32(_mm256_slli_epi32(index, 2), turn);
    store256(classes + first, _mm256_sub_epi32(_mm256_setzero_si256(), code));
  }
}

// The classes of a superblock of w x h samples, in rows of kBlocks; those beyond w are in range.
PC15_AVX2 inline void classify_all(const ByteWindow& window, int32_t w, int32_t h, int32_t step16,
                                   int32_t* classes) {
  HalfWindows halves[kBlocks + 1];
  for (int32_t i = 0; i <= h / 4; ++i) half_windows(window, 4 * i - 2, w, &halves[i]);
  for (int32_t i = 0; i < h / 4; ++i)
    classify(halves[i], halves[i + 1], w / 4, step16, classes + kBlocks * i);
}

// A superblock of w x h samples with its classes.
struct LoadedSuperblock {
  PC15_AVX2 LoadedSuperblock(const LoopPlane& of, int32_t x, int32_t y, int32_t step)
      : plane(of), x0(x), y0(y), w(std::min(of.side, of.from.width - x)),
        h(std::min(of.side, of.from.height - y)), step16(step) {
    load(of.from, x, y, h, &bytes);
    classify_all(bytes, w, h, step, classes);
  }
  const int32_t* classes_of(int32_t y) const { return classes + kBlocks * (y / 4); }

  const LoopPlane& plane;
  int32_t x0, y0, w, h, step16;
  int32_t classes[kBlocks * kBlocks];
  ByteWindow bytes;
};

// For each orientation of a block, byte shuffles that put the coefficients in the order of the taps where
// they lie: pairs of bytes from the first 16 and from the last 16 of a filter's 24.
struct Permutation {
  Permutation() {
    std::memset(mask, 0x80, sizeof(mask));
    for (int32_t o = 0; o < 4; ++o) {
      for (int32_t j = 0; j < kLoopTaps; ++j) {
        const int32_t i = turned_tap(o, j);
        for (int32_t byte = 0; byte < 2; ++byte) {
          mask[o][j / 8][i / 8][2 * (j % 8) + byte] =
              static_cast<uint8_t>((i < 8 ? 2 * i : 2 * i - 8) + byte);
        }
      }
    }
  }
  alignas(16) uint8_t mask[4][2][2][16];  // [orientation][taps 0-7, 8-11][from the first, the last 16 bytes]
};

// Coefficients of a block: taps 0-7 and 8-11.
PC15_AVX2 inline void unfold(const Permutation& permutation, const int8_t* filters, int32_t code,
                             __m256i* first, __m128i* last) {
  const int8_t* const filter = filters + (code >> 2) * 2 * kLoopTaps;
  const __m128i low = load128(filter);
  const __m128i high = load128(filter + 8);
  const __m128i* const mask = reinterpret_cast<const __m128i*>(permutation.mask[code & 3]);
  *first =
      _mm256_cvtepi8_epi16(_mm_or_si128(_mm_shuffle_epi8(low, mask[0]), _mm_shuffle_epi8(high, mask[1])));
  *last = _mm_cvtepi8_epi16(_mm_or_si128(_mm_shuffle_epi8(low, mask[2]), _mm_shuffle_epi8(high, mask[3])));
}

// Coefficients of four blocks as 16-bit pairs (plain, clipped), four taps to a register: those of blocks 0
// and 2 in the halves of even, of blocks 1 and 3 in those of odd, as unpacking places their samples.
struct Coefficients {
  __m256i even[3], odd[3];
};

// `codes`: what classify() says of the four blocks.
PC15_AVX2 inline Coefficients coefficients(const Permutation& permutation, const int8_t* filters,
                                           const int32_t* codes) {
  __m256i first[4];
  __m128i last[4];
  for (int32_t i = 0; i < 4; ++i) unfold(permutation, filters, codes[i], &first[i], &last[i]);
  return {{_mm256_permute2x128_si256(first[0], first[2], 0x20),
           _mm256_permute2x128_si256(first[0], first[2], 0x31), _mm256_set_m128i(last[2], last[0])},
          {_mm256_permute2x128_si256(first[1], first[3], 0x20),
           _mm256_permute2x128_si256(first[1], first[3], 0x31), _mm256_set_m128i(last[3], last[1])}};
}

// Distance in the window from a sample to the first one of each pair of taps.
struct TapOffsets {
  TapOffsets() {
    for (int32_t i = 0; i < kLoopTaps; ++i) {
      at[i] = normative::loop_tap(i)[1] * kPitch + normative::loop_tap(i)[0];
    }
  }
  int32_t at[kLoopTaps];
};

}  // namespace pc15::backend::avx2

#endif
