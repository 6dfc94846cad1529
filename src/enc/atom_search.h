// Atoms for a tile by matching pursuit (docs/design.md, "Atoms"): small shapes that lower the squared error
// by more than their bits are worth. S. Mallat, Z. Zhang, "Matching pursuits with time-frequency
// dictionaries", IEEE Transactions on Signal Processing 41(12), 1993.
#pragma once

#include "base/allocator.h"
#include "base/monitor.h"
#include "base/plane.h"
#include "normative/program.h"

namespace pc15::enc {

class SearchEngine;

struct AtomTask {
  PlaneView<const Pixel> source, rendered;       // luma of the rectangle, and what the program shows there
  int32_t offset_x = 0, offset_y = 0;            // of the rectangle's corner from the centre of the frame, px
  int32_t half = 0;                              // positions lie within +-half
  double lambda = 1;                             // squared grey levels per bit
  int32_t passes = 1;                            // over the dictionary
  const normative::AtomShape* shapes = nullptr;  // 64, null: the frozen ones
  SearchEngine* engine = nullptr;                // may correlate; null: the processor does
};

// Atoms in the order of the stream, at most kMaxAtoms; none when cancelled. Deterministic. `gain` receives
// the squared error saved, before clamping to 0...255.
void find_atoms(const AtomTask& task, const Monitor& monitor, Memory& memory, Vector<normative::Atom>* atoms,
                double* gain);

}  // namespace pc15::enc
