// The operations with 256-bit vectors; see backend/backend.h for what each does. Each is held against plain
// references by tests/parity.
#pragma once

#include "backend/backend.h"
#include "base/target.h"

namespace pc15::backend {

// Null where the library is built for other processors, or this one lacks AVX2.
const Operations* avx2_operations();

#if defined(PC15_HAS_AVX2)
namespace avx2 {

void predict_leaf(const entropy::Leaf& leaf, int32_t component, const CellPlane& plane, const UnitMap& map,
                  const int16_t* luma, Pixel* out, int64_t stride);
void predict_intra(int32_t mode, int32_t delta, ReferenceBuffer& refs, int32_t log2w, int32_t log2h,
                   Pixel* out, int64_t stride);
void predict_turned(int32_t mode, int32_t delta, ReferenceBuffer& refs, int32_t log2w, int32_t log2h,
                    Pixel* out);
void add_residual(const entropy::Leaf& leaf, int32_t component, const int16_t* levels, int32_t step16,
                  Pixel* out, int64_t stride);
void generator_row(const normative::LayerSetup& setup, const RowPlace& place, int16_t* out);
void filter_vertical_edges(const SeamPlane& plane, int32_t begin, int32_t end);
void filter_horizontal_edges(const SeamPlane& plane, int32_t begin, int32_t end);
void filter_loop(const LoopPlane& plane, int32_t begin, int32_t end);
void filter_loop_sets(const LoopPlane& plane, int32_t begin, int32_t end, const PlaneView<Pixel>* to);
void write_rgb_row(const Pixel* luma, const ChromaRows& chroma, const Pixel* alpha, int32_t first,
                   int32_t count, int32_t channels, uint8_t* out);
void split_rgb_row(const uint8_t* in, int32_t count, int32_t channels, Pixel* luma, Pixel* cb, Pixel* cr,
                   Pixel* alpha);
int32_t decode_levels(entropy::SymbolDecoder& coder, entropy::CellModels& m, int32_t log2w, int32_t log2h,
                      int32_t eob, int16_t* levels, uint8_t* map);

}  // namespace avx2
#endif

}  // namespace pc15::backend
