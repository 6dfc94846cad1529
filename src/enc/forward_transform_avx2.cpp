// As forward_transform.cpp with registers of 256 bits: 16 columns at a time, or 8 with two rows of the result
// side by side; in rows eight outputs, or the even and the odd ones of a row of 8, or two rows of 4.
#include "enc/kernels_avx2.h"

#if defined(PC15_HAS_AVX2)

#include "backend/cpu/simd_avx2.h"
#include "enc/forward_tables.h"
#include "normative/transform.h"

namespace pc15::enc::avx2 {
namespace {

using backend::avx2::load128;
using backend::avx2::load256;
using backend::avx2::load32;
using backend::avx2::load64;
using backend::avx2::store128;
using backend::avx2::store256;

PC15_AVX2 inline __m256i pair_at(const int16_t* p) { return _mm256_set1_epi32(load32(p)); }
PC15_AVX2 inline __m256i plus_products(__m256i sum, __m256i a, __m256i b) {
  return _mm256_add_epi32(sum, _mm256_madd_epi16(a, b));
}

// First pass, out[k][x] = sum over y of m[k][y] * in[y][x], rounded to 3 fractional bits, for 16 columns.
template <int32_t kH, bool kFold>
PC15_AVX2 void columns16(const int16_t* in, int32_t w, const int16_t* m, int16_t* out) {
  constexpr int32_t kPairs = kFold ? kH / 4 : kH / 2, kFamilies = kFold ? 2 : 1;
  __m256i low[kFamilies][kPairs], high[kFamilies][kPairs];
  for (int32_t j = 0; j < kPairs; ++j) {
    __m256i a = load256(in + 2 * j * w), b = load256(in + (2 * j + 1) * w);
    if constexpr (kFold) {
      const __m256i u = load256(in + (kH - 1 - 2 * j) * w), v = load256(in + (kH - 2 - 2 * j) * w);
      const __m256i c = _mm256_sub_epi16(a, u), d = _mm256_sub_epi16(b, v);
      low[kFamilies - 1][j] = _mm256_unpacklo_epi16(c, d);
      high[kFamilies - 1][j] = _mm256_unpackhi_epi16(c, d);
      a = _mm256_add_epi16(a, u);
      b = _mm256_add_epi16(b, v);
    }
    low[0][j] = _mm256_unpacklo_epi16(a, b);
    high[0][j] = _mm256_unpackhi_epi16(a, b);
  }
  for (int32_t k = 0; k < kH; ++k) {
    __m256i a = _mm256_set1_epi32(1 << 10), b = a;
    for (int32_t j = 0; j < kPairs; ++j) {
      const __m256i factors = pair_at(m + k * kH + 2 * j);
      a = plus_products(a, low[k % kFamilies][j], factors);
      b = plus_products(b, high[k % kFamilies][j], factors);
    }
    store256(out + k * w, _mm256_packs_epi32(_mm256_srai_epi32(a, 11), _mm256_srai_epi32(b, 11)));
  }
}

PC15_AVX2 inline __m256i interleaved(__m128i a, __m128i b) {
  return _mm256_set_m128i(_mm_unpackhi_epi16(a, b), _mm_unpacklo_epi16(a, b));
}

// The same for the whole width of 8 or 4: one register per pair of rows, the second half empty in a block
// of 4.
template <int32_t kH, bool kFold, int32_t kW>
PC15_AVX2 void columns8(const int16_t* in, const int16_t* m, int16_t* out) {
  constexpr int32_t kPairs = kFold ? kH / 4 : kH / 2, kFamilies = kFold ? 2 : 1;
  __m256i pair[kFamilies][kPairs];
  const auto row = [&](int32_t y) PC15_AVX2 { return kW == 8 ? load128(in + y * kW) : load64(in + y * kW); };
  for (int32_t j = 0; j < kPairs; ++j) {
    __m128i a = row(2 * j), b = row(2 * j + 1);
    if constexpr (kFold) {
      const __m128i u = row(kH - 1 - 2 * j), v = row(kH - 2 - 2 * j);
      pair[kFamilies - 1][j] = interleaved(_mm_sub_epi16(a, u), _mm_sub_epi16(b, v));
      a = _mm_add_epi16(a, u);
      b = _mm_add_epi16(b, v);
    }
    pair[0][j] = interleaved(a, b);
  }
  for (int32_t k = 0; k < kH; k += 2) {
    __m256i a = _mm256_set1_epi32(1 << 10), b = a;
    for (int32_t j = 0; j < kPairs; ++j) {
      a = plus_products(a, pair[0][j], pair_at(m + k * kH + 2 * j));
      b = plus_products(b, pair[kFamilies - 1][j], pair_at(m + (k + 1) * kH + 2 * j));
    }
    const __m256i rows = _mm256_packs_epi32(_mm256_srai_epi32(a, 11), _mm256_srai_epi32(b, 11));
    if constexpr (kW == 8) {
      store256(out + k * kW, _mm256_permute4x64_epi64(rows, 0xD8));
    } else {
      store128(out + k * kW, _mm256_castsi256_si128(rows));
    }
  }
}

template <int32_t kH, bool kFold>
PC15_AVX2 void all_columns(const int16_t* in, int32_t w, const int16_t* m, int16_t* out) {
  if (w == 4) return columns8<kH, kFold, 4>(in, m, out);
  if (w == 8) return columns8<kH, kFold, 8>(in, m, out);
  for (int32_t x = 0; x < w; x += 16) columns16<kH, kFold>(in + x, w, m, out + x);
}

constexpr int32_t kRound = 1 << 13, kShift = 14;

// Eight outputs of the second pass.
template <int32_t kPairs>
PC15_AVX2 inline __m256i eight_outputs(const int16_t* in, const int32_t* pairs, int32_t outputs) {
  __m256i acc = _mm256_set1_epi32(kRound);
  for (int32_t j = 0; j < kPairs; ++j)
    acc = plus_products(acc, pair_at(in + 2 * j), load256(pairs + j * outputs));
  return _mm256_srai_epi32(acc, kShift);
}

PC15_AVX2 inline __m128i reversed(__m128i v) {
  const __m128i mask = _mm_setr_epi8(14, 15, 12, 13, 10, 11, 8, 9, 6, 7, 4, 5, 2, 3, 0, 1);
  return _mm_shuffle_epi8(v, mask);
}

// out[k][l] = sum over x of in[k][x] * m[l][x]; kW is 16 or 32.
template <int32_t kW>
PC15_AVX2 void rows_dct(const int16_t* in, const int32_t* pairs, int32_t h, int32_t* out) {
  constexpr int32_t kHalf = kW / 2;
  for (int32_t k = 0; k < h; ++k, in += kW, out += kW) {
    alignas(32) int16_t sums[16], differences[16];
    for (int32_t x = 0; x < kHalf; x += 8) {
      const __m128i a = load128(in + x), b = reversed(load128(in + kW - 8 - x));
      store128(sums + x, _mm_add_epi16(a, b));
      store128(differences + x, _mm_sub_epi16(a, b));
    }
    for (int32_t i = 0; i < kHalf; i += 8) {
      const __m256i even = eight_outputs<kW / 4>(sums, pairs + i, kHalf);
      const __m256i odd = eight_outputs<kW / 4>(differences, pairs + kW * kW / 8 + i, kHalf);
      const __m256i low = _mm256_unpacklo_epi32(even, odd), high = _mm256_unpackhi_epi32(even, odd);
      store256(out + 2 * i, _mm256_permute2x128_si256(low, high, 0x20));
      store256(out + 2 * i + 8, _mm256_permute2x128_si256(low, high, 0x31));
    }
  }
}

template <>
PC15_AVX2 void rows_dct<8>(const int16_t* in, const int32_t* pairs, int32_t h, int32_t* out) {
  const __m256i first = _mm256_set_m128i(load128(pairs + 8), load128(pairs));
  const __m256i second = _mm256_set_m128i(load128(pairs + 12), load128(pairs + 4));
  const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  for (int32_t k = 0; k < h; ++k, in += 8, out += 8) {
    const __m128i v = load128(in), mirrored = reversed(v);
    const __m256i both = _mm256_set_m128i(_mm_sub_epi16(v, mirrored), _mm_add_epi16(v, mirrored));
    __m256i acc = plus_products(_mm256_set1_epi32(kRound), _mm256_shuffle_epi32(both, 0x00), first);
    acc = plus_products(acc, _mm256_shuffle_epi32(both, 0x55), second);
    store256(out, _mm256_permutevar8x32_epi32(_mm256_srai_epi32(acc, kShift), order));
  }
}

// Two rows of four values, one in each half.
PC15_AVX2 inline __m256i two_rows(const int16_t* in) {
  return _mm256_permute4x64_epi64(_mm256_castsi128_si256(load128(in)), 0x50);
}

// The pair of sums gives outputs 0 and 2, that of differences 1 and 3, in one register.
template <>
PC15_AVX2 void rows_dct<4>(const int16_t* in, const int32_t* pairs, int32_t h, int32_t* out) {
  const __m256i factors = _mm256_broadcastsi128_si256(load128(pairs));
  for (int32_t k = 0; k < h; k += 2, in += 8, out += 8) {
    const __m256i v = two_rows(in), mirrored = _mm256_shufflelo_epi16(v, 0x1b);
    const __m256i both = _mm256_unpacklo_epi32(_mm256_add_epi16(v, mirrored), _mm256_sub_epi16(v, mirrored));
    const __m256i acc = plus_products(_mm256_set1_epi32(kRound), _mm256_shuffle_epi32(both, 0x50), factors);
    store256(out, _mm256_shuffle_epi32(_mm256_srai_epi32(acc, kShift), 0xd8));
  }
}

template <int32_t kW>
PC15_AVX2 void rows_dst(const int16_t* in, const int32_t* pairs, int32_t h, int32_t* out) {
  for (int32_t k = 0; k < h; ++k) {
    for (int32_t l = 0; l < kW; l += 8) {
      store256(out + k * kW + l, eight_outputs<kW / 2>(in + k * kW, pairs + l, kW));
    }
  }
}
template <>
PC15_AVX2 void rows_dst<4>(const int16_t* in, const int32_t* pairs, int32_t h, int32_t* out) {
  const __m256i first = _mm256_broadcastsi128_si256(load128(pairs));
  const __m256i second = _mm256_broadcastsi128_si256(load128(pairs + 4));
  for (int32_t k = 0; k < h; k += 2, in += 8, out += 8) {
    const __m256i v = two_rows(in);
    __m256i acc = plus_products(_mm256_set1_epi32(kRound), _mm256_shuffle_epi32(v, 0x00), first);
    acc = plus_products(acc, _mm256_shuffle_epi32(v, 0x55), second);
    store256(out, _mm256_srai_epi32(acc, kShift));
  }
}

PC15_AVX2 void vertical(const int16_t* in, int32_t kind, int32_t w, int32_t log2h, int16_t* out) {
  const int16_t* const m = normative::transform_matrix(kind, log2h);
  const bool dst = kind == normative::kDst7;
  switch (log2h) {
    case 2:
      return dst ? all_columns<4, false>(in, w, m, out) : all_columns<4, true>(in, w, m, out);
    case 3:
      return dst ? all_columns<8, false>(in, w, m, out) : all_columns<8, true>(in, w, m, out);
    case 4:
      return dst ? all_columns<16, false>(in, w, m, out) : all_columns<16, true>(in, w, m, out);
    default:
      return all_columns<32, true>(in, w, m, out);
  }
}

PC15_AVX2 void horizontal(const int16_t* in, int32_t kind, int32_t log2w, int32_t h, int32_t* out) {
  const bool dst = kind == normative::kDst7;
  switch (log2w) {
    case 2:
      return dst ? rows_dst<4>(in, kDstPairs4.data(), h, out) : rows_dct<4>(in, kDctPairs4.data(), h, out);
    case 3:
      return dst ? rows_dst<8>(in, kDstPairs8.data(), h, out) : rows_dct<8>(in, kDctPairs8.data(), h, out);
    case 4:
      return dst ? rows_dst<16>(in, kDstPairs16.data(), h, out)
                 : rows_dct<16>(in, kDctPairs16.data(), h, out);
    default:
      return rows_dct<32>(in, kDctPairs32.data(), h, out);
  }
}

}  // namespace

PC15_AVX2 void forward_transform(const int16_t* residual, int32_t log2w, int32_t log2h, int32_t type,
                                 int32_t* coefs) {
  alignas(32) int16_t middle[1024];
  vertical(residual, normative::vertical_kind(type), 1 << log2w, log2h, middle);
  horizontal(middle, normative::horizontal_kind(type), log2w, 1 << log2h, coefs);
}

}  // namespace pc15::enc::avx2

#endif
