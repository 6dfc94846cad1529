// Rows of the kernels NOISE and GRAIN: the corners of a cell are hashed for eight samples at once, and kept
// while the next eight lie in the same cells.
#include "backend/cpu/generator_rows_avx2.h"

#if defined(PC15_HAS_AVX2)

#include "backend/cpu/hash_avx2.h"
#include "backend/cpu/profile_avx2.h"
#include "normative/synth.h"

namespace pc15::backend::avx2 {
namespace {

using namespace normative;  // presets and setups

constexpr int32_t kOne = 1 << 20;

// 6 t^5 - 15 t^4 + 10 t^3, Q20: every product is below 2^46 and every factor below 2^25.
PC15_AVX2 inline Lanes fade_q20(Lanes t) {
  const Lanes t3 = multiply_shift<20>(multiply_shift<20>(t, t), t);
  const Lanes six = _mm256_sub_epi32(_mm256_mullo_epi32(t, all(6)), all(15 * kOne));
  return multiply_shift<20>(t3, _mm256_add_epi32(multiply_shift<20>(t, six), all(10 * kOne)));
}
PC15_AVX2 inline Lanes lerp_q20(Lanes a, Lanes b, Lanes t) {
  return _mm256_add_epi32(a, multiply_shift<20>(_mm256_sub_epi32(b, a), t));
}

// Directions for the upper byte of a hash: direction_entry(i) in the lower half, direction_entry(i + 192) in
// the upper one.
struct DirectionPairs {
  DirectionPairs() {
    for (int32_t i = 0; i < 256; ++i) {
      const uint32_t x = static_cast<uint16_t>(direction_entry(i));
      pair[i] = static_cast<int32_t>(x | static_cast<uint32_t>(direction_entry(i + 192)) << 16);
    }
  }
  alignas(32) int32_t pair[256];
};
PC15_AVX2 inline Lanes directions(Lanes hash) {
  static const DirectionPairs table;
  return _mm256_i32gather_epi32(table.pair, _mm256_srli_epi32(hash, 24), 4);
}

// One octave along a row.
class Octave {
 public:
  PC15_AVX2 void start(uint64_t seed, int64_t y, bool value_noise) {
    seed_ = seed;
    value_noise_ = value_noise;
    iy_ = static_cast<int32_t>(asr64(y, 40));
    const int32_t fy = static_cast<int32_t>((y >> 20) & (kOne - 1));
    fy_ = all(fy);
    v_ = all(static_cast<int32_t>(normative::fade_q20(fy)));
    valid_ = false;
  }
  // noise_octave() in cells `ix` at `fx` (Q20) of their width.
  PC15_AVX2 Lanes at(Lanes ix, Lanes fx) {
    if (!valid_ || _mm256_movemask_epi8(_mm256_cmpeq_epi32(ix, ix_)) != -1) visit(ix);
    const Lanes u = fade_q20(fx);
    if (value_noise_) return mixed(value_[0], value_[1], value_[2], value_[3], u);
    const Lanes gx = _mm256_sub_epi32(fx, all(kOne));
    const Lanes n = mixed(corner(0, fx), corner(1, gx), corner(2, fx), corner(3, gx), u);
    return clamp(multiply_shift<15>(n, all(46341)), -kOne, kOne);
  }

 private:
  PC15_AVX2 void visit(Lanes ix) {
    valid_ = true;
    ix_ = ix;
    const Lanes column[2] = {column_hash(ix, seed_), column_hash(_mm256_add_epi32(ix, all(1)), seed_)};
    for (int32_t c = 0; c < 4; ++c) {
      const Lanes h = point_hash(column[c & 1], all(iy_ + (c >> 1)), seed_);
      if (value_noise_) {
        value_[c] = _mm256_sub_epi32(_mm256_srli_epi32(h, 11), all(kOne));
      } else {
        const Lanes pair = directions(h);
        value_[c] = _mm256_srai_epi32(_mm256_slli_epi32(pair, 16), 16);
        const Lanes dy = c < 2 ? fy_ : _mm256_sub_epi32(fy_, all(kOne));
        rise_[c] = multiply(_mm256_srai_epi32(pair, 16), dy);
      }
    }
  }
  PC15_AVX2 Lanes corner(int32_t c, Lanes dx) const {
    return shift<14>(add(multiply(value_[c], dx), rise_[c]));
  }
  PC15_AVX2 Lanes mixed(Lanes a, Lanes b, Lanes c, Lanes d, Lanes u) const {
    return lerp_q20(lerp_q20(a, b, u), lerp_q20(c, d, u), v_);
  }

  uint64_t seed_ = 0;
  int32_t iy_ = 0;
  bool value_noise_ = false, valid_ = false;
  Lanes fy_, v_, ix_;
  Lanes value_[4];  // of the corners, or their directions along x
  Wide rise_[4];    // what the directions along y add
};

// Sums of octaves by weight, in Q35.
class OctaveSum {
 public:
  PC15_AVX2 OctaveSum(const NoiseSetup& s, const RowPlace& at)
      : walk_(static_cast<uint64_t>(at.x * s.frequency), static_cast<uint64_t>(at.step * s.frequency)) {
    const int64_t y = at.y * s.frequency;
    for (int32_t k = 0; k < s.octaves; ++k) octave_[k].start(s.seed[k], y * (1 << k), s.value_noise);
  }
  PC15_AVX2 void add_octave(int32_t k, int32_t weight, bool absolute, Wide* sum) {
    const Lanes ix = _mm256_srai_epi32(walk_.upper(k), 8);
    const Lanes fx = _mm256_and_si256(walk_.lower(20 - k), all(kOne - 1));
    Lanes n = octave_[k].at(ix, fx);
    if (absolute) n = _mm256_abs_epi32(n);
    *sum = add(*sum, multiply(n, all(weight)));
  }
  PC15_AVX2 void advance() { walk_.advance(); }

 private:
  Walk walk_;  // cells, Q40
  Octave octave_[kMaxOctaves];
};

PC15_AVX2 inline Lanes to_q14(Lanes q20) { return clamp(round_shift<6>(q20), -16384, 16384); }

// levels + 1 plateaus; n is below 1.
PC15_AVX2 inline Lanes isobands(Lanes n, int32_t levels) {
  const Lanes t = _mm256_srli_epi32(_mm256_mullo_epi32(_mm256_add_epi32(n, all(kOne)), all(levels)), 1);
  const Lanes i = _mm256_srli_epi32(t, 20), f = _mm256_and_si256(t, all(kOne - 1));
  const Lanes d = clamp(_mm256_srai_epi32(_mm256_sub_epi32(f, all(kOne / 2)), 2), -32768, 32768);
  const Lanes step = _mm256_add_epi32(all(16384), smooth_sign_q14(d));
  const Doubles level = to_doubles(_mm256_add_epi32(_mm256_slli_epi32(i, 15), step));
  const __m256d by = _mm256_set1_pd(levels);
  return _mm256_sub_epi32(floor_lanes({_mm256_div_pd(level.low, by), _mm256_div_pd(level.high, by)}),
                          all(16384));
}

template <int32_t kPreset>
class NoiseSource {
 public:
  PC15_AVX2 NoiseSource(const NoiseSetup& s, const RowPlace& at)
      : s_(s), octaves_(s, at), profile_(s.wave.profile), rings_(s.radial.profile),
        walk_(phase_walk(s.wave.first, at.x, at.y, at.step)), dx_(ramp(at.x - s.radial.cx, at.step)),
        dy_(at.y - s.radial.cy), step_(at.step) {}
  PC15_AVX2 Lanes next() {
    Wide sum = {_mm256_setzero_si256(), _mm256_setzero_si256()};
    for (int32_t k = 0; k < s_.octaves; ++k) {
      octaves_.add_octave(k, s_.weight[k], kPreset == kTurbulence || kPreset == kFbmRidged, &sum);
    }
    octaves_.advance();
    return shaped(shift<15>(sum));
  }

 private:
  PC15_AVX2 Lanes shaped(Lanes n) {
    if constexpr (kPreset == kTurbulence) return to_q14(_mm256_sub_epi32(_mm256_add_epi32(n, n), all(kOne)));
    if constexpr (kPreset == kFbmRidged) return to_q14(_mm256_sub_epi32(all(kOne), _mm256_add_epi32(n, n)));
    if constexpr (kPreset == kIsobands) return isobands(clamp(n, -kOne, kOne - 1), s_.levels);
    if constexpr (kPreset == kWood) {
      const Lanes r = distance<8>(dx_, all(dy_));
      dx_ = _mm256_add_epi32(dx_, all(8 * step_));
      const Lanes p = _mm256_mullo_epi32(r, all(static_cast<int32_t>(s_.radial.frequency)));
      return rings_.sine(_mm256_add_epi32(p, bend(n)));
    }
    if constexpr (kPreset == kMarble) {
      const Lanes v = profile_.sine(_mm256_add_epi32(walk_.upper(), bend(n)));
      walk_.advance();
      return v;
    }
    return to_q14(n);
  }

  // What the noise adds to a phase; s_.bend is below 2^30.
  PC15_AVX2 Lanes bend(Lanes n) const { return multiply_shift<10>(all(static_cast<int32_t>(s_.bend)), n); }

  const NoiseSetup& s_;
  OctaveSum octaves_;
  ProfileLanes profile_, rings_;
  Walk walk_;
  Lanes dx_;
  int32_t dy_, step_;
};

class GrainSource {
 public:
  PC15_AVX2 GrainSource(const GrainSetup& s, const RowPlace& at) : s_(s), octaves_(s.noise, at) {}
  PC15_AVX2 Lanes next() {
    const __m256i half = _mm256_set1_epi64x(1 << 20);
    Wide sum = {half, half};
    for (int32_t k = 0; k < kGrainBands; ++k) {
      if (s_.amplitude[k] != 0) octaves_.add_octave(k, s_.amplitude[k], false, &sum);
    }
    octaves_.advance();
    return clamp(shift<21>(sum), -16384, 16384);
  }

 private:
  const GrainSetup& s_;
  OctaveSum octaves_;
};

}  // namespace

bool noise_row(const LayerSetup& s, const RowPlace& at, int16_t* out) {
  switch (s.preset) {
    case kPerlin:
    case kValueNoise:
      return fill_row<NoiseSource<kPerlin>>(s.noise, at, out);
    case kTurbulence:
      return fill_row<NoiseSource<kTurbulence>>(s.noise, at, out);
    case kFbmRidged:
      return fill_row<NoiseSource<kFbmRidged>>(s.noise, at, out);
    case kIsobands:
      return fill_row<NoiseSource<kIsobands>>(s.noise, at, out);
    case kWood:
      return has_distances(at, s.noise.radial.cx, s.noise.radial.cy) &&
             fill_row<NoiseSource<kWood>>(s.noise, at, out);
    case kMarble:
      return fill_row<NoiseSource<kMarble>>(s.noise, at, out);
    case kGrain:
      return fill_row<GrainSource>(s.grain, at, out);
    default:
      return false;
  }
}

}  // namespace pc15::backend::avx2

#endif
