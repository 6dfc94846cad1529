// Inverse transform and reconstruction as sums of products of 16-bit pairs.
//
// One instruction multiplies two neighbours of a sum and adds them, modulo 2^32 as the format demands, so
// both passes take their inputs in pairs: two rows of coefficients interleaved in the first, two columns side
// by side in the second. The second adds to the prediction at once. How far the coefficients reach comes from
// the scan.
#include "backend/cpu/avx2.h"

#if defined(PC15_HAS_AVX2)

#include "backend/cpu/residual_parts.h"
#include "backend/cpu/simd_avx2.h"
#include "backend/cpu/transform_pairs.h"
#include "entropy/scan.h"
#include "normative/predict.h"
#include "normative/transform.h"

namespace pc15::backend::avx2 {
namespace {

// A row of 8 (4 for blocks of that width) coefficients; `step` in all lanes. As normative::dequantise().
PC15_AVX2 inline __m128i dequantise(__m128i levels, __m256i step) {
  const __m256i product = _mm256_mullo_epi32(_mm256_cvtepi16_epi32(levels), step);
  const __m256i value = _mm256_srai_epi32(product, 1);
  return _mm_packs_epi32(_mm256_castsi256_si128(value), _mm256_extracti128_si256(value, 1));
}

constexpr int32_t kPitch = 32;  // of the values between the passes

// First pass over 8 columns from `first` on: h rows of t. `levels`: rows of w values, w at least 4.
PC15_AVX2 void columns(const int16_t* levels, int32_t w, int32_t rows, int32_t first, __m256i step,
                       const int32_t* matrix, int32_t h, int16_t* t) {
  __m256i pair[16];
  const int32_t pairs = (rows + 1) >> 1;
  for (int32_t k = 0; k < pairs; ++k) {
    const int16_t* const p = levels + 2 * k * w + first;
    const __m128i a = dequantise(w == 4 ? load64(p) : load128(p), step);
    const __m128i b = dequantise(w == 4 ? load64(p + w) : load128(p + w), step);
    pair[k] = _mm256_set_m128i(_mm_unpackhi_epi16(a, b), _mm_unpacklo_epi16(a, b));
  }
  for (int32_t y = 0; y < h; y += 4) {
    __m256i sum[4];
    for (__m256i& s : sum) s = _mm256_set1_epi32(1 << 13);
    for (int32_t k = 0; k < pairs; ++k) {
      for (int32_t i = 0; i < 4; ++i) {
        const __m256i m = _mm256_set1_epi32(matrix[k * h + y + i]);
        sum[i] = _mm256_add_epi32(sum[i], _mm256_madd_epi16(pair[k], m));
      }
    }
    for (int32_t i = 0; i < 4; i += 2) {
      const __m256i packed =
          _mm256_packs_epi32(_mm256_srai_epi32(sum[i], 14), _mm256_srai_epi32(sum[i + 1], 14));
      const __m256i two = _mm256_permute4x64_epi64(packed, 0xD8);
      store128(t + (y + i) * kPitch + first, _mm256_castsi256_si128(two));
      store128(t + (y + i + 1) * kPitch + first, _mm256_extracti128_si256(two, 1));
    }
  }
}

// 8 samples of a row of the second pass, before packing.
PC15_AVX2 inline __m256i row_of_8(const int16_t* t, int32_t pairs, const int32_t* matrix, int32_t w) {
  __m256i sum = _mm256_set1_epi32(1 << 16);
  for (int32_t k = 0; k < pairs; ++k) {
    const __m256i pair = _mm256_set1_epi32(load32(t + 2 * k));
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pair, load256(matrix + k * w)));
  }
  return _mm256_srai_epi32(sum, 17);
}

PC15_AVX2 inline __m256i pack_in_order(__m256i a, __m256i b) {
  return _mm256_permute4x64_epi64(_mm256_packs_epi32(a, b), 0xD8);
}

// Second pass of blocks 16 or 32 wide.
PC15_AVX2 void rows_wide(const int16_t* t, int32_t pairs, const int32_t* matrix, int32_t w, int32_t h,
                         Pixel* out, int64_t stride) {
  for (int32_t y = 0; y < h; ++y, t += kPitch, out += stride) {
    for (int32_t x = 0; x < w; x += 16) {
      const __m256i residual =
          pack_in_order(row_of_8(t, pairs, matrix + x, w), row_of_8(t, pairs, matrix + x + 8, w));
      store128(out + x, narrow(_mm256_add_epi16(widen(out + x), residual)));
    }
  }
}

PC15_AVX2 void rows_of_8(const int16_t* t, int32_t pairs, const int32_t* matrix, int32_t h, Pixel* out,
                         int64_t stride) {
  for (int32_t y = 0; y < h; y += 2, t += 2 * kPitch, out += 2 * stride) {
    const __m256i residual =
        pack_in_order(row_of_8(t, pairs, matrix, 8), row_of_8(t + kPitch, pairs, matrix, 8));
    const __m128i before = _mm_unpacklo_epi64(load64(out), load64(out + stride));
    const __m256i sum = _mm256_add_epi16(_mm256_cvtepu8_epi16(before), residual);
    const __m256i bytes = _mm256_packus_epi16(sum, sum);
    store64(out, _mm256_castsi256_si128(bytes));
    store64(out + stride, _mm256_extracti128_si256(bytes, 1));
  }
}

// Two rows at a time, one in each half.
PC15_AVX2 void rows_of_4(const int16_t* t, int32_t pairs, const int32_t* matrix, int32_t h, Pixel* out,
                         int64_t stride) {
  for (int32_t y = 0; y < h; y += 2, t += 2 * kPitch, out += 2 * stride) {
    __m256i sum = _mm256_set1_epi32(1 << 16);
    for (int32_t k = 0; k < pairs; ++k) {
      const __m256i pair =
          _mm256_set_m128i(_mm_set1_epi32(load32(t + kPitch + 2 * k)), _mm_set1_epi32(load32(t + 2 * k)));
      const __m256i m = _mm256_broadcastsi128_si256(load128(matrix + 4 * k));
      sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pair, m));
    }
    const __m256i shifted = _mm256_srai_epi32(sum, 17);
    const __m128i residual =
        _mm_packs_epi32(_mm256_castsi256_si128(shifted), _mm256_extracti128_si256(shifted, 1));
    const __m128i before = _mm_setr_epi32(load32(out), load32(out + stride), 0, 0);
    const __m128i result = _mm_packus_epi16(_mm_add_epi16(_mm_cvtepu8_epi16(before), residual), residual);
    store32(out, _mm_cvtsi128_si32(result));
    store32(out + stride, _mm_extract_epi32(result, 1));
  }
}

// The constant basis alone: the same change everywhere. A difference beyond a byte saturates as one of 255
// does.
PC15_AVX2 void add_constant(int32_t change, int32_t w, int32_t h, Pixel* out, int64_t stride) {
  const int32_t more = change > 255 ? 255 : change < 0 ? 0 : change;
  const int32_t less = change < -255 ? 255 : change > 0 ? 0 : -change;
  const __m256i plus = _mm256_set1_epi8(static_cast<char>(more)),
                minus = _mm256_set1_epi8(static_cast<char>(less));
  const auto moved = [&](__m128i v) PC15_AVX2 {
    return _mm_subs_epu8(_mm_adds_epu8(v, _mm256_castsi256_si128(plus)), _mm256_castsi256_si128(minus));
  };
  for (int32_t y = 0; y < h; ++y, out += stride) {
    if (w == 32) {
      store256(out, _mm256_subs_epu8(_mm256_adds_epu8(load256(out), plus), minus));
    } else if (w == 16) {
      store128(out, moved(load128(out)));
    } else if (w == 8) {
      store64(out, moved(load64(out)));
    } else {
      store32(out, _mm_cvtsi128_si32(moved(_mm_cvtsi32_si128(load32(out)))));
    }
  }
}

}  // namespace

PC15_AVX2 void add_residual(const entropy::Leaf& leaf, int32_t component, const int16_t* levels,
                            int32_t step16, Pixel* out, int64_t stride) {
  const int32_t w = 1 << leaf.log2w, h = 1 << leaf.log2h, type = leaf.transform[component];
  const entropy::ScanEntry& reach = entropy::scan_table(leaf.log2w, leaf.log2h)[leaf.eob[component] - 1];
  if (is_constant(leaf, component)) {
    return add_constant(constant_residual(leaf, levels[0], step16), w, h, out, stride);
  }
  alignas(32) int16_t t[32 * kPitch];
  const int32_t* const vertical = pair_matrix(normative::vertical_kind(type), leaf.log2h);
  const int32_t* const horizontal = pair_matrix(normative::horizontal_kind(type), leaf.log2w);
  const __m256i step = _mm256_set1_epi32(step16);
  for (int32_t first = 0; first < reach.cols; first += 8) {
    columns(levels, w, reach.rows, first, step, vertical, h, t);
  }
  const int32_t pairs = (reach.cols + 1) >> 1;
  if (w == 4) {
    rows_of_4(t, pairs, horizontal, h, out, stride);
  } else if (w == 8) {
    rows_of_8(t, pairs, horizontal, h, out, stride);
  } else {
    rows_wide(t, pairs, horizontal, w, h, out, stride);
  }
}

}  // namespace pc15::backend::avx2

#endif
