// Mode decision of one leaf: prediction, transform type and levels with the smallest J.
#pragma once

#include <cstdint>

#include "backend/block.h"
#include "base/plane.h"
#include "enc/residual_cost.h"
#include "entropy/cell_syntax.h"

namespace pc15::enc {

class PalettePass;

// How hard a search tries; see ladder() in cell_encoder.cpp. Margins are what a choice may cost more than the
// best so far before it is left out.
struct SearchEffort {
  int32_t full_modes = 2;    // modes that get the full treatment, at most 8
  int32_t typed_modes = 0;   // of these, those that get it with every transform type
  int32_t mode_margin = 10;  // percent of SATD and price: a mode is not tried in full
  int32_t hint_modes = 0;    // modes of a square that its rectangles try; 0: they search by themselves
  int32_t flat_hints = 0;    // of DC, planar, ...: tried beside the hints
  int32_t refinements = 1;   // coarse directions that are refined
  bool directions = true;
  bool plan = false;  // the partition is planned on the source: see partition_plan.h
  bool transform_types = true;
  bool settle_levels = true;      // levels are chosen again once the end of the block is known
  int32_t hopeless_margin = 100;  // percent of the estimated J above what could win: levels are not chosen
  int32_t type_margin = 100;      // per mille: DST in both directions ends the search for a type
  int32_t bound_margin = 100;     // percent above what could win: the search for a type is left out
  bool rectangles = true;         // H and V partitions
  bool quarters = true;           // H4 and V4 partitions,
  bool quarters_alone = true;     // even where neither H nor V won
  bool sampled_filters = false;   // seam and loop filter are chosen on a quarter of the rows
  int32_t prune_percent = 100;    // a partition is tried while its rivals stand within this share of the best
};

// The best modes of a leaf by SATD, best first.
struct ModeHints {
  int32_t count = 0;
  uint8_t mode[8], delta[8];
};

// What stays the same while one superblock is searched.
struct SearchState {
  PlaneView<const Pixel> source[2];  // coded size
  backend::CellPlane plane[2];
  PlaneView<Pixel> luma;  // reconstructed, for chroma from luma
  int32_t chroma_shift = 0;
  int32_t components = 1;
  bool chroma = false;
  bool estimate = false;           // costs are estimates and nothing is reconstructed
  bool programs = false;           // the procedural prediction may be chosen
  PalettePass* palette = nullptr;  // leaves of indices may be chosen; null: the pass has none
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
  ModeHints modes;
  int16_t levels[2][1024];
};

// Searches the leaf at (x, y); `out->leaf` gets everything, `out->cost` its J. When that is below `bound` the
// reconstruction is written into the planes. With `state.estimate` two modes are tried,
// the cost is an estimate, leaf.eob counts the coefficients that it takes for coded, and there are neither
// levels nor a reconstruction. `hints`: modes to try instead of all; null: all. Contexts and the unit map are
// not touched.
void search_leaf(const SearchState& state, int32_t x, int32_t y, int32_t log2w, int32_t log2h, Cost bound,
                 const ModeHints* hints, LeafResult* out);

}  // namespace pc15::enc
