// The seam filter, 16 lines across an edge at a time; see seam_lines.h.
#include "backend/cpu/avx2.h"

#if defined(PC15_HAS_AVX2)

#include "backend/cpu/shorts_avx2.h"

#include "backend/cpu/seam_lines.h"

namespace pc15::backend::avx2 {
namespace {

// 16 rows of 8 samples as 8 columns of 16.
struct Turned {
  PC15_AVX2 void load(const Pixel* p, int64_t stride) {
    __m128i a[8], b[8], c[8];
    for (int32_t i = 0; i < 8; ++i) {
      a[i] = _mm_unpacklo_epi8(load64(p + 2 * i * stride), load64(p + (2 * i + 1) * stride));
    }
    for (int32_t i = 0; i < 4; ++i) {
      b[2 * i] = _mm_unpacklo_epi16(a[2 * i], a[2 * i + 1]);
      b[2 * i + 1] = _mm_unpackhi_epi16(a[2 * i], a[2 * i + 1]);
    }
    for (int32_t i = 0; i < 2; ++i) {
      for (int32_t side = 0; side < 2; ++side) {
        c[4 * i + 2 * side] = _mm_unpacklo_epi32(b[4 * i + side], b[4 * i + 2 + side]);
        c[4 * i + 2 * side + 1] = _mm_unpackhi_epi32(b[4 * i + side], b[4 * i + 2 + side]);
      }
    }
    for (int32_t i = 0; i < 4; ++i) {
      of[2 * i] = _mm_unpacklo_epi64(c[i], c[4 + i]);
      of[2 * i + 1] = _mm_unpackhi_epi64(c[i], c[4 + i]);
    }
  }
  PC15_AVX2 void store(Pixel* p, int64_t stride) const {
    for (int32_t half = 0; half < 2; ++half) {
      __m128i a[4], b[4], c[4];
      for (int32_t i = 0; i < 4; ++i) {
        a[i] = half == 0 ? _mm_unpacklo_epi8(of[2 * i], of[2 * i + 1])
                         : _mm_unpackhi_epi8(of[2 * i], of[2 * i + 1]);
      }
      for (int32_t i = 0; i < 2; ++i) {
        b[2 * i] = _mm_unpacklo_epi16(a[2 * i], a[2 * i + 1]);
        b[2 * i + 1] = _mm_unpackhi_epi16(a[2 * i], a[2 * i + 1]);
      }
      for (int32_t i = 0; i < 2; ++i) {
        c[2 * i] = _mm_unpacklo_epi32(b[i], b[2 + i]);
        c[2 * i + 1] = _mm_unpackhi_epi32(b[i], b[2 + i]);
      }
      for (int32_t i = 0; i < 4; ++i, p += 2 * stride) {
        store64(p, c[i]);
        store64(p + stride, _mm_srli_si128(c[i], 8));
      }
    }
  }
  PC15_AVX2 Shorts get(int32_t i) const { return _mm256_cvtepu8_epi16(of[i]); }
  PC15_AVX2 void set(int32_t i, Shorts v) { of[i] = narrow(v); }

  __m128i of[8];
};

}  // namespace

PC15_AVX2 void filter_vertical_edges(const SeamPlane& plane, int32_t begin, int32_t end) {
  filter_right_edges<Turned>(plane, begin, end);
}

PC15_AVX2 void filter_horizontal_edges(const SeamPlane& plane, int32_t begin, int32_t end) {
  filter_down_edges(plane, begin, end);
}

}  // namespace pc15::backend::avx2

#endif
