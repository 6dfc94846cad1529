// The Hann window keeps side lobes 31 dB down so that a handful of local maxima describes a periodic
// texture. Its main lobe is close to a parabola in log power: three points per axis give the frequency to
// about 0.02 bins, far inside the basin of the refinement (a quarter cycle at the border).
#include "enc/analysis_spectrum.h"

#include <algorithm>
#include <cmath>
#include <kissfft/kissfft.hh>

namespace pc15::enc {
namespace {

using Complex = std::complex<double>;
constexpr double kTurn = 6.283185307179586;

int32_t power_of_two_at_least(int32_t n) {
  int32_t p = 8;
  while (p < n) p *= 2;
  return p;
}

void hann(int32_t n, double* w) {
  for (int32_t i = 0; i < n; ++i) w[i] = 0.5 - 0.5 * std::cos(kTurn * (i + 0.5) / n);
}

// Vertex of the parabola through (-1, a), (0, b), (1, c), b the largest; within half a bin.
double vertex(double a, double b, double c) {
  const double bend = a - 2 * b + c;
  if (!(bend < 0)) return 0;
  const double d = 0.5 * (a - c) / bend;
  return d < -0.5 ? -0.5 : d > 0.5 ? 0.5 : d;
}

// Power at signed frequency indices; the spectrum of real samples is symmetric about the origin.
class PowerMap {
 public:
  explicit PowerMap(const Spectrum& s) : s_(s) {}
  double at(int32_t u, int32_t v) const {
    v = ((v % s_.ny) + s_.ny) % s_.ny;
    if (v > s_.ny / 2) {
      v = s_.ny - v;
      u = -u;
    }
    return s_.power[index(((u % s_.nx) + s_.nx) % s_.nx, v)];
  }
  // For frequencies of the stored half.
  double stored(int32_t u, int32_t v) const { return s_.power[index(u < 0 ? u + s_.nx : u, v)]; }
  bool is_peak(int32_t u, int32_t v) const {
    const double centre = at(u, v);
    if (v > 0 && v < s_.ny / 2 && u != -1 && u != 0 && u != -s_.nx / 2) {  // neighbours that need no wrapping
      const float* const p = &s_.power[index(u, v)];
      if (p[1] > p[0] || p[-1] >= p[0] || p[s_.nx] > p[0] || p[-s_.nx] >= p[0]) return false;
    }
    for (int32_t dv = -1; dv <= 1; ++dv) {
      for (int32_t du = -1; du <= 1; ++du) {
        if (du == 0 && dv == 0) continue;
        const double other = at(u + du, v + dv);
        const bool earlier = dv < 0 || (dv == 0 && du < 0);
        if (other > centre || (earlier && other == centre)) return false;
      }
    }
    return true;
  }

 private:
  size_t index(int32_t u, int32_t v) const {
    return static_cast<size_t>(v) * static_cast<size_t>(s_.nx) + static_cast<size_t>(u < 0 ? u + s_.nx : u);
  }

  const Spectrum& s_;
};

void insert_peak(const SpectralPeak& p, Spectrum* s) {
  int32_t at = s->peak_count;
  if (at < kMaxPeaks) {
    ++s->peak_count;
  } else if (s->peaks[--at].share >= p.share) {
    return;
  }
  for (; at > 0 && s->peaks[at - 1].share < p.share; --at) s->peaks[at] = s->peaks[at - 1];
  s->peaks[at] = p;
}

void find_peaks(double window_gain, double pad_ratio, double step, Spectrum* s) {
  const PowerMap map(*s);
  double total = 0;
  for (int32_t v = 0; v <= s->ny / 2; ++v) {
    const double weight = v == 0 || v == s->ny / 2 ? 1 : 2;
    for (int32_t u = 0; u < s->nx; ++u) total += weight * map.stored(u, v);
  }
  s->energy = total;
  if (!(total > 0)) return;
  const double floor_power = total * 1e-5 / pad_ratio;
  for (int32_t v = 0; v <= s->ny / 2; ++v) {
    for (int32_t u = -s->nx / 2; u < s->nx / 2; ++u) {
      if ((v == 0 || v == s->ny / 2) && u < 0) continue;
      if (u * u + v * v == 0) continue;
      const double power = map.stored(u, v);
      if (power < floor_power || !map.is_peak(u, v)) continue;
      const auto level = [&](int32_t du, int32_t dv) { return std::log(map.at(u + du, v + dv) + 1e-30); };
      SpectralPeak p;
      const double middle = level(0, 0);
      const double du = vertex(level(-1, 0), middle, level(1, 0));
      const double dv = vertex(level(0, -1), middle, level(0, 1));
      p.fx = (u + du) / (s->nx * step);
      p.fy = (v + dv) / (s->ny * step);
      if (p.fx < 0 || (p.fx == 0 && p.fy < 0)) {
        p.fx = -p.fx;
        p.fy = -p.fy;
      }
      p.amplitude = 2 * std::sqrt(power) / window_gain;
      // The main lobe of a 2-D Hann window holds 1 / (2/3)^2 = 2.25 times the power of its central bin per
      // padding factor, on both sides of the origin.
      p.share = std::fmin(1.0, 2 * 2.25 * power * pad_ratio / total);
      insert_peak(p, s);
    }
  }
}

// Power of the columns 0 to nx / 2; the others follow, the samples being real: |F(-u, v)| = |F(u, -v)|. Some
// columns at a time are copied out of the plane, so that what a cache line holds is used at once.
void transform_columns(const Vector<Complex>& plane, Spectrum* out) {
  constexpr size_t kColumns = 4;
  const size_t nx = static_cast<size_t>(out->nx), ny = static_cast<size_t>(out->ny), half = ny / 2;
  Vector<Complex> lines(plane.memory(), kColumns * ny), image(plane.memory(), ny);
  const kissfft<double> fft(ny, false);
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
        out->power[v * nx + u] = static_cast<float>(std::norm(image[v]));
        if (mirrored != u)
          out->power[v * nx + mirrored] = static_cast<float>(std::norm(image[(ny - v) % ny]));
      }
    }
  }
}

}  // namespace

void analyse_spectrum(const SampleGrid& grid, int32_t max_size, Spectrum* out) {
  const int32_t w = grid.width < max_size ? grid.width : max_size;
  const int32_t h = grid.height < max_size ? grid.height : max_size;
  const int32_t left = (grid.width - w) / 2, top = (grid.height - h) / 2;
  const int32_t nx = power_of_two_at_least(w), ny = power_of_two_at_least(h);
  Memory& memory = out->power.memory();
  out->nx = nx;
  out->ny = ny;
  out->peak_count = 0;
  const size_t row_size = static_cast<size_t>(nx);
  Vector<double> wx(memory, static_cast<size_t>(w)), wy(memory, static_cast<size_t>(h));
  hann(w, wx.data());
  hann(h, wy.data());
  Vector<Complex> plane(memory, row_size * static_cast<size_t>(ny));
  Vector<Complex> line(memory, row_size), image(memory, row_size);

  const kissfft<double> rows(row_size, false);
  for (int32_t j = 0; j < h; j += 2) {  // two real rows as one complex row
    const float* a = grid.row(top + j) + left;
    const float* b = j + 1 < h ? grid.row(top + j + 1) + left : nullptr;
    for (int32_t i = 0; i < nx; ++i) {
      const size_t k = static_cast<size_t>(i);
      if (i >= w) {
        line[k] = 0;
        continue;
      }
      const double second = b != nullptr ? b[i] * wy[static_cast<size_t>(j + 1)] : 0.0;
      line[k] = wx[k] * Complex(a[i] * wy[static_cast<size_t>(j)], second);
    }
    rows.transform(line.data(), image.data());
    Complex* to = plane.data() + row_size * static_cast<size_t>(j);
    for (size_t u = 0; u < row_size; ++u) {
      const Complex p = image[u], q = std::conj(image[(row_size - u) % row_size]);
      to[u] = 0.5 * (p + q);
      if (b != nullptr) to[row_size + u] = Complex(0, -0.5) * (p - q);
    }
  }
  transform_columns(plane, out);
  const double window_gain = 0.25 * w * h;
  find_peaks(window_gain, static_cast<double>(nx) / w * ny / h, grid.step, out);
  // Parseval: total / (nx ny) = sum (w v)^2; the window's mean square is (3/8)^2 over w x h samples.
  out->energy /= double{1} * nx * ny * w * h * 0.140625;
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
