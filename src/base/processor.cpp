#include "base/processor.h"

#include <cstdlib>
#include <cstring>

#include "base/target.h"

namespace pc15 {

InstructionSet best_instruction_set() {
#if defined(PC15_HAS_AVX2)
  if (__builtin_cpu_supports("avx2")) return InstructionSet::kAvx2;
#endif
  return InstructionSet::kScalar;
}

InstructionSet chosen_instruction_set() {
  static const InstructionSet chosen = [] {
    const char* const name = std::getenv("PC15_CPU");
    return name != nullptr && std::strcmp(name, "scalar") == 0 ? InstructionSet::kScalar
                                                               : best_instruction_set();
  }();
  return chosen;
}

}  // namespace pc15
