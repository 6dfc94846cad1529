#include "backend/cpu/avx2.h"

#include "backend/cpu/scalar.h"

namespace pc15::backend {

#if defined(PC15_HAS_AVX2)

const Operations* avx2_operations() {
  static const Operations table = {
      "avx2",
      scalar::predict_leaf,
      avx2::add_residual,
      avx2::filter_vertical_edges,
      avx2::filter_horizontal_edges,
      avx2::filter_loop,
      avx2::write_rgb_row,
      scalar::write_gray_row,
      scalar::split_rgb_row,
  };
  return __builtin_cpu_supports("avx2") ? &table : nullptr;
}

#else

const Operations* avx2_operations() { return nullptr; }

#endif

}  // namespace pc15::backend
