// Rows of the kernels WAVE and LATTICE: functions of the phases of plane waves, which run evenly along a row.
#include "backend/cpu/generator_rows_avx2.h"

#if defined(PC15_HAS_AVX2)

#include "backend/cpu/hash_avx2.h"
#include "backend/cpu/profile_avx2.h"

namespace pc15::backend::avx2 {
namespace {

using namespace normative;  // presets and setups

// ---- waves

template <int32_t kPreset>
class WaveSource {
 public:
  PC15_AVX2 WaveSource(const WaveSetup& s, const RowPlace& at)
      : s_(s), profile_(s.profile), first_(phase_walk(s.first, at.x, at.y, at.step)),
        second_(phase_walk(s.second, at.x, at.y, at.step)) {}
  PC15_AVX2 Lanes next() {
    const Lanes v = value();
    first_.advance();
    second_.advance();
    return v;
  }

 private:
  PC15_AVX2 Lanes value() const {
    if constexpr (kPreset == kWavesDir) return profile_.sine(first_.upper());
    if constexpr (kPreset == kStripes)
      return profile_.at(first_.upper(), all(static_cast<int32_t>(s_.px_turn)));
    if constexpr (kPreset == kStripesMultiscale) return octaves();
    if constexpr (kPreset == kWavesBend) return bent_waves(s_, profile_, first_.upper(), second_.upper());
    const Lanes a = _mm256_srai_epi32(_mm256_mullo_epi32(sin_q15(first_.upper()), all(s_.gain)), 15);
    const Lanes b = _mm256_srai_epi32(_mm256_mullo_epi32(sin_q15(second_.upper()), all(s_.gain2)), 15);
    if constexpr (kPreset == kMoire) return round_shift<16>(_mm256_mullo_epi32(a, b));
    return round_shift<2>(_mm256_add_epi32(a, b));  // kPlaid
  }
  PC15_AVX2 Lanes octaves() const {
    Lanes sum = _mm256_setzero_si256();
    for (int32_t k = 0; k < 4; ++k) {
      if (s_.weight[k] == 0) continue;
      const Lanes part = _mm256_mullo_epi32(sin_q15(first_.upper(k)), all(s_.weight[k]));
      sum = _mm256_add_epi32(sum, _mm256_srai_epi32(part, 8));
    }
    return clamp(round_shift<8>(sum), -16384, 16384);
  }

  const WaveSetup& s_;
  ProfileLanes profile_;
  Walk first_, second_;
};

// ---- lattices

// Q16 px, at most 2^30: half a turn of at most 2^30 px.
PC15_AVX2 inline Lanes half_turn_px(Lanes phase, int64_t px_turn) {
  const Lanes d = _mm256_sub_epi32(all(1 << 30), _mm256_abs_epi32(phase));  // |x| of half a turn wraps to it
  return multiply_shift<32>(d, all(static_cast<int32_t>(px_turn)));
}
PC15_AVX2 inline Lanes line_px(Lanes phase, int64_t px_turn) {
  return multiply_high(_mm256_abs_epi32(phase), all(static_cast<int32_t>(px_turn)));
}

// normative::strand_value().
PC15_AVX2 inline Lanes strand(const LatticeSetup& s, const Edge& edge, Lanes across, Lanes along,
                              int64_t px_turn, bool opposite) {
  const Lanes half = _mm256_abs_epi32(across);
  const Lanes rest = _mm256_sub_epi32(all(INT32_MIN), half);  // 2^31 - half
  // Above a quarter turn, unsigned because of half a turn.
  const Lanes above = _mm256_cmpgt_epi32(_mm256_xor_si256(half, all(INT32_MIN)), all((1 << 30) ^ INT32_MIN));
  const Lanes nearest = _mm256_blendv_epi8(half, rest, above);
  const Lanes distance = multiply_high(nearest, all(static_cast<int32_t>(px_turn)));
  const Lanes cover = _mm256_add_epi32(all(16384), edge.at(_mm256_sub_epi32(all(s.half_q16), distance)));
  const Lanes height = round_shift<1>(sin_q15(_mm256_add_epi32(along, all(0x40000000))));
  const Lanes turned = opposite ? _mm256_xor_si256(above, all(-1)) : above;
  const Lanes v = _mm256_sub_epi32(_mm256_xor_si256(height, turned), turned);
  const Lanes product = _mm256_mullo_epi32(_mm256_add_epi32(v, all(16384)), cover);
  return _mm256_sub_epi32(_mm256_srai_epi32(product, 15), all(16384));
}

template <int32_t kPreset>
class LatticeSource {
 public:
  PC15_AVX2 LatticeSource(const LatticeSetup& s, const RowPlace& at)
      : s_(s), edge_(s.edge), a_(phase_walk(s.a, at.x, at.y, at.step)),
        b_(phase_walk(s.b, at.x, at.y, at.step)) {}
  PC15_AVX2 Lanes next() {
    const Lanes v = value(a_.upper(), b_.upper());
    a_.advance();
    b_.advance();
    return v;
  }

 private:
  PC15_AVX2 Lanes value(Lanes pa, Lanes pb) const {
    if constexpr (kPreset == kCheckerboard) {
      const Lanes quarter = all(0x40000000);
      return product(half_turn_px(_mm256_sub_epi32(pa, quarter), s_.px_a),
                     half_turn_px(_mm256_sub_epi32(pb, quarter), s_.px_b));
    }
    if constexpr (kPreset == kDiamondGrid) {
      return product(half_turn_px(_mm256_add_epi32(pa, pb), s_.px_diagonal),
                     half_turn_px(_mm256_sub_epi32(pa, pb), s_.px_diagonal));
    }
    if constexpr (kPreset == kTriTiling) return triangles(pa, pb);
    if constexpr (kPreset == kDots) return dots(pa, pb);
    if constexpr (kPreset == kWeave) {
      return _mm256_max_epi32(strand(s_, edge_, pb, pa, s_.px_b, false),
                              strand(s_, edge_, pa, pb, s_.px_a, true));
    }
    const Lanes d = _mm256_min_epi32(line_px(pa, s_.px_a), line_px(pb, s_.px_b));  // kLattice
    return edge_.at(_mm256_sub_epi32(all(s_.half_q16), d));
  }
  PC15_AVX2 Lanes product(Lanes d1, Lanes d2) const {
    return _mm256_srai_epi32(_mm256_mullo_epi32(edge_.at(d1), edge_.at(d2)), 14);
  }
  PC15_AVX2 Lanes triangles(Lanes pa, Lanes pb) const {
    const Lanes da = line_px(pa, s_.px_a), db = line_px(pb, s_.px_a);
    const Lanes dc = line_px(_mm256_sub_epi32(pb, pa), s_.px_a);
    const Lanes d = _mm256_min_epi32(da, _mm256_min_epi32(db, dc));
    // Unsigned pb < pa: the bit that a comparison of signed numbers takes for the sign turned.
    const Lanes top = all(INT32_MIN);
    const Lanes below = _mm256_cmpgt_epi32(_mm256_xor_si256(pa, top), _mm256_xor_si256(pb, top));
    return edge_.at(_mm256_sub_epi32(_mm256_xor_si256(d, below), below));
  }

  // For cells that are_small().
  PC15_AVX2 Lanes dots(Lanes pa, Lanes pb) const {
    const Lanes x = multiply_shift<32>(pa, all(static_cast<int32_t>(s_.px_a)));
    const Lanes t = multiply_shift<32>(pb, all(static_cast<int32_t>(s_.px_b)));
    const Lanes across = _mm256_add_epi32(t, multiply_shift<30>(x, all(static_cast<int32_t>(s_.skew_sin))));
    const Lanes y = multiply_shift<16>(across, all(static_cast<int32_t>(s_.skew_inverse)));
    return edge_.at(_mm256_sub_epi32(all(s_.half_q16), distance<0>(x, y)));
  }

  const LatticeSetup& s_;
  Edge edge_;
  Walk a_, b_;
};

// normative::brick_value().
template <int32_t kPreset>
class BrickSource {
 public:
  PC15_AVX2 BrickSource(const LatticeSetup& s, const RowPlace& at)
      : s_(s), edge_(s.edge), a_(phase_walk(s.a, at.x, at.y, at.step)),
        b_(phase_walk(s.b, at.x, at.y, at.step)) {}
  PC15_AVX2 Lanes next() {
    constexpr int kFraction = 32 - kCellsLog2, kNumber = 32 - kCellsLog2;
    const Lanes row = _mm256_srli_epi32(b_.upper(), kNumber);
    // row_shift is a multiple of 2^48, so its product with the row reaches the upper half alone.
    const Lanes moved = _mm256_mullo_epi32(row, all(static_cast<int32_t>(s_.row_shift >> 32)));
    const Lanes fa = _mm256_add_epi32(a_.lower(kFraction), _mm256_slli_epi32(moved, kCellsLog2));
    const Lanes column = _mm256_srli_epi32(_mm256_add_epi32(a_.upper(), moved), kNumber);
    const Lanes d = _mm256_min_epi32(line_px(fa, s_.px_a), line_px(b_.lower(kFraction), s_.px_b));
    a_.advance();
    b_.advance();
    const Lanes v = edge_.at(_mm256_sub_epi32(d, all(s_.half_q16)));
    if constexpr (kPreset == kBrick) return v;
    const Lanes random = _mm256_srli_epi32(point_hash(column_hash(column, s_.seed), row, s_.seed), 17);
    const Lanes shade = _mm256_srai_epi32(_mm256_mullo_epi32(random, all(s_.variation)), 4);
    const Lanes bright = _mm256_sub_epi32(all(32768), shade);
    const Lanes height = _mm256_mullo_epi32(_mm256_add_epi32(all(16384), v), bright);
    return _mm256_sub_epi32(_mm256_srai_epi32(height, 15), all(16384));
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
  PC15_AVX2 HerringboneSource(const LatticeSetup& s, const RowPlace& at)
      : s_(s), edge_(s.edge), a_(phase_walk(s.a, at.x, at.y, at.step)),
        b_(phase_walk(s.b, at.x, at.y, at.step)) {}
  PC15_AVX2 Lanes next() {
    constexpr int kFraction = 32 - kCellsLog2, kNumber = 32 - kCellsLog2;
    const Lanes i = _mm256_srli_epi32(a_.upper(), kNumber), j = _mm256_srli_epi32(b_.upper(), kNumber);
    const Lanes kind = _mm256_and_si256(_mm256_sub_epi32(i, j), all(3));
    const Lanes d =
        _mm256_min_epu32(side(a_.lower(kFraction), kind, 1, 0), side(b_.lower(kFraction), kind, 2, 3));
    a_.advance();
    b_.advance();
    return edge_.at(_mm256_sub_epi32(multiply_high(d, all(static_cast<int32_t>(s_.px_a))), all(s_.half_q16)));
  }

 private:
  // Distance to the nearer side along an axis; `no_first` and `no_last` are the kinds without that side.
  PC15_AVX2 static Lanes side(Lanes at, Lanes kind, int32_t no_first, int32_t no_last) {
    const Lanes zero = _mm256_setzero_si256();
    const Lanes to_last = _mm256_or_si256(_mm256_sub_epi32(zero, at), _mm256_cmpeq_epi32(at, zero));
    const Lanes nearer =
        _mm256_blendv_epi8(_mm256_abs_epi32(at), to_last, _mm256_cmpeq_epi32(kind, all(no_first)));
    return _mm256_blendv_epi8(nearer, at, _mm256_cmpeq_epi32(kind, all(no_last)));
  }

  const LatticeSetup& s_;
  Edge edge_;
  Walk a_, b_;
};

}  // namespace

bool wave_row(const LayerSetup& s, const RowPlace& at, int16_t* out) {
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
bool are_small(const LatticeSetup& s) { return s.px_a + s.px_b < int64_t{1} << 25; }

bool lattice_row(const LayerSetup& s, const RowPlace& at, int16_t* out) {
  switch (s.preset) {
    case kCheckerboard:
      return fill_row<LatticeSource<kCheckerboard>>(s.lattice, at, out);
    case kLattice:
      return fill_row<LatticeSource<kLattice>>(s.lattice, at, out);
    case kDots:
      if (!are_small(s.lattice)) return false;
      return fill_row<LatticeSource<kDots>>(s.lattice, at, out);
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

}  // namespace pc15::backend::avx2

#endif
