#include "enc/partition_search.h"

#include <algorithm>
#include <cstring>

#include "entropy/cell_header.h"

namespace pc15::enc {
namespace {

using entropy::Leaf;

// Trees are large and mostly empty: copies what is used.
void copy(const Tree& from, int32_t components, Tree* to) {
  to->cost = from.cost;
  to->partition_count = from.partition_count;
  to->leaf_count = from.leaf_count;
  to->level_count = from.level_count;
  std::copy(from.partitions, from.partitions + from.partition_count, to->partitions);
  std::copy(from.leaves, from.leaves + from.leaf_count, to->leaves);
  for (int32_t i = 0; i < components; ++i) {
    std::copy(from.levels[i], from.levels[i] + from.level_count, to->levels[i]);
  }
}

void append(Tree* to, const Tree& from, int32_t components) {
  std::memcpy(to->partitions + to->partition_count, from.partitions,
              static_cast<size_t>(from.partition_count));
  std::copy(from.leaves, from.leaves + from.leaf_count, to->leaves + to->leaf_count);
  for (int32_t i = 0; i < components; ++i) {
    std::memcpy(to->levels[i] + to->level_count, from.levels[i],
                sizeof(int16_t) * static_cast<size_t>(from.level_count));
  }
  to->partition_count += from.partition_count;
  to->leaf_count += from.leaf_count;
  to->level_count += from.level_count;
}

class NodeSearch {
 public:
  NodeSearch(const SearchState& state, PartitionScratch& scratch, int32_t x, int32_t y, int32_t log2)
      : s_(state), scratch_(scratch), x_(x), y_(y), log2_(log2), size_(1 << log2),
        best_(scratch.trees[log2 - 2][0]) {
    std::copy(unit_above(), unit_above() + (size_ >> 2), above_);
    std::copy(unit_left(), unit_left() + (size_ >> 2), left_);
    whole_ = x + size_ <= plane(0).width && y + size_ <= plane(0).height;
  }

  void run(Cost bound, Tree* out) {
    best_.cost = bound;
    best_.leaf_count = -1;
    if (!whole_) {
      try_split();
    } else {
      search_whole();
    }
    if (best_.leaf_count < 0) {
      out->cost = kCostInfinite;
      return;
    }
    copy(best_, s_.components, out);
    settle();
  }

 private:
  const PlaneView<Pixel>& plane(int32_t i) const { return s_.plane[i].recon; }
  entropy::UnitState* unit_above() const { return s_.context->above + (x_ >> 2); }
  entropy::UnitState* unit_left() const { return s_.context->left + (y_ >> 2); }

  void rewind() {
    std::copy(above_, above_ + (size_ >> 2), unit_above());
    std::copy(left_, left_ + (size_ >> 2), unit_left());
    const int32_t w = std::min(size_, plane(0).width - x_), h = std::min(size_, plane(0).height - y_);
    s_.map->mark(x_, y_, w, h, 0);
  }

  Cost partition_cost(int32_t partition) const {
    if (!whole_) return 0;
    const int32_t context = entropy::partition_context(*s_.context, x_, y_, log2_);
    return s_.lagrangian.rate(entropy::symbol_cost(s_.models->partition[context], partition));
  }

  void search_whole() {
    const Cost none = try_leaves(entropy::kNone);
    if (s_.effort.hint_modes > 0) modes_ = scratch_.leaf.modes;
    const bool empty = best_.leaf_count == 1 && best_.leaves[0].palette == 0 && best_.leaves[0].eob[0] == 0 &&
                       (s_.components == 1 || best_.leaves[0].eob[1] == 0);
    if (empty && (log2_ <= 4 || s_.effort.prune_percent < 100)) return;
    const Cost split = try_split();
    if (!s_.effort.rectangles) return;
    // Rectangles rarely win where a quarter of the work on squares already decided clearly.
    const Cost least = std::min(none, split);
    if (s_.effort.prune_percent < 100 && none > least &&
        none - least > least * (100 - s_.effort.prune_percent) / 100) {
      return;
    }
    const Cost h = try_leaves(entropy::kHorizontal);
    const Cost v = try_leaves(entropy::kVertical);
    if (!s_.effort.quarters || log2_ < 4) return;
    const Cost now = best_.cost;
    if (!s_.effort.quarters_alone && now != h && now != v) return;
    if (now == none || now == h) try_leaves(entropy::kHorizontal4);
    if (now == none || now == v) try_leaves(entropy::kVertical4);
  }

  // Tries a partition into leaves; returns its J, or infinity when it was given up.
  Cost try_leaves(int32_t partition) {
    Tree& t = scratch_.trees[log2_ - 2][1];
    rewind();
    t.cost = partition_cost(partition);
    t.leaf_count = t.level_count = t.partition_count = 0;
    if (whole_) t.partitions[t.partition_count++] = static_cast<uint8_t>(partition);
    const entropy::LeafLayout layout = entropy::leaf_layout(partition, log2_);
    for (int32_t i = 0; i < layout.count; ++i) {
      const int32_t lx = x_ + layout.x(i), ly = y_ + layout.y(i);
      if (lx >= plane(0).width || ly >= plane(0).height) continue;
      LeafResult& r = scratch_.leaf;
      search_leaf(s_, lx, ly, layout.log2w, layout.log2h, best_.cost - t.cost,
                  modes_.count > 0 && partition != entropy::kSplit ? &modes_ : nullptr, &r);
      t.cost += r.cost;
      if (t.cost >= best_.cost) return kCostInfinite;
      entropy::remember_leaf(s_.context, r.leaf);
      s_.map->mark(lx, ly, 1 << layout.log2w, 1 << layout.log2h, 1);
      t.leaves[t.leaf_count++] = r.leaf;
      const int32_t area = 1 << (layout.log2w + layout.log2h);
      for (int32_t c = 0; c < s_.components; ++c) {
        std::memcpy(t.levels[c] + t.level_count, r.levels[c], sizeof(int16_t) * static_cast<size_t>(area));
      }
      t.level_count += area;
    }
    return keep(t);
  }

  Cost try_split() {
    if (log2_ == 3) return try_leaves(entropy::kSplit);
    Tree& t = scratch_.trees[log2_ - 2][1];
    rewind();
    t.cost = partition_cost(entropy::kSplit);
    t.leaf_count = t.level_count = t.partition_count = 0;
    if (whole_) t.partitions[t.partition_count++] = entropy::kSplit;
    for (int32_t i = 0; i < 4; ++i) {
      Tree& child = child_;
      search_partition(s_, scratch_, x_ + (i & 1) * size_ / 2, y_ + (i >> 1) * size_ / 2, log2_ - 1,
                       best_.cost - t.cost, &child);
      if (child.cost >= best_.cost - t.cost) return kCostInfinite;
      t.cost += child.cost;
      append(&t, child, s_.components);
    }
    return keep(t);
  }

  Cost keep(const Tree& t) {
    if (t.cost >= best_.cost) return kCostInfinite;
    copy(t, s_.components, &best_);
    const int32_t w = std::min(size_, plane(0).width - x_), h = std::min(size_, plane(0).height - y_);
    for (int32_t c = 0; c < s_.components; ++c) {
      for (int32_t y = 0; y < h; ++y) {
        std::memcpy(scratch_.recon[log2_ - 2][c] + y * 32, plane(c).row(y_ + y) + x_, static_cast<size_t>(w));
      }
    }
    return t.cost;
  }

  // Leaves planes, contexts and map as after coding the best tree.
  void settle() {
    rewind();
    const int32_t w = std::min(size_, plane(0).width - x_), h = std::min(size_, plane(0).height - y_);
    for (int32_t c = 0; c < s_.components; ++c) {
      for (int32_t y = 0; y < h; ++y) {
        std::memcpy(plane(c).row(y_ + y) + x_, scratch_.recon[log2_ - 2][c] + y * 32, static_cast<size_t>(w));
      }
    }
    for (int32_t i = 0; i < best_.leaf_count; ++i) entropy::remember_leaf(s_.context, best_.leaves[i]);
    s_.map->mark(x_, y_, w, h, 1);
  }

  const SearchState& s_;
  PartitionScratch& scratch_;
  const int32_t x_, y_, log2_, size_;
  bool whole_ = false;
  Tree& best_;
  Tree child_;
  ModeHints modes_;  // of the square
  entropy::UnitState above_[8], left_[8];
};

}  // namespace

void search_partition(const SearchState& state, PartitionScratch& scratch, int32_t x, int32_t y, int32_t log2,
                      Cost bound, Tree* out) {
  if (x >= state.plane[0].recon.width || y >= state.plane[0].recon.height) {
    out->cost = 0;
    out->leaf_count = out->partition_count = out->level_count = 0;
    return;
  }
  NodeSearch node(state, scratch, x, y, log2);
  node.run(bound, out);
}

}  // namespace pc15::enc
