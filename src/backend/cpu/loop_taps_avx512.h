// What the taps of the loop filter see, and coefficients where they want them, for the files that filter.
//
// Samples stay bytes. A difference p - c clipped to +-t is q - c with q = min(max(p, c - t), c + t), where
// c - t and c + t may saturate, since p does. So in f (p + p' - 2c) + g (q + q' - 2c) everything but the
// share of c is sums of products of unsigned and signed bytes, four in one instruction; and c gets what is
// missing to 256, so that the sum over 256 is the filtered sample.
#pragma once

#include "backend/cpu/loop_window_avx512.h"

#if defined(PC15_HAS_AVX512)

#include <algorithm>
#include <cstring>

namespace pc15::backend::avx512 {

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
