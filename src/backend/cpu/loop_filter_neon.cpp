// The loop filter, four blocks of a row at a time, their coefficients in registers for four rows.
//
// Samples stay bytes. A difference p - c clipped to +-t is q - c with q = min(max(p, c - t), c + t), where
// c - t and c + t may saturate, since p does. So in f (p + p' - 2c) + g (q + q' - 2c) everything but the
// share of c is a product of a sum of two bytes, which an instruction adds to four lanes, taking the factor
// from a lane of a register; and c gets what is missing to 256, so that the sum over 256 is the filtered
// sample.
#include "backend/cpu/neon.h"

#if defined(PC15_HAS_NEON)

#include <utility>

#include "backend/cpu/loop_window_neon.h"

namespace pc15::backend::neon {
namespace {

// For each orientation of a block, which of a filter's first 16 and last 16 bytes to take for each tap.
struct Orders {
  Orders() {
    for (int32_t o = 0; o < 4; ++o) {
      for (int32_t k = 0; k < 2 * kLoopTaps; ++k) {
        const int32_t from = 2 * turned_tap(o, k / 2) + k % 2;
        bytes[o][k] = static_cast<uint8_t>(from < 16 ? from : from + 8);
      }
    }
  }
  uint8_t bytes[4][2 * kLoopTaps];
};

// Of four blocks: pairs (plain, clipped) of taps 0-3, 4-7 and 8-11, and what the centre counts, in the first
// four lanes.
struct Coefficients {
  int16x8_t taps[4][3], centre;
};

// `codes`: what classify() says of the four blocks.
inline void unfold(const int8_t* filters, const int32_t* codes, Coefficients* out) {
  static const Orders orders;
  int16_t centre[8] = {};
  for (int32_t i = 0; i < 4; ++i) {
    const uint8_t* const filter = reinterpret_cast<const uint8_t*>(filters) + (codes[i] >> 2) * 2 * kLoopTaps;
    const uint8_t* const order = orders.bytes[codes[i] & 3];
    const uint8x16x2_t all = {{vld1q_u8(filter), vld1q_u8(filter + 8)}};
    const int8x16_t first = vreinterpretq_s8_u8(vqtbl2q_u8(all, vld1q_u8(order)));
    const int8x8_t last = vreinterpret_s8_u8(vqtbl2_u8(all, vld1_u8(order + 16)));
    int16x8_t* const taps = out->taps[i];
    taps[0] = vmovl_s8(vget_low_s8(first));
    taps[1] = vmovl_high_s8(first);
    taps[2] = vmovl_s8(last);
    const int32_t sum = vaddvq_s16(vaddq_s16(vaddq_s16(taps[0], taps[1]), taps[2]));
    centre[i] = static_cast<int16_t>(256 - 2 * sum);
  }
  out->centre = vld1q_s16(centre);
}

// Adds 16 sums of two samples, times lane kLane of each block's factors.
template <int kGroup, int kLane>
inline void add_products(uint8x16_t a, uint8x16_t b, const Coefficients& k, int32x4_t* sum) {
  const int16x8_t low = vreinterpretq_s16_u16(vaddl_u8(vget_low_u8(a), vget_low_u8(b)));
  const int16x8_t high = vreinterpretq_s16_u16(vaddl_high_u8(a, b));
  sum[0] = vmlal_laneq_s16(sum[0], vget_low_s16(low), k.taps[0][kGroup], kLane);
  sum[1] = vmlal_high_laneq_s16(sum[1], low, k.taps[1][kGroup], kLane);
  sum[2] = vmlal_laneq_s16(sum[2], vget_low_s16(high), k.taps[2][kGroup], kLane);
  sum[3] = vmlal_high_laneq_s16(sum[3], high, k.taps[3][kGroup], kLane);
}

// What a sample may be at least and at most for the clipped half of a filter.
struct Range {
  uint8x16_t low, high;
  uint8x16_t clip(uint8x16_t v) const { return vminq_u8(vmaxq_u8(v, low), high); }
};

template <int kTap>
inline void add_tap(const Pixel* p, const Range& range, const Coefficients& k, int32x4_t* sum) {
  const int32_t offset = normative::loop_tap(kTap)[1] * kPitch + normative::loop_tap(kTap)[0];
  const uint8x16_t a = vld1q_u8(p + offset), b = vld1q_u8(p - offset);
  add_products<kTap / 4, kTap % 4 * 2>(a, b, k, sum);
  add_products<kTap / 4, kTap % 4 * 2 + 1>(range.clip(a), range.clip(b), k, sum);
}

// A row of 16 samples at p. `clip`: what normative::loop_clip() says, everywhere.
template <int... kTap>
inline uint8x16_t filter_line(const Pixel* p, uint8x16_t clip, const Coefficients& k,
                              std::integer_sequence<int, kTap...>) {
  const uint8x16_t c = vld1q_u8(p);
  const Range range = {vqsubq_u8(c, clip), vqaddq_u8(c, clip)};
  const int16x8_t low = vreinterpretq_s16_u16(vmovl_u8(vget_low_u8(c))),
                  high = vreinterpretq_s16_u16(vmovl_high_u8(c));
  int32x4_t sum[4] = {vmull_laneq_s16(vget_low_s16(low), k.centre, 0), vmull_high_laneq_s16(low, k.centre, 1),
                      vmull_laneq_s16(vget_low_s16(high), k.centre, 2),
                      vmull_high_laneq_s16(high, k.centre, 3)};
  (add_tap<kTap>(p, range, k, sum), ...);
  const uint16x8_t first = vqrshrun_high_n_s32(vqrshrun_n_s32(sum[0], 8), sum[1], 8);
  const uint16x8_t second = vqrshrun_high_n_s32(vqrshrun_n_s32(sum[2], 8), sum[3], 8);
  return vqmovn_high_u16(vqmovn_u16(first), second);
}

class Superblock {
 public:
  Superblock(const LoopPlane& plane, int32_t x0, int32_t y0, int32_t step16, int32_t first,
             Span<const PlaneView<Pixel>> to)
      : plane_(plane), x0_(x0), y0_(y0), w_(std::min(plane.side, plane.from.width - x0)),
        h_(std::min(plane.side, plane.from.height - y0)), step16_(step16), first_(first), to_(to) {}

  void filter() {
    const int32_t columns = (w_ + 15) & ~15;
    load(plane_.from, x0_, y0_, columns, h_, &window_);
    filter_rows(window_, columns, h_, step16_, *this);
  }

  void filter_row(int32_t y, const int32_t* classes) {
    const uint8x16_t clip = vdupq_n_u8(static_cast<uint8_t>(normative::loop_clip(step16_)));
    const int32_t point = normative::loop_point(step16_);
    for (int32_t x = 0; x < w_; x += 16) {
      const FourBlocks blocks(classes + x / 4, (w_ - x) / 4);
      for (size_t set = 0; set < to_.size; ++set) {
        Coefficients k;
        unfold(loop_filters(plane_.chroma, point, first_ - 1 + static_cast<int32_t>(set)), blocks.codes, &k);
        uint8x16_t rows[4];
        for (int32_t r = 0; r < 4; ++r) {
          rows[r] = filter_line(window_.at(x, y + r), clip, k, std::make_integer_sequence<int, kLoopTaps>());
        }
        write(to_[set], x0_ + x, y0_ + y, blocks.count, rows);
      }
    }
  }

 private:
  void write(const PlaneView<Pixel>& to, int32_t x, int32_t y, int32_t blocks, const uint8x16_t* rows) const {
    uint8_t flags = 0;
    for (int32_t i = 0; i < blocks && plane_.units.data != nullptr; ++i) {
      flags = static_cast<uint8_t>(flags | plane_.units.at(x / 4 + i, y / 4));
    }
    const bool whole = blocks == 4 && (flags & kFixed) == 0;
    Pixel samples[4 * 16];
    for (int32_t r = 0; r < 4; ++r) vst1q_u8(whole ? to.row(y + r) + x : samples + 16 * r, rows[r]);
    if (!whole) write_blocks(plane_, to, x, y, blocks, samples);
  }

  const LoopPlane& plane_;
  int32_t x0_, y0_, w_, h_, step16_, first_;
  Span<const PlaneView<Pixel>> to_;
  Window window_;
};

// FilterSuperblock.
void filter_superblock(const LoopPlane& plane, int32_t x, int32_t y, int32_t step16, int32_t first,
                       Span<const PlaneView<Pixel>> to) {
  Superblock(plane, x, y, step16, first, to).filter();
}

}  // namespace

void filter_loop(const LoopPlane& plane, int32_t begin, int32_t end) {
  filter_loop_by(filter_superblock, plane, begin, end);
}

void filter_loop_sets(const LoopPlane& plane, int32_t begin, int32_t end, const PlaneView<Pixel>* to) {
  filter_loop_sets_by(filter_superblock, plane, begin, end, to);
}

}  // namespace pc15::backend::neon

#endif
