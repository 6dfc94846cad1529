// What an encode will hold, computed without allocating.
#pragma once

#include "enc/encoder.h"

namespace pc15::enc {

// Upper bounds in bytes, the file and what is held of it in the meantime not counted.
struct EncodePlan {
  uint64_t image;    // Encoder::encode()
  uint64_t rows;     // Encoder::encode_rows() of a source that can be read once
  uint64_t source;   // of one that can be read again
  int32_t readings;  // of the latter, at most
};
// Size and channels are valid.
EncodePlan plan_encode(const Config& config, int32_t width, int32_t height, int32_t channels,
                       int32_t threads);

// Rows of cells that are coded in one step: as many as keep the threads busy, so that what the last cells
// leave idle is small against them.
int32_t rows_of_step(const normative::Geometry& geometry, int32_t threads);

}  // namespace pc15::enc
