// Intra prediction of one sample by itself: what normative/predict.h defines block by block
// (docs/bitstream-residual.md, section 9.5). tests/cuda holds every mode and size against it.
#pragma once

#include "backend/device_picture.h"
#include "normative/predict.h"

namespace pc15::backend::cuda {

using namespace device;  // the plain data of a picture

// References of a leaf: [0] is the corner, then w + h samples.
struct ReferenceLines {
  Pixel above[1 + 64], left[1 + 64];
};

// Item i of 2 n + 1: samples of the row above, of the column to the left, and the corner. `at` is the leaf's
// first sample in the plane; `above`, `left` of the n samples exist, the others repeat the last one.
PC15_HD void gather_reference(const Pixel* at, int32_t pitch, int32_t above, int32_t left, int32_t n,
                              int32_t i, ReferenceLines* lines) {
  const int32_t first = above > 0 ? at[-pitch] : left > 0 ? at[-1] : 128;
  if (i == 2 * n) {
    const Pixel corner = static_cast<Pixel>(above > 0 && left > 0 ? at[-pitch - 1] : first);
    lines->above[0] = lines->left[0] = corner;
  } else if (i < n) {
    lines->above[1 + i] = static_cast<Pixel>(above > 0 ? at[(i < above ? i : above - 1) - pitch] : first);
  } else {
    const int32_t k = i - n;
    lines->left[1 + k] =
        static_cast<Pixel>(left > 0 ? at[int64_t{k < left ? k : left - 1} * pitch - 1] : first);
  }
}

PC15_HD int32_t dc_of(const ReferenceLines& lines, bool has_above, bool has_left, int32_t w, int32_t h) {
  uint32_t sum = 0, n = 0;
  if (has_above || !has_left) {
    for (int32_t x = 0; x < w; ++x) sum += lines.above[1 + x];
    n += static_cast<uint32_t>(w);
  }
  if (has_left || !has_above) {
    for (int32_t y = 0; y < h; ++y) sum += lines.left[1 + y];
    n += static_cast<uint32_t>(h);
  }
  return static_cast<int32_t>((sum + n / 2) / n);
}

// One direction of the vertical family, `main` along the rows; arrays begin with the corner.
struct AngleFrame {
  const Pixel* main;
  const Pixel* side;
  int32_t n, angle;  // n = along + across
  bool smooths, combine;
  int32_t scale;

  // Reference i from the corner on; negative ones lie on the side, projected along the direction.
  PC15_HD_MEMBER int32_t at(int32_t i) const {
    if (i >= 0) return main[i < n ? i : n];
    const int32_t k = (-i * normative::inverse_angle(angle) + 128) >> 8;
    return side[k < n ? k : n];
  }
};

PC15_HD Pixel predict_angle_sample(const AngleFrame& f, int32_t x, int32_t y) {
  const int32_t position = (y + 1) * f.angle, from = (position >> 5) + x;
  int32_t taps[4];
  normative::direction_taps(f.smooths, position & 31, taps);
  const int32_t sum =
      taps[0] * f.at(from) + taps[1] * f.at(from + 1) + taps[2] * f.at(from + 2) + taps[3] * f.at(from + 3);
  const int32_t sample = normative::clip_pixel((sum + 32) >> 6);
  if (!f.combine || f.angle < 0 || (2 * x >> f.scale) >= 6) return static_cast<Pixel>(sample);
  const int32_t weight = 32 >> (2 * x >> f.scale);
  int32_t other;
  if (f.angle == 0) {
    other = f.side[1 + y] - f.side[0] + sample;
  } else {
    const int32_t k = y + (((x + 1) * normative::inverse_angle(f.angle) + 128) >> 8);
    other = f.side[1 + (k < f.n ? k : f.n - 1)];
  }
  return normative::clip_pixel((weight * other + (64 - weight) * sample + 32) >> 6);
}

PC15_HD Pixel paeth_sample(int32_t top, int32_t side, int32_t corner) {
  const int32_t sum = top + side - 2 * corner;
  const int32_t from_left = top > corner ? top - corner : corner - top;
  const int32_t from_top = side > corner ? side - corner : corner - side;
  const int32_t from_corner = sum < 0 ? -sum : sum;
  return static_cast<Pixel>(from_left <= from_top && from_left <= from_corner ? side
                            : from_top <= from_corner                         ? top
                                                                              : corner);
}

// The combination of DC and planar with the borders.
PC15_HD Pixel combine_sample(int32_t v, int32_t top, int32_t side, int32_t x, int32_t y, int32_t scale) {
  const int32_t shift_x = 2 * x >> scale, shift_y = 2 * y >> scale;
  const int32_t a = shift_y < 6 ? 32 >> shift_y : 0, l = shift_x < 6 ? 32 >> shift_x : 0;
  return static_cast<Pixel>((l * side + a * top + (64 - l - a) * v + 32) >> 6);
}

// Sample (x, y) of a leaf with any mode but kModeCfl. `dc`: dc_of(), for kModeDc.
PC15_HD Pixel predict_sample(const LeafRecord& leaf, const ReferenceLines& r, int32_t dc, int32_t x,
                             int32_t y) {
  const int32_t log2w = leaf.log2w, log2h = leaf.log2h, w = 1 << log2w, h = 1 << log2h;
  const bool combine = leaf.above > 0 && leaf.left > 0;
  const int32_t scale = (log2w + log2h - 2) >> 2, top = r.above[1 + x], side = r.left[1 + y];
  switch (leaf.mode) {
    case normative::kModeDc:
      return combine ? combine_sample(dc, top, side, x, y, scale) : static_cast<Pixel>(dc);
    case normative::kModePlanar: {
      const int32_t v = ((h - 1 - y) * top + (y + 1) * r.left[1 + h]) << log2w;
      const int32_t u = ((w - 1 - x) * side + (x + 1) * r.above[1 + w]) << log2h;
      const int32_t planar = (v + u + w * h) >> (log2w + log2h + 1);
      return combine ? combine_sample(planar, top, side, x, y, scale) : static_cast<Pixel>(planar);
    }
    case normative::kModePaeth:
      return paeth_sample(top, side, r.above[0]);
    case normative::kModeSmoothH: {
      const int32_t weight = normative::smooth_weights(log2w)[x];
      return static_cast<Pixel>((weight * side + (256 - weight) * r.above[w] + 128) >> 8);
    }
    case normative::kModeSmoothV: {
      const int32_t weight = normative::smooth_weights(log2h)[y];
      return static_cast<Pixel>((weight * top + (256 - weight) * r.left[h] + 128) >> 8);
    }
    default:
      break;
  }
  const int32_t direction = normative::group_direction(leaf.mode, leaf.delta);
  const bool vertical = direction >= 18;
  const AngleFrame f{vertical ? r.above : r.left,
                     vertical ? r.left : r.above,
                     w + h,
                     normative::direction_angle(direction),
                     normative::direction_smooths(direction, log2w, log2h),
                     combine,
                     scale};
  return vertical ? predict_angle_sample(f, x, y) : predict_angle_sample(f, y, x);
}

}  // namespace pc15::backend::cuda
