// Eight samples at a time: a row of 8 or two rows of 4. Directions multiply bytes by bytes; what the side of
// an angle shows comes from a table of bytes in registers; the other modes are in flat_modes.h.
#include "backend/cpu/neon.h"

#if defined(PC15_HAS_NEON)

#include "backend/cpu/shorts_neon.h"

#include "backend/cpu/flat_modes.h"

namespace pc15::backend::neon {
namespace {

// Magnitudes of the four taps of an angle, by [smooths][position]. The outer ones of the interpolating taps
// are never positive, the others never negative.
struct Taps {
  Pixel of[4];
};
using TapTable = std::array<std::array<Taps, 32>, 2>;
constexpr int8_t kCubic[128] = PC15_TABLE_CUBIC;
constexpr bool signs_as_expected() {
  for (int32_t f = 0; f < 32; ++f) {
    const int8_t* const t = kCubic + 4 * f;
    if (t[0] > 0 || t[1] < 0 || t[2] < 0 || t[3] > 0) return false;
  }
  return true;
}
static_assert(signs_as_expected(), "outer taps are subtracted");
constexpr TapTable make_taps() {
  TapTable table{};
  for (int32_t f = 0; f < 32; ++f) {
    const int32_t smooth[4] = {16 - f / 2, 32 - f / 2, 16 + f / 2, f / 2};
    for (int32_t t = 0; t < 4; ++t) {
      const int32_t cubic = kCubic[4 * f + t];
      table[0][static_cast<size_t>(f)].of[t] = static_cast<Pixel>(cubic < 0 ? -cubic : cubic);
      table[1][static_cast<size_t>(f)].of[t] = static_cast<Pixel>(smooth[t]);
    }
  }
  return table;
}
constexpr TapTable kTaps = make_taps();

// The taps of a row, each eight times.
template <bool kSmooths>
struct Filter {
  explicit Filter(int32_t position) {
    for (int32_t i = 0; i < 4; ++i) {
      tap[i] = vdup_n_u8(kTaps[kSmooths ? 1 : 0][static_cast<size_t>(position & 31)].of[i]);
    }
  }
  // Of the samples from p to p + 10; 11 more are read.
  uint8x8_t at(const Pixel* p) const {
    uint16x8_t sum = vmlal_u8(vmull_u8(vld1_u8(p + 1), tap[1]), vld1_u8(p + 2), tap[2]);
    if constexpr (kSmooths) {
      sum = vmlal_u8(vmlal_u8(sum, vld1_u8(p), tap[0]), vld1_u8(p + 3), tap[3]);
    } else {
      sum = vmlsl_u8(vmlsl_u8(sum, vld1_u8(p), tap[0]), vld1_u8(p + 3), tap[3]);
    }
    return vqrshrun_n_s16(as_shorts(sum), 6);
  }
  uint8x8_t tap[4];
};

template <bool kSmooths>
void angle_rows(const AngleFrame& f, Pixel* out, int64_t stride) {
  for (int32_t y = 0; y < f.across; ++y, out += stride) {
    const int32_t position = (y + 1) * f.angle;
    const Pixel* const p = f.main - 1 + (position >> 5);
    const Filter<kSmooths> filter(position);
    if (f.along == 4) {
      store32(out, vget_lane_u32(vreinterpret_u32_u8(filter.at(p)), 0));
    } else {
      for (int32_t x = 0; x < f.along; x += 8) vst1_u8(out + x, filter.at(p + x));
    }
  }
}

// What the side shows in a row: eight columns of a positive angle.
class Side {
 public:
  // From column x on.
  Side(const AngleFrame& f, int32_t x) : last_(vdup_n_u8(static_cast<uint8_t>(f.along + f.across - 1))) {
    for (int32_t i = 0; i < 4; ++i) table_.val[i] = vld1q_u8(f.side + 16 * i);  // the references have room
    const int32_t inverse = normative::inverse_angle(f.angle);
    Pixel offset[8];
    for (int32_t i = 0; i < 8; ++i) {
      offset[i] = static_cast<Pixel>(std::min(f.along + f.across, ((x + i + 1) * inverse + 128) >> 8));
    }
    offset_ = vld1_u8(offset);
  }
  Shorts row(int32_t y) const {
    const uint8x8_t at = vmin_u8(vadd_u8(offset_, vdup_n_u8(static_cast<uint8_t>(y))), last_);
    return as_shorts(vmovl_u8(vqtbl4_u8(table_, at)));
  }

 private:
  uint8x16x4_t table_;
  uint8x8_t offset_, last_;
};

// kW columns, 4 or 8, of a row of the combination; `rest`: the side less the sample, unless `step` is it.
template <int32_t kW>
inline void combine_row(Pixel* o, Shorts sample, Shorts difference, Shorts weights) {
  const uint8x8_t v = vqmovun_s16(vaddq_s16(sample, vrshrq_n_s16(times(difference, weights), 6)));
  if constexpr (kW == 8) {
    vst1_u8(o, v);
  } else {
    store32(o, vget_lane_u32(vreinterpret_u32_u8(v), 0));
  }
}

// The combination with the side, of an angle of zero or more, in kW columns from x on.
template <int32_t kW>
void combine_columns(const AngleFrame& f, int32_t x, Pixel* out, int64_t stride) {
  const Shorts weights = load_samples(kWeights[static_cast<size_t>(f.scale)].data() + x);
  if (f.angle == 0) {
    for (int32_t y = 0; y < f.across; ++y) {
      Pixel* const o = out + y * stride + x;
      combine_row<kW>(o, in_columns<kW>(o), splat(f.side[y] - f.side[-1]), weights);
    }
    return;
  }
  const Side side(f, x);
  for (int32_t y = 0; y < f.across; ++y) {
    Pixel* const o = out + y * stride + x;
    const Shorts sample = in_columns<kW>(o);
    combine_row<kW>(o, sample, minus(side.row(y), sample), weights);
  }
}

void predict_angle(const AngleFrame& f, Pixel* out, int64_t stride) {
  extend_main(f);
  if (f.smooths) {
    angle_rows<true>(f, out, stride);
  } else {
    angle_rows<false>(f, out, stride);
  }
  if (!f.combine || f.angle < 0) return;
  if (f.along == 4) return combine_columns<4>(f, 0, out, stride);
  combine_columns<8>(f, 0, out, stride);
  if (f.scale == 2 && f.along > 8) combine_columns<8>(f, 8, out, stride);
}

// out[x][y] = in[y][x] of w x h samples; rows of `in` are w apart.
void turn_block(const Pixel* in, int32_t w, int32_t h, Pixel* out, int64_t stride) {
  if (w > 4 && h > 4) {
    for (int32_t y = 0; y < h; y += 8) {
      for (int32_t x = 0; x < w; x += 8) {
        uint8x8_t rows[8];
        for (int32_t i = 0; i < 8; ++i) rows[i] = vld1_u8(in + (y + i) * w + x);
        turn8(rows);
        for (int32_t i = 0; i < 8; ++i) vst1_u8(out + (x + i) * stride + y, rows[i]);
      }
    }
    return;
  }
  static const uint8_t order[16] = {0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15};
  const uint8x16_t turn = vld1q_u8(order);
  for (int32_t y = 0; y < h; y += 4) {
    for (int32_t x = 0; x < w; x += 4) {
      Pixel block[16];
      for (int32_t i = 0; i < 4; ++i) std::memcpy(block + 4 * i, in + (y + i) * w + x, 4);
      vst1q_u8(block, vqtbl1q_u8(vld1q_u8(block), turn));
      for (int32_t i = 0; i < 4; ++i) std::memcpy(out + (x + i) * stride + y, block + 4 * i, 4);
    }
  }
}

}  // namespace

void predict_turned(int32_t mode, int32_t delta, ReferenceBuffer& refs, int32_t log2w, int32_t log2h,
                    Pixel* out) {
  const AngleFrame f = make_frame(normative::group_direction(mode, delta), refs, log2w, log2h);
  predict_angle(f, out, f.along);
}

void predict_intra(int32_t mode, int32_t delta, ReferenceBuffer& refs, int32_t log2w, int32_t log2h,
                   Pixel* out, int64_t stride) {
  if (mode < normative::kModeFirstGroup) {
    return log2w == 2 ? predict_flat_modes<4>(mode, refs.view, log2w, log2h, out, stride)
                      : predict_flat_modes<8>(mode, refs.view, log2w, log2h, out, stride);
  }
  const AngleFrame f = make_frame(normative::group_direction(mode, delta), refs, log2w, log2h);
  if (f.main != refs.left + normative::kReferenceBefore) return predict_angle(f, out, stride);
  Pixel turned[32 * 32];
  predict_angle(f, turned, f.along);
  turn_block(turned, f.along, f.across, out, stride);
}

void predict_leaf(const entropy::Leaf& leaf, int32_t component, const CellPlane& plane, const UnitMap& map,
                  const int16_t* luma, Pixel* out, int64_t stride) {
  predict_leaf_by(predict_intra, leaf, component, plane, map, luma, out, stride);
}

}  // namespace pc15::backend::neon

#endif
