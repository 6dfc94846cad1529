#include "backend/seam_filter.h"

#include "backend/cpu/scalar.h"
#include "normative/filter.h"

namespace pc15::backend {
namespace {

template <bool kVertical>
void filter(const SeamPlane& plane, int32_t begin, int32_t end) {
  const uint8_t edge = kVertical ? kEdgeLeft : kEdgeTop, large = kVertical ? kWide : kTall;
  const int64_t along = kVertical ? plane.samples.stride : 1, across = kVertical ? 1 : plane.samples.stride;
  const int32_t units = plane.cell >> 2, cols = (plane.samples.width + 3) >> 2;
  for (int32_t j = begin; j < end; ++j) {
    if (!kVertical && j == 0) continue;
    const uint8_t* row = plane.edges.row(j);
    const uint8_t* before = kVertical ? row - 1 : plane.edges.row(j - 1);
    for (int32_t first = 0; first < cols; first += units) {
      const SeamCell& cell = plane.cells[(j / units) * plane.cell_cols + first / units];
      const normative::EdgeStrength inner = strength_between(cell, cell);
      const int32_t stop = first + units < cols ? first + units : cols;
      for (int32_t i = first; i < stop; ++i) {
        if ((row[i] & edge) == 0 || (kVertical && i == 0)) continue;
        if (((row[i] | before[i]) & kFixed) != 0) continue;
        normative::EdgeStrength s = inner;
        if (kVertical && i == first) s = strength_between(*(&cell - 1), cell);
        if (!kVertical && j % units == 0) s = strength_between(*(&cell - plane.cell_cols), cell);
        if (s.beta == 0) continue;
        const bool p_large = (before[i] & large) != 0, q_large = (row[i] & large) != 0;
        Pixel* q = plane.samples.row(4 * j) + 4 * i;
        for (int32_t k = 0; k < 4; ++k) normative::filter_line(q + k * along, across, s, p_large, q_large);
      }
    }
  }
}

}  // namespace

namespace scalar {

void filter_vertical_edges(const SeamPlane& plane, int32_t begin, int32_t end) {
  filter<true>(plane, begin, end);
}
void filter_horizontal_edges(const SeamPlane& plane, int32_t begin, int32_t end) {
  filter<false>(plane, begin, end);
}

}  // namespace scalar
}  // namespace pc15::backend
