#include "backend/cpu/lanes_neon.h"

#if defined(PC15_HAS_NEON)

#include "lanes_check.h"

void check_lanes_neon() { pc15::backend::neon::check_lanes(); }

#endif
