// Centre: minimise the sum over samples of |g|^2 dist(centre, line)^2, where the line through the sample
// runs along its gradient g (rings) or across it (sun); a 2 x 2 linear system, repeated with weights
// 1 / (s^2 + dist^2) so that foreign gradients lose their vote (iteratively re-weighted least squares).
#include "enc/analysis_radial.h"

#include <cmath>

namespace pc15::enc {
namespace {

constexpr double kTurn = 6.283185307179586;

// Of how many lines at a time a round adds up the votes. It divides their count; the lines that fill it up
// weigh nothing.
constexpr size_t kLanes = 2;

struct Lines {
  explicit Lines(Memory& memory)
      : x(memory), y(memory), nx(memory), ny(memory), offset(memory), weight(memory) {}
  size_t size() const { return x.size(); }
  void add(double px, double py, double normal_x, double normal_y, double w) {
    x.push_back(px);
    y.push_back(py);
    nx.push_back(normal_x);
    ny.push_back(normal_y);
    offset.push_back(px * normal_x + py * normal_y);
    weight.push_back(w);
  }

  Vector<double> x, y;    // a point of each line
  Vector<double> nx, ny;  // unit normal
  Vector<double> offset;  // of the line from the origin, along the normal
  Vector<double> weight;  // |g|^2
};

void collect_lines(const SampleGrid& grid, CentreKind kind, Lines* lines) {
  for (int32_t j = 1; j + 1 < grid.height; j += 2) {
    const float *above = grid.row(j - 1), *here = grid.row(j), *below = grid.row(j + 1);
    for (int32_t i = 1; i + 1 < grid.width; i += 2) {
      const double gx =
          2.0 * (here[i + 1] - here[i - 1]) + (above[i + 1] - above[i - 1]) + (below[i + 1] - below[i - 1]);
      const double gy =
          2.0 * (below[i] - above[i]) + (below[i - 1] - above[i - 1]) + (below[i + 1] - above[i + 1]);
      const double square = gx * gx + gy * gy;
      if (square < 16) continue;  // half a grey level per pixel
      const double inverse = 1 / std::sqrt(square), x = gx * inverse, y = gy * inverse;
      const bool along = kind == CentreKind::kRings;
      lines->add(grid.x(i), grid.y(j), along ? -y : x, along ? x : y, square);
    }
  }
}

// The point nearest to the lines; `scale`: the distance in pixels at which a line has half its vote, 0: none
// loses any. False when the lines are parallel.
bool meet(const Lines& lines, double scale, CentreVote* vote) {
  double sums[5][kLanes] = {};
  for (size_t i = 0; i < lines.size(); i += kLanes) {
    for (size_t k = 0; k < kLanes; ++k) {
      const double nx = lines.nx[i + k], ny = lines.ny[i + k], offset = lines.offset[i + k];
      const double d = vote->x * nx + vote->y * ny - offset;
      const double w = scale > 0 ? lines.weight[i + k] / (scale * scale + d * d) : lines.weight[i + k];
      sums[0][k] += w * nx * nx;
      sums[1][k] += w * nx * ny;
      sums[2][k] += w * ny * ny;
      sums[3][k] += w * nx * offset;
      sums[4][k] += w * ny * offset;
    }
  }
  double total[5];
  for (size_t n = 0; n < 5; ++n) total[n] = sums[n][0] + sums[n][1];
  const double a = total[0], b = total[1], c = total[2], p = total[3], q = total[4];
  const double determinant = a * c - b * b;
  if (!(determinant > 1e-7 * (a + c) * (a + c))) return false;
  vote->x = (p * c - q * b) / determinant;
  vote->y = (q * a - p * b) / determinant;
  return true;
}

// 1 when all lines meet at the point, 0 on average at random, -1 across. Lines too near do not count.
double alignment_of(const Lines& lines, const CentreVote& vote, double near) {
  double good = 0, all = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    const double dx = vote.x - lines.x[i], dy = vote.y - lines.y[i], square = dx * dx + dy * dy;
    if (square < near * near) continue;
    const double d = dx * lines.nx[i] + dy * lines.ny[i];
    all += lines.weight[i];
    good += lines.weight[i] * (1 - 2 * d * d / square);
  }
  return all > 0 ? good / all : 0;
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

CentreVote vote_centre(const SampleGrid& grid, CentreKind kind, double least) {
  CentreVote vote;
  Lines lines(grid.values.memory());
  collect_lines(grid, kind, &lines);
  if (lines.size() < 64) return vote;
  while (lines.size() % kLanes != 0) lines.add(0, 0, 0, 0, 0);
  vote.x = grid.centre_x();
  vote.y = grid.centre_y();
  const double reach = 20.0 * grid.step * (grid.width + grid.height);
  // Least squares, then rounds that move the centre by less and less. What a phase adds to the alignment was
  // at most 0.33 and 0.09 on 1457 votes of photographs, textures and drawn pictures.
  static const struct {
    double scale;
    int32_t rounds;
    double may_add;
  } kPhases[] = {{0, 1, 0.5}, {8, 4, 0.2}, {2, 4, 0}};
  for (const auto& phase : kPhases) {
    for (int32_t round = 0; round < phase.rounds; ++round) {
      if (!meet(lines, grid.step * phase.scale, &vote)) return vote;
      if (std::fabs(vote.x - grid.centre_x()) > reach || std::fabs(vote.y - grid.centre_y()) > reach)
        return vote;
    }
    vote.alignment = alignment_of(lines, vote, 2 * grid.step);
    if (vote.alignment + phase.may_add < least) return vote;
  }
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
