// The seam filter over a plane or a strip of it (docs/bitstream-residual.md, chapter 10).
//
// Order does not matter inside one direction: an edge changes no sample that another edge of the same
// direction reads. All vertical edges come before all horizontal ones.
#pragma once

#include "backend/block.h"
#include "base/plane.h"
#include "normative/filter.h"

namespace pc15::backend {

// What the filter knows of one cell.
struct SeamCell {
  int32_t strength = 0;
  int32_t step16 = 0;    // of the plane that is filtered
  bool present = false;  // edges of a lost or absent cell are left alone
};

// Thresholds of an edge between two samples of the plane; both sides may lie in one cell.
PC15_HD normative::EdgeStrength strength_between(const SeamCell& p, const SeamCell& q) {
  if (!p.present || !q.present) return normative::EdgeStrength();
  return normative::edge_strength((p.strength + q.strength + 1) >> 1, (p.step16 + q.step16 + 1) >> 1);
}

struct SeamPlane {
  PlaneView<Pixel> samples;         // whole cells: starts at a cell corner; coded size
  PlaneView<const uint8_t> edges;   // one entry per 4x4 unit
  int32_t cell = 256;               // side of a cell in samples of this plane
  const SeamCell* cells = nullptr;  // scan order
  int32_t cell_cols = 1;
};

}  // namespace pc15::backend
