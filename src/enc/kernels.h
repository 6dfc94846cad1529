// What the search for modes, partitions and levels computes most, one table per instruction set. Every table
// gives the same integers (tests/parity), so a file never depends on the processor; the choice is that of
// base/processor.h.
#pragma once

#include <cstdint>

#include "base/plane.h"
#include "base/span.h"
#include "entropy/adaptive_cdf.h"

namespace pc15::enc {

// What estimate_cost() knows of `area` coefficients, below 2^17 each; area is a multiple of 16.
struct CoefficientSums {
  int64_t squares = 0;     // of those that are too small to be counted
  int32_t count = 0;       // of the others
  int32_t magnitudes = 0;  // of the others, each at most 3 step16
};

// Blocks are w x h with sides of 4...32 unless said.
struct Kernels {
  const char* name;
  // Sum of absolute Hadamard coefficients of source - prediction; see satd.h.
  int32_t (*satd)(const uint8_t* source, int64_t source_stride, const uint8_t* prediction,
                  int64_t prediction_stride, int32_t w, int32_t h);
  // See forward_transform.h.
  void (*forward_transform)(const int16_t* residual, int32_t log2w, int32_t log2h, int32_t type,
                            int32_t* coefs);
  // out[y * w + x] = a - b.
  void (*subtract)(const Pixel* a, int64_t a_stride, const Pixel* b, int64_t b_stride, int32_t w, int32_t h,
                   int16_t* out);
  CoefficientSums (*coefficient_sums)(const int32_t* coefs, int32_t area, int32_t step16);
  // Bit i of `marks` (32 a word) says whether coefs[i] does not round to zero: 4 |c| >= step16. Returns the
  // sum of all squares.
  int64_t (*mark_coded)(const int32_t* coefs, int32_t area, int32_t step16, uint32_t* marks);
  // The price of every symbol, as entropy::symbol_cost(); what lies behind the last of them has no meaning.
  void (*symbol_costs)(const entropy::AdaptiveCdf& cdf, uint16_t* costs);
  // Sum of squared differences of two views of any one size.
  int64_t (*squared_error)(const PlaneView<const Pixel>& a, const PlaneView<const Pixel>& b);
};

// Every table that this processor can run, scalar first.
Span<const Kernels* const> all_kernels();
// Those of chosen_instruction_set().
const Kernels& kernels();

}  // namespace pc15::enc
