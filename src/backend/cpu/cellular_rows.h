// Rows of the kernel CELLULAR and of Gabor noise: the nine points around the sample of every lane, kept while
// the next ones lie in the same cells.
#pragma once

#include "backend/cpu/hash_lanes.h"
#include "backend/cpu/profile_lanes.h"
#include "normative/synth.h"

namespace pc15::backend::PC15_SET {
namespace {

using namespace normative;  // presets and setups

// isqrt() of squares below 2^52, whose roots are off by too little to reach the next integer.
PC15_LANES inline Reals root(Lanes square) { return floor_of(square_root(to_reals(square))); }
PC15_LANES inline Wide isqrt(Wide square) {
  return {from_reals(root(square.first)), from_reals(root(square.second))};
}
// 2^36 / isqrt(square), 0 for 0. A quotient is off by 2^-17 of 1 / root and its distance to the next integer
// is 1 / root at least.
PC15_LANES inline Lanes inverse_root(Lanes square) {
  const Lanes q = from_reals(floor_of(divide(reals(68719476736.0), root(square))));
  return select(q, zero(), equal64(square, zero()));
}

// The points around as many samples as there are lanes.
class Points {
 public:
  PC15_LANES Points(const CellularSetup& s, const RowPlace& at)
      : s_(s),
        walk_(static_cast<uint64_t>(at.x * s.frequency), static_cast<uint64_t>(at.step * s.frequency)) {
    const int64_t y = at.y * s.frequency;
    iy_ = static_cast<int32_t>(asr64(y, 40));
    fy_ = all(static_cast<int32_t>((y >> 20) & (kOne - 1)));
    ix_ = all(0);
  }
  PC15_LANES void next() {
    const Lanes ix = sra<8>(walk_.upper());
    fx = bit_and(walk_.lower(20), all(kOne - 1));
    walk_.advance();
    if (visits == 0 || differ(ix, ix_)) visit(ix);
  }
  PC15_LANES Lanes dx(int32_t k) const { return sub(px[k], fx); }

  // Of the points of the 3 x 3 cells: places relative to the corner of the cell, from the sample's row on,
  // and hashes.
  Lanes px[9], dy[9], hash[9];
  Lanes fx;
  int64_t visits = 0;  // of new cells

 private:
  PC15_LANES void visit(Lanes ix) {
    ++visits;
    ix_ = ix;
    Lanes column[3];
    for (int32_t k = 0; k < 3; ++k) column[k] = column_hash(add(ix, all(k - 1)), s_.seed);
    for (int32_t k = 0; k < 9; ++k) {
      const int32_t ox = k % 3 - 1, oy = k / 3 - 1;
      const Lanes h = point_hash(column[k % 3], all(iy_ + oy), s_.seed);
      const Lanes rx = sub(bit_and(h, all(65535)), all(32768));
      const Lanes ry = sub(srl<16>(h), all(32768));
      const Lanes jitter = all(s_.jitter);
      px[k] = add(mul(rx, jitter), all(ox * kOne + kOne / 2));
      const Lanes py = add(mul(ry, jitter), all(oy * kOne + kOne / 2));
      dy[k] = sub(py, fy_);
      hash[k] = mix32(bit_xor(h, all(0x68E31DA4)));
    }
  }

  const CellularSetup& s_;
  Walk walk_;  // cells, Q40
  int32_t iy_;
  Lanes fy_, ix_;
};

template <int32_t kPreset>
class CellularSource {
 public:
  PC15_LANES CellularSource(const CellularSetup& s, const RowPlace& at)
      : s_(s), edge_(s.edge), points_(s, at), x_(all(0)), y_(all(0)) {}
  PC15_LANES Lanes next() {
    points_.next();
    if constexpr (kPreset == kStarfield || kPreset == kGaussianSpots) return spots();
    Wide square[9], nearest;
    Lanes hash = points_.hash[0], x = points_.px[0], y = points_.dy[0];
    for (int32_t k = 0; k < 9; ++k) {
      square[k] = add(multiply(points_.dx(k), points_.dx(k)), multiply(points_.dy[k], points_.dy[k]));
      if (k == 0) nearest = square[0];
      const Wide nearer = less(square[k], nearest);
      const Lanes mask = lanes_of(nearer);
      nearest = choose(nearest, square[k], nearer);
      hash = select(hash, points_.hash[k], mask);
      x = select(x, points_.px[k], mask);
      y = select(y, points_.dy[k], mask);
    }
    if constexpr (kPreset == kVoronoiCells) return sub(srl<17>(hash), all(16384));
    if constexpr (kPreset == kWorley) {
      return max_of(sub(all(16384), shift<5>(isqrt(nearest))), all(-16384));
    }
    return bordered(border(square, nearest, x, y));
  }

 private:
  // Distance to the nearest bisector, cells Q20.
  PC15_LANES Lanes border(const Wide* square, Wide nearest, Lanes x, Lanes y) {
    visit_neighbours(x, y);
    Lanes least = all(1 << 24);
    for (int32_t k = 0; k < 9; ++k) {
      const Wide inverse = inverse_[k];
      const Wide farther = {sub64(square[k].first, nearest.first), sub64(square[k].second, nearest.second)};
      const Lanes d = shift_far<37>(multiply64(farther, inverse));
      // Not of the point itself, nor of one in the same place.
      const Wide itself = {equal64(inverse.first, zero()), equal64(inverse.second, zero())};
      least = min_of(least, bit_or(d, bit_and(lanes_of(itself), all(1 << 24))));
    }
    return least;
  }
  // The inverse distances of the points from the nearest one, kept while that is the same for all samples.
  PC15_LANES void visit_neighbours(Lanes x, Lanes y) {
    const Lanes same = bit_and(equal(x, x_), equal(y, y_));
    if (points_.visits == visits_ && !differ(same, all(-1))) return;
    visits_ = points_.visits;
    x_ = x;
    y_ = y;
    for (int32_t k = 0; k < 9; ++k) {
      const Lanes dx = sub(points_.px[k], x), dy = sub(points_.dy[k], y);
      const Wide apart = add(multiply(dx, dx), multiply(dy, dy));
      inverse_[k] = {inverse_root(apart.first), inverse_root(apart.second)};
    }
  }
  PC15_LANES Lanes bordered(Lanes border) const {
    if constexpr (kPreset == kVoronoiEdges) {
      const Lanes px = multiply_shift<20>(border, all(static_cast<int32_t>(s_.size)));
      return edge_.at(sub(all(s_.half_q16), px));
    }
    const Lanes rim = clamp(multiply_shift<20>(border, all(static_cast<int32_t>(s_.roundness))), 0, 32768);
    const Lanes v = mul(rim, sub(all(65536), rim));  // kPebbles
    return sub(sra<15>(v), all(16384));
  }
  PC15_LANES Lanes spots() const {
    Lanes best = zero(), sum = best;
    for (int32_t k = 0; k < 9; ++k) {
      const Lanes v = spot(k);
      best = max_of(best, v);
      sum = add(sum, v);
    }
    const Lanes v = kPreset == kStarfield ? best : min_of(sum, all(32768));
    return sub(v, all(16384));
  }
  // normative::spot_value().
  PC15_LANES Lanes spot(int32_t k) const {
    const Lanes size = all(static_cast<int32_t>(s_.size)), h = points_.hash[k];
    const Lanes dx = multiply_shift<26>(points_.dx(k), size), dy = multiply_shift<26>(points_.dy[k], size);
    const Wide square = add(multiply(dx, dx), multiply(dy, dy));
    const Lanes there =
        bit_and(lanes_of(less(square, all64(s_.spot_limit))), greater(all(s_.density), bit_and(h, all(15))));
    if (is_zero(there)) return zero();
    const Lanes z = shift_far<44>(multiply64(square, all64(s_.spot)));
    const Lanes e = bit_and(exp_neg_q15(z), there);
    if constexpr (kPreset == kGaussianSpots) return e;
    return sra<15>(mul(e, srl<17>(h)));
  }

  const CellularSetup& s_;
  Edge edge_;
  Points points_;
  int64_t visits_ = 0;
  Lanes x_, y_;
  Wide inverse_[9];
};

// normative::gabor_noise(). Differences are those to the points here, from them there.
class GaborNoiseSource {
 public:
  PC15_LANES GaborNoiseSource(const GaborSetup& s, const RowPlace& at) : s_(s), points_(s.cells, at) {}
  PC15_LANES Lanes next() {
    points_.next();
    Lanes sum = zero();
    for (int32_t k = 0; k < 9; ++k) sum = add(sum, impulse(k));
    return clamp(sum, -16384, 16384);
  }

 private:
  PC15_LANES Lanes impulse(int32_t k) const {
    const Lanes dx = sub(zero(), points_.dx(k)), dy = sub(zero(), points_.dy[k]);
    const Wide square = add(multiply(dx, dx), multiply(dy, dy)), one = all64(int64_t{1} << 40);
    const Lanes there = lanes_of(less(square, one));
    if (is_zero(there)) return zero();
    const Lanes rest = shift<20>(Wide{sub64(one.first, square.first), sub64(one.second, square.second)});
    const Lanes window = multiply_shift<25>(rest, rest);  // Q15
    const Lanes along = shift<30>(add(multiply(dx, all(static_cast<int32_t>(s_.cos_part[0]))),
                                      multiply(dy, all(static_cast<int32_t>(s_.sin_part[0])))));
    const Lanes turns = mul(multiply_shift<24>(along, all(static_cast<int32_t>(s_.cells.size))),
                            all(static_cast<int32_t>(s_.frequency)));
    const Lanes wave = round_shift<16>(mul(sin_q15(add(turns, points_.hash[k])), all(s_.gain[0])));
    return bit_and(sra<15>(mul(wave, window)), there);
  }

  const GaborSetup& s_;
  Points points_;
};

}  // namespace

inline bool cellular_row(const LayerSetup& s, const RowPlace& at, int16_t* out) {
  switch (s.preset) {
    case kWorley:
      return fill_row<CellularSource<kWorley>>(s.cellular, at, out);
    case kVoronoiCells:
      return fill_row<CellularSource<kVoronoiCells>>(s.cellular, at, out);
    case kVoronoiEdges:
      return fill_row<CellularSource<kVoronoiEdges>>(s.cellular, at, out);
    case kPebbles:
      return fill_row<CellularSource<kPebbles>>(s.cellular, at, out);
    case kStarfield:
      return fill_row<CellularSource<kStarfield>>(s.cellular, at, out);
    case kGaussianSpots:
      return fill_row<CellularSource<kGaussianSpots>>(s.cellular, at, out);
    default:
      return false;
  }
}

}  // namespace pc15::backend::PC15_SET
