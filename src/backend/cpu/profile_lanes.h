// Soft edges and the profiles of waves in every lane, see backend/cpu/lanes.h.
#pragma once

#include "backend/cpu/lanes.h"

namespace pc15::backend::PC15_SET {

// normative::SoftEdge; distances in lanes, so below 2^31 in Q16 px. |d * inverse| is at most 2^46.
struct Edge {
  explicit Edge(const normative::SoftEdge& e)
      : half(e.half), factor(static_cast<double>(e.inverse) / 2147483648.0) {}
  PC15_LANES Lanes at(Lanes d) const {
    if (half == 0) {
      const Lanes negative = sra<31>(d);
      return sub(bit_xor(all(16384), negative), negative);
    }
    return smooth_sign_q14(floor_lanes(scale(to_doubles(clamp(d, -half, half)), factor)));
  }
  int32_t half;
  double factor;
};

// normative::ProfileSetup. `px_turn` is the length of a turn, Q16 px below 2^31.
class ProfileLanes {
 public:
  explicit ProfileLanes(const normative::ProfileSetup& s) : s_(s), edge_(s.edge) {}
  PC15_LANES Lanes sine(Lanes phase) const { return round_shift<16>(mul(sin_q15(phase), all(s_.gain))); }
  PC15_LANES Lanes at(Lanes phase, Lanes px_turn) const {
    switch (s_.kind) {
      case normative::Profile::kTriangle:
        return triangle(phase);
      case normative::Profile::kRamp:
        return sub(sra<17>(phase), edge_.at(turns_to_px(sra<4>(phase), px_turn)));
      case normative::Profile::kPulse:
        return pulse(phase, px_turn);
      default:
        return sine(phase);
    }
  }
  PC15_LANES Lanes pulse(Lanes phase, Lanes px_turn) const {
    // A sixteenth of duty_half - |phase - duty_half|, rounded down; |x| is 2^31 at most, the rest unsigned.
    const Lanes middle = all(static_cast<int32_t>(static_cast<uint32_t>(s_.duty_half)));
    const Lanes far = abs_of(sub(phase, middle));
    const Lanes sixteenth = srl<4>(add(far, all(15)));
    return edge_.at(turns_to_px(sub(all(s_.duty << 15), sixteenth), px_turn));
  }

 private:
  // The scaled products are below 2^42 where they are used.
  PC15_LANES Lanes triangle(Lanes phase) const {
    const Lanes t = srl<12>(phase), peak = all(s_.duty << 8);
    const double unit = 1.0 / 134217728.0;
    const Lanes up = floor_lanes(within(scale(to_doubles(t), static_cast<double>(s_.rise) * unit), 65536.0));
    const Lanes down =
        floor_lanes(within(scale(to_doubles(sub(t, peak)), static_cast<double>(s_.fall) * unit), 65536.0));
    const Lanes v = select(sub(all(16384), down), sub(up, all(16384)), greater(peak, t));
    return clamp(v, -16384, 16384);
  }
  // Of a phase difference over 16.
  PC15_LANES static Lanes turns_to_px(Lanes sixteenth, Lanes px_turn) {
    return multiply_shift<28>(sixteenth, px_turn);
  }

  const normative::ProfileSetup& s_;
  Edge edge_;
};

// A sine wave of phase `p` whose phase another of phase `p2` bends.
PC15_LANES inline Lanes bent_waves(const normative::WaveSetup& s, const ProfileLanes& profile, Lanes p,
                                   Lanes p2) {
  const Lanes bend = multiply_shift<20>(all(static_cast<int32_t>(s.bend)), sin_q30(p2));  // s.bend < 2^30
  return profile.sine(add(p, bend));
}

}  // namespace pc15::backend::PC15_SET
