// A root is planned before any of it is coded, so references inside it are source samples: near enough at all
// but the coarsest steps, and nothing has to be quantised or reconstructed to compare partitions.
#include "enc/partition_plan.h"

#include <algorithm>
#include <cstring>

#include "entropy/cell_header.h"

namespace pc15::enc {
namespace {

// Prediction from the source flatters small blocks, whose references are near: a split must win by so much in
// 1000, and 8 x 8 is split only where so many coefficients are left.
constexpr int32_t kSplitMargin = 20, kLeastForFours = 12;

class Planner {
 public:
  Planner(const SearchState& state, int32_t x, int32_t y, PartitionPlan* plan)
      : s_(state), x0_(x), y0_(y), plan_(*plan) {
    for (int32_t i = 0; i < s_.components; ++i) {
      const PlaneView<const Pixel>& source = state.source[i];
      s_.plane[i].recon = {const_cast<Pixel*>(source.data), source.width, source.height,
                           source.stride};  // read only
    }
    s_.estimate = true;
    s_.palette = nullptr;
  }

  // The estimated J of the best tree of a node, or more than `bound`.
  Cost run(int32_t x, int32_t y, int32_t log2, Cost bound) {
    const int32_t size = 1 << log2, width = s_.plane[0].recon.width, height = s_.plane[0].recon.height;
    if (x >= width || y >= height) return 0;
    const int32_t column = (x - x0_) >> log2, row = (y - y0_) >> log2;
    bool& split = plan_.split[log2 - 2][row][column];
    split = true;
    Cost none = kCostInfinite;
    if (x + size <= width && y + size <= height) {
      search_leaf(s_, x, y, log2, log2, kCostInfinite, nullptr, &leaf_);
      none = leaf_.cost + partition_cost(x, y, log2, entropy::kNone);
      const int32_t coded = leaf_.leaf.eob[0] + (s_.components == 2 ? leaf_.leaf.eob[1] : 0);
      if (log2 == 2 || (log2 == 3 && coded < kLeastForFours) || (log2 == 4 && coded == 0)) {
        split = false;
        mark(x, y, size);
        return none;
      }
    }
    const Cost most = std::min(bound, none < kCostInfinite ? none - none / 1000 * kSplitMargin : none);
    Cost sum = none < kCostInfinite ? partition_cost(x, y, log2, entropy::kSplit) : 0;
    for (int32_t i = 0; i < 4 && sum < most; ++i) {
      sum += run(x + (i & 1) * size / 2, y + (i >> 1) * size / 2, log2 - 1, most - sum);
    }
    split = none == kCostInfinite || sum < most;
    mark(x, y, size);
    return split ? sum : none;
  }

 private:
  void mark(int32_t x, int32_t y, int32_t size) {
    const int32_t w = std::min(size, s_.plane[0].recon.width - x),
                  h = std::min(size, s_.plane[0].recon.height - y);
    s_.map->mark(x, y, w, h, 1);
  }
  Cost partition_cost(int32_t x, int32_t y, int32_t log2, int32_t partition) const {
    if (log2 == 2) return 0;
    const int32_t context = entropy::partition_context(*s_.context, x, y, log2);
    return s_.lagrangian.rate(entropy::symbol_cost(s_.models->partition[context], partition));
  }

  SearchState s_;
  const int32_t x0_, y0_;
  PartitionPlan& plan_;
  LeafResult leaf_;
};

class PlanCoder {
 public:
  PlanCoder(const SearchState& state, const PartitionPlan& plan, PartitionScratch& scratch, int32_t x,
            int32_t y, Tree* out)
      : s_(state), plan_(plan), leaf_(scratch.leaf), x0_(x), y0_(y), t_(*out) {
    t_.cost = 0;
    t_.partition_count = t_.leaf_count = t_.level_count = 0;
  }

  void run(int32_t x, int32_t y, int32_t log2) {
    const int32_t size = 1 << log2, width = s_.plane[0].recon.width, height = s_.plane[0].recon.height;
    if (x >= width || y >= height) return;
    const int32_t column = (x - x0_) >> log2, row = (y - y0_) >> log2;
    const bool split = plan_.split[log2 - 2][row][column];
    if (log2 > 2 && x + size <= width && y + size <= height) {
      t_.partitions[t_.partition_count++] = static_cast<uint8_t>(split ? entropy::kSplit : entropy::kNone);
    }
    if (!split || log2 == 2) return code_leaf(x, y, log2);
    for (int32_t i = 0; i < 4; ++i) run(x + (i & 1) * size / 2, y + (i >> 1) * size / 2, log2 - 1);
  }

 private:
  void code_leaf(int32_t x, int32_t y, int32_t log2) {
    search_leaf(s_, x, y, log2, log2, kCostInfinite, nullptr, &leaf_);
    entropy::remember_leaf(s_.context, leaf_.leaf);
    s_.map->mark(x, y, 1 << log2, 1 << log2, 1);
    t_.leaves[t_.leaf_count++] = leaf_.leaf;
    const int32_t area = 1 << (2 * log2);
    for (int32_t c = 0; c < s_.components; ++c) {
      std::memcpy(t_.levels[c] + t_.level_count, leaf_.levels[c],
                  sizeof(int16_t) * static_cast<size_t>(area));
    }
    t_.level_count += area;
    t_.cost += leaf_.cost;
  }

  const SearchState& s_;
  const PartitionPlan& plan_;
  LeafResult& leaf_;
  const int32_t x0_, y0_;
  Tree& t_;
};

}  // namespace

void plan_partition(const SearchState& state, int32_t x, int32_t y, PartitionPlan* plan) {
  Planner planner(state, x, y, plan);
  planner.run(x, y, entropy::kRootLog2, kCostInfinite);
  const int32_t side = 1 << entropy::kRootLog2;
  state.map->mark(x, y, std::min(side, state.plane[0].recon.width - x),
                  std::min(side, state.plane[0].recon.height - y), 0);
}

void code_plan(const SearchState& state, const PartitionPlan& plan, PartitionScratch& scratch, int32_t x,
               int32_t y, Tree* out) {
  PlanCoder(state, plan, scratch, x, y, out).run(x, y, entropy::kRootLog2);
}

}  // namespace pc15::enc
