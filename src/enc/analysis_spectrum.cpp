// The fast way to the powers: two real rows as one complex row, then the columns of one half.
#include <algorithm>
#include <cmath>
#include <kissfft/kissfft.hh>

#include "backend/spectrum_power.h"
#include "enc/analysis_spectrum.h"

namespace pc15::enc {
namespace {

using Complex = std::complex<double>;
constexpr double kTurn = 6.283185307179586;

int32_t power_of_two_at_least(int32_t n) {
  int32_t p = 8;
  while (p < n) p *= 2;
  return p;
}

void hann(Vector<double>* w) {
  const size_t n = w->size();
  for (size_t i = 0; i < n; ++i)
    (*w)[i] = 0.5 - 0.5 * std::cos(kTurn * (static_cast<double>(i) + 0.5) / static_cast<double>(n));
}

double sum_of_squares(const float* row, const Vector<double>& window) {
  const size_t n = window.size();
  double part[8] = {};
  const auto add = [&](size_t k, size_t i) {
    const double x = window[i] * row[i];
    part[k] += x * x;
  };
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    for (size_t k = 0; k < 8; ++k) add(k, i + k);
  }
  for (; i < n; ++i) add(i % 8, i);
  return ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
}

// Of two real rows that were transformed as one complex row, the bins 0...n / 2 of each; the second goes
// first, should both places be one.
void separate(const Vector<Complex>& image, Complex* first, Complex* second) {
  const size_t n = image.size();
  const double* const p = reinterpret_cast<const double*>(image.data());
  double* const a = reinterpret_cast<double*>(first);
  double* const b = reinterpret_cast<double*>(second);
  for (size_t u = 0; u <= n / 2; ++u) {
    const size_t k = 2 * u, m = u == 0 ? 0 : 2 * (n - u);
    const double re = p[k], im = p[k + 1], mirrored_re = p[m], mirrored_im = p[m + 1];
    b[k] = 0.5 * (im + mirrored_im);
    b[k + 1] = 0.5 * (mirrored_re - re);
    a[k] = 0.5 * (re + mirrored_re);
    a[k + 1] = 0.5 * (im - mirrored_im);
  }
}

// Power of the columns 0 to nx / 2; the others follow, the samples being real: |F(-u, v)| = |F(u, -v)|. Some
// columns at a time are copied out of the plane, so that what a cache line holds is used at once.
void transform_columns(const Vector<Complex>& plane, double floor, Spectrum* out) {
  constexpr size_t kColumns = 4;
  const size_t nx = static_cast<size_t>(out->nx), ny = static_cast<size_t>(out->ny), half = ny / 2;
  Vector<Complex> lines(plane.memory(), kColumns * ny), image(plane.memory(), ny);
  const kissfft<double> fft(ny, false);
  const auto power_at = [&](size_t v) {
    return backend::rounded_power(image[v].real(), image[v].imag(), floor);
  };
  out->power.assign(nx * (half + 1), 0.0f);
  for (size_t first = 0; first <= nx / 2; first += kColumns) {
    const size_t count = std::min(kColumns, nx / 2 + 1 - first);
    for (size_t v = 0; v < ny; ++v) {
      for (size_t k = 0; k < count; ++k) lines[k * ny + v] = plane[v * nx + first + k];
    }
    for (size_t k = 0; k < count; ++k) {
      const size_t u = first + k, mirrored = (nx - u) % nx;
      fft.transform(lines.data() + k * ny, image.data());
      for (size_t v = 0; v <= half; ++v) {
        out->power[v * nx + u] = power_at(v);
        if (mirrored != u) out->power[v * nx + mirrored] = power_at(v == 0 ? 0 : ny - v);
      }
    }
  }
}

}  // namespace

SpectrumInput::SpectrumInput(const SampleGrid& grid, int32_t max_size)
    : width(std::min(grid.width, max_size)), height(std::min(grid.height, max_size)),
      nx(power_of_two_at_least(width)), ny(power_of_two_at_least(height)), step(grid.step),
      stride(grid.width), values(grid.row((grid.height - height) / 2) + (grid.width - width) / 2),
      wx(grid.values.memory(), static_cast<size_t>(width)),
      wy(grid.values.memory(), static_cast<size_t>(height)) {
  hann(&wx);
  hann(&wy);
  double sum = 0;
  for (int32_t j = 0; j < height; ++j) {
    const double w = wy[static_cast<size_t>(j)];
    sum += w * w * sum_of_squares(row(j), wx);
  }
  total = sum * nx * ny;
  int exponent = 0;
  std::frexp(total, &exponent);
  floor = std::ldexp(1.0, exponent - backend::kPowerDepth);
}

void transform_spectrum(const SpectrumInput& in, Spectrum* out) {
  const size_t row_size = static_cast<size_t>(in.nx);
  Memory& memory = out->power.memory();
  Vector<Complex> plane(memory, row_size * static_cast<size_t>(in.ny));
  Vector<Complex> line(memory, row_size), image(memory, row_size);
  out->nx = in.nx;
  out->ny = in.ny;
  const kissfft<double> rows(row_size, false);
  for (int32_t j = 0; j < in.height; j += 2) {
    const bool two = j + 1 < in.height;  // else the first again
    const float *const a = in.row(j), *const b = in.row(two ? j + 1 : j);
    for (int32_t i = 0; i < in.width; ++i)
      line[static_cast<size_t>(i)] = Complex(in.windowed(a, i, j), in.windowed(b, i, two ? j + 1 : j));
    rows.transform(line.data(), image.data());
    Complex* const to = plane.data() + row_size * static_cast<size_t>(j);
    separate(image, to, two ? to + row_size : to);
  }
  transform_columns(plane, in.floor, out);
}

void analyse_spectrum(const SampleGrid& grid, int32_t max_size, Spectrum* out) {
  const SpectrumInput in(grid, max_size);
  if (in.worthwhile()) transform_spectrum(in, out);
  find_peaks(in, out);
}

std::complex<double> demodulate(const SampleGrid& grid, double fx, double fy) {
  Memory& memory = grid.values.memory();
  Vector<Complex> ex(memory, static_cast<size_t>(grid.width));
  double gain_x = 0, gain_y = 0;
  for (int32_t i = 0; i < grid.width; ++i) {
    const double w = 0.5 - 0.5 * std::cos(kTurn * (i + 0.5) / grid.width);
    gain_x += w;
    ex[static_cast<size_t>(i)] = std::polar(w, -kTurn * fx * grid.x(i));
  }
  Complex sum = 0;
  for (int32_t j = 0; j < grid.height; ++j) {
    const float* v = grid.row(j);
    double re = 0, im = 0;
    for (int32_t i = 0; i < grid.width; ++i) {
      re += v[i] * ex[static_cast<size_t>(i)].real();
      im += v[i] * ex[static_cast<size_t>(i)].imag();
    }
    const double w = 0.5 - 0.5 * std::cos(kTurn * (j + 0.5) / grid.height);
    gain_y += w;
    sum += Complex(re, im) * std::polar(w, -kTurn * fy * grid.y(j));
  }
  return sum * (2 / (gain_x * gain_y));
}

}  // namespace pc15::enc
