// The filters after reconstruction (docs/bitstream-residual.md, chapter 10), a unit of 4 x 4 samples at a
// time.
#pragma once

#include "backend/device_picture.h"
#include "normative/filter.h"

namespace pc15::backend::cuda {

using namespace device;  // the plain data of a picture

// Seam filter over the vertical, or the horizontal, edges of one row of units.
struct SeamAgent {
  bool vertical;
  Pixel* samples;
  int32_t width;  // coded, of the plane; also the pitch
  const uint8_t* edges;
  int32_t units;  // side of a cell in units
  const SeamCell* cells;
  int32_t cell_cols;

  struct Shared {};

  template <class Block>
  PC15_HD_MEMBER void run(Block& block, Shared&) const {
    const int32_t j = block.index(), cols = width / 4;
    if (!vertical && j == 0) return;
    const uint8_t edge = vertical ? kEdgeLeft : kEdgeTop, large = vertical ? kWide : kTall;
    const uint8_t* const row = edges + int64_t{j} * cols;
    const uint8_t* const before = vertical ? row - 1 : row - cols;
    const int64_t along = vertical ? width : 1, across = vertical ? 1 : width;
    block.for_each(cols * 4, [&](int32_t item) {
      const int32_t i = item >> 2, line = item & 3;
      if ((row[i] & edge) == 0 || (vertical && i == 0)) return;
      const normative::EdgeStrength s = strength_at(i, j);
      if (s.beta == 0) return;
      Pixel* const q = samples + int64_t{4 * j} * width + 4 * i + line * along;
      normative::filter_line(q, across, s, (before[i] & large) != 0, (row[i] & large) != 0);
    });
  }

 private:
  PC15_HD_MEMBER normative::EdgeStrength strength_at(int32_t i, int32_t j) const {
    const SeamCell& q = cells[(j / units) * cell_cols + i / units];
    if (vertical && i % units == 0) return strength_between(*(&q - 1), q);
    if (!vertical && j % units == 0) return strength_between(*(&q - cell_cols), q);
    return strength_between(q, q);
  }
};

// Loop filter over one row of units, from one plane to another; what is not filtered is copied.
struct LoopAgent {
  const Pixel* from;
  Pixel* to;
  int32_t width, height;  // coded, of the plane; width is the pitch
  int32_t side;           // of a superblock in samples of the plane
  const LoopBlock* blocks;
  int32_t block_cols;
  const int8_t* filters;  // of the family: [point][set][class][tap][plain, clipped]

  struct Shared {};

  template <class Block>
  PC15_HD_MEMBER void run(Block& block, Shared&) const {
    const int32_t y = 4 * block.index();
    block.for_each(width / 4, [&](int32_t i) {
      const int32_t x = 4 * i;
      const LoopBlock& b = blocks[(y / side) * block_cols + x / side];
      if (b.set != 0) {
        filter_unit(b, x, y);
      } else {
        for (int32_t k = 0; k < 16; ++k) {
          const int64_t sample = int64_t{y + k / 4} * width + x + k % 4;
          to[sample] = from[sample];
        }
      }
    });
  }

 private:
  PC15_HD_MEMBER int32_t at(int32_t x, int32_t y) const {
    x = x < 0 ? 0 : x < width ? x : width - 1;
    y = y < 0 ? 0 : y < height ? y : height - 1;
    return from[int64_t{y} * width + x];
  }

  PC15_HD_MEMBER void add_activity(int32_t x, int32_t y, normative::LoopActivity* sum) const {
    const int32_t c = 2 * at(x, y);
    sum->vertical += normative::magnitude(c - at(x, y - 1) - at(x, y + 1));
    sum->horizontal += normative::magnitude(c - at(x - 1, y) - at(x + 1, y));
    sum->down += normative::magnitude(c - at(x - 1, y - 1) - at(x + 1, y + 1));
    sum->up += normative::magnitude(c - at(x + 1, y - 1) - at(x - 1, y + 1));
  }

  // Every second sample, like the squares of a chessboard, of the 8 x 8 around the unit.
  PC15_HD_MEMBER normative::LoopClass class_of(int32_t x, int32_t y, int32_t step16) const {
    normative::LoopActivity sum = {0, 0, 0, 0};
    for (int32_t j = -2; j < 6; j += 2) {
      for (int32_t i = -2; i < 6; i += 2) {
        add_activity(x + i, y + j, &sum);
        add_activity(x + i + 1, y + j + 1, &sum);
      }
    }
    return normative::loop_class(sum, step16);
  }

  PC15_HD_MEMBER void filter_unit(const LoopBlock& b, int32_t x, int32_t y) const {
    const normative::LoopClass c = class_of(x, y, b.step16);
    const int32_t clip = normative::loop_clip(b.step16);
    const int32_t set = normative::loop_point(b.step16) * normative::kLoopSets + b.set - 1;
    const int8_t* const filter =
        filters + (set * normative::kLoopClasses + c.index) * 2 * normative::kLoopTaps;
    for (int32_t k = 0; k < 16; ++k) {
      const int32_t px = x + k % 4, py = y + k / 4, centre = at(px, py);
      int32_t sum = 128;
      for (int32_t i = 0; i < normative::kLoopTaps; ++i) {
        const int8_t* const tap = normative::loop_tap(i);
        int32_t dx = tap[0], dy = c.flip ? -tap[1] : tap[1];
        if (c.transpose) {
          const int32_t t = dx;
          dx = dy;
          dy = t;
        }
        const int32_t p = at(px + dx, py + dy) - centre, q = at(px - dx, py - dy) - centre;
        sum += filter[2 * i] * (p + q) +
               filter[2 * i + 1] * (normative::clip_change(p, clip) + normative::clip_change(q, clip));
      }
      to[int64_t{py} * width + px] = normative::clip_pixel(centre + (sum >> 8));
    }
  }
};

}  // namespace pc15::backend::cuda
