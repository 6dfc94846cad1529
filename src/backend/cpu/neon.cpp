#include "backend/cpu/neon.h"

#include "backend/cpu/scalar.h"

namespace pc15::backend {

#if defined(PC15_HAS_NEON)

static Operations make_table() {
  Operations table = kScalarOperations;
  table.name = "neon";
  table.predict_leaf = neon::predict_leaf;
  table.predict_intra = neon::predict_intra;
  table.predict_turned = neon::predict_turned;
  table.add_residual = neon::add_residual;
  table.generator_row = neon::generator_row;
  table.filter_vertical_edges = neon::filter_vertical_edges;
  table.filter_horizontal_edges = neon::filter_horizontal_edges;
  table.filter_loop = neon::filter_loop;
  table.filter_loop_sets = neon::filter_loop_sets;
  table.write_rgb_row = neon::write_rgb_row;
  table.write_gray_row = neon::write_gray_row;
  table.split_rgb_row = neon::split_rgb_row;
  return table;
}

const Operations* neon_operations() {
  static const Operations table = make_table();
  return &table;
}

#else

const Operations* neon_operations() { return nullptr; }

#endif

}  // namespace pc15::backend
