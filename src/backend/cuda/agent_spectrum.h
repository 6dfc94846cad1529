// What lies before and behind the Fourier transforms of spectra of one size: samples under a window and
// padded with zeros, and powers of the half plane. A transform takes the place of what it transforms: rows of
// nx real values and room for two more become rows of nx / 2 + 1 complex ones.
#pragma once

#include "backend/cuda/block_executor.h"
#include "backend/spectrum_power.h"

namespace pc15::backend::cuda {

enum : int32_t { kSpectrumItems = 1024 };  // of a block
PC15_HD int32_t window_blocks(int32_t nx, int32_t ny) {
  return (nx * ny + kSpectrumItems - 1) / kSpectrumItems;
}
PC15_HD int32_t power_blocks(int32_t nx, int32_t ny) {
  return (nx * (ny / 2 + 1) + kSpectrumItems - 1) / kSpectrumItems;
}

// One of the spectra; addresses of the device.
struct SpectrumRecord {
  int32_t width, height;
  const float* values;  // without gaps
  const double *wx, *wy;
  double floor;
};

struct WindowAgent {
  const SpectrumRecord* spectra;
  int32_t nx, ny;
  double* out;

  struct Shared {};

  template <class Block>
  PC15_HD_MEMBER void run(Block& block, Shared&) const {
    const int32_t blocks = window_blocks(nx, ny);
    const int32_t number = block.index() / blocks, first = block.index() % blocks * kSpectrumItems;
    const SpectrumRecord& s = spectra[number];
    const int32_t left = nx * ny - first, count = left < kSpectrumItems ? left : kSpectrumItems;
    block.for_each(count, [&](int32_t n) {
      const int32_t i = (first + n) % nx, j = (first + n) / nx;
      const bool inside = i < s.width && j < s.height;
      // Products alone, in the order of the processor: nothing that a compiler may fuse.
      out[(int64_t{number} * ny + j) * (nx + 2) + i] =
          inside ? s.wx[i] * (double{s.values[j * s.width + i]} * s.wy[j]) : 0.0;
    });
  }
};

struct PowerAgent {
  const SpectrumRecord* spectra;
  int32_t nx, ny;
  const double* bins;  // real and imaginary parts
  float* out;

  struct Shared {};

  template <class Block>
  PC15_HD_MEMBER void run(Block& block, Shared&) const {
    const int32_t blocks = power_blocks(nx, ny), all = nx * (ny / 2 + 1);
    const int32_t number = block.index() / blocks, first = block.index() % blocks * kSpectrumItems;
    const double floor = spectra[number].floor;
    const int32_t left = all - first, count = left < kSpectrumItems ? left : kSpectrumItems;
    block.for_each(count, [&](int32_t n) {
      int32_t u = (first + n) % nx, v = (first + n) / nx;
      if (u > nx / 2) {  // |F(-u, v)| = |F(u, -v)|
        u = nx - u;
        v = v == 0 ? 0 : ny - v;
      }
      const double* const bin = bins + (int64_t{number} * ny + v) * (nx + 2) + 2 * u;
      out[int64_t{number} * all + first + n] = rounded_power(bin[0], bin[1], floor);
    });
  }
};

}  // namespace pc15::backend::cuda
