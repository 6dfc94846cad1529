// Rows of colour conversion (docs/bitstream-residual.md, chapter 11).
#pragma once

#include <cstdint>

#include "base/plane.h"

namespace pc15::backend {

// Chroma samples that serve one luma row. For 4:4:4 near and far are the same row and shift is 0.
struct ChromaRows {
  const Pixel* cb_near;
  const Pixel* cb_far;
  const Pixel* cr_near;
  const Pixel* cr_far;
  int32_t shift;
  int32_t last;  // largest chroma column
};

// Interleaves `count` pixels from column `first` on. `alpha` may be null: 255. channels is 3 or 4.
void write_rgb_row(const Pixel* luma, const ChromaRows& chroma, const Pixel* alpha, int32_t first,
                   int32_t count, int32_t channels, uint8_t* out);
// The same for gray: R = G = B = Y.
void write_gray_row(const Pixel* luma, const Pixel* alpha, int32_t first, int32_t count, int32_t channels,
                    uint8_t* out);

// Splits `count` interleaved pixels into full-size Y, Cb, Cr (and alpha when not null). channels 3 or 4.
void split_rgb_row(const uint8_t* in, int32_t count, int32_t channels, Pixel* luma, Pixel* cb, Pixel* cr,
                   Pixel* alpha);

}  // namespace pc15::backend
