// The only file that knows every backend.
#include "backend/backend.h"
#include "backend/cpu/avx2.h"
#include "backend/cpu/avx512.h"
#include "backend/cpu/scalar.h"
#include "base/processor.h"

namespace pc15::backend {
namespace {

struct Tables {
  Tables() {
    add(&kScalarOperations);
    add(avx2_operations());
    add(avx512_operations());
    chosen = list[static_cast<size_t>(chosen_instruction_set())];
  }
  void add(const Operations* table) {
    if (table != nullptr) list[count++] = table;
  }

  const Operations* list[kInstructionSets];
  size_t count = 0;
  const Operations* chosen;
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
