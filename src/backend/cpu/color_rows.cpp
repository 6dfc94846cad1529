#include "backend/color_rows.h"

#include "backend/cpu/scalar.h"
#include "normative/color.h"

namespace pc15::backend {

namespace {

constexpr int32_t kChunk = 256;  // luma columns at a time; even

// Chroma of `count` <= kChunk luma columns from `first` on, interpolated as normative/color.h says: the
// vertical weights once per chroma sample, then the horizontal ones.
void interpolate(const Pixel* near_row, const Pixel* far_row, int32_t last, int32_t first, int32_t count,
                 Pixel* out) {
  int16_t sums[kChunk / 2 + 3];
  const int32_t begin = (first >> 1) - 1, samples = ((first + count - 1) >> 1) - begin + 2;
  for (int32_t i = 0; i < samples; ++i) {
    int32_t c = begin + i;
    c = c < 0 ? 0 : c > last ? last : c;
    sums[i] = static_cast<int16_t>(3 * near_row[c] + far_row[c]);
  }
  for (int32_t x = first; x < first + count; ++x) {
    const int32_t i = (x >> 1) - begin;
    out[x - first] = static_cast<Pixel>((3 * sums[i] + sums[(x & 1) != 0 ? i + 1 : i - 1] + 8) >> 4);
  }
}

}  // namespace

namespace scalar {

void write_rgb_row(const Pixel* luma, const ChromaRows& chroma, const Pixel* alpha, int32_t first,
                   int32_t count, int32_t channels, uint8_t* out) {
  Pixel cb[kChunk], cr[kChunk];
  for (int32_t done = 0; done < count; done += kChunk) {
    const int32_t x0 = first + done, n = count - done < kChunk ? count - done : kChunk;
    const Pixel *u = chroma.cb_near + x0, *v = chroma.cr_near + x0;
    if (chroma.shift != 0) {
      interpolate(chroma.cb_near, chroma.cb_far, chroma.last, x0, n, cb);
      interpolate(chroma.cr_near, chroma.cr_far, chroma.last, x0, n, cr);
      u = cb;
      v = cr;
    }
    for (int32_t i = 0; i < n; ++i, out += channels) {
      const normative::Rgb rgb = normative::rgb_from_ycc(luma[x0 + i], u[i], v[i]);
      out[0] = rgb.r;
      out[1] = rgb.g;
      out[2] = rgb.b;
      if (channels == 4) out[3] = alpha != nullptr ? alpha[x0 + i] : 255;
    }
  }
}

void write_gray_row(const Pixel* luma, const Pixel* alpha, int32_t first, int32_t count, int32_t channels,
                    uint8_t* out) {
  for (int32_t i = first; i < first + count; ++i, out += channels) {
    out[0] = out[1] = out[2] = luma[i];
    if (channels == 4) out[3] = alpha != nullptr ? alpha[i] : 255;
  }
}

void split_rgb_row(const uint8_t* in, int32_t count, int32_t channels, Pixel* luma, Pixel* cb, Pixel* cr,
                   Pixel* alpha) {
  for (int32_t i = 0; i < count; ++i, in += channels) {
    luma[i] = normative::luma_from_rgb(in[0], in[1], in[2]);
    cb[i] = normative::cb_from_rgb(in[0], in[1], in[2]);
    cr[i] = normative::cr_from_rgb(in[0], in[1], in[2]);
    if (alpha != nullptr) alpha[i] = channels == 4 ? in[3] : 255;
  }
}

}  // namespace scalar
}  // namespace pc15::backend
