// One pass from the last rounded coefficient down chooses each level among the rounded value, one less and
// zero, with the context template filled by the levels already chosen. Every position that keeps a level is
// also priced as the end of the block; when the best end lies before the start, the pass runs once more from
// there, because the contexts behind it changed.
#include "enc/quantise_rd.h"

#include <cstring>

#include "entropy/cell_syntax.h"

namespace pc15::enc {
namespace {

using entropy::ScanEntry;

struct Pass {
  const QuantiseInput& in;
  const ScanEntry* scan;
  int32_t size, pitch;
  uint8_t map[entropy::kMagnitudeMapBytes];

  // 1024 * squared error in grey levels, from 1/8 grey levels: times 16.
  Cost distortion(int32_t magnitude, int32_t level) const {
    const int64_t e = magnitude - ((static_cast<int64_t>(level) * in.step16) >> 1);
    return e * e * 16;
  }
  int64_t token_cost(const uint16_t* table, int32_t level, int32_t offset, int32_t top) const {
    const int32_t t = level - offset;
    return t < top ? table[t] : table[top] + static_cast<int64_t>(escape_cost(t - top));
  }
};

int32_t rounded_level(int32_t magnitude, int32_t step16) {
  const int64_t l = (2 * static_cast<int64_t>(magnitude) + step16 / 2) / step16;
  return l > entropy::kLevelMax ? entropy::kLevelMax : static_cast<int32_t>(l);
}

struct PassResult {
  Cost cost;  // J with the best end
  int32_t eob;
};

// Chooses levels for scan positions below `start`. `zero_above`: distortion of everything from `start` on.
PassResult run(Pass& p, int32_t start, Cost zero_above, int16_t* levels) {
  const Lagrangian& lagrangian = p.in.lagrangian;
  std::memset(p.map, 0, static_cast<size_t>(p.pitch * ((1 << p.in.log2h) + 2)));
  Cost zeros = zero_above;    // distortion of the positions above i as zeros
  Cost above = 0;             // J of the positions above i as chosen
  Cost best = kCostInfinite;  // of (zeros + end at i) - (above + J_i): the rest is common
  int32_t best_eob = 0;
  for (int32_t i = start - 1; i >= 0; --i) {
    const ScanEntry e = p.scan[i];
    const int32_t c = p.in.coefs[e.raster], magnitude = c < 0 ? -c : c;
    const Cost zero = p.distortion(magnitude, 0);
    const int32_t grade = entropy::magnitude_grade(entropy::neighbour_magnitude(p.map + e.padded, p.pitch));
    const uint16_t* table = p.in.tokens->level[(p.size * 7 + e.zone) * 12 + grade];
    const int32_t rounded = rounded_level(magnitude, p.in.step16);
    int32_t chosen = 0;
    Cost cost = zero + lagrangian.rate(table[0]);
    for (int32_t l = rounded; l > 0 && l >= rounded - 1; --l) {
      const Cost d = p.distortion(magnitude, l);
      const Cost j = d + lagrangian.rate(p.token_cost(table, l, 0, 15) + entropy::kCostOne);
      if (j < cost || (l == rounded && rounded > 2)) {
        cost = j;
        chosen = l;
      }
    }
    if (chosen > 0) {
      const Cost end = zeros + p.distortion(magnitude, chosen) +
                       lagrangian.rate(p.in.eob_cost[entropy::eob_class(i + 1)] + entropy::kCostOne +
                                       p.token_cost(p.in.tokens->last[p.size * 7 + e.zone], chosen, 1, 14));
      if (end - (above + cost) < best) {
        best = end - (above + cost);
        best_eob = i + 1;
      }
    }
    levels[e.raster] = static_cast<int16_t>(c < 0 ? -chosen : chosen);
    p.map[e.padded] = static_cast<uint8_t>(chosen < 15 ? chosen : 15);
    above += cost;
    zeros += zero;
  }
  const Cost empty = zeros + lagrangian.rate(p.in.eob_cost[0]);
  if (best_eob == 0 || best + above >= empty) return PassResult{empty, 0};
  return PassResult{best + above, best_eob};
}

}  // namespace

QuantiseResult quantise_rd(const QuantiseInput& in, int16_t* levels) {
  const int32_t area = 1 << (in.log2w + in.log2h);
  Pass p{in,
         entropy::scan_table(in.log2w, in.log2h),
         entropy::size_class(in.log2w + in.log2h),
         (1 << in.log2w) + 2,
         {}};
  std::memset(levels, 0, sizeof(int16_t) * static_cast<size_t>(area));
  int32_t start = area;
  Cost zero_above = 0;
  while (start > 0) {
    const int32_t c = in.coefs[p.scan[start - 1].raster], magnitude = c < 0 ? -c : c;
    if (4 * static_cast<int64_t>(magnitude) >= in.step16) break;  // rounds to 1 or more
    zero_above += p.distortion(magnitude, 0);
    --start;
  }
  QuantiseResult result;
  if (start == 0) {
    result.cost = zero_above + in.lagrangian.rate(in.eob_cost[0]);
    return result;
  }
  PassResult r = run(p, start, zero_above, levels);
  if (r.eob != 0 && r.eob < start) {
    for (int32_t i = start - 1; i >= r.eob; --i) {
      const int32_t c = in.coefs[p.scan[i].raster];
      zero_above += p.distortion(c < 0 ? -c : c, 0);
      levels[p.scan[i].raster] = 0;
    }
    start = r.eob;
    r = run(p, start, zero_above, levels);
  }
  for (int32_t i = r.eob; i < start; ++i) levels[p.scan[i].raster] = 0;
  result.cost = r.cost;
  result.eob = r.eob;
  for (int32_t i = 0; i < r.eob; ++i) {
    const int32_t l = levels[p.scan[i].raster];
    result.sum += l < 0 ? -l : l;
  }
  return result;
}

}  // namespace pc15::enc
