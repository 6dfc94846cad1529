// Rows of samples of a generator.
#pragma once

#include <cstdint>

#include "normative/synth.h"

namespace pc15::backend {

// `count` samples of a row: the first at (x, y), Q4 from the centre of the layer's frame, `step` apart.
struct RowPlace {
  int32_t x, y, step, count;
};

}  // namespace pc15::backend
