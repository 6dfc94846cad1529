// Inverse transform and reconstruction as in residual_avx2.cpp, with products that add to their sums and take
// a broadcast factor from memory; a block of 4 x 4 is one register from its levels to its samples.
#include "backend/cpu/avx512.h"

#if defined(PC15_HAS_AVX512)

#include <cstring>

#include "backend/cpu/avx2.h"
#include "backend/cpu/simd_avx512.h"
#include "backend/cpu/transform_pairs.h"
#include "entropy/scan.h"

namespace pc15::backend::avx512 {
namespace {

constexpr int32_t kPitch = 32;  // of the values between the passes

int32_t load32(const void* p) {
  int32_t v;
  std::memcpy(&v, p, sizeof(v));
  return v;
}
PC15_AVX512 inline __m128i load64(const void* p) { return _mm_loadl_epi64(static_cast<const __m128i*>(p)); }

// As normative::dequantise().
PC15_AVX512 inline __m256i dequantise(__m256i levels, __m512i step) {
  const __m512i product = _mm512_mullo_epi32(_mm512_cvtepi16_epi32(levels), step);
  return _mm512_cvtsepi32_epi16(_mm512_srai_epi32(product, 1));
}
PC15_AVX512 inline __m128i dequantise(__m128i levels, __m256i step) {
  const __m256i product = _mm256_mullo_epi32(_mm256_cvtepi16_epi32(levels), step);
  return _mm256_cvtsepi32_epi16(_mm256_srai_epi32(product, 1));
}

// First pass over 8 columns from `first` on: h rows of t. `levels`: rows of w values, w at least 4.
PC15_AVX512 void columns8(const int16_t* levels, int32_t w, int32_t rows, int32_t first, int32_t step16,
                          const int32_t* matrix, int32_t h, int16_t* t) {
  const __m256i step = _mm256_set1_epi32(step16);
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
        sum[i] = _mm256_dpwssd_epi32(sum[i], pair[k], _mm256_set1_epi32(matrix[k * h + y + i]));
      }
    }
    for (int32_t i = 0; i < 4; ++i) {
      store128(t + (y + i) * kPitch + first, _mm256_cvtsepi32_epi16(_mm256_srai_epi32(sum[i], 14)));
    }
  }
}

// The same over 16 columns; w is at least 16.
PC15_AVX512 void columns16(const int16_t* levels, int32_t w, int32_t rows, int32_t first, int32_t step16,
                           const int32_t* matrix, int32_t h, int16_t* t) {
  const __m512i step = _mm512_set1_epi32(step16);
  const __m512i interleave = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8,
                                              23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
  __m512i pair[16];
  const int32_t pairs = (rows + 1) >> 1;
  for (int32_t k = 0; k < pairs; ++k) {
    const int16_t* const p = levels + 2 * k * w + first;
    const __m256i a = dequantise(load256(p), step), b = dequantise(load256(p + w), step);
    const __m512i both = _mm512_inserti64x4(_mm512_castsi256_si512(a), b, 1);
    pair[k] = _mm512_permutexvar_epi16(interleave, both);
  }
  for (int32_t y = 0; y < h; y += 4) {
    __m512i sum[4];
    for (__m512i& s : sum) s = _mm512_set1_epi32(1 << 13);
    for (int32_t k = 0; k < pairs; ++k) {
      for (int32_t i = 0; i < 4; ++i) {
        sum[i] = _mm512_dpwssd_epi32(sum[i], pair[k], _mm512_set1_epi32(matrix[k * h + y + i]));
      }
    }
    for (int32_t i = 0; i < 4; ++i) {
      store256(t + (y + i) * kPitch + first, _mm512_cvtsepi32_epi16(_mm512_srai_epi32(sum[i], 14)));
    }
  }
}

// kRows rows of 16 sums of the second pass.
template <int32_t kRows>
PC15_AVX512 inline void rows_of_sums(const int16_t* t, int32_t pairs, const int32_t* matrix, int32_t w,
                                     __m512i* sum) {
  for (int32_t i = 0; i < kRows; ++i) sum[i] = _mm512_set1_epi32(1 << 16);
  for (int32_t k = 0; k < pairs; ++k) {
    const __m512i m = load512(matrix + k * w);
    for (int32_t i = 0; i < kRows; ++i) {
      sum[i] = _mm512_dpwssd_epi32(sum[i], m, _mm512_set1_epi32(load32(t + i * kPitch + 2 * k)));
    }
  }
  for (int32_t i = 0; i < kRows; ++i) sum[i] = _mm512_srai_epi32(sum[i], 17);
}

PC15_AVX512 inline __m128i added(const Pixel* p, __m256i residual) {
  const __m256i sum = _mm256_add_epi16(_mm256_cvtepu8_epi16(load128(p)), residual);
  return _mm_packus_epi16(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
}

// Second pass of blocks 16 or 32 wide.
PC15_AVX512 void rows_wide(const int16_t* t, int32_t pairs, const int32_t* matrix, int32_t w, int32_t h,
                           Pixel* out, int64_t stride) {
  for (int32_t x = 0; x < w; x += 16) {
    const int16_t* from = t;
    Pixel* o = out + x;
    for (int32_t y = 0; y < h; y += 4, from += 4 * kPitch) {
      __m512i sum[4];
      rows_of_sums<4>(from, pairs, matrix + x, w, sum);
      for (int32_t i = 0; i < 4; ++i, o += stride) {
        store128(o, added(o, _mm512_cvtepi32_epi16(sum[i])));
      }
    }
  }
}

PC15_AVX512 void rows_of_8(const int16_t* t, int32_t pairs, const int32_t* matrix, int32_t h, Pixel* out,
                           int64_t stride) {
  for (int32_t y = 0; y < h; y += 4, t += 4 * kPitch) {
    __m256i sum[4];
    for (__m256i& s : sum) s = _mm256_set1_epi32(1 << 16);
    for (int32_t k = 0; k < pairs; ++k) {
      const __m256i m = load256(matrix + 8 * k);
      for (int32_t i = 0; i < 4; ++i) {
        sum[i] = _mm256_dpwssd_epi32(sum[i], m, _mm256_set1_epi32(load32(t + i * kPitch + 2 * k)));
      }
    }
    for (int32_t i = 0; i < 4; i += 2, out += 2 * stride) {
      const __m256i both =
          _mm256_packs_epi32(_mm256_srai_epi32(sum[i], 17), _mm256_srai_epi32(sum[i + 1], 17));
      const __m128i before = _mm_unpacklo_epi64(load64(out), load64(out + stride));
      const __m256i residual = _mm256_permute4x64_epi64(both, 0xD8);
      const __m256i result = _mm256_add_epi16(_mm256_cvtepu8_epi16(before), residual);
      const __m256i bytes = _mm256_packus_epi16(result, result);
      _mm_storel_epi64(reinterpret_cast<__m128i*>(out), _mm256_castsi256_si128(bytes));
      _mm_storel_epi64(reinterpret_cast<__m128i*>(out + stride), _mm256_extracti128_si256(bytes, 1));
    }
  }
}

// Four rows of 4 from pairs of neighbours in four rows: the second pass, added to the prediction.
PC15_AVX512 inline void four_rows_of_4(__m256i values, const int32_t* matrix, Pixel* out, int64_t stride) {
  const __m512i rows = _mm512_castsi256_si512(values);
  const __m512i first = _mm512_setr_epi32(0, 0, 0, 0, 2, 2, 2, 2, 4, 4, 4, 4, 6, 6, 6, 6);
  const __m512i second = _mm512_add_epi32(first, _mm512_set1_epi32(1));
  __m512i sum = _mm512_set1_epi32(1 << 16);
  sum = _mm512_dpwssd_epi32(sum, _mm512_permutexvar_epi32(first, rows),
                            _mm512_broadcast_i32x4(load128(matrix)));
  sum = _mm512_dpwssd_epi32(sum, _mm512_permutexvar_epi32(second, rows),
                            _mm512_broadcast_i32x4(load128(matrix + 4)));
  const __m256i residual = _mm512_cvtepi32_epi16(_mm512_srai_epi32(sum, 17));
  const __m128i before =
      _mm_setr_epi32(load32(out), load32(out + stride), load32(out + 2 * stride), load32(out + 3 * stride));
  const __m256i result = _mm256_add_epi16(_mm256_cvtepu8_epi16(before), residual);
  const __m128i bytes = _mm_packus_epi16(_mm256_castsi256_si128(result), _mm256_extracti128_si256(result, 1));
  alignas(16) int32_t samples[4];
  store128(samples, bytes);
  for (int32_t i = 0; i < 4; ++i) std::memcpy(out + i * stride, samples + i, 4);
}

PC15_AVX512 void rows_of_4(const int16_t* t, const int32_t* matrix, int32_t h, Pixel* out, int64_t stride) {
  for (int32_t y = 0; y < h; y += 4, t += 4 * kPitch, out += 4 * stride) {
    const __m128i low = _mm_unpacklo_epi64(load64(t), load64(t + kPitch));
    const __m128i high = _mm_unpacklo_epi64(load64(t + 2 * kPitch), load64(t + 3 * kPitch));
    four_rows_of_4(_mm256_set_m128i(high, low), matrix, out, stride);
  }
}

// A block of 4 x 4: lanes are its samples in both passes. Rows behind an even number of `rows` are not
// filled.
PC15_AVX512 void add_4x4(const int16_t* levels, int32_t rows, int32_t step16, const int32_t* vertical,
                         const int32_t* horizontal, Pixel* out, int64_t stride) {
  const __m256i filled = rows > 2 ? load256(levels) : _mm256_zextsi128_si256(load128(levels));
  const __m256i coefs = dequantise(filled, _mm512_set1_epi32(step16));
  const __m512i top = _mm512_set_epi16(7, 3, 6, 2, 5, 1, 4, 0, 7, 3, 6, 2, 5, 1, 4, 0, 7, 3, 6, 2, 5, 1, 4, 0,
                                       7, 3, 6, 2, 5, 1, 4, 0);
  const __m512i bottom = _mm512_add_epi16(top, _mm512_set1_epi16(8));
  const __m512i source = _mm512_castsi256_si512(coefs);
  const __m512i spread = _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
  const __m512i m0 = _mm512_permutexvar_epi32(spread, _mm512_castsi128_si512(load128(vertical)));
  const __m512i m1 = _mm512_permutexvar_epi32(spread, _mm512_castsi128_si512(load128(vertical + 4)));
  __m512i sum = _mm512_set1_epi32(1 << 13);
  sum = _mm512_dpwssd_epi32(sum, _mm512_permutexvar_epi16(top, source), m0);
  sum = _mm512_dpwssd_epi32(sum, _mm512_permutexvar_epi16(bottom, source), m1);
  four_rows_of_4(_mm512_cvtsepi32_epi16(_mm512_srai_epi32(sum, 14)), horizontal, out, stride);
}

}  // namespace

PC15_AVX512 void add_residual(const entropy::Leaf& leaf, int32_t component, const int16_t* levels,
                              int32_t step16, Pixel* out, int64_t stride) {
  const int32_t type = leaf.transform[component];
  if (leaf.eob[component] == 1 && type == normative::kDctDct) {
    return avx2::add_residual(leaf, component, levels, step16, out, stride);  // one value everywhere
  }
  const int32_t w = 1 << leaf.log2w, h = 1 << leaf.log2h;
  const int32_t* const vertical = pair_matrix(normative::vertical_kind(type), leaf.log2h);
  const int32_t* const horizontal = pair_matrix(normative::horizontal_kind(type), leaf.log2w);
  const entropy::ScanEntry& reach = entropy::scan_table(leaf.log2w, leaf.log2h)[leaf.eob[component] - 1];
  if (w == 4 && h == 4) return add_4x4(levels, reach.rows, step16, vertical, horizontal, out, stride);
  alignas(64) int16_t t[32 * kPitch];
  for (int32_t first = 0; first < reach.cols;) {
    if (reach.cols - first > 8) {
      columns16(levels, w, reach.rows, first, step16, vertical, h, t);
      first += 16;
    } else {
      columns8(levels, w, reach.rows, first, step16, vertical, h, t);
      first += 8;
    }
  }
  const int32_t pairs = (reach.cols + 1) >> 1;
  if (w == 4) {
    rows_of_4(t, horizontal, h, out, stride);
  } else if (w == 8) {
    rows_of_8(t, pairs, horizontal, h, out, stride);
  } else {
    rows_wide(t, pairs, horizontal, w, h, out, stride);
  }
}

}  // namespace pc15::backend::avx512

#endif
