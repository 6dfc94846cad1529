#include "backend/cpu/avx2.h"
#include "backend/cpu/lanes_avx2.h"
#include "backend/cpu/scalar.h"

#if defined(PC15_HAS_AVX2)

#include "backend/cpu/cellular_rows.h"
#include "backend/cpu/vector_rows.h"

namespace pc15::backend::avx2 {

static bool cell_row(const normative::LayerSetup& setup, const RowPlace& place, int16_t* out) {
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

void generator_row(const normative::LayerSetup& setup, const RowPlace& place, int16_t* out) {
  if (vector_row(setup, place, out) || cell_row(setup, place, out)) return;
  scalar::generator_row(setup, place, out);
}

}  // namespace pc15::backend::avx2

#endif
