// Both passes take four lines at a time, a line along the transform: every coefficient of four lines is a sum
// of vectors times lanes of a row of the matrix. A DCT adds and subtracts mirrored samples first, which
// halves its products. The first pass leaves its results in fours of rows, as the second takes them.
#include "enc/kernels_neon.h"

#if defined(PC15_HAS_NEON)

#include <algorithm>
#include <utility>

#include "backend/cpu/simd_neon.h"
#include "normative/transform.h"

namespace pc15::enc::neon {
namespace {

// Four lines of kN samples.
template <int32_t kN, bool kFold>
class Lines {
 public:
  // Sample i of the lines is at p + i * step.
  Lines(const int16_t* p, int32_t step) {
    for (int32_t i = 0; i < kTerms; ++i) {
      const int16x4_t v = vld1_s16(p + i * step);
      if constexpr (kFold) {
        const int16x4_t mirrored = vld1_s16(p + (kN - 1 - i) * step);
        term_[0][i] = vadd_s16(v, mirrored);
        term_[1][i] = vsub_s16(v, mirrored);
      } else {
        term_[0][i] = v;
      }
    }
  }
  // Coefficients k to k + 3 before they are rounded, each of the four lines.
  void four(const int16_t* matrix, int32_t k, int32x4_t* sum) const {
    for (int32_t i = 0; i < 4; ++i) {
      sum[i] = vdupq_n_s32(0);
      for (int32_t x = 0; x < kTerms; x += kGroup) {
        const int16_t* const factors = matrix + (k + i) * kN + x;
        const int16x8_t m = kGroup == 8 ? vld1q_s16(factors) : vcombine_s16(vld1_s16(factors), vdup_n_s16(0));
        add(&sum[i], term_[kFold ? i & 1 : 0] + x, m, std::make_integer_sequence<int, kGroup>());
      }
    }
  }

 private:
  static constexpr int32_t kTerms = kFold ? kN / 2 : kN, kGroup = kTerms < 8 ? kTerms : 8;

  template <int kLane>
  static int32x4_t plus_lane(int32x4_t sum, int16x4_t v, int16x8_t m) {
    return vmlal_laneq_s16(sum, v, m, kLane);
  }
  template <int... kLane>
  static void add(int32x4_t* sum, const int16x4_t* v, int16x8_t m, std::integer_sequence<int, kLane...>) {
    ((*sum = plus_lane<kLane>(*sum, v[kLane], m)), ...);
  }

  int16x4_t term_[kFold ? 2 : 1][kTerms];
};

// Rounded to 3 fractional bits. `out`: for every four rows w columns of four.
template <int32_t kN, bool kFold>
void columns(const int16_t* in, int32_t w, const int16_t* matrix, int16_t* out) {
  for (int32_t x = 0; x < w; x += 4) {
    const Lines<kN, kFold> lines(in + x, w);
    for (int32_t k = 0; k < kN; k += 4) {
      int32x4_t sum[4];
      lines.four(matrix, k, sum);
      int16x4x4_t v;
      for (int32_t i = 0; i < 4; ++i) v.val[i] = vrshrn_n_s32(sum[i], 11);
      vst4_s16(out + k * w + 4 * x, v);
    }
  }
}

template <int32_t kN, bool kFold>
void rows(const int16_t* in, int32_t h, const int16_t* matrix, int32_t* out) {
  for (int32_t y = 0; y < h; y += 4, in += 4 * kN, out += 4 * kN) {
    const Lines<kN, kFold> lines(in, 4);
    for (int32_t k = 0; k < kN; k += 4) {
      int32x4_t sum[4];
      lines.four(matrix, k, sum);
      for (int32x4_t& s : sum) s = vrshrq_n_s32(s, 14);
      const int32x4_t a = vtrn1q_s32(sum[0], sum[1]), b = vtrn2q_s32(sum[0], sum[1]);
      const int32x4_t c = vtrn1q_s32(sum[2], sum[3]), d = vtrn2q_s32(sum[2], sum[3]);
      vst1q_s32(out + k, vcombine_s32(vget_low_s32(a), vget_low_s32(c)));
      vst1q_s32(out + kN + k, vcombine_s32(vget_low_s32(b), vget_low_s32(d)));
      vst1q_s32(out + 2 * kN + k, vcombine_s32(vget_high_s32(a), vget_high_s32(c)));
      vst1q_s32(out + 3 * kN + k, vcombine_s32(vget_high_s32(b), vget_high_s32(d)));
    }
  }
}

// Calls `pass` with a length and whether the matrix is that of a DCT, as constants.
template <typename Pass>
void with_length(int32_t kind, int32_t log2n, const Pass& pass) {
  const bool dct = kind == normative::kDct2;
  using std::integral_constant;
  if (log2n == 2 && dct) return pass(integral_constant<int32_t, 4>(), std::true_type());
  if (log2n == 2) return pass(integral_constant<int32_t, 4>(), std::false_type());
  if (log2n == 3 && dct) return pass(integral_constant<int32_t, 8>(), std::true_type());
  if (log2n == 3) return pass(integral_constant<int32_t, 8>(), std::false_type());
  if (log2n == 4 && dct) return pass(integral_constant<int32_t, 16>(), std::true_type());
  if (log2n == 4) return pass(integral_constant<int32_t, 16>(), std::false_type());
  pass(integral_constant<int32_t, 32>(), std::true_type());
}

}  // namespace

void forward_transform(const int16_t* residual, int32_t log2w, int32_t log2h, int32_t type, int32_t* coefs) {
  int16_t middle[1024];
  const int32_t vertical = normative::vertical_kind(type), horizontal = normative::horizontal_kind(type);
  with_length(vertical, log2h, [&](auto n, auto fold) {
    columns<n, fold>(residual, 1 << log2w, normative::transform_matrix(vertical, log2h), middle);
  });
  with_length(horizontal, log2w, [&](auto n, auto fold) {
    rows<n, fold>(middle, 1 << log2h, normative::transform_matrix(horizontal, log2w), coefs);
  });
}

}  // namespace pc15::enc::neon

#endif
