// Eight samples at a time in 16 bits (SSE2), four where a row has no more. References are used where they
// lie: the samples before the corner take the extension of negative angles.
// tests/parity/test_intra_blocks.cpp compares every mode and size with normative/predict.h.
#include "backend/cpu/intra_parts.h"

#include <algorithm>
#include <array>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "normative/predict.h"

namespace pc15::backend {

using normative::References;

bool predicts_turned(int32_t mode, int32_t delta) {
  return mode >= normative::kModeFirstGroup && mode <= normative::kModeLastGroup &&
         normative::group_direction(mode, delta) < 18;
}

AngleFrame make_frame(int32_t direction, ReferenceBuffer& refs, int32_t log2w, int32_t log2h) {
  Pixel* const above = refs.above + normative::kReferenceBefore;
  Pixel* const left = refs.left + normative::kReferenceBefore;
  const bool vertical = direction >= 18;
  return {vertical ? above : left,
          vertical ? left : above,
          1 << (vertical ? log2w : log2h),
          1 << (vertical ? log2h : log2w),
          normative::direction_angle(direction),
          normative::direction_smooths(direction, log2w, log2h),
          refs.view.has_above && refs.view.has_left,
          (log2w + log2h - 2) >> 2};
}

void extend_main(const AngleFrame& f) {
  Pixel* const ref = f.main - 1;  // ref[0] is the corner
  const int32_t n = f.along + f.across;
  std::memset(ref + n + 1, ref[n], 3);
  if (f.angle >= 0) return;
  const int32_t inverse = normative::inverse_angle(f.angle), reach = ((f.across * -f.angle) + 31) >> 5;
  for (int32_t i = 1; i <= reach; ++i) ref[-i] = f.side[std::min(n, (i * inverse + 128) >> 8) - 1];
}

#if defined(__SSE2__)

namespace {

// Loads and stores of kN samples, 4 or 8, as 16-bit lanes.
template <int32_t kN>
__m128i load(const Pixel* p) {
  int32_t v;
  if constexpr (kN == 4) {
    std::memcpy(&v, p, sizeof(v));
    return _mm_unpacklo_epi8(_mm_cvtsi32_si128(v), _mm_setzero_si128());
  } else {
    return _mm_unpacklo_epi8(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)), _mm_setzero_si128());
  }
}
template <int32_t kN>
void store(Pixel* p, __m128i lanes) {
  const __m128i v = _mm_packus_epi16(lanes, lanes);
  if constexpr (kN == 4) {
    const int32_t four = _mm_cvtsi128_si32(v);
    std::memcpy(p, &four, sizeof(four));
  } else {
    _mm_storel_epi64(reinterpret_cast<__m128i*>(p), v);
  }
}
__m128i splat(int32_t v) { return _mm_set1_epi16(static_cast<int16_t>(v)); }
__m128i choose(__m128i mask, __m128i yes, __m128i no) {
  return _mm_or_si128(_mm_and_si128(mask, yes), _mm_andnot_si128(mask, no));
}

struct alignas(16) Lanes {
  int16_t v[8];
};
__m128i load(const Lanes& l) { return _mm_load_si128(reinterpret_cast<const __m128i*>(l.v)); }

// [smooths][position][tap], each eight times.
using TapTable = std::array<std::array<std::array<Lanes, 4>, 32>, 2>;
constexpr TapTable make_taps() {
  constexpr int8_t cubic[128] = PC15_TABLE_CUBIC;
  TapTable table{};
  for (int32_t f = 0; f < 32; ++f) {
    const int32_t smooth[4] = {16 - f / 2, 32 - f / 2, 16 + f / 2, f / 2};
    for (int32_t t = 0; t < 4; ++t) {
      for (int32_t i = 0; i < 8; ++i) {
        table[0][f][t].v[i] = cubic[4 * f + t];
        table[1][f][t].v[i] = static_cast<int16_t>(smooth[t]);
      }
    }
  }
  return table;
}
constexpr TapTable kTaps = make_taps();

// Weights of the combination with the borders, by scale.
using WeightTable = std::array<std::array<Lanes, 2>, 3>;
constexpr WeightTable make_weights() {
  WeightTable table{};
  for (int32_t scale = 0; scale < 3; ++scale) {
    for (int32_t x = 0; x < 16; ++x) {
      const int32_t shift = 2 * x >> scale;
      table[scale][x / 8].v[x % 8] = static_cast<int16_t>(shift < 6 ? 32 >> shift : 0);
    }
  }
  return table;
}
constexpr WeightTable kWeights = make_weights();

// out += W * (other - out), W in 1/64; `other` minus `out` is given.
__m128i combined(__m128i sample, __m128i difference, __m128i weight) {
  const __m128i v = _mm_add_epi16(_mm_mullo_epi16(difference, weight), splat(32));
  return _mm_add_epi16(sample, _mm_srai_epi16(v, 6));
}

template <int32_t kN>
void angle_row(const Pixel* p, const std::array<Lanes, 4>& taps, int32_t along, Pixel* out) {
  const __m128i t0 = load(taps[0]), t1 = load(taps[1]), t2 = load(taps[2]), t3 = load(taps[3]);
  for (int32_t x = 0; x < along; x += kN) {
    const __m128i a =
        _mm_add_epi16(_mm_mullo_epi16(load<kN>(p + x), t0), _mm_mullo_epi16(load<kN>(p + x + 1), t1));
    const __m128i b =
        _mm_add_epi16(_mm_mullo_epi16(load<kN>(p + x + 2), t2), _mm_mullo_epi16(load<kN>(p + x + 3), t3));
    store<kN>(out + x, _mm_srai_epi16(_mm_add_epi16(_mm_add_epi16(a, b), splat(32)), 6));
  }
}

// The combination with the side of an angle of zero or more.
template <int32_t kN>
void combine_rows(const AngleFrame& f, Pixel* out, int64_t stride) {
  const int32_t n = f.along + f.across, inverse = f.angle > 0 ? normative::inverse_angle(f.angle) : 0;
  const int32_t reach = std::min(f.along, 3 << f.scale);
  int32_t offset[16];
  for (int32_t x = 0; x < reach; ++x) offset[x] = ((x + 1) * inverse + 128) >> 8;
  Pixel other[16] = {};
  for (int32_t y = 0; y < f.across; ++y) {
    Pixel* const o = out + y * stride;
    const __m128i step = splat(f.side[y] - f.side[-1]);
    if (f.angle > 0) {
      for (int32_t x = 0; x < reach; ++x) other[x] = f.side[std::min(n - 1, y + offset[x])];
    }
    for (int32_t x = 0; x < reach; x += 8) {
      const __m128i sample = load<kN>(o + x);
      const __m128i difference = f.angle > 0 ? _mm_sub_epi16(load<kN>(other + x), sample) : step;
      store<kN>(o + x, combined(sample, difference, load(kWeights[f.scale][x / 8])));
    }
  }
}

void predict_angle(const AngleFrame& f, Pixel* out, int64_t stride) {
  extend_main(f);
  for (int32_t y = 0; y < f.across; ++y) {
    const int32_t position = (y + 1) * f.angle;
    const std::array<Lanes, 4>& taps = kTaps[f.smooths ? 1 : 0][position & 31];
    const Pixel* p = f.main - 1 + (position >> 5);
    if (f.along == 4) {
      angle_row<4>(p, taps, 4, out + y * stride);
    } else {
      angle_row<8>(p, taps, f.along, out + y * stride);
    }
  }
  if (!f.combine || f.angle < 0) return;
  if (f.along == 4) {
    combine_rows<4>(f, out, stride);
  } else {
    combine_rows<8>(f, out, stride);
  }
}

template <int32_t kN>
void combine_borders(const References& r, int32_t w, int32_t h, int32_t scale, Pixel* out, int64_t stride) {
  const int32_t reach = 3 << scale;
  for (int32_t y = 0; y < h; ++y) {
    const int32_t top = border_weight(y, scale);
    const __m128i left = splat(r.left[y]), vertical = splat(top);
    Pixel* const o = out + y * stride;
    for (int32_t x = 0; x < (y < reach ? w : std::min(w, reach)); x += kN) {
      const __m128i side = x < 16 ? load(kWeights[scale][x / 8]) : _mm_setzero_si128();
      const __m128i rest = _mm_sub_epi16(_mm_sub_epi16(splat(64), side), vertical);
      const __m128i borders =
          _mm_add_epi16(_mm_mullo_epi16(side, left), _mm_mullo_epi16(vertical, load<kN>(r.above + x)));
      const __m128i sum = _mm_add_epi16(borders, _mm_mullo_epi16(rest, load<kN>(o + x)));
      store<kN>(o + x, _mm_srli_epi16(_mm_add_epi16(sum, splat(32)), 6));
    }
  }
}

// (h-1-y) w above[x] + (w-1-x) h left[y] in one multiplication of pairs, the rest is constant per row or
// column.
template <int32_t kN>
void predict_planar(const References& r, int32_t log2w, int32_t log2h, Pixel* out, int64_t stride) {
  const int32_t w = 1 << log2w, h = 1 << log2h, right = r.above[w], bottom = r.left[h];
  const __m128i shift = _mm_cvtsi32_si128(log2w + log2h + 1);
  for (int32_t x = 0; x < w; x += kN) {
    Lanes falling, pull_low, pull_high;
    int32_t pull[8];
    for (int32_t i = 0; i < 8; ++i) {
      falling.v[i] = static_cast<int16_t>((w - 1 - x - i) * h);
      pull[i] = ((x + i + 1) * right) << log2h;
    }
    std::memcpy(pull_low.v, pull, sizeof(pull_low));
    std::memcpy(pull_high.v, pull + 4, sizeof(pull_high));
    const __m128i above = load<kN>(r.above + x);
    const __m128i low = _mm_unpacklo_epi16(above, load(falling)),
                  high = _mm_unpackhi_epi16(above, load(falling));
    for (int32_t y = 0; y < h; ++y) {
      const __m128i factors = _mm_set1_epi32((r.left[y] << 16) | ((h - 1 - y) << log2w));
      const __m128i constant = _mm_set1_epi32((((y + 1) * bottom) << log2w) + w * h);
      __m128i a = _mm_add_epi32(_mm_madd_epi16(low, factors), _mm_add_epi32(load(pull_low), constant));
      __m128i b = _mm_add_epi32(_mm_madd_epi16(high, factors), _mm_add_epi32(load(pull_high), constant));
      a = _mm_sra_epi32(a, shift);
      b = _mm_sra_epi32(b, shift);
      store<kN>(out + y * stride + x, _mm_packs_epi32(a, b));
    }
  }
}

template <int32_t kN>
void predict_paeth(const References& r, int32_t w, int32_t h, Pixel* out, int64_t stride) {
  const __m128i corner = splat(r.above[-1]), zero = _mm_setzero_si128();
  const auto magnitude = [&](__m128i v) { return _mm_max_epi16(v, _mm_sub_epi16(zero, v)); };
  for (int32_t x = 0; x < w; x += kN) {
    const __m128i top = load<kN>(r.above + x), across = _mm_sub_epi16(top, corner),
                  from_left = magnitude(across);
    for (int32_t y = 0; y < h; ++y) {
      const __m128i side = splat(r.left[y]), down = _mm_sub_epi16(side, corner), from_top = magnitude(down);
      const __m128i from_corner = magnitude(_mm_add_epi16(across, down));
      const __m128i other = choose(_mm_cmpgt_epi16(from_top, from_corner), corner, top);
      const __m128i not_side =
          _mm_or_si128(_mm_cmpgt_epi16(from_left, from_top), _mm_cmpgt_epi16(from_left, from_corner));
      store<kN>(out + y * stride + x, choose(not_side, other, side));
    }
  }
}

// weight * near + (256 - weight) * far, in 1/256: fits 16 bits without sign.
__m128i smooth(__m128i weight, __m128i near, __m128i far) {
  const __m128i a = _mm_mullo_epi16(weight, near),
                b = _mm_mullo_epi16(_mm_sub_epi16(splat(256), weight), far);
  return _mm_srli_epi16(_mm_add_epi16(_mm_add_epi16(a, b), splat(128)), 8);
}

template <int32_t kN>
void predict_smooth_h(const References& r, int32_t log2w, int32_t h, Pixel* out, int64_t stride) {
  const int32_t w = 1 << log2w;
  const __m128i end = splat(r.above[w - 1]);
  for (int32_t x = 0; x < w; x += kN) {
    const __m128i weight = load<kN>(normative::smooth_weights(log2w) + x);
    for (int32_t y = 0; y < h; ++y) store<kN>(out + y * stride + x, smooth(weight, splat(r.left[y]), end));
  }
}

template <int32_t kN>
void predict_smooth_v(const References& r, int32_t w, int32_t log2h, Pixel* out, int64_t stride) {
  const int32_t h = 1 << log2h;
  const uint8_t* weight = normative::smooth_weights(log2h);
  const __m128i end = splat(r.left[h - 1]);
  for (int32_t x = 0; x < w; x += kN) {
    const __m128i above = load<kN>(r.above + x);
    for (int32_t y = 0; y < h; ++y) store<kN>(out + y * stride + x, smooth(splat(weight[y]), above, end));
  }
}

template <int32_t kN>
void predict_flat_modes(int32_t mode, const References& r, int32_t log2w, int32_t log2h, Pixel* out,
                        int64_t stride) {
  const int32_t w = 1 << log2w, h = 1 << log2h;
  if (mode == normative::kModePaeth) return predict_paeth<kN>(r, w, h, out, stride);
  if (mode == normative::kModeSmoothH) return predict_smooth_h<kN>(r, log2w, h, out, stride);
  if (mode == normative::kModeSmoothV) return predict_smooth_v<kN>(r, w, log2h, out, stride);
  if (mode == normative::kModeDc) {
    normative::predict_dc(r, w, h, out, stride);
  } else {
    predict_planar<kN>(r, log2w, log2h, out, stride);
  }
  if (r.has_above && r.has_left) combine_borders<kN>(r, w, h, (log2w + log2h - 2) >> 2, out, stride);
}

}  // namespace

void transpose_block(const Pixel* in, int64_t stride, int32_t w, int32_t h, Pixel* out) {
  for (int32_t y = 0; y < h; y += 4) {
    for (int32_t x = 0; x < w; x += 4) {
      int32_t row[4];
      for (int32_t i = 0; i < 4; ++i) std::memcpy(row + i, in + (y + i) * stride + x, sizeof(row[i]));
      const __m128i a = _mm_unpacklo_epi8(_mm_cvtsi32_si128(row[0]), _mm_cvtsi32_si128(row[1]));
      const __m128i b = _mm_unpacklo_epi8(_mm_cvtsi32_si128(row[2]), _mm_cvtsi32_si128(row[3]));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(row), _mm_unpacklo_epi16(a, b));
      for (int32_t i = 0; i < 4; ++i) std::memcpy(out + (x + i) * h + y, row + i, sizeof(row[i]));
    }
  }
}

void predict_turned(int32_t mode, int32_t delta, ReferenceBuffer& refs, int32_t log2w, int32_t log2h,
                    Pixel* out) {
  const AngleFrame f = make_frame(normative::group_direction(mode, delta), refs, log2w, log2h);
  predict_angle(f, out, f.along);
}

void predict_intra(int32_t mode, int32_t delta, ReferenceBuffer& refs, int32_t log2w, int32_t log2h,
                   Pixel* out, int64_t stride) {
  if (mode < normative::kModeFirstGroup) {
    return log2w == 2 ? predict_flat_modes<4>(mode, refs.view, log2w, log2h, out, stride)
                      : predict_flat_modes<8>(mode, refs.view, log2w, log2h, out, stride);
  }
  const AngleFrame f = make_frame(normative::group_direction(mode, delta), refs, log2w, log2h);
  if (f.main != refs.left + normative::kReferenceBefore) return predict_angle(f, out, stride);
  alignas(16) Pixel turned[32 * 32];
  predict_angle(f, turned, f.along);
  const int32_t w = 1 << log2w, h = 1 << log2h;
  if (stride == w) return transpose_block(turned, h, h, w, out);
  alignas(16) Pixel straight[32 * 32];
  transpose_block(turned, h, h, w, straight);
  for (int32_t y = 0; y < h; ++y) std::memcpy(out + y * stride, straight + y * w, static_cast<size_t>(w));
}

#else

void transpose_block(const Pixel* in, int64_t stride, int32_t w, int32_t h, Pixel* out) {
  for (int32_t y = 0; y < h; ++y) {
    for (int32_t x = 0; x < w; ++x) out[x * h + y] = in[y * stride + x];
  }
}

void predict_intra(int32_t mode, int32_t delta, ReferenceBuffer& refs, int32_t log2w, int32_t log2h,
                   Pixel* out, int64_t stride) {
  Pixel line[normative::kReferenceBefore + normative::kReferenceAfter];
  normative::predict_intra(mode, delta, refs.view, log2w, log2h, line, out, stride);
}

void predict_turned(int32_t mode, int32_t delta, ReferenceBuffer& refs, int32_t log2w, int32_t log2h,
                    Pixel* out) {
  Pixel straight[32 * 32];
  predict_intra(mode, delta, refs, log2w, log2h, straight, 1 << log2w);
  transpose_block(straight, 1 << log2w, 1 << log2w, 1 << log2h, out);
}

#endif

}  // namespace pc15::backend
