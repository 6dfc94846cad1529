// Steps are rounded to the grid one parameter after the other, the least certain first, and the others
// follow each rounding (L. Babai, "On Lovasz' lattice reduction and the nearest lattice point problem",
// 1986): parameters that make up for each other, such as period and phase, must not be rounded independently.
#include <algorithm>
#include <cmath>

#include "enc/analysis_grid.h"
#include "enc/refine.h"

namespace pc15::enc {

using normative::ParamId;
using normative::ParamSpec;

double first_reach(ParamId id, double half_side) {
  switch (id) {
    case ParamId::kPeriod:
    case ParamId::kPeriod2:
    case ParamId::kCell:
    case ParamId::kCell2:
      return 0.05 / half_side * 1048576;
    case ParamId::kAngle:
    case ParamId::kAngle2:
    case ParamId::kSkew:
      return 262144 * 0.1 / half_side;
    case ParamId::kPhase:
    case ParamId::kPhase2:
      return 160;
    case ParamId::kCenterX:
    case ParamId::kCenterY:
    case ParamId::kOffset:
      return 16;
    case ParamId::kDuty:
      return 128;
    case ParamId::kSoftness:
    case ParamId::kRadius:
    case ParamId::kRadius2:
    case ParamId::kThickness:
      return 16;
    case ParamId::kGain:
    case ParamId::kVariation:
    case ParamId::kTwist:
      return 1;
    default:
      return 4;
  }
}

bool is_continuous(const ParamSpec& spec) {
  return spec.hi > spec.lo && (normative::param_grid(spec.id).bias != normative::kNeverShifted ||
                               spec.id == ParamId::kGain || spec.id == ParamId::kVariation);
}

int32_t move_index(const ParamSpec& spec, int32_t index, int64_t by) {
  const int32_t wrap = normative::param_grid(spec.id).wrap;
  const int64_t moved = int64_t{index} + by;
  if (wrap > 0) {
    const int64_t turn = int64_t{1} << wrap;
    return static_cast<int32_t>(((moved % turn) + turn) % turn);
  }
  return static_cast<int32_t>(std::min<int64_t>(spec.hi, std::max<int64_t>(spec.lo, moved)));
}

void round_step(int32_t count, const double* a, double* x) {
  int32_t left[kMaxUnknowns], n = count;
  for (int32_t c = 0; c < count; ++c) left[c] = c;
  while (n > 0) {
    // Least certain: the largest variance, the diagonal of the inverse of what is left of A.
    int32_t pick = 0;
    double most = -1;
    for (int32_t c = 0; c < n && n > 1; ++c) {
      double sub[kMaxUnknowns * kMaxUnknowns], unit[kMaxUnknowns] = {};
      for (int32_t r = 0; r < n; ++r) {
        for (int32_t m = 0; m < n; ++m) sub[r * n + m] = a[left[r] * count + left[m]];
      }
      unit[c] = 1;
      if (!solve_symmetric(n, 1e-9, sub, unit)) unit[c] = 1e300;
      if (unit[c] <= most) continue;
      most = unit[c];
      pick = c;
    }
    const int32_t at = left[pick];
    const double whole = std::round(x[at]), moved = whole - x[at];
    x[at] = whole;
    left[pick] = left[--n];
    double sub[kMaxUnknowns * kMaxUnknowns], b[kMaxUnknowns];
    for (int32_t r = 0; r < n; ++r) {
      for (int32_t m = 0; m < n; ++m) sub[r * n + m] = a[left[r] * count + left[m]];
      b[r] = -a[left[r] * count + at] * moved;
    }
    if (n == 0 || !solve_symmetric(n, 1e-9, sub, b)) continue;
    for (int32_t r = 0; r < n; ++r) x[left[r]] += b[r];
  }
}

}  // namespace pc15::enc
