// Warps, palettes, masks and the generators of kernels RIDGE, GABOR, COMPOSITE and GRAIN in double precision.
#include <algorithm>
#include <cmath>

#include "backend/param_codec.h"
#include "normative/synth.h"
#include "support/synth_reference.h"

namespace pc15::test {
namespace {

using namespace normative;

constexpr double kPi = 3.14159265358979323846;

double clamp1(double v) { return std::min(1.0, std::max(-1.0, v)); }
double signed_frac(double v) { return v - std::round(v); }
double smooth(double t) { return (3 * t - t * t * t) / 2; }
double fade(double t) { return t * t * t * (t * (6 * t - 15) + 10); }
double sinc(double x) { return x >= 1 ? 0 : x < 1e-9 ? 1 : std::sin(kPi * x) / (kPi * x); }

// Gradient noise of one octave on cells of unit size.
double gradient_noise(double x, double y, uint64_t seed) {
  const double fx = std::floor(x), fy = std::floor(y);
  double corner[4];
  for (int c = 0; c < 4; ++c) {
    const uint32_t h = lattice_hash(static_cast<int>(fx) + (c & 1), static_cast<int>(fy) + (c >> 1), seed);
    const double a = (h >> 24) * 2 * kPi / 256;
    corner[c] = std::cos(a) * (x - fx - (c & 1)) + std::sin(a) * (y - fy - (c >> 1));
  }
  const double u = fade(x - fx), v = fade(y - fy);
  const double top = corner[0] + (corner[1] - corner[0]) * u;
  const double bottom = corner[2] + (corner[3] - corner[2]) * u;
  return clamp1((top + (bottom - top) * v) * std::sqrt(2.0));
}

double level_step(double v, double threshold, double width) {
  if (width == 0) return v >= threshold ? 1 : 0;
  return (1 + smooth(clamp1((v - threshold) / (width / 2)))) / 2;
}

}  // namespace

double ReferenceLayer::modifier(const Modifier& m, ParamId id) const {
  const PresetSpec* spec = find_modifier(m.preset);
  for (int i = 0; spec != nullptr && i < spec->param_count; ++i) {
    if (spec->params[i].id == id) return backend::param_value(id, m.params[i]);
  }
  return 0;
}

double ReferenceLayer::exact_edge(double d, double softness) const {
  double half = softness / 2;
  if (scale_ < 0) half = std::hypot(half, 0.6 * std::exp2(-scale_));
  if (half == 0) return d >= 0 ? 1 : -1;
  return smooth(clamp1(d / half));
}

ReferenceLayer::Point ReferenceLayer::twist(double x, double y, double cx, double cy, double turns,
                                            double reach) const {
  const double dx = x - cx, dy = y - cy, share = 1 - (dx * dx + dy * dy) / (reach * reach);
  if (share <= 0) return {x, y};
  const double a = 2 * kPi * turns * share * share;
  return {cx + dx * std::cos(a) - dy * std::sin(a), cy + dx * std::sin(a) + dy * std::cos(a)};
}

ReferenceLayer::Point ReferenceLayer::drift(double x, double y, double scale, double amplitude) const {
  const double nx = gradient_noise(x / scale, y / scale, splitmix64(seed_ + 16));
  const double ny = gradient_noise(x / scale, y / scale, splitmix64(seed_ + 17));
  return {x + amplitude * nx, y + amplitude * ny};
}

ReferenceLayer::Point ReferenceLayer::warp(double x, double y) const {
  const Modifier& w = layer_.warp;
  switch (w.preset) {
    case kWarpSine: {
      const double turn = modifier(w, ParamId::kAngle) * kPi / 180, c = std::cos(turn), s = std::sin(turn);
      const double p = (x * c + y * s) / modifier(w, ParamId::kPeriod) + modifier(w, ParamId::kPhase);
      const double d = modifier(w, ParamId::kAmplitude) * std::sin(2 * kPi * p);
      return {x - d * s, y + d * c};
    }
    case kWarpTwist:
      return twist(x, y, modifier(w, ParamId::kCenterX), modifier(w, ParamId::kCenterY),
                   modifier(w, ParamId::kTwist), modifier(w, ParamId::kDecay));
    case kWarpNoise:
      return drift(x, y, modifier(w, ParamId::kScale), modifier(w, ParamId::kAmplitude));
    case kWarpQuad: {
      const double tilt = modifier(w, ParamId::kTiltX) * x + modifier(w, ParamId::kTiltY) * y;
      const double q = std::min(8.0, std::max(0.125, 1 + tilt / frame_half_));
      return {x / q, y / q};
    }
    default:
      return {x, y};
  }
}

double ReferenceLayer::palette(double v) const {
  const Modifier& p = layer_.palette;
  const double width = modifier(p, ParamId::kWidth), low = modifier(p, ParamId::kThreshold);
  switch (p.preset) {
    case kPalette2:
      return 2 * level_step(v, low, width) - 1;
    case kPalette3: {
      const double middle = modifier(p, ParamId::kKnot0);
      return -1 + (1 + middle) * level_step(v, low, width) +
             (1 - middle) * level_step(v, modifier(p, ParamId::kThreshold2), width);
    }
    case kPaletteRamp: {
      const double k[4] = {modifier(p, ParamId::kKnot0), modifier(p, ParamId::kKnot1),
                           modifier(p, ParamId::kKnot2), modifier(p, ParamId::kKnot3)};
      const double t = (v + 1) * 1.5;
      const int i = std::min(2, std::max(0, static_cast<int>(std::floor(t))));
      return k[i] + (k[i + 1] - k[i]) * (t - i);
    }
    default:
      return v;
  }
}

double ReferenceLayer::mask(double x, double y, double below) const {
  const Modifier& m = layer_.mask;
  const double turn = modifier(m, ParamId::kAngle) * kPi / 180, c = std::cos(turn), s = std::sin(turn);
  const double soft = modifier(m, ParamId::kSoftness), a = modifier(m, ParamId::kLength);
  const double d = x * c + y * s - modifier(m, ParamId::kOffset);
  double share = 1;
  if (m.preset == kMaskHalfPlane) share = (1 + exact_edge(d, soft)) / 2;
  if (m.preset == kMaskStrip) share = (1 + exact_edge(a / 2 - std::fabs(d), soft)) / 2;
  if (m.preset == kMaskEllipse) {
    const double b = modifier(m, ParamId::kLength2);
    const double dx = x - modifier(m, ParamId::kCenterX), dy = y - modifier(m, ParamId::kCenterY);
    const double r = std::hypot((dx * c + dy * s) / a, (dy * c - dx * s) / b);
    share = (1 + exact_edge((1 - r) * std::min(a, b), soft)) / 2;
  }
  if (m.preset == kMaskThreshold) {
    share = level_step(below, modifier(m, ParamId::kThreshold), modifier(m, ParamId::kWidth));
  }
  if (m.preset == kMaskKernel) share = (1 + below) / 2;
  return modifier(m, ParamId::kInvert) > 0 ? 1 - share : share;
}

double ReferenceLayer::ridge(double x, double y) const {
  const double turn = get(ParamId::kAngle, 0) * kPi / 180, length = get(ParamId::kLength, 256);
  const double d = x * std::cos(turn) + y * std::sin(turn) - get(ParamId::kOffset, 0);
  const double t = std::min(1.0, std::max(0.0, d / length + 0.5));
  double sum = 0;
  for (int k = 0; k < layer_.profile_count; ++k) {
    const double f = (k + 1) / (2 * length), gain = scale_ < 0 ? sinc(f * std::exp2(-scale_)) : 1;
    sum += layer_.profile[k] / 64.0 * gain * std::cos(kPi * (k + 1) * t);
  }
  return clamp1(sum);
}

ReferenceSample ReferenceLayer::gabor(double x, double y) const {
  const double f = 1 / get(ParamId::kPeriod, 16), turn = get(ParamId::kAngle, 0) * kPi / 180;
  if (layer_.preset == kGaborNoise) {
    const double size = get(ParamId::kScale, 32), cx = x / size, cy = y / size;
    const double c = std::cos(turn), s = std::sin(turn), gain = box(c, s, f);
    double sum = 0;
    for (int k = 0; k < 9; ++k) {
      const int ix = static_cast<int>(std::floor(cx)) + k % 3 - 1;
      const int iy = static_cast<int>(std::floor(cy)) + k / 3 - 1;
      const uint32_t h = lattice_hash(ix, iy, seed_);
      const double dx = cx - (ix + (h & 65535) / 65536.0), dy = cy - (iy + (h >> 16) / 65536.0);
      const double rest = std::max(0.0, 1 - dx * dx - dy * dy);
      const double p = f * size * (dx * c + dy * s) + mix32(h ^ 0x68E31DA4u) / 4294967296.0;
      sum += gain * rest * rest * std::sin(2 * kPi * p);
    }
    return {clamp1(sum), true};
  }
  const double dx = x - get(ParamId::kCenterX, 0), dy = y - get(ParamId::kCenterY, 0);
  const double a = get(ParamId::kRadius, 24), b = get(ParamId::kRadius2, a), n = get(ParamId::kArms, 1);
  double sum = 0;
  for (int k = 0; k < n; ++k) {
    const double t = turn + kPi * k / n, c = std::cos(t), s = std::sin(t);
    const double u = dx * c + dy * s, w = dy * c - dx * s;
    const double window = std::exp(-(u * u / (a * a) + w * w / (b * b)) / 2);
    sum += box(c, s, f) * window * std::sin(2 * kPi * (f * u + get(ParamId::kPhase, 0)));
  }
  return {sum / n, true};
}

ReferenceSample ReferenceLayer::composite(double x, double y) const {
  const double turn = get(ParamId::kAngle, 0) * kPi / 180, c = std::cos(turn), s = std::sin(turn);
  const double cx = get(ParamId::kCenterX, 0), cy = get(ParamId::kCenterY, 0);
  if (layer_.preset == kCheckerDistorted) {
    const Point p = drift(x, y, get(ParamId::kScale, 32), get(ParamId::kAmplitude, 0));
    const double c1 = get(ParamId::kCell, 32), c2 = get(ParamId::kCell2, 32);
    const double a = (p.x * c + p.y * s) / c1 / 2 + get(ParamId::kPhase, 0);
    const double b = (p.y * c - p.x * s) / c2 / 2 + get(ParamId::kPhase2, 0);
    return {edge((0.25 - std::fabs(signed_frac(a - 0.25))) * 2 * c1) *
                edge((0.25 - std::fabs(signed_frac(b - 0.25))) * 2 * c2),
            true};
  }
  const double f = 1 / get(ParamId::kPeriod, 32), gain = box(c, s, f), phase = get(ParamId::kPhase, 0);
  if (layer_.preset == kSwirl) {
    const Point p = twist(x, y, cx, cy, get(ParamId::kTwist, 0), get(ParamId::kDecay, 128));
    return {gain * std::sin(2 * kPi * (f * (p.x * c + p.y * s) + phase)), true};
  }
  const double across = (y * c - x * s) / get(ParamId::kPeriod2, 128) + get(ParamId::kPhase2, 0);
  const double bend = get(ParamId::kAmplitude, 0) * std::sin(2 * kPi * across);
  const double wave = gain * std::sin(2 * kPi * (f * (x * c + y * s + bend) + phase));
  const double inside = (1 + edge(get(ParamId::kLength, 160) / 2 - std::hypot(x - cx, y - cy))) / 2;
  return {(1 + wave) * inside - 1, true};
}

ReferenceSample ReferenceLayer::grain(double x, double y) const {
  const ParamId levels[3] = {ParamId::kLevel2, ParamId::kLevel1, ParamId::kLevel0};
  double sum = 0;
  for (int k = 0; k < 3; ++k) {
    const double level = get(levels[k], 0), cell = 8 / std::exp2(k);
    if (level == 0 || (scale_ < 0 && cell < 2 * std::exp2(-scale_))) continue;
    const double n = gradient_noise(x / cell, y / cell, splitmix64(seed_ + static_cast<uint64_t>(k)));
    sum += std::exp2((level - 7) / 2) * n;
  }
  return {clamp1(sum), true};
}

}  // namespace pc15::test
