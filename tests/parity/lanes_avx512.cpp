#include "backend/cpu/lanes_avx512.h"

#if defined(PC15_HAS_AVX512)

#include "lanes_check.h"

void check_lanes_avx512() { pc15::backend::avx512::check_lanes(); }

#endif
