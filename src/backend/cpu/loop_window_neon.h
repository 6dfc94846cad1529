// A superblock before the loop filter, in bytes, and the classes of its blocks.
#pragma once

#include "backend/cpu/loop_parts.h"
#include "backend/cpu/simd_neon.h"

#if defined(PC15_HAS_NEON)

namespace pc15::backend::neon {

using normative::kLoopReach;
using normative::kLoopTaps;

constexpr int32_t kSide = 64, kAround = 16, kPitch = kSide + 2 * kAround, kRows = kSide + 2 * kLoopReach;
struct Window {
  Pixel samples[kRows * kPitch];
  const Pixel* at(int32_t x, int32_t y) const { return samples + (y + kLoopReach) * kPitch + x + kAround; }
};

// Columns -16 ... `columns` + 15 of the rows around the superblock, the border of the plane repeated; columns
// is a multiple of 16.
inline void load(const PlaneView<const Pixel>& from, int32_t x0, int32_t y0, int32_t columns, int32_t h,
                 Window* out) {
  const int32_t width = columns + 2 * kAround, first = x0 - kAround;
  const int32_t before = std::max(0, -first), inside = std::min(first + width, from.width) - first;
  for (int32_t y = -kLoopReach; y < h + kLoopReach; ++y) {
    const Pixel* const row = from.row(std::max(0, std::min(from.height - 1, y0 + y)));
    Pixel* const line = out->samples + (y + kLoopReach) * kPitch;
    if (before == 0 && inside == width) {
      for (int32_t x = 0; x < width; x += 16) vst1q_u8(line + x, vld1q_u8(row + first + x));
    } else {
      std::memset(line, row[0], static_cast<size_t>(before));
      std::memcpy(line + before, row + first + before, static_cast<size_t>(inside - before));
      std::memset(line + inside, row[from.width - 1], static_cast<size_t>(width - inside));
    }
  }
}

// |2 p - p' - p''| vertically, horizontally and along the diagonals, of every second column from -2 on, added
// up over rows.
struct Sums {
  uint16_t along[4][kSide / 2 + 8];
};

// Every second sample of a row, eight each: from the columns -3, -2, -1 and 0 of p on.
struct Columns {
  explicit Columns(const Pixel* p) : before(vld2_u8(p - 3)), after(vld2_u8(p - 1)) {}
  uint8x8x2_t before, after;
};
// Eight of them with their neighbours: from column -1 or -2 on.
struct Neighbours {
  Neighbours(const Columns& c, bool odd)
      : left(c.before.val[odd ? 1 : 0]), centre(odd ? c.after.val[0] : c.before.val[1]),
        right(c.after.val[odd ? 1 : 0]) {}
  uint8x8_t left, centre, right;
};

inline void add_row(const Columns* rows, bool odd, uint16x8_t* sums) {
  const Neighbours above(rows[0], odd), here(rows[1], odd), below(rows[2], odd);
  const uint16x8_t twice = vshll_n_u8(here.centre, 1);
  sums[0] = vabaq_u16(sums[0], twice, vaddl_u8(above.centre, below.centre));
  sums[1] = vabaq_u16(sums[1], twice, vaddl_u8(here.left, here.right));
  sums[2] = vabaq_u16(sums[2], twice, vaddl_u8(above.left, below.right));
  sums[3] = vabaq_u16(sums[3], twice, vaddl_u8(above.right, below.left));
}

// The positions of four rows from y on, as on a chessboard, of `columns` columns and 16 more: half of what
// the windows of a row of blocks see.
inline void half_window(const Window& window, int32_t y, int32_t columns, Sums* out) {
  for (int32_t x = 0; x <= columns; x += 16) {
    const Pixel* const p = window.at(x, y);
    const Columns rows[6] = {Columns(p - kPitch),     Columns(p),
                             Columns(p + kPitch),     Columns(p + 2 * kPitch),
                             Columns(p + 3 * kPitch), Columns(p + 4 * kPitch)};
    uint16x8_t sums[4] = {vdupq_n_u16(0), vdupq_n_u16(0), vdupq_n_u16(0), vdupq_n_u16(0)};
    for (int32_t r = 0; r < 4; ++r) add_row(rows + r, (r & 1) != 0, sums);
    for (int32_t i = 0; i < 4; ++i) vst1q_u16(out->along[i] + x / 2, sums[i]);
  }
}

// The windows of four blocks: eight columns from each fourth on, of two halves.
inline int32x4_t windows(const uint16_t* a, const uint16_t* b) {
  const uint32x4_t fours = vpaddlq_u16(vaddq_u16(vld1q_u16(a), vld1q_u16(b)));
  const uint32x2_t next = vpaddl_u16(vadd_u16(vld1_u16(a + 8), vld1_u16(b + 8)));
  return vreinterpretq_s32_u32(vaddq_u32(fours, vextq_u32(fours, vcombine_u32(next, next), 1)));
}

inline int32x4_t plus_mask(int32x4_t v, uint32x4_t mask) { return vaddq_s32(v, vreinterpretq_s32_u32(mask)); }
// normative::loop_ratio of the larger and the smaller, negated.
inline int32x4_t ratio(int32x4_t a, int32x4_t b) {
  const int32x4_t high = vmaxq_s32(a, b), three = vmulq_n_s32(vminq_s32(a, b), 3);
  return plus_mask(vreinterpretq_s32_u32(vcgtq_s32(high, three)), vcgtq_s32(vshlq_n_s32(high, 1), three));
}

// normative::loop_class of the blocks of a row: 4 * index + orientation, flip 1, transpose 2.
inline void classify(const Sums& above, const Sums& below, int32_t columns, int32_t step16,
                     int32_t* classes) {
  static constexpr int32_t kBorder[7] = {4, 8, 15, 25, 40, 65, 110};
  for (int32_t x = 0; x < columns; x += 16) {
    int32x4_t along[4];
    for (int32_t i = 0; i < 4; ++i) along[i] = windows(above.along[i] + x / 2, below.along[i] + x / 2);
    const int32x4_t sum = vmulq_n_s32(vaddq_s32(along[0], along[1]), 50);
    // All counts are negative.
    int32x4_t grade = vdupq_n_s32(0);
    for (const int32_t border : kBorder) {
      grade = plus_mask(grade, vcgtq_s32(sum, vdupq_n_s32(border * step16)));
    }
    const int32x4_t straight = ratio(along[0], along[1]), diagonal = ratio(along[2], along[3]);
    const int32x4_t index = vmlaq_n_s32(vmlaq_n_s32(diagonal, straight, 3), grade, 9);
    const int32x4_t transpose = vreinterpretq_s32_u32(vcgtq_s32(along[0], along[1]));
    const int32x4_t turn = plus_mask(vaddq_s32(transpose, transpose), vcgtq_s32(along[3], along[2]));
    vst1q_s32(classes + x / 4, vnegq_s32(vmlaq_n_s32(turn, index, 4)));
  }
}

// Calls filter_row(y, classes) for every row of blocks of a superblock of h rows, top to bottom.
template <typename Filter>
inline void filter_rows(const Window& window, int32_t columns, int32_t h, int32_t step16, Filter& filter) {
  Sums halves[2] = {};
  half_window(window, -2, columns, &halves[0]);
  for (int32_t y = 0; y < h; y += 4) {
    const Sums& above = halves[(y >> 2) & 1];
    Sums* const below = &halves[((y >> 2) + 1) & 1];
    half_window(window, y + 2, columns, below);
    int32_t classes[kSide / 4];
    classify(above, *below, columns, step16, classes);
    filter.filter_row(y, classes);
  }
}

}  // namespace pc15::backend::neon

#endif
