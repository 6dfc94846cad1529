#include "backend/grain.h"

#include "normative/grain_field.h"
#include "normative/synth.h"

namespace pc15::backend {
namespace {

using namespace normative;  // the arithmetic this file drives

// Amplitudes of one octave at the two blocks beside a column, both interpolated down to the row.
struct BandRow {
  const entropy::GrainMap& map;
  GrainPosition y;
  int32_t band;

  int32_t at(int32_t column) const {
    const int32_t upper = grain_amplitude(map.block(column, y.first)[band]);
    const int32_t lower = grain_amplitude(map.block(column, y.second)[band]);
    return grain_lerp(upper, lower, y.part);
  }
};

}  // namespace

void add_grain(const entropy::GrainMap& map, int64_t image_seed, int32_t scale_log2, const Rect& rect,
               const PlaneView<Pixel>& samples) {
  const GrainFieldSetup s = grain_field_setup(image_seed, scale_log2);
  for (int32_t j = 0; j < rect.height; ++j) {
    const int32_t y = sample_q4(rect.y + j, scale_log2);
    const GrainPosition row = grain_position(y, map.rows);
    NoiseCursor cursor;
    reset_cursor(&cursor);
    Pixel* out = samples.row(j);
    int32_t column = -2, gain[kGrainBands][2] = {};
    for (int32_t i = 0; i < rect.width; ++i) {
      const int32_t x = sample_q4(rect.x + i, scale_log2);
      const GrainPosition p = grain_position(x, map.columns);
      const int32_t between = asr(x - 512, 10);
      for (int32_t k = 0; k < kGrainBands && between != column; ++k) {
        const BandRow band{map, row, grain_band_of_octave(k)};
        gain[k][0] = s.kept[k] ? band.at(p.first) : 0;
        gain[k][1] = s.kept[k] ? band.at(p.second) : 0;
      }
      column = between;
      int64_t sum = 0;
      for (int32_t k = 0; k < kGrainBands; ++k) {
        const int32_t amplitude = grain_lerp(gain[k][0], gain[k][1], p.part);
        if (amplitude == 0) continue;
        sum += noise_octave(s.noise, &cursor, k, x * s.noise.frequency * (1 << k),
                            y * s.noise.frequency * (1 << k)) *
               amplitude;
      }
      out[i] = static_cast<Pixel>(
          clamp_i32(out[i] + static_cast<int32_t>(round_shift64(sum * kGrainPeak, 35)), 0, 255));
    }
  }
}

}  // namespace pc15::backend
