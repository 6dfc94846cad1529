// Kernel CELLULAR: one jittered point per cell of a square lattice, and functions of the distances to the
// points of the 3 x 3 cells around (docs/bitstream-programs.md, section 8.10). S. Worley, "A cellular texture
// basis function", SIGGRAPH 1996; distance to the bisector: I. Quilez, "Voronoi borders", 2012.
#pragma once

#include "normative/catalogue.h"
#include "normative/fixed.h"
#include "normative/prng.h"
#include "normative/program.h"
#include "normative/synth_wave.h"

namespace pc15::normative {

struct CellularSetup {
  int64_t frequency = 0;  // cells per px, Q36
  int64_t size = 0;       // px per cell, Q16
  int32_t jitter = 16;    // 1/16
  uint64_t seed = 0;
  SoftEdge edge;
  int32_t half_q16 = 0;              // half thickness, px
  int32_t density = 16;              // 1/16
  int64_t roundness = 0;             // kPebbles: 2^20 / width of the rim in 1/32 cell
  int64_t spot = 0, spot_limit = 0;  // 2^45 / radius^2; squared distance beyond which a spot is 0, Q20 px^2
};

// The points around the cell a row last visited, relative to its corner, in cells Q20.
struct CellularCursor {
  bool valid;
  int32_t ix, iy;
  int32_t px[9], py[9];
  uint32_t hash[9];
  int32_t nearest;     // whose neighbours `inverse` describes; -1: none
  int64_t inverse[9];  // 2^36 / distance between the points, 0 for the point itself
};
PC15_HD void reset_cursor(CellularCursor* cursor) {
  cursor->valid = false;
  cursor->ix = cursor->iy = 0;
  cursor->nearest = -1;
}

PC15_HD CellularSetup cellular_setup(const Layer& layer, const PresetSpec& spec, int32_t scale_log2,
                                     uint64_t seed) {
  CellularSetup s;
  s.frequency = exp2_neg_q36(layer_param(layer, spec, ParamId::kScale, 80));
  s.size = (int64_t{1} << 52) / s.frequency;
  s.jitter = layer_param(layer, spec, ParamId::kJitter, 16);
  s.seed = seed;
  s.edge = make_edge(soft_half(layer_param(layer, spec, ParamId::kSoftness, 48), scale_log2));
  s.half_q16 = layer_param(layer, spec, ParamId::kThickness, 0) << 10;
  s.density = layer_param(layer, spec, ParamId::kDensity, 16);
  s.roundness = (int64_t{1} << 20) / layer_param(layer, spec, ParamId::kGain, 8);
  const int64_t radius = layer_param(layer, spec, ParamId::kRadius, 256);
  s.spot = (int64_t{1} << 45) / (radius * radius);
  s.spot_limit = (radius * radius) << 15;
  return s;
}

PC15_HD void visit_cell(const CellularSetup& s, CellularCursor* cursor, int32_t ix, int32_t iy) {
  if (cursor->valid && cursor->ix == ix && cursor->iy == iy) return;
  cursor->valid = true;
  cursor->ix = ix;
  cursor->iy = iy;
  cursor->nearest = -1;
  for (int32_t k = 0; k < 9; ++k) {
    const int32_t ox = k % 3 - 1, oy = k / 3 - 1;
    const uint32_t h = lattice_hash(ix + ox, iy + oy, s.seed);
    const int32_t rx = static_cast<int32_t>(h & 65535u) - 32768, ry = static_cast<int32_t>(h >> 16) - 32768;
    cursor->px[k] = ox * 1048576 + 524288 + rx * s.jitter;
    cursor->py[k] = oy * 1048576 + 524288 + ry * s.jitter;
    cursor->hash[k] = mix32(h ^ 0x68E31DA4u);
  }
}

PC15_HD void visit_neighbours(CellularCursor* cursor, int32_t nearest) {
  if (cursor->nearest == nearest) return;
  cursor->nearest = nearest;
  for (int32_t k = 0; k < 9; ++k) {
    const int64_t dx = cursor->px[k] - cursor->px[nearest], dy = cursor->py[k] - cursor->py[nearest];
    const uint32_t length = isqrt(static_cast<uint64_t>(dx * dx + dy * dy));
    cursor->inverse[k] = length == 0 ? 0 : (int64_t{1} << 36) / length;
  }
}

// Brightness of a spot, Q15: 0 where the cell is empty.
PC15_HD int32_t spot_value(const CellularSetup& s, const CellularCursor& cursor, int32_t k, int32_t fx,
                           int32_t fy, bool random_brightness) {
  const uint32_t h = cursor.hash[k];
  if (static_cast<int32_t>(h & 15u) >= s.density) return 0;
  const int64_t dx = asr64((cursor.px[k] - fx) * s.size, 26);  // Q10 px
  const int64_t dy = asr64((cursor.py[k] - fy) * s.size, 26);
  const int64_t d2 = dx * dx + dy * dy;
  if (d2 >= s.spot_limit) return 0;
  const int32_t e = exp_neg_q15((d2 * s.spot) >> 44);
  return random_brightness ? (e * static_cast<int32_t>(h >> 17)) >> 15 : e;
}

// x, y in Q(4 + kFine) from the centre of the frame.
template <int32_t kPreset, int32_t kFine>
PC15_HD int32_t cellular_value(const CellularSetup& s, CellularCursor* cursor, int32_t x, int32_t y) {
  const int64_t cx = cells_q40<kFine>(x, s.frequency), cy = cells_q40<kFine>(y, s.frequency);
  visit_cell(s, cursor, static_cast<int32_t>(asr64(cx, 40)), static_cast<int32_t>(asr64(cy, 40)));
  const int32_t fx = static_cast<int32_t>((cx >> 20) & 1048575),
                fy = static_cast<int32_t>((cy >> 20) & 1048575);
  if (kPreset == kStarfield || kPreset == kGaussianSpots) {
    int32_t best = 0, sum = 0;
    for (int32_t k = 0; k < 9; ++k) {
      const int32_t v = spot_value(s, *cursor, k, fx, fy, kPreset == kStarfield);
      best = max_i32(best, v);
      sum += v;
    }
    return (kPreset == kStarfield ? best : min_i32(sum, 32768)) - 16384;
  }
  int64_t d2[9];
  int32_t nearest = 0;
  for (int32_t k = 0; k < 9; ++k) {
    const int64_t dx = cursor->px[k] - fx, dy = cursor->py[k] - fy;
    d2[k] = dx * dx + dy * dy;
    if (d2[k] < d2[nearest]) nearest = k;
  }
  if (kPreset == kWorley) {
    return max_i32(16384 - static_cast<int32_t>(isqrt(static_cast<uint64_t>(d2[nearest])) >> 5), -16384);
  }
  if (kPreset == kVoronoiCells) return static_cast<int32_t>(cursor->hash[nearest] >> 17) - 16384;
  visit_neighbours(cursor, nearest);
  int64_t border = int64_t{1} << 24;  // distance to the nearest bisector, cells Q20
  for (int32_t k = 0; k < 9; ++k) {
    if (cursor->inverse[k] == 0) continue;
    const int64_t d = ((d2[k] - d2[nearest]) * cursor->inverse[k]) >> 37;
    if (d < border) border = d;
  }
  if (kPreset == kVoronoiEdges) return edge_q14(s.edge, s.half_q16 - ((border * s.size) >> 20));
  const int32_t rim =
      static_cast<int32_t>(clamp_i64((border * s.roundness) >> 20, 0, 32768));  // kPebbles, Q15
  return asr(rim * (65536 - rim), 15) - 16384;
}

}  // namespace pc15::normative
