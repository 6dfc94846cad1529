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

// Samples of a superblock and what is around it, widened; columns up to the next multiple of 16.
constexpr int32_t kSide = 64, kPitch = kSide + 16, kBefore = 8, kRows = kSide + 2 * kLoopReach;
struct Window {
  alignas(32) int16_t samples[kRows * kPitch + 32];
  const int16_t* at(int32_t x, int32_t y) const { return samples + (y + kLoopReach) * kPitch + x + kBefore; }
};

// Columns -8 ... `columns` + 7 of the rows around the superblock, the border of the plane repeated.
PC15_AVX2 inline void load(const PlaneView<const Pixel>& from, int32_t x0, int32_t y0, int32_t columns,
                           int32_t h, Window* out) {
  const int32_t width = columns + 2 * kBefore, first = x0 - kBefore;
  const int32_t before = std::max(0, -first), inside = std::min(first + width, from.width) - first;
  alignas(32) Pixel line[kPitch + 16];
  for (int32_t y = -kLoopReach; y < h + kLoopReach; ++y) {
    const Pixel* row = from.row(std::max(0, std::min(from.height - 1, y0 + y)));
    const Pixel* source = row + first;
    if (before > 0 || inside < width) {
      std::memset(line, row[0], static_cast<size_t>(before));
      std::memcpy(line + before, row + first + before, static_cast<size_t>(inside - before));
      std::memset(line + inside, row[from.width - 1], static_cast<size_t>(width - inside));
      source = line;
    }
    int16_t* const o = out->samples + (y + kLoopReach) * kPitch;
    for (int32_t x = 0; x < width; x += 16) {
      store256(o + x, widen(source + x));
    }
  }
}

struct Sums {
  __m256i vertical, horizontal, down, up;  // |2 p - p' - p''| of 16 samples
};

PC15_AVX2 inline __m256i bend(__m256i twice, const int16_t* a, const int16_t* b) {
  return _mm256_abs_epi16(_mm256_sub_epi16(_mm256_sub_epi16(twice, load256(a)), load256(b)));
}

PC15_AVX2 inline Sums activity(const int16_t* p) {
  const __m256i c = load256(p), twice = _mm256_add_epi16(c, c);
  return {bend(twice, p - kPitch, p + kPitch), bend(twice, p - 1, p + 1),
          bend(twice, p - kPitch - 1, p + kPitch + 1), bend(twice, p - kPitch + 1, p + kPitch - 1)};
}

// Every second sample of two rows, as on a chessboard: the even ones of the first, the odd ones of the
// second.
PC15_AVX2 inline Sums chessboard(const int16_t* p) {
  const Sums a = activity(p), b = activity(p + kPitch);
  return {_mm256_blend_epi16(a.vertical, b.vertical, 0xAA),
          _mm256_blend_epi16(a.horizontal, b.horizontal, 0xAA), _mm256_blend_epi16(a.down, b.down, 0xAA),
          _mm256_blend_epi16(a.up, b.up, 0xAA)};
}

// Sums over the rows of the windows of one row of blocks, by column from -2 on: at most 4 x 510.
struct Columns {
  alignas(32) int16_t vertical[kPitch + 16], horizontal[kPitch + 16], down[kPitch + 16], up[kPitch + 16];
};

PC15_AVX2 inline void add_to(int16_t* sum, __m256i v) { store256(sum, _mm256_add_epi16(load256(sum), v)); }

// Adds two rows of samples to the row of blocks above and to the one below; either may be null.
PC15_AVX2 inline void add_rows(const Window& window, int32_t y, int32_t columns, Columns* a, Columns* b) {
  for (int32_t x = 0; x < columns + 4; x += 16) {
    const Sums s = chessboard(window.at(x - 2, y));
    for (Columns* c : {a, b}) {
      if (c == nullptr) continue;
      add_to(c->vertical + x, s.vertical);
      add_to(c->horizontal + x, s.horizontal);
      add_to(c->down + x, s.down);
      add_to(c->up + x, s.up);
    }
  }
}

// Sums of 8 columns from each 4th on: the windows of 8 blocks.
PC15_AVX2 inline __m256i windows(const int16_t* sums) {
  const __m256i one = _mm256_set1_epi16(1);
  __m256i total = _mm256_setzero_si256();
  for (int32_t part = 0; part < 8; part += 4) {
    const __m256i low = _mm256_madd_epi16(load256(sums + part), one);
    const __m256i high = _mm256_madd_epi16(load256(sums + part + 16), one);
    total = _mm256_add_epi32(total, _mm256_permute4x64_epi64(_mm256_hadd_epi32(low, high), 0xD8));
  }
  return total;
}

// normative::loop_ratio of eight pairs, negated.
PC15_AVX2 inline __m256i ratio(__m256i high, __m256i low) {
  const __m256i three = _mm256_add_epi32(low, _mm256_add_epi32(low, low));
  return _mm256_add_epi32(_mm256_cmpgt_epi32(_mm256_add_epi32(high, high), three),
                          _mm256_cmpgt_epi32(high, three));
}

// normative::loop_class of the blocks of a row: 4 * index + orientation, flip 1, transpose 2.
PC15_AVX2 inline void classify(const Columns& sums, int32_t blocks, int32_t step16, int32_t* classes) {
  static constexpr int32_t kBorder[7] = {4, 8, 15, 25, 40, 65, 110};
  for (int32_t first = 0; first < blocks; first += 8) {
    const __m256i v = windows(sums.vertical + 4 * first), h = windows(sums.horizontal + 4 * first);
    const __m256i d = windows(sums.down + 4 * first), u = windows(sums.up + 4 * first);
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

// Calls filter_row(y, classes) for every row of blocks of a superblock of w x h samples, top to bottom.
template <typename Filter>
PC15_AVX2 inline void filter_rows(const Window& window, int32_t w, int32_t h, int32_t step16,
                                  Filter& filter) {
  Columns sums[2];
  std::memset(sums, 0, sizeof(sums));
  add_rows(window, -2, w, &sums[0], nullptr);
  add_rows(window, 0, w, &sums[0], nullptr);
  for (int32_t y = 0; y < h; y += 4) {
    Columns *const here = &sums[(y >> 2) & 1], *const next = &sums[((y >> 2) + 1) & 1];
    std::memset(next, 0, sizeof(*next));
    add_rows(window, y + 2, w, here, next);
    add_rows(window, y + 4, w, here, next);
    int32_t classes[kSide / 4];
    classify(*here, w / 4, step16, classes);
    filter.filter_row(y, classes);
  }
}

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
