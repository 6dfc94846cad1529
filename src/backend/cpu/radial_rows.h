// Rows of the kernel RADIAL, and of the bent waves inside a disc.
#pragma once

#include "backend/cpu/profile_lanes.h"
#include "normative/synth.h"

namespace pc15::backend::PC15_SET {
namespace {

using namespace normative;  // presets and setups

template <int32_t kPreset>
class RadialSource {
 public:
  PC15_LANES RadialSource(const RadialSetup& s, const RowPlace& at)
      : s_(s), profile_(s.profile), dx_(ramp(at.x - s.cx, at.step)), step_(all(kLanes * at.step)),
        dy_(all(at.y - s.cy)) {}
  PC15_LANES Lanes next() {
    const Lanes v = value();
    dx_ = add(dx_, step_);
    return v;
  }

 private:
  PC15_LANES Lanes value() const {
    if constexpr (kPreset == kAngleGradient || kPreset == kSunburst) return rays();
    if constexpr (kPreset == kConcentricSquares || kPreset == kSpiralSquare) return squares();
    const Lanes r = distance<8>(dx_, dy_);
    if constexpr (kPreset == kGradRadial) return gradient(r);
    const Lanes p = phase(r);
    if constexpr (kPreset == kRings) return profile_.at(p, all(static_cast<int32_t>(s_.px_turn)));
    if constexpr (kPreset == kWavesCirc) return profile_.sine(p);
    if constexpr (kPreset == kRipple) {
      const Lanes z = multiply_shift<24>(r, all(static_cast<int32_t>(s_.decay)));
      return round_shift<15>(mul(profile_.sine(p), exp_neg_q15(z)));
    }
    const Lanes arms = arm_phase(atan2_turns(dy_, dx_));
    if constexpr (kPreset == kKaleidoscope) return kaleidoscope(r, arms);
    if constexpr (kPreset == kSpiral) return profile_.at(add(p, arms), spiral_px(r));
    const Lanes ring = profile_.pulse(p, all(static_cast<int32_t>(s_.px_turn)));  // kPolarChecker
    const Lanes ray = profile_.pulse(add(arms, all(static_cast<int32_t>(s_.phase2))), angular_px(r));
    return sra<14>(mul(ring, ray));
  }
  PC15_LANES Lanes phase(Lanes r) const {
    return add(mul(all(static_cast<int32_t>(s_.frequency)), r), all(static_cast<int32_t>(s_.phase)));
  }
  PC15_LANES Lanes arm_phase(Lanes angle) const { return mul(angle, all(s_.arms)); }
  PC15_LANES Lanes angular_px(Lanes r) const {
    return multiply_shift<16>(r, all(static_cast<int32_t>(s_.arm_px)));
  }
  PC15_LANES Lanes spiral_px(Lanes r) const {
    const Lanes turn = all(static_cast<int32_t>(s_.px_turn));
    return s_.arms == 0 ? turn : min_of(turn, angular_px(r));
  }
  PC15_LANES Lanes rays() const {
    const Lanes p = add(arm_phase(atan2_turns(dy_, dx_)), all(static_cast<int32_t>(s_.phase)));
    if (s_.profile.kind == Profile::kSine) return profile_.sine(p);
    return profile_.at(p, angular_px(distance<8>(dx_, dy_)));
  }
  PC15_LANES Lanes squares() const {
    const Lanes u = offset_along(dx_, s_.cos_part, dy_, s_.sin_part);
    const Lanes v = offset_along(dy_, s_.cos_part, dx_, -s_.sin_part);
    const Lanes r = max_of(abs_of(u), abs_of(v));
    if constexpr (kPreset == kConcentricSquares) {
      return profile_.at(phase(r), all(static_cast<int32_t>(s_.px_turn)));
    }
    return profile_.at(add(phase(r), arm_phase(atan2_turns(v, u))), spiral_px(r));
  }
  // normative::kaleidoscope_value(). With one arm the inverse is 2^32.
  PC15_LANES Lanes kaleidoscope(Lanes r, Lanes arms) const {
    const Lanes half = abs_of(arms), inverse = all(static_cast<int32_t>(s_.arm_inverse));
    const Lanes folded = s_.arm_inverse >> 32 != 0 ? half : multiply_high(half, inverse);
    const Lanes turn = add(sub(folded, all(static_cast<int32_t>(s_.turn))), all(0x40000000));
    const Wide along = multiply(sra<8>(sin_q30(turn)), all(1));  // Q22, in 64 bits
    const Wide turns = multiply(all(static_cast<int32_t>(s_.frequency)), r);
    const Lanes bend = shift<14>(multiply64({srl64<8>(turns.first), srl64<8>(turns.second)}, along));
    return profile_.sine(add(all(static_cast<int32_t>(s_.phase)), bend));
  }
  PC15_LANES Lanes gradient(Lanes r) const {
    const Lanes fall = clamp(multiply_shift<24>(r, all(static_cast<int32_t>(s_.inverse))), 0, 32768);
    const Lanes v = sub(all(16384), fall);
    return s_.smooth ? smooth_sign_q14(add(v, v)) : v;
  }

  const RadialSetup& s_;
  ProfileLanes profile_;
  Lanes dx_, step_, dy_;
};

// normative::bent_disc_value().
class DiscSource {
 public:
  PC15_LANES DiscSource(const CompositeSetup& s, const RowPlace& at)
      : s_(s), profile_(s.wave.profile), edge_(s.edge), first_(phase_walk(s.wave.first, at.x, at.y, at.step)),
        second_(phase_walk(s.wave.second, at.x, at.y, at.step)), dx_(ramp(at.x - s.cx, at.step)),
        step_(all(kLanes * at.step)), dy_(all(at.y - s.cy)) {}
  PC15_LANES Lanes next() {
    const Lanes r = distance<8>(dx_, dy_);
    const Lanes d = sub(all(static_cast<int32_t>(s_.radius)), sll<4>(r));
    const Lanes inside = add(all(16384), edge_.at(d));
    const Lanes wave = bent_waves(s_.wave, profile_, first_.upper(), second_.upper());
    first_.advance();
    second_.advance();
    dx_ = add(dx_, step_);
    const Lanes shaded = mul(add(wave, all(16384)), inside);
    return sub(sra<15>(shaded), all(16384));
  }

 private:
  const CompositeSetup& s_;
  ProfileLanes profile_;
  Edge edge_;
  Walk first_, second_;
  Lanes dx_, step_, dy_;
};

template <typename Source, typename Setup>
PC15_LANES bool run(const Setup& setup, const RowPlace& at, int16_t* out) {
  if (!has_distances(at, setup.cx, setup.cy)) return false;
  return fill_row<Source>(setup, at, out);
}

// The same for presets that need the length of a turn around the centre, which is to be below 2^31.
template <int32_t kPreset>
bool run_arms(const RadialSetup& s, const RowPlace& at, int16_t* out) {
  const int64_t farthest = reach_of(at, s.cx, s.cy) << 8;  // Q12
  if (farthest >= int64_t{1} << 40 || farthest * s.arm_px >= int64_t{1} << 47) return false;
  return run<RadialSource<kPreset>>(s, at, out);
}

}  // namespace

inline bool radial_row(const LayerSetup& s, const RowPlace& at, int16_t* out) {
  switch (s.preset) {
    case kRings:
      return run<RadialSource<kRings>>(s.radial, at, out);
    case kWavesCirc:
      return run<RadialSource<kWavesCirc>>(s.radial, at, out);
    case kRipple:
      return run<RadialSource<kRipple>>(s.radial, at, out);
    case kGradRadial:
      return run<RadialSource<kGradRadial>>(s.radial, at, out);
    case kKaleidoscope:
      return run<RadialSource<kKaleidoscope>>(s.radial, at, out);
    case kConcentricSquares:
      return run<RadialSource<kConcentricSquares>>(s.radial, at, out);
    case kSpiral:
      return run_arms<kSpiral>(s.radial, at, out);
    case kSpiralSquare:
      return run_arms<kSpiralSquare>(s.radial, at, out);
    case kSunburst:
      return run_arms<kSunburst>(s.radial, at, out);
    case kPolarChecker:
      return run_arms<kPolarChecker>(s.radial, at, out);
    case kAngleGradient:
      return run_arms<kAngleGradient>(s.radial, at, out);
    case kComposite:
      return run<DiscSource>(s.composite, at, out);
    default:
      return false;
  }
}

}  // namespace pc15::backend::PC15_SET
