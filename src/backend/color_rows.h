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

}  // namespace pc15::backend
