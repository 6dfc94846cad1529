// Rows of generators whose lanes keep a cell from one step to the next, for sets with few lanes; see
// backend/cpu/vector_rows.h.
#pragma once

#include "backend/cpu/cellular_rows.h"
#include "backend/cpu/noise_rows.h"

namespace pc15::backend::PC15_SET {

// False: nothing was written.
inline bool cell_row(const normative::LayerSetup& setup, const RowPlace& place, int16_t* out) {
  switch (normative::preset_kernel(setup.preset)) {
    case normative::Kernel::kNoise:
      return noise_row(setup, place, out);
    case normative::Kernel::kCellular:
      return cellular_row(setup, place, out);
    case normative::Kernel::kGabor:
      return setup.preset == normative::kGaborNoise && fill_row<GaborNoiseSource>(setup.gabor, place, out);
    default:
      return false;
  }
}

}  // namespace pc15::backend::PC15_SET
