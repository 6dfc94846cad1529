// A superblock before the loop filter, the classes of its blocks, and coefficients where the taps want them,
// for the files that filter.
//
// Samples stay bytes. A difference clipped to +-t is one of samples: p - c limited is min(max(p, c - t), c +
// t)
// - c, and c - t, c + t may saturate, since p does. So with sums f (p + p' - 2c) + g (q + q' - 2c), q the
// clipped p, everything but the share of c is sums of products of unsigned and signed bytes, four in one
// instruction; and c gets what is missing to 256, so that the sum over 256 is the filtered sample.
#pragma once

#include "backend/cpu/simd_avx512.h"
#include "backend/loop_filter.h"

#if defined(PC15_HAS_AVX512)

#include <algorithm>
#include <cstring>

namespace pc15::backend::avx512 {

using normative::kLoopReach;
using normative::kLoopTaps;

constexpr int32_t kSide = 64, kBefore = 16, kPitch = kSide + 2 * kBefore, kRows = kSide + 2 * kLoopReach;
struct Window {
  alignas(64) Pixel samples[kRows * kPitch];
  const Pixel* at(int32_t x, int32_t y) const { return samples + (y + kLoopReach) * kPitch + x + kBefore; }
};

// Columns -8 ... 71 of the rows around the superblock, the border of the plane repeated.
PC15_AVX512 inline void load(const PlaneView<const Pixel>& from, int32_t x0, int32_t y0, int32_t h,
                             Window* out) {
  constexpr int32_t kAround = 8, kWidth = kSide + 2 * kAround;
  const int32_t first = x0 - kAround;
  const int32_t before = std::max(0, -first), inside = std::min(first + kWidth, from.width) - first;
  for (int32_t y = -kLoopReach; y < h + kLoopReach; ++y) {
    const Pixel* const row = from.row(std::max(0, std::min(from.height - 1, y0 + y)));
    Pixel* const line = out->samples + (y + kLoopReach) * kPitch + kBefore - kAround;
    if (before == 0 && inside == kWidth) {
      store512(line, load512(row + first));
      store128(line + 64, load128(row + first + 64));
      continue;
    }
    std::memset(line, row[0], static_cast<size_t>(before));
    std::memcpy(line + before, row + first + before, static_cast<size_t>(inside - before));
    std::memset(line + inside, row[from.width - 1], static_cast<size_t>(kWidth - inside));
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
PC15_AVX512 inline void classify(const Sums& above, const Sums& below, int32_t step16, int32_t* classes) {
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
  store512(classes, plus_where(_mm512_cmpgt_epi32_mask(v, h), code, 2));
}

// Calls filter_row(y, classes) for every row of blocks of a superblock of w x h samples, top to bottom.
template <typename Filter>
PC15_AVX512 inline void filter_rows(const Window& window, int32_t w, int32_t h, int32_t step16,
                                    Filter& filter) {
  const bool whole = w == kSide;
  Sums above = half_window(window, -2, whole);
  for (int32_t y = 0; y < h; y += 4) {
    const Sums below = half_window(window, y + 2, whole);
    int32_t classes[kSide / 4];
    classify(above, below, step16, classes);
    filter.filter_row(y, classes);
    above = below;
  }
}

// The 24 taps in fours.
constexpr int32_t kFours = kLoopTaps / 2;
constexpr int8_t kPlaces[kFours][4][2] = {
    {{-3, 0}, {-2, 0}, {-1, 0}, {1, 0}},    {{2, 0}, {3, 0}, {2, -1}, {-2, 1}},
    {{-2, -1}, {-1, -1}, {0, -1}, {1, -1}}, {{-1, 1}, {0, 1}, {1, 1}, {2, 1}},
    {{-1, -2}, {0, -2}, {1, -2}, {0, -3}},  {{-1, 2}, {0, 2}, {1, 2}, {0, 3}}};

// Permutations of bytes: coefficients[orientation] those of a filter's first halves and of what its centre
// counts, two blocks side by side 32 bytes apart; dwords[k] the k-th of four blocks, to every sample of each;
// taps[k] samples of a row and of the next source, that begin 3 before the first of 16, to the fours of each;
// centre.
struct Permutations {
  Permutations() {
    std::memset(this, 0, sizeof(*this));
    for (int32_t o = 0; o < 4; ++o) {
      for (int32_t k = 0; k < 32; ++k) {
        const int32_t from = k < 2 * kLoopTaps ? coefficient(o, kPlaces[k / 4][k % 4]) : k;
        coefficients[o][0][k] = static_cast<uint8_t>(from);
        coefficients[o][1][k] = static_cast<uint8_t>(from + 32);
      }
    }
    for (int32_t i = 0; i < 64; ++i) {
      const int32_t sample = i / 4, tap = i % 4;
      for (int32_t k = 0; k < kFours; ++k) {
        const bool other = kPlaces[k][tap][1] != kPlaces[k][0][1];
        taps[k][i] = static_cast<uint8_t>((other ? 64 : 0) + sample + 3 + kPlaces[k][tap][0]);
      }
      third[i] = static_cast<uint8_t>(tap == 3 ? taps[1][i] : i);
      centre[i] = static_cast<uint8_t>(sample + 3);
    }
    for (int32_t k = 0; k <= kFours; ++k) {
      for (int32_t i = 0; i < 16; ++i) dwords[k][i] = k + 8 * (i / 4);
    }
  }
  // Of the tap that an orientation turns to a place or to its opposite.
  static int32_t coefficient(int32_t o, const int8_t* place) {
    for (int32_t i = 0;; ++i) {
      const int8_t* const tap = normative::loop_tap(i);
      int32_t x = tap[0], y = (o & 1) != 0 ? -tap[1] : tap[1];
      if ((o & 2) != 0) std::swap(x, y);
      if ((x == place[0] && y == place[1]) || (x == -place[0] && y == -place[1])) return 2 * i;
    }
  }
  alignas(64) uint8_t taps[kFours][64], third[64], centre[64];
  alignas(64) int32_t dwords[kFours + 1][16];
  alignas(32) uint8_t coefficients[4][2][32];
};
inline const Permutations& permutations() {
  static const Permutations all;
  return all;
}

// A filter's 24 coefficients, then what its centre counts as a number of 16 bits: 256 less every coefficient
// twice, for the samples of a pair.
struct PaddedFilter {
  int8_t coefficients[2 * kLoopTaps];
  int16_t centre, rest[3];
};
struct PaddedFilters {
  PaddedFilters() {
    std::memset(of, 0, sizeof(of));
    const int8_t* from = loop_filters(false, 0, 0);
    for (PaddedFilter& f : of) {
      std::memcpy(f.coefficients, from, sizeof(f.coefficients));
      f.centre = 256;
      for (const int8_t k : f.coefficients) f.centre = static_cast<int16_t>(f.centre - 2 * k);
      from += sizeof(f.coefficients);
    }
  }
  PaddedFilter of[kLoopFilterBytes / (2 * kLoopTaps)];
};
inline const PaddedFilter* padded_filters(bool chroma, int32_t point, int32_t set) {
  static const PaddedFilters all;
  return all.of + (loop_filters(chroma, point, set) - loop_filters(false, 0, 0)) / (2 * kLoopTaps);
}

// Of four blocks, for every sample of a row of 16: fours of bytes, and what the centre counts.
struct Coefficients {
  __m512i plain[kFours], clipped[kFours], centre;
};

// Two blocks' filters, 32 bytes apart, and their permutation.
struct TwoFilters {
  PC15_AVX512 TwoFilters(const Permutations& p, const PaddedFilter* filters, int32_t code, int32_t other) {
    const __m512i both = two_of(filters + (code >> 2), filters + (other >> 2));
    const __m512i order = two_of(p.coefficients[code & 3][0], p.coefficients[other & 3][1]);
    plain = _mm512_permutexvar_epi8(order, both);
    clipped = _mm512_permutexvar_epi8(_mm512_add_epi8(order, _mm512_set1_epi8(1)), both);
  }
  PC15_AVX512 static __m512i two_of(const void* a, const void* b) {
    return _mm512_inserti64x4(_mm512_castsi256_si512(load256(a)), load256(b), 1);
  }
  __m512i plain, clipped;
};

// `codes`: what classify() says of the four blocks.
PC15_AVX512 inline void unfold(const Permutations& p, const PaddedFilter* filters, const int32_t* codes,
                               Coefficients* out) {
  const TwoFilters a(p, filters, codes[0], codes[1]), b(p, filters, codes[2], codes[3]);
  for (int32_t k = 0; k < kFours; ++k) {
    const __m512i which = load512(p.dwords[k]);
    out->plain[k] = _mm512_permutex2var_epi32(a.plain, which, b.plain);
    out->clipped[k] = _mm512_permutex2var_epi32(a.clipped, which, b.clipped);
  }
  out->centre = _mm512_permutex2var_epi32(a.plain, load512(p.dwords[kFours]), b.plain);
}

// What the taps of 16 samples of a row see, in fours, as it is and clipped; the centre in 32 bits.
struct Taps {
  __m512i plain[kFours], clipped[kFours], centre;
};

PC15_AVX512 inline __m512i row_of(const Pixel* p) { return _mm512_castsi256_si512(load256(p)); }

PC15_AVX512 inline void read_taps(const Permutations& order, const Pixel* centre, __m512i clip, Taps* out) {
  const Pixel* const p = centre - 3;
  const __m512i row = row_of(p), above = row_of(p - kPitch), below = row_of(p + kPitch);
  const auto two = [&](int32_t k, __m512i first, __m512i second) PC15_AVX512 {
    return _mm512_permutex2var_epi8(first, load512(order.taps[k]), second);
  };
  const auto one = [&](int32_t k, __m512i source)
                       PC15_AVX512 { return _mm512_permutexvar_epi8(load512(order.taps[k]), source); };
  out->plain[0] = one(0, row);
  out->plain[1] = _mm512_permutex2var_epi8(two(1, row, above), load512(order.third), below);
  out->plain[2] = one(2, above);
  out->plain[3] = one(3, below);
  out->plain[4] = two(4, row_of(p - 2 * kPitch), row_of(p - 3 * kPitch));
  out->plain[5] = two(5, row_of(p + 2 * kPitch), row_of(p + 3 * kPitch));
  const __m512i c = _mm512_permutexvar_epi8(load512(order.centre), row);
  const __m512i low = _mm512_subs_epu8(c, clip), high = _mm512_adds_epu8(c, clip);
  for (int32_t k = 0; k < kFours; ++k) {
    out->clipped[k] = _mm512_min_epu8(_mm512_max_epu8(out->plain[k], low), high);
  }
  out->centre = _mm512_and_si512(c, _mm512_set1_epi32(255));
}

// 16 filtered samples in 32 bits, which packing clips.
PC15_AVX512 inline __m512i filter_taps(const Taps& t, const Coefficients& k) {
  __m512i a = _mm512_dpwssd_epi32(_mm512_set1_epi32(128), t.centre, k.centre), b = _mm512_setzero_si512();
  for (int32_t i = 0; i < kFours; ++i) {
    a = _mm512_dpbusd_epi32(a, t.plain[i], k.plain[i]);
    b = _mm512_dpbusd_epi32(b, t.clipped[i], k.clipped[i]);
  }
  return _mm512_srai_epi32(_mm512_add_epi32(a, b), 8);
}

// Four rows of 16 as bytes, one behind the other.
PC15_AVX512 inline __m512i pack_rows(const __m512i* rows) {
  const __m512i blocks =
      _mm512_packus_epi16(_mm512_packs_epi32(rows[0], rows[1]), _mm512_packs_epi32(rows[2], rows[3]));
  const __m512i turn = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  return _mm512_permutexvar_epi32(turn, blocks);
}

// The next four blocks of a row, what classify() says of them; one beyond the plane repeats the last.
struct FourBlocks {
  FourBlocks(const int32_t* classes, int32_t left) : count(std::min(4, left)) {
    for (int32_t i = 0; i < 4; ++i) codes[i] = classes[std::min(i, count - 1)];
  }
  int32_t count;
  int32_t codes[4];
};

// Four rows of 16 filtered samples to (x, y), but for blocks that are fixed.
PC15_AVX512 inline void write_blocks(const LoopPlane& plane, const PlaneView<Pixel>& to, int32_t x, int32_t y,
                                     int32_t blocks, __m512i rows) {
  uint32_t fixed = 0;
  if (plane.units.data != nullptr) {
    for (int32_t i = 0; i < blocks; ++i) fixed |= plane.units.at(x / 4 + i, y / 4) & kFixed;
  }
  if (blocks == 4 && fixed == 0) {
    store128(to.row(y) + x, _mm512_castsi512_si128(rows));
    store128(to.row(y + 1) + x, _mm512_extracti32x4_epi32(rows, 1));
    store128(to.row(y + 2) + x, _mm512_extracti32x4_epi32(rows, 2));
    store128(to.row(y + 3) + x, _mm512_extracti32x4_epi32(rows, 3));
    return;
  }
  alignas(64) Pixel samples[64];
  store512(samples, rows);
  for (int32_t i = 0; i < blocks; ++i) {
    if (plane.units.data != nullptr && (plane.units.at(x / 4 + i, y / 4) & kFixed) != 0) continue;
    for (int32_t r = 0; r < 4; ++r) std::memcpy(to.row(y + r) + x + 4 * i, samples + 16 * r + 4 * i, 4);
  }
}

}  // namespace pc15::backend::avx512

#endif
