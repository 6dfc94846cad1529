#include "backend/cpu/avx512.h"

#include "backend/cpu/avx2.h"
#include "base/processor.h"

namespace pc15::backend {

#if defined(PC15_HAS_AVX512)

static Operations make_table() {
  Operations table = *avx2_operations();
  table.name = "avx512";
  table.add_residual = avx512::add_residual;
  table.generator_row = avx512::generator_row;
  table.filter_loop = avx512::filter_loop;
  table.filter_loop_sets = avx512::filter_loop_sets;
  table.write_rgb_row = avx512::write_rgb_row;
  return table;
}

const Operations* avx512_operations() {
  if (best_instruction_set() < InstructionSet::kAvx512) return nullptr;
  static const Operations table = make_table();
  return &table;
}

#else

const Operations* avx512_operations() { return nullptr; }

#endif

}  // namespace pc15::backend
