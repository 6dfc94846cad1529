// Partition of one 32 x 32 root planned on the source samples, for the efforts that code every leaf once.
#pragma once

#include "enc/partition_search.h"

namespace pc15::enc {

// The quadtree of a root: squares alone.
struct PartitionPlan {
  bool split[4][8][8];  // by log2 - 2 and the node's row and column in its level
};

// Fills the plan of the root at (x, y). Predictions come from the source where the coded samples would be,
// costs are estimates from coefficients. `state` is that of the search; contexts are read, the unit map is
// restored.
void plan_partition(const SearchState& state, int32_t x, int32_t y, PartitionPlan* plan);

// Codes the plan's leaves one after the other, as search_partition() leaves tree, planes, contexts and map.
void code_plan(const SearchState& state, const PartitionPlan& plan, PartitionScratch& scratch, int32_t x,
               int32_t y, Tree* out);

}  // namespace pc15::enc
