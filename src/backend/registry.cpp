// The only file that knows every backend.
#include <cstdlib>
#include <cstring>

#include "backend/backend.h"
#include "backend/cpu/avx2.h"
#include "backend/cpu/scalar.h"

namespace pc15::backend {
namespace {

struct Tables {
  Tables() {
    add(&kScalarOperations);
    add(avx2_operations());
    chosen = list[count - 1];
    const char* const name = std::getenv("PC15_CPU");
    for (size_t i = 0; name != nullptr && i < count; ++i) {
      if (std::strcmp(list[i]->name, name) == 0) chosen = list[i];
    }
  }
  void add(const Operations* table) {
    if (table != nullptr) list[count++] = table;
  }

  const Operations* list[2];
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
