// An 8 x 8 block, or two of 4 x 4, at a time. The last of the stages needs no butterfly:
// |a + b| + |a - b| = 2 max(|a|, |b|).
#include "enc/kernels_neon.h"

#if defined(PC15_HAS_NEON)

#include "backend/cpu/simd_neon.h"

namespace pc15::enc::neon {
namespace {

using backend::neon::load32;

inline void butterfly(int16x8_t* a, int16x8_t* b) {
  const int16x8_t sum = vaddq_s16(*a, *b);
  *b = vsubq_s16(*a, *b);
  *a = sum;
}
inline int16x8_t larger(int16x8_t a, int16x8_t b) { return vmaxq_s16(vabsq_s16(a), vabsq_s16(b)); }

// Swaps the samples of rows a and b that lie across the diagonal of their squares of 2 x 2, then those of
// pairs, then those of fours.
inline void turn1(int16x8_t* a, int16x8_t* b) {
  const int16x8x2_t v = vtrnq_s16(*a, *b);
  *a = v.val[0], *b = v.val[1];
}
inline void turn2(int16x8_t* a, int16x8_t* b) {
  const int32x4x2_t v = vtrnq_s32(vreinterpretq_s32_s16(*a), vreinterpretq_s32_s16(*b));
  *a = vreinterpretq_s16_s32(v.val[0]), *b = vreinterpretq_s16_s32(v.val[1]);
}
inline void turn4(int16x8_t* a, int16x8_t* b) {
  const int16x8_t low = vcombine_s16(vget_low_s16(*a), vget_low_s16(*b));
  *b = vcombine_s16(vget_high_s16(*a), vget_high_s16(*b));
  *a = low;
}

// Adds half the magnitudes of the coefficients of 8 x 8 differences: a lane adds those of eight, whose
// squares are 255 * 255 * 64 * 64 together, so at most 23080.
inline int32x4_t add_hadamard8(int32x4_t sum, int16x8_t* r) {
  for (int32_t i = 0; i < 4; ++i) butterfly(r + i, r + i + 4);
  for (int32_t i = 0; i < 6; i += i == 1 ? 3 : 1) butterfly(r + i, r + i + 2);
  for (int32_t i = 0; i < 8; i += 2) butterfly(r + i, r + i + 1);
  for (int32_t i = 0; i < 4; ++i) turn4(r + i, r + i + 4);
  for (int32_t i = 0; i < 6; i += i == 1 ? 3 : 1) turn2(r + i, r + i + 2);
  for (int32_t i = 0; i < 8; i += 2) turn1(r + i, r + i + 1);
  for (int32_t i = 0; i < 4; ++i) butterfly(r + i, r + i + 4);
  for (int32_t i = 0; i < 6; i += i == 1 ? 3 : 1) butterfly(r + i, r + i + 2);
  const int16x8_t u = vaddq_s16(larger(r[0], r[1]), larger(r[2], r[3]));
  const int16x8_t v = vaddq_s16(larger(r[4], r[5]), larger(r[6], r[7]));
  return vpadalq_s16(sum, vaddq_s16(u, v));
}

// The same of two blocks of 4 x 4, one in each half of the four rows of differences.
inline int32x4_t add_hadamard4(int32x4_t sum, int16x8_t* r) {
  butterfly(r, r + 2);
  butterfly(r + 1, r + 3);
  butterfly(r, r + 1);
  butterfly(r + 2, r + 3);
  turn2(r, r + 2);
  turn2(r + 1, r + 3);
  turn1(r, r + 1);
  turn1(r + 2, r + 3);
  butterfly(r, r + 2);
  butterfly(r + 1, r + 3);
  return vpadalq_s16(sum, vaddq_s16(larger(r[0], r[1]), larger(r[2], r[3])));
}

inline int16x8_t difference(uint8x8_t a, uint8x8_t b) { return vreinterpretq_s16_u16(vsubl_u8(a, b)); }

// Four samples and, unless `below` is 0, four of the row that many rows below.
inline uint8x8_t two_fours(const uint8_t* p, int64_t stride, int32_t below) {
  const uint32_t next = below != 0 ? load32(p + below * stride) : 0u;
  return vcreate_u8(load32(p) | static_cast<uint64_t>(next) << 32);
}

}  // namespace

int32_t satd(const uint8_t* source, int64_t source_stride, const uint8_t* prediction,
             int64_t prediction_stride, int32_t w, int32_t h) {
  int32x4_t sum = vdupq_n_s32(0);
  int16x8_t r[8];
  const int32_t across = w == 4 ? 4 : 8, down = w == 4 || h >= 8 ? 8 : 4, below = w == 4 && h > 4 ? 4 : 0;
  for (int32_t y = 0; y < h; y += down) {
    for (int32_t x = 0; x < w; x += across) {
      const uint8_t* const a = source + y * source_stride + x;
      const uint8_t* const b = prediction + y * prediction_stride + x;
      if (w == 4) {
        for (int32_t i = 0; i < 4; ++i) {
          r[i] = difference(two_fours(a + i * source_stride, source_stride, below),
                            two_fours(b + i * prediction_stride, prediction_stride, below));
        }
        sum = add_hadamard4(sum, r);
        continue;
      }
      for (int32_t i = 0; i < down; ++i) {
        r[i] = difference(vld1_u8(a + i * source_stride), vld1_u8(b + i * prediction_stride));
      }
      sum = down == 8 ? add_hadamard8(sum, r) : add_hadamard4(sum, r);
    }
  }
  const int32_t twice = 2 * vaddvq_s32(sum);
  return w >= 8 && h >= 8 ? (twice + 4) >> 3 : (twice + 2) >> 2;
}

}  // namespace pc15::enc::neon

#endif
