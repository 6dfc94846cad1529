// The table of operations that decide pixels, one per instruction set. Every table gives the same samples;
// tests/parity compares each with plain references and with scalar. registry.cpp alone knows which exist.
//
// Thread rule: tables are constants; operations are pure but for what they write through their arguments.
#pragma once

#include "backend/block.h"
#include "backend/color_rows.h"
#include "backend/generator_rows.h"
#include "backend/loop_filter.h"
#include "backend/seam_filter.h"
#include "base/span.h"
#include "entropy/coder.h"

namespace pc15::backend {

struct Operations {
  const char* name;

  // Predicts component `component` of a leaf into `out`. `luma` is needed for kModeCfl only.
  void (*predict_leaf)(const entropy::Leaf& leaf, int32_t component, const CellPlane& plane,
                       const UnitMap& map, const int16_t* luma, Pixel* out, int64_t stride);
  // Predicts a block with any mode but kModeCfl from prepared references, whose margins are scratch.
  void (*predict_intra)(int32_t mode, int32_t delta, ReferenceBuffer& refs, int32_t log2w, int32_t log2h,
                        Pixel* out, int64_t stride);
  // The prediction of a mode for which predicts_turned() holds as it is computed: w rows of h samples, the
  // block transposed.
  void (*predict_turned)(int32_t mode, int32_t delta, ReferenceBuffer& refs, int32_t log2w, int32_t log2h,
                         Pixel* out);
  // Adds the residual of `levels` (raster order, leaf.eob[component] coefficients in scan order) to the
  // prediction that stands in `out`. `step16` is the block's own step.
  void (*add_residual)(const entropy::Leaf& leaf, int32_t component, const int16_t* levels, int32_t step16,
                       Pixel* out, int64_t stride);
  // A stretch of a row of a layer without warp and palette: Q14, -16384...16384.
  void (*generator_row)(const normative::LayerSetup& setup, const RowPlace& place, int16_t* out);
  // Filters the vertical (horizontal) edges of the unit rows [begin, end).
  void (*filter_vertical_edges)(const SeamPlane& plane, int32_t begin, int32_t end);
  void (*filter_horizontal_edges)(const SeamPlane& plane, int32_t begin, int32_t end);
  // Applies the loop filter to the superblock rows [begin, end).
  void (*filter_loop)(const LoopPlane& plane, int32_t begin, int32_t end);
  // The same with every set into planes of their own, to[0] to to[kLoopSets - 1], whatever the blocks' sets
  // are: for an encoder that chooses.
  void (*filter_loop_sets)(const LoopPlane& plane, int32_t begin, int32_t end, const PlaneView<Pixel>* to);
  // Interleaves `count` pixels from column `first` on. `alpha` may be null: 255. channels is 3 or 4.
  void (*write_rgb_row)(const Pixel* luma, const ChromaRows& chroma, const Pixel* alpha, int32_t first,
                        int32_t count, int32_t channels, uint8_t* out);
  // The same for gray: R = G = B = Y.
  void (*write_gray_row)(const Pixel* luma, const Pixel* alpha, int32_t first, int32_t count,
                         int32_t channels, uint8_t* out);
  // Splits `count` interleaved pixels into full-size Y, Cb, Cr (and alpha when not null). channels 3 or 4.
  void (*split_rgb_row)(const uint8_t* in, int32_t count, int32_t channels, Pixel* luma, Pixel* cb, Pixel* cr,
                        Pixel* alpha);
  // As entropy::code_levels(), in a stream of a cell: its models adapt at kCellRate.
  int32_t (*decode_levels)(entropy::SymbolDecoder& coder, entropy::CellModels& m, int32_t log2w,
                           int32_t log2h, int32_t eob, int16_t* levels, uint8_t* map);
};

// Every table that this processor can run, scalar first.
Span<const Operations* const> all_operations();
// The fastest of them, or the one that the environment variable PC15_CPU names when this is first called: for
// tests and for bisecting a fault. An unknown name changes nothing.
const Operations& operations();

}  // namespace pc15::backend
