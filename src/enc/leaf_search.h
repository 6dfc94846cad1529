// Mode decision of one leaf: prediction, transform type and levels with the smallest J.
#pragma once

#include <cstdint>

#include "backend/block.h"
#include "base/plane.h"
#include "enc/residual_cost.h"
#include "entropy/cell_syntax.h"

namespace pc15::enc {

// How hard a search tries; see ladder() in cell_encoder.cpp.
struct SearchEffort {
  int32_t full_modes = 2;   // modes that get the full treatment
  int32_t refinements = 2;  // coarse directions that are refined
  bool directions = true;
  bool transform_types = true;
  bool rectangles = true;       // H and V partitions
  bool quarters = true;         // H4 and V4 partitions
  int32_t prune_percent = 100;  // a partition is tried while its rivals stand within this share of the best
};

// What stays the same while one superblock is searched.
struct SearchState {
  PlaneView<const Pixel> source[2];  // coded size
  backend::CellPlane plane[2];
  PlaneView<Pixel> luma;  // reconstructed, for chroma from luma
  int32_t chroma_shift = 0;
  int32_t components = 1;
  bool chroma = false;
  bool programs = false;  // the procedural prediction may be chosen
  const entropy::CellModels* models = nullptr;
  const TokenCosts* tokens = nullptr;
  entropy::CellContext* context = nullptr;
  backend::UnitMap* map = nullptr;
  int32_t step16 = 0;
  Lagrangian lagrangian;
  SearchEffort effort;
};

// The outcome for one leaf; levels in raster order per component.
struct LeafResult {
  entropy::Leaf leaf;
  Cost cost = kCostInfinite;
  int16_t levels[2][1024];
};

// Searches the leaf at (x, y); `out->leaf` gets everything, `out->cost` its J. When that is below `bound` the
// reconstruction is written into the planes. Contexts and the unit map are not touched.
void search_leaf(const SearchState& state, int32_t x, int32_t y, int32_t log2w, int32_t log2h, Cost bound,
                 LeafResult* out);

}  // namespace pc15::enc
