#include "backend/color_rows.h"

#include "backend/cpu/scalar.h"
#include "normative/color.h"

namespace pc15::backend {

namespace {

constexpr int32_t kChunk = 256;  // luma columns at a time; even

// Chroma of `count` <= kChunk luma columns from `first` on, interpolated as normative/color.h says: the
// vertical weights once per chroma sample, then two luma columns per chroma sample. The answer points into
// `pairs`, which holds kChunk + 2 samples.
const Pixel* interpolate(const Pixel* near_row, const Pixel* far_row, int32_t last, int32_t first,
                         int32_t count, Pixel* pairs) {
  int16_t sums[kChunk / 2 + 4];
  const int32_t begin = first >> 1, samples = ((first + count - 1) >> 1) - begin + 1;
  for (int32_t i = -1; i <= samples; ++i) {
    int32_t c = begin + i;
    c = c < 0 ? 0 : c > last ? last : c;
    sums[i + 1] = static_cast<int16_t>(3 * near_row[c] + far_row[c]);
  }
  for (int32_t i = 0; i < samples; ++i) {
    const int16_t middle = static_cast<int16_t>(3 * sums[i + 1] + 8);
    pairs[2 * i] = static_cast<Pixel>(static_cast<int16_t>(middle + sums[i]) >> 4);
    pairs[2 * i + 1] = static_cast<Pixel>(static_cast<int16_t>(middle + sums[i + 2]) >> 4);
  }
  return pairs + (first & 1);
}

}  // namespace

namespace scalar {

void write_rgb_row(const Pixel* luma, const ChromaRows& chroma, const Pixel* alpha, int32_t first,
                   int32_t count, int32_t channels, uint8_t* out) {
  Pixel cb[kChunk + 2], cr[kChunk + 2], r[kChunk], g[kChunk], b[kChunk];
  for (int32_t done = 0; done < count; done += kChunk) {
    const int32_t x0 = first + done, n = count - done < kChunk ? count - done : kChunk;
    const Pixel *u = chroma.cb_near + x0, *v = chroma.cr_near + x0;
    if (chroma.shift != 0) {
      u = interpolate(chroma.cb_near, chroma.cb_far, chroma.last, x0, n, cb);
      v = interpolate(chroma.cr_near, chroma.cr_far, chroma.last, x0, n, cr);
    }
    for (int32_t i = 0; i < n; ++i) {
      const normative::Rgb rgb = normative::rgb_from_ycc(luma[x0 + i], u[i], v[i]);
      r[i] = rgb.r;
      g[i] = rgb.g;
      b[i] = rgb.b;
    }
    for (int32_t i = 0; i < n; ++i, out += channels) {
      out[0] = r[i];
      out[1] = g[i];
      out[2] = b[i];
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

void ycc_to_grb(const PlaneView<Pixel>& y, const PlaneView<Pixel>& cb, const PlaneView<Pixel>& cr) {
  for (int32_t j = 0; j < y.height; ++j) {
    Pixel *const a = y.row(j), *const b = cb.row(j), *const c = cr.row(j);
    for (int32_t i = 0; i < y.width; ++i) {
      const normative::Rgb rgb = normative::rgb_from_ycc(a[i], b[i], c[i]);
      a[i] = rgb.g;
      b[i] = rgb.r;
      c[i] = rgb.b;
    }
  }
}

void interleave_grb_row(const Pixel* g, const Pixel* r, const Pixel* b, const Pixel* alpha, int32_t count,
                        int32_t channels, uint8_t* out) {
  for (int32_t i = 0; i < count; ++i, out += channels) {
    out[0] = r[i];
    out[1] = g[i];
    out[2] = b[i];
    if (channels == 4) out[3] = alpha != nullptr ? alpha[i] : 255;
  }
}

void luma_of_grb_row(const Pixel* g, const Pixel* r, const Pixel* b, int32_t count, Pixel* out) {
  for (int32_t i = 0; i < count; ++i) out[i] = normative::luma_from_rgb(r[i], g[i], b[i]);
}

}  // namespace pc15::backend
