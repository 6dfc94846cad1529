#include "backend/cpu/lanes_neon.h"
#include "backend/cpu/neon.h"
#include "backend/cpu/scalar.h"

#if defined(PC15_HAS_NEON)

#include "backend/cpu/cell_rows.h"
#include "backend/cpu/vector_rows.h"

namespace pc15::backend::neon {

void generator_row(const normative::LayerSetup& setup, const RowPlace& place, int16_t* out) {
  if (vector_row(setup, place, out) || cell_row(setup, place, out)) return;
  scalar::generator_row(setup, place, out);
}

}  // namespace pc15::backend::neon

#endif
