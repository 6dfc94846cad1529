// The modes of intra prediction without a direction, in 16 bits, in the set that the including file chose
// with shorts_avx2.h or shorts_neon.h: kShorts samples at a time, in one row or in several of a narrow block.
// The sum of both axes of planar is divided by the shorter side first, which leaves no remainder.
#pragma once

#include <algorithm>
#include <array>

#include "backend/cpu/intra_parts.h"
#include "normative/predict.h"

namespace pc15::backend::PC15_SET {
namespace {

using normative::References;

// 0, 1, 2, ... as samples, and 31, 30, ... .
constexpr std::array<Pixel, 32> make_ramp(int32_t first, int32_t step) {
  std::array<Pixel, 32> ramp{};
  for (int32_t i = 0; i < 32; ++i) ramp[static_cast<size_t>(i)] = static_cast<Pixel>(first + step * i);
  return ramp;
}
constexpr std::array<Pixel, 32> kRising = make_ramp(1, 1), kFalling = make_ramp(31, -1);

template <int32_t kW>
PC15_LANES void predict_planar(const References& r, int32_t log2w, int32_t log2h, Pixel* out,
                               int64_t stride) {
  const int32_t w = 1 << log2w, h = 1 << log2h;
  const int32_t wider = log2w > log2h ? log2w - log2h : 0;
  const int32_t taller = log2h > log2w ? log2h - log2w : 0;
  const int32_t shift = (log2w > log2h ? log2w : log2h) + 1;
  const Shorts half = splat(w > h ? w : h), right = splat(r.above[w]), bottom = splat(r.left[h]);
  for (int32_t x = 0; x < w; x += kW) {
    const Shorts above = in_columns<kW>(r.above + x);
    const Shorts falling = in_columns<kW>(kFalling.data() + 32 - w + x);
    const Shorts pull = times(in_columns<kW>(kRising.data() + x), right);
    for (int32_t y = 0; y < h; y += kRows<kW>) {
      const Shorts across = plus(times(falling, in_rows<kW>(r.left + y)), pull);
      const Shorts down = plus(times(in_rows<kW>(kFalling.data() + 32 - h + y), above),
                               times(in_rows<kW>(kRising.data() + y), bottom));
      const Shorts sum = plus(sll(across, taller), sll(down, wider));
      store_rows<kW>(out + y * stride + x, stride, srl(plus(sum, half), shift));
    }
  }
}

template <int32_t kW>
PC15_LANES void predict_paeth(const References& r, int32_t w, int32_t h, Pixel* out, int64_t stride) {
  const Shorts corner = splat(r.above[-1]);
  for (int32_t x = 0; x < w; x += kW) {
    const Shorts top = in_columns<kW>(r.above + x), across = minus(top, corner),
                 from_left = magnitude(across);
    for (int32_t y = 0; y < h; y += kRows<kW>) {
      const Shorts side = in_rows<kW>(r.left + y), down = minus(side, corner);
      const Shorts from_top = magnitude(down), from_corner = magnitude(plus(across, down));
      const Shorts other = choose(top, corner, greater(from_top, from_corner));
      const Shorts nearest = least(from_top, from_corner);
      store_rows<kW>(out + y * stride + x, stride, choose(side, other, greater(from_left, nearest)));
    }
  }
}

// weight * near + (256 - weight) * far, in 1/256: fits 16 bits without sign.
PC15_LANES inline Shorts smooth(Shorts weight, Shorts near, Shorts far) {
  const Shorts sum = plus(times(weight, near), times(minus(splat(256), weight), far));
  return srl<8>(plus(sum, splat(128)));
}

template <int32_t kW>
PC15_LANES void predict_smooth(bool horizontal, const References& r, int32_t log2w, int32_t log2h, Pixel* out,
                               int64_t stride) {
  const int32_t w = 1 << log2w, h = 1 << log2h;
  const uint8_t* const weights = normative::smooth_weights(horizontal ? log2w : log2h);
  const Shorts end = splat(horizontal ? r.above[w - 1] : r.left[h - 1]);
  for (int32_t x = 0; x < w; x += kW) {
    const Shorts columns = in_columns<kW>((horizontal ? weights : r.above) + x);
    for (int32_t y = 0; y < h; y += kRows<kW>) {
      const Shorts rows = in_rows<kW>((horizontal ? r.left : weights) + y);
      store_rows<kW>(out + y * stride + x, stride,
                     horizontal ? smooth(columns, rows, end) : smooth(rows, columns, end));
    }
  }
}

using WeightTable = std::array<std::array<Pixel, 32>, 3>;
constexpr WeightTable make_weights() {
  WeightTable table{};
  for (size_t scale = 0; scale < 3; ++scale) {
    for (size_t i = 0; i < 32; ++i) {
      table[scale][i] =
          static_cast<Pixel>(border_weight(static_cast<int32_t>(i), static_cast<int32_t>(scale)));
    }
  }
  return table;
}
constexpr WeightTable kWeights = make_weights();

// DC and planar near borders that are there.
template <int32_t kW>
PC15_LANES void combine_borders(const References& r, int32_t w, int32_t h, int32_t scale, Pixel* out,
                                int64_t stride) {
  const int32_t reach = 3 << scale;  // at most 12; a narrow block is not wider than kW
  const int32_t columns = kW == kShorts && kW < 12 ? std::min(w, reach) : kW;
  const Pixel* const weights = kWeights[static_cast<size_t>(scale)].data();
  for (int32_t y = 0; y < h; y += kRows<kW>) {
    const Shorts vertical = in_rows<kW>(weights + y), left = in_rows<kW>(r.left + y);
    for (int32_t x = 0; x < (y < reach ? w : columns); x += kW) {
      const Shorts side = in_columns<kW>(weights + x);
      const Shorts rest = minus(minus(splat(64), side), vertical);
      const Shorts borders = plus(times(side, left), times(vertical, in_columns<kW>(r.above + x)));
      Pixel* const o = out + y * stride + x;
      const Shorts sum = plus(borders, times(rest, load_rows<kW>(o, stride)));
      store_rows<kW>(o, stride, srl<6>(plus(sum, splat(32))));
    }
  }
}

template <int32_t kW>
PC15_LANES void predict_dc(const References& r, int32_t w, int32_t h, Pixel* out, int64_t stride) {
  const bool above = r.has_above || !r.has_left, left = r.has_left || !r.has_above;
  const uint32_t n = static_cast<uint32_t>((above ? w : 0) + (left ? h : 0));
  const uint32_t sum = (above ? sum_of(r.above, w) : 0) + (left ? sum_of(r.left, h) : 0);
  const Shorts dc = splat(static_cast<int32_t>((sum + n / 2) / n));
  for (int32_t y = 0; y < h; y += kRows<kW>) {
    for (int32_t x = 0; x < w; x += kW) store_rows<kW>(out + y * stride + x, stride, dc);
  }
}

template <int32_t kW>
PC15_LANES void predict_flat_modes(int32_t mode, const References& r, int32_t log2w, int32_t log2h,
                                   Pixel* out, int64_t stride) {
  const int32_t w = 1 << log2w, h = 1 << log2h;
  if (mode == normative::kModePaeth) return predict_paeth<kW>(r, w, h, out, stride);
  if (mode == normative::kModeSmoothH || mode == normative::kModeSmoothV) {
    return predict_smooth<kW>(mode == normative::kModeSmoothH, r, log2w, log2h, out, stride);
  }
  if (mode == normative::kModeDc) {
    predict_dc<kW>(r, w, h, out, stride);
  } else {
    predict_planar<kW>(r, log2w, log2h, out, stride);
  }
  if (r.has_above && r.has_left) combine_borders<kW>(r, w, h, (log2w + log2h - 2) >> 2, out, stride);
}

}  // namespace
}  // namespace pc15::backend::PC15_SET
