#include "base/processor.h"

#include <cstdlib>
#include <cstring>

#include "base/target.h"

namespace pc15 {
namespace {

struct Sets {
  Sets() {
    add(InstructionSet::kScalar);
#if defined(PC15_HAS_NEON)
    add(InstructionSet::kNeon);
#endif
    // The compiler's own test asks XGETBV too, whether the system saves the registers.
#if defined(PC15_HAS_AVX2)
    if (!__builtin_cpu_supports("avx2")) return;
    add(InstructionSet::kAvx2);
#endif
#if defined(PC15_HAS_AVX512)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vnni")) {
      add(InstructionSet::kAvx512);
    }
#endif
  }
  void add(InstructionSet set) { list[count++] = set; }

  InstructionSet list[kInstructionSets];
  size_t count = 0;
};

}  // namespace

const char* instruction_set_name(InstructionSet set) {
  static constexpr const char* kNames[kInstructionSets] = {"scalar", "neon", "avx2", "avx512"};
  return kNames[static_cast<int>(set)];
}

Span<const InstructionSet> processor_sets() {
  static const Sets sets;
  return Span<const InstructionSet>(sets.list, sets.count);
}

InstructionSet best_instruction_set() {
  const Span<const InstructionSet> sets = processor_sets();
  return sets[sets.size - 1];
}

InstructionSet chosen_instruction_set() {
  static const InstructionSet chosen = [] {
    const char* const asked = std::getenv("PC15_CPU");
    for (const InstructionSet set : processor_sets()) {
      if (asked != nullptr && std::strcmp(asked, instruction_set_name(set)) == 0) return set;
    }
    return best_instruction_set();
  }();
  return chosen;
}

}  // namespace pc15
