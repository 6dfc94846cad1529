#include "backend/cpu/generator_rows_avx2.h"

#include "backend/cpu/avx2.h"
#include "backend/cpu/scalar.h"

#if defined(PC15_HAS_AVX2)

namespace pc15::backend::avx2 {

using normative::Kernel;

static bool vector_row(const normative::LayerSetup& setup, const RowPlace& place, int16_t* out) {
  switch (normative::preset_kernel(setup.preset)) {
    case Kernel::kWave:
      return wave_row(setup, place, out);
    case Kernel::kRadial:
    case Kernel::kComposite:
      return radial_row(setup, place, out);
    case Kernel::kLattice:
      return lattice_row(setup, place, out);
    case Kernel::kNoise:
    case Kernel::kGrain:
      return noise_row(setup, place, out);
    case Kernel::kCellular:
      return cellular_row(setup, place, out);
    case Kernel::kField:
    case Kernel::kRidge:
    case Kernel::kGabor:
      return direction_row(setup, place, out);
    default:
      return false;
  }
}

void generator_row(const normative::LayerSetup& setup, const RowPlace& place, int16_t* out) {
  if (!vector_row(setup, place, out)) scalar::generator_row(setup, place, out);
}

}  // namespace pc15::backend::avx2

#endif
