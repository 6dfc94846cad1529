// The seam filter, kShorts lines across an edge at a time: units of 4 lines that share their thresholds, in
// the set that the including file chose with shorts_avx2.h or shorts_neon.h.
//
// The decisions of normative::filter_line() become masks. Samples of an edge that is off, and the outer ones
// of a small block, come back as they were; within one direction nothing else touches them meanwhile, except
// at the first and the last row of units of a call, where a neighbouring call may run: those rows go to the
// portable version.
#pragma once

#include <cstring>

#include "backend/cpu/scalar.h"
#include "normative/filter.h"

namespace pc15::backend::PC15_SET {
namespace {

constexpr int32_t kUnits = kShorts / 4;  // at a time

// p[0] and q[0] at the edge, and what each unit of 4 lines allows: masks.
struct Lines {
  Shorts p[4], q[4];
  Shorts on, p_large, q_large;
};

PC15_LANES inline Shorts distance(Shorts a, Shorts b) { return magnitude(minus(a, b)); }
PC15_LANES inline Shorts less(Shorts a, int32_t limit) { return greater(splat(limit), a); }
PC15_LANES inline Shorts limited(Shorts v, int32_t limit) {
  return most(least(v, splat(limit)), splat(-limit));
}
// What the masked samples become; packing clips them.
PC15_LANES inline void move(Shorts* sample, Shorts change, Shorts mask) {
  *sample = plus(*sample, both(change, mask));
}
// (sum + 2^(shift - 1)) >> shift, less `sample`, limited.
template <int32_t kShift>
PC15_LANES inline Shorts smoothed(Shorts sum, Shorts sample, int32_t limit) {
  return limited(minus(sra<kShift>(plus(sum, splat(1 << (kShift - 1)))), sample), limit);
}

// |a - 2 b + c|
PC15_LANES inline Shorts bend(Shorts a, Shorts b, Shorts c) {
  return magnitude(minus(plus(a, c), plus(b, b)));
}

PC15_LANES inline void filter_strong(Lines* l, int32_t tc, Shorts mask) {
  const Shorts p0 = l->p[0], p1 = l->p[1], p2 = l->p[2], q0 = l->q[0], q1 = l->q[1], q2 = l->q[2];
  const Shorts middle = plus(p0, q0), inner = plus(plus(p1, q1), middle), twice = plus(middle, inner);
  const int32_t c = 2 * tc;
  move(&l->p[0], smoothed<3>(plus(plus(twice, p1), p2), p0, c), mask);
  move(&l->q[0], smoothed<3>(plus(plus(twice, q1), q2), q0, c), mask);
  move(&l->p[1], smoothed<2>(plus(plus(p2, p1), middle), p1, c), mask);
  move(&l->q[1], smoothed<2>(plus(plus(q2, q1), middle), q1, c), mask);
  const Shorts p_outer = plus(plus(l->p[3], l->p[3]), plus(p2, plus(p2, p2)));
  const Shorts q_outer = plus(plus(l->q[3], l->q[3]), plus(q2, plus(q2, q2)));
  move(&l->p[2], smoothed<3>(plus(plus(p_outer, p1), middle), p2, c), mask);
  move(&l->q[2], smoothed<3>(plus(plus(q_outer, q1), middle), q2, c), mask);
}

// `bend_p`, `bend_q`: activities of the two sides.
PC15_LANES inline void filter_weak(Lines* l, normative::EdgeStrength s, Shorts bend_p, Shorts bend_q,
                                   Shorts mask) {
  const Shorts p0 = l->p[0], p1 = l->p[1], p2 = l->p[2], q0 = l->q[0], q1 = l->q[1], q2 = l->q[2];
  const Shorts step = minus(q0, p0), outer = minus(q1, p1);
  const Shorts nine = plus(sll<3>(step), step), three = plus(outer, plus(outer, outer));
  const Shorts raw = sra<4>(plus(minus(nine, three), splat(8)));
  const Shorts go = both(mask, less(magnitude(raw), 10 * s.tc));
  const Shorts delta = limited(raw, s.tc);
  move(&l->p[0], delta, go);
  move(&l->q[0], minus(splat(0), delta), go);
  const int32_t side = (s.beta + (s.beta >> 1)) >> 3, half = s.tc >> 1;
  const Shorts p_mean = mean(p2, p0), q_mean = mean(q2, q0);
  move(&l->p[1], limited(sra<1>(plus(minus(p_mean, p1), delta)), half),
       both(both(go, l->p_large), less(bend_p, side)));
  move(&l->q[1], limited(sra<1>(minus(minus(q_mean, q1), delta)), half),
       both(both(go, l->q_large), less(bend_q, side)));
}

// As normative::filter_line() for every line; false when nothing changed. Inlined, or the lines go through
// memory.
PC15_LANES PC15_INLINE bool filter_lines(Lines* l, normative::EdgeStrength s) {
  const Shorts bend_p = bend(l->p[2], l->p[1], l->p[0]), bend_q = bend(l->q[2], l->q[1], l->q[0]);
  const Shorts sum = plus(bend_p, bend_q), activity = plus(sum, sum);
  const Shorts on = both(l->on, less(activity, s.beta));
  if (none(on)) return false;
  const Shorts flat = both(less(activity, s.beta >> 2),
                           less(plus(distance(l->p[3], l->p[0]), distance(l->q[0], l->q[3])), s.beta >> 3));
  const Shorts near = less(distance(l->p[0], l->q[0]), (5 * s.tc + 1) >> 1);
  const Shorts strong = both(both(both(on, l->p_large), both(l->q_large, flat)), near);
  Lines before = *l;
  filter_weak(l, s, bend_p, bend_q, without(on, strong));
  if (none(strong)) return true;
  filter_strong(&before, s.tc, strong);
  for (int32_t i = 0; i < 3; ++i) {
    l->p[i] = choose(l->p[i], before.p[i], strong);
    l->q[i] = choose(l->q[i], before.q[i], strong);
  }
  return true;
}

// Masks of the units: the bytes of `units`, first unit lowest, that have `flag`.
PC15_LANES inline Shorts unit_mask(uint32_t units, uint8_t flag) {
  const Shorts wanted = splat(flag);
  return equal(both(spread_bytes(units), wanted), wanted);
}

// The flags of the units on both sides of an edge; false when none of the edges is filtered.
PC15_LANES inline bool read_units(uint32_t before, uint32_t here, uint8_t edge, uint8_t large, Lines* out) {
  const uint32_t everywhere = 0x01010101u;
  if ((here & everywhere * edge) == 0) return false;
  out->on = without(unit_mask(here, edge), unit_mask(before | here, kFixed));
  if (none(out->on)) return false;
  out->p_large = unit_mask(before, large);
  out->q_large = unit_mask(here, large);
  return true;
}

// ---- horizontal edges: lines run down, kShorts columns at a time

// `n` of the columns are there.
PC15_LANES inline void filter_down(Pixel* q0, int64_t stride, int32_t n, normative::EdgeStrength s,
                                   Lines* l) {
  alignas(16) Pixel copy[8][kShorts];
  for (int32_t i = 0; i < 4 && n < kShorts; ++i) {
    std::memcpy(copy[4 + i], q0 + i * stride, static_cast<size_t>(n));
    std::memcpy(copy[3 - i], q0 - (i + 1) * stride, static_cast<size_t>(n));
  }
  Pixel* const q = n < kShorts ? copy[4] : q0;
  const int64_t step = n < kShorts ? kShorts : stride;
  for (int32_t i = 0; i < 4; ++i) {
    l->q[i] = load_samples(q + i * step);
    l->p[i] = load_samples(q - (i + 1) * step);
  }
  if (!filter_lines(l, s)) return;
  for (int32_t i = 0; i < 3; ++i) {
    store_samples(q + i * step, l->q[i]);
    store_samples(q - (i + 1) * step, l->p[i]);
  }
  for (int32_t i = 0; i < 3 && n < kShorts; ++i) {
    std::memcpy(q0 + i * stride, copy[4 + i], static_cast<size_t>(n));
    std::memcpy(q0 - (i + 1) * stride, copy[3 - i], static_cast<size_t>(n));
  }
}

PC15_LANES inline void filter_unit_row(const SeamPlane& plane, int32_t j) {
  const int32_t units = plane.cell >> 2, cols = (plane.samples.width + 3) >> 2;
  const uint8_t *const row = plane.edges.row(j), *const above = plane.edges.row(j - 1);
  for (int32_t first = 0; first < cols; first += units) {
    const SeamCell& cell = plane.cells[(j / units) * plane.cell_cols + first / units];
    const normative::EdgeStrength s =
        strength_between(j % units == 0 ? *(&cell - plane.cell_cols) : cell, cell);
    if (s.beta == 0) continue;
    const int32_t stop = first + units < cols ? first + units : cols;
    for (int32_t i = first; i < stop; i += kUnits) {
      const int32_t count = stop - i < kUnits ? stop - i : kUnits;
      uint32_t here = 0, before = 0;
      std::memcpy(&here, row + i, static_cast<size_t>(count));
      std::memcpy(&before, above + i, static_cast<size_t>(count));
      Lines lines;
      if (!read_units(before, here, kEdgeTop, kTall, &lines)) continue;
      filter_down(plane.samples.row(4 * j) + 4 * i, plane.samples.stride, 4 * count, s, &lines);
    }
  }
}

// Operations::filter_horizontal_edges.
PC15_LANES inline void filter_down_edges(const SeamPlane& plane, int32_t begin, int32_t end) {
  const int32_t first = begin + 1, last = end == plane.edges.height ? end : end - 1;
  if (first >= last) return scalar::filter_horizontal_edges(plane, begin, end);
  scalar::filter_horizontal_edges(plane, begin, first);
  for (int32_t j = first; j < last; ++j) filter_unit_row(plane, j);
  scalar::filter_horizontal_edges(plane, last, end);
}

// ---- vertical edges: lines run right, kShorts rows at a time. `Turned`: kShorts rows of eight samples,
// loaded and stored as eight columns, which get() and set() as lanes.

template <typename Turned>
PC15_LANES inline void filter_across(Pixel* q, int64_t stride, normative::EdgeStrength s, Lines* l) {
  Turned columns;
  columns.load(q - 4, stride);
  for (int32_t i = 0; i < 4; ++i) {
    l->p[i] = columns.get(3 - i);
    l->q[i] = columns.get(4 + i);
  }
  if (!filter_lines(l, s)) return;
  for (int32_t i = 0; i < 3; ++i) {
    columns.set(3 - i, l->p[i]);
    columns.set(4 + i, l->q[i]);
  }
  columns.store(q - 4, stride);
}

// Bytes below each other, the first lowest.
PC15_LANES inline uint32_t units_at(const uint8_t* p, int64_t pitch) {
  uint32_t units = 0;
  for (int32_t i = 0; i < kUnits; ++i) units |= static_cast<uint32_t>(p[i * pitch]) << (8 * i);
  return units;
}

// Rows of units j...j + kUnits - 1, of one row of cells.
template <typename Turned>
PC15_LANES inline void filter_unit_rows(const SeamPlane& plane, int32_t j) {
  const int32_t units = plane.cell >> 2, cols = (plane.samples.width + 3) >> 2;
  const uint8_t* const row = plane.edges.row(j);
  const int64_t pitch = plane.edges.stride;
  for (int32_t i = 1; i < cols; ++i) {
    const uint32_t here = units_at(row + i, pitch);
    if ((here & 0x01010101u * kEdgeLeft) == 0) continue;
    const SeamCell& cell = plane.cells[(j / units) * plane.cell_cols + i / units];
    const normative::EdgeStrength s = strength_between(i % units == 0 ? *(&cell - 1) : cell, cell);
    Lines lines;
    if (s.beta == 0 || !read_units(units_at(row + i - 1, pitch), here, kEdgeLeft, kWide, &lines)) continue;
    filter_across<Turned>(plane.samples.row(4 * j) + 4 * i, plane.samples.stride, s, &lines);
  }
}

// Operations::filter_vertical_edges.
template <typename Turned>
PC15_LANES inline void filter_right_edges(const SeamPlane& plane, int32_t begin, int32_t end) {
  const int32_t first = (begin + kUnits - 1) & -kUnits, last = end & -kUnits;
  if (first >= last) return scalar::filter_vertical_edges(plane, begin, end);
  scalar::filter_vertical_edges(plane, begin, first);
  for (int32_t j = first; j < last; j += kUnits) filter_unit_rows<Turned>(plane, j);
  scalar::filter_vertical_edges(plane, last, end);
}

}  // namespace
}  // namespace pc15::backend::PC15_SET
