// The only file that knows every backend.
#include "backend/backend.h"
#include "backend/cpu/avx2.h"
#include "backend/cpu/avx512.h"
#include "backend/cpu/neon.h"
#include "backend/cpu/scalar.h"
#include "base/processor.h"

namespace pc15::backend {
namespace {

const Operations* operations_of(InstructionSet set) {
  switch (set) {
    case InstructionSet::kNeon:
      return neon_operations();
    case InstructionSet::kAvx2:
      return avx2_operations();
    case InstructionSet::kAvx512:
      return avx512_operations();
    default:
      return &kScalarOperations;
  }
}

struct Tables {
  Tables() {
    for (const InstructionSet set : processor_sets()) list[count++] = operations_of(set);
  }

  const Operations* list[kInstructionSets];
  size_t count = 0;
  const Operations* chosen = operations_of(chosen_instruction_set());
};

const Tables& tables() {
  static const Tables all;
  return all;
}

}  // namespace

Span<const Operations* const> all_operations() {
  return Span<const Operations* const>(tables().list, tables().count);
}

const Operations& operations() { return *tables().chosen; }

}  // namespace pc15::backend
