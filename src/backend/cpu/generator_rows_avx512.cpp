#include "backend/cpu/avx512.h"

#include "backend/cpu/avx2.h"
#include "backend/cpu/lanes_avx512.h"

#if defined(PC15_HAS_AVX512)

#include "backend/cpu/vector_rows.h"

namespace pc15::backend::avx512 {

void generator_row(const normative::LayerSetup& setup, const RowPlace& place, int16_t* out) {
  if (!vector_row(setup, place, out)) avx2::generator_row(setup, place, out);
}

}  // namespace pc15::backend::avx512

#endif
