// Soft edges and the profiles of waves on eight samples at once, see backend/cpu/lanes_avx2.h.
#pragma once

#include "backend/cpu/lanes_avx2.h"

#if defined(PC15_HAS_AVX2)

namespace pc15::backend::avx2 {

// normative::SoftEdge; distances in lanes, so below 2^31 in Q16 px. |d * inverse| is at most 2^46.
struct Edge {
  explicit Edge(const normative::SoftEdge& e)
      : half(e.half), factor(static_cast<double>(e.inverse) / 2147483648.0) {}
  PC15_AVX2 Lanes at(Lanes d) const {
    if (half == 0) {
      const Lanes negative = _mm256_srai_epi32(d, 31);
      return _mm256_sub_epi32(_mm256_xor_si256(all(16384), negative), negative);
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
  PC15_AVX2 Lanes sine(Lanes phase) const {
    return round_shift<16>(_mm256_mullo_epi32(sin_q15(phase), all(s_.gain)));
  }
  PC15_AVX2 Lanes at(Lanes phase, Lanes px_turn) const {
    switch (s_.kind) {
      case normative::Profile::kTriangle:
        return triangle(phase);
      case normative::Profile::kRamp:
        return _mm256_sub_epi32(_mm256_srai_epi32(phase, 17),
                                edge_.at(turns_to_px(_mm256_srai_epi32(phase, 4), px_turn)));
      case normative::Profile::kPulse:
        return pulse(phase, px_turn);
      default:
        return sine(phase);
    }
  }
  PC15_AVX2 Lanes pulse(Lanes phase, Lanes px_turn) const {
    // A sixteenth of duty_half - |phase - duty_half|, rounded down; |x| is 2^31 at most, the rest unsigned.
    const Lanes middle = all(static_cast<int32_t>(static_cast<uint32_t>(s_.duty_half)));
    const Lanes far = _mm256_abs_epi32(_mm256_sub_epi32(phase, middle));
    const Lanes sixteenth = _mm256_srli_epi32(_mm256_add_epi32(far, all(15)), 4);
    return edge_.at(turns_to_px(_mm256_sub_epi32(all(s_.duty << 15), sixteenth), px_turn));
  }

 private:
  // The scaled products are below 2^42 where they are used.
  PC15_AVX2 Lanes triangle(Lanes phase) const {
    const Lanes t = _mm256_srli_epi32(phase, 12), peak = all(s_.duty << 8);
    const double unit = 1.0 / 134217728.0;
    const Lanes up = floor_lanes(bounded(scale(to_doubles(t), static_cast<double>(s_.rise) * unit)));
    const Lanes down = floor_lanes(
        bounded(scale(to_doubles(_mm256_sub_epi32(t, peak)), static_cast<double>(s_.fall) * unit)));
    const Lanes v = _mm256_blendv_epi8(_mm256_sub_epi32(all(16384), down), _mm256_sub_epi32(up, all(16384)),
                                       _mm256_cmpgt_epi32(peak, t));
    return clamp(v, -16384, 16384);
  }
  PC15_AVX2 static Doubles bounded(Doubles v) {
    const __m256d most = _mm256_set1_pd(65536.0), least = _mm256_set1_pd(-65536.0);
    return {_mm256_max_pd(_mm256_min_pd(v.low, most), least),
            _mm256_max_pd(_mm256_min_pd(v.high, most), least)};
  }
  // Of a phase difference over 16.
  PC15_AVX2 static Lanes turns_to_px(Lanes sixteenth, Lanes px_turn) {
    return multiply_shift<28>(sixteenth, px_turn);
  }

  const normative::ProfileSetup& s_;
  Edge edge_;
};

// A sine wave of phase `p` whose phase another of phase `p2` bends.
PC15_AVX2 inline Lanes bent_waves(const normative::WaveSetup& s, const ProfileLanes& profile, Lanes p,
                                  Lanes p2) {
  const Lanes bend = multiply_shift<20>(all(static_cast<int32_t>(s.bend)), sin_q30(p2));  // s.bend < 2^30
  return profile.sine(_mm256_add_epi32(p, bend));
}

}  // namespace pc15::backend::avx2

#endif
