// The loop filter on bytes, eight blocks of a row at a time, for small clips: what the clipped halves of a
// filter add up to fits 16 bits then.
//
// A difference p - c clipped to +-t is q - c with q = min(max(p, c - t), c + t), where c - t and c + t may
// saturate, since p does. With d = c - (c - t) and r = q - (c - t), the clipped halves are the sum of
// g (r + r') - 2 g d: bytes times bytes, two taps in one instruction. The plain halves f (p + p') - 2 f c
// need 32 bits; they are multiplied as pairs of taps.
#pragma once

#include "backend/cpu/loop_window_avx2.h"

#if defined(PC15_HAS_AVX2)

namespace pc15::backend::avx2 {

constexpr int32_t kSmallClip = 20, kPairs = kLoopTaps / 2;
static_assert(2 * kSmallClip * kMostClippedSum <= 32767, "the clipped halves fit 16 bits");
static_assert(4 * kSmallClip * 2 * 127 <= 32767, "and so do two products of bytes");

// For each orientation, byte shuffles that put the plain or the clipped halves in the order of the taps where
// they lie: from the first 16 and from the last 16 of a filter's 24 bytes.
struct BytePermutation {
  BytePermutation() {
    std::memset(mask, 0x80, sizeof(mask));
    for (int32_t o = 0; o < 4; ++o) {
      for (int32_t j = 0; j < kLoopTaps; ++j) {
        const int32_t i = turned_tap(o, j);
        for (int32_t half = 0; half < 2; ++half) {
          mask[o][half][i / 8][j] = static_cast<uint8_t>((i < 8 ? 2 * i : 2 * i - 8) + half);
        }
      }
    }
  }
  alignas(16) uint8_t mask[4][2][2][16];  // [orientation][plain, clipped][from the first, the last 16 bytes]
};

// Of eight blocks. Registers hold block k and, in their other half, block k + 4 (plain, centre), or two
// neighbours and the two four blocks further (clipped, share).
struct ByteCoefficients {
  __m256i plain[kPairs][4], clipped[kPairs][2];  // by pair of taps
  __m256i centre[4];                             // what the centre counts, and 1 for the clipped halves
  __m256i share[2];                              // what d counts
};

PC15_AVX2 inline __m256i two_of(__m128i a, __m128i b) { return _mm256_set_m128i(b, a); }

// Sums of the bytes of both halves of four registers.
PC15_AVX2 inline __m256i sums_of(const __m256i* bytes) {
  __m256i four[4];
  for (int32_t i = 0; i < 4; ++i) {
    four[i] = _mm256_madd_epi16(_mm256_maddubs_epi16(_mm256_set1_epi8(1), bytes[i]), _mm256_set1_epi16(1));
  }
  return _mm256_hadd_epi32(_mm256_hadd_epi32(four[0], four[1]), _mm256_hadd_epi32(four[2], four[3]));
}

// `codes`: what classify() says of the eight blocks.
PC15_AVX2 inline void unfold(const BytePermutation& permutation, const int8_t* filters, const int32_t* codes,
                             ByteCoefficients* out) {
  __m256i both[8];  // plain | clipped
  for (int32_t i = 0; i < 8; ++i) {
    const int8_t* const filter = filters + (codes[i] >> 2) * 2 * kLoopTaps;
    const __m256i low = _mm256_broadcastsi128_si256(load128(filter));
    const __m256i high = _mm256_broadcastsi128_si256(load128(filter + 8));
    const auto& m = permutation.mask[codes[i] & 3];
    both[i] = _mm256_or_si256(_mm256_shuffle_epi8(low, two_of(load128(m[0][0]), load128(m[1][0]))),
                              _mm256_shuffle_epi8(high, two_of(load128(m[0][1]), load128(m[1][1]))));
  }
  for (int32_t i = 0; i < 4; ++i) {
    const __m256i a = _mm256_cvtepi8_epi16(_mm256_castsi256_si128(both[i]));
    const __m256i b = _mm256_cvtepi8_epi16(_mm256_castsi256_si128(both[i + 4]));
    const __m256i first = _mm256_permute2x128_si256(a, b, 0x20), last = _mm256_permute2x128_si256(a, b, 0x31);
    out->plain[0][i] = _mm256_shuffle_epi32(first, 0x00);
    out->plain[1][i] = _mm256_shuffle_epi32(first, 0x55);
    out->plain[2][i] = _mm256_shuffle_epi32(first, 0xAA);
    out->plain[3][i] = _mm256_shuffle_epi32(first, 0xFF);
    out->plain[4][i] = _mm256_shuffle_epi32(last, 0x00);
    out->plain[5][i] = _mm256_shuffle_epi32(last, 0x55);
  }
  const __m256i twice =
      _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3, 2, 3));
  for (int32_t i = 0; i < 2; ++i) {
    const __m256i a = _mm256_permute2x128_si256(both[2 * i], both[2 * i + 4], 0x31);
    const __m256i b = _mm256_permute2x128_si256(both[2 * i + 1], both[2 * i + 5], 0x31);
    const __m256i first = _mm256_unpacklo_epi16(a, b), last = _mm256_unpackhi_epi16(a, b);
    for (int32_t k = 0; k < kPairs; ++k) {
      const __m256i which = _mm256_add_epi8(twice, _mm256_set1_epi8(static_cast<char>(4 * (k & 3))));
      out->clipped[k][i] = _mm256_shuffle_epi8(k < 4 ? first : last, which);
    }
  }
  const __m256i a = sums_of(both), b = sums_of(both + 4);
  const __m256i plain = _mm256_permute2x128_si256(a, b, 0x20),
                clipped = _mm256_permute2x128_si256(a, b, 0x31);
  const __m256i rest = _mm256_sub_epi32(_mm256_set1_epi32(256), _mm256_add_epi32(plain, plain));
  const __m256i centre = _mm256_blend_epi16(rest, _mm256_set1_epi32(1 << 16), 0xAA);
  out->centre[0] = _mm256_shuffle_epi32(centre, 0x00);
  out->centre[1] = _mm256_shuffle_epi32(centre, 0x55);
  out->centre[2] = _mm256_shuffle_epi32(centre, 0xAA);
  out->centre[3] = _mm256_shuffle_epi32(centre, 0xFF);
  const __m256i minus = _mm256_sub_epi32(_mm256_setzero_si256(), _mm256_add_epi32(clipped, clipped));
  const __m256i shares = _mm256_packs_epi32(minus, minus);
  out->share[0] = _mm256_shuffle_epi8(shares, twice);
  out->share[1] = _mm256_shuffle_epi8(shares, _mm256_add_epi8(twice, _mm256_set1_epi8(4)));
}

// The samples of a pair of a tap: their sums in 16 bits, and of the clipped ones, less the lower limit, in
// bytes.
struct BytePair {
  PC15_AVX2 BytePair(const Pixel* p, int64_t offset, __m256i low, __m256i width) {
    const __m256i a = load256(p + offset), b = load256(p - offset), one = _mm256_set1_epi8(1);
    sums[0] = _mm256_maddubs_epi16(_mm256_unpacklo_epi8(a, b), one);
    sums[1] = _mm256_maddubs_epi16(_mm256_unpackhi_epi8(a, b), one);
    clipped = _mm256_add_epi8(_mm256_min_epu8(_mm256_subs_epu8(a, low), width),
                              _mm256_min_epu8(_mm256_subs_epu8(b, low), width));
  }
  __m256i sums[2], clipped;
};

// Adds products of neighbours to the sums of the four blocks in each half.
PC15_AVX2 inline void add_products(const __m256i* a, const __m256i* b, const __m256i* k, __m256i* sum) {
  for (int32_t i = 0; i < 2; ++i) {
    sum[2 * i] = _mm256_add_epi32(sum[2 * i], _mm256_madd_epi16(_mm256_unpacklo_epi16(a[i], b[i]), k[2 * i]));
    sum[2 * i + 1] =
        _mm256_add_epi32(sum[2 * i + 1], _mm256_madd_epi16(_mm256_unpackhi_epi16(a[i], b[i]), k[2 * i + 1]));
  }
}

// 32 samples of a row. `clip`: in all bytes.
PC15_AVX2 inline __m256i filter_bytes(const Pixel* p, const ByteCoefficients& k, __m256i clip) {
  const __m256i c = load256(p), low = _mm256_subs_epu8(c, clip);
  const __m256i width = _mm256_sub_epi8(_mm256_adds_epu8(c, clip), low), zero = _mm256_setzero_si256();
  __m256i sum[4], clipped[2];
  for (__m256i& s : sum) s = _mm256_set1_epi32(128);
  const __m256i d = _mm256_sub_epi8(c, low);
  clipped[0] = _mm256_mullo_epi16(_mm256_unpacklo_epi8(d, zero), k.share[0]);
  clipped[1] = _mm256_mullo_epi16(_mm256_unpackhi_epi8(d, zero), k.share[1]);
  for (int32_t i = 0; i < kPairs; ++i) {
    const int8_t *const first = normative::loop_tap(2 * i), *const second = normative::loop_tap(2 * i + 1);
    const BytePair a(p, first[1] * ByteWindow::kWidth + first[0], low, width);
    const BytePair b(p, second[1] * ByteWindow::kWidth + second[0], low, width);
    add_products(a.sums, b.sums, k.plain[i], sum);
    clipped[0] = _mm256_add_epi16(
        clipped[0], _mm256_maddubs_epi16(_mm256_unpacklo_epi8(a.clipped, b.clipped), k.clipped[i][0]));
    clipped[1] = _mm256_add_epi16(
        clipped[1], _mm256_maddubs_epi16(_mm256_unpackhi_epi8(a.clipped, b.clipped), k.clipped[i][1]));
  }
  const __m256i centre[2] = {_mm256_unpacklo_epi8(c, zero), _mm256_unpackhi_epi8(c, zero)};
  add_products(centre, clipped, k.centre, sum);
  for (__m256i& s : sum) s = _mm256_srai_epi32(s, 8);
  return _mm256_packus_epi16(_mm256_packs_epi32(sum[0], sum[1]), _mm256_packs_epi32(sum[2], sum[3]));
}

// Four rows of up to eight blocks to (x, y), but for those that are fixed.
PC15_AVX2 inline void write_eight(const LoopPlane& plane, int32_t x, int32_t y, int32_t blocks,
                                  const __m256i* rows) {
  uint64_t fixed = 0;
  if (plane.units.data != nullptr) {
    std::memcpy(&fixed, plane.units.row(y / 4) + x / 4, static_cast<size_t>(blocks));
    fixed &= kFixed * UINT64_C(0x0101010101010101);
  }
  if (blocks == 8 && fixed == 0) {
    for (int32_t r = 0; r < 4; ++r) store256(plane.to.row(y + r) + x, rows[r]);
    return;
  }
  alignas(32) Pixel samples[4 * 32];
  for (int32_t r = 0; r < 4; ++r) store256(samples + 32 * r, rows[r]);
  for (int32_t i = 0; i < blocks; ++i) {
    if ((fixed >> (8 * i) & kFixed) != 0) continue;
    for (int32_t r = 0; r < 4; ++r) std::memcpy(plane.to.row(y + r) + x + 4 * i, samples + 32 * r + 4 * i, 4);
  }
}

}  // namespace pc15::backend::avx2

#endif
