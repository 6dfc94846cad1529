// Bent waves inside a disc. Outside there is one level, so the disc is what is not that level: its border is
// met from four sides, circles through three points of it vote, and the circle that most points agree with is
// fitted to them. The waves are those of propose_bends() on the square inside the disc.
#include <algorithm>
#include <cmath>

#include "enc/candidates.h"
#include "enc/candidates_tools.h"

namespace pc15::enc {
namespace {

using normative::Layer;
using normative::ParamId;

constexpr int32_t kAcross = 64;       // cells per axis
constexpr double kFlat = 0.08;        // of the range: what a cell outside may vary and differ by
constexpr int32_t kLeastFlat = 60;    // cells outside
constexpr int32_t kLeastPoints = 24;  // of the border, that agree with a circle
constexpr int32_t kTrials = 300;

struct Disc {
  double x = 0, y = 0, radius = 0;  // image pixels
  int32_t votes = 0;
};
struct Point {
  double x, y;
};

// Which cells are not of the level outside; false when there is no such level.
bool find_inside(const SampleGrid& grid, const PlaneFit& plane, bool* inside) {
  double low[kAcross * kAcross], high[kAcross * kAcross];
  std::fill(low, low + kAcross * kAcross, 1e300);
  std::fill(high, high + kAcross * kAcross, -1e300);
  double bottom = 1e300, top = -1e300;
  for (int32_t j = 0; j < grid.height; ++j) {
    for (int32_t i = 0; i < grid.width; ++i) {
      const double v = double{grid.row(j)[i]} + plane.gx * (grid.x(i) - grid.centre_x()) +
                       plane.gy * (grid.y(j) - grid.centre_y());
      const int32_t k = j * kAcross / grid.height * kAcross + i * kAcross / grid.width;
      low[k] = std::min(low[k], v);
      high[k] = std::max(high[k], v);
      bottom = std::min(bottom, v);
      top = std::max(top, v);
    }
  }
  const double range = std::max(1e-6, top - bottom);
  int32_t level[32] = {};
  for (int32_t k = 0; k < kAcross * kAcross; ++k) {
    if (high[k] - low[k] > kFlat * range) continue;
    ++level[std::min(31, static_cast<int32_t>((0.5 * (low[k] + high[k]) - bottom) / range * 32))];
  }
  const int32_t* most = std::max_element(level, level + 32);
  if (*most < kLeastFlat) return false;
  const double outside = bottom + (static_cast<double>(most - level) + 0.5) / 32 * range;
  for (int32_t k = 0; k < kAcross * kAcross; ++k) {
    inside[k] =
        high[k] - low[k] > kFlat * range || std::fabs(0.5 * (low[k] + high[k]) - outside) > kFlat * range;
  }
  return true;
}

// First and last cell inside of every row and column, unless it touches the grid's border; in cells.
int32_t find_border(const bool* inside, Point* out) {
  int32_t count = 0;
  for (int32_t line = 0; line < kAcross; ++line) {
    for (int32_t way = 0; way < 4; ++way) {
      for (int32_t k = 0; k < kAcross; ++k) {
        const int32_t along = (way & 1) != 0 ? kAcross - 1 - k : k;
        const int32_t x = way < 2 ? along : line, y = way < 2 ? line : along;
        if (!inside[y * kAcross + x]) continue;
        if (k == 0) break;
        out[count].x = x + 0.5;
        out[count++].y = y + 0.5;
        break;
      }
    }
  }
  return count;
}

// x^2 + y^2 = 2 a x + 2 b y + c over the points nearer than `reach` to `near` (I. Kasa, 1976).
Disc fit_circle(const Point* points, int32_t count, const Disc* near, double reach) {
  double a[9] = {}, b[3] = {};
  for (int32_t k = 0; k < count; ++k) {
    const double x = points[k].x, y = points[k].y, z = x * x + y * y, term[3] = {2 * x, 2 * y, 1};
    if (near != nullptr && std::fabs(std::hypot(x - near->x, y - near->y) - near->radius) > reach) continue;
    for (int32_t i = 0; i < 3; ++i) {
      b[i] += term[i] * z;
      for (int32_t m = 0; m < 3; ++m) a[i * 3 + m] += term[i] * term[m];
    }
  }
  Disc d;
  if (!solve_symmetric(3, 1e-12, a, b)) return d;
  d.x = b[0];
  d.y = b[1];
  d.radius = std::sqrt(std::max(0.0, b[2] + b[0] * b[0] + b[1] * b[1]));
  for (int32_t k = 0; k < count; ++k)
    d.votes += std::fabs(std::hypot(points[k].x - d.x, points[k].y - d.y) - d.radius) < 1.0;
  return d;
}

Disc find_disc(const bool* inside) {
  Point points[4 * kAcross];
  const int32_t count = find_border(inside, points);
  Disc best;
  if (count < kLeastPoints) return best;
  uint32_t state = 1;
  for (int32_t n = 0; n < kTrials; ++n) {
    Point three[3];
    for (Point& p : three) {
      state = state * 1664525u + 1013904223u;
      p = points[(state >> 8) % static_cast<uint32_t>(count)];
    }
    const Disc d = fit_circle(three, 3, nullptr, 0);
    Disc all = d;
    all.votes = 0;
    for (int32_t k = 0; k < count; ++k)
      all.votes += std::fabs(std::hypot(points[k].x - d.x, points[k].y - d.y) - d.radius) < 1.0;
    if (d.radius > 3 && d.radius < 2 * kAcross && all.votes > best.votes) best = all;
  }
  for (int32_t round = 0; round < 3 && best.votes >= kLeastPoints; ++round) {
    const Disc next = fit_circle(points, count, &best, 1.2);
    if (next.votes < best.votes) break;
    best = next;
  }
  return best;
}

// The largest square in disc and grid.
bool crop_inside(const SampleGrid& grid, const Disc& disc, Analysis* out) {
  const double half = 0.68 * disc.radius;
  const auto index = [&](double v, double start, int32_t size) {
    return std::min(size, std::max(0, static_cast<int32_t>(std::lround((v - start) / grid.step))));
  };
  const int32_t left = index(disc.x - half, grid.x0, grid.width),
                right = index(disc.x + half, grid.x0, grid.width);
  const int32_t top = index(disc.y - half, grid.y0, grid.height),
                bottom = index(disc.y + half, grid.y0, grid.height);
  if (right - left < 24 || bottom - top < 24) return false;
  SampleGrid& to = out->grid;
  to.width = right - left;
  to.height = bottom - top;
  to.x0 = grid.x(left);
  to.y0 = grid.y(top);
  to.step = grid.step;
  to.values.resize(static_cast<size_t>(to.width) * static_cast<size_t>(to.height));
  for (int32_t j = 0; j < to.height; ++j)
    std::copy(grid.row(top + j) + left, grid.row(top + j) + right, to.row(j));
  out->plane = fit_plane(to);
  subtract_plane(out->plane, &to);
  analyse_spectrum(to, 512, &out->spectrum);
  return true;
}

}  // namespace

void propose_discs(const Analysis& analysis, Monitor& monitor, CandidateList* out) {
  const SampleGrid& grid = analysis.has_coarse ? analysis.coarse : analysis.grid;
  if (grid.width < kAcross || grid.height < kAcross) return;
  bool inside[kAcross * kAcross];
  if (!find_inside(grid, analysis.plane, inside)) return;
  Disc disc = find_disc(inside);
  if (disc.votes < kLeastPoints || monitor.cancelled()) return;
  const double cell_x = grid.step * grid.width / kAcross, cell_y = grid.step * grid.height / kAcross;
  disc.x = grid.x0 + disc.x * cell_x;
  disc.y = grid.y0 + disc.y * cell_y;
  disc.radius *= std::sqrt(cell_x * cell_y);
  Analysis inner(grid.values.memory());
  inner.source = analysis.source;
  if (!crop_inside(grid, disc, &inner)) return;
  CandidateList waves(out->memory());
  propose_bends(inner, monitor, &waves);
  const LayerBuilder builder(analysis.source);
  for (const Candidate& c : waves) {
    Layer layer = builder.make(normative::kComposite);
    std::copy(c.layer.params, c.layer.params + 6, layer.params);  // the same six, in the same order
    builder.set(ParamId::kCenterX, disc.x, &layer);
    builder.set(ParamId::kCenterY, disc.y, &layer);
    builder.set(ParamId::kLength, 2 * disc.radius, &layer);
    out->push_back({layer, 0});
  }
}

}  // namespace pc15::enc
