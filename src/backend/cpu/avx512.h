// The operations with 512-bit vectors, and with what the set adds to shorter ones; see backend/backend.h for
// what each does. Where AVX2 was not beaten the table keeps its function. Each is held against plain
// references by tests/parity.
#pragma once

#include "backend/backend.h"
#include "base/target.h"

namespace pc15::backend {

// Null where the library is built for other processors, or this one lacks the set.
const Operations* avx512_operations();

#if defined(PC15_HAS_AVX512)
namespace avx512 {

void add_residual(const entropy::Leaf& leaf, int32_t component, const int16_t* levels, int32_t step16,
                  Pixel* out, int64_t stride);
void generator_row(const normative::LayerSetup& setup, const RowPlace& place, int16_t* out);
void filter_loop(const LoopPlane& plane, int32_t begin, int32_t end);
void filter_loop_sets(const LoopPlane& plane, int32_t begin, int32_t end, const PlaneView<Pixel>* to);
void write_rgb_row(const Pixel* luma, const ChromaRows& chroma, const Pixel* alpha, int32_t first,
                   int32_t count, int32_t channels, uint8_t* out);

}  // namespace avx512
#endif

}  // namespace pc15::backend
