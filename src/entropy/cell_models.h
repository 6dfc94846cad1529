// Adaptive models of a residual cell and what the contexts remember of the neighbours
// (docs/bitstream-residual.md, section 9.3). Shared by encoder and decoder.
#pragma once

#include <cstdint>
#include <cstring>

#include "base/span.h"
#include "entropy/adaptive_cdf.h"

namespace pc15::entropy {

// Luma and alpha share one family of models, Cb and Cr another.
enum PlaneFamily : int32_t { kFamilyLuma = 0, kFamilyChroma = 1, kFamilies = 2 };

struct CellModels {
  static constexpr int32_t kEobContexts = 7 * 8;
  static constexpr int32_t kLevelContexts = 5 * 7 * 12;

  AdaptiveCdf partition[3 * 9];       // level x above x left
  AdaptiveCdf procedural[3];          // neighbours that use the procedural prediction
  AdaptiveCdf mode[36];               // class above x class left
  AdaptiveCdf delta[9];               // by direction group
  AdaptiveCdf cfl[2];                 // Cb, Cr
  AdaptiveCdf step[3];                // by the sign of the previous offset
  AdaptiveCdf eob[3 * kEobContexts];  // component state x size x energy
  AdaptiveCdf eob_bit[12];            // top extra bit, by class
  AdaptiveCdf transform[18];          // size x mode class
  AdaptiveCdf last[5 * 7];            // size x zone
  AdaptiveCdf level[kLevelContexts];  // size x zone x magnitude
};

constexpr int32_t kModelCount = static_cast<int32_t>(sizeof(CellModels) / sizeof(AdaptiveCdf));
// All models of a family as one array of kModelCount.
inline AdaptiveCdf* model_array(CellModels* m) { return reinterpret_cast<AdaptiveCdf*>(m); }
inline const AdaptiveCdf* model_array(const CellModels* m) { return reinterpret_cast<const AdaptiveCdf*>(m); }

// Number of symbols of model `index` of a family, in the order of CellModels.
int32_t model_size(int32_t family, int32_t index);
// Number of the array of CellModels that model `index` belongs to.
constexpr int32_t kModelGroups = 11;
int32_t model_group(int32_t index);

// Initial models of a frozen table set; `set` < kTableSets.
constexpr int32_t kTableSets = 5;
void init_models(int32_t family, int32_t set, CellModels* models);
// max / min of two steps in 1/65536: grows with the distance of their logarithms.
inline int64_t step_distance(int32_t a, int32_t b) {
  const int64_t high = a > b ? a : b, low = a > b ? b : a;
  return low > 0 ? (high << 16) / low : INT64_MAX;
}
// The set whose training step is nearest to `step16`, in the logarithm.
int32_t table_set_for_step(int32_t step16);
// The step, in 1/16 grey level, that a frozen set was trained at.
int32_t table_set_step(int32_t set);

// What a 4-sample stretch of the border remembers of the last block that touched it.
struct UnitState {
  uint8_t mode_class;  // 0...5
  uint8_t log2_size;   // log2 of the block's side along this border
  uint8_t energy[2];   // of the (first and second) component's residual, 0...6
  uint8_t procedural;  // 1: predicted by the programs
  uint8_t valid;       // 0: outside the cell
  uint8_t palette;     // 1: a leaf of indices
  uint8_t reserved;
};

struct CellContext {
  static constexpr int32_t kMaxUnits = 512 / 4;
  UnitState above[kMaxUnits];
  UnitState left[kMaxUnits];
  int32_t previous_step;  // last step offset of this cell

  void reset() { std::memset(this, 0, sizeof(*this)); }
};

}  // namespace pc15::entropy
