#include "backend/cpu/scalar.h"

#include "backend/intra.h"

namespace pc15::backend {

const Operations kScalarOperations = {
    "scalar",
    scalar::predict_leaf,
    predict_intra,
    predict_turned,
    scalar::add_residual,
    scalar::generator_row,
    scalar::filter_vertical_edges,
    scalar::filter_horizontal_edges,
    scalar::filter_loop,
    scalar::filter_loop_sets,
    scalar::write_rgb_row,
    scalar::write_gray_row,
    scalar::split_rgb_row,
    entropy::code_levels<entropy::SymbolDecoder>,
};

}  // namespace pc15::backend
