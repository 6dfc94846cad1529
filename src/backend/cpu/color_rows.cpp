#include "backend/color_rows.h"

#include "normative/color.h"

namespace pc15::backend {

void write_rgb_row(const Pixel* luma, const ChromaRows& chroma, const Pixel* alpha, int32_t first,
                   int32_t count, int32_t channels, uint8_t* out) {
  for (int32_t i = first; i < first + count; ++i, out += channels) {
    const int32_t cb = chroma.shift != 0
                           ? normative::upsample_chroma(chroma.cb_near, chroma.cb_far, i, chroma.last)
                           : chroma.cb_near[i];
    const int32_t cr = chroma.shift != 0
                           ? normative::upsample_chroma(chroma.cr_near, chroma.cr_far, i, chroma.last)
                           : chroma.cr_near[i];
    const normative::Rgb rgb = normative::rgb_from_ycc(luma[i], cb, cr);
    out[0] = rgb.r;
    out[1] = rgb.g;
    out[2] = rgb.b;
    if (channels == 4) out[3] = alpha != nullptr ? alpha[i] : 255;
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

}  // namespace pc15::backend
