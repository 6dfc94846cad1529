#include "enc/kernels.h"

#include "base/processor.h"
#include "enc/coefficients.h"
#include "enc/forward_transform.h"
#include "enc/kernels_avx2.h"
#include "enc/kernels_avx512.h"
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

// In the order of InstructionSet.
constexpr const Kernels* kTables[] = {
    &kScalarKernels,
#if defined(PC15_HAS_AVX2)
    &kAvx2Kernels,
#endif
#if defined(PC15_HAS_AVX512)
    &kAvx512Kernels,
#endif
};

}  // namespace

Span<const Kernels* const> all_kernels() {
  return Span<const Kernels* const>(kTables, static_cast<size_t>(best_instruction_set()) + 1);
}

const Kernels& kernels() {
  static const Kernels* const chosen = kTables[static_cast<size_t>(chosen_instruction_set())];
  return *chosen;
}

}  // namespace pc15::enc
