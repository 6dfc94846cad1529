// The power of a bin of a Fourier transform, so coarse that every transform gives the same one.
//
// Transforms of two libraries differ in their last bits, and the search must not. So the power that counts is
// defined by a plain sum over the samples (enc/spectrum_peaks), rounded to 16 binary digits behind the first,
// and of weak bins, whose errors are larger, to 12; a transform is only the fast way to know what that sum
// rounds to. Where its value lies so close to a border of the rounding that the sum might fall on the other
// side, it says so, and the sum is made: for one power of 2^17 at most, were they spread evenly.
//
// Bound. Let T^2 be the power of all bins together. A bin of a transform and of the sum differ by at most
// kUnlike T. A power P of at least the floor, which is at least T^2 2^-24, is the square of at least
// 2^(e/2 - 12) T, e being how many binary digits longer it is than the floor. So it differs by at most
// P (2 kUnlike 2^(12 - e/2) + ...) = P 2^(-31 - e/2), which is 2^(22 - e/2) units in its last place, as P has
// 2^53 of them at most, and a few units of its own rounding. What is less than the floor counts as the floor,
// which is a power of two and so not near a border. Errors of transforms: Higham, Accuracy and Stability of
// Numerical Algorithms, 2nd ed., theorem 24.2: of 2^18 values in double precision, with twiddle factors as
// inexact as kissfft's, 2^-45.2 T for all bins together; of the sum in eight parts along rows and columns:
// 2^-45.8 T.
#pragma once

#include <cstdint>
#include <cstring>

#include "base/target.h"

namespace pc15::backend {

enum : int32_t { kLeastPowerBits = 12, kMostPowerBits = 16, kPowerDepth = 24 };
constexpr double kUnlike = 1.0 / (int64_t{1} << 44);
constexpr uint64_t kUncertain = uint64_t{1} << 22, kOwnRounding = 1024;  // units in the last place
static_assert(static_cast<double>(kUncertain) == kUnlike * (int64_t{1} << 33) * (int64_t{1} << 33), "");

// 0 up to the floor. Negative when it is uncertain; without_doubt() then takes what the sum gives.
// `floor`: a power of two of at least the sum of all powers times 2^-kPowerDepth.
PC15_HD float rounded_power(double re, double im, double floor) {
  double power = re * re + im * im;
  power = power > floor ? power : floor;
  uint64_t bits, least;
  std::memcpy(&bits, &power, sizeof(bits));
  std::memcpy(&least, &floor, sizeof(least));
  const uint64_t half = ((bits >> 52) - (least >> 52)) / 2;  // of the binary digits above the floor
  const uint64_t more = half < kMostPowerBits - kLeastPowerBits ? half : kMostPowerBits - kLeastPowerBits;
  const uint64_t below = (uint64_t{1} << (52 - kLeastPowerBits - more)) - 1;
  const uint64_t near = (kUncertain >> half) + kOwnRounding;
  bits += below / 2 + 1;
  const uint64_t rest = bits & below;  // 0 is the border
  bits -= rest;
  std::memcpy(&power, &bits, sizeof(bits));
  const float rounded = static_cast<float>(power);
  if (rest - near > below - 2 * near) return -rounded;
  return power > floor ? rounded : 0.0f;
}

PC15_HD float without_doubt(float rounded, double floor) {
  if (rounded >= 0) return rounded;
  return -double{rounded} > floor ? -rounded : 0.0f;
}

}  // namespace pc15::backend
