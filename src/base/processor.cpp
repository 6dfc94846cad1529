#include "base/processor.h"

#include <cstdlib>
#include <cstring>

#include "base/target.h"

namespace pc15 {

const char* instruction_set_name(InstructionSet set) {
  static constexpr const char* kNames[kInstructionSets] = {"scalar", "avx2", "avx512"};
  return kNames[static_cast<int>(set)];
}

// The compiler's own test asks XGETBV too, whether the system saves the registers.
InstructionSet best_instruction_set() {
#if defined(PC15_HAS_AVX512)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("avx512f") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi") &&
      __builtin_cpu_supports("avx512vnni")) {
    return InstructionSet::kAvx512;
  }
#endif
#if defined(PC15_HAS_AVX2)
  if (__builtin_cpu_supports("avx2")) return InstructionSet::kAvx2;
#endif
  return InstructionSet::kScalar;
}

InstructionSet chosen_instruction_set() {
  static const InstructionSet chosen = [] {
    const InstructionSet best = best_instruction_set();
    const char* const asked = std::getenv("PC15_CPU");
    for (int i = 0; asked != nullptr && i <= static_cast<int>(best); ++i) {
      const InstructionSet set = static_cast<InstructionSet>(i);
      if (std::strcmp(asked, instruction_set_name(set)) == 0) return set;
    }
    return best;
  }();
  return chosen;
}

}  // namespace pc15
