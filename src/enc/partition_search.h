// Recursive partition decision of one 32 x 32 root.
#pragma once

#include "enc/leaf_search.h"

namespace pc15::enc {

// A coded tree: partition symbols in coding order and leaves with their levels one after the other.
struct Tree {
  static constexpr int32_t kMaxLeaves = 64, kMaxPartitions = 21;
  Cost cost = kCostInfinite;
  int32_t leaf_count = 0, partition_count = 0, level_count = 0;
  uint8_t partitions[kMaxPartitions];
  entropy::Leaf leaves[kMaxLeaves];
  int16_t levels[2][1024];
};

// Working memory of the search, one per thread.
struct PartitionScratch {
  Tree trees[4][2];  // per level: the best and the one being tried
  LeafResult leaf;
  Pixel recon[4][2][1024];  // reconstruction of the best per level
};

// Finds the best tree of the node at (x, y) of side 2^log2 and leaves planes, contexts and unit map as after
// coding it. A node outside the coded area gives an empty tree of cost 0.
// Stops early with kCostInfinite when nothing below `bound` can be found; planes, contexts and map are then
// undefined inside the node and must be restored by the caller.
void search_partition(const SearchState& state, PartitionScratch& scratch, int32_t x, int32_t y, int32_t log2,
                      Cost bound, Tree* out);

}  // namespace pc15::enc
