// Indices into a list of colours, coded by what followed the same neighbours before: lossless cells of few
// colours (docs/bitstream-lossless.md, 13.8) and palette leaves (docs/bitstream-residual.md, 9.8). Per
// position one symbol says which of six candidates the index is: two memories (of eight neighbours and of
// four), then the neighbours themselves. Written once for coder and decoder.
#pragma once

#include <array>

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
    memories_.assign((kLong + kShort) / kPage, Page());
    luma_ = PlaneView<const Pixel>();
    start_slots();
    for (AdaptiveCdf& m : top_) cdf_init_uniform(&m, 4);
    for (AdaptiveCdf& m : middle_) cdf_init_uniform(&m, 16);
    for (AdaptiveCdf& m : low_) cdf_init_uniform(&m, 16);
  }
  // From here on the brief memory is keyed by the luma at a position instead of the neighbours, the full one
  // by both; `shift` is 1 for 4:2:0.
  void follow_luma(const PlaneView<const Pixel>& luma, int32_t shift) {
    luma_ = luma;
    luma_shift_ = shift;
  }
  Index* row(int32_t y) { return index_.data() + static_cast<int64_t>(y + 2) * pitch_ + 2; }
  int32_t width() const { return width_; }
  int32_t height() const { return height_; }

  uint32_t colour[kPaletteMost] = {};  // bytes are the planes, the first one lowest
  int32_t count = 0;

  // Price of one index in 1/1024 bit, with nothing learned from it.
  uint32_t price(int32_t x, int32_t y) {
    const Guess g = guess(x, y);
    const int32_t value = row(y)[x], slot = g.slot_of(value);
    uint32_t cost = symbol_cost(*g.model, slot);
    if (slot < kPaletteSlots) return cost;
    const int32_t top = value >> 8, middle = value >> 4 & 15;
    if (count > 256) cost += symbol_cost(top_[g.left >> 8], top);
    if (count > 16) cost += symbol_cost(middle_model(g.left, top), middle);
    return cost + symbol_cost(low_model(g.left, top, middle), value & 15);
  }
  // The indices of a rectangle.
  template <typename Coder>
  void code_rectangle(Coder& coder, int32_t x, int32_t y, int32_t w, int32_t h) {
    for (int32_t j = y; j < y + h && coder.good(); ++j) {
      for (int32_t i = x; i < x + w; ++i) code_index(coder, i, j);
    }
  }
  // All indices of the cell; `count` is 2 or more.
  template <typename Coder>
  void code_indices(Coder& coder) {
    code_rectangle(coder, 0, 0, width_, height_);
  }

  static constexpr uint32_t kLong = 1u << 16, kShort = 1u << 14;
  static constexpr int32_t kSlotCount = 8;
  static_assert(kSlotCount <= kCountMax, "an age");
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
  // What the neighbours of a position say of its index.
  struct Guess {
    Entry *full, *brief;
    AdaptiveCdf* model;  // of the slot
    int32_t left;
    int32_t candidate[kPaletteSlots];
    int32_t slot_of(int32_t value) const {
      int32_t slot = 0;
      while (slot < kPaletteSlots && candidate[slot] != value) ++slot;
      return slot;
    }
  };
  Guess guess(int32_t x, int32_t y) {
    const Index *const p = row(y) + x, *const n = p - pitch_, *const nn = n - pitch_;
    const int32_t around[4] = {p[-1], n[0], n[-1], n[1]};
    const bool follows = luma_.data != nullptr;
    uint32_t h = follows ? mix_luma(x, y) : mix_all(0, around);
    Entry& brief = entry(kLong + (h >> 18));
    if (follows) h = mix_all(h, around);
    const int32_t farther[4] = {p[-2], nn[0], n[-2], n[2]};
    h = mix_all(h, farther);
    Entry& full = entry(h >> 16);
    const bool level = around[0] == around[1];
    const int32_t shape = level && around[1] == around[2] && around[1] == around[3] ? 0
                          : level                                                   ? 1
                          : around[1] == around[3]                                  ? 2
                                                                                    : 3;
    const int32_t first = full.trust > 0 ? full.index : -1, second = brief.trust > 0 ? brief.index : -1;
    return {&full,
            &brief,
            &slot_[((full.trust * 4 + brief.trust) * 4 + shape) * 2 + (first == second ? 1 : 0)],
            around[0],
            {first, second, around[0], around[1], around[2], around[3]}};
  }

 private:
  // Cleared a page at a time: entry by entry is a checked call for each in a build with sanitizers.
  static constexpr uint32_t kPage = 1024;
  using Page = std::array<Entry, kPage>;
  static_assert(kLong % kPage == 0 && kShort % kPage == 0, "whole pages");
  Entry& entry(uint32_t number) { return memories_[number / kPage][number % kPage]; }

  // Weights from what screenshots showed: how much the memories are right by their trust, and how the rest is
  // spread by the shape of the neighbours.
  void start_slots() {
    static constexpr uint8_t around[4][5] = {// W, N, NW, NE, none
                                             {44, 0, 0, 0, 20},
                                             {48, 0, 2, 2, 12},
                                             {8, 28, 1, 0, 27},
                                             {20, 7, 1, 4, 32}};
    for (int32_t i = 0; i < 128; ++i) {
      const int32_t full = i >> 5, brief = i >> 3 & 3, shape = i >> 1 & 3;
      const bool same = (i & 1) != 0;
      int32_t known, first;  // of 64 that a memory is right; of 8 that it is the full one
      if (full == 0) {
        known = same ? 0 : 22 + 11 * brief;
        first = 0;
      } else if (brief == 0) {
        known = 10;
        first = 8;
      } else if (same) {
        known = full + brief == 6 ? 62 : full + brief >= 4 ? 57 : 53;
        first = 8;
      } else {
        known = 58;
        first = full > brief ? 6 : full == brief ? 5 : 3;
      }
      uint16_t weight[kPaletteSlots + 1] = {static_cast<uint16_t>(64 * known * first / 8),
                                            static_cast<uint16_t>(64 * known * (8 - first) / 8)};
      for (int32_t k = 0; k < 5; ++k) weight[2 + k] = static_cast<uint16_t>((64 - known) * around[shape][k]);
      cdf_init_weights(&slot_[i], kPaletteSlots + 1, weight, kSlotCount);
    }
  }
  uint32_t mix_luma(int32_t x, int32_t y) const {
    uint32_t h = 0;
    if (luma_shift_ == 0) return mix(h, luma_.at(x, y));
    for (int32_t i = 0; i < 4; ++i) h = mix(h, luma_.at(2 * x + (i & 1), 2 * y + (i >> 1)));
    return h;
  }
  static uint32_t mix_all(uint32_t h, const int32_t (&values)[4]) {
    for (const int32_t v : values) h = mix(h, v);
    return h;
  }
  static uint32_t mix(uint32_t h, int32_t v) { return (h + static_cast<uint32_t>(v) + 1) * 0x2C1B3C6Du; }

  template <typename Coder>
  void code_index(Coder& coder, int32_t x, int32_t y) {
    const Guess g = guess(x, y);
    Index* const p = row(y) + x;
    int32_t value = *p, slot = Coder::kDecoding ? 0 : g.slot_of(value);
    coder.symbol(*g.model, slot);
    if (slot == kPaletteSlots) {
      code_plainly(coder, g.left, value);
    } else {
      value = g.candidate[slot];
      coder.require(value >= 0);
      if (value < 0) value = 0;
    }
    g.full->learn(value);
    g.brief->learn(value);
    *p = static_cast<Index>(value);
  }

  template <typename Coder>
  void code_plainly(Coder& coder, int32_t left, int32_t& value) {
    int32_t top = value >> 8, middle = value >> 4 & 15, low = value & 15;
    if (count > 256) coder.symbol(top_[left >> 8], top);
    if (count > 16) coder.symbol(middle_model(left, top), middle);
    coder.symbol(low_model(left, top, middle), low);
    value = top << 8 | middle << 4 | low;
    coder.require(value < count);
    if (value >= count) value = 0;
  }
  AdaptiveCdf& middle_model(int32_t left, int32_t top) {
    return middle_[top == left >> 8 ? left >> 4 & 15 : 16 + top];
  }
  AdaptiveCdf& low_model(int32_t left, int32_t top, int32_t middle) {
    return low_[count > 16 ? top << 4 | middle : left];
  }

  int32_t width_ = 0, height_ = 0;
  int64_t pitch_ = 0;
  PlaneView<const Pixel> luma_;
  int32_t luma_shift_ = 0;
  Vector<Index> index_;
  Vector<Page> memories_;
  AdaptiveCdf slot_[128], top_[4], middle_[20], low_[64];
};

// The colours from number `first` to the last one. `planes`: bytes of a colour that are coded.
template <typename Coder>
void code_colours(Coder& coder, PaletteState& state, int32_t first, int32_t planes) {
  AdaptiveCdf high[4], low[4][2];
  for (int32_t c = 0; c < 4; ++c) {
    cdf_init_uniform(&high[c], 16);
    for (AdaptiveCdf& m : low[c]) cdf_init_uniform(&m, 16);
  }
  uint32_t before = 0;
  for (int32_t i = first; i < state.count; ++i) {
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
}

// The colours, then the indices.
template <typename Coder>
void code_palette(Coder& coder, PaletteState& state, int32_t planes) {
  uint32_t last = static_cast<uint32_t>(state.count - 1);
  coder.set_rate(kPaletteRate);
  coder.bits(last, 10);
  state.count = static_cast<int32_t>(last) + 1;
  code_colours(coder, state, 0, planes);
  if (state.count > 1) state.code_indices(coder);
}

}  // namespace pc15::entropy
