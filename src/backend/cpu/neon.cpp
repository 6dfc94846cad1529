#include "backend/cpu/neon.h"

namespace pc15::backend {

#if defined(PC15_HAS_NEON)

const Operations* neon_operations() {
  static const Operations table = {
      "neon",
      neon::predict_leaf,
      neon::predict_intra,
      neon::predict_turned,
      neon::add_residual,
      neon::generator_row,
      neon::filter_vertical_edges,
      neon::filter_horizontal_edges,
      neon::filter_loop,
      neon::filter_loop_sets,
      neon::write_rgb_row,
      neon::write_gray_row,
      neon::split_rgb_row,
  };
  return &table;
}

#else

const Operations* neon_operations() { return nullptr; }

#endif

}  // namespace pc15::backend
