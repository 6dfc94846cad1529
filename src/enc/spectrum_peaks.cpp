// The Hann window keeps side lobes 31 dB down so that a handful of local maxima describes a periodic
// texture. Its main lobe is close to a parabola in log power: three points per axis give the frequency to
// about 0.02 bins, far inside the basin of the refinement (a quarter cycle at the border).
#include <algorithm>
#include <cmath>

#include "backend/spectrum_power.h"
#include "enc/analysis_spectrum.h"

namespace pc15::enc {
namespace {

constexpr double kTurn = 6.283185307179586;

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

// The window times cos and sin of -2 pi f i / n.
void turns(const Vector<double>& window, int32_t f, int32_t n, Vector<double>* re, Vector<double>* im) {
  for (size_t i = 0; i < window.size(); ++i) {
    const int64_t turned = int64_t{f} * static_cast<int64_t>(i) % n;
    (*re)[i] = window[i] * std::cos(kTurn * static_cast<double>(turned) / n);
    (*im)[i] = -window[i] * std::sin(kTurn * static_cast<double>(turned) / n);
  }
}

// In eight parts, whose order of summation is part of the definition.
template <typename T>
double dot_in_parts(const T* a, const double* b, size_t n) {
  double part[8] = {};
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    for (size_t k = 0; k < 8; ++k) part[k] += a[i + k] * b[i + k];
  }
  for (; i < n; ++i) part[i % 8] += a[i] * b[i];
  return ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
}

// What defines the power of a bin, u <= nx / 2: the plain sum.
float summed_power(const SpectrumInput& in, int32_t u, int32_t v) {
  Memory& memory = in.wx.memory();
  const size_t w = static_cast<size_t>(in.width), h = static_cast<size_t>(in.height);
  Vector<double> xr(memory, w), xi(memory, w), yr(memory, h), yi(memory, h), re(memory, h), im(memory, h);
  turns(in.wx, u, in.nx, &xr, &xi);
  turns(in.wy, v, in.ny, &yr, &yi);
  for (size_t j = 0; j < h; ++j) {
    const float* const row = in.row(static_cast<int32_t>(j));
    re[j] = dot_in_parts(row, xr.data(), w);
    im[j] = dot_in_parts(row, xi.data(), w);
  }
  const auto dot = [h](const Vector<double>& a, const Vector<double>& b) {
    return dot_in_parts(a.data(), b.data(), h);
  };
  const double all_re = dot(re, yr) - dot(im, yi), all_im = dot(re, yi) + dot(im, yr);
  return backend::without_doubt(backend::rounded_power(all_re, all_im, in.floor), in.floor);
}

// Replaces what the transform could not tell.
void settle_powers(const SpectrumInput& in, Spectrum* s) {
  for (size_t k = 0; k < s->power.size(); ++k) {
    if (s->power[k] >= 0) continue;
    int32_t u = static_cast<int32_t>(k) % s->nx, v = static_cast<int32_t>(k) / s->nx;
    if (u > s->nx / 2) {  // the mirrored bin
      u = s->nx - u;
      v = (s->ny - v) % s->ny;
    }
    s->power[k] = summed_power(in, u, v);
  }
}

SpectralPeak peak_at(const SpectrumInput& in, const PowerMap& map, int32_t u, int32_t v) {
  const auto level = [&](int32_t du, int32_t dv) {
    return std::log(std::max(map.at(u + du, v + dv), in.floor));
  };
  const double middle = level(0, 0), power = map.stored(u, v);
  SpectralPeak p;
  p.fx = (u + vertex(level(-1, 0), middle, level(1, 0))) / (in.nx * in.step);
  p.fy = (v + vertex(level(0, -1), middle, level(0, 1))) / (in.ny * in.step);
  if (p.fx < 0 || (p.fx == 0 && p.fy < 0)) {
    p.fx = -p.fx;
    p.fy = -p.fy;
  }
  const double window_gain = 0.25 * in.width * in.height;
  p.amplitude = 2 * std::sqrt(power) / window_gain;
  // The main lobe of a 2-D Hann window holds 1 / (2/3)^2 = 2.25 times the power of its central bin per
  // padding factor, on both sides of the origin.
  p.share = std::fmin(1.0, 2 * 2.25 * power * in.pad_ratio() / in.total);
  return p;
}

}  // namespace

void find_peaks(const SpectrumInput& in, Spectrum* s) {
  s->nx = in.nx;
  s->ny = in.ny;
  s->peak_count = 0;
  // Parseval: total / (nx ny) = sum (w v)^2; the window's mean square is (3/8)^2 over width x height samples.
  s->energy = in.total / (double{1} * in.nx * in.ny * in.width * in.height * 0.140625);
  if (!in.worthwhile()) {
    s->power.assign(static_cast<size_t>(in.bins()), 0.0f);
    return;
  }
  settle_powers(in, s);
  const PowerMap map(*s);
  const double least = in.total * 1e-5 / in.pad_ratio();
  for (int32_t v = 0; v <= s->ny / 2; ++v) {
    for (int32_t u = -s->nx / 2; u < s->nx / 2; ++u) {
      if ((v == 0 || v == s->ny / 2) && u < 0) continue;
      if (u * u + v * v == 0) continue;
      if (map.stored(u, v) >= least && map.is_peak(u, v)) insert_peak(peak_at(in, map, u, v), s);
    }
  }
}

}  // namespace pc15::enc
