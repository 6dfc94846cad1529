// Rows of the linear gradient and of the kernels RIDGE and GABOR: functions of the offsets along directions.
#include "backend/cpu/generator_rows_avx2.h"

#if defined(PC15_HAS_AVX2)

#include "backend/cpu/lanes_avx2.h"

namespace pc15::backend::avx2 {
namespace {

using namespace normative;  // presets and setups

// The lower and upper bound of doubles.
PC15_AVX2 inline Doubles within(Doubles v, double most) {
  const __m256d high = _mm256_set1_pd(most), low = _mm256_set1_pd(-most);
  return {_mm256_max_pd(_mm256_min_pd(v.low, high), low), _mm256_max_pd(_mm256_min_pd(v.high, high), low)};
}

// normative::gradient_value(). Products beyond 2^53 are rounded, but far beyond the ends.
class GradientSource {
 public:
  PC15_AVX2 GradientSource(const GradientSetup& s, const RowPlace& at)
      : s_(s), x_(ramp(at.x, at.step)), step_(all(8 * at.step)), y_(all(at.y)) {}
  PC15_AVX2 Lanes next() {
    const Lanes offset = offset_along(x_, s_.cos_q30, y_, s_.sin_q30);
    const Lanes d = _mm256_sub_epi32(offset, all(static_cast<int32_t>(s_.offset_q12)));
    x_ = _mm256_add_epi32(x_, step_);
    const Doubles t = scale(to_doubles(d), static_cast<double>(s_.inverse) / 16777216.0);
    const Lanes v = floor_lanes(within(t, 16384.0));
    return s_.smooth ? smooth_sign_q14(_mm256_add_epi32(v, v)) : v;
  }

 private:
  const GradientSetup& s_;
  Lanes x_, step_, y_;
};

// normative::ridge_value().
class RidgeSource {
 public:
  PC15_AVX2 RidgeSource(const RidgeSetup& s, const RowPlace& at)
      : s_(s), x_(ramp(at.x, at.step)), step_(all(8 * at.step)), y_(all(at.y)) {}
  PC15_AVX2 Lanes next() {
    const Lanes offset = offset_along(x_, s_.cos_part, y_, s_.sin_part);
    const Lanes d = _mm256_sub_epi32(offset, all(static_cast<int32_t>(s_.offset_q12)));
    x_ = _mm256_add_epi32(x_, step_);
    // Products beyond 2^53 are rounded, but far beyond the ends of the profile.
    const Doubles t = scale(to_doubles(d), static_cast<double>(s_.inverse) / 256.0);
    const Lanes bounded = floor_lanes(within(t, 1073741824.0));
    return series(_mm256_add_epi32(bounded, all(1 << 30)));
  }

 private:
  PC15_AVX2 Lanes series(Lanes phase) const {
    Wide sum = all64(1 << 14);
    Lanes p = all(0x40000000);  // of the cosine
    for (int32_t k = 0; k < s_.count; ++k) {
      p = _mm256_add_epi32(p, phase);
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
  PC15_AVX2 GaborSource(const GaborSetup& s, const RowPlace& at)
      : s_(s), dx_(ramp(at.x - s.cx, at.step)), step_(all(8 * at.step)), dy_(all(at.y - s.cy)) {}
  PC15_AVX2 Lanes next() {
    Lanes sum = _mm256_setzero_si256();
    for (int32_t k = 0; k < s_.count; ++k) sum = _mm256_add_epi32(sum, wave(k));
    dx_ = _mm256_add_epi32(dx_, step_);
    if constexpr (kPreset == kGabor) return sum;
    const Doubles v = to_doubles(sum);  // the quotient rounds towards zero, as that of integers does
    const __m256d count = _mm256_set1_pd(s_.count);
    const __m128i low = _mm256_cvttpd_epi32(_mm256_div_pd(v.low, count));
    return _mm256_inserti128_si256(_mm256_castsi128_si256(low),
                                   _mm256_cvttpd_epi32(_mm256_div_pd(v.high, count)), 1);
  }

 private:
  PC15_AVX2 static Wide square_q16(Lanes q12) {
    const Lanes v = _mm256_srai_epi32(q12, 4);
    return multiply(v, v);
  }
  PC15_AVX2 Lanes wave(int32_t k) const {
    const Lanes u = offset_along(dx_, s_.cos_part[k], dy_, s_.sin_part[k]);
    const Lanes v = offset_along(dy_, s_.cos_part[k], dx_, -s_.sin_part[k]);
    const Wide u2 = square_q16(u), v2 = square_q16(v);
    const Lanes inside =
        _mm256_and_si256(lanes_of(less(u2, all64(s_.limit_u))), lanes_of(less(v2, all64(s_.limit_v))));
    if (_mm256_testz_si256(inside, inside) != 0) return _mm256_setzero_si256();
    const Wide z = add(multiply64(u2, all64(s_.inverse_u)), multiply64(v2, all64(s_.inverse_v)));
    const Lanes window = _mm256_and_si256(exp_neg_q15(shift_far<40>(z)), inside);
    const Lanes p = _mm256_add_epi32(_mm256_mullo_epi32(all(static_cast<int32_t>(s_.frequency)), u),
                                     all(static_cast<int32_t>(s_.phase)));
    const Lanes sine = round_shift<16>(_mm256_mullo_epi32(sin_q15(p), all(s_.gain[k])));
    return round_shift<15>(_mm256_mullo_epi32(sine, window));
  }

  const GaborSetup& s_;
  Lanes dx_, step_, dy_;
};

}  // namespace

bool direction_row(const LayerSetup& s, const RowPlace& at, int16_t* out) {
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

}  // namespace pc15::backend::avx2

#endif
