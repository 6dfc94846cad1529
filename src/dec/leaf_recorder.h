// The leaves of one cell as a device takes them (backend/device_picture.h).
#pragma once

#include "backend/block.h"
#include "backend/device_picture.h"
#include "base/allocator.h"

namespace pc15::dec {

class LeafRecorder {
 public:
  explicit LeafRecorder(Memory& memory) : leaves(memory), levels(memory) {}

  // Forgets everything; the memory stays.
  void clear() {
    leaves.clear();
    levels.clear();
    pass = -1;
  }
  // A pass begins: luma, then chroma, then alpha, those that the cell has.
  void begin_pass() { first[++pass] = static_cast<int64_t>(leaves.size()); }
  // A leaf in three steps; `map` is as it stood before the leaf.
  void begin(const entropy::Leaf& leaf, const backend::UnitMap& map, int32_t width, int32_t height,
             int32_t step16);
  void add_levels(const entropy::Leaf& leaf, int32_t component, const int16_t* values);
  void end() { leaves.push_back(record_); }

  Vector<backend::device::LeafRecord> leaves;
  Vector<int16_t> levels;
  int32_t pass = -1;                             // the last that began
  int64_t first[backend::device::kPasses] = {};  // leaf of each pass that began

 private:
  backend::device::LeafRecord record_;
};

}  // namespace pc15::dec
