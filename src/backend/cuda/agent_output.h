// The last steps: grain (docs/bitstream-programs.md, section 8.19) and colour (docs/bitstream-residual.md,
// chapter 11), 64 x 8 samples of the region a block.
#pragma once

#include "backend/device_picture.h"
#include "normative/color.h"

namespace pc15::backend::cuda {

using namespace device;  // the plain data of a picture

struct OutputAgent {
  const Pixel* plane[kPlanes];
  int32_t pitch[kPlanes];
  int32_t x0, y0;         // of the region in the area
  int32_t width, height;  // of the region
  int32_t picture_x, picture_y;
  int32_t color_planes, shift, last_x, last_y;  // chroma: subsampling, last column and row of the area
  bool rgb;
  const Pixel* alpha;  // null: 255
  int32_t alpha_pitch;
  const uint8_t* grain;  // null: none
  int32_t grain_cols, grain_rows;
  const normative::GrainFieldSetup* grain_setup;
  uint8_t* out;
  int64_t stride;
  int32_t channels;

  enum : int32_t { kColumns = 64, kRows = 8 };
  PC15_HD_MEMBER int32_t across() const { return (width + kColumns - 1) / kColumns; }
  PC15_HD_MEMBER int32_t blocks() const { return across() * ((height + kRows - 1) / kRows); }

  struct Shared {};

  template <class Block>
  PC15_HD_MEMBER void run(Block& block, Shared&) const {
    const int32_t left = block.index() % across() * kColumns, top = block.index() / across() * kRows;
    block.for_each(kColumns * kRows, [&](int32_t i) {
      const int32_t x = left + i % kColumns, y = top + i / kColumns;
      if (x < width && y < height) write(x, y, out + int64_t{y} * stride + int64_t{x} * channels);
    });
  }

 private:
  PC15_HD_MEMBER Pixel at(int32_t p, int32_t x, int32_t y) const {
    return plane[p][int64_t{y} * pitch[p] + x];
  }

  PC15_HD_MEMBER void write(int32_t x, int32_t y, uint8_t* o) const {
    const int32_t ax = x0 + x, ay = y0 + y;
    int32_t first = at(0, ax, ay);
    if (grain != nullptr) first = with_grain(first, picture_x + x, picture_y + y);
    if (channels == 1) {
      o[0] =
          rgb ? normative::luma_from_rgb(at(1, ax, ay), first, at(2, ax, ay)) : static_cast<uint8_t>(first);
      return;
    }
    const normative::Rgb c = color(first, ax, ay);
    o[0] = c.r;
    o[1] = c.g;
    o[2] = c.b;
    if (channels == 4) o[3] = alpha != nullptr ? alpha[int64_t{ay} * alpha_pitch + ax] : uint8_t{255};
  }

  PC15_HD_MEMBER normative::Rgb color(int32_t first, int32_t x, int32_t y) const {
    const Pixel y8 = static_cast<Pixel>(first);
    if (color_planes == 1) return normative::Rgb{y8, y8, y8};
    if (rgb) return normative::Rgb{at(1, x, y), y8, at(2, x, y)};
    if (shift == 0) return normative::rgb_from_ycc(first, at(1, x, y), at(2, x, y));
    return normative::rgb_from_ycc(first, chroma(1, x, y), chroma(2, x, y));
  }

  PC15_HD_MEMBER int32_t chroma(int32_t p, int32_t x, int32_t y) const {
    const Pixel* const near_row = plane[p] + int64_t{normative::chroma_near_row(y)} * pitch[p];
    const Pixel* const far_row = plane[p] + int64_t{normative::chroma_far_row(y, last_y)} * pitch[p];
    return normative::upsample_chroma(near_row, far_row, x, last_x);
  }

  // Amplitude of an octave at a sample; levels of the four blocks around it, interpolated.
  PC15_HD_MEMBER int32_t grain_gain(int32_t octave, const normative::GrainPosition& px,
                                    const normative::GrainPosition& py) const {
    const int32_t band = normative::grain_band_of_octave(octave);
    const int32_t left = grain_column(px.first, py, band), right = grain_column(px.second, py, band);
    return normative::grain_lerp(left, right, px.part);
  }
  PC15_HD_MEMBER int32_t grain_column(int32_t column, const normative::GrainPosition& py,
                                      int32_t band) const {
    const int64_t upper = (int64_t{py.first} * grain_cols + column) * normative::kGrainBands + band;
    const int64_t lower = (int64_t{py.second} * grain_cols + column) * normative::kGrainBands + band;
    return normative::grain_lerp(normative::grain_amplitude(grain[upper]),
                                 normative::grain_amplitude(grain[lower]), py.part);
  }

  // As backend/cpu/grain.cpp; x, y in samples of the picture.
  PC15_HD_MEMBER int32_t with_grain(int32_t sample, int32_t x, int32_t y) const {
    const int32_t qx = normative::sample_q4(x, 0), qy = normative::sample_q4(y, 0);
    const normative::GrainPosition px = normative::grain_position(qx, grain_cols);
    const normative::GrainPosition py = normative::grain_position(qy, grain_rows);
    normative::NoiseCursor cursor;
    normative::reset_cursor(&cursor);
    int64_t sum = 0;
    for (int32_t k = 0; k < normative::kGrainBands; ++k) {
      if (!grain_setup->kept[k]) continue;
      const int32_t amplitude = grain_gain(k, px, py);
      if (amplitude == 0) continue;
      const int64_t frequency = grain_setup->noise.frequency * (1 << k);
      sum +=
          int64_t{normative::noise_octave(grain_setup->noise, &cursor, k, qx * frequency, qy * frequency)} *
          amplitude;
    }
    const int64_t change = normative::round_shift64(sum * normative::kGrainPeak, 35);
    return normative::clamp_i32(sample + static_cast<int32_t>(change), 0, 255);
  }
};

}  // namespace pc15::backend::cuda
