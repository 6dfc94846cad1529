// Intra prediction inside a cell (docs/bitstream-residual.md, section 9.5).
//
// A block of w x h (4...32 each) is predicted from the reconstructed samples above and to the left of it.
// The references are prepared by the caller: above[-1] is the corner, above[0 ... w+h-1] the row above,
// left[-1] the corner, left[0 ... w+h-1] the column to the left; missing ones are already substituted.
// The directional modes are those of HEVC (ITU-T H.265, 8.4.4.2.6) with the four-tap filters and the
// position-dependent combination (PDPC) of VVC (ITU-T H.266, 8.4.5.2); Paeth and smooth as in AV1.
#pragma once

#include <cstdint>

#include "base/plane.h"
#include "base/target.h"
#include "normative/residual_tables.inc"

namespace pc15::normative {

enum IntraMode : int32_t {
  kModeDc = 0,
  kModePlanar = 1,
  kModePaeth = 2,
  kModeSmoothH = 3,
  kModeSmoothV = 4,
  kModeFirstGroup = 5,  // 5...13: groups of directions
  kModeLastGroup = 13,
  kModeCfl = 14,  // chroma only
  kLumaModes = 14,
  kChromaModes = 15,
};

// Samples before index 0 that the reference arrays must offer (the corner and the negative extension).
enum : int32_t { kReferenceBefore = 34, kReferenceAfter = 72 };

// Number of directions in a group: {2,3}, then four each, the last {32,33,34}.
PC15_HD int32_t group_size(int32_t mode) {
  return mode == kModeFirstGroup ? 2 : mode == kModeLastGroup ? 3 : 4;
}
// HEVC direction number 2...34.
PC15_HD int32_t group_direction(int32_t mode, int32_t delta) {
  return mode == kModeFirstGroup ? 2 + delta : 4 * (mode - 6) + 4 + delta;
}

PC15_HD int32_t direction_angle(int32_t direction) {
  static constexpr int8_t angle[33] = {32, 26,  21,  17,  13,  9,   5,   2,   0,   -2,  -5,
                                       -9, -13, -17, -21, -26, -32, -26, -21, -17, -13, -9,
                                       -5, -2,  0,   2,   5,   9,   13,  17,  21,  26,  32};
  return angle[direction - 2];
}

PC15_HD Pixel clip_pixel(int32_t v) { return static_cast<Pixel>(v < 0 ? 0 : v > 255 ? 255 : v); }

PC15_HD const uint8_t* smooth_weights(int32_t log2n) {
  static constexpr uint8_t w4[4] = PC15_TABLE_SMOOTH_4;
  static constexpr uint8_t w8[8] = PC15_TABLE_SMOOTH_8;
  static constexpr uint8_t w16[16] = PC15_TABLE_SMOOTH_16;
  static constexpr uint8_t w32[32] = PC15_TABLE_SMOOTH_32;
  return log2n == 2 ? w4 : log2n == 3 ? w8 : log2n == 4 ? w16 : w32;
}

struct References {
  const Pixel* above;  // see the top of the file
  const Pixel* left;
  bool has_above, has_left;
};

PC15_HD void predict_dc(const References& r, int32_t w, int32_t h, Pixel* out, int64_t stride) {
  uint32_t sum = 0, n = 0;
  if (r.has_above || !r.has_left) {
    for (int32_t x = 0; x < w; ++x) sum += r.above[x];
    n += static_cast<uint32_t>(w);
  }
  if (r.has_left || !r.has_above) {
    for (int32_t y = 0; y < h; ++y) sum += r.left[y];
    n += static_cast<uint32_t>(h);
  }
  const Pixel dc = static_cast<Pixel>((sum + n / 2) / n);
  for (int32_t y = 0; y < h; ++y) {
    for (int32_t x = 0; x < w; ++x) out[y * stride + x] = dc;
  }
}

PC15_HD void predict_planar(const References& r, int32_t log2w, int32_t log2h, Pixel* out, int64_t stride) {
  const int32_t w = 1 << log2w, h = 1 << log2h;
  const int32_t right = r.above[w], bottom = r.left[h];
  for (int32_t y = 0; y < h; ++y) {
    const int32_t side = r.left[y];
    for (int32_t x = 0; x < w; ++x) {
      const int32_t v = ((h - 1 - y) * r.above[x] + (y + 1) * bottom) << log2w;
      const int32_t u = ((w - 1 - x) * side + (x + 1) * right) << log2h;
      out[y * stride + x] = static_cast<Pixel>((v + u + w * h) >> (log2w + log2h + 1));
    }
  }
}

PC15_HD void predict_paeth(const References& r, int32_t w, int32_t h, Pixel* out, int64_t stride) {
  const int32_t corner = r.above[-1];
  for (int32_t y = 0; y < h; ++y) {
    const int32_t side = r.left[y], from_top = side > corner ? side - corner : corner - side;
    for (int32_t x = 0; x < w; ++x) {
      const int32_t top = r.above[x];
      const int32_t from_left = top > corner ? top - corner : corner - top;
      const int32_t sum = top + side - 2 * corner, from_corner = sum < 0 ? -sum : sum;
      out[y * stride + x] = static_cast<Pixel>(from_left <= from_top && from_left <= from_corner ? side
                                               : from_top <= from_corner                         ? top
                                                                                                 : corner);
    }
  }
}

PC15_HD void predict_smooth_h(const References& r, int32_t log2w, int32_t h, Pixel* out, int64_t stride) {
  const int32_t w = 1 << log2w, end = r.above[w - 1];
  const uint8_t* weight = smooth_weights(log2w);
  for (int32_t y = 0; y < h; ++y) {
    for (int32_t x = 0; x < w; ++x) {
      out[y * stride + x] = static_cast<Pixel>((weight[x] * r.left[y] + (256 - weight[x]) * end + 128) >> 8);
    }
  }
}

PC15_HD void predict_smooth_v(const References& r, int32_t w, int32_t log2h, Pixel* out, int64_t stride) {
  const int32_t h = 1 << log2h, end = r.left[h - 1];
  const uint8_t* weight = smooth_weights(log2h);
  for (int32_t y = 0; y < h; ++y) {
    for (int32_t x = 0; x < w; ++x) {
      out[y * stride + x] = static_cast<Pixel>((weight[y] * r.above[x] + (256 - weight[y]) * end + 128) >> 8);
    }
  }
}

// True when the smoothing taps serve, false for the interpolating ones.
PC15_HD bool direction_smooths(int32_t direction, int32_t log2w, int32_t log2h) {
  const int32_t a = direction > 10 ? direction - 10 : 10 - direction;
  const int32_t b = direction > 26 ? direction - 26 : 26 - direction;
  const int32_t size = (log2w + log2h) / 2 - 2;
  return (a < b ? a : b) > (size == 0 ? 12 : size == 1 ? 7 : size == 2 ? 1 : 0);
}

// Four taps at 1/32 position f, sum 64.
PC15_HD void direction_taps(bool smooths, int32_t f, int32_t* taps) {
  static constexpr int8_t cubic[128] = PC15_TABLE_CUBIC;
  for (int32_t i = 0; i < 4; ++i) taps[i] = cubic[4 * f + i];
  if (smooths) {
    taps[0] = 16 - f / 2;
    taps[1] = 32 - f / 2;
    taps[2] = 16 + f / 2;
    taps[3] = f / 2;
  }
}

// Distance along the other reference for each step along a direction of angle `a`, in 1/256.
PC15_HD int32_t inverse_angle(int32_t a) {
  const int32_t m = a < 0 ? -a : a;
  return (8192 + m / 2) / m;
}

// One direction of the vertical family in the frame where `main` runs along the rows: `across` rows of
// `along` samples into `out`. The horizontal family is the same in the transposed frame. `line` is a scratch
// array of kReferenceBefore + kReferenceAfter samples.
PC15_HD void predict_angle(const Pixel* main, const Pixel* side, int32_t along, int32_t across, int32_t angle,
                           bool smooths, bool combine, int32_t scale, Pixel* line, Pixel* out,
                           int64_t stride) {
  Pixel* ref = line + kReferenceBefore;  // ref[0] is the corner
  const int32_t n = along + across;
  for (int32_t i = 0; i <= n; ++i) ref[i] = main[i - 1];
  for (int32_t i = n + 1; i < n + 4; ++i) ref[i] = main[n - 1];
  if (angle < 0) {
    const int32_t inverse = inverse_angle(angle);
    const int32_t reach = ((across * -angle) + 31) >> 5;
    for (int32_t i = 1; i <= reach; ++i) {
      const int32_t k = (i * inverse + 128) >> 8;
      ref[-i] = side[(k < n ? k : n) - 1];
    }
  }
  const int32_t inverse = angle > 0 ? inverse_angle(angle) : 0;
  for (int32_t y = 0; y < across; ++y) {
    const int32_t position = (y + 1) * angle, whole = position >> 5;
    int32_t taps[4];
    direction_taps(smooths, position & 31, taps);
    const int16_t t0 = static_cast<int16_t>(taps[0]), t1 = static_cast<int16_t>(taps[1]);
    const int16_t t2 = static_cast<int16_t>(taps[2]), t3 = static_cast<int16_t>(taps[3]);
    Pixel* PC15_RESTRICT o = out + y * stride;
    const Pixel* PC15_RESTRICT p = ref + whole;
    for (int32_t x = 0; x < along; ++x) {  // |sum| < 2^15: 16-bit lanes suffice
      const int16_t a = static_cast<int16_t>(t0 * p[x] + t1 * p[x + 1]);
      const int16_t b = static_cast<int16_t>(t2 * p[x + 2] + t3 * p[x + 3]);
      const int16_t v = static_cast<int16_t>(static_cast<int16_t>(a + b + 32) >> 6);
      o[x] = static_cast<Pixel>(v < 0 ? 0 : v > 255 ? 255 : v);
    }
    if (!combine || angle < 0) continue;
    for (int32_t x = 0; x < along && (2 * x >> scale) < 6; ++x) {
      const int32_t weight = 32 >> (2 * x >> scale);
      const int32_t sample = o[x];
      int32_t other;
      if (angle == 0) {
        other = side[y] - side[-1] + sample;
      } else {
        const int32_t k = y + (((x + 1) * inverse + 128) >> 8);
        other = side[k < n ? k : n - 1];
      }
      o[x] = clip_pixel((weight * other + (64 - weight) * sample + 32) >> 6);
    }
  }
}

// PDPC of DC and planar.
PC15_HD void combine_borders(const References& r, int32_t w, int32_t h, int32_t scale, Pixel* out,
                             int64_t stride) {
  for (int32_t y = 0; y < h; ++y) {
    const int32_t shift_y = 2 * y >> scale, top = shift_y < 6 ? 32 >> shift_y : 0;
    for (int32_t x = 0; x < w; ++x) {
      const int32_t shift_x = 2 * x >> scale, side = shift_x < 6 ? 32 >> shift_x : 0;
      if ((top | side) == 0) break;
      Pixel* p = out + y * stride + x;
      *p = static_cast<Pixel>((side * r.left[y] + top * r.above[x] + (64 - side - top) * *p + 32) >> 6);
    }
  }
}

// Predicts a block with any mode but kModeCfl. `line`: scratch as for predict_angle().
PC15_HD void predict_intra(int32_t mode, int32_t delta, const References& r, int32_t log2w, int32_t log2h,
                           Pixel* line, Pixel* out, int64_t stride) {
  const int32_t w = 1 << log2w, h = 1 << log2h;
  const bool combine = r.has_above && r.has_left;
  const int32_t scale = (log2w + log2h - 2) >> 2;
  switch (mode) {
    case kModeDc:
      predict_dc(r, w, h, out, stride);
      if (combine) combine_borders(r, w, h, scale, out, stride);
      return;
    case kModePlanar:
      predict_planar(r, log2w, log2h, out, stride);
      if (combine) combine_borders(r, w, h, scale, out, stride);
      return;
    case kModePaeth:
      predict_paeth(r, w, h, out, stride);
      return;
    case kModeSmoothH:
      predict_smooth_h(r, log2w, h, out, stride);
      return;
    case kModeSmoothV:
      predict_smooth_v(r, w, log2h, out, stride);
      return;
    default:
      break;
  }
  const int32_t direction = group_direction(mode, delta);
  const int32_t angle = direction_angle(direction);
  const bool smooths = direction_smooths(direction, log2w, log2h);
  if (direction >= 18) {
    predict_angle(r.above, r.left, w, h, angle, smooths, combine, scale, line, out, stride);
    return;
  }
  Pixel turned[32 * 32];
  predict_angle(r.left, r.above, h, w, angle, smooths, combine, scale, line, turned, h);
  for (int32_t y = 0; y < h; ++y) {
    for (int32_t x = 0; x < w; ++x) out[y * stride + x] = turned[x * h + y];
  }
}

// Chroma from luma: DC prediction in `out` plus alpha/8 of the luma's deviation from its mean.
// `luma`: w x h reconstructed luma samples of the block at chroma resolution, in 1/8 grey level (Q3).
PC15_HD void add_chroma_from_luma(const int16_t* luma, int32_t alpha, int32_t log2w, int32_t log2h,
                                  Pixel* out, int64_t stride) {
  const int32_t w = 1 << log2w, h = 1 << log2h, n = log2w + log2h;
  int32_t sum = 1 << (n - 1);
  for (int32_t i = 0; i < w * h; ++i) sum += luma[i];
  const int32_t mean = sum >> n;
  for (int32_t y = 0; y < h; ++y) {
    for (int32_t x = 0; x < w; ++x) {
      Pixel* p = out + y * stride + x;
      *p = clip_pixel(*p + ((alpha * (luma[y * w + x] - mean) + 32) >> 6));
    }
  }
}

}  // namespace pc15::normative
