// Rows of the linear gradient and of the kernels RIDGE and GABOR: functions of the offsets along directions.
#pragma once

#include "backend/cpu/lanes.h"

namespace pc15::backend::PC15_SET {
namespace {

using namespace normative;  // presets and setups

// normative::gradient_value(). Products beyond 2^53 are rounded, but far beyond the ends.
class GradientSource {
 public:
  PC15_LANES GradientSource(const GradientSetup& s, const RowPlace& at)
      : s_(s), x_(ramp(at.x, at.step)), step_(all(kLanes * at.step)), y_(all(at.y)) {}
  PC15_LANES Lanes next() {
    const Lanes offset = offset_along(x_, s_.cos_q30, y_, s_.sin_q30);
    const Lanes d = sub(offset, all(static_cast<int32_t>(s_.offset_q12)));
    x_ = add(x_, step_);
    const Doubles t = scale(to_doubles(d), static_cast<double>(s_.inverse) / 16777216.0);
    const Lanes v = floor_lanes(within(t, 16384.0));
    return s_.smooth ? smooth_sign_q14(add(v, v)) : v;
  }

 private:
  const GradientSetup& s_;
  Lanes x_, step_, y_;
};

// normative::ridge_value().
class RidgeSource {
 public:
  PC15_LANES RidgeSource(const RidgeSetup& s, const RowPlace& at)
      : s_(s), x_(ramp(at.x, at.step)), step_(all(kLanes * at.step)), y_(all(at.y)) {}
  PC15_LANES Lanes next() {
    const Lanes offset = offset_along(x_, s_.cos_part, y_, s_.sin_part);
    const Lanes d = sub(offset, all(static_cast<int32_t>(s_.offset_q12)));
    x_ = add(x_, step_);
    // Products beyond 2^53 are rounded, but far beyond the ends of the profile.
    const Doubles t = scale(to_doubles(d), static_cast<double>(s_.inverse) / 256.0);
    const Lanes bounded = floor_lanes(within(t, 1073741824.0));
    return series(add(bounded, all(1 << 30)));
  }

 private:
  PC15_LANES Lanes series(Lanes phase) const {
    Wide sum = all64(1 << 14);
    Lanes p = all(0x40000000);  // of the cosine
    for (int32_t k = 0; k < s_.count; ++k) {
      p = add(p, phase);
      sum = add(sum, multiply(sin_q15(p), all(s_.amplitude[k])));
    }
    return clamp(shift<15>(sum), -16384, 16384);
  }

  const RidgeSetup& s_;
  Lanes x_, step_, y_;
};

// normative::gabor_at().
template <int32_t kPreset>
class GaborSource {
 public:
  PC15_LANES GaborSource(const GaborSetup& s, const RowPlace& at)
      : s_(s), dx_(ramp(at.x - s.cx, at.step)), step_(all(kLanes * at.step)), dy_(all(at.y - s.cy)) {}
  PC15_LANES Lanes next() {
    Lanes sum = zero();
    for (int32_t k = 0; k < s_.count; ++k) sum = add(sum, wave(k));
    dx_ = add(dx_, step_);
    if constexpr (kPreset == kGabor) return sum;
    // The quotient rounds towards zero, as that of integers does.
    return truncated_lanes(divide(to_doubles(sum), s_.count));
  }

 private:
  PC15_LANES static Wide square_q16(Lanes q12) {
    const Lanes v = sra<4>(q12);
    return multiply(v, v);
  }
  PC15_LANES Lanes wave(int32_t k) const {
    const Lanes u = offset_along(dx_, s_.cos_part[k], dy_, s_.sin_part[k]);
    const Lanes v = offset_along(dy_, s_.cos_part[k], dx_, -s_.sin_part[k]);
    const Wide u2 = square_q16(u), v2 = square_q16(v);
    const Lanes inside =
        bit_and(lanes_of(less(u2, all64(s_.limit_u))), lanes_of(less(v2, all64(s_.limit_v))));
    if (is_zero(inside)) return zero();
    const Wide z = add(multiply64(u2, all64(s_.inverse_u)), multiply64(v2, all64(s_.inverse_v)));
    const Lanes window = bit_and(exp_neg_q15(shift_far<40>(z)), inside);
    const Lanes p = add(mul(all(static_cast<int32_t>(s_.frequency)), u), all(static_cast<int32_t>(s_.phase)));
    const Lanes sine = round_shift<16>(mul(sin_q15(p), all(s_.gain[k])));
    return round_shift<15>(mul(sine, window));
  }

  const GaborSetup& s_;
  Lanes dx_, step_, dy_;
};

}  // namespace

inline bool direction_row(const LayerSetup& s, const RowPlace& at, int16_t* out) {
  switch (s.preset) {
    case kGradLinear:
      return fill_row<GradientSource>(s.gradient, at, out);
    case kRidge:
      return fill_row<RidgeSource>(s.ridge, at, out);
    case kGabor:
      return fill_row<GaborSource<kGabor>>(s.gabor, at, out);
    case kGaborBank:
      return fill_row<GaborSource<kGaborBank>>(s.gabor, at, out);
    default:
      return false;
  }
}

}  // namespace pc15::backend::PC15_SET
