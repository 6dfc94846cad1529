// Lossless cells of few colours (docs/bitstream-lossless.md, 13.8): a list of colours and, per position,
// which of six candidates the index is: what followed the same neighbours before (eight of them, four of
// them), then the neighbours themselves. Written once for coder and decoder.
#pragma once

#include "base/allocator.h"
#include "base/plane.h"
#include "entropy/coder.h"

namespace pc15::entropy {

constexpr int32_t kPaletteRate = 5;
constexpr int32_t kPaletteMost = 1024;
constexpr int32_t kPaletteSlots = 6;  // candidates; the symbol after them says "none of these"

class PaletteState {
 public:
  using Index = uint16_t;

  explicit PaletteState(Memory& memory) : index_(memory), memories_(memory) {}
  static uint64_t memory_bound(int32_t side) {
    return static_cast<uint64_t>(side + 4) * static_cast<uint64_t>(side + 2) * sizeof(Index) +
           (kLong + kShort) * sizeof(Entry);
  }

  void start(int32_t width, int32_t height) {
    width_ = width;
    height_ = height;
    pitch_ = width + 4;
    index_.assign(static_cast<size_t>(pitch_) * static_cast<size_t>(height + 2), 0);
    memories_.assign(kLong + kShort, Entry());
    for (AdaptiveCdf& m : slot_) cdf_init_uniform(&m, kPaletteSlots + 1);
    for (AdaptiveCdf& m : top_) cdf_init_uniform(&m, 4);
    for (AdaptiveCdf& m : middle_) cdf_init_uniform(&m, 16);
    for (AdaptiveCdf& m : low_) cdf_init_uniform(&m, 16);
  }
  Index* row(int32_t y) { return index_.data() + static_cast<int64_t>(y + 2) * pitch_ + 2; }
  int32_t width() const { return width_; }
  int32_t height() const { return height_; }

  uint32_t colour[kPaletteMost] = {};  // bytes are the planes, the first one lowest
  int32_t count = 0;

  // All indices of the cell; `count` is 2 or more.
  template <typename Coder>
  void code_indices(Coder& coder) {
    for (int32_t y = 0; y < height_ && coder.good(); ++y) {
      Index* const r = row(y);
      for (int32_t x = 0; x < width_; ++x) code_index(coder, r + x);
    }
  }

 private:
  static constexpr uint32_t kLong = 1u << 16, kShort = 1u << 14;
  struct Entry {
    uint16_t index = 0;
    uint8_t trust = 0;  // 0: nothing seen yet
    void learn(int32_t value) {
      if (index == value && trust > 0) {
        trust = static_cast<uint8_t>(trust < 3 ? trust + 1 : 3);
        return;
      }
      trust = static_cast<uint8_t>(trust >> 1);
      if (trust > 0) return;
      index = static_cast<uint16_t>(value);
      trust = 1;
    }
  };
  static uint32_t mix(uint32_t h, int32_t v) { return (h + static_cast<uint32_t>(v) + 1) * 0x2C1B3C6Du; }

  template <typename Coder>
  void code_index(Coder& coder, Index* p) {
    const Index *const n = p - pitch_, *const nn = n - pitch_;
    const int32_t around[4] = {p[-1], n[0], n[-1], n[1]};
    uint32_t h = 0;
    for (const int32_t v : around) h = mix(h, v);
    Entry& brief = memories_[kLong + (h >> 18)];
    for (const int32_t v : {p[-2], nn[0], n[-2], n[2]}) h = mix(h, v);
    Entry& full = memories_[h >> 16];
    const int32_t candidate[kPaletteSlots] = {full.trust > 0 ? full.index : -1,
                                              brief.trust > 0 ? brief.index : -1,
                                              around[0],
                                              around[1],
                                              around[2],
                                              around[3]};
    const bool level = around[0] == around[1];
    const int32_t shape = level && around[1] == around[2] && around[1] == around[3] ? 0
                          : level                                                   ? 1
                          : around[1] == around[3]                                  ? 2
                                                                                    : 3;
    AdaptiveCdf& model =
        slot_[((full.trust * 4 + brief.trust) * 4 + shape) * 2 + (candidate[0] == candidate[1] ? 1 : 0)];
    int32_t value = *p, slot = 0;
    if constexpr (!Coder::kDecoding) {
      while (slot < kPaletteSlots && candidate[slot] != value) ++slot;
    }
    coder.symbol(model, slot);
    if (slot == kPaletteSlots) {
      code_plainly(coder, around[0], value);
    } else {
      value = candidate[slot];
      coder.require(value >= 0);
      if (value < 0) value = 0;
    }
    full.learn(value);
    brief.learn(value);
    *p = static_cast<Index>(value);
  }

  template <typename Coder>
  void code_plainly(Coder& coder, int32_t left, int32_t& value) {
    int32_t top = value >> 8, middle = value >> 4 & 15, low = value & 15;
    if (count > 256) coder.symbol(top_[left >> 8], top);
    if (count > 16) coder.symbol(middle_[top == left >> 8 ? left >> 4 & 15 : 16 + top], middle);
    coder.symbol(low_[count > 16 ? top << 4 | middle : left], low);
    value = top << 8 | middle << 4 | low;
    coder.require(value < count);
    if (value >= count) value = 0;
  }

  int32_t width_ = 0, height_ = 0;
  int64_t pitch_ = 0;
  Vector<Index> index_;
  Vector<Entry> memories_;
  AdaptiveCdf slot_[128], top_[4], middle_[20], low_[64];
};

// The colours, then the indices. `planes`: bytes of a colour that are coded.
template <typename Coder>
void code_palette(Coder& coder, PaletteState& state, int32_t planes) {
  uint32_t last = static_cast<uint32_t>(state.count - 1);
  coder.set_rate(kPaletteRate);
  coder.bits(last, 10);
  state.count = static_cast<int32_t>(last) + 1;
  AdaptiveCdf high[4], low[4][2];
  for (int32_t c = 0; c < 4; ++c) {
    cdf_init_uniform(&high[c], 16);
    for (AdaptiveCdf& m : low[c]) cdf_init_uniform(&m, 16);
  }
  uint32_t before = 0;
  for (int32_t i = 0; i < state.count; ++i) {
    uint32_t all = 0;
    for (int32_t c = planes - 1; c >= 0; --c) {
      const uint32_t left = before >> (8 * c) & 255u, rise = ((state.colour[i] >> (8 * c)) - left) & 255u;
      int32_t h = static_cast<int32_t>(rise >> 4), l = static_cast<int32_t>(rise & 15u);
      coder.symbol(high[c], h);
      coder.symbol(low[c][h > 0 ? 1 : 0], l);
      all |= ((left + static_cast<uint32_t>(h << 4 | l)) & 255u) << (8 * c);
    }
    before = state.colour[i] = all;
  }
  if (state.count > 1) state.code_indices(coder);
}

}  // namespace pc15::entropy
