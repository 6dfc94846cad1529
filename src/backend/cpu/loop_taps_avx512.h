// What the taps of the loop filter see, and coefficients where they want them, for the files that filter.
//
// A register holds what four taps of a block's 16 samples see, in bytes: the sums of products of unsigned and
// signed bytes, four in one instruction, take coefficients that are the same everywhere. A difference p - c
// clipped to +-t is q - c with q = min(max(p, c - t), c + t), where c - t and c + t may saturate, since p
// does. With d = c - (c - t) and r = q - (c - t) the clipped halves are the sum of g (r + r') - 2 g d, and r
// + r' is a byte while 4 t is; the plain halves f (p + p' - 2 c) leave to c what is missing to 256, so that
// the sum over 256 is the filtered sample.
#pragma once

#include "backend/cpu/loop_parts.h"
#include "backend/cpu/loop_window_avx512.h"

#if defined(PC15_HAS_AVX512)

#include <algorithm>
#include <cstring>

namespace pc15::backend::avx512 {

constexpr int32_t kFours = kLoopTaps / 4;
// The first samples of the pairs by what fours of them read: rows y and y + 1, y + 1, y + 2 and y + 3.
constexpr int8_t kPlaces[kLoopTaps][2] = {{1, 0}, {2, 0}, {3, 0},  {2, 1}, {-2, 1}, {-1, 1},
                                          {0, 1}, {1, 1}, {-1, 2}, {0, 2}, {1, 2},  {0, 3}};

// Permutations of bytes: coefficients[orientation] those of a filter; taps[side][k] a strip's samples from
// the rows of the first of four taps on, and of one row further from the centre, to a block's samples;
// centre.
struct Permutations {
  Permutations() {
    std::memset(this, 0, sizeof(*this));
    for (int32_t o = 0; o < 4; ++o) {
      for (int32_t k = 0; k < 32; ++k) {
        const int32_t tap = k % kLoopTaps, half = k / kLoopTaps;
        coefficients[o][k] = static_cast<uint8_t>(half < 2 ? coefficient(o, kPlaces[tap]) + half : k);
      }
    }
    for (int32_t i = 0; i < 64; ++i) {
      const int32_t sample = i / 16 * 16 + i / 4 % 4 + kLoopReach;
      for (int32_t k = 0; k < kFours; ++k) {
        const int8_t *const place = kPlaces[4 * k + i % 4], *const first = kPlaces[4 * k];
        const int32_t other = place[1] != first[1] ? 64 : 0;
        taps[0][k][i] = static_cast<uint8_t>(other + sample + place[0]);
        taps[1][k][i] = static_cast<uint8_t>(other + sample - place[0]);
      }
      centre[i] = static_cast<uint8_t>(sample);
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
  alignas(64) uint8_t taps[2][kFours][64], centre[64];
  alignas(32) uint8_t coefficients[4][32];
};
inline const Permutations& permutations() {
  static const Permutations all;
  return all;
}

// A filter's 24 coefficients, then what c and d count.
struct PaddedFilter {
  int8_t coefficients[2 * kLoopTaps];
  int16_t centre, share, rest[2];
};
struct PaddedFilters {
  PaddedFilters() {
    std::memset(of, 0, sizeof(of));
    const int8_t* from = loop_filters(false, 0, 0);
    for (PaddedFilter& f : of) {
      std::memcpy(f.coefficients, from, sizeof(f.coefficients));
      int32_t plain = 0, clipped = 0;
      for (int32_t i = 0; i < kLoopTaps; ++i) {
        plain += from[2 * i];
        clipped += from[2 * i + 1];
      }
      f.centre = static_cast<int16_t>(256 - 2 * plain);
      f.share = static_cast<int16_t>(-2 * clipped);
      from += sizeof(f.coefficients);
    }
  }
  PaddedFilter of[kLoopFilterBytes / (2 * kLoopTaps)];
};
inline const PaddedFilter* padded_filters(bool chroma, int32_t point, int32_t set) {
  static const PaddedFilters all;
  return all.of + (loop_filters(chroma, point, set) - loop_filters(false, 0, 0)) / (2 * kLoopTaps);
}

// A block's: fours of plain and of clipped ones, then the centre's two.
struct alignas(32) Coefficients {
  int32_t plain[kFours], clipped[kFours], centre, rest;
};

// `classes`: what classify_all() says of a row of blocks.
PC15_AVX512 inline void unfold(const Permutations& order, const PaddedFilter* filters,
                               const uint16_t* classes, int32_t blocks, Coefficients* out) {
  for (int32_t i = 0; i < blocks; ++i) {
    const int32_t code = classes[i];
    store256(out + i,
             _mm256_permutexvar_epi8(load256(order.coefficients[code & 3]), load256(filters + (code >> 2))));
  }
}

// What the taps of a block see; with wide clips the two samples of a pair by themselves.
template <bool kWide>
struct Taps {
  __m512i plain[2][kFours], clipped[kWide ? 2 : 1][kFours], centre;
};
constexpr int32_t kNarrowClip = 63;

// `p`: Window::strip_at() of a block.
template <bool kWide>
PC15_AVX512 inline void read_taps(const Permutations& order, const Pixel* p, __m512i clip, Taps<kWide>* out) {
  const __m512i row = load512(p);
  const auto one = [&](int32_t side, int32_t k, int32_t y) PC15_AVX512 {
    return _mm512_permutexvar_epi8(load512(order.taps[side][k]), load512(p + 16 * y));
  };
  const auto two = [&](int32_t side, int32_t k, __m512i from, int32_t y) PC15_AVX512 {
    return _mm512_permutex2var_epi8(from, load512(order.taps[side][k]), load512(p + 16 * y));
  };
  out->plain[0][0] = two(0, 0, row, 1);
  out->plain[1][0] = two(1, 0, row, -1);
  out->plain[0][1] = one(0, 1, 1);
  out->plain[1][1] = one(1, 1, -1);
  out->plain[0][2] = two(0, 2, load512(p + 32), 3);
  out->plain[1][2] = two(1, 2, load512(p - 32), -3);
  const __m512i c = _mm512_permutexvar_epi8(load512(order.centre), row), low = _mm512_subs_epu8(c, clip);
  const __m512i width = _mm512_sub_epi8(_mm512_adds_epu8(c, clip), low);
  for (int32_t k = 0; k < kFours; ++k) {
    const __m512i a = _mm512_min_epu8(_mm512_subs_epu8(out->plain[0][k], low), width);
    const __m512i b = _mm512_min_epu8(_mm512_subs_epu8(out->plain[1][k], low), width);
    out->clipped[0][k] = kWide ? a : _mm512_add_epi8(a, b);
    if (kWide) out->clipped[kWide ? 1 : 0][k] = b;
  }
  // c and, 16 bits further, d.
  out->centre = _mm512_mask_sub_epi8(_mm512_and_si512(c, _mm512_set1_epi32(255)), 0x4444444444444444, c, low);
}

// The block's filtered samples in 32 bits, which packing clips.
template <bool kWide>
PC15_AVX512 inline __m512i filter_taps(const Taps<kWide>& t, const Coefficients& k) {
  __m512i a = _mm512_dpwssd_epi32(_mm512_set1_epi32(128), t.centre, _mm512_set1_epi32(k.centre));
  __m512i b = _mm512_setzero_si512();
  for (int32_t i = 0; i < kFours; ++i) {
    const __m512i plain = _mm512_set1_epi32(k.plain[i]), clipped = _mm512_set1_epi32(k.clipped[i]);
    a = _mm512_dpbusd_epi32(a, t.plain[0][i], plain);
    b = _mm512_dpbusd_epi32(b, t.plain[1][i], plain);
    b = _mm512_dpbusd_epi32(b, t.clipped[0][i], clipped);
    if (kWide) a = _mm512_dpbusd_epi32(a, t.clipped[kWide ? 1 : 0][i], clipped);
  }
  return _mm512_srai_epi32(_mm512_add_epi32(a, b), 8);
}

// Four blocks to rows of 16 bytes, one behind the other.
PC15_AVX512 inline __m512i pack_blocks(const __m512i* blocks) {
  return _mm512_packus_epi16(_mm512_packs_epi32(blocks[0], blocks[1]),
                             _mm512_packs_epi32(blocks[2], blocks[3]));
}

// Four rows of 16 filtered samples to (x, y), but for blocks that are fixed.
PC15_AVX512 inline void write_four(const LoopPlane& plane, const PlaneView<Pixel>& to, int32_t x, int32_t y,
                                   int32_t blocks, __m512i rows) {
  uint32_t fixed = 0;
  if (blocks == 4 && plane.units.data != nullptr) std::memcpy(&fixed, plane.units.row(y / 4) + x / 4, 4);
  if (PC15_UNLIKELY(blocks < 4 || (fixed & 0x01010101u * kFixed) != 0)) {
    alignas(64) Pixel samples[64];
    store512(samples, rows);
    write_blocks(plane, to, x, y, blocks, samples);
    return;
  }
  Pixel* const out = to.row(y) + x;
  store128(out, _mm512_castsi512_si128(rows));
  store128(out + to.stride, _mm512_extracti32x4_epi32(rows, 1));
  store128(out + 2 * to.stride, _mm512_extracti32x4_epi32(rows, 2));
  store128(out + 3 * to.stride, _mm512_extracti32x4_epi32(rows, 3));
}

}  // namespace pc15::backend::avx512

#endif
