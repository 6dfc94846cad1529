// Rows of the kernel CELLULAR: the nine points around eight samples, kept while the next eight lie in the
// same cells.
#include "backend/cpu/generator_rows_avx2.h"

#if defined(PC15_HAS_AVX2)

#include "backend/cpu/hash_avx2.h"
#include "backend/cpu/profile_avx2.h"
#include "normative/synth.h"

namespace pc15::backend::avx2 {
namespace {

using namespace normative;  // presets and setups

constexpr int32_t kOne = 1 << 20;  // a cell

// Numbers below 2^52 as doubles and back: their bits under the exponent of 2^52.
constexpr double kIntegers = 4503599627370496.0;
PC15_AVX2 inline __m256d to_double(__m256i v) {
  const __m256d base = _mm256_set1_pd(kIntegers);
  return _mm256_sub_pd(_mm256_castsi256_pd(_mm256_or_si256(v, _mm256_castpd_si256(base))), base);
}
PC15_AVX2 inline __m256i from_double(__m256d v) {
  const __m256d base = _mm256_set1_pd(kIntegers);
  return _mm256_xor_si256(_mm256_castpd_si256(_mm256_add_pd(v, base)), _mm256_castpd_si256(base));
}
// isqrt() of squares below 2^52, whose roots are off by too little to reach the next integer.
PC15_AVX2 inline __m256d root(__m256i square) { return _mm256_floor_pd(_mm256_sqrt_pd(to_double(square))); }
PC15_AVX2 inline Wide isqrt(Wide square) {
  return {from_double(root(square.even)), from_double(root(square.odd))};
}
// 2^36 / isqrt(square), 0 for 0. A quotient is off by 2^-17 of 1 / root and its distance to the next integer
// is 1 / root at least.
PC15_AVX2 inline __m256i inverse_root(__m256i square) {
  const __m256d r = root(square), zero = _mm256_setzero_pd();
  const __m256d q = _mm256_floor_pd(_mm256_div_pd(_mm256_set1_pd(68719476736.0), r));
  return from_double(_mm256_andnot_pd(_mm256_cmp_pd(r, zero, _CMP_EQ_OQ), q));
}

// The points around eight samples at a time.
class Points {
 public:
  PC15_AVX2 Points(const CellularSetup& s, const RowPlace& at)
      : s_(s),
        walk_(static_cast<uint64_t>(at.x * s.frequency), static_cast<uint64_t>(at.step * s.frequency)) {
    const int64_t y = at.y * s.frequency;
    iy_ = static_cast<int32_t>(asr64(y, 40));
    fy_ = all(static_cast<int32_t>((y >> 20) & (kOne - 1)));
    ix_ = all(0);
  }
  PC15_AVX2 void next() {
    const Lanes ix = _mm256_srai_epi32(walk_.upper(), 8);
    fx = _mm256_and_si256(walk_.lower(20), all(kOne - 1));
    walk_.advance();
    if (visits == 0 || _mm256_movemask_epi8(_mm256_cmpeq_epi32(ix, ix_)) != -1) visit(ix);
  }
  PC15_AVX2 Lanes dx(int32_t k) const { return _mm256_sub_epi32(px[k], fx); }

  // Of the points of the 3 x 3 cells: places relative to the corner of the cell, from the sample's row on,
  // and hashes.
  Lanes px[9], dy[9], hash[9];
  Lanes fx;
  int64_t visits = 0;  // of new cells

 private:
  PC15_AVX2 void visit(Lanes ix) {
    ++visits;
    ix_ = ix;
    Lanes column[3];
    for (int32_t k = 0; k < 3; ++k) column[k] = column_hash(_mm256_add_epi32(ix, all(k - 1)), s_.seed);
    for (int32_t k = 0; k < 9; ++k) {
      const int32_t ox = k % 3 - 1, oy = k / 3 - 1;
      const Lanes h = point_hash(column[k % 3], all(iy_ + oy), s_.seed);
      const Lanes rx = _mm256_sub_epi32(_mm256_and_si256(h, all(65535)), all(32768));
      const Lanes ry = _mm256_sub_epi32(_mm256_srli_epi32(h, 16), all(32768));
      const Lanes jitter = all(s_.jitter);
      px[k] = _mm256_add_epi32(_mm256_mullo_epi32(rx, jitter), all(ox * kOne + kOne / 2));
      const Lanes py = _mm256_add_epi32(_mm256_mullo_epi32(ry, jitter), all(oy * kOne + kOne / 2));
      dy[k] = _mm256_sub_epi32(py, fy_);
      hash[k] = mix32(_mm256_xor_si256(h, all(0x68E31DA4)));
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
  PC15_AVX2 CellularSource(const CellularSetup& s, const RowPlace& at)
      : s_(s), edge_(s.edge), points_(s, at), x_(all(0)), y_(all(0)) {}
  PC15_AVX2 Lanes next() {
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
      hash = _mm256_blendv_epi8(hash, points_.hash[k], mask);
      x = _mm256_blendv_epi8(x, points_.px[k], mask);
      y = _mm256_blendv_epi8(y, points_.dy[k], mask);
    }
    if constexpr (kPreset == kVoronoiCells) return _mm256_sub_epi32(_mm256_srli_epi32(hash, 17), all(16384));
    if constexpr (kPreset == kWorley) {
      return _mm256_max_epi32(_mm256_sub_epi32(all(16384), shift<5>(isqrt(nearest))), all(-16384));
    }
    return bordered(border(square, nearest, x, y));
  }

 private:
  // Distance to the nearest bisector, cells Q20.
  PC15_AVX2 Lanes border(const Wide* square, Wide nearest, Lanes x, Lanes y) {
    visit_neighbours(x, y);
    Lanes least = all(1 << 24);
    for (int32_t k = 0; k < 9; ++k) {
      const Wide inverse = inverse_[k];
      const Wide farther = {_mm256_sub_epi64(square[k].even, nearest.even),
                            _mm256_sub_epi64(square[k].odd, nearest.odd)};
      const Lanes d = shift_far<37>(multiply64(farther, inverse));
      // Not of the point itself, nor of one in the same place.
      const Wide itself = {_mm256_cmpeq_epi64(inverse.even, _mm256_setzero_si256()),
                           _mm256_cmpeq_epi64(inverse.odd, _mm256_setzero_si256())};
      least = _mm256_min_epi32(least, _mm256_or_si256(d, _mm256_and_si256(lanes_of(itself), all(1 << 24))));
    }
    return least;
  }
  // The inverse distances of the points from the nearest one, kept while that is the same for all samples.
  PC15_AVX2 void visit_neighbours(Lanes x, Lanes y) {
    const Lanes same = _mm256_and_si256(_mm256_cmpeq_epi32(x, x_), _mm256_cmpeq_epi32(y, y_));
    if (points_.visits == visits_ && _mm256_movemask_epi8(same) == -1) return;
    visits_ = points_.visits;
    x_ = x;
    y_ = y;
    for (int32_t k = 0; k < 9; ++k) {
      const Lanes dx = _mm256_sub_epi32(points_.px[k], x), dy = _mm256_sub_epi32(points_.dy[k], y);
      const Wide apart = add(multiply(dx, dx), multiply(dy, dy));
      inverse_[k] = {inverse_root(apart.even), inverse_root(apart.odd)};
    }
  }
  PC15_AVX2 Lanes bordered(Lanes border) const {
    if constexpr (kPreset == kVoronoiEdges) {
      const Lanes px = multiply_shift<20>(border, all(static_cast<int32_t>(s_.size)));
      return edge_.at(_mm256_sub_epi32(all(s_.half_q16), px));
    }
    const Lanes rim = clamp(multiply_shift<20>(border, all(static_cast<int32_t>(s_.roundness))), 0, 32768);
    const Lanes v = _mm256_mullo_epi32(rim, _mm256_sub_epi32(all(65536), rim));  // kPebbles
    return _mm256_sub_epi32(_mm256_srai_epi32(v, 15), all(16384));
  }
  PC15_AVX2 Lanes spots() const {
    Lanes best = _mm256_setzero_si256(), sum = best;
    for (int32_t k = 0; k < 9; ++k) {
      const Lanes v = spot(k);
      best = _mm256_max_epi32(best, v);
      sum = _mm256_add_epi32(sum, v);
    }
    const Lanes v = kPreset == kStarfield ? best : _mm256_min_epi32(sum, all(32768));
    return _mm256_sub_epi32(v, all(16384));
  }
  // normative::spot_value().
  PC15_AVX2 Lanes spot(int32_t k) const {
    const Lanes size = all(static_cast<int32_t>(s_.size)), h = points_.hash[k];
    const Lanes dx = multiply_shift<26>(points_.dx(k), size), dy = multiply_shift<26>(points_.dy[k], size);
    const Wide square = add(multiply(dx, dx), multiply(dy, dy));
    const Lanes there = _mm256_and_si256(lanes_of(less(square, all64(s_.spot_limit))),
                                         _mm256_cmpgt_epi32(all(s_.density), _mm256_and_si256(h, all(15))));
    if (_mm256_testz_si256(there, there) != 0) return _mm256_setzero_si256();
    const Lanes z = shift_far<44>(multiply64(square, all64(s_.spot)));
    const Lanes e = _mm256_and_si256(exp_neg_q15(z), there);
    if constexpr (kPreset == kGaussianSpots) return e;
    return _mm256_srai_epi32(_mm256_mullo_epi32(e, _mm256_srli_epi32(h, 17)), 15);
  }

  const CellularSetup& s_;
  Edge edge_;
  Points points_;
  int64_t visits_ = 0;
  Lanes x_, y_;
  Wide inverse_[9];
};

}  // namespace

bool cellular_row(const LayerSetup& s, const RowPlace& at, int16_t* out) {
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

}  // namespace pc15::backend::avx2

#endif
