// Sum of absolute Hadamard coefficients: how much a prediction leaves to code, roughly and fast.
#pragma once

#include <cstdint>

namespace pc15::enc {

// Of source - prediction, w x h (4...32 each), normalised to grey levels like a SAD. 8 x 8 transforms where
// both sides allow, else 4 x 4; a transposed pair of blocks gives the same.
int32_t satd(const uint8_t* source, int64_t source_stride, const uint8_t* prediction,
             int64_t prediction_stride, int32_t w, int32_t h);

// The same without vector instructions; tests compare the two.
int32_t satd_plain(const uint8_t* source, int64_t source_stride, const uint8_t* prediction,
                   int64_t prediction_stride, int32_t w, int32_t h);

}  // namespace pc15::enc
