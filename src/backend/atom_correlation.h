// Correlations of what a program leaves of a picture with atoms, so that every Fourier transform gives the
// same ones: both are whole numbers, so a correlation is one, and a transform in double precision is the fast
// way to know which.
//
// Bound. Let r be what is left (Q6) and k = a + i b a kernel, a and b of at most 2^(13 - shift), on N =
// side^2 places. Forward transforms err by u times their root of all power, u being 2^-45 (spectrum_power.h);
// by Cauchy and Schwarz each adds u |r| |k| at most to a correlation. The inverse errs by at most 6 log2(N)
// 2^-53 < u times the mean of the magnitudes that it sums, which is |r| |k| at most again. With |r| side <=
// 2^(27 + shift) the product |r| |k| is at most 2^40 sqrt(2), so all is less than 0.14, and rounding finds
// the number.
#pragma once

#include <cstdint>

#include "normative/atoms.h"

namespace pc15::backend {

// By how many binary digits kernels are cut, `energy` being the sum of the squares of what is left, Q12.
inline int32_t atom_shift(int64_t energy, int32_t side) {
  int32_t shift = 0;
  const int64_t unit = (int64_t{1} << 54) / (int64_t{side} * side);  // side is at most 512
  while ((energy >> (2 * shift)) > unit) ++shift;
  return shift;
}

PC15_HD int32_t atom_kernel_value(const normative::AtomSetup& setup, int32_t x, int32_t y, int32_t shift) {
  const int32_t v = normative::atom_value(setup, x * 16, y * 16);
  return shift > 0 ? normative::round_shift(v, shift) : v;
}

// The whole number next to v / 2^k; `scale` is 2^-k. Nothing that a compiler may fuse changes it.
PC15_HD double whole_number(double v, double scale) {
  const double magic = 6755399441055744.0;  // 1.5 * 2^52
  return (v * scale + magic) - magic;
}

// Squared error that the best multiples of a kernel's two parts would save, Q12, from their correlations with
// what is left and their energies. A quotient of every product is taken, so that none fuses with the sum.
PC15_HD double atom_gain(double even, double odd, double even_energy, double odd_energy) {
  const double a = even * even / even_energy;
  return odd_energy > 0 ? a + odd * odd / odd_energy : a;
}

}  // namespace pc15::backend
