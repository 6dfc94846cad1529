// Rows of Y, Cb, Cr to interleaved samples, 16 at a time.
//
// The products of normative/color.h need 17 bits; taking whole multiples out leaves factors of 16 bits, whose
// rounded high half is the high half of the product plus the top bit of its low half.
#include "backend/cpu/avx2.h"

#if defined(PC15_HAS_AVX2)

#include "backend/cpu/simd_avx2.h"

#include "backend/cpu/rgb_rows.h"

namespace pc15::backend::avx2 {
namespace {

PC15_AVX2 inline __m256i add(__m256i a, __m256i b) { return _mm256_add_epi16(a, b); }
PC15_AVX2 inline __m256i set(int32_t v) { return _mm256_set1_epi16(static_cast<int16_t>(v)); }

// (factor * v + 2^15) >> 16
PC15_AVX2 inline __m256i scaled(__m256i v, int32_t factor) {
  const __m256i k = set(factor);
  return add(_mm256_mulhi_epi16(v, k), _mm256_srli_epi16(_mm256_mullo_epi16(v, k), 15));
}

// (-22554 u + 18734 v + 2^15) >> 16
PC15_AVX2 inline __m256i green(__m256i u, __m256i v) {
  const __m256i k = _mm256_set1_epi32(
      static_cast<int32_t>(static_cast<uint32_t>(18734) << 16 | static_cast<uint16_t>(-22554)));
  const __m256i half = _mm256_set1_epi32(1 << 15);
  const __m256i low = _mm256_add_epi32(_mm256_madd_epi16(_mm256_unpacklo_epi16(u, v), k), half);
  const __m256i high = _mm256_add_epi32(_mm256_madd_epi16(_mm256_unpackhi_epi16(u, v), k), half);
  return _mm256_packs_epi32(_mm256_srai_epi32(low, 16), _mm256_srai_epi32(high, 16));
}

// Three registers of 16 samples as 48 interleaved bytes: each shuffle places its third of them.
PC15_AVX2 inline void store_rgb(uint8_t* out, __m128i r, __m128i g, __m128i b) {
  constexpr char z = -128;
  const __m128i r0 = _mm_setr_epi8(0, z, z, 1, z, z, 2, z, z, 3, z, z, 4, z, z, 5);
  const __m128i g0 = _mm_setr_epi8(z, 0, z, z, 1, z, z, 2, z, z, 3, z, z, 4, z, z);
  const __m128i b0 = _mm_setr_epi8(z, z, 0, z, z, 1, z, z, 2, z, z, 3, z, z, 4, z);
  const __m128i r1 = _mm_setr_epi8(z, z, 6, z, z, 7, z, z, 8, z, z, 9, z, z, 10, z);
  const __m128i g1 = _mm_setr_epi8(5, z, z, 6, z, z, 7, z, z, 8, z, z, 9, z, z, 10);
  const __m128i b1 = _mm_setr_epi8(z, 5, z, z, 6, z, z, 7, z, z, 8, z, z, 9, z, z);
  const __m128i r2 = _mm_setr_epi8(z, 11, z, z, 12, z, z, 13, z, z, 14, z, z, 15, z, z);
  const __m128i g2 = _mm_setr_epi8(z, z, 11, z, z, 12, z, z, 13, z, z, 14, z, z, 15, z);
  const __m128i b2 = _mm_setr_epi8(10, z, z, 11, z, z, 12, z, z, 13, z, z, 14, z, z, 15);
  store128(out, _mm_or_si128(_mm_or_si128(_mm_shuffle_epi8(r, r0), _mm_shuffle_epi8(g, g0)),
                             _mm_shuffle_epi8(b, b0)));
  store128(out + 16, _mm_or_si128(_mm_or_si128(_mm_shuffle_epi8(r, r1), _mm_shuffle_epi8(g, g1)),
                                  _mm_shuffle_epi8(b, b1)));
  store128(out + 32, _mm_or_si128(_mm_or_si128(_mm_shuffle_epi8(r, r2), _mm_shuffle_epi8(g, g2)),
                                  _mm_shuffle_epi8(b, b2)));
}

PC15_AVX2 inline void store_rgba(uint8_t* out, __m128i r, __m128i g, __m128i b, __m128i a) {
  const __m128i rg[2] = {_mm_unpacklo_epi8(r, g), _mm_unpackhi_epi8(r, g)};
  const __m128i ba[2] = {_mm_unpacklo_epi8(b, a), _mm_unpackhi_epi8(b, a)};
  for (int32_t i = 0; i < 2; ++i, out += 32) {
    store128(out, _mm_unpacklo_epi16(rg[i], ba[i]));
    store128(out + 16, _mm_unpackhi_epi16(rg[i], ba[i]));
  }
}

// 16 pixels. `alpha` may be null.
PC15_AVX2 inline void convert(const Pixel* y, const Pixel* cb, const Pixel* cr, const Pixel* alpha,
                              int32_t channels, uint8_t* out) {
  const __m256i luma = widen(y), u = _mm256_sub_epi16(widen(cb), set(128)),
                v = _mm256_sub_epi16(widen(cr), set(128));
  const __m128i r = narrow(add(add(luma, v), scaled(v, 91881 - 65536)));
  const __m128i g = narrow(add(_mm256_sub_epi16(luma, v), green(u, v)));
  const __m128i b = narrow(add(add(luma, add(u, u)), scaled(u, 116130 - 131072)));
  if (channels == 3) {
    store_rgb(out, r, g, b);
  } else {
    store_rgba(out, r, g, b, alpha != nullptr ? load128(alpha) : _mm_set1_epi8(-1));
  }
}

struct Pixels16 {
  PC15_AVX2 static void add_rows(const Pixel* near_row, const Pixel* far_row, int16_t* sums) {
    const __m256i a = widen(near_row);
    store256(sums, add(add(a, add(a, a)), widen(far_row)));
  }
  PC15_AVX2 static void interpolate(const int16_t* sums, Pixel* pairs) {
    const __m256i centre = load256(sums + 1);
    const __m256i middle = add(add(centre, add(centre, centre)), set(8));
    const __m256i left = _mm256_srli_epi16(add(middle, load256(sums)), 4);
    const __m256i right = _mm256_srli_epi16(add(middle, load256(sums + 2)), 4);
    store256(pairs, _mm256_or_si256(left, _mm256_slli_epi16(right, 8)));
  }
  PC15_AVX2 static void convert(const Pixel* y, const Pixel* cb, const Pixel* cr, const Pixel* alpha,
                                int32_t channels, uint8_t* out) {
    avx2::convert(y, cb, cr, alpha, channels, out);
  }
};

}  // namespace

PC15_AVX2 void write_rgb_row(const Pixel* luma, const ChromaRows& chroma, const Pixel* alpha, int32_t first,
                             int32_t count, int32_t channels, uint8_t* out) {
  write_rgb_row_by<Pixels16>(luma, chroma, alpha, first, count, channels, out);
}

}  // namespace pc15::backend::avx2

#endif
