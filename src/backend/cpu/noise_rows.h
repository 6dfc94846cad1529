// Rows of the kernels NOISE and GRAIN: the corners of a cell are hashed for all lanes at once, and kept while
// the next samples lie in the same cells.
#pragma once

#include "backend/cpu/hash_lanes.h"
#include "backend/cpu/profile_lanes.h"
#include "normative/synth.h"

namespace pc15::backend::PC15_SET {
namespace {

using namespace normative;  // presets and setups

// 6 t^5 - 15 t^4 + 10 t^3, Q20: every product is below 2^46 and every factor below 2^25.
PC15_LANES inline Lanes fade_q20(Lanes t) {
  const Lanes t3 = multiply_shift<20>(multiply_shift<20>(t, t), t);
  const Lanes six = sub(mul(t, all(6)), all(15 * kOne));
  return multiply_shift<20>(t3, add(multiply_shift<20>(t, six), all(10 * kOne)));
}
PC15_LANES inline Lanes lerp_q20(Lanes a, Lanes b, Lanes t) {
  return add(a, multiply_shift<20>(sub(b, a), t));
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
PC15_LANES inline Lanes directions(Lanes hash) {
  static const DirectionPairs table;
  return gather(table.pair, srl<24>(hash));
}

// One octave along a row.
class Octave {
 public:
  PC15_LANES void start(uint64_t seed, int64_t y, bool value_noise) {
    seed_ = seed;
    value_noise_ = value_noise;
    iy_ = static_cast<int32_t>(asr64(y, 40));
    const int32_t fy = static_cast<int32_t>((y >> 20) & (kOne - 1));
    fy_ = all(fy);
    v_ = all(static_cast<int32_t>(normative::fade_q20(fy)));
    valid_ = false;
  }
  // noise_octave() in cells `ix` at `fx` (Q20) of their width.
  PC15_LANES Lanes at(Lanes ix, Lanes fx) {
    if (!valid_ || differ(ix, ix_)) visit(ix);
    const Lanes u = fade_q20(fx);
    if (value_noise_) return mixed(value_[0], value_[1], value_[2], value_[3], u);
    const Lanes gx = sub(fx, all(kOne));
    const Lanes n = mixed(corner(0, fx), corner(1, gx), corner(2, fx), corner(3, gx), u);
    return clamp(multiply_shift<15>(n, all(46341)), -kOne, kOne);
  }

 private:
  PC15_LANES void visit(Lanes ix) {
    valid_ = true;
    ix_ = ix;
    const Lanes column[2] = {column_hash(ix, seed_), column_hash(add(ix, all(1)), seed_)};
    for (int32_t c = 0; c < 4; ++c) {
      const Lanes h = point_hash(column[c & 1], all(iy_ + (c >> 1)), seed_);
      if (value_noise_) {
        value_[c] = sub(srl<11>(h), all(kOne));
      } else {
        const Lanes pair = directions(h);
        value_[c] = sra<16>(sll<16>(pair));
        const Lanes dy = c < 2 ? fy_ : sub(fy_, all(kOne));
        rise_[c] = multiply(sra<16>(pair), dy);
      }
    }
  }
  PC15_LANES Lanes corner(int32_t c, Lanes dx) const {
    return shift<14>(add(multiply(value_[c], dx), rise_[c]));
  }
  PC15_LANES Lanes mixed(Lanes a, Lanes b, Lanes c, Lanes d, Lanes u) const {
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
  PC15_LANES OctaveSum(const NoiseSetup& s, const RowPlace& at)
      : walk_(static_cast<uint64_t>(at.x * s.frequency), static_cast<uint64_t>(at.step * s.frequency)) {
    const int64_t y = at.y * s.frequency;
    for (int32_t k = 0; k < s.octaves; ++k) octave_[k].start(s.seed[k], y * (1 << k), s.value_noise);
  }
  PC15_LANES void add_octave(int32_t k, int32_t weight, bool absolute, Wide* sum) {
    const Lanes ix = sra<8>(walk_.upper(k));
    const Lanes fx = bit_and(walk_.lower(20 - k), all(kOne - 1));
    Lanes n = octave_[k].at(ix, fx);
    if (absolute) n = abs_of(n);
    *sum = add(*sum, multiply(n, all(weight)));
  }
  PC15_LANES void advance() { walk_.advance(); }

 private:
  Walk walk_;  // cells, Q40
  Octave octave_[kMaxOctaves];
};

PC15_LANES inline Lanes to_q14(Lanes q20) { return clamp(round_shift<6>(q20), -16384, 16384); }

// levels + 1 plateaus; n is below 1.
PC15_LANES inline Lanes isobands(Lanes n, int32_t levels) {
  const Lanes t = srl<1>(mul(add(n, all(kOne)), all(levels)));
  const Lanes i = srl<20>(t), f = bit_and(t, all(kOne - 1));
  const Lanes d = clamp(sra<2>(sub(f, all(kOne / 2))), -32768, 32768);
  const Lanes step = add(all(16384), smooth_sign_q14(d));
  const Doubles level = to_doubles(add(sll<15>(i), step));
  return sub(floor_lanes(divide(level, levels)), all(16384));
}

template <int32_t kPreset>
class NoiseSource {
 public:
  PC15_LANES NoiseSource(const NoiseSetup& s, const RowPlace& at)
      : s_(s), octaves_(s, at), profile_(s.wave.profile), rings_(s.radial.profile),
        walk_(phase_walk(s.wave.first, at.x, at.y, at.step)), dx_(ramp(at.x - s.radial.cx, at.step)),
        dy_(at.y - s.radial.cy), step_(at.step) {}
  PC15_LANES Lanes next() {
    Wide sum = {zero(), zero()};
    for (int32_t k = 0; k < s_.octaves; ++k) {
      octaves_.add_octave(k, s_.weight[k], kPreset == kTurbulence || kPreset == kFbmRidged, &sum);
    }
    octaves_.advance();
    return shaped(shift<15>(sum));
  }

 private:
  PC15_LANES Lanes shaped(Lanes n) {
    if constexpr (kPreset == kTurbulence) return to_q14(sub(add(n, n), all(kOne)));
    if constexpr (kPreset == kFbmRidged) return to_q14(sub(all(kOne), add(n, n)));
    if constexpr (kPreset == kIsobands) return isobands(clamp(n, -kOne, kOne - 1), s_.levels);
    if constexpr (kPreset == kWood) {
      const Lanes r = distance<8>(dx_, all(dy_));
      dx_ = add(dx_, all(kLanes * step_));
      const Lanes p = mul(r, all(static_cast<int32_t>(s_.radial.frequency)));
      return rings_.sine(add(p, bend(n)));
    }
    if constexpr (kPreset == kMarble) {
      const Lanes v = profile_.sine(add(walk_.upper(), bend(n)));
      walk_.advance();
      return v;
    }
    return to_q14(n);
  }

  // What the noise adds to a phase; s_.bend is below 2^30.
  PC15_LANES Lanes bend(Lanes n) const { return multiply_shift<10>(all(static_cast<int32_t>(s_.bend)), n); }

  const NoiseSetup& s_;
  OctaveSum octaves_;
  ProfileLanes profile_, rings_;
  Walk walk_;
  Lanes dx_;
  int32_t dy_, step_;
};

class GrainSource {
 public:
  PC15_LANES GrainSource(const GrainSetup& s, const RowPlace& at) : s_(s), octaves_(s.noise, at) {}
  PC15_LANES Lanes next() {
    const Lanes half = set64(1 << 20);
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

inline bool noise_row(const LayerSetup& s, const RowPlace& at, int16_t* out) {
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
    default:
      return false;
  }
}

}  // namespace pc15::backend::PC15_SET
