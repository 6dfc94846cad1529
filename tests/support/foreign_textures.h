// Regular textures made without this library: double precision, random period, angle, phase and contrast,
// hard or anti-aliased edges (4 x 4 samples per pixel). The recovery tests must explain them.
#pragma once

#include <cmath>
#include <cstdint>

namespace pc15::testing {

inline double uniform(uint32_t* state) {  // xorshift32, [0, 1)
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state / 4294967296.0;
}

enum class Foreign { kStripes = 0, kCheckerboard = 1, kHexGrid = 2 };

struct ForeignShape {
  double period, cosine, sine, shift_x, shift_y, duty;
};

// 0 or 1 at a point.
inline double foreign_point(Foreign kind, const ForeignShape& s, double x, double y) {
  const double u = (x * s.cosine + y * s.sine) / s.period + s.shift_x;
  const double v = (y * s.cosine - x * s.sine) / s.period + s.shift_y;
  if (kind == Foreign::kStripes) return u - std::floor(u) < s.duty ? 1 : 0;
  if (kind == Foreign::kCheckerboard) {
    return (static_cast<int64_t>(std::floor(u)) + static_cast<int64_t>(std::floor(v))) & 1 ? 1 : 0;
  }
  // Distance to the border of the hexagonal Voronoi cell of a triangular lattice with unit spacing.
  const double h = 0.8660254037844386;
  const double row = std::floor(v / h);
  double first = 1e9, second = 1e9;
  for (int j = -1; j <= 2; ++j) {
    const double offset = (static_cast<int64_t>(row) + j) & 1 ? 0.5 : 0.0;
    const double base = std::floor(u - offset);
    for (int i = -1; i <= 2; ++i) {
      const double dx = u - (base + i + offset), dy = v - (row + j) * h;
      const double d = std::sqrt(dx * dx + dy * dy);
      if (d < first) {
        second = first;
        first = d;
      } else if (d < second) {
        second = d;
      }
    }
  }
  // Exact distance to the bisector between the two nearest points, which are one apart.
  return (second * second - first * first) / 2 < s.duty * 0.2 ? 1 : 0;
}

inline void foreign_texture(Foreign kind, uint32_t seed, bool smooth, int width, int height, uint8_t* out) {
  uint32_t state = seed * 2654435761u + 97;
  for (int i = 0; i < 8; ++i) uniform(&state);
  ForeignShape s;
  const double angle = 6.283185307179586 * uniform(&state);
  s.period = (kind == Foreign::kHexGrid ? 20 : 8) + 40 * uniform(&state);
  s.cosine = std::cos(angle);
  s.sine = std::sin(angle);
  s.shift_x = uniform(&state);
  s.shift_y = uniform(&state);
  s.duty = 0.3 + 0.4 * uniform(&state);
  const double low = 20 + 90 * uniform(&state), high = low + 40 + 90 * uniform(&state);
  const int samples = smooth ? 4 : 1;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      double sum = 0;
      for (int v = 0; v < samples; ++v) {
        for (int u = 0; u < samples; ++u)
          sum += foreign_point(kind, s, x + (u + 0.5) / samples, y + (v + 0.5) / samples);
      }
      const double value = low + (high - low) * sum / (samples * samples);
      out[y * width + x] = static_cast<uint8_t>(value + 0.5);
    }
  }
}

}  // namespace pc15::testing
