// What the versions of intra prediction share; see backend/intra.h and intra.cpp.
#pragma once

#include "backend/intra.h"

namespace pc15::backend {

using PredictIntra = void (*)(int32_t mode, int32_t delta, ReferenceBuffer& refs, int32_t log2w,
                              int32_t log2h, Pixel* out, int64_t stride);
// Operations::predict_leaf with `predict` for the modes that it covers.
void predict_leaf_by(PredictIntra predict, const entropy::Leaf& leaf, int32_t component,
                     const CellPlane& plane, const UnitMap& map, const int16_t* luma, Pixel* out,
                     int64_t stride);

// One direction in the frame where `main` runs along the rows: `across` rows of `along` samples.
struct AngleFrame {
  Pixel* main;
  const Pixel* side;
  int32_t along, across, angle;
  bool smooths, combine;
  int32_t scale;
};
AngleFrame make_frame(int32_t direction, ReferenceBuffer& refs, int32_t log2w, int32_t log2h);
// Fills what lies before and behind the samples of `main`, as section 9.5 of the specification says.
void extend_main(const AngleFrame& frame);
// The weight of a border, in 1/64.
constexpr int32_t border_weight(int32_t i, int32_t scale) {
  return (2 * i >> scale) < 6 ? 32 >> (2 * i >> scale) : 0;
}

}  // namespace pc15::backend
