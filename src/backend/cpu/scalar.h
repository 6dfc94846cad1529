// The portable operations; see backend/backend.h for what each does.
#pragma once

#include "backend/backend.h"

namespace pc15::backend {

extern const Operations kScalarOperations;

namespace scalar {

void predict_leaf(const entropy::Leaf& leaf, int32_t component, const CellPlane& plane, const UnitMap& map,
                  const int16_t* luma, Pixel* out, int64_t stride);
void add_residual(const entropy::Leaf& leaf, int32_t component, const int16_t* levels, int32_t step16,
                  Pixel* out, int64_t stride);
void generator_row(const normative::LayerSetup& setup, const RowPlace& place, int16_t* out);
void filter_vertical_edges(const SeamPlane& plane, int32_t begin, int32_t end);
void filter_horizontal_edges(const SeamPlane& plane, int32_t begin, int32_t end);
void filter_loop(const LoopPlane& plane, int32_t begin, int32_t end);
void filter_loop_sets(const LoopPlane& plane, int32_t begin, int32_t end, const PlaneView<Pixel>* to);
void write_rgb_row(const Pixel* luma, const ChromaRows& chroma, const Pixel* alpha, int32_t first,
                   int32_t count, int32_t channels, uint8_t* out);
void write_gray_row(const Pixel* luma, const Pixel* alpha, int32_t first, int32_t count, int32_t channels,
                    uint8_t* out);
void split_rgb_row(const uint8_t* in, int32_t count, int32_t channels, Pixel* luma, Pixel* cb, Pixel* cr,
                   Pixel* alpha);

}  // namespace scalar
}  // namespace pc15::backend
