// Inverse transform and reconstruction: both passes add products of a vector and four factors, lanes of
// another register, to four sums, modulo 2^32 as the format demands.
//
// In the first pass the vector is eight coefficients of a row and the factors belong to four rows of the
// result, in the second it is eight samples of a basis and the factors are those results for four rows, which
// the first pass therefore leaves in fours. How far the coefficients reach comes from the scan.
#include "backend/cpu/neon.h"

#if defined(PC15_HAS_NEON)

#include "backend/cpu/residual_parts.h"
#include "backend/cpu/simd_neon.h"
#include "entropy/scan.h"

namespace pc15::backend::neon {
namespace {

constexpr int32_t kMostColumns = 32;

// kN, 4 or 8, numbers of 16 bits, then nothing.
template <int32_t kN>
inline int16x8_t load(const int16_t* p) {
  if constexpr (kN == 4) return vcombine_s16(vld1_s16(p), vdup_n_s16(0));
  return vld1q_s16(p);
}

// kN sums for each of four rows.
template <int32_t kN>
struct FourRows {
  explicit FourRows(int32_t v) {
    for (int32_t i = 0; i < 4; ++i) low[i] = high[i] = vdupq_n_s32(v);
  }
  void add(int16x8_t v, int16x4_t factors) {
    add_row<0>(v, factors);
    add_row<1>(v, factors);
    add_row<2>(v, factors);
    add_row<3>(v, factors);
  }
  template <int kRow>
  void add_row(int16x8_t v, int16x4_t factors) {
    low[kRow] = vmlal_lane_s16(low[kRow], vget_low_s16(v), factors, kRow);
    if constexpr (kN == 8) high[kRow] = vmlal_high_lane_s16(high[kRow], v, factors, kRow);
  }
  int32x4_t low[4], high[4];
};

// As normative::dequantise().
template <int32_t kN>
inline int16x8_t dequantise(const int16_t* levels, int32_t step16) {
  const int16x8_t v = load<kN>(levels);
  const int32x4_t low = vmulq_n_s32(vmovl_s16(vget_low_s16(v)), step16);
  const int32x4_t high = vmulq_n_s32(vmovl_high_s16(v), step16);
  return vqshrn_high_n_s32(vqshrn_n_s32(low, 1), high, 1);
}

// First pass over kN columns from `first` on. `levels`: rows of w values. `t`: for every four rows of the
// result kMostColumns columns of four.
template <int32_t kN>
void columns(const int16_t* levels, int32_t w, int32_t rows, int32_t first, int32_t step16,
             const int16_t* matrix, int32_t h, int16_t* t) {
  int16x8_t row[32];
  for (int32_t k = 0; k < rows; ++k) row[k] = dequantise<kN>(levels + k * w + first, step16);
  for (int32_t y = 0; y < h; y += 4) {
    FourRows<kN> sums(1 << 13);
    for (int32_t k = 0; k < rows; ++k) sums.add(row[k], vld1_s16(matrix + k * h + y));
    int16x8x4_t v;
    for (int32_t i = 0; i < 4; ++i) {
      v.val[i] = vqshrn_high_n_s32(vqshrn_n_s32(sums.low[i], 14), sums.high[i], 14);
    }
    vst4q_s16(t + kMostColumns * y + 4 * first, v);
  }
}

// Adds kN of a row's residuals to the samples at `out`.
template <int32_t kN>
inline void add_to(Pixel* out, int32x4_t low, int32x4_t high) {
  const int16x8_t residual = vshrq_n_s16(vshrn_high_n_s32(vshrn_n_s32(low, 16), high, 16), 1);
  const uint8x8_t before = kN == 8 ? vld1_u8(out) : vcreate_u8(load32(out));
  const uint16x8_t sum = vaddw_u8(vreinterpretq_u16_s16(residual), before);
  const uint8x8_t after = vqmovun_s16(vreinterpretq_s16_u16(sum));
  if constexpr (kN == 8) {
    vst1_u8(out, after);
  } else {
    store32(out, vget_lane_u32(vreinterpret_u32_u8(after), 0));
  }
}

// Second pass.
template <int32_t kN>
void add_rows(const int16_t* t, int32_t cols, const int16_t* matrix, int32_t w, int32_t h, Pixel* out,
              int64_t stride) {
  for (int32_t y = 0; y < h; y += 4, out += 4 * stride) {
    for (int32_t x = 0; x < w; x += kN) {
      FourRows<kN> sums(1 << 16);
      for (int32_t l = 0; l < cols; ++l) {
        sums.add(load<kN>(matrix + l * w + x), vld1_s16(t + kMostColumns * y + 4 * l));
      }
      for (int32_t i = 0; i < 4; ++i) add_to<kN>(out + i * stride + x, sums.low[i], sums.high[i]);
    }
  }
}

// The constant basis alone: the same change everywhere. A difference beyond a byte saturates as one of 255
// does.
void add_constant(int32_t change, int32_t w, int32_t h, Pixel* out, int64_t stride) {
  const uint8x16_t plus = vdupq_n_u8(static_cast<uint8_t>(std::max(0, std::min(255, change))));
  const uint8x16_t minus = vdupq_n_u8(static_cast<uint8_t>(std::max(0, std::min(255, -change))));
  const auto moved = [&](uint8x8_t v) {
    return vqsub_u8(vqadd_u8(v, vget_low_u8(plus)), vget_low_u8(minus));
  };
  for (int32_t y = 0; y < h; ++y, out += stride) {
    if (w == 4) {
      store32(out, vget_lane_u32(vreinterpret_u32_u8(moved(vcreate_u8(load32(out)))), 0));
    } else if (w == 8) {
      vst1_u8(out, moved(vld1_u8(out)));
    } else {
      for (int32_t x = 0; x < w; x += 16) {
        vst1q_u8(out + x, vqsubq_u8(vqaddq_u8(vld1q_u8(out + x), plus), minus));
      }
    }
  }
}

template <int32_t kN>
void add_transformed(const entropy::Leaf& leaf, int32_t component, const int16_t* levels, int32_t step16,
                     Pixel* out, int64_t stride) {
  const int32_t w = 1 << leaf.log2w, h = 1 << leaf.log2h, type = leaf.transform[component];
  const entropy::ScanEntry& reach = entropy::scan_table(leaf.log2w, leaf.log2h)[leaf.eob[component] - 1];
  int16_t t[32 * kMostColumns];
  const int16_t* const vertical = normative::transform_matrix(normative::vertical_kind(type), leaf.log2h);
  const int16_t* const horizontal = normative::transform_matrix(normative::horizontal_kind(type), leaf.log2w);
  for (int32_t first = 0; first < reach.cols; first += kN) {
    columns<kN>(levels, w, reach.rows, first, step16, vertical, h, t);
  }
  add_rows<kN>(t, reach.cols, horizontal, w, h, out, stride);
}

}  // namespace

void add_residual(const entropy::Leaf& leaf, int32_t component, const int16_t* levels, int32_t step16,
                  Pixel* out, int64_t stride) {
  if (is_constant(leaf, component)) {
    const int32_t change = constant_residual(leaf, levels[0], step16);
    return add_constant(change, 1 << leaf.log2w, 1 << leaf.log2h, out, stride);
  }
  if (leaf.log2w == 2) return add_transformed<4>(leaf, component, levels, step16, out, stride);
  add_transformed<8>(leaf, component, levels, step16, out, stride);
}

}  // namespace pc15::backend::neon

#endif
