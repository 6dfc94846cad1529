// Centre: minimise the sum over samples of |g|^2 dist(centre, line)^2, where the line through the sample
// runs along its gradient g (rings) or across it (sun); a 2 x 2 linear system, repeated with weights
// 1 / (s^2 + dist^2) so that foreign gradients lose their vote (iteratively re-weighted least squares).
#include "enc/analysis_radial.h"

#include <cmath>

namespace pc15::enc {
namespace {

constexpr double kTurn = 6.283185307179586;

struct Line {
  double x, y;    // a point of the line
  double nx, ny;  // unit normal of the line
  double weight;  // |g|^2
};

void collect_lines(const SampleGrid& grid, CentreKind kind, Vector<Line>* lines) {
  for (int32_t j = 1; j + 1 < grid.height; j += 2) {
    const float *above = grid.row(j - 1), *here = grid.row(j), *below = grid.row(j + 1);
    for (int32_t i = 1; i + 1 < grid.width; i += 2) {
      const double gx =
          2.0 * (here[i + 1] - here[i - 1]) + (above[i + 1] - above[i - 1]) + (below[i + 1] - below[i - 1]);
      const double gy =
          2.0 * (below[i] - above[i]) + (below[i - 1] - above[i - 1]) + (below[i + 1] - above[i + 1]);
      const double square = gx * gx + gy * gy;
      if (square < 16) continue;  // half a grey level per pixel
      const double inverse = 1 / std::sqrt(square);
      Line l{grid.x(i), grid.y(j), gx * inverse, gy * inverse, square};
      if (kind == CentreKind::kRings) {
        const double t = l.nx;
        l.nx = -l.ny;
        l.ny = t;
      }
      lines->push_back(l);
    }
  }
}

void bin_mean(FoldProfile* p, double sum, double square, double total) {
  double between = 0;
  int32_t used = 0;
  const double mean = total > 0 ? sum / total : 0;
  for (size_t k = 0; k < p->mean.size(); ++k) {
    if (p->count[k] <= 0) continue;
    p->mean[k] = p->mean[k] / p->count[k] - mean;
    between += p->mean[k] * p->mean[k] * p->count[k];
    ++used;
  }
  const double variance = square - mean * sum;
  if (!(variance > 0) || total <= used + 1) return;
  const double left = (variance - between) / (total - used) * (total - 1);
  p->explained = std::fmax(0.0, 1 - left / variance);
}

template <typename BinOf>
void fold(const SampleGrid& grid, BinOf bin_of, FoldProfile* p) {
  double sum = 0, square = 0, total = 0;
  for (int32_t j = 0; j < grid.height; ++j) {
    const float* v = grid.row(j);
    for (int32_t i = 0; i < grid.width; ++i) {
      const int64_t k = bin_of(grid.x(i), grid.y(j));
      if (k < 0 || k >= static_cast<int64_t>(p->mean.size())) continue;
      p->mean[static_cast<size_t>(k)] += v[i];
      p->count[static_cast<size_t>(k)] += 1;
      sum += v[i];
      square += double{v[i]} * v[i];
      total += 1;
    }
  }
  bin_mean(p, sum, square, total);
}

void clear(FoldProfile* p, int64_t bins, double bin) {
  p->mean.assign(static_cast<size_t>(bins), 0.0);
  p->count.assign(static_cast<size_t>(bins), 0.0);
  p->bin = bin;
  p->explained = 0;
}

}  // namespace

CentreVote vote_centre(const SampleGrid& grid, CentreKind kind) {
  CentreVote vote;
  Vector<Line> lines(grid.values.memory());
  collect_lines(grid, kind, &lines);
  if (lines.size() < 64) return vote;
  vote.x = grid.centre_x();
  vote.y = grid.centre_y();
  const double reach = 20.0 * grid.step * (grid.width + grid.height);
  for (int32_t round = 0; round < 12; ++round) {
    const double scale = grid.step * (round < 4 ? 1e6 : round < 8 ? 8 : 2);
    double a = 0, b = 0, c = 0, p = 0, q = 0;
    for (const Line& l : lines) {
      const double d = (vote.x - l.x) * l.nx + (vote.y - l.y) * l.ny;
      const double w = l.weight / (scale * scale + d * d);
      const double offset = l.x * l.nx + l.y * l.ny;
      a += w * l.nx * l.nx;
      b += w * l.nx * l.ny;
      c += w * l.ny * l.ny;
      p += w * l.nx * offset;
      q += w * l.ny * offset;
    }
    const double determinant = a * c - b * b;
    if (!(determinant > 1e-7 * (a + c) * (a + c))) return vote;  // parallel lines: no centre
    vote.x = (p * c - q * b) / determinant;
    vote.y = (q * a - p * b) / determinant;
    if (std::fabs(vote.x - grid.centre_x()) > reach || std::fabs(vote.y - grid.centre_y()) > reach)
      return vote;
  }
  double good = 0, all = 0;
  for (const Line& l : lines) {
    const double dx = vote.x - l.x, dy = vote.y - l.y, square = dx * dx + dy * dy;
    if (square < 4 * grid.step * grid.step) continue;
    const double d = dx * l.nx + dy * l.ny;
    all += l.weight;
    good += l.weight * (1 - 2 * d * d / square);  // 1 when aligned, 0 on average at random, -1 across
  }
  vote.alignment = all > 0 ? good / all : 0;
  vote.found = true;
  return vote;
}

void radial_profile(const SampleGrid& grid, double cx, double cy, FoldProfile* out) {
  const double bin = grid.step;
  const double ex = std::fmax(std::fabs(grid.x(0) - cx), std::fabs(grid.x(grid.width - 1) - cx));
  const double ey = std::fmax(std::fabs(grid.y(0) - cy), std::fabs(grid.y(grid.height - 1) - cy));
  const double reach = std::fmin(std::sqrt(ex * ex + ey * ey) / bin + 2, 16384.0);
  clear(out, static_cast<int64_t>(reach), bin);
  fold(
      grid,
      [&](double x, double y) {
        return static_cast<int64_t>(std::sqrt((x - cx) * (x - cx) + (y - cy) * (y - cy)) / bin);
      },
      out);
}

void angular_profile(const SampleGrid& grid, double cx, double cy, int32_t bins, FoldProfile* out) {
  clear(out, bins, 1.0 / bins);
  fold(
      grid,
      [&](double x, double y) {
        double turn = std::atan2(y - cy, x - cx) / kTurn;
        if (turn < 0) turn += 1;
        const int64_t k = static_cast<int64_t>(turn * bins);
        return k < bins ? k : int64_t{0};
      },
      out);
}

void wave_profile(const SampleGrid& grid, double fx, double fy, int32_t bins, FoldProfile* out) {
  clear(out, bins, 1.0 / bins);
  fold(
      grid,
      [&](double x, double y) {
        const double u = fx * x + fy * y;
        const int64_t k = static_cast<int64_t>((u - std::floor(u)) * bins);
        return k < bins ? k : int64_t{0};
      },
      out);
}

Tone strongest_tone(const FoldProfile& profile, double low, double high, double step) {
  Tone best;
  double variance = 0, total = 0;
  for (size_t k = 0; k < profile.mean.size(); ++k) {
    variance += profile.count[k] * profile.mean[k] * profile.mean[k];
    total += profile.count[k];
  }
  if (!(variance > 0)) return best;
  const int32_t steps = static_cast<int32_t>((high - low) / step) + 1;
  for (int32_t s = 0; s < steps; ++s) {
    const double f = low + s * step;
    // Rotating phasor instead of one sine per bin.
    const double angle = -kTurn * f * profile.bin;
    const double turn_re = std::cos(angle), turn_im = std::sin(angle);
    double re = std::cos(angle / 2), im = std::sin(angle / 2), sum_re = 0, sum_im = 0;
    for (size_t k = 0; k < profile.mean.size(); ++k) {
      const double v = profile.count[k] * profile.mean[k];
      sum_re += v * re;
      sum_im += v * im;
      const double next = re * turn_re - im * turn_im;
      im = re * turn_im + im * turn_re;
      re = next;
    }
    const double share = 2 * (sum_re * sum_re + sum_im * sum_im) / (total * variance);
    if (share > best.share) {
      best.share = share;
      best.frequency = f;
      best.phase = std::atan2(sum_im, sum_re) / kTurn;
    }
  }
  return best;
}

}  // namespace pc15::enc
