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
  double energy = 0;  // mean square of the windowed samples, grey levels squared
  // nx * (ny / 2 + 1), a half plane: power[v * nx + u], v = 0...ny/2. Rounded as backend/spectrum_power.h
  // says, so that it does not depend on how it was made.
  Vector<float> power;
  int32_t nx = 0, ny = 0;
};

// What a spectrum is made of: a grid, or the middle of one larger than `max_size`, under a Hann window, with
// zeros up to powers of two. The grid is borrowed; it should have its plane removed.
struct SpectrumInput {
  SpectrumInput(const SampleGrid& grid, int32_t max_size);

  const float* row(int32_t j) const { return values + int64_t{j} * stride; }
  double windowed(const float* from, int32_t i, int32_t j) const {
    return wx[static_cast<size_t>(i)] * (from[i] * wy[static_cast<size_t>(j)]);
  }
  double pad_ratio() const { return static_cast<double>(nx) / width * ny / height; }
  int64_t bins() const { return int64_t{nx} * (ny / 2 + 1); }
  bool worthwhile() const { return total > 1e-20; }  // else there is nothing but zeros

  int32_t width = 0, height = 0, nx = 0, ny = 0;
  double step = 1;
  int64_t stride = 0;
  const float* values = nullptr;
  Vector<double> wx, wy;
  double total = 0;  // of the powers of all nx * ny bins
  double floor = 0;  // of backend::rounded_power()
};

// The powers, as transform_spectrum() or a device makes them, some of them uncertain.
void transform_spectrum(const SpectrumInput& in, Spectrum* out);
// The rest: powers that are certain, local maxima with parabolic interpolation of the log power.
void find_peaks(const SpectrumInput& in, Spectrum* s);
// Both.
void analyse_spectrum(const SampleGrid& grid, int32_t max_size, Spectrum* out);

// 2 / sum(w) * sum w v exp(-2 pi i (fx x + fy y)) with a Hann window: amplitude and phase (at the image's
// origin) of the sinusoid amplitude * cos(2 pi (f . p) + phase).
std::complex<double> demodulate(const SampleGrid& grid, double fx, double fy);

}  // namespace pc15::enc
