// Colour conversion and chroma resampling in integers (docs/bitstream-residual.md, chapter 11).
// ITU-T T.871 (JFIF): BT.601 primaries, full range, Q16.
#pragma once

#include <cstdint>

#include "base/target.h"
#include "normative/predict.h"

namespace pc15::normative {

PC15_HD Pixel luma_from_rgb(int32_t r, int32_t g, int32_t b) {
  return static_cast<Pixel>((19595 * r + 38470 * g + 7471 * b + 32768) >> 16);
}
PC15_HD Pixel cb_from_rgb(int32_t r, int32_t g, int32_t b) {
  return clip_pixel((-11059 * r - 21709 * g + 32768 * b + (128 << 16) + 32768) >> 16);
}
PC15_HD Pixel cr_from_rgb(int32_t r, int32_t g, int32_t b) {
  return clip_pixel((32768 * r - 27439 * g - 5329 * b + (128 << 16) + 32768) >> 16);
}

struct Rgb {
  Pixel r, g, b;
};
PC15_HD Rgb rgb_from_ycc(int32_t y, int32_t cb, int32_t cr) {
  const int32_t u = cb - 128, v = cr - 128;
  return Rgb{clip_pixel(y + ((91881 * v + 32768) >> 16)),
             clip_pixel(y + ((-22554 * u - 46802 * v + 32768) >> 16)),
             clip_pixel(y + ((116130 * u + 32768) >> 16))};
}

// Chroma of 4:2:0 sits in the middle of its 2x2 luma samples. Upsampling weighs the nearest sample 3/4 and
// the next one towards the luma sample 1/4 along each axis. `near_row`, `far_row`: chroma rows; `i` the luma
// column; `last` the largest chroma column.
PC15_HD int32_t upsample_chroma(const Pixel* near_row, const Pixel* far_row, int32_t i, int32_t last) {
  const int32_t c = i >> 1;
  int32_t d = (i & 1) != 0 ? c + 1 : c - 1;
  d = d < 0 ? 0 : d > last ? last : d;
  const int32_t a = 3 * near_row[c] + far_row[c], b = 3 * near_row[d] + far_row[d];
  return (3 * a + b + 8) >> 4;
}
// The chroma row nearest to luma row j, and the next one on its side, inside [0, last].
PC15_HD int32_t chroma_near_row(int32_t j) { return j >> 1; }
PC15_HD int32_t chroma_far_row(int32_t j, int32_t last) {
  const int32_t r = (j & 1) != 0 ? (j >> 1) + 1 : (j >> 1) - 1;
  return r < 0 ? 0 : r > last ? last : r;
}

}  // namespace pc15::normative
