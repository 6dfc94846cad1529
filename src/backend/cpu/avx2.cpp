#include "backend/cpu/avx2.h"

#include "backend/cpu/scalar.h"
#include "base/processor.h"

namespace pc15::backend {

#if defined(PC15_HAS_AVX2)

const Operations* avx2_operations() {
  static const Operations table = {
      "avx2",
      avx2::predict_leaf,
      avx2::predict_intra,
      avx2::predict_turned,
      avx2::add_residual,
      avx2::generator_row,
      avx2::filter_vertical_edges,
      avx2::filter_horizontal_edges,
      avx2::filter_loop,
      avx2::filter_loop_sets,
      avx2::write_rgb_row,
      scalar::write_gray_row,
      avx2::split_rgb_row,
      avx2::decode_levels,
  };
  return best_instruction_set() >= InstructionSet::kAvx2 ? &table : nullptr;
}

#else

const Operations* avx2_operations() { return nullptr; }

#endif

}  // namespace pc15::backend
