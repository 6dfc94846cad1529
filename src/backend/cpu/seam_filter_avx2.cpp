// The seam filter, 16 lines across an edge at a time: four units of 4 lines that share their thresholds.
//
// The decisions of normative::filter_line() become masks. Samples of an edge that is off, and the outer ones
// of a small block, come back as they were; within one direction nothing else touches them meanwhile, except
// at the first and the last row of units of a call, where a neighbouring call may run: those rows go to the
// other version.
#include "backend/cpu/avx2.h"

#if defined(PC15_HAS_AVX2)

#include "backend/cpu/scalar.h"
#include "backend/cpu/simd_avx2.h"
#include "normative/filter.h"

namespace pc15::backend::avx2 {
namespace {

// 16 lines, p[0] and q[0] at the edge, and what each unit of 4 lines allows: masks of 16 bits.
struct Lines {
  __m256i p[4], q[4];
  __m256i on, p_large, q_large;
};

PC15_AVX2 inline __m256i add(__m256i a, __m256i b) { return _mm256_add_epi16(a, b); }
PC15_AVX2 inline __m256i sub(__m256i a, __m256i b) { return _mm256_sub_epi16(a, b); }
PC15_AVX2 inline __m256i distance(__m256i a, __m256i b) { return _mm256_abs_epi16(sub(a, b)); }
PC15_AVX2 inline __m256i less(__m256i a, int32_t limit) {
  return _mm256_cmpgt_epi16(_mm256_set1_epi16(static_cast<int16_t>(limit)), a);
}
PC15_AVX2 inline __m256i both(__m256i a, __m256i b) { return _mm256_and_si256(a, b); }
PC15_AVX2 inline bool none(__m256i mask) { return _mm256_testz_si256(mask, mask) != 0; }
PC15_AVX2 inline __m256i limited(__m256i v, int32_t limit) {
  return _mm256_max_epi16(_mm256_min_epi16(v, _mm256_set1_epi16(static_cast<int16_t>(limit))),
                          _mm256_set1_epi16(static_cast<int16_t>(-limit)));
}
// What the masked samples become; packing clips them.
PC15_AVX2 inline void move(__m256i* sample, __m256i change, __m256i mask) {
  *sample = add(*sample, both(change, mask));
}
// (sum + 2^(shift - 1)) >> shift, less `sample`, limited.
template <int32_t kShift>
PC15_AVX2 inline __m256i smoothed(__m256i sum, __m256i sample, int32_t limit) {
  const __m256i mean = _mm256_srai_epi16(add(sum, _mm256_set1_epi16(1 << (kShift - 1))), kShift);
  return limited(sub(mean, sample), limit);
}

// |a - 2 b + c|
PC15_AVX2 inline __m256i bend(__m256i a, __m256i b, __m256i c) {
  return _mm256_abs_epi16(sub(add(a, c), add(b, b)));
}

PC15_AVX2 inline void filter_strong(Lines* l, int32_t tc, __m256i mask) {
  const __m256i p0 = l->p[0], p1 = l->p[1], p2 = l->p[2], q0 = l->q[0], q1 = l->q[1], q2 = l->q[2];
  const __m256i middle = add(p0, q0), inner = add(add(p1, q1), middle), twice = add(middle, inner);
  const int32_t c = 2 * tc;
  move(&l->p[0], smoothed<3>(add(add(twice, p1), p2), p0, c), mask);
  move(&l->q[0], smoothed<3>(add(add(twice, q1), q2), q0, c), mask);
  move(&l->p[1], smoothed<2>(add(add(p2, p1), middle), p1, c), mask);
  move(&l->q[1], smoothed<2>(add(add(q2, q1), middle), q1, c), mask);
  const __m256i p_outer = add(add(l->p[3], l->p[3]), add(p2, add(p2, p2)));
  const __m256i q_outer = add(add(l->q[3], l->q[3]), add(q2, add(q2, q2)));
  move(&l->p[2], smoothed<3>(add(add(p_outer, p1), middle), p2, c), mask);
  move(&l->q[2], smoothed<3>(add(add(q_outer, q1), middle), q2, c), mask);
}

// `bend_p`, `bend_q`: activities of the two sides.
PC15_AVX2 inline void filter_weak(Lines* l, normative::EdgeStrength s, __m256i bend_p, __m256i bend_q,
                                  __m256i mask) {
  const __m256i p0 = l->p[0], p1 = l->p[1], p2 = l->p[2], q0 = l->q[0], q1 = l->q[1], q2 = l->q[2];
  const __m256i step = sub(q0, p0), outer = sub(q1, p1);
  const __m256i nine = add(_mm256_slli_epi16(step, 3), step), three = add(outer, add(outer, outer));
  const __m256i raw = _mm256_srai_epi16(add(sub(nine, three), _mm256_set1_epi16(8)), 4);
  const __m256i go = both(mask, less(_mm256_abs_epi16(raw), 10 * s.tc));
  const __m256i delta = limited(raw, s.tc);
  move(&l->p[0], delta, go);
  move(&l->q[0], sub(_mm256_setzero_si256(), delta), go);
  const int32_t side = (s.beta + (s.beta >> 1)) >> 3, half = s.tc >> 1;
  const __m256i p_mean = _mm256_avg_epu16(p2, p0), q_mean = _mm256_avg_epu16(q2, q0);
  move(&l->p[1], limited(_mm256_srai_epi16(add(sub(p_mean, p1), delta), 1), half),
       both(both(go, l->p_large), less(bend_p, side)));
  move(&l->q[1], limited(_mm256_srai_epi16(sub(sub(q_mean, q1), delta), 1), half),
       both(both(go, l->q_large), less(bend_q, side)));
}

// As normative::filter_line() for 16 lines; false when nothing changed. Inlined, or the lines go through
// memory.
PC15_AVX2 PC15_INLINE bool filter_lines(Lines* l, normative::EdgeStrength s) {
  const __m256i bend_p = bend(l->p[2], l->p[1], l->p[0]), bend_q = bend(l->q[2], l->q[1], l->q[0]);
  const __m256i sum = add(bend_p, bend_q), activity = add(sum, sum);
  const __m256i on = both(l->on, less(activity, s.beta));
  if (none(on)) return false;
  const __m256i flat = both(less(activity, s.beta >> 2),
                            less(add(distance(l->p[3], l->p[0]), distance(l->q[0], l->q[3])), s.beta >> 3));
  const __m256i near = less(distance(l->p[0], l->q[0]), (5 * s.tc + 1) >> 1);
  const __m256i strong = both(both(both(on, l->p_large), both(l->q_large, flat)), near);
  Lines before = *l;
  filter_weak(l, s, bend_p, bend_q, _mm256_andnot_si256(strong, on));
  if (none(strong)) return true;
  filter_strong(&before, s.tc, strong);
  for (int32_t i = 0; i < 3; ++i) {
    l->p[i] = _mm256_blendv_epi8(l->p[i], before.p[i], strong);
    l->q[i] = _mm256_blendv_epi8(l->q[i], before.q[i], strong);
  }
  return true;
}

// Masks of four units: the bytes of `units`, first unit lowest, that have `flag`.
PC15_AVX2 inline __m256i unit_mask(uint32_t units, uint8_t flag) {
  const __m256i bytes = _mm256_cvtepu8_epi64(_mm_cvtsi32_si128(static_cast<int32_t>(units)));
  const __m256i copies =
      _mm256_shuffle_epi8(bytes, _mm256_setr_epi8(0, -1, 0, -1, 0, -1, 0, -1, 8, -1, 8, -1, 8, -1, 8, -1, 0,
                                                  -1, 0, -1, 0, -1, 0, -1, 8, -1, 8, -1, 8, -1, 8, -1));
  const __m256i wanted = _mm256_set1_epi16(flag);
  return _mm256_cmpeq_epi16(both(copies, wanted), wanted);
}

// The flags of the units on both sides of an edge; false when none of the edges is filtered.
PC15_AVX2 inline bool read_units(uint32_t before, uint32_t here, uint8_t edge, uint8_t large, Lines* out) {
  const uint32_t everywhere = 0x01010101u;
  if ((here & everywhere * edge) == 0) return false;
  out->on = _mm256_andnot_si256(unit_mask(before | here, kFixed), unit_mask(here, edge));
  if (none(out->on)) return false;
  out->p_large = unit_mask(before, large);
  out->q_large = unit_mask(here, large);
  return true;
}

// ---- horizontal edges: lines run down, 16 columns at a time

// `n` of 16 columns are there.
PC15_AVX2 void filter_down(Pixel* q0, int64_t stride, int32_t n, normative::EdgeStrength s, Lines* l) {
  alignas(16) Pixel copy[8][16];
  for (int32_t i = 0; i < 4 && n < 16; ++i) {
    std::memcpy(copy[4 + i], q0 + i * stride, static_cast<size_t>(n));
    std::memcpy(copy[3 - i], q0 - (i + 1) * stride, static_cast<size_t>(n));
  }
  Pixel* const q = n < 16 ? copy[4] : q0;
  const int64_t step = n < 16 ? 16 : stride;
  for (int32_t i = 0; i < 4; ++i) {
    l->q[i] = widen(q + i * step);
    l->p[i] = widen(q - (i + 1) * step);
  }
  if (!filter_lines(l, s)) return;
  for (int32_t i = 0; i < 3; ++i) {
    store128(q + i * step, narrow(l->q[i]));
    store128(q - (i + 1) * step, narrow(l->p[i]));
  }
  for (int32_t i = 0; i < 3 && n < 16; ++i) {
    std::memcpy(q0 + i * stride, copy[4 + i], static_cast<size_t>(n));
    std::memcpy(q0 - (i + 1) * stride, copy[3 - i], static_cast<size_t>(n));
  }
}

PC15_AVX2 void filter_unit_row(const SeamPlane& plane, int32_t j) {
  const int32_t units = plane.cell >> 2, cols = (plane.samples.width + 3) >> 2;
  const uint8_t *const row = plane.edges.row(j), *const above = plane.edges.row(j - 1);
  for (int32_t first = 0; first < cols; first += units) {
    const SeamCell& cell = plane.cells[(j / units) * plane.cell_cols + first / units];
    const normative::EdgeStrength s =
        strength_between(j % units == 0 ? *(&cell - plane.cell_cols) : cell, cell);
    if (s.beta == 0) continue;
    const int32_t stop = first + units < cols ? first + units : cols;
    for (int32_t i = first; i < stop; i += 4) {
      const int32_t count = stop - i < 4 ? stop - i : 4;
      uint32_t here = 0, before = 0;
      std::memcpy(&here, row + i, static_cast<size_t>(count));
      std::memcpy(&before, above + i, static_cast<size_t>(count));
      Lines lines;
      if (!read_units(before, here, kEdgeTop, kTall, &lines)) continue;
      filter_down(plane.samples.row(4 * j) + 4 * i, plane.samples.stride, 4 * count, s, &lines);
    }
  }
}

// ---- vertical edges: lines run right, 16 rows at a time

// 16 rows of 8 samples from `p` on as 8 columns of 16.
PC15_AVX2 inline void transpose_in(const Pixel* p, int64_t stride, __m128i* columns) {
  __m128i a[8], b[8], c[8];
  for (int32_t i = 0; i < 8; ++i) {
    a[i] = _mm_unpacklo_epi8(load64(p + 2 * i * stride), load64(p + (2 * i + 1) * stride));
  }
  for (int32_t i = 0; i < 4; ++i) {
    b[2 * i] = _mm_unpacklo_epi16(a[2 * i], a[2 * i + 1]);
    b[2 * i + 1] = _mm_unpackhi_epi16(a[2 * i], a[2 * i + 1]);
  }
  for (int32_t i = 0; i < 2; ++i) {
    for (int32_t side = 0; side < 2; ++side) {
      c[4 * i + 2 * side] = _mm_unpacklo_epi32(b[4 * i + side], b[4 * i + 2 + side]);
      c[4 * i + 2 * side + 1] = _mm_unpackhi_epi32(b[4 * i + side], b[4 * i + 2 + side]);
    }
  }
  for (int32_t i = 0; i < 4; ++i) {
    columns[2 * i] = _mm_unpacklo_epi64(c[i], c[4 + i]);
    columns[2 * i + 1] = _mm_unpackhi_epi64(c[i], c[4 + i]);
  }
}

// The way back.
PC15_AVX2 inline void transpose_out(const __m128i* columns, Pixel* p, int64_t stride) {
  for (int32_t half = 0; half < 2; ++half) {
    __m128i a[4], b[4], c[4];
    for (int32_t i = 0; i < 4; ++i) {
      a[i] = half == 0 ? _mm_unpacklo_epi8(columns[2 * i], columns[2 * i + 1])
                       : _mm_unpackhi_epi8(columns[2 * i], columns[2 * i + 1]);
    }
    for (int32_t i = 0; i < 2; ++i) {
      b[2 * i] = _mm_unpacklo_epi16(a[2 * i], a[2 * i + 1]);
      b[2 * i + 1] = _mm_unpackhi_epi16(a[2 * i], a[2 * i + 1]);
    }
    for (int32_t i = 0; i < 2; ++i) {
      c[2 * i] = _mm_unpacklo_epi32(b[i], b[2 + i]);
      c[2 * i + 1] = _mm_unpackhi_epi32(b[i], b[2 + i]);
    }
    for (int32_t i = 0; i < 4; ++i, p += 2 * stride) {
      store64(p, c[i]);
      store64(p + stride, _mm_srli_si128(c[i], 8));
    }
  }
}

PC15_AVX2 void filter_across(Pixel* q, int64_t stride, normative::EdgeStrength s, Lines* l) {
  __m128i columns[8];
  transpose_in(q - 4, stride, columns);
  for (int32_t i = 0; i < 4; ++i) {
    l->p[i] = _mm256_cvtepu8_epi16(columns[3 - i]);
    l->q[i] = _mm256_cvtepu8_epi16(columns[4 + i]);
  }
  if (!filter_lines(l, s)) return;
  for (int32_t i = 0; i < 3; ++i) {
    columns[3 - i] = narrow(l->p[i]);
    columns[4 + i] = narrow(l->q[i]);
  }
  transpose_out(columns, q - 4, stride);
}

// Rows of units j...j + 3, of one row of cells.
PC15_AVX2 void filter_unit_rows(const SeamPlane& plane, int32_t j) {
  const int32_t units = plane.cell >> 2, cols = (plane.samples.width + 3) >> 2;
  const uint8_t* const row = plane.edges.row(j);
  const int64_t pitch = plane.edges.stride;
  for (int32_t i = 1; i < cols; ++i) {
    const uint32_t here = static_cast<uint32_t>(row[i]) | static_cast<uint32_t>(row[i + pitch]) << 8 |
                          static_cast<uint32_t>(row[i + 2 * pitch]) << 16 |
                          static_cast<uint32_t>(row[i + 3 * pitch]) << 24;
    if ((here & 0x01010101u * kEdgeLeft) == 0) continue;
    const uint8_t* const left = row + i - 1;
    const uint32_t before = static_cast<uint32_t>(left[0]) | static_cast<uint32_t>(left[pitch]) << 8 |
                            static_cast<uint32_t>(left[2 * pitch]) << 16 |
                            static_cast<uint32_t>(left[3 * pitch]) << 24;
    const SeamCell& cell = plane.cells[(j / units) * plane.cell_cols + i / units];
    const normative::EdgeStrength s = strength_between(i % units == 0 ? *(&cell - 1) : cell, cell);
    Lines lines;
    if (s.beta == 0 || !read_units(before, here, kEdgeLeft, kWide, &lines)) continue;
    filter_across(plane.samples.row(4 * j) + 4 * i, plane.samples.stride, s, &lines);
  }
}

}  // namespace

void filter_vertical_edges(const SeamPlane& plane, int32_t begin, int32_t end) {
  const int32_t first = (begin + 3) & ~3, last = end & ~3;
  if (first >= last) return scalar::filter_vertical_edges(plane, begin, end);
  scalar::filter_vertical_edges(plane, begin, first);
  for (int32_t j = first; j < last; j += 4) filter_unit_rows(plane, j);
  scalar::filter_vertical_edges(plane, last, end);
}

void filter_horizontal_edges(const SeamPlane& plane, int32_t begin, int32_t end) {
  const int32_t first = begin + 1, last = end == plane.edges.height ? end : end - 1;
  if (first >= last) return scalar::filter_horizontal_edges(plane, begin, end);
  scalar::filter_horizontal_edges(plane, begin, first);
  for (int32_t j = first; j < last; ++j) filter_unit_row(plane, j);
  scalar::filter_horizontal_edges(plane, last, end);
}

}  // namespace pc15::backend::avx2

#endif
