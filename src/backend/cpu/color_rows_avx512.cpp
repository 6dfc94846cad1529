// Rows of Y, Cb, Cr to interleaved samples, 64 at a time; the arithmetic is that of color_rows_avx2.cpp.
#include "backend/cpu/avx512.h"

#if defined(PC15_HAS_AVX512)

#include <algorithm>
#include <cstring>

#include "backend/cpu/simd_avx512.h"

namespace pc15::backend::avx512 {
namespace {

constexpr int32_t kChunk = 512;  // luma columns at a time; even

PC15_AVX512 inline __m512i widen(const void* p) { return _mm512_cvtepu8_epi16(load256(p)); }
PC15_AVX512 inline __m512i add(__m512i a, __m512i b) { return _mm512_add_epi16(a, b); }
PC15_AVX512 inline __m512i set(int32_t v) { return _mm512_set1_epi16(static_cast<int16_t>(v)); }

// (factor * v + 2^15) >> 16
PC15_AVX512 inline __m512i scaled(__m512i v, int32_t factor) {
  const __m512i k = set(factor);
  return add(_mm512_mulhi_epi16(v, k), _mm512_srli_epi16(_mm512_mullo_epi16(v, k), 15));
}

// (-22554 u + 18734 v + 2^15) >> 16
PC15_AVX512 inline __m512i green(__m512i u, __m512i v) {
  const __m512i k = _mm512_set1_epi32(
      static_cast<int32_t>(static_cast<uint32_t>(18734) << 16 | static_cast<uint16_t>(-22554)));
  const __m512i half = _mm512_set1_epi32(1 << 15);
  const __m512i low = _mm512_dpwssd_epi32(half, _mm512_unpacklo_epi16(u, v), k);
  const __m512i high = _mm512_dpwssd_epi32(half, _mm512_unpackhi_epi16(u, v), k);
  return _mm512_packs_epi32(_mm512_srai_epi32(low, 16), _mm512_srai_epi32(high, 16));
}

// `count` sums 3 near + far from column `begin` - 1 on, columns kept inside [0, last].
PC15_AVX512 void vertical_sums(const Pixel* near_row, const Pixel* far_row, int32_t last, int32_t begin,
                               int32_t count, int16_t* sums) {
  const int32_t from = std::max(0, 1 - begin), to = std::min(count, last + 2 - begin);
  const Pixel *const a = near_row + begin - 1, *const b = far_row + begin - 1;
  for (int32_t i = from; i < to; i += 32) {
    const __mmask32 there = to - i >= 32 ? ~0u : (1u << (to - i)) - 1;
    const __m512i p = _mm512_cvtepu8_epi16(_mm256_maskz_loadu_epi8(there, a + i));
    const __m512i q = _mm512_cvtepu8_epi16(_mm256_maskz_loadu_epi8(there, b + i));
    store512(sums + i, add(add(p, add(p, p)), q));
  }
  for (int32_t i = 0; i < from; ++i) sums[i] = sums[from];
  for (int32_t i = to; i < count; ++i) sums[i] = sums[to - 1];
}

// Chroma of `count` <= kChunk luma columns from `first` on, in `pairs` of kChunk + 64 samples.
PC15_AVX512 const Pixel* interpolate(const Pixel* near_row, const Pixel* far_row, int32_t last, int32_t first,
                                     int32_t count, Pixel* pairs) {
  alignas(64) int16_t sums[kChunk / 2 + 72];
  const int32_t begin = first >> 1, samples = ((first + count - 1) >> 1) - begin + 1;
  vertical_sums(near_row, far_row, last, begin, samples + 2, sums);
  for (int32_t i = 0; i < samples; i += 32) {
    const __m512i centre = load512(sums + i + 1);
    const __m512i middle = add(add(centre, add(centre, centre)), set(8));
    const __m512i left = _mm512_srli_epi16(add(middle, load512(sums + i)), 4);
    const __m512i right = _mm512_srli_epi16(add(middle, load512(sums + i + 2)), 4);
    store512(pairs + 2 * i, _mm512_or_si512(left, _mm512_slli_epi16(right, 8)));
  }
  return pairs + (first & 1);
}

// Where the bytes of a third of 64 pixels (a quarter with alpha) come from: two sources and a third, a mask
// for the third.
struct Interleaving {
  Interleaving() {
    for (int32_t i = 0; i < 192; ++i) rgb[i] = static_cast<uint8_t>(i / 3 + (i % 3 == 1 ? 64 : 0));
    for (int32_t i = 0; i < 128; ++i) two[i] = static_cast<uint8_t>(i / 2 + (i % 2 == 1 ? 64 : 0));
    for (int32_t i = 0; i < 128; ++i)
      four[i] = static_cast<uint8_t>(i / 4 * 2 + (i & 1) + (i % 4 > 1 ? 64 : 0));
  }
  alignas(64) uint8_t rgb[192], two[128], four[128];
};

constexpr uint64_t every_third(int32_t from) {
  uint64_t mask = 0;
  for (int32_t i = from; i < 64; i += 3) mask |= uint64_t{1} << i;
  return mask;
}

PC15_AVX512 inline void store_rgb(const Interleaving& order, __m512i r, __m512i g, __m512i b, uint8_t* out) {
  constexpr uint64_t kBlue[3] = {every_third(2), every_third(1), every_third(0)};
  for (int32_t i = 0; i < 3; ++i) {
    const __m512i which = load512(order.rgb + 64 * i);
    const __m512i rg = _mm512_permutex2var_epi8(r, which, g);
    store512(out + 64 * i, _mm512_mask_permutexvar_epi8(rg, kBlue[i], which, b));
  }
}

PC15_AVX512 inline void store_rgba(const Interleaving& order, __m512i r, __m512i g, __m512i b, __m512i a,
                                   uint8_t* out) {
  for (int32_t half = 0; half < 2; ++half) {
    const __m512i pairs = load512(order.two + 64 * half);
    const __m512i rg = _mm512_permutex2var_epi8(r, pairs, g), ba = _mm512_permutex2var_epi8(b, pairs, a);
    store512(out + 128 * half, _mm512_permutex2var_epi8(rg, load512(order.four), ba));
    store512(out + 128 * half + 64, _mm512_permutex2var_epi8(rg, load512(order.four + 64), ba));
  }
}

// Samples clipped to bytes, the first and the last 32.
PC15_AVX512 inline __m512i narrow(__m512i a, __m512i b) {
  return _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7), _mm512_packus_epi16(a, b));
}

struct Row {
  const Pixel *y, *cb, *cr, *alpha;
};

// 64 pixels. `alpha` may be null.
PC15_AVX512 inline void convert(const Interleaving& order, const Row& row, int32_t channels, uint8_t* out) {
  __m512i r[2], g[2], b[2];
  for (int32_t i = 0; i < 2; ++i) {
    const __m512i luma = widen(row.y + 32 * i), u = _mm512_sub_epi16(widen(row.cb + 32 * i), set(128)),
                  v = _mm512_sub_epi16(widen(row.cr + 32 * i), set(128));
    r[i] = add(add(luma, v), scaled(v, 91881 - 65536));
    g[i] = add(_mm512_sub_epi16(luma, v), green(u, v));
    b[i] = add(add(luma, add(u, u)), scaled(u, 116130 - 131072));
  }
  const __m512i red = narrow(r[0], r[1]), green_ = narrow(g[0], g[1]), blue = narrow(b[0], b[1]);
  if (channels == 3) return store_rgb(order, red, green_, blue, out);
  const __m512i alpha = row.alpha != nullptr ? load512(row.alpha) : _mm512_set1_epi8(-1);
  store_rgba(order, red, green_, blue, alpha, out);
}

// Fewer than 64 pixels, through copies.
PC15_AVX512 void convert_rest(const Interleaving& order, const Row& row, int32_t count, int32_t channels,
                              uint8_t* out) {
  const size_t n = static_cast<size_t>(count);
  Pixel in[4][64] = {};
  uint8_t pixels[256];
  std::memcpy(in[0], row.y, n);
  std::memcpy(in[1], row.cb, n);
  std::memcpy(in[2], row.cr, n);
  if (row.alpha != nullptr) std::memcpy(in[3], row.alpha, n);
  convert(order, {in[0], in[1], in[2], row.alpha != nullptr ? in[3] : nullptr}, channels, pixels);
  std::memcpy(out, pixels, n * static_cast<size_t>(channels));
}

}  // namespace

PC15_AVX512 void write_rgb_row(const Pixel* luma, const ChromaRows& chroma, const Pixel* alpha, int32_t first,
                               int32_t count, int32_t channels, uint8_t* out) {
  static const Interleaving order;
  Pixel cb[kChunk + 64], cr[kChunk + 64];
  for (int32_t done = 0; done < count; done += kChunk) {
    const int32_t x0 = first + done, n = std::min(count - done, kChunk);
    Row row = {luma + x0, chroma.cb_near + x0, chroma.cr_near + x0, alpha != nullptr ? alpha + x0 : nullptr};
    if (chroma.shift != 0) {
      row.cb = interpolate(chroma.cb_near, chroma.cb_far, chroma.last, x0, n, cb);
      row.cr = interpolate(chroma.cr_near, chroma.cr_far, chroma.last, x0, n, cr);
    }
    int32_t left = n;
    for (; left >= 64; left -= 64, out += 64 * channels) {
      convert(order, row, channels, out);
      row = {row.y + 64, row.cb + 64, row.cr + 64, row.alpha != nullptr ? row.alpha + 64 : nullptr};
    }
    if (left == 0) continue;
    convert_rest(order, row, left, channels, out);
    out += left * channels;
  }
}

}  // namespace pc15::backend::avx512

#endif
