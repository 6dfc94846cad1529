#include "enc/kernels.h"

#include "base/processor.h"
#include "enc/coefficients.h"
#include "enc/forward_transform.h"
#include "enc/kernels_avx2.h"
#include "enc/satd.h"

namespace pc15::enc {

const Kernels kScalarKernels = {
    "scalar",         satd,       forward_transform,  subtract_plain,
    coefficient_sums, mark_coded, symbol_costs_plain, squared_error_plain,
};

#if defined(PC15_HAS_AVX2)

const Kernels* avx2_kernels() {
  static const Kernels table = {
      "avx2",           avx2::satd,         avx2::forward_transform, avx2::subtract, avx2::coefficient_sums,
      avx2::mark_coded, avx2::symbol_costs, avx2::squared_error,
  };
  return best_instruction_set() == InstructionSet::kAvx2 ? &table : nullptr;
}

#else

const Kernels* avx2_kernels() { return nullptr; }

#endif

const Kernels& kernels() {
  static const Kernels* const chosen =
      chosen_instruction_set() == InstructionSet::kAvx2 ? avx2_kernels() : &kScalarKernels;
  return *chosen;
}

}  // namespace pc15::enc
