// Spectral analysis of a sample grid: where the periodic energy is.
#pragma once

#include <complex>

#include "enc/analysis_grid.h"

namespace pc15::enc {

struct SpectralPeak {
  double fx = 0, fy = 0;  // cycles per pixel of the image; fx > 0, or fx == 0 and fy > 0
  double amplitude = 0;   // of the sinusoid, in grey levels
  double share = 0;       // share of the windowed energy inside its main lobe, 0...1
};

constexpr int32_t kMaxPeaks = 16;

struct Spectrum {
  explicit Spectrum(Memory& memory) : power(memory) {}

  SpectralPeak peaks[kMaxPeaks];  // strongest first
  int32_t peak_count = 0;
  double energy = 0;    // mean square of the windowed samples, grey levels squared
  Vector<float> power;  // nx * (ny / 2 + 1) half plane: power[v * nx + u], v = 0...ny/2
  int32_t nx = 0, ny = 0;
};

// Hann window over the whole grid (zero-padded to powers of two up to `max_size`, larger grids use their
// centre), 2-D FFT, local maxima with parabolic interpolation of the log power. The grid should have its
// plane removed.
void analyse_spectrum(const SampleGrid& grid, int32_t max_size, Spectrum* out);

// 2 / sum(w) * sum w v exp(-2 pi i (fx x + fy y)) with a Hann window: amplitude and phase (at the image's
// origin) of the sinusoid amplitude * cos(2 pi (f . p) + phase).
std::complex<double> demodulate(const SampleGrid& grid, double fx, double fy);

}  // namespace pc15::enc
