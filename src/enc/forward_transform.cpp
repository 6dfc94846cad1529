// The matrices are those of the decoder. With vector instructions a DCT adds and subtracts mirrored samples
// first, which halves its products; the sums are integers and stay the same.
#include "enc/forward_transform.h"

#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "enc/forward_tables.h"
#include "normative/transform.h"

namespace pc15::enc {

void forward_transform_plain(const int16_t* residual, int32_t log2w, int32_t log2h, int32_t type,
                             int32_t* coefs) {
  const int16_t* mv = normative::transform_matrix(normative::vertical_kind(type), log2h);
  const int16_t* mh = normative::transform_matrix(normative::horizontal_kind(type), log2w);
  const int32_t w = 1 << log2w, h = 1 << log2h;
  int16_t middle[1024];  // 3 fractional bits; fits for |residual| <= 255
  for (int32_t k = 0; k < h; ++k) {
    for (int32_t x = 0; x < w; ++x) {
      int32_t acc = 1 << 10;
      for (int32_t y = 0; y < h; ++y) acc += mv[k * h + y] * residual[y * w + x];
      middle[k * w + x] = static_cast<int16_t>(acc >> 11);
    }
  }
  for (int32_t k = 0; k < h; ++k) {
    for (int32_t l = 0; l < w; ++l) {
      int32_t acc = 1 << 13;
      for (int32_t x = 0; x < w; ++x) acc += middle[k * w + x] * mh[l * w + x];
      coefs[k * w + l] = acc >> 14;
    }
  }
}

#if defined(__SSE2__)

namespace {

__m128i load8(const int16_t* p) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)); }
__m128i load4(const int16_t* p) { return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)); }
__m128i splat_pair(const int16_t* p) {
  int32_t v;
  std::memcpy(&v, p, sizeof(v));
  return _mm_set1_epi32(v);
}

// out[k][x] = sum over y of m[k][y] * in[y][x], rounded to 3 fractional bits, for kColumns of the w columns.
template <int32_t kH, bool kFold, int32_t kColumns>
void columns(const int16_t* in, int32_t w, const int16_t* m, int16_t* out) {
  constexpr int32_t kPairs = kFold ? kH / 4 : kH / 2, kFamilies = kFold ? 2 : 1;
  __m128i row[kH], low[kFamilies][kPairs], high[kFamilies][kPairs];
  for (int32_t y = 0; y < kH; ++y) row[y] = kColumns == 8 ? load8(in + y * w) : load4(in + y * w);
  if constexpr (kFold) {
    for (int32_t y = 0; y < kH / 2; ++y) {
      const __m128i a = row[y], b = row[kH - 1 - y];
      row[y] = _mm_add_epi16(a, b);
      row[kH - 1 - y] = _mm_sub_epi16(a, b);
    }
  }
  for (int32_t j = 0; j < kPairs; ++j) {
    low[0][j] = _mm_unpacklo_epi16(row[2 * j], row[2 * j + 1]);
    high[0][j] = _mm_unpackhi_epi16(row[2 * j], row[2 * j + 1]);
    if constexpr (kFold) {
      low[1][j] = _mm_unpacklo_epi16(row[kH - 1 - 2 * j], row[kH - 2 - 2 * j]);
      high[1][j] = _mm_unpackhi_epi16(row[kH - 1 - 2 * j], row[kH - 2 - 2 * j]);
    }
  }
  for (int32_t k = 0; k < kH; ++k) {
    __m128i a = _mm_set1_epi32(1 << 10), b = a;
    for (int32_t j = 0; j < kPairs; ++j) {
      const __m128i factors = splat_pair(m + k * kH + 2 * j);
      a = _mm_add_epi32(a, _mm_madd_epi16(low[k % kFamilies][j], factors));
      if constexpr (kColumns == 8) b = _mm_add_epi32(b, _mm_madd_epi16(high[k % kFamilies][j], factors));
    }
    const __m128i v = _mm_packs_epi32(_mm_srai_epi32(a, 11), _mm_srai_epi32(b, 11));
    if constexpr (kColumns == 8) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out + k * w), v);
    } else {
      _mm_storel_epi64(reinterpret_cast<__m128i*>(out + k * w), v);
    }
  }
}

template <int32_t kH, bool kFold>
void all_columns(const int16_t* in, int32_t w, const int16_t* m, int16_t* out) {
  if (w == 4) return columns<kH, kFold, 4>(in, w, m, out);
  for (int32_t x = 0; x < w; x += 8) columns<kH, kFold, 8>(in + x, w, m, out + x);
}

// Sums of four outputs, before their shift.
template <int32_t kPairs>
__m128i four_outputs(const int16_t* in, const int32_t* pairs, int32_t outputs) {
  __m128i acc = _mm_set1_epi32(1 << 13);
  for (int32_t j = 0; j < kPairs; ++j) {
    const __m128i factors = _mm_load_si128(reinterpret_cast<const __m128i*>(pairs + j * outputs));
    acc = _mm_add_epi32(acc, _mm_madd_epi16(splat_pair(in + 2 * j), factors));
  }
  return _mm_srai_epi32(acc, 14);
}
void store4(int32_t* p, __m128i v) { _mm_storeu_si128(reinterpret_cast<__m128i*>(p), v); }

// out[k][l] = sum over x of in[k][x] * m[l][x].
template <int32_t kW>
void rows_dst(const int16_t* in, const int32_t* pairs, int32_t h, int32_t* out) {
  for (int32_t k = 0; k < h; ++k) {
    for (int32_t l = 0; l < kW; l += 4) {
      store4(out + k * kW + l, four_outputs<kW / 2>(in + k * kW, pairs + l, kW));
    }
  }
}

__m128i reversed(__m128i v) {
  v = _mm_shufflehi_epi16(_mm_shufflelo_epi16(v, 0x1b), 0x1b);
  return _mm_shuffle_epi32(v, 0x4e);
}

template <int32_t kW>
void rows_dct(const int16_t* in, const int32_t* pairs, int32_t h, int32_t* out) {
  constexpr int32_t kHalf = kW / 2;
  for (int32_t k = 0; k < h; ++k) {
    const int16_t* const row = in + k * kW;
    int32_t* const o = out + k * kW;
    alignas(16) int16_t sums[16], differences[16];
    for (int32_t x = 0; x < kHalf; x += 8) {
      const __m128i a = load8(row + x), b = reversed(load8(row + kW - 8 - x));
      _mm_store_si128(reinterpret_cast<__m128i*>(sums + x), _mm_add_epi16(a, b));
      _mm_store_si128(reinterpret_cast<__m128i*>(differences + x), _mm_sub_epi16(a, b));
    }
    for (int32_t i = 0; i < kHalf; i += 4) {
      const __m128i even = four_outputs<kW / 4>(sums, pairs + i, kHalf);
      const __m128i odd = four_outputs<kW / 4>(differences, pairs + kW * kW / 8 + i, kHalf);
      store4(o + 2 * i, _mm_unpacklo_epi32(even, odd));
      store4(o + 2 * i + 4, _mm_unpackhi_epi32(even, odd));
    }
  }
}

// The pair of sums gives outputs 0 and 2, that of differences 1 and 3, in one register.
template <>
void rows_dct<4>(const int16_t* in, const int32_t* pairs, int32_t h, int32_t* out) {
  const __m128i factors = _mm_load_si128(reinterpret_cast<const __m128i*>(pairs));
  for (int32_t k = 0; k < h; ++k) {
    const int16_t* const r = in + 4 * k;
    const __m128i v = load4(r), mirrored = _mm_shufflelo_epi16(v, 0x1b);
    const __m128i sums = _mm_add_epi16(v, mirrored), differences = _mm_sub_epi16(v, mirrored);
    const __m128i both = _mm_unpacklo_epi32(sums, differences);  // pair 0 of each
    const __m128i spread = _mm_shuffle_epi32(both, 0x50);        // 0 0 1 1
    const __m128i acc = _mm_add_epi32(_mm_madd_epi16(spread, factors), _mm_set1_epi32(1 << 13));
    store4(out + 4 * k, _mm_shuffle_epi32(_mm_srai_epi32(acc, 14), 0xd8));
  }
}

void vertical(const int16_t* in, int32_t kind, int32_t log2w, int32_t log2h, int16_t* out) {
  const int32_t w = 1 << log2w;
  const int16_t* m = normative::transform_matrix(kind, log2h);
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

void horizontal(const int16_t* in, int32_t kind, int32_t log2w, int32_t h, int32_t* out) {
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

void forward_transform(const int16_t* residual, int32_t log2w, int32_t log2h, int32_t type, int32_t* coefs) {
  alignas(16) int16_t middle[1024];
  vertical(residual, normative::vertical_kind(type), log2w, log2h, middle);
  horizontal(middle, normative::horizontal_kind(type), log2w, 1 << log2h, coefs);
}

#else

void forward_transform(const int16_t* residual, int32_t log2w, int32_t log2h, int32_t type, int32_t* coefs) {
  forward_transform_plain(residual, log2w, log2h, type, coefs);
}

#endif

}  // namespace pc15::enc
