// Colours #rrggbb as levels of the planes and back: BT.601 full range (docs/bitstream.md), in half grey
// levels.
#pragma once

#include <cstdint>

#include "normative/program.h"

namespace pc15::text {

// 2 x (Y, Cb, Cr) of 8-bit (R, G, B), each rounded to the nearest half level; pure blue and red end at 255.
inline void levels_of_colour(uint32_t rgb, int16_t levels[3]) {
  const int64_t r = rgb >> 16 & 255, g = rgb >> 8 & 255, b = rgb & 255;
  const int64_t unit = 1000000;
  const int64_t scaled[3] = {299000 * r + 587000 * g + 114000 * b,
                             128 * unit - 168736 * r - 331264 * g + 500000 * b,
                             128 * unit + 500000 * r - 418688 * g - 81312 * b};
  for (int32_t i = 0; i < 3; ++i) {
    const int64_t halves = (2 * scaled[i] + unit / 2) / unit;
    levels[i] = static_cast<int16_t>(halves > normative::kMaxDc ? int64_t{normative::kMaxDc} : halves);
  }
}

// A colour with exactly these levels; false when there is none.
inline bool colour_of_levels(const int16_t levels[3], uint32_t* rgb) {
  const double y = levels[0] / 2.0, cb = levels[1] / 2.0 - 128, cr = levels[2] / 2.0 - 128;
  const double real[3] = {y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb};
  uint32_t colour = 0;
  for (const double v : real) {
    const double bounded = v < 0 ? 0 : v > 255 ? 255 : v;
    colour = colour << 8 | static_cast<uint32_t>(bounded + 0.5);
  }
  int16_t back[3];
  levels_of_colour(colour, back);
  *rgb = colour;
  return back[0] == levels[0] && back[1] == levels[1] && back[2] == levels[2];
}

inline bool is_grey(uint32_t rgb) { return (rgb >> 16) == (rgb & 255) && (rgb >> 8 & 255) == (rgb & 255); }

}  // namespace pc15::text
