// Block operations of the residual that encoder and decoder share: references, prediction, reconstruction.
#pragma once

#include "base/plane.h"
#include "entropy/cell_syntax.h"
#include "normative/predict.h"

namespace pc15::backend {

// Which 4x4 units of a plane of a cell are reconstructed. One row of kUnits bytes per unit row.
struct UnitMap {
  static constexpr int32_t kUnits = 512 / 4;
  uint8_t done[kUnits * kUnits];
  void mark(int32_t x, int32_t y, int32_t w, int32_t h, uint8_t value);
  void mark_leaf(const entropy::Leaf& leaf);  // done
};

// One plane of one cell while it is coded. Views are local to the cell and as large as the coded area.
struct CellPlane {
  PlaneView<Pixel> recon;
  PlaneView<const Pixel> program;  // the procedural prediction; null data when the cell has none
};

// How many reference samples of a leaf exist, from its corner on, 0...w + h. The leaf is w x h at (x, y) in a
// plane of a cell of width x height.
struct AvailableReferences {
  int32_t above = 0, left = 0;
};
AvailableReferences available_references(const UnitMap& map, int32_t width, int32_t height, int32_t x,
                                         int32_t y, int32_t w, int32_t h);

// Prepared references of a block; see normative/predict.h.
struct ReferenceBuffer {
  Pixel above[normative::kReferenceBefore + normative::kReferenceAfter];
  Pixel left[normative::kReferenceBefore + normative::kReferenceAfter];
  normative::References view;
};
void gather_references(const PlaneView<Pixel>& recon, const UnitMap& map, int32_t x, int32_t y, int32_t w,
                       int32_t h, ReferenceBuffer* out);

// Luma at the resolution of a chroma block, in 1/8 grey level: w * h values. `shift` is 1 for 4:2:0.
void gather_luma(const PlaneView<Pixel>& luma, int32_t x, int32_t y, int32_t w, int32_t h, int32_t shift,
                 int16_t* out);

// Edge map of the seam filter, one byte per 4x4 unit of a plane.
// kFixed: of a palette leaf, whose samples no filter changes.
constexpr uint8_t kEdgeLeft = 1, kEdgeTop = 2, kWide = 4, kTall = 8, kFixed = 16;
void mark_edges(const entropy::Leaf& leaf, const PlaneView<uint8_t>& edges);

}  // namespace pc15::backend
