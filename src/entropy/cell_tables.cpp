// Initial models of the residual: the frozen table sets.
#include <cstring>

#include "entropy/cell_models.h"

namespace pc15::entropy {
namespace {

struct Extent {
  int32_t count;
  int32_t size;  // symbols; 0: depends on the family or index, see model_size()
};

// The arrays of CellModels in order.
constexpr Extent kExtents[] = {{27, 0},   {3, 2},  {36, 0}, {9, 0},   {2, 16},  {3, 15},
                               {168, 12}, {12, 2}, {18, 4}, {35, 15}, {420, 16}};

#include "entropy/cell_tables.inc"

static_assert(sizeof(kExtents) / sizeof(kExtents[0]) == kModelGroups, "one extent per array");
static_assert(sizeof(kLanes) == sizeof(int16_t) * kTableSets * kFamilies * kModelCount * kMaxSymbols,
              "one row of lanes per model");

constexpr bool ages_are_ages() {
  for (const auto& set : kCounts) {
    for (const auto& family : set) {
      for (const uint8_t count : family) {
        if (count > kCountMax) return false;
      }
    }
  }
  return true;
}
static_assert(ages_are_ages(), "tables by age end at kCountMax");

}  // namespace

int32_t model_group(int32_t index) {
  int32_t group = 0;
  while (index >= kExtents[group].count) index -= kExtents[group++].count;
  return group;
}

int32_t model_size(int32_t family, int32_t index) {
  int32_t group = 0;
  while (index >= kExtents[group].count) index -= kExtents[group++].count;
  switch (group) {
    case 0:
      return index < 18 ? 6 : 4;  // sides 32 and 16, then 8
    case 2:
      return family == kFamilyChroma ? 15 : 14;
    case 3:
      return index == 0 ? 2 : index == 8 ? 3 : 4;
    default:
      return kExtents[group].size;
  }
}

void init_models(int32_t family, int32_t set, CellModels* models) {
  AdaptiveCdf* m = model_array(models);
  for (int32_t i = 0; i < kModelCount; ++i) {
    std::memcpy(m[i].lane, kLanes[set][family][i], sizeof(m[i].lane));
    m[i].count = kCounts[set][family][i];
    m[i].size = kSizes[family][i];
  }
}

int32_t table_set_step(int32_t set) { return kSteps16[set]; }

int32_t table_set_for_step(int32_t step16) {
  int32_t best = 0;
  int64_t least = INT64_MAX;
  for (int32_t i = 0; i < kTableSets; ++i) {
    const int64_t ratio = step_distance(step16, kSteps16[i]);
    if (ratio < least) {
      least = ratio;
      best = i;
    }
  }
  return best;
}

}  // namespace pc15::entropy
