// Sixteen samples at a time: a row of 16, two rows of 8 or four of 4. Directions multiply bytes by bytes and
// add in pairs; the other modes are in flat_modes.h.
#include "backend/cpu/avx2.h"

#if defined(PC15_HAS_AVX2)

#include <array>

#include "backend/cpu/shorts_avx2.h"

#include "backend/cpu/flat_modes.h"

namespace pc15::backend::avx2 {
namespace {

// [smooths][position]: taps 0 and 1 as bytes of one number, 2 and 3 of the other.
using TapTable = std::array<std::array<std::array<int16_t, 2>, 32>, 2>;
constexpr TapTable make_taps() {
  constexpr int8_t cubic[128] = PC15_TABLE_CUBIC;
  TapTable table{};
  for (int32_t f = 0; f < 32; ++f) {
    const int32_t smooth[4] = {16 - f / 2, 32 - f / 2, 16 + f / 2, f / 2};
    for (int32_t t = 0; t < 2; ++t) {
      const size_t at = static_cast<size_t>(f), pair = static_cast<size_t>(t);
      table[0][at][pair] =
          static_cast<int16_t>((cubic[4 * f + 2 * t] & 255) | cubic[4 * f + 2 * t + 1] * 256);
      table[1][at][pair] = static_cast<int16_t>(smooth[2 * t] | smooth[2 * t + 1] << 8);
    }
  }
  return table;
}
constexpr TapTable kTaps = make_taps();

// Sums of four products for each of 16 samples: `samples` holds what its halves need, `first` says which
// bytes are the first two of every sum.
PC15_AVX2 inline __m256i four_taps(__m256i samples, __m128i first, __m256i taps01, __m256i taps23) {
  const __m256i near = _mm256_broadcastsi128_si256(first);
  const __m256i far = _mm256_add_epi8(near, _mm256_set1_epi8(2));
  const __m256i a = _mm256_maddubs_epi16(_mm256_shuffle_epi8(samples, near), taps01);
  const __m256i b = _mm256_maddubs_epi16(_mm256_shuffle_epi8(samples, far), taps23);
  return _mm256_srai_epi16(plus(plus(a, b), splat(32)), 6);
}

// Where the samples of row y begin, and its taps.
struct AngleRow {
  AngleRow(const AngleFrame& f, int32_t y)
      : at(f.main - 1 + (((y + 1) * f.angle) >> 5)),
        taps(kTaps[f.smooths ? 1 : 0][static_cast<size_t>(((y + 1) * f.angle) & 31)]) {}
  const Pixel* at;
  const std::array<int16_t, 2>& taps;
};

PC15_AVX2 void angle_rows(const AngleFrame& f, Pixel* out, int64_t stride) {
  const __m128i one_row = _mm_setr_epi8(0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8);
  const __m128i two_rows = _mm_setr_epi8(0, 1, 1, 2, 2, 3, 3, 4, 8, 9, 9, 10, 10, 11, 11, 12);
  if (f.along == 4) {
    for (int32_t y = 0; y < f.across; y += 4) {
      const AngleRow a(f, y), b(f, y + 1), c(f, y + 2), d(f, y + 3);
      const __m256i samples = _mm256_set_m128i(_mm_unpacklo_epi64(load64(c.at), load64(d.at)),
                                               _mm_unpacklo_epi64(load64(a.at), load64(b.at)));
      const auto taps = [&](size_t k) PC15_AVX2 {
        return _mm256_set_m128i(_mm_unpacklo_epi64(_mm_set1_epi16(c.taps[k]), _mm_set1_epi16(d.taps[k])),
                                _mm_unpacklo_epi64(_mm_set1_epi16(a.taps[k]), _mm_set1_epi16(b.taps[k])));
      };
      store_rows<4>(out + y * stride, stride, four_taps(samples, two_rows, taps(0), taps(1)));
    }
    return;
  }
  if (f.along == 8) {
    for (int32_t y = 0; y < f.across; y += 2) {
      const AngleRow a(f, y), b(f, y + 1);
      const __m256i samples = _mm256_set_m128i(load128(b.at), load128(a.at));
      const auto taps = [&](size_t k) PC15_AVX2 {
        return _mm256_set_m128i(_mm_set1_epi16(b.taps[k]), _mm_set1_epi16(a.taps[k]));
      };
      store_rows<8>(out + y * stride, stride, four_taps(samples, one_row, taps(0), taps(1)));
    }
    return;
  }
  for (int32_t y = 0; y < f.across; ++y) {
    const AngleRow a(f, y);
    const __m256i near = _mm256_set1_epi16(a.taps[0]), far = _mm256_set1_epi16(a.taps[1]);
    for (int32_t x = 0; x < f.along; x += 16) {
      const __m256i samples = _mm256_set_m128i(load128(a.at + x + 8), load128(a.at + x));
      store128(out + y * stride + x, narrow(four_taps(samples, one_row, near, far)));
    }
  }
}

// Four columns of 16 samples as rows of four, four rows in each of `out`.
PC15_AVX2 inline void turn4(const Pixel* const* columns, __m128i* out) {
  const __m128i a = load128(columns[0]), b = load128(columns[1]), c = load128(columns[2]),
                d = load128(columns[3]);
  const __m128i low_ab = _mm_unpacklo_epi8(a, b), low_cd = _mm_unpacklo_epi8(c, d);
  const __m128i high_ab = _mm_unpackhi_epi8(a, b), high_cd = _mm_unpackhi_epi8(c, d);
  out[0] = _mm_unpacklo_epi16(low_ab, low_cd);
  out[1] = _mm_unpackhi_epi16(low_ab, low_cd);
  out[2] = _mm_unpacklo_epi16(high_ab, high_cd);
  out[3] = _mm_unpackhi_epi16(high_ab, high_cd);
}

// kC columns of 16 samples as 16 rows, one behind the other.
template <int32_t kC>
PC15_AVX2 inline void turn_columns(const Pixel* const* columns, Pixel* out) {
  __m128i four[kC];
  for (int32_t i = 0; i < kC; i += 4) turn4(columns + i, four + i);
  for (int32_t k = 0; k < 4; ++k) {
    if constexpr (kC == 4) {
      store128(out + 16 * k, four[k]);
    } else {
      const __m128i a = _mm_unpacklo_epi32(four[k], four[4 + k]),
                    b = _mm_unpackhi_epi32(four[k], four[4 + k]);
      if constexpr (kC == 8) {
        store128(out + 32 * k, a);
        store128(out + 32 * k + 16, b);
      } else {
        const __m128i c = _mm_unpacklo_epi32(four[8 + k], four[12 + k]);
        const __m128i d = _mm_unpackhi_epi32(four[8 + k], four[12 + k]);
        store128(out + 64 * k, _mm_unpacklo_epi64(a, c));
        store128(out + 64 * k + 16, _mm_unpackhi_epi64(a, c));
        store128(out + 64 * k + 32, _mm_unpacklo_epi64(b, d));
        store128(out + 64 * k + 48, _mm_unpackhi_epi64(b, d));
      }
    }
  }
}

// What the side shows in the first kC columns of a positive angle, row after row: a column is a stretch of
// the side.
template <int32_t kC>
PC15_AVX2 void side_rows(const AngleFrame& f, Pixel* rows) {
  const int32_t n = f.along + f.across, inverse = normative::inverse_angle(f.angle);
  Pixel side[64 + 32];
  store256(side, load256(f.side));  // the references have room for 64 and more
  store256(side + 32, load256(f.side + 32));
  store256(side + n, _mm256_set1_epi8(static_cast<char>(f.side[n - 1])));
  const Pixel* columns[kC];
  for (int32_t x = 0; x < kC; ++x) {
    const int32_t offset = ((x + 1) * inverse + 128) >> 8;
    columns[x] = side + (offset < n ? offset : n);
  }
  turn_columns<kC>(columns, rows);
  if (f.across <= 16) return;
  for (const Pixel*& c : columns) c += 16;
  turn_columns<kC>(columns, rows + 16 * kC);
}

// The combination with the side, of an angle of zero or more, where it has an effect: in the first columns.
template <int32_t kC>
PC15_AVX2 void combine_columns(const AngleFrame& f, Pixel* out, int64_t stride) {
  alignas(32) Pixel rows[32 * kC];
  if (f.angle > 0) side_rows<kC>(f, rows);
  const __m256i weights = in_columns<kC>(kWeights[static_cast<size_t>(f.scale)].data());
  const __m256i corner = splat(f.side[-1]);
  for (int32_t y = 0; y < f.across; y += kRows<kC>) {
    Pixel* const o = out + y * stride;
    const __m256i sample = load_rows<kC>(o, stride);
    const __m256i difference = f.angle > 0 ? _mm256_sub_epi16(widen(rows + y * kC), sample)
                                           : _mm256_sub_epi16(in_rows<kC>(f.side + y), corner);
    const __m256i change = _mm256_srai_epi16(plus(times(difference, weights), splat(32)), 6);
    store_rows<kC>(o, stride, plus(sample, change));
  }
}

PC15_AVX2 void predict_angle(const AngleFrame& f, Pixel* out, int64_t stride) {
  extend_main(f);
  angle_rows(f, out, stride);
  if (!f.combine || f.angle < 0) return;
  if (f.along == 4 || f.scale == 0) return combine_columns<4>(f, out, stride);
  if (f.scale == 1) return combine_columns<8>(f, out, stride);
  combine_columns<16>(f, out, stride);
}

}  // namespace

PC15_AVX2 void predict_turned(int32_t mode, int32_t delta, ReferenceBuffer& refs, int32_t log2w,
                              int32_t log2h, Pixel* out) {
  const AngleFrame f = make_frame(normative::group_direction(mode, delta), refs, log2w, log2h);
  predict_angle(f, out, f.along);
}

PC15_AVX2 void predict_intra(int32_t mode, int32_t delta, ReferenceBuffer& refs, int32_t log2w, int32_t log2h,
                             Pixel* out, int64_t stride) {
  if (mode < normative::kModeFirstGroup) {
    return log2w == 2   ? predict_flat_modes<4>(mode, refs.view, log2w, log2h, out, stride)
           : log2w == 3 ? predict_flat_modes<8>(mode, refs.view, log2w, log2h, out, stride)
                        : predict_flat_modes<16>(mode, refs.view, log2w, log2h, out, stride);
  }
  const AngleFrame f = make_frame(normative::group_direction(mode, delta), refs, log2w, log2h);
  if (f.main != refs.left + normative::kReferenceBefore) return predict_angle(f, out, stride);
  alignas(32) Pixel turned[32 * 32], straight[32 * 32];
  predict_angle(f, turned, f.along);
  const int32_t w = 1 << log2w, h = 1 << log2h;
  if (stride == w) return transpose_block(turned, h, h, w, out);
  transpose_block(turned, h, h, w, straight);
  for (int32_t y = 0; y < h; ++y) std::memcpy(out + y * stride, straight + y * w, static_cast<size_t>(w));
}

void predict_leaf(const entropy::Leaf& leaf, int32_t component, const CellPlane& plane, const UnitMap& map,
                  const int16_t* luma, Pixel* out, int64_t stride) {
  predict_leaf_by(predict_intra, leaf, component, plane, map, luma, out, stride);
}

}  // namespace pc15::backend::avx2

#endif
