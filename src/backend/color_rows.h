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

// Lossless streams hold G, R, B (docs/bitstream-lossless.md). Turns three planes Y, Cb, Cr of one size into
// those.
void ycc_to_grb(const PlaneView<Pixel>& y, const PlaneView<Pixel>& cb, const PlaneView<Pixel>& cr);
// Interleaves `count` samples; `alpha` may be null: 255. channels is 3 or 4.
void interleave_grb_row(const Pixel* g, const Pixel* r, const Pixel* b, const Pixel* alpha, int32_t count,
                        int32_t channels, uint8_t* out);
// Y of `count` samples.
void luma_of_grb_row(const Pixel* g, const Pixel* r, const Pixel* b, int32_t count, Pixel* out);

}  // namespace pc15::backend
