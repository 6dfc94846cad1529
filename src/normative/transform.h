// Inverse transforms of the residual (docs/bitstream-residual.md, section 9.6).
//
// Separable orthonormal DCT-II (4...32) and DST-VII (4...16) as integer matrices in Q14. All sums are taken
// modulo 2^32, so that any order of summation and any instruction set gives the same result even on hostile
// levels; the result of the first pass saturates to 16 bits.
#pragma once

#include <cstdint>

#include "base/target.h"
#include "normative/residual_tables.inc"

namespace pc15::normative {

enum TransformKind : int32_t { kDct2 = 0, kDst7 = 1 };

// Type of a block, vertical and horizontal kind.
enum TransformType : int32_t {
  kDctDct = 0,
  kDstDst = 1,
  kVerticalDst = 2,
  kHorizontalDst = 3,
  kTransformTypes = 4
};
PC15_HD int32_t vertical_kind(int32_t type) {
  return type == kDstDst || type == kVerticalDst ? kDst7 : kDct2;
}
PC15_HD int32_t horizontal_kind(int32_t type) {
  return type == kDstDst || type == kHorizontalDst ? kDst7 : kDct2;
}

// Row-major n x n matrix, row = frequency; log2n is 2...5 (DST-VII: 2...4).
PC15_HD const int16_t* transform_matrix(int32_t kind, int32_t log2n) {
  static constexpr int16_t dct4[16] = PC15_TABLE_DCT2_4;
  static constexpr int16_t dct8[64] = PC15_TABLE_DCT2_8;
  static constexpr int16_t dct16[256] = PC15_TABLE_DCT2_16;
  static constexpr int16_t dct32[1024] = PC15_TABLE_DCT2_32;
  static constexpr int16_t dst4[16] = PC15_TABLE_DST7_4;
  static constexpr int16_t dst8[64] = PC15_TABLE_DST7_8;
  static constexpr int16_t dst16[256] = PC15_TABLE_DST7_16;
  if (kind == kDst7) return log2n == 2 ? dst4 : log2n == 3 ? dst8 : dst16;
  return log2n == 2 ? dct4 : log2n == 3 ? dct8 : log2n == 4 ? dct16 : dct32;
}

PC15_HD int32_t saturate16(int32_t v) { return v < -32768 ? -32768 : v > 32767 ? 32767 : v; }

// Reconstruction value of a level in 1/8 grey level. |level| <= 32767, step16 <= 65535.
PC15_HD int32_t dequantise(int32_t level, int32_t step16) { return saturate16((level * step16) >> 1); }

// step16 * 2^(eighths/8), at least 1, at most 65535; eighths is -256...255.
PC15_HD int32_t scaled_step(int32_t step16, int32_t eighths) {
  static constexpr uint16_t scale[8] = PC15_TABLE_STEP_SCALE;
  const int32_t octave = eighths >> 3;
  uint64_t s = static_cast<uint64_t>(step16) * scale[eighths & 7];
  s = octave >= 0 ? s << (octave < 32 ? octave : 32) : s >> (-octave);
  s >>= 15;
  return s < 1 ? 1 : s > 65535 ? 65535 : static_cast<int32_t>(s);
}

// One pass over kW columns at a time; every product is of two 16-bit values, which vector units widen.
template <int32_t kW>
PC15_HD void inverse_columns(const int16_t* coefs, int32_t w, const int16_t* matrix, int32_t h, int32_t rows,
                             int32_t first, int16_t* out) {
  for (int32_t y = 0; y < h; ++y) {
    uint32_t acc[kW];
    for (int32_t x = 0; x < kW; ++x) acc[x] = 1u << 13;
    for (int32_t k = 0; k < rows; ++k) {
      const int16_t m = matrix[k * h + y];
      const int16_t* c = coefs + k * w + first;
      for (int32_t x = 0; x < kW; ++x) acc[x] += static_cast<uint32_t>(m * c[x]);
    }
    for (int32_t x = 0; x < kW; ++x) {
      out[y * w + first + x] = static_cast<int16_t>(saturate16(static_cast<int32_t>(acc[x]) >> 14));
    }
  }
}

template <int32_t kW>
PC15_HD void inverse_rows(const int16_t* in, const int16_t* matrix, int32_t h, int32_t cols, int16_t* out) {
  for (int32_t y = 0; y < h; ++y) {
    uint32_t acc[kW];
    for (int32_t x = 0; x < kW; ++x) acc[x] = 1u << 16;
    for (int32_t l = 0; l < cols; ++l) {
      const int16_t t = in[y * kW + l];
      const int16_t* m = matrix + l * kW;
      for (int32_t x = 0; x < kW; ++x) acc[x] += static_cast<uint32_t>(t * m[x]);
    }
    for (int32_t x = 0; x < kW; ++x) {
      out[y * kW + x] = static_cast<int16_t>(static_cast<int32_t>(acc[x]) >> 17);
    }
  }
}

// Columns that the caller of inverse_transform() must fill: whole groups of 4.
PC15_HD int32_t filled_columns(int32_t cols) { return (cols + 3) & ~3; }

// `coefs`: h rows of w dequantised values; only the first `rows` x `cols` corner may be non-zero, and only
// `rows` x filled_columns(cols) values are read. `out`: h rows of w residual samples in grey levels.
// `scratch`: w * h values.
PC15_HD void inverse_transform(const int16_t* coefs, int32_t log2w, int32_t log2h, int32_t type, int32_t rows,
                               int32_t cols, int16_t* scratch, int16_t* out) {
  const int32_t w = 1 << log2w, h = 1 << log2h;
  const int16_t* mv = transform_matrix(vertical_kind(type), log2h);
  const int16_t* mh = transform_matrix(horizontal_kind(type), log2w);
  if (rows == 1 && cols == 1 && type == kDctDct) {  // the constant basis: one value everywhere
    const int32_t t = saturate16(((1 << 13) + mv[0] * coefs[0]) >> 14);
    const int16_t r = static_cast<int16_t>(((1 << 16) + t * mh[0]) >> 17);
    for (int32_t i = 0; i < w * h; ++i) out[i] = r;
    return;
  }
  int32_t first = 0;
  for (; first + 4 < filled_columns(cols); first += 8)
    inverse_columns<8>(coefs, w, mv, h, rows, first, scratch);
  if (first < cols) inverse_columns<4>(coefs, w, mv, h, rows, first, scratch);
  switch (log2w) {
    case 2:
      inverse_rows<4>(scratch, mh, h, cols, out);
      return;
    case 3:
      inverse_rows<8>(scratch, mh, h, cols, out);
      return;
    case 4:
      inverse_rows<16>(scratch, mh, h, cols, out);
      return;
    default:
      inverse_rows<32>(scratch, mh, h, cols, out);
      return;
  }
}

}  // namespace pc15::normative
