#include "enc/kernels_neon.h"

#if defined(PC15_HAS_NEON)

#include "backend/cpu/simd_neon.h"
#include "enc/coefficients.h"
#include "entropy/bit_cost.h"

namespace pc15::enc::neon {
namespace {

using backend::neon::load32;

inline uint8x8_t two_fours(const Pixel* p, int64_t stride) {
  return vcreate_u8(load32(p) | static_cast<uint64_t>(load32(p + stride)) << 32);
}
inline int16x8_t difference(uint8x8_t a, uint8x8_t b) { return vreinterpretq_s16_u16(vsubl_u8(a, b)); }

inline uint64x2_t add_squares(uint64x2_t sum, uint32x4_t v) {
  return vmlal_high_u32(vmlal_u32(sum, vget_low_u32(v), vget_low_u32(v)), v, v);
}
inline uint32x4_t magnitudes(const int32_t* p) { return vreinterpretq_u32_s32(vabsq_s32(vld1q_s32(p))); }

}  // namespace

void subtract(const Pixel* a, int64_t a_stride, const Pixel* b, int64_t b_stride, int32_t w, int32_t h,
              int16_t* out) {
  if (w == 4) {
    for (int32_t y = 0; y < h; y += 2, a += 2 * a_stride, b += 2 * b_stride, out += 8) {
      vst1q_s16(out, difference(two_fours(a, a_stride), two_fours(b, b_stride)));
    }
    return;
  }
  for (int32_t y = 0; y < h; ++y, a += a_stride, b += b_stride, out += w) {
    for (int32_t x = 0; x < w; x += 8) vst1q_s16(out + x, difference(vld1_u8(a + x), vld1_u8(b + x)));
  }
}

CoefficientSums coefficient_sums(const int32_t* coefs, int32_t area, int32_t step16) {
  const uint32x4_t below = vdupq_n_u32(static_cast<uint32_t>(least_counted(step16) - 1)),
                   cap = vdupq_n_u32(static_cast<uint32_t>(3 * step16));
  uint64x2_t square = vdupq_n_u64(0);
  uint32x4_t sum = vdupq_n_u32(0), counts = sum;
  for (int32_t i = 0; i < area; i += 4) {
    const uint32x4_t m = magnitudes(coefs + i), big = vcgtq_u32(m, below);
    square = add_squares(square, vbicq_u32(m, big));
    sum = vaddq_u32(sum, vandq_u32(big, vminq_u32(m, cap)));
    counts = vsubq_u32(counts, big);
  }
  CoefficientSums sums;
  sums.squares = static_cast<int64_t>(vaddvq_u64(square));
  sums.magnitudes = static_cast<int32_t>(vaddvq_u32(sum));
  sums.count = static_cast<int32_t>(vaddvq_u32(counts));
  return sums;
}

int64_t mark_coded(const int32_t* coefs, int32_t area, int32_t step16, uint32_t* marks) {
  static const uint8_t bit[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  const uint32x4_t zero = vdupq_n_u32(static_cast<uint32_t>(most_zero(step16)));
  uint64x2_t sum = vdupq_n_u64(0);
  for (int32_t i = 0; i < area; i += 16) {
    uint32x4_t over[4];
    for (int32_t k = 0; k < 4; ++k) {
      const uint32x4_t m = magnitudes(coefs + i + 4 * k);
      sum = add_squares(sum, m);
      over[k] = vcgtq_u32(m, zero);
    }
    const uint16x8_t low = vuzp1q_u16(vreinterpretq_u16_u32(over[0]), vreinterpretq_u16_u32(over[1]));
    const uint16x8_t high = vuzp1q_u16(vreinterpretq_u16_u32(over[2]), vreinterpretq_u16_u32(over[3]));
    const uint8x16_t all = vuzp1q_u8(vreinterpretq_u8_u16(low), vreinterpretq_u8_u16(high));
    const uint8x16_t bits = vandq_u8(all, vld1q_u8(bit));
    const uint32_t word = vaddv_u8(vget_low_u8(bits)) | static_cast<uint32_t>(vaddv_u8(vget_high_u8(bits)))
                                                            << 8;
    marks[i >> 5] = (i & 16) == 0 ? word : marks[i >> 5] | word << 16;
  }
  return static_cast<int64_t>(vaddvq_u64(sum));
}

namespace {

// entropy::frequency_cost() of four: a frequency is exact as a float, whose exponent and upper bits of the
// mantissa are what the table of logarithms asks for.
inline uint16x4_t frequency_costs(uint16x4_t frequencies) {
  const uint32x4_t bits = vreinterpretq_u32_f32(vcvtq_f32_u32(vmovl_u16(frequencies)));
  const uint16x4_t top = vmovn_u32(vshrq_n_u32(bits, 23));
  const uint16x4_t mantissa = vand_u16(vshrn_n_u32(bits, 15), vdup_n_u16(255));
  const uint16_t* const table = entropy::kLog2Table.data();
  uint16x4_t log2 = vld1_dup_u16(table + vget_lane_u16(mantissa, 0));
  log2 = vld1_lane_u16(table + vget_lane_u16(mantissa, 1), log2, 1);
  log2 = vld1_lane_u16(table + vget_lane_u16(mantissa, 2), log2, 2);
  log2 = vld1_lane_u16(table + vget_lane_u16(mantissa, 3), log2, 3);
  const uint16x4_t whole = vsub_u16(vdup_n_u16(entropy::kProbBits + 127), top);
  return vsub_u16(vshl_n_u16(whole, entropy::kCostBits), log2);
}

}  // namespace

void symbol_costs(const entropy::AdaptiveCdf& cdf, uint16_t* costs) {
  int16_t bounds[1 + entropy::kMaxSymbols] = {};
  vst1q_s16(bounds + 1, vld1q_s16(cdf.lane));
  vst1q_s16(bounds + 9, vld1q_s16(cdf.lane + 8));
  bounds[cdf.size] = INT16_MIN;  // 32768, the end of the last
  for (int32_t s = 0; s < cdf.size; s += 4) {
    const int16x4_t frequency = vsub_s16(vld1_s16(bounds + 1 + s), vld1_s16(bounds + s));
    vst1_u16(costs + s, frequency_costs(vreinterpret_u16_s16(frequency)));
  }
}

int64_t squared_error(const PlaneView<const Pixel>& a, const PlaneView<const Pixel>& b) {
  int64_t sum = 0;
  const int32_t whole = a.width & ~15;
  for (int32_t y = 0; y < a.height; ++y) {
    const Pixel *p = a.row(y), *q = b.row(y);
    for (int32_t x0 = 0; x0 < whole; x0 += 65536) {  // a run whose lanes fit 32 bits
      const int32_t x1 = whole - x0 < 65536 ? whole : x0 + 65536;
      uint32x4_t run = vdupq_n_u32(0);
      for (int32_t x = x0; x < x1; x += 16) {
        const uint8x16_t d = vabdq_u8(vld1q_u8(p + x), vld1q_u8(q + x));
        run = vpadalq_u16(run, vmull_u8(vget_low_u8(d), vget_low_u8(d)));
        run = vpadalq_u16(run, vmull_high_u8(d, d));
      }
      sum += static_cast<int64_t>(vaddlvq_u32(run));
    }
    for (int32_t x = whole; x < a.width; ++x) sum += (p[x] - q[x]) * (p[x] - q[x]);
  }
  return sum;
}

}  // namespace pc15::enc::neon

#endif
