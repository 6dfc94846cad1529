#include "backend/cpu/avx2.h"
#include "backend/cpu/lanes_avx2.h"
#include "backend/cpu/scalar.h"

#if defined(PC15_HAS_AVX2)

#include "backend/cpu/cell_rows.h"
#include "backend/cpu/vector_rows.h"

namespace pc15::backend::avx2 {

void generator_row(const normative::LayerSetup& setup, const RowPlace& place, int16_t* out) {
  if (vector_row(setup, place, out) || cell_row(setup, place, out)) return;
  scalar::generator_row(setup, place, out);
}

}  // namespace pc15::backend::avx2

#endif
