// The seam filter: a deblocking filter over block and cell edges (docs/bitstream-residual.md, chapter 10).
// Decisions and taps are those of HEVC's luma filter (ITU-T H.265, 8.7.2.5), taken per line.
#pragma once

#include <cstdint>

#include "base/target.h"
#include "normative/predict.h"

namespace pc15::normative {

struct EdgeStrength {
  int32_t beta = 0;  // activity threshold; 0 switches the edge off
  int32_t tc = 0;    // largest change
};

// `strength` 0...4 is the cell's symbol, `step16` the quantiser step of the plane.
PC15_HD EdgeStrength edge_strength(int32_t strength, int32_t step16) {
  EdgeStrength e;
  if (strength == 0) return e;
  e.beta = (step16 * strength + 16) >> 5;
  const int32_t tc = static_cast<int32_t>((static_cast<int64_t>(step16) * strength * 287 + 32768) >> 16);
  e.tc = tc < 1 ? 1 : tc;
  return e;
}

PC15_HD int32_t clip_change(int32_t v, int32_t limit) { return v < -limit ? -limit : v > limit ? limit : v; }
PC15_HD int32_t magnitude(int32_t v) { return v < 0 ? -v : v; }

// Filters one line across an edge; `q` is the first sample behind it, `step` the distance between samples.
// Reads 4 samples on each side when both blocks are `large` (at least 8 samples across the edge), else 3;
// changes at most 3.
PC15_HD void filter_line(Pixel* q, int64_t step, EdgeStrength s, bool p_large, bool q_large) {
  const int32_t p0 = q[-step], p1 = q[-2 * step], p2 = q[-3 * step];
  const int32_t q0 = q[0], q1 = q[step], q2 = q[2 * step];
  const int32_t dp = magnitude(p2 - 2 * p1 + p0), dq = magnitude(q2 - 2 * q1 + q0);
  if (2 * (dp + dq) >= s.beta) return;
  if (p_large && q_large) {
    const int32_t p3 = q[-4 * step], q3 = q[3 * step];
    if (2 * (dp + dq) < s.beta >> 2 && magnitude(p3 - p0) + magnitude(q0 - q3) < s.beta >> 3 &&
        magnitude(p0 - q0) < (5 * s.tc + 1) >> 1) {
      const int32_t c = 2 * s.tc;
      q[-step] = clip_pixel(p0 + clip_change(((p2 + 2 * p1 + 2 * p0 + 2 * q0 + q1 + 4) >> 3) - p0, c));
      q[-2 * step] = clip_pixel(p1 + clip_change(((p2 + p1 + p0 + q0 + 2) >> 2) - p1, c));
      q[-3 * step] = clip_pixel(p2 + clip_change(((2 * p3 + 3 * p2 + p1 + p0 + q0 + 4) >> 3) - p2, c));
      q[0] = clip_pixel(q0 + clip_change(((p1 + 2 * p0 + 2 * q0 + 2 * q1 + q2 + 4) >> 3) - q0, c));
      q[step] = clip_pixel(q1 + clip_change(((p0 + q0 + q1 + q2 + 2) >> 2) - q1, c));
      q[2 * step] = clip_pixel(q2 + clip_change(((p0 + q0 + q1 + 3 * q2 + 2 * q3 + 4) >> 3) - q2, c));
      return;
    }
  }
  int32_t delta = (9 * (q0 - p0) - 3 * (q1 - p1) + 8) >> 4;
  if (magnitude(delta) >= 10 * s.tc) return;
  delta = clip_change(delta, s.tc);
  q[-step] = clip_pixel(p0 + delta);
  q[0] = clip_pixel(q0 - delta);
  const int32_t side = (s.beta + (s.beta >> 1)) >> 3, half = s.tc >> 1;
  if (p_large && dp < side) {
    q[-2 * step] = clip_pixel(p1 + clip_change((((p2 + p0 + 1) >> 1) - p1 + delta) >> 1, half));
  }
  if (q_large && dq < side) {
    q[step] = clip_pixel(q1 + clip_change((((q2 + q0 + 1) >> 1) - q1 - delta) >> 1, half));
  }
}

}  // namespace pc15::normative
