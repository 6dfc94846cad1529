// Spectra on their way to a device: samples under a window, and where their powers go. The host fills it
// (enc/spectra_ahead), the pipeline copies, transforms and answers.
//
// Plain data; arrays are borrowed.
#pragma once

#include <cstdint>

namespace pc15::backend::device {

struct SpectrumWork {
  int32_t width = 0, height = 0;  // samples
  int32_t nx = 0, ny = 0;         // of the transform: powers of two, at least the samples
  const float* values = nullptr;  // height rows, `stride` from one to the next
  int64_t stride = 0;
  const double* wx = nullptr;  // the window: width factors, height factors
  const double* wy = nullptr;
  double floor = 0;        // of rounded_power()
  float* power = nullptr;  // nx * (ny / 2 + 1) of rounded_power()
};

}  // namespace pc15::backend::device
