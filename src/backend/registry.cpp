// The only file that knows every backend.
#include "backend/backend.h"
#include "backend/cpu/scalar.h"

namespace pc15::backend {

Span<const Operations* const> all_operations() {
  static const Operations* const tables[] = {&kScalarOperations};
  return Span<const Operations* const>(tables, sizeof(tables) / sizeof(tables[0]));
}

const Operations& operations() {
  const Span<const Operations* const> all = all_operations();
  return *all[all.size - 1];
}

}  // namespace pc15::backend
