#include "dec/leaf_recorder.h"

#include "entropy/scan.h"
#include "normative/transform.h"

namespace pc15::dec {

void LeafRecorder::begin(const entropy::Leaf& leaf, const backend::UnitMap& map, int32_t width,
                         int32_t height, int32_t step16) {
  const backend::AvailableReferences r =
      backend::available_references(map, width, height, leaf.x, leaf.y, 1 << leaf.log2w, 1 << leaf.log2h);
  record_ = backend::device::LeafRecord();
  record_.x = leaf.x;
  record_.y = leaf.y;
  record_.log2w = leaf.log2w;
  record_.log2h = leaf.log2h;
  record_.procedural = leaf.procedural != 0 ? 1 : 0;
  record_.mode = static_cast<uint8_t>(leaf.mode);
  record_.delta = static_cast<uint8_t>(leaf.delta);
  record_.above = static_cast<uint8_t>(r.above);
  record_.left = static_cast<uint8_t>(r.left);
  record_.step16 = static_cast<uint16_t>(step16);
  for (int32_t i = 0; i < 2; ++i) record_.alpha[i] = static_cast<int8_t>(leaf.alpha[i]);
}

void LeafRecorder::add_levels(const entropy::Leaf& leaf, int32_t component, const int16_t* values) {
  record_.levels[component] = static_cast<uint32_t>(levels.size());
  const int32_t eob = leaf.eob[component];
  if (eob == 0) return;
  const entropy::ScanEntry& reach = entropy::scan_table(leaf.log2w, leaf.log2h)[eob - 1];
  const int32_t cols = normative::filled_columns(reach.cols);
  record_.transform[component] = static_cast<uint8_t>(leaf.transform[component]);
  record_.rows[component] = reach.rows;
  record_.cols[component] = static_cast<uint8_t>(cols);
  for (int32_t y = 0; y < reach.rows; ++y) {
    const int16_t* row = values + (y << leaf.log2w);
    levels.insert(levels.end(), row, row + cols);
  }
}

}  // namespace pc15::dec
