// Rows of Y, Cb, Cr to interleaved samples, 16 pixels at a time, in the set that the including file chose.
//
// `Pixels16` offers of the set:
//   add_rows(near, far, sums)        16 sums 3 near + far
//   interpolate(sums, pairs)         32 samples: (3 s[i + 1] + s[i] + 8) >> 4 and the same with s[i + 2]
//   convert(y, cb, cr, alpha, channels, out)   16 pixels; `alpha` may be null
#pragma once

#include <algorithm>
#include <cstring>

#include "backend/color_rows.h"

namespace pc15::backend::PC15_SET {
namespace {

constexpr int32_t kChunk = 256;  // luma columns at a time; even

// `count` sums 3 near + far from column `begin` - 1 on, columns kept inside [0, last].
template <typename Pixels16>
PC15_LANES void vertical_sums(const Pixel* near_row, const Pixel* far_row, int32_t last, int32_t begin,
                              int32_t count, int16_t* sums) {
  const int32_t from = std::max(0, 1 - begin), to = std::min(count, last + 2 - begin);
  int32_t i = from;
  for (; i + 16 <= to; i += 16) {
    Pixels16::add_rows(near_row + begin - 1 + i, far_row + begin - 1 + i, sums + i);
  }
  for (; i < to; ++i) {
    sums[i] = static_cast<int16_t>(3 * near_row[begin - 1 + i] + far_row[begin - 1 + i]);
  }
  for (i = 0; i < from; ++i) sums[i] = sums[from];
  for (i = to; i < count; ++i) sums[i] = sums[to - 1];
}

// Chroma of `count` <= kChunk luma columns from `first` on, in `pairs` of kChunk + 32 samples.
template <typename Pixels16>
PC15_LANES const Pixel* interpolate(const Pixel* near_row, const Pixel* far_row, int32_t last, int32_t first,
                                    int32_t count, Pixel* pairs) {
  alignas(32) int16_t sums[kChunk / 2 + 40];
  const int32_t begin = first >> 1, samples = ((first + count - 1) >> 1) - begin + 1;
  vertical_sums<Pixels16>(near_row, far_row, last, begin, samples + 2, sums);
  for (int32_t i = 0; i < samples; i += 16) Pixels16::interpolate(sums + i, pairs + 2 * i);
  return pairs + (first & 1);
}

// Fewer than 16 pixels, through copies.
template <typename Pixels16>
PC15_LANES void convert_rest(const Pixel* y, const Pixel* cb, const Pixel* cr, const Pixel* alpha,
                             int32_t count, int32_t channels, uint8_t* out) {
  const size_t n = static_cast<size_t>(count);
  Pixel in[4][16] = {};
  uint8_t pixels[64];
  std::memcpy(in[0], y, n);
  std::memcpy(in[1], cb, n);
  std::memcpy(in[2], cr, n);
  if (alpha != nullptr) std::memcpy(in[3], alpha, n);
  Pixels16::convert(in[0], in[1], in[2], alpha != nullptr ? in[3] : nullptr, channels, pixels);
  std::memcpy(out, pixels, n * static_cast<size_t>(channels));
}

// Operations::write_rgb_row.
template <typename Pixels16>
PC15_LANES void write_rgb_row_by(const Pixel* luma, const ChromaRows& chroma, const Pixel* alpha,
                                 int32_t first, int32_t count, int32_t channels, uint8_t* out) {
  Pixel cb[kChunk + 32], cr[kChunk + 32];
  for (int32_t done = 0; done < count; done += kChunk) {
    const int32_t x0 = first + done, n = std::min(count - done, kChunk);
    const Pixel *u = chroma.cb_near + x0, *v = chroma.cr_near + x0;
    if (chroma.shift != 0) {
      u = interpolate<Pixels16>(chroma.cb_near, chroma.cb_far, chroma.last, x0, n, cb);
      v = interpolate<Pixels16>(chroma.cr_near, chroma.cr_far, chroma.last, x0, n, cr);
    }
    const Pixel *const y = luma + x0, *const a = alpha != nullptr ? alpha + x0 : nullptr;
    int32_t i = 0;
    for (; i + 16 <= n; i += 16, out += 16 * channels) {
      Pixels16::convert(y + i, u + i, v + i, a != nullptr ? a + i : nullptr, channels, out);
    }
    if (i == n) continue;
    convert_rest<Pixels16>(y + i, u + i, v + i, a != nullptr ? a + i : nullptr, n - i, channels, out);
    out += (n - i) * channels;
  }
}

}  // namespace
}  // namespace pc15::backend::PC15_SET
