#include "backend/cpu/lanes_avx2.h"

#if defined(PC15_HAS_AVX2)

#include "lanes_check.h"

void check_lanes_avx2() { pc15::backend::avx2::check_lanes(); }

#endif
