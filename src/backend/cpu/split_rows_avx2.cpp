// Interleaved samples to rows of Y, Cb and Cr: for every pixel the pairs (r, g) and (g, b) times pairs of
// factors. A factor of 38470 is two of 19235, one for each pair; 32768 is taken as -32768 from a sum that is
// subtracted.
#include "backend/cpu/avx2.h"

#if defined(PC15_HAS_AVX2)

#include "backend/cpu/scalar.h"
#include "backend/cpu/simd_avx2.h"

namespace pc15::backend::avx2 {
namespace {

PC15_AVX2 inline __m256i factors(int32_t low, int32_t high) {
  return _mm256_set1_epi32(
      static_cast<int32_t>(static_cast<uint16_t>(low) | static_cast<uint32_t>(high) << 16));
}

// Eight pixels as pairs of 16 bits.
struct Pairs {
  __m256i rg, gb;
};
PC15_AVX2 inline Pairs load_pairs(const uint8_t* in, int32_t channels) {
  constexpr char z = -128;
  const __m128i rg3 = _mm_setr_epi8(0, z, 1, z, 3, z, 4, z, 6, z, 7, z, 9, z, 10, z);
  const __m128i rg4 = _mm_setr_epi8(0, z, 1, z, 4, z, 5, z, 8, z, 9, z, 12, z, 13, z);
  const __m256i rg = _mm256_broadcastsi128_si256(channels == 3 ? rg3 : rg4);
  const __m256i next = _mm256_set1_epi16(1);  // the low byte of each; the others stay empty
  const __m256i v = _mm256_set_m128i(load128(in + 4 * channels), load128(in));
  return {_mm256_shuffle_epi8(v, rg), _mm256_shuffle_epi8(v, _mm256_add_epi8(rg, next))};
}

// bias - rg * a - gb * b, shifted to samples; a and b negative where they are added.
PC15_AVX2 inline __m256i weighted(const Pairs& p, __m256i a, __m256i b, int32_t bias) {
  const __m256i sum = _mm256_add_epi32(_mm256_madd_epi16(p.rg, a), _mm256_madd_epi16(p.gb, b));
  return _mm256_srai_epi32(_mm256_sub_epi32(_mm256_set1_epi32(bias), sum), 16);
}
PC15_AVX2 inline __m128i samples(__m256i first, __m256i second) {
  return narrow(_mm256_permute4x64_epi64(_mm256_packs_epi32(first, second), 0xD8));
}

}  // namespace

PC15_AVX2 void split_rgb_row(const uint8_t* in, int32_t count, int32_t channels, Pixel* luma, Pixel* cb,
                             Pixel* cr, Pixel* alpha) {
  const __m256i luma_rg = factors(-19595, -19235), luma_gb = factors(-19235, -7471);
  const __m256i cb_rg = factors(11059, 21709), cb_gb = factors(0, -32768);
  const __m256i cr_rg = factors(-32768, 27439), cr_gb = factors(0, 5329);
  constexpr int32_t kMiddle = (128 << 16) + 32768;
  int32_t i = 0;
  for (; i + 18 <= count; i += 16) {  // the last load takes four bytes more than its pixels
    const Pairs a = load_pairs(in + i * channels, channels),
                b = load_pairs(in + (i + 8) * channels, channels);
    store128(luma + i, samples(weighted(a, luma_rg, luma_gb, 32768), weighted(b, luma_rg, luma_gb, 32768)));
    store128(cb + i, samples(weighted(a, cb_rg, cb_gb, kMiddle), weighted(b, cb_rg, cb_gb, kMiddle)));
    store128(cr + i, samples(weighted(a, cr_rg, cr_gb, kMiddle), weighted(b, cr_rg, cr_gb, kMiddle)));
    for (int32_t k = i; alpha != nullptr && k < i + 16; ++k) alpha[k] = channels == 4 ? in[4 * k + 3] : 255;
  }
  scalar::split_rgb_row(in + i * channels, count - i, channels, luma + i, cb + i, cr + i,
                        alpha != nullptr ? alpha + i : nullptr);
}

}  // namespace pc15::backend::avx2

#endif
