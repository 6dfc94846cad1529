// Waves between mirrors. The first mirror is horizontal, so rows answer each other above and below the
// centre: correlating the picture with its mirror image gives the centre's height. Along that line the
// picture is compared with itself turned by 1/n turn, for every place and n. Folded into one wedge it is then
// a plane wave, the peak of one transform; that is followed outwards, where twice the radius needs half the
// step.
#include <algorithm>
#include <cmath>
#include <complex>

#include "enc/analysis_transform.h"
#include "enc/candidates.h"
#include "enc/candidates_tools.h"

namespace pc15::enc {
namespace {

using Complex = std::complex<double>;
using normative::Layer;
using normative::ParamId;

constexpr int32_t kHeights = 2, kMostArms = 32;
constexpr int32_t kSide = 256;       // of the transform of a wedge
constexpr int32_t kPairs = 600;      // of points that are compared
constexpr double kLikeItself = 0.5;  // least correlation with the picture turned
constexpr double kWorthAScore = 0.1;

struct Mirrored {
  double frequency = 0, angle = 0;  // cycles per pixel, turns
  double phase = 0, share = -1;
};
struct Mirrors {
  double x = 0, y = 0, likeness = -1;  // image pixels
  int32_t arms = 0;
};

class MirrorFinder {
 public:
  MirrorFinder(const SampleGrid& grid, Monitor& monitor) : grid_(grid), monitor_(monitor) {}
  // Heights of horizontal mirrors, best first.
  void find_heights(double* y) const;
  Mirrors find_centre(double y) const;

 private:
  double likeness_of_rows(int32_t twice) const;
  double likeness(double cx, double cy, int32_t arms, int32_t pairs) const;
  bool sample(double x, double y, double* value) const;

  const SampleGrid& grid_;
  Monitor& monitor_;
};

// Correlation of rows j and twice - j.
double MirrorFinder::likeness_of_rows(int32_t twice) const {
  double both = 0, square = 0;
  const int32_t hop = std::max(1, grid_.width / 96);
  for (int32_t j = std::max(0, twice - grid_.height + 1); 2 * j < twice; ++j) {
    const float *a = grid_.row(j), *b = grid_.row(twice - j);
    for (int32_t i = 0; i < grid_.width; i += hop) {
      both += double{a[i]} * b[i];
      square += 0.5 * (double{a[i]} * a[i] + double{b[i]} * b[i]);
    }
  }
  return square > 0 ? both / square : 0;
}

void MirrorFinder::find_heights(double* y) const {
  double best[kHeights];
  std::fill(best, best + kHeights, -1.0);
  const int32_t margin = grid_.height / 8;
  double before = 0, here = 0;
  for (int32_t twice = 2 * margin; twice < 2 * (grid_.height - margin) && !monitor_.cancelled(); ++twice) {
    const double next = likeness_of_rows(twice);
    // A maximum at twice - 1.
    if (here > before && here >= next) {
      int32_t at = kHeights;
      while (at > 0 && best[at - 1] < here) --at;
      for (int32_t k = kHeights - 1; k > at; --k) {
        best[k] = best[k - 1];
        y[k] = y[k - 1];
      }
      if (at < kHeights) {
        best[at] = here;
        y[at] = grid_.y0 + 0.5 * (twice - 1) * grid_.step;
      }
    }
    before = here;
    here = next;
  }
}

bool MirrorFinder::sample(double x, double y, double* value) const {
  const double u = (x - grid_.x0) / grid_.step, v = (y - grid_.y0) / grid_.step;
  if (u < 0 || v < 0) return false;
  const int32_t i = static_cast<int32_t>(u), j = static_cast<int32_t>(v);
  if (i + 1 >= grid_.width || j + 1 >= grid_.height) return false;
  const double a = u - i, b = v - j;
  const float *top = grid_.row(j) + i, *low = grid_.row(j + 1) + i;
  *value = (1 - b) * ((1 - a) * top[0] + a * top[1]) + b * ((1 - a) * low[0] + a * low[1]);
  return true;
}

// Correlation of the picture with itself turned by 1 / arms turn.
double MirrorFinder::likeness(double cx, double cy, int32_t arms, int32_t pairs) const {
  const double c = std::cos(kTurn / arms), s = std::sin(kTurn / arms);
  const double reach = 0.5 * grid_.step * std::min(grid_.width, grid_.height);
  double both = 0, square = 0, count = 0;
  for (int32_t k = 0; k < pairs; ++k) {
    // Spread over the disc, densest in the middle, where everything stays in the picture (golden angle).
    const double r = reach * (0.05 + 0.95 * (k + 0.5) / pairs), t = 2.399963229728653 * k;
    const double dx = r * std::cos(t), dy = r * std::sin(t);
    double a = 0, b = 0;
    if (!sample(cx + dx, cy + dy, &a) || !sample(cx + dx * c - dy * s, cy + dx * s + dy * c, &b)) continue;
    both += a * b;
    square += 0.5 * (a * a + b * b);
    count += 1;
  }
  return count > 0.3 * pairs && square > 0 ? both / square : -1;
}

Mirrors MirrorFinder::find_centre(double y) const {
  Mirrors best;
  const double step = std::max(grid_.step, 1.5);
  const double first = grid_.x0 + 0.125 * grid_.width * grid_.step;
  for (double x = first; x < first + 0.75 * grid_.width * grid_.step && !monitor_.cancelled(); x += step) {
    for (int32_t arms = 2; arms <= kMostArms; ++arms) {
      const double quick = likeness(x, y, arms, kPairs / 8);
      if (quick < 0.5 * best.likeness || quick < 0.3) continue;
      const double value = likeness(x, y, arms, kPairs);
      if (value > best.likeness) best = Mirrors{x, y, value, arms};
    }
  }
  for (double hop = 0.5 * step; hop > 0.1 * grid_.step && best.arms > 0; hop *= 0.5) {
    const Mirrors middle = best;
    for (int32_t k = 0; k < 9 && !monitor_.cancelled(); ++k) {
      const double x = middle.x + hop * (k % 3 - 1), at = middle.y + hop * (k / 3 - 1);
      const double value = likeness(x, at, best.arms, kPairs);
      if (value > best.likeness) best = Mirrors{x, at, value, best.arms};
    }
  }
  // A picture with 2 n mirrors is also like itself after any multiple of 1 / n turn.
  for (int32_t arms = kMostArms; arms > best.arms; --arms) {
    if (arms % best.arms == 0 && likeness(best.x, best.y, arms, kPairs) > 0.95 * best.likeness)
      best.arms = arms;
  }
  return best;
}

// All samples folded into the first wedge.
class Wedge {
 public:
  Wedge(const SampleGrid& grid, const Mirrors& mirrors);
  double reach() const { return reach_; }
  Mirrored strongest_wave() const;
  void follow(Mirrored* best, Monitor& monitor) const;

 private:
  void measure(double radius, Mirrored* m) const;
  Vector<float> distance_, folded_, value_;
  double reach_ = 1;
};

Wedge::Wedge(const SampleGrid& grid, const Mirrors& mirrors)
    : distance_(grid.values.memory()), folded_(distance_.memory()), value_(distance_.memory()) {
  const int32_t thin = std::max(1, std::max(grid.width, grid.height) / 256);
  for (int32_t j = 0; j < grid.height; j += thin) {
    for (int32_t i = 0; i < grid.width; i += thin) {
      const double dx = grid.x(i) - mirrors.x, dy = grid.y(j) - mirrors.y;
      distance_.push_back(static_cast<float>(std::hypot(dx, dy)));
      folded_.push_back(static_cast<float>(
          std::fabs(std::remainder(mirrors.arms * std::atan2(dy, dx), kTurn)) / mirrors.arms));
      value_.push_back(grid.row(j)[i]);
      reach_ = std::max(reach_, double{distance_.back()});
    }
  }
}

// The peak of the wedge's spectrum; cells are means, so that every place of the wedge counts alike.
Mirrored Wedge::strongest_wave() const {
  const double cell = 2 * reach_ / kSide;
  Vector<Complex> plane(value_.memory(), size_t{kSide} * kSide);  // sum and number
  for (size_t k = 0; k < value_.size(); ++k) {
    const int32_t x =
        static_cast<int32_t>(double{distance_[k]} * std::cos(double{folded_[k]}) / cell + kSide / 2);
    const int32_t y = static_cast<int32_t>(double{distance_[k]} * std::sin(double{folded_[k]}) / cell);
    if (x < 0 || x >= kSide || y >= kSide) continue;
    plane[static_cast<size_t>(y * kSide + x)] += Complex(double{value_[k]}, 1);
  }
  double sum = 0, count = 0;
  for (Complex& c : plane) {
    if (c.imag() <= 0) continue;
    c = Complex(c.real() / c.imag(), 1);
    sum += c.real();
    count += 1;
  }
  for (Complex& c : plane)
    c = c.imag() > 0 ? Complex(c.real() - sum / std::max(1.0, count), 0) : Complex(0, 0);
  SquareTransform(kSide, value_.memory()).run(false, &plane);
  Mirrored best;
  double most = 0;
  for (int32_t v = -kSide / 2 + 1; v < kSide / 2; ++v) {
    for (int32_t u = 0; u < kSide / 2; ++u) {
      const double p =
          std::norm(plane[static_cast<size_t>((v + kSide) % kSide * kSide + (u + kSide) % kSide)]);
      if (p <= most || u * u + v * v < 4) continue;
      most = p;
      best.frequency = std::hypot(u, v) / (kSide * cell);
      best.angle = std::atan2(v, u) / kTurn;
    }
  }
  return best;
}

// Share of the energy within `radius` that the sinusoid explains; at most about 4000 samples are read.
void Wedge::measure(double radius, Mirrored* m) const {
  Complex sum = 0;
  double energy = 0, count = 0;
  const double inside =
      3.14159 * radius * radius / (4 * reach_ * reach_) * static_cast<double>(value_.size());
  const size_t stride = std::max<size_t>(1, static_cast<size_t>(inside / 4000)) | 1;
  for (size_t k = 0; k < value_.size(); k += stride) {
    if (double{distance_[k]} > radius) continue;
    const double v = value_[k], along = distance_[k] * std::cos(double{folded_[k]} - kTurn * m->angle);
    sum += v * std::polar(1.0, -kTurn * m->frequency * along);
    energy += v * v;
    count += 1;
  }
  m->share = energy > 0 ? 2 * std::norm(sum) / (energy * count) : 0;
  m->phase = std::arg(sum) / kTurn;
}

void Wedge::follow(Mirrored* best, Monitor& monitor) const {
  for (double radius = 0.35 * reach_; !monitor.cancelled(); radius *= 1.5) {
    radius = std::min(radius, reach_);
    measure(radius, best);
    for (int32_t halving = 0; halving < 4; ++halving) {
      const Mirrored middle = *best;
      for (int32_t k = 0; k < 25 && !monitor.cancelled(); ++k) {
        Mirrored m = middle;
        const double fx =
            m.frequency * std::cos(kTurn * m.angle) + (k % 5 - 2) * 0.2 / (radius * (1 << halving));
        const double fy =
            m.frequency * std::sin(kTurn * m.angle) + (k / 5 - 2) * 0.2 / (radius * (1 << halving));
        m.frequency = std::hypot(fx, fy);
        m.angle = std::atan2(fy, fx) / kTurn;
        measure(radius, &m);
        if (m.share > best->share) *best = m;
      }
    }
    if (radius >= reach_) return;
  }
}

}  // namespace

void propose_mirrors(const Analysis& analysis, Monitor& monitor, CandidateList* out) {
  const SampleGrid& grid = analysis.has_coarse ? analysis.coarse : analysis.grid;
  if (std::min(grid.width, grid.height) < 32) return;
  const LayerBuilder builder(analysis.source);
  const MirrorFinder finder(grid, monitor);
  double heights[kHeights] = {};
  finder.find_heights(heights);
  for (const double y : heights) {
    if (y == 0 || monitor.cancelled()) return;
    const Mirrors mirrors = finder.find_centre(y);
    if (mirrors.likeness < kLikeItself) continue;
    const Wedge wedge(grid, mirrors);
    Mirrored wave = wedge.strongest_wave();
    if (wave.frequency > 0) wedge.follow(&wave, monitor);
    if (wave.share < kWorthAScore) continue;
    Layer layer = builder.make(normative::kKaleidoscope);
    builder.set(ParamId::kCenterX, mirrors.x, &layer);
    builder.set(ParamId::kCenterY, mirrors.y, &layer);
    builder.set_raw(ParamId::kArms, mirrors.arms, &layer);
    builder.set(ParamId::kPeriod, wave.frequency, &layer);
    builder.set(ParamId::kAngle, wave.angle, &layer);
    builder.set(ParamId::kPhase, wave.phase + 0.25, &layer);
    out->push_back({layer, 0});
  }
}

}  // namespace pc15::enc
