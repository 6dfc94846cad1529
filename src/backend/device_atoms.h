// A search for atoms on its way to a device: what a program leaves of a tile, the kernels it is correlated
// with, and room for the places where each would save the most. The host fills it (enc/atom_search), the
// processor (enc/atom_correlate) or the pipeline answers, both alike.
//
// Plain data; arrays are borrowed.
#pragma once

#include "backend/atom_correlation.h"

namespace pc15::backend::device {

enum : int32_t { kAtomPeaks = 3 };  // of a kernel

// A shape in one orientation about the origin, as loud as it can be.
struct AtomKernel {
  normative::AtomSetup even, odd;  // phase 0, and a quarter of a turn
  bool waves = false;              // else there is no odd part
  int32_t reach = 0;               // it is 0 further away, px; less than half the side
  int32_t apart = 0;               // peaks lie further apart than this, px
};

// Correlations, which are whole numbers; x is -1 when there are no more places.
struct AtomPeak {
  int32_t x = -1, y = -1;
  double even = 0, odd = 0;
};
// The largest of atom_gain() first, ties to the first in the order of rows.
struct AtomAnswer {
  double even_energy = 0, odd_energy = 0;
  AtomPeak peak[kAtomPeaks];
};

struct AtomWork {
  int32_t side = 0;               // of the transforms: a power of two, 32...512
  int32_t width = 0, height = 0;  // of what is left, at most the side
  const int32_t* rest = nullptr;  // Q6, row by row
  int32_t shift = 0;              // atom_shift()
  const AtomKernel* kernels = nullptr;
  int32_t count = 0;
  AtomAnswer* answers = nullptr;  // of each kernel
};

}  // namespace pc15::backend::device
