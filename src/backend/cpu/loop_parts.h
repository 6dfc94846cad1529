// What the versions of the loop filter share; see backend/loop_filter.h.
#pragma once

#include <algorithm>
#include <cstring>

#include "backend/loop_filter.h"
#include "base/span.h"

namespace pc15::backend {

// The magnitudes of a filter's clipped halves add up to at most this.
constexpr int32_t kMostClippedSum = 800;

// Filters the superblock whose top left sample is (x, y) with the sets first, first + 1, ... (from 1 on) into
// to[0], to[1], ...
using FilterSuperblock = void (*)(const LoopPlane& plane, int32_t x, int32_t y, int32_t step16, int32_t first,
                                  Span<const PlaneView<Pixel>> to);
// Operations::filter_loop and filter_loop_sets with `filter`.
void filter_loop_by(FilterSuperblock filter, const LoopPlane& plane, int32_t begin, int32_t end);
void filter_loop_sets_by(FilterSuperblock filter, const LoopPlane& plane, int32_t begin, int32_t end,
                         const PlaneView<Pixel>* to);

// The tap that an orientation, flip 1 and transpose 2, turns to the place of tap `i` or to the opposite one:
// the taps form a diamond, so a block may keep its samples where they lie and turn its coefficients.
inline int32_t turned_tap(int32_t orientation, int32_t i) {
  const int8_t* const place = normative::loop_tap(i);
  for (int32_t from = 0;; ++from) {
    const int8_t* const tap = normative::loop_tap(from);
    int32_t x = tap[0], y = (orientation & 1) != 0 ? -tap[1] : tap[1];
    if ((orientation & 2) != 0) std::swap(x, y);
    if ((x == place[0] && y == place[1]) || (x == -place[0] && y == -place[1])) return from;
  }
}

// The next four blocks of a row, what classify() says of them; one beyond the plane repeats the last.
struct FourBlocks {
  FourBlocks(const int32_t* classes, int32_t left) : count(std::min(4, left)) {
    for (int32_t i = 0; i < 4; ++i) codes[i] = classes[std::min(i, count - 1)];
  }
  int32_t count;
  int32_t codes[4];
};

// Four rows of 16 filtered samples to (x, y), but for blocks that are fixed.
inline void write_blocks(const LoopPlane& plane, const PlaneView<Pixel>& to, int32_t x, int32_t y,
                         int32_t blocks, const Pixel* rows) {
  for (int32_t i = 0; i < blocks; ++i) {
    if (plane.units.data != nullptr && (plane.units.at(x / 4 + i, y / 4) & kFixed) != 0) continue;
    for (int32_t r = 0; r < 4; ++r) std::memcpy(to.row(y + r) + x + 4 * i, rows + 16 * r + 4 * i, 4);
  }
}

}  // namespace pc15::backend
