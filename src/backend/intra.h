// Intra prediction of whole blocks from prepared references: what normative/predict.h defines, faster.
#pragma once

#include <cstdint>

#include "backend/block.h"

namespace pc15::backend {

// Predicts a block with any mode but kModeCfl, as normative::predict_intra() does. The margins of `refs` are
// scratch.
void predict_intra(int32_t mode, int32_t delta, ReferenceBuffer& refs, int32_t log2w, int32_t log2h,
                   Pixel* out, int64_t stride);

// True when a mode is computed in the transposed frame.
bool predicts_turned(int32_t mode, int32_t delta);
// The prediction of such a mode as it is computed: w rows of h samples, the block transposed.
void predict_turned(int32_t mode, int32_t delta, ReferenceBuffer& refs, int32_t log2w, int32_t log2h,
                    Pixel* out);

// out[x * h + y] = in[y * stride + x]; w and h are multiples of 4.
void transpose_block(const Pixel* in, int64_t stride, int32_t w, int32_t h, Pixel* out);

}  // namespace pc15::backend
