// Rows of generators in the lanes of the set that the file has chosen, see backend/cpu/lanes.h: those whose
// lanes mostly do the same. Cells of noise and of points (noise_rows.h, cellular_rows.h) are kept from one
// step to the next, less often the more lanes there are.
#pragma once

#include "backend/cpu/direction_rows.h"
#include "backend/cpu/noise_rows.h"
#include "backend/cpu/radial_rows.h"
#include "backend/cpu/wave_rows.h"

namespace pc15::backend::PC15_SET {

// False: nothing was written (another kernel, a preset without vectors, or numbers beyond the bounds).
inline bool vector_row(const normative::LayerSetup& setup, const RowPlace& place, int16_t* out) {
  using normative::Kernel;
  switch (normative::preset_kernel(setup.preset)) {
    case Kernel::kWave:
      return wave_row(setup, place, out);
    case Kernel::kRadial:
    case Kernel::kComposite:
      return radial_row(setup, place, out);
    case Kernel::kLattice:
      return lattice_row(setup, place, out);
    case Kernel::kGrain:
      return fill_row<GrainSource>(setup.grain, place, out);
    case Kernel::kField:
    case Kernel::kRidge:
    case Kernel::kGabor:
      return direction_row(setup, place, out);
    default:
      return false;
  }
}

}  // namespace pc15::backend::PC15_SET
