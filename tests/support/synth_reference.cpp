#include "support/synth_reference.h"

#include <algorithm>
#include <cmath>

#include "backend/param_codec.h"
#include "normative/synth.h"

namespace pc15::test {
namespace {

using namespace normative;

constexpr double kPi = 3.14159265358979323846;

double clamp1(double v) { return std::min(1.0, std::max(-1.0, v)); }
double frac(double v) { return v - std::floor(v); }
double signed_frac(double v) { return v - std::round(v); }
double sinc(double x) { return x >= 1 ? 0 : x < 1e-9 ? 1 : std::sin(kPi * x) / (kPi * x); }
double smooth(double t) { return (3 * t - t * t * t) / 2; }
double fade(double t) { return t * t * t * (t * (6 * t - 15) + 10); }
double mix(double a, double b, double t) { return a + (b - a) * t; }

}  // namespace

ReferenceLayer::ReferenceLayer(const Layer& layer, int64_t image_seed, int scale_log2, double frame_half)
    : layer_(layer), spec_(*find_preset(layer.preset)), scale_(scale_log2),
      seed_(layer_seed(layer, image_seed)), frame_half_(frame_half) {
  half_ = get(ParamId::kSoftness, 1.5) / 2;
  if (scale_ < 0) half_ = std::hypot(half_, 0.6 * std::exp2(-scale_));
}

double ReferenceLayer::get(ParamId id, double fallback) const {
  for (int i = 0; i < spec_.param_count; ++i) {
    if (spec_.params[i].id == id) return backend::param_value(id, layer_.params[i]);
  }
  return fallback;
}

double ReferenceLayer::edge(double d) const {
  if (half_ == 0) return d >= 0 ? 1 : -1;
  return smooth(clamp1(d / half_));
}

double ReferenceLayer::box(double cx, double cy, double f) const {
  if (scale_ >= 0) return 1;
  return sinc(std::fabs(f * cx) * std::exp2(-scale_)) * sinc(std::fabs(f * cy) * std::exp2(-scale_));
}

double ReferenceLayer::profile(double phase, double px, int kind, double gain) const {
  const double t = frac(phase), duty = get(ParamId::kDuty, 0.5);
  switch (kind) {
    case 1:
      return t < duty ? 2 * t / duty - 1 : 1 - 2 * (t - duty) / (1 - duty);
    case 2:
      return 2 * signed_frac(phase) - edge(signed_frac(phase) * px);
    case 3:
      return edge((duty / 2 - std::fabs(signed_frac(phase - duty / 2))) * px);
    default:
      return gain * std::sin(2 * kPi * phase);
  }
}

ReferenceSample ReferenceLayer::wave(double x, double y) const {
  const double turn = get(ParamId::kAngle, 0) * kPi / 180, c = std::cos(turn), s = std::sin(turn);
  const double f = 1 / get(ParamId::kPeriod, 32), phase = get(ParamId::kPhase, 0);
  const double p = f * (x * c + y * s) + phase, gain = box(c, s, f);
  if (layer_.preset == kWavesDir || layer_.preset == kStripes) {
    return {profile(p, 1 / f, static_cast<int>(get(ParamId::kProfile, 0)), gain), true};
  }
  if (layer_.preset == kStripesMultiscale) {
    double sum = 0, total = 0, a = 1;
    for (int k = 0; k < get(ParamId::kOctaves, 1); ++k, a *= get(ParamId::kGain, 0.5)) {
      const double fk = f * std::exp2(k);
      total += a;
      if (fk * std::exp2(std::max(0, -scale_)) <= 0.5)
        sum += a * box(c, s, fk) * std::sin(2 * kPi * p * std::exp2(k));
    }
    return {sum / total, true};
  }
  const double f2 = 1 / get(ParamId::kPeriod2, 32), phase2 = get(ParamId::kPhase2, 0);
  if (layer_.preset == kWavesBend) {
    const double bend = get(ParamId::kAmplitude, 0) * std::sin(2 * kPi * (f2 * (y * c - x * s) + phase2));
    return {gain * std::sin(2 * kPi * (p + f * bend)), true};
  }
  const double turn2 = get(ParamId::kAngle2, 0) * kPi / 180, c2 = std::cos(turn2), s2 = std::sin(turn2);
  const double one = gain * std::sin(2 * kPi * p);
  const double two = box(c2, s2, f2) * std::sin(2 * kPi * (f2 * (x * c2 + y * s2) + phase2));
  return {layer_.preset == kMoire ? one * two : (one + two) / 2, true};
}

ReferenceSample ReferenceLayer::radial(double x, double y) const {
  const double dx = x - get(ParamId::kCenterX, 0), dy = y - get(ParamId::kCenterY, 0), r = std::hypot(dx, dy);
  const double turn = get(ParamId::kAngle, 0) * kPi / 180, f = 1 / get(ParamId::kPeriod, 32);
  const double arms = get(ParamId::kArms, 0), theta = std::atan2(dy, dx) / (2 * kPi);
  const double phase = get(ParamId::kPhase, 0), arm_px = arms == 0 ? 1e9 : 2 * kPi * r / std::fabs(arms);
  const double gain = box(1, 0, f);
  const int kind = static_cast<int>(get(ParamId::kProfile, 0));
  const bool away = r >= 4 + std::fabs(arms);
  switch (layer_.preset) {
    case kRings:
      return {profile(f * r + phase, 1 / f, kind, gain), true};
    case kWavesCirc:
      return {gain * std::sin(2 * kPi * (f * r + phase)), true};
    case kRipple:
      return {gain * std::exp(-r / get(ParamId::kDecay, 64)) * std::sin(2 * kPi * (f * r + phase)), true};
    case kGradRadial: {
      const double v = std::max(1 - 2 * r / get(ParamId::kLength, 128), -1.0);
      return {get(ParamId::kEasing, 0) > 0 ? smooth(v) : v, true};
    }
    case kSpiral:
      return {profile(f * r + arms * theta + phase, std::min(1 / f, arm_px), kind, gain), away};
    case kSunburst:
      return {profile(arms * theta + phase, arm_px, kind, 1), away};
    case kAngleGradient:
      return {profile(arms * theta + phase, arm_px, 2, 1), away};
    case kPolarChecker: {
      const double ring = profile(f * r + phase, 1 / f, 3, 1);
      return {ring * profile(arms * theta + get(ParamId::kPhase2, 0), arm_px, 3, 1), away};
    }
    case kKaleidoscope: {
      const double folded = std::fabs(signed_frac(arms * theta)) / arms * 2 * kPi;
      return {gain * std::sin(2 * kPi * (f * r * std::cos(folded - turn) + phase)), true};
    }
    default:
      break;
  }
  const double u = dx * std::cos(turn) + dy * std::sin(turn), w = dy * std::cos(turn) - dx * std::sin(turn);
  const double m = std::max(std::fabs(u), std::fabs(w));
  if (layer_.preset == kConcentricSquares) return {profile(f * m + phase, 1 / f, kind, gain), true};
  const double square_px = arms == 0 ? 1e9 : 2 * kPi * m / std::fabs(arms);
  return {
      profile(f * m + arms * std::atan2(w, u) / (2 * kPi) + phase, std::min(1 / f, square_px), kind, gain),
      away};
}

ReferenceSample ReferenceLayer::bricks(double a, double b, double c1, double c2) const {
  const double thick = get(ParamId::kThickness, 0);
  if (layer_.preset == kHerringbone) {
    const int i = static_cast<int>(std::floor(a)), j = static_cast<int>(std::floor(b)), kind = (i - j) & 3;
    double d = 1e9;
    if (kind != 1) d = std::min(d, frac(a));
    if (kind != 0) d = std::min(d, 1 - frac(a));
    if (kind != 2) d = std::min(d, frac(b));
    if (kind != 3) d = std::min(d, 1 - frac(b));
    return {edge(d * c1 - thick / 2), true};
  }
  const int row = static_cast<int>(std::floor(b)) & 4095;  // cells are numbered modulo 4096
  const double shifted = a + row * get(ParamId::kShift, 0);
  const double d = std::min(std::fabs(signed_frac(shifted)) * c1, std::fabs(signed_frac(b)) * c2);
  const double v = edge(d - thick / 2);
  if (layer_.preset == kBrick) return {v, true};
  const uint32_t hash = lattice_hash(static_cast<int>(std::floor(shifted)) & 4095, row, seed_);
  const double bright = 1 - hash / 4294967296.0 * get(ParamId::kVariation, 0);
  return {(1 + v) * bright - 1, v <= -1 || d > 0.01};
}

ReferenceSample ReferenceLayer::lattice(double x, double y) const {
  const double turn = get(ParamId::kAngle, 0) * kPi / 180, skew = get(ParamId::kSkew, 0) * kPi / 180;
  const double c1 = get(ParamId::kCell, 32), c2 = get(ParamId::kCell2, c1);
  const double turn2 = turn + kPi / 2 + skew;
  const double u = (x * std::cos(turn) + y * std::sin(turn)) / c1;
  const double w = (x * std::cos(turn2) + y * std::sin(turn2)) / c2;
  const double p1 = get(ParamId::kPhase, 0), p2 = get(ParamId::kPhase2, 0),
               thick = get(ParamId::kThickness, 0);
  switch (layer_.preset) {
    case kCheckerboard: {
      const double a = signed_frac(u / 2 + p1 - 0.25), b = signed_frac(w / 2 + p2 - 0.25);
      return {edge((0.25 - std::fabs(a)) * 2 * c1) * edge((0.25 - std::fabs(b)) * 2 * c2), true};
    }
    case kDiamondGrid: {
      const double a = u / 2 + p1, b = w / 2 + p2, px = 2 / std::hypot(1 / c1, 1 / c2);
      return {edge((0.25 - std::fabs(signed_frac(a + b))) * px) *
                  edge((0.25 - std::fabs(signed_frac(a - b))) * px),
              true};
    }
    case kLattice: {
      const double d = std::min(std::fabs(signed_frac(u + p1)) * c1, std::fabs(signed_frac(w + p2)) * c2);
      return {edge(thick / 2 - d), true};
    }
    case kDots: {
      const double dx = signed_frac(u + p1) * c1, t = signed_frac(w + p2) * c2;
      const double dy = (t + dx * std::sin(skew)) / std::cos(skew);
      const bool inside = std::fabs(signed_frac(u + p1)) < 0.499 && std::fabs(signed_frac(w + p2)) < 0.499;
      return {edge(get(ParamId::kRadius, 8) - std::hypot(dx, dy)), inside};
    }
    case kTriTiling: {
      const double t60 = turn + kPi / 3;
      const double a = u + p1, b = (x * std::cos(t60) + y * std::sin(t60)) / c1 + p2;
      const double d =
          std::min({std::fabs(signed_frac(a)), std::fabs(signed_frac(b)), std::fabs(signed_frac(b - a))});
      return {edge(frac(b) >= frac(a) ? d * c1 : -d * c1), true};
    }
    case kHexGrid: {
      const double k = 2 / std::sqrt(3.0), t1 = turn - kPi / 6, t2 = turn + kPi / 2;
      const double a = k * (x * std::cos(t1) + y * std::sin(t1)) / c1 + p1;
      const double b = k * (x * std::cos(t2) + y * std::sin(t2)) / c1 + p2;
      double nearest = 1e9;  // of all centres around: the hexagon's own norm
      for (int i = -1; i <= 2; ++i) {
        for (int j = -1; j <= 2; ++j) {
          const double ea = frac(a) - i, eb = frac(b) - j;
          nearest = std::min(
              nearest, std::max({std::fabs(ea + eb / 2), std::fabs(ea / 2 + eb), std::fabs(eb - ea) / 2}));
        }
      }
      return {edge(thick / 2 - (0.5 - nearest) * c1), true};
    }
    case kWeave: {
      const double a = u / 2 + p1, b = w / 2 + p2;
      const auto strand = [&](double across, double along, double c, bool opposite) {
        const double s = std::fabs(signed_frac(across));
        const bool odd = s > 0.25;
        const double cover = (1 + edge(thick / 2 - (odd ? 0.5 - s : s) * 2 * c)) / 2;
        return ((odd != opposite ? -1 : 1) * std::cos(2 * kPi * along) + 1) * cover - 1;
      };
      const bool steady = std::fabs(std::fabs(signed_frac(a)) - 0.25) > 1e-3 &&
                          std::fabs(std::fabs(signed_frac(b)) - 0.25) > 1e-3;
      return {std::max(strand(b, a, c2, false), strand(a, b, c1, true)), steady};
    }
    default:
      return bricks(u + p1, w + p2, c1, c2);
  }
}

double ReferenceLayer::octave(int k, double x, double y, bool value_noise) const {
  const uint64_t seed = splitmix64(seed_ + static_cast<uint64_t>(k));
  const double fx = std::floor(x), fy = std::floor(y);
  double corner[4];
  for (int c = 0; c < 4; ++c) {
    const uint32_t h = lattice_hash(static_cast<int>(fx) + (c & 1), static_cast<int>(fy) + (c >> 1), seed);
    const double a = (h >> 24) * 2 * kPi / 256;
    corner[c] = value_noise ? h / 2147483648.0 - 1
                            : std::cos(a) * (x - fx - (c & 1)) + std::sin(a) * (y - fy - (c >> 1));
  }
  const double u = fade(x - fx), v = fade(y - fy);
  const double n = mix(mix(corner[0], corner[1], u), mix(corner[2], corner[3], u), v);
  return value_noise ? n : clamp1(n * std::sqrt(2.0));
}

double ReferenceLayer::noise(double x, double y, bool value_noise, bool absolute) const {
  const double f = 1 / get(ParamId::kScale, 32), smallest = 2 * std::exp2(std::max(0, -scale_));
  double sum = 0, total = 0, a = 1;
  for (int k = 0; k < get(ParamId::kOctaves, 1); ++k, a *= get(ParamId::kGain, 0.5)) {
    total += a;
    if (get(ParamId::kScale, 32) / std::exp2(k) < smallest - 1e-9) continue;
    const double n = octave(k, x * f * std::exp2(k), y * f * std::exp2(k), value_noise);
    sum += a * (absolute ? std::fabs(n) : n);
  }
  return sum / total;
}

ReferenceSample ReferenceLayer::noise_kernel(double x, double y) const {
  const int preset = layer_.preset;
  const double n = noise(x, y, preset == kValueNoise, preset == kTurbulence || preset == kFbmRidged);
  switch (preset) {
    case kTurbulence:
      return {2 * n - 1, true};
    case kFbmRidged:
      return {1 - 2 * n, true};
    case kIsobands: {
      const double levels = get(ParamId::kLevels, 4), t = (n + 1) / 2 * levels;
      const double step = (1 + smooth(clamp1((frac(t) - 0.5) * 8))) / 2;
      return {2 * (std::floor(t) + step) / levels - 1, true};
    }
    default:
      break;
  }
  const double f = 1 / get(ParamId::kPeriod, 32), bend = f * get(ParamId::kAmplitude, 0) * n;
  if (preset == kMarble) {
    const double turn = get(ParamId::kAngle, 0) * kPi / 180, c = std::cos(turn), s = std::sin(turn);
    return {box(c, s, f) * std::sin(2 * kPi * (f * (x * c + y * s) + get(ParamId::kPhase, 0) + bend)), true};
  }
  if (preset == kWood) {
    const double r = std::hypot(x - get(ParamId::kCenterX, 0), y - get(ParamId::kCenterY, 0));
    return {box(1, 0, f) * std::sin(2 * kPi * (f * r + bend)), true};
  }
  return {n, true};
}

ReferenceSample ReferenceLayer::cellular(double x, double y) const {
  const double size = get(ParamId::kScale, 32), cx = x / size, cy = y / size,
               jitter = get(ParamId::kJitter, 1);
  double px[9], py[9], d[9];
  uint32_t hash[9];
  int nearest = 0;
  double sum = 0, best = 0;
  for (int k = 0; k < 9; ++k) {
    const int ix = static_cast<int>(std::floor(cx)) + k % 3 - 1,
              iy = static_cast<int>(std::floor(cy)) + k / 3 - 1;
    const uint32_t h = lattice_hash(ix, iy, seed_);
    px[k] = ix + 0.5 + jitter * ((h & 65535) / 65536.0 - 0.5) - cx;
    py[k] = iy + 0.5 + jitter * ((h >> 16) / 65536.0 - 0.5) - cy;
    hash[k] = mix32(h ^ 0x68E31DA4u);
    d[k] = std::hypot(px[k], py[k]);
    if (d[k] < d[nearest]) nearest = k;
    if ((hash[k] & 15) < get(ParamId::kDensity, 1) * 16) {
      const double z = d[k] * size / get(ParamId::kRadius, 8), e = std::exp(-z * z / 2);
      sum += e;
      best = std::max(best, e * (hash[k] / 4294967296.0));
    }
  }
  // Which 3 x 3 cells count changes at the borders of cells; the integer code may stand on the other side.
  const bool inside = std::fabs(signed_frac(cx)) > 1e-4 && std::fabs(signed_frac(cy)) > 1e-4;
  switch (layer_.preset) {
    case kStarfield:
      return {2 * best - 1, inside};
    case kGaussianSpots:
      return {2 * std::min(sum, 1.0) - 1, inside};
    case kWorley:
      return {std::max(1 - 2 * d[nearest], -1.0), inside};
    default:
      break;
  }
  double border = 16;
  bool clear = inside;
  for (int k = 0; k < 9; ++k) {
    if (k == nearest) continue;
    const double apart = std::hypot(px[k] - px[nearest], py[k] - py[nearest]);
    if (apart * 65536 < 64) clear = false;  // two points nearly on one another
    border = std::min(border, (d[k] * d[k] - d[nearest] * d[nearest]) / (2 * apart));
  }
  if (layer_.preset == kVoronoiCells) return {hash[nearest] / 2147483648.0 - 1, clear && border > 1e-3};
  if (layer_.preset == kVoronoiEdges) return {edge(get(ParamId::kThickness, 2) / 2 - border * size), clear};
  const double rim = std::min(1.0, border / (get(ParamId::kGain, 0.5) / 2));
  return {2 * rim * (2 - rim) - 1, clear};
}

ReferenceSample ReferenceLayer::at(double x, double y) const {
  const Point p = warp(x, y);
  ReferenceSample s = generator(p.x, p.y);
  s.value = palette(s.value);
  return s;
}

ReferenceSample ReferenceLayer::generator(double x, double y) const {
  if (layer_.preset == kCheckerDistorted) return composite(x, y);
  switch (preset_kernel(layer_.preset)) {
    case Kernel::kField: {
      const double turn = get(ParamId::kAngle, 0) * kPi / 180;
      const double d = x * std::cos(turn) + y * std::sin(turn) - get(ParamId::kOffset, 0);
      const double v = clamp1(2 * d / get(ParamId::kLength, 256));
      return {get(ParamId::kEasing, 0) > 0 ? smooth(v) : v, true};
    }
    case Kernel::kWave:
      return wave(x, y);
    case Kernel::kRadial:
      return radial(x, y);
    case Kernel::kLattice:
      return lattice(x, y);
    case Kernel::kNoise:
      return noise_kernel(x, y);
    case Kernel::kCellular:
      return cellular(x, y);
    case Kernel::kRidge:
      return {ridge(x, y), true};
    case Kernel::kGabor:
      return gabor(x, y);
    case Kernel::kComposite:
      return composite(x, y);
    case Kernel::kGrain:
      return grain(x, y);
  }
  return {0, false};
}

}  // namespace pc15::test
