#include "enc/kernels.h"

#include "base/processor.h"
#include "enc/coefficients.h"
#include "enc/forward_transform.h"
#include "enc/kernels_avx2.h"
#include "enc/kernels_avx512.h"
#include "enc/kernels_neon.h"
#include "enc/satd.h"

namespace pc15::enc {
namespace {

constexpr Kernels kScalarKernels = {
    "scalar",         satd,       forward_transform,  subtract_plain,
    coefficient_sums, mark_coded, symbol_costs_plain, squared_error_plain,
};

#if defined(PC15_HAS_AVX2)
constexpr Kernels kAvx2Kernels = {
    "avx2",           avx2::satd,         avx2::forward_transform, avx2::subtract, avx2::coefficient_sums,
    avx2::mark_coded, avx2::symbol_costs, avx2::squared_error,
};
#endif

#if defined(PC15_HAS_AVX512)
constexpr Kernels make_avx512_kernels() {
  Kernels k = kAvx2Kernels;
  k.name = "avx512";
  k.symbol_costs = avx512::symbol_costs;
  return k;
}
constexpr Kernels kAvx512Kernels = make_avx512_kernels();
#endif

#if defined(PC15_HAS_NEON)
constexpr Kernels kNeonKernels = {
    "neon",           neon::satd,         neon::forward_transform, neon::subtract, neon::coefficient_sums,
    neon::mark_coded, neon::symbol_costs, neon::squared_error,
};
#endif

const Kernels* kernels_of(InstructionSet set) {
  switch (set) {
#if defined(PC15_HAS_NEON)
    case InstructionSet::kNeon:
      return &kNeonKernels;
#endif
#if defined(PC15_HAS_AVX2)
    case InstructionSet::kAvx2:
      return &kAvx2Kernels;
#endif
#if defined(PC15_HAS_AVX512)
    case InstructionSet::kAvx512:
      return &kAvx512Kernels;
#endif
    default:
      return &kScalarKernels;
  }
}

struct Tables {
  Tables() {
    for (const InstructionSet set : processor_sets()) list[count++] = kernels_of(set);
  }
  const Kernels* list[kInstructionSets];
  size_t count = 0;
};

}  // namespace

Span<const Kernels* const> all_kernels() {
  static const Tables tables;
  return Span<const Kernels* const>(tables.list, tables.count);
}

const Kernels& kernels() {
  static const Kernels* const chosen = kernels_of(chosen_instruction_set());
  return *chosen;
}

}  // namespace pc15::enc
