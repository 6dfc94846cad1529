#include "enc/analysis_grid.h"

#include <algorithm>
#include <cmath>

namespace pc15::enc {

void box_grid(const SearchPlane& plane, const Rect& rect, int32_t factor, SampleGrid* out) {
  out->width = rect.width / factor;
  out->height = rect.height / factor;
  out->step = factor;
  out->x0 = rect.x + 0.5 * factor;
  out->y0 = rect.y + 0.5 * factor;
  out->values.resize(static_cast<size_t>(out->width) * static_cast<size_t>(out->height));
  const float* const means = plane.sketch != nullptr ? plane.sketch->means(factor) : nullptr;
  if (means != nullptr) {
    std::copy_n(means, out->values.size(), out->values.begin());
    return;
  }
  const float scale = 1.0f / static_cast<float>(factor * factor);
  for (int32_t j = 0; j < out->height; ++j) {
    float* to = out->row(j);
    for (int32_t i = 0; i < out->width; ++i) {
      int32_t sum = 0;
      for (int32_t v = 0; v < factor; ++v) {
        const Pixel* from = plane.run(rect.x + i * factor, rect.y + j * factor + v, factor);
        for (int32_t u = 0; u < factor; ++u) sum += from[u];
      }
      to[i] = static_cast<float>(sum) * scale;
    }
  }
}

// On a full rectangular grid, centred coordinates are orthogonal: the three unknowns separate.
PlaneFit fit_plane(const SampleGrid& grid) {
  PlaneFit fit;
  const double n = static_cast<double>(grid.width) * grid.height;
  const double mx = 0.5 * (grid.width - 1), my = 0.5 * (grid.height - 1);
  double sum = 0, square = 0, sx = 0, sy = 0;
  for (int32_t j = 0; j < grid.height; ++j) {
    const float* v = grid.row(j);
    double line = 0, line_x = 0, line_square = 0;
    for (int32_t i = 0; i < grid.width; ++i) {
      line += v[i];
      line_square += double{v[i]} * v[i];
      line_x += v[i] * (i - mx);
    }
    sum += line;
    square += line_square;
    sx += line_x;
    sy += line * (j - my);
  }
  fit.mean = sum / n;
  fit.variance = std::fmax(0.0, square / n - fit.mean * fit.mean);
  const double vx = n * (double{1} * grid.width * grid.width - 1) / 12;
  const double vy = n * (double{1} * grid.height * grid.height - 1) / 12;
  const double bx = vx > 0 ? sx / vx : 0, by = vy > 0 ? sy / vy : 0;
  fit.remainder = std::fmax(0.0, fit.variance - (bx * sx + by * sy) / n);
  fit.gx = bx / grid.step;
  fit.gy = by / grid.step;
  return fit;
}

void subtract_plane(const PlaneFit& fit, SampleGrid* grid) {
  const double cx = grid->centre_x(), cy = grid->centre_y();
  for (int32_t j = 0; j < grid->height; ++j) {
    float* v = grid->row(j);
    const double base = fit.mean + fit.gy * (grid->y(j) - cy);
    for (int32_t i = 0; i < grid->width; ++i) v[i] -= static_cast<float>(base + fit.gx * (grid->x(i) - cx));
  }
}

bool solve_symmetric(int32_t n, double ridge, double* a, double* b) {
  for (int32_t i = 0; i < n; ++i) a[i * n + i] += ridge * a[i * n + i] + 1e-300;
  for (int32_t i = 0; i < n; ++i) {
    const double diagonal = a[i * n + i];
    for (int32_t j = 0; j <= i; ++j) {
      double sum = a[i * n + j];
      for (int32_t k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
      if (i != j) {
        a[i * n + j] = sum / a[j * n + j];
      } else {
        if (!(sum > 1e-13 * diagonal)) return false;
        a[i * n + i] = std::sqrt(sum);
      }
    }
  }
  for (int32_t i = 0; i < n; ++i) {
    for (int32_t k = 0; k < i; ++k) b[i] -= a[i * n + k] * b[k];
    b[i] /= a[i * n + i];
  }
  for (int32_t i = n - 1; i >= 0; --i) {
    for (int32_t k = i + 1; k < n; ++k) b[i] -= a[k * n + i] * b[k];
    b[i] /= a[i * n + i];
  }
  return true;
}

}  // namespace pc15::enc
