// What lies around the Fourier transforms of a search for atoms: planes of side x side complex values with
// what is left and with kernels, products of transforms, and the places where a kernel would save the most.
#pragma once

#include "backend/cuda/block_executor.h"
#include "backend/device_atoms.h"

namespace pc15::backend::cuda {

enum : int32_t { kAtomItems = 1024 };  // of a block
PC15_HD int32_t atom_blocks(int32_t side) { return side * side / kAtomItems; }

struct ComplexValue {
  double re, im;
};

// Values in the upper left corner, zeros elsewhere.
struct AtomRestAgent {
  const int32_t* rest;
  int32_t side, width, height;
  ComplexValue* out;

  struct Shared {};

  template <class Block>
  PC15_HD_MEMBER void run(Block& block, Shared&) const {
    const int32_t first = block.index() * kAtomItems;
    block.for_each(kAtomItems, [&](int32_t n) {
      const int32_t x = (first + n) % side, y = (first + n) / side;
      const bool inside = x < width && y < height;
      out[first + n] = ComplexValue{inside ? static_cast<double>(rest[y * width + x]) : 0.0, 0.0};
    });
  }
};

// Kernels about the origin of their planes, and their energies, which are added to; zeros behind the last.
struct AtomKernelAgent {
  const device::AtomKernel* kernels;
  int32_t count, side, shift;
  ComplexValue* out;
  int64_t* energies;  // two of each

  struct Shared {};

  template <class Block>
  PC15_HD_MEMBER void run(Block& block, Shared&) const {
    const int32_t number = block.index() / atom_blocks(side);
    const int32_t first = block.index() % atom_blocks(side) * kAtomItems;
    ComplexValue* const plane = out + int64_t{number} * side * side;
    block.for_each(kBlockThreads, [&](int32_t lane) {
      int64_t even = 0, odd = 0;
      PC15_NO_UNROLL
      for (int32_t n = first + lane; n < first + kAtomItems; n += kBlockThreads) {
        int32_t a = 0, b = 0;
        if (number < count) value(kernels[number], n % side, n / side, &a, &b);
        plane[n] = ComplexValue{static_cast<double>(a), static_cast<double>(b)};
        even += int64_t{a} * a;
        odd += int64_t{b} * b;
      }
      if (even != 0) block.add(energies + 2 * number, even);
      if (odd != 0) block.add(energies + 2 * number + 1, odd);
    });
  }

 private:
  PC15_HD_MEMBER void value(const device::AtomKernel& k, int32_t column, int32_t row, int32_t* a,
                            int32_t* b) const {
    const int32_t x = column < side / 2 ? column : column - side, y = row < side / 2 ? row : row - side;
    if (x < -k.reach || x > k.reach || y < -k.reach || y > k.reach) return;
    *a = atom_kernel_value(k.even, x, y, shift);
    if (k.waves) *b = atom_kernel_value(k.odd, x, y, shift);
  }
};

// The transform of what is left times the conjugates of those of the kernels.
struct AtomProductAgent {
  const ComplexValue* rest;
  int32_t side;
  ComplexValue* planes;

  struct Shared {};

  template <class Block>
  PC15_HD_MEMBER void run(Block& block, Shared&) const {
    const int32_t first = block.index() % atom_blocks(side) * kAtomItems;
    ComplexValue* const plane = planes + int64_t{block.index()} * kAtomItems - first;
    block.for_each(kAtomItems, [&](int32_t n) {
      const ComplexValue s = rest[first + n], k = plane[first + n];
      plane[first + n] = ComplexValue{s.re * k.re + s.im * k.im, s.im * k.re - s.re * k.im};
    });
  }
};

// One block a kernel: each thread looks for the best of its places, and the first thread for that of all.
struct AtomPeakAgent {
  const device::AtomKernel* kernels;
  const int64_t* energies;
  int32_t side, width, height;
  const ComplexValue* planes;  // correlations with the even part; minus those with the odd one
  device::AtomAnswer* answers;

  struct Shared {
    double gain[kBlockThreads];
    int32_t place[kBlockThreads];
    device::AtomPeak found[device::kAtomPeaks];
  };

  template <class Block>
  PC15_HD_MEMBER void run(Block& block, Shared& shared) const {
    const int32_t number = block.index();
    PC15_NO_UNROLL
    for (int32_t peak = 0; peak < device::kAtomPeaks; ++peak) {
      block.for_each(kBlockThreads, [&](int32_t lane) { look(number, lane, peak, &shared); });
      block.for_each(1, [&](int32_t) { shared.found[peak] = best(number, shared); });
    }
    block.for_each(1, [&](int32_t) {
      device::AtomAnswer& a = answers[number];
      a.even_energy = static_cast<double>(energies[2 * number]);
      a.odd_energy = static_cast<double>(energies[2 * number + 1]);
      for (int32_t peak = 0; peak < device::kAtomPeaks; ++peak) a.peak[peak] = shared.found[peak];
    });
  }

 private:
  PC15_HD_MEMBER device::AtomPeak at(int32_t number, int32_t x, int32_t y) const {
    const ComplexValue c = planes[(int64_t{number} * side + y) * side + x];
    const double scale = 1.0 / (side * side);
    device::AtomPeak p;
    p.x = x;
    p.y = y;
    p.even = whole_number(c.re, scale);
    p.odd = -whole_number(c.im, scale);
    return p;
  }
  PC15_HD_MEMBER bool taken(const Shared& shared, int32_t peak, int32_t apart, int32_t x, int32_t y) const {
    for (int32_t i = 0; i < peak; ++i) {
      const device::AtomPeak& p = shared.found[i];
      if (p.x >= 0 && normative::abs_i32(p.x - x) <= apart && normative::abs_i32(p.y - y) <= apart)
        return true;
    }
    return false;
  }
  PC15_HD_MEMBER void look(int32_t number, int32_t lane, int32_t peak, Shared* shared) const {
    const double even = static_cast<double>(energies[2 * number]);
    const double odd = static_cast<double>(energies[2 * number + 1]);
    const int32_t apart = kernels[number].apart;
    shared->gain[lane] = 0;
    shared->place[lane] = -1;
    if (!(even > 0)) return;
    PC15_NO_UNROLL
    for (int32_t n = lane; n < width * height; n += kBlockThreads) {
      const int32_t x = n % width, y = n / width;
      const device::AtomPeak p = at(number, x, y);
      const double gain = atom_gain(p.even, p.odd, even, odd);
      if (gain <= shared->gain[lane] || taken(*shared, peak, apart, x, y)) continue;
      shared->gain[lane] = gain;
      shared->place[lane] = n;
    }
  }
  PC15_HD_MEMBER device::AtomPeak best(int32_t number, const Shared& shared) const {
    int32_t most = 0;
    for (int32_t lane = 1; lane < kBlockThreads; ++lane) {
      const bool tie = shared.gain[lane] == shared.gain[most] && shared.place[lane] < shared.place[most];
      if (shared.gain[lane] > shared.gain[most] || tie) most = lane;
    }
    const int32_t place = shared.place[most];
    return place >= 0 ? at(number, place % width, place / width) : device::AtomPeak();
  }
};

}  // namespace pc15::backend::cuda
