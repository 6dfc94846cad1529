// A superblock and three samples around it are widened to 16 bits in a buffer of their own, the border of the
// plane repeated. Activities are summed over every second sample (like the squares of a chessboard) in 2x2
// cells first, because the windows of neighbouring blocks overlap by half.
#include "backend/loop_filter.h"

#include <algorithm>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "backend/cpu/loop_parts.h"
#include "backend/cpu/scalar.h"
#include "normative/predict.h"

namespace pc15::backend {
namespace {

#include "normative/loop_filter_tables.inc"

static_assert(sizeof(kLoopFilters) == kLoopFilterBytes, "one byte per coefficient");

using normative::kLoopClasses;
using normative::kLoopReach;
using normative::kLoopTaps;
using normative::LoopClass;

constexpr int32_t kSide = 64, kPitch = kSide + 2 * kLoopReach + 10, kBlocks = kSide / 4;

struct Window {
  int16_t samples[(kSide + 2 * kLoopReach) * kPitch];
  const int16_t* at(int32_t x, int32_t y) const {
    return samples + (y + kLoopReach) * kPitch + x + kLoopReach;
  }
};

void load(const PlaneView<const Pixel>& from, int32_t x0, int32_t y0, int32_t w, int32_t h, Window* out) {
  for (int32_t y = -kLoopReach; y < h + kLoopReach; ++y) {
    const Pixel* row = from.row(std::max(0, std::min(from.height - 1, y0 + y)));
    int16_t* o = out->samples + (y + kLoopReach) * kPitch;
    for (int32_t x = -kLoopReach; x < w + kLoopReach; ++x) {
      *o++ = row[std::max(0, std::min(from.width - 1, x0 + x))];
    }
  }
}

normative::LoopActivity activity_at(const int16_t* p) {
  const int32_t c = 2 * p[0];
  return {std::abs(c - p[-kPitch] - p[kPitch]), std::abs(c - p[-1] - p[1]),
          std::abs(c - p[-kPitch - 1] - p[kPitch + 1]), std::abs(c - p[-kPitch + 1] - p[kPitch - 1])};
}

void add(const normative::LoopActivity& a, normative::LoopActivity* sum) {
  sum->vertical += a.vertical;
  sum->horizontal += a.horizontal;
  sum->down += a.down;
  sum->up += a.up;
}

// `classes`: rows of w / 4.
void classify(const Window& window, int32_t w, int32_t h, int32_t step16, LoopClass* classes) {
  constexpr int32_t kCells = kSide / 2 + 2;       // 2x2 cells, one more on each side
  normative::LoopActivity pair[kCells][kBlocks];  // four cells of a row: the width of a window
  const int32_t rows = h / 2 + 2, columns = w / 4;
  for (int32_t y = 0; y < rows; ++y) {
    normative::LoopActivity cell[kCells];
    for (int32_t x = 0; x < w / 2 + 2; ++x) {
      const int16_t* p = window.at(2 * x - 2, 2 * y - 2);
      cell[x] = activity_at(p);
      add(activity_at(p + kPitch + 1), &cell[x]);
    }
    for (int32_t x = 0; x < columns; ++x) {
      pair[y][x] = cell[2 * x];
      for (int32_t i = 1; i < 4; ++i) add(cell[2 * x + i], &pair[y][x]);
    }
  }
  for (int32_t y = 0; y < h / 4; ++y) {
    for (int32_t x = 0; x < columns; ++x) {
      normative::LoopActivity sum = pair[2 * y][x];
      for (int32_t i = 1; i < 4; ++i) add(pair[2 * y + i][x], &sum);
      classes[y * columns + x] = normative::loop_class(sum, step16);
    }
  }
}

// Distance in the window from a sample to the first one of each pair, for the four orientations.
struct Offsets {
  Offsets() {
    for (int32_t o = 0; o < 4; ++o) {
      for (int32_t i = 0; i < kLoopTaps; ++i) {
        const int8_t* tap = normative::loop_tap(i);
        const int32_t x = tap[0], y = (o & 1) != 0 ? -tap[1] : tap[1];
        at[o][i] = (o & 2) != 0 ? x * kPitch + y : y * kPitch + x;
      }
    }
  }
  int32_t at[4][kLoopTaps];
};

#if defined(__SSE2__)

__m128i two_rows(const int16_t* p) {
  return _mm_unpacklo_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)),
                            _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p + kPitch)));
}

// Two rows of a block at a time; plain and clipped differences side by side for one multiplication.
void filter_block(const int16_t* p, const int32_t* offset, const int8_t* filter, int32_t clip, Pixel* out,
                  int64_t stride) {
  const __m128i high = _mm_set1_epi16(static_cast<int16_t>(clip)),
                low = _mm_set1_epi16(static_cast<int16_t>(-clip));
  for (int32_t y = 0; y < 4; y += 2, p += 2 * kPitch, out += 2 * stride) {
    const __m128i centre = two_rows(p);
    __m128i first = _mm_set1_epi32(128), second = first;
    for (int32_t i = 0; i < kLoopTaps; ++i) {
      const __m128i a = _mm_sub_epi16(two_rows(p + offset[i]), centre);
      const __m128i b = _mm_sub_epi16(two_rows(p - offset[i]), centre);
      const __m128i plain = _mm_add_epi16(a, b);
      const __m128i clipped = _mm_add_epi16(_mm_max_epi16(low, _mm_min_epi16(a, high)),
                                            _mm_max_epi16(low, _mm_min_epi16(b, high)));
      const uint32_t pair = static_cast<uint16_t>(filter[2 * i]) |
                            static_cast<uint32_t>(static_cast<uint16_t>(filter[2 * i + 1])) << 16;
      const __m128i k = _mm_set1_epi32(static_cast<int32_t>(pair));
      first = _mm_add_epi32(first, _mm_madd_epi16(_mm_unpacklo_epi16(plain, clipped), k));
      second = _mm_add_epi32(second, _mm_madd_epi16(_mm_unpackhi_epi16(plain, clipped), k));
    }
    const __m128i change = _mm_packs_epi32(_mm_srai_epi32(first, 8), _mm_srai_epi32(second, 8));
    const __m128i result = _mm_packus_epi16(_mm_add_epi16(centre, change), centre);
    const int32_t top = _mm_cvtsi128_si32(result), bottom = _mm_cvtsi128_si32(_mm_srli_si128(result, 4));
    std::memcpy(out, &top, 4);
    std::memcpy(out + stride, &bottom, 4);
  }
}

#else

int32_t clipped(int32_t v, int32_t limit) { return v < -limit ? -limit : v > limit ? limit : v; }

void filter_block(const int16_t* p, const int32_t* offset, const int8_t* filter, int32_t clip, Pixel* out,
                  int64_t stride) {
  for (int32_t y = 0; y < 4; ++y) {
    for (int32_t x = 0; x < 4; ++x) {
      const int16_t* const s = p + y * kPitch + x;
      int32_t sum = 128;
      for (int32_t i = 0; i < kLoopTaps; ++i) {
        const int32_t a = s[offset[i]] - s[0], b = s[-offset[i]] - s[0];
        sum += filter[2 * i] * (a + b) + filter[2 * i + 1] * (clipped(a, clip) + clipped(b, clip));
      }
      out[y * stride + x] = normative::clip_pixel(s[0] + (sum >> 8));
    }
  }
}

#endif

// FilterSuperblock.
void filter_superblock(const LoopPlane& plane, int32_t x0, int32_t y0, int32_t step16, int32_t first,
                       Span<const PlaneView<Pixel>> to) {
  static const Offsets offsets;
  const int32_t w = std::min(plane.side, plane.from.width - x0),
                h = std::min(plane.side, plane.from.height - y0);
  Window window;
  LoopClass classes[kBlocks * kBlocks];
  load(plane.from, x0, y0, w, h, &window);
  classify(window, w, h, step16, classes);
  const int32_t clip = normative::loop_clip(step16);
  for (size_t set = 0; set < to.size; ++set) {
    const int8_t* const filters =
        loop_filters(plane.chroma, normative::loop_point(step16), first - 1 + static_cast<int32_t>(set));
    for (int32_t y = 0; y < h; y += 4) {
      for (int32_t x = 0; x < w; x += 4) {
        if (plane.units.data != nullptr && (plane.units.at((x0 + x) / 4, (y0 + y) / 4) & kFixed) != 0)
          continue;
        const LoopClass c = classes[(y / 4) * (w / 4) + x / 4];
        filter_block(window.at(x, y), offsets.at[(c.flip ? 1 : 0) + (c.transpose ? 2 : 0)],
                     filters + c.index * 2 * kLoopTaps, clip, to[set].row(y0 + y) + x0 + x, to[set].stride);
      }
    }
  }
}

}  // namespace

const int8_t* loop_filters(bool chroma, int32_t point, int32_t set) {
  return kLoopFilters[chroma ? 1 : 0][point][set][0];
}

void classify_superblock(const LoopPlane& plane, int32_t x, int32_t y, int32_t step16, LoopClass* classes) {
  const int32_t w = std::min(plane.side, plane.from.width - x),
                h = std::min(plane.side, plane.from.height - y);
  Window window;
  load(plane.from, x, y, w, h, &window);
  classify(window, w, h, step16, classes);
}

void filter_loop_by(FilterSuperblock filter, const LoopPlane& plane, int32_t begin, int32_t end) {
  for (int32_t row = begin; row < end; ++row) {
    for (int32_t col = 0; col < plane.block_cols; ++col) {
      const LoopBlock& block = plane.blocks[row * plane.block_cols + col];
      if (block.set == 0) continue;
      filter(plane, col * plane.side, row * plane.side, block.step16, block.set, {&plane.to, 1});
    }
  }
}

void filter_loop_sets_by(FilterSuperblock filter, const LoopPlane& plane, int32_t begin, int32_t end,
                         const PlaneView<Pixel>* to) {
  for (int32_t row = begin; row < end; ++row) {
    for (int32_t col = 0; col < plane.block_cols; ++col) {
      const int32_t step16 = plane.blocks[row * plane.block_cols + col].step16;
      filter(plane, col * plane.side, row * plane.side, step16, 1, {to, normative::kLoopSets});
    }
  }
}

namespace scalar {

void filter_loop(const LoopPlane& plane, int32_t begin, int32_t end) {
  filter_loop_by(filter_superblock, plane, begin, end);
}

void filter_loop_sets(const LoopPlane& plane, int32_t begin, int32_t end, const PlaneView<Pixel>* to) {
  filter_loop_sets_by(filter_superblock, plane, begin, end, to);
}

}  // namespace scalar
}  // namespace pc15::backend
