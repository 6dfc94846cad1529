// Rows of the kernels WAVE and LATTICE: functions of the phases of plane waves, which run evenly along a row.
#pragma once

#include "backend/cpu/hash_lanes.h"
#include "backend/cpu/profile_lanes.h"

namespace pc15::backend::PC15_SET {
namespace {

using namespace normative;  // presets and setups

// ---- waves

template <int32_t kPreset>
class WaveSource {
 public:
  PC15_LANES WaveSource(const WaveSetup& s, const RowPlace& at)
      : s_(s), profile_(s.profile), first_(phase_walk(s.first, at.x, at.y, at.step)),
        second_(phase_walk(s.second, at.x, at.y, at.step)) {}
  PC15_LANES Lanes next() {
    const Lanes v = value();
    first_.advance();
    second_.advance();
    return v;
  }

 private:
  PC15_LANES Lanes value() const {
    if constexpr (kPreset == kWavesDir) return profile_.sine(first_.upper());
    if constexpr (kPreset == kStripes)
      return profile_.at(first_.upper(), all(static_cast<int32_t>(s_.px_turn)));
    if constexpr (kPreset == kStripesMultiscale) return octaves();
    if constexpr (kPreset == kWavesBend) return bent_waves(s_, profile_, first_.upper(), second_.upper());
    const Lanes a = sra<15>(mul(sin_q15(first_.upper()), all(s_.gain)));
    const Lanes b = sra<15>(mul(sin_q15(second_.upper()), all(s_.gain2)));
    if constexpr (kPreset == kMoire) return round_shift<16>(mul(a, b));
    return round_shift<2>(add(a, b));  // kPlaid
  }
  PC15_LANES Lanes octaves() const {
    Lanes sum = zero();
    for (int32_t k = 0; k < 4; ++k) {
      if (s_.weight[k] == 0) continue;
      const Lanes part = mul(sin_q15(first_.upper(k)), all(s_.weight[k]));
      sum = add(sum, sra<8>(part));
    }
    return clamp(round_shift<8>(sum), -16384, 16384);
  }

  const WaveSetup& s_;
  ProfileLanes profile_;
  Walk first_, second_;
};

// ---- lattices

// Q16 px, at most 2^30: half a turn of at most 2^30 px.
PC15_LANES inline Lanes half_turn_px(Lanes phase, int64_t px_turn) {
  const Lanes d = sub(all(1 << 30), abs_of(phase));  // |x| of half a turn wraps to it
  return multiply_shift<32>(d, all(static_cast<int32_t>(px_turn)));
}
PC15_LANES inline Lanes line_px(Lanes phase, int64_t px_turn) {
  return multiply_high(abs_of(phase), all(static_cast<int32_t>(px_turn)));
}

// normative::strand_value().
PC15_LANES inline Lanes strand(const LatticeSetup& s, const Edge& edge, Lanes across, Lanes along,
                               int64_t px_turn, bool opposite) {
  const Lanes half = abs_of(across);
  const Lanes rest = sub(all(INT32_MIN), half);  // 2^31 - half
  // Above a quarter turn, unsigned because of half a turn.
  const Lanes above = greater(bit_xor(half, all(INT32_MIN)), all((1 << 30) ^ INT32_MIN));
  const Lanes nearest = select(half, rest, above);
  const Lanes distance = multiply_high(nearest, all(static_cast<int32_t>(px_turn)));
  const Lanes cover = add(all(16384), edge.at(sub(all(s.half_q16), distance)));
  const Lanes height = round_shift<1>(sin_q15(add(along, all(0x40000000))));
  const Lanes turned = opposite ? bit_xor(above, all(-1)) : above;
  const Lanes v = sub(bit_xor(height, turned), turned);
  const Lanes product = mul(add(v, all(16384)), cover);
  return sub(sra<15>(product), all(16384));
}

// normative::hex_value() up to the border, of phases in 64 bits, as doubles hold them exactly: Q16 px times
// 2^32.
PC15_LANES inline Lanes hex_border(Lanes pa, Lanes pb, Lanes px) {
  const Reals turn = reals(4294967296.0);
  Reals nearest = reals(1099511627776.0);
  for (int32_t corner = 0; corner < 4; ++corner) {
    const Reals a = (corner & 1) != 0 ? sub(to_reals(pa), turn) : to_reals(pa);
    const Reals b = (corner & 2) != 0 ? sub(to_reals(pb), turn) : to_reals(pb);
    const Reals both = add(a, b);
    const Reals far = max_of(max_of(abs_of(add(a, both)), abs_of(add(b, both))), abs_of(sub(b, a)));
    nearest = min_of(nearest, far);
  }
  // What is left of a turn, 2^32 at most, in halves and a rest, for products of 32 bits.
  const Lanes rest = sub64(set64(int64_t{1} << 32), from_reals(nearest));
  return add64(mul_unsigned(srl64<1>(rest), px), srl64<1>(mul_unsigned(bit_and(rest, set64(1)), px)));
}

template <int32_t kPreset>
class LatticeSource {
 public:
  PC15_LANES LatticeSource(const LatticeSetup& s, const RowPlace& at)
      : s_(s), edge_(s.edge), a_(phase_walk(s.a, at.x, at.y, at.step)),
        b_(phase_walk(s.b, at.x, at.y, at.step)) {}
  PC15_LANES Lanes next() {
    const Lanes v = value(a_.upper(), b_.upper());
    a_.advance();
    b_.advance();
    return v;
  }

 private:
  PC15_LANES Lanes value(Lanes pa, Lanes pb) const {
    if constexpr (kPreset == kCheckerboard) {
      const Lanes quarter = all(0x40000000);
      return product(half_turn_px(sub(pa, quarter), s_.px_a), half_turn_px(sub(pb, quarter), s_.px_b));
    }
    if constexpr (kPreset == kDiamondGrid) {
      return product(half_turn_px(add(pa, pb), s_.px_diagonal), half_turn_px(sub(pa, pb), s_.px_diagonal));
    }
    if constexpr (kPreset == kTriTiling) return triangles(pa, pb);
    if constexpr (kPreset == kDots) return dots(pa, pb);
    if constexpr (kPreset == kHexGrid) {
      const Lanes px = set64(s_.px_a);
      const Wide a = widened_unsigned(pa), b = widened_unsigned(pb);
      const Wide border = {hex_border(a.first, b.first, px), hex_border(a.second, b.second, px)};
      return edge_.at(sub(all(s_.half_q16), shift_far<32>(border)));
    }
    if constexpr (kPreset == kWeave) {
      return max_of(strand(s_, edge_, pb, pa, s_.px_b, false), strand(s_, edge_, pa, pb, s_.px_a, true));
    }
    const Lanes d = min_of(line_px(pa, s_.px_a), line_px(pb, s_.px_b));  // kLattice
    return edge_.at(sub(all(s_.half_q16), d));
  }
  PC15_LANES Lanes product(Lanes d1, Lanes d2) const { return sra<14>(mul(edge_.at(d1), edge_.at(d2))); }
  PC15_LANES Lanes triangles(Lanes pa, Lanes pb) const {
    const Lanes da = line_px(pa, s_.px_a), db = line_px(pb, s_.px_a);
    const Lanes dc = line_px(sub(pb, pa), s_.px_a);
    const Lanes d = min_of(da, min_of(db, dc));
    // Unsigned pb < pa: the bit that a comparison of signed numbers takes for the sign turned.
    const Lanes top = all(INT32_MIN);
    const Lanes below = greater(bit_xor(pa, top), bit_xor(pb, top));
    return edge_.at(sub(bit_xor(d, below), below));
  }

  // For cells that are_small().
  PC15_LANES Lanes dots(Lanes pa, Lanes pb) const {
    const Lanes x = multiply_shift<32>(pa, all(static_cast<int32_t>(s_.px_a)));
    const Lanes t = multiply_shift<32>(pb, all(static_cast<int32_t>(s_.px_b)));
    const Lanes across = add(t, multiply_shift<30>(x, all(static_cast<int32_t>(s_.skew_sin))));
    const Lanes y = multiply_shift<16>(across, all(static_cast<int32_t>(s_.skew_inverse)));
    return edge_.at(sub(all(s_.half_q16), distance<0>(x, y)));
  }

  const LatticeSetup& s_;
  Edge edge_;
  Walk a_, b_;
};

// normative::brick_value().
template <int32_t kPreset>
class BrickSource {
 public:
  PC15_LANES BrickSource(const LatticeSetup& s, const RowPlace& at)
      : s_(s), edge_(s.edge), a_(phase_walk(s.a, at.x, at.y, at.step)),
        b_(phase_walk(s.b, at.x, at.y, at.step)) {}
  PC15_LANES Lanes next() {
    constexpr int kFraction = 32 - kCellsLog2, kNumber = 32 - kCellsLog2;
    const Lanes row = srl<kNumber>(b_.upper());
    // row_shift is a multiple of 2^48, so its product with the row reaches the upper half alone.
    const Lanes moved = mul(row, all(static_cast<int32_t>(s_.row_shift >> 32)));
    const Lanes fa = add(a_.lower(kFraction), sll<kCellsLog2>(moved));
    const Lanes column = srl<kNumber>(add(a_.upper(), moved));
    const Lanes d = min_of(line_px(fa, s_.px_a), line_px(b_.lower(kFraction), s_.px_b));
    a_.advance();
    b_.advance();
    const Lanes v = edge_.at(sub(d, all(s_.half_q16)));
    if constexpr (kPreset == kBrick) return v;
    const Lanes random = srl<17>(point_hash(column_hash(column, s_.seed), row, s_.seed));
    const Lanes shade = sra<4>(mul(random, all(s_.variation)));
    const Lanes bright = sub(all(32768), shade);
    const Lanes height = mul(add(all(16384), v), bright);
    return sub(sra<15>(height), all(16384));
  }

 private:
  const LatticeSetup& s_;
  Edge edge_;
  Walk a_, b_;
};

// normative::herringbone_value(). One of the four distances to the sides of a cell is missing, so that the
// other axis has one of half a cell at most, and a whole cell may count as 2^32 - 1.
class HerringboneSource {
 public:
  PC15_LANES HerringboneSource(const LatticeSetup& s, const RowPlace& at)
      : s_(s), edge_(s.edge), a_(phase_walk(s.a, at.x, at.y, at.step)),
        b_(phase_walk(s.b, at.x, at.y, at.step)) {}
  PC15_LANES Lanes next() {
    constexpr int kFraction = 32 - kCellsLog2, kNumber = 32 - kCellsLog2;
    const Lanes i = srl<kNumber>(a_.upper()), j = srl<kNumber>(b_.upper());
    const Lanes kind = bit_and(sub(i, j), all(3));
    const Lanes d =
        min_unsigned(side(a_.lower(kFraction), kind, 1, 0), side(b_.lower(kFraction), kind, 2, 3));
    a_.advance();
    b_.advance();
    return edge_.at(sub(multiply_high(d, all(static_cast<int32_t>(s_.px_a))), all(s_.half_q16)));
  }

 private:
  // Distance to the nearer side along an axis; `no_first` and `no_last` are the kinds without that side.
  PC15_LANES static Lanes side(Lanes at, Lanes kind, int32_t no_first, int32_t no_last) {
    const Lanes to_last = bit_or(sub(zero(), at), equal(at, zero()));
    const Lanes nearer = select(abs_of(at), to_last, equal(kind, all(no_first)));
    return select(nearer, at, equal(kind, all(no_last)));
  }

  const LatticeSetup& s_;
  Edge edge_;
  Walk a_, b_;
};

}  // namespace

inline bool wave_row(const LayerSetup& s, const RowPlace& at, int16_t* out) {
  switch (s.preset) {
    case kWavesDir:
      return fill_row<WaveSource<kWavesDir>>(s.wave, at, out);
    case kStripes:
      return fill_row<WaveSource<kStripes>>(s.wave, at, out);
    case kStripesMultiscale:
      return fill_row<WaveSource<kStripesMultiscale>>(s.wave, at, out);
    case kMoire:
      return fill_row<WaveSource<kMoire>>(s.wave, at, out);
    case kWavesBend:
      return fill_row<WaveSource<kWavesBend>>(s.wave, at, out);
    case kPlaid:
      return fill_row<WaveSource<kPlaid>>(s.wave, at, out);
    default:
      return false;
  }
}

// Distances within a cell of dots stay below 2^26 in Q16 px, also where a skew of up to 60 degrees doubles
// them.
inline bool are_small(const LatticeSetup& s) { return s.px_a + s.px_b < int64_t{1} << 25; }

inline bool lattice_row(const LayerSetup& s, const RowPlace& at, int16_t* out) {
  switch (s.preset) {
    case kCheckerboard:
      return fill_row<LatticeSource<kCheckerboard>>(s.lattice, at, out);
    case kLattice:
      return fill_row<LatticeSource<kLattice>>(s.lattice, at, out);
    case kDots:
      if (!are_small(s.lattice)) return false;
      return fill_row<LatticeSource<kDots>>(s.lattice, at, out);
    case kHexGrid:
      return fill_row<LatticeSource<kHexGrid>>(s.lattice, at, out);
    case kHerringbone:
      return fill_row<HerringboneSource>(s.lattice, at, out);
    case kBrick:
      return fill_row<BrickSource<kBrick>>(s.lattice, at, out);
    case kBrickNoise:
      return fill_row<BrickSource<kBrickNoise>>(s.lattice, at, out);
    case kDiamondGrid:
      return fill_row<LatticeSource<kDiamondGrid>>(s.lattice, at, out);
    case kTriTiling:
      return fill_row<LatticeSource<kTriTiling>>(s.lattice, at, out);
    case kWeave:
      return fill_row<LatticeSource<kWeave>>(s.lattice, at, out);
    default:
      return false;
  }
}

}  // namespace pc15::backend::PC15_SET
