// Rows of colour conversion, 16 pixels at a time; loads and stores take channels apart and put them together.
//
// The products of normative/color.h need 17 bits; taking whole multiples out leaves factors of 16 bits, half
// of which the instruction takes that doubles, rounds and keeps the upper half.
#include "backend/cpu/neon.h"

#if defined(PC15_HAS_NEON)

#include "backend/cpu/simd_neon.h"

#include "backend/cpu/rgb_rows.h"
#include "backend/cpu/scalar.h"

namespace pc15::backend::neon {
namespace {

constexpr int32_t kRedOfCr = 26345, kBlueOfCb = -14942;  // 91881 - 65536, 116130 - 131072
// The factor of red is odd and its half rounded, which shows in no result.
constexpr bool halves_do(int32_t factor) {
  for (int32_t v = -128; v < 128; ++v) {
    if ((factor * v + 32768) >> 16 != (2 * (factor / 2) * v + 32768) >> 16) return false;
  }
  return true;
}
static_assert(halves_do(kRedOfCr) && halves_do(kBlueOfCb), "factors of 16 bits");

struct Rgb8 {
  uint8x8_t r, g, b;
};

// Half of 16 pixels.
inline Rgb8 convert8(uint8x8_t y, uint8x8_t cb, uint8x8_t cr) {
  const uint8x8_t middle = vdup_n_u8(128);
  const int16x8_t luma = vreinterpretq_s16_u16(vmovl_u8(y));
  const int16x8_t u = vreinterpretq_s16_u16(vsubl_u8(cb, middle)),
                  v = vreinterpretq_s16_u16(vsubl_u8(cr, middle));
  const int16x8_t r = vaddq_s16(vaddq_s16(luma, v), vqrdmulhq_n_s16(v, kRedOfCr / 2));
  const int16x8_t b = vaddq_s16(vaddq_s16(luma, vaddq_s16(u, u)), vqrdmulhq_n_s16(u, kBlueOfCb / 2));
  // -46802 is 18734 - 65536.
  const int32x4_t low = vmlal_n_s16(vmull_n_s16(vget_low_s16(u), -22554), vget_low_s16(v), 18734);
  const int32x4_t high = vmlal_high_n_s16(vmull_high_n_s16(u, -22554), v, 18734);
  const int16x8_t green = vrshrn_high_n_s32(vrshrn_n_s32(low, 16), high, 16);
  return {vqmovun_s16(r), vqmovun_s16(vaddq_s16(vsubq_s16(luma, v), green)), vqmovun_s16(b)};
}

struct Pixels16 {
  static void add_rows(const Pixel* near_row, const Pixel* far_row, int16_t* sums) {
    const uint8x16_t a = vld1q_u8(near_row), b = vld1q_u8(far_row);
    const uint8x8_t three = vdup_n_u8(3);
    vst1q_s16(sums, vreinterpretq_s16_u16(vmlal_u8(vmovl_u8(vget_low_u8(b)), vget_low_u8(a), three)));
    vst1q_s16(sums + 8, vreinterpretq_s16_u16(vmlal_u8(vmovl_high_u8(b), vget_high_u8(a), three)));
  }
  static void interpolate(const int16_t* sums, Pixel* pairs) {
    for (int32_t i = 0; i < 16; i += 8) {
      const uint16x8_t three = vmulq_n_u16(load_sums(sums + i + 1), 3);
      const uint8x8x2_t both = {{vrshrn_n_u16(vaddq_u16(three, load_sums(sums + i)), 4),
                                 vrshrn_n_u16(vaddq_u16(three, load_sums(sums + i + 2)), 4)}};
      vst2_u8(pairs + 2 * i, both);
    }
  }
  static void convert(const Pixel* y, const Pixel* cb, const Pixel* cr, const Pixel* alpha, int32_t channels,
                      uint8_t* out) {
    const uint8x16_t luma = vld1q_u8(y), u = vld1q_u8(cb), v = vld1q_u8(cr);
    const Rgb8 low = convert8(vget_low_u8(luma), vget_low_u8(u), vget_low_u8(v));
    const Rgb8 high = convert8(vget_high_u8(luma), vget_high_u8(u), vget_high_u8(v));
    store(vcombine_u8(low.r, high.r), vcombine_u8(low.g, high.g), vcombine_u8(low.b, high.b), alpha, channels,
          out);
  }
  static void store(uint8x16_t r, uint8x16_t g, uint8x16_t b, const Pixel* alpha, int32_t channels,
                    uint8_t* out) {
    if (channels == 3) {
      const uint8x16x3_t rgb = {{r, g, b}};
      vst3q_u8(out, rgb);
    } else {
      const uint8x16x4_t rgba = {{r, g, b, alpha != nullptr ? vld1q_u8(alpha) : vdupq_n_u8(255)}};
      vst4q_u8(out, rgba);
    }
  }

 private:
  static uint16x8_t load_sums(const int16_t* p) { return vreinterpretq_u16_s16(vld1q_s16(p)); }
};

// 16 interleaved pixels as rows of channels.
struct Channels {
  Channels(const uint8_t* in, int32_t channels) {
    if (channels == 3) {
      const uint8x16x3_t v = vld3q_u8(in);
      r = v.val[0], g = v.val[1], b = v.val[2], a = vdupq_n_u8(255);
    } else {
      const uint8x16x4_t v = vld4q_u8(in);
      r = v.val[0], g = v.val[1], b = v.val[2], a = v.val[3];
    }
  }
  uint8x16_t r, g, b, a;
};

// Four of a channel, in 16 bits, times what it weighs.
struct Four {
  uint16x4_t r, g, b;
  uint16x4_t luma() const {
    return vrshrn_n_u32(vmlal_n_u16(vmlal_n_u16(vmull_n_u16(r, 19595), g, 38470), b, 7471), 16);
  }
  uint16x4_t cb() const { return chroma(b, g, 21709, r, 11059); }
  uint16x4_t cr() const { return chroma(r, g, 27439, b, 5329); }
  // Never negative, at most 256.
  static uint16x4_t chroma(uint16x4_t half, uint16x4_t first, uint16_t f, uint16x4_t second, uint16_t s) {
    const uint32x4_t sum = vmlal_n_u16(vdupq_n_u32(128u << 16), half, 32768);
    return vrshrn_n_u32(vmlsl_n_u16(vmlsl_n_u16(sum, first, f), second, s), 16);
  }
};

struct Eight {
  Eight(uint8x8_t r, uint8x8_t g, uint8x8_t b) {
    const uint16x8_t x = vmovl_u8(r), y = vmovl_u8(g), z = vmovl_u8(b);
    low = {vget_low_u16(x), vget_low_u16(y), vget_low_u16(z)};
    high = {vget_high_u16(x), vget_high_u16(y), vget_high_u16(z)};
  }
  uint8x8_t luma() const { return vqmovn_u16(vcombine_u16(low.luma(), high.luma())); }
  uint8x8_t cb() const { return vqmovn_u16(vcombine_u16(low.cb(), high.cb())); }
  uint8x8_t cr() const { return vqmovn_u16(vcombine_u16(low.cr(), high.cr())); }
  Four low, high;
};

}  // namespace

void write_rgb_row(const Pixel* luma, const ChromaRows& chroma, const Pixel* alpha, int32_t first,
                   int32_t count, int32_t channels, uint8_t* out) {
  write_rgb_row_by<Pixels16>(luma, chroma, alpha, first, count, channels, out);
}

void write_gray_row(const Pixel* luma, const Pixel* alpha, int32_t first, int32_t count, int32_t channels,
                    uint8_t* out) {
  const int32_t whole = first + (count & ~15);
  for (int32_t x = first; x < whole; x += 16, out += 16 * channels) {
    const uint8x16_t y = vld1q_u8(luma + x);
    Pixels16::store(y, y, y, alpha != nullptr ? alpha + x : nullptr, channels, out);
  }
  scalar::write_gray_row(luma, alpha, whole, count & 15, channels, out);
}

void split_rgb_row(const uint8_t* in, int32_t count, int32_t channels, Pixel* luma, Pixel* cb, Pixel* cr,
                   Pixel* alpha) {
  int32_t i = 0;
  for (; i + 16 <= count; i += 16) {
    const Channels v(in + i * channels, channels);
    const Eight low(vget_low_u8(v.r), vget_low_u8(v.g), vget_low_u8(v.b));
    const Eight high(vget_high_u8(v.r), vget_high_u8(v.g), vget_high_u8(v.b));
    vst1q_u8(luma + i, vcombine_u8(low.luma(), high.luma()));
    vst1q_u8(cb + i, vcombine_u8(low.cb(), high.cb()));
    vst1q_u8(cr + i, vcombine_u8(low.cr(), high.cr()));
    if (alpha != nullptr) vst1q_u8(alpha + i, v.a);
  }
  scalar::split_rgb_row(in + i * channels, count - i, channels, luma + i, cb + i, cr + i,
                        alpha != nullptr ? alpha + i : nullptr);
}

}  // namespace pc15::backend::neon

#endif
