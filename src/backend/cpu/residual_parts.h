// What the versions of Operations::add_residual share.
#pragma once

#include <algorithm>

#include "entropy/cell_syntax.h"
#include "normative/transform.h"

namespace pc15::backend {

// A block of which only the constant basis is coded.
inline bool is_constant(const entropy::Leaf& leaf, int32_t component) {
  return leaf.eob[component] == 1 && leaf.transform[component] == normative::kDctDct;
}
// The residual of such a block, the same everywhere, from its level.
inline int32_t constant_residual(const entropy::Leaf& leaf, int32_t level, int32_t step16) {
  const int32_t coefficient = normative::dequantise(level, step16);
  const int32_t down = normative::transform_matrix(normative::kDct2, leaf.log2h)[0] * coefficient;
  const int32_t t = normative::saturate16(((1 << 13) + down) >> 14);
  return ((1 << 16) + t * normative::transform_matrix(normative::kDct2, leaf.log2w)[0]) >> 17;
}

}  // namespace pc15::backend
