// Kernel LATTICE: patterns of two families of parallel lines, and motifs in the cells between them
// (docs/bitstream-programs.md, section 8.8).
#pragma once

#include "normative/catalogue.h"
#include "normative/fixed.h"
#include "normative/prng.h"
#include "normative/program.h"
#include "normative/synth_wave.h"

namespace pc15::normative {

struct LatticeSetup {
  PlaneWave a, b;              // phases along the two axes
  int64_t px_a = 0, px_b = 0;  // px per turn of the phases (per cell where a turn is 4096 cells), Q16
  int64_t px_diagonal = 0;     // kDiamondGrid: px per turn of the sum and the difference
  int64_t skew_sin = 0, skew_inverse = 0;  // Q30; Q16
  SoftEdge edge;
  int32_t half_q16 = 0;    // half thickness, or radius, px
  uint64_t row_shift = 0;  // kBrick: Q64 phase per row
  int32_t variation = 0;
  uint64_t seed = 0;
};

enum : int32_t { kCellsLog2 = 12 };  // a turn of brick patterns: 4096 cells

PC15_HD void hex_axes(LatticeSetup* s, const Layer& layer, const PresetSpec& spec, int32_t frequency,
                      uint32_t turn) {
  // Reciprocal basis of the triangular lattice: length 2 / (sqrt 3 s), 30 degrees before the first axis and
  // 90 after it.
  const int64_t k = 1239850263;  // 2 / sqrt 3, Q30
  const uint32_t t1 = turn - 357913941u, t2 = turn + 0x40000000u;
  s->a = make_plane_wave(frequency, asr64(cos_q30(t1) * k, 30), asr64(sin_q30(t1) * k, 30),
                         layer_param(layer, spec, ParamId::kPhase, 0), 0);
  s->b = make_plane_wave(frequency, asr64(cos_q30(t2) * k, 30), asr64(sin_q30(t2) * k, 30),
                         layer_param(layer, spec, ParamId::kPhase2, 0), 0);
}

PC15_HD LatticeSetup lattice_setup(const Layer& layer, const PresetSpec& spec, int32_t scale_log2,
                                   uint64_t seed) {
  LatticeSetup s;
  const int32_t preset = layer.preset;
  const int32_t f1 = layer_param(layer, spec, ParamId::kCell, 32768);
  const int32_t f2 = layer_param(layer, spec, ParamId::kCell2, f1);
  const uint32_t turn = layer_turn(layer, spec, ParamId::kAngle);
  const uint32_t skew = layer_turn(layer, spec, ParamId::kSkew);
  // Parity needs a turn of two cells, cell numbers one of 4096.
  const bool numbered = preset == kBrick || preset == kBrickNoise || preset == kHerringbone;
  const bool parity =
      preset == kCheckerboard || preset == kDiamondGrid || preset == kWeave || preset == kCheckerDistorted;
  const int32_t cells_log2 = numbered ? int32_t{kCellsLog2} : parity ? 1 : 0;
  // Phases count turns of the pattern: two cells where parity matters, one cell elsewhere.
  const int32_t phase_log2 = numbered ? int32_t{kCellsLog2} : 0;
  const int32_t p1 = layer_param(layer, spec, ParamId::kPhase, 0);
  const int32_t p2 = layer_param(layer, spec, ParamId::kPhase2, 0);
  const uint32_t turn2 = preset == kTriTiling ? turn + 715827883u : turn + 0x40000000u + skew;
  s.a = plane_wave(f1, turn, 0, cells_log2);
  s.b = plane_wave(f2, turn2, 0, cells_log2);
  s.a.p0 = static_cast<uint64_t>(p1) << (52 - phase_log2);
  s.b.p0 = static_cast<uint64_t>(p2) << (52 - phase_log2);
  if (preset == kHexGrid) hex_axes(&s, layer, spec, f1, turn);
  s.px_a = px_per_turn(f1) << (parity ? 1 : 0);
  s.px_b = px_per_turn(f2) << (parity ? 1 : 0);
  const uint64_t diagonal = isqrt((static_cast<uint64_t>(f1) * static_cast<uint64_t>(f1) +
                                   static_cast<uint64_t>(f2) * static_cast<uint64_t>(f2))
                                  << 16);
  s.px_diagonal = static_cast<int64_t>((uint64_t{1} << 45) / diagonal);
  s.skew_sin = sin_q30(skew);
  s.skew_inverse = (int64_t{1} << 46) / cos_q30(skew);
  s.edge = make_edge(soft_half(layer_param(layer, spec, ParamId::kSoftness, 48), scale_log2));
  s.half_q16 = layer_param(layer, spec, ParamId::kThickness, 0) << 10;
  if (preset == kDots) s.half_q16 = layer_param(layer, spec, ParamId::kRadius, 256) << 11;
  s.row_shift = static_cast<uint64_t>(layer_param(layer, spec, ParamId::kShift, 0)) << 48;
  s.variation = layer_param(layer, spec, ParamId::kVariation, 0);
  s.seed = seed;
  return s;
}

// Signed distance (Q16 px) to the nearer edge of the half turn centred on phase 0: positive inside.
PC15_HD int64_t half_turn_px(uint32_t phase, int64_t px_turn) {
  return asr64(((int64_t{1} << 30) - abs_turn(signed_turn(phase))) * px_turn, 32);
}
// Distance (Q16 px) to the nearest whole turn.
PC15_HD int64_t line_px(uint32_t phase, int64_t px_turn) {
  return (abs_turn(signed_turn(phase)) * px_turn) >> 32;
}

PC15_HD int32_t hex_value(const LatticeSetup& s, uint32_t pa, uint32_t pb) {
  int64_t nearest = int64_t{1} << 40;
  for (int32_t corner = 0; corner < 4; ++corner) {
    const int64_t a = static_cast<int64_t>(pa) - (static_cast<int64_t>(corner & 1) << 32);
    const int64_t b = static_cast<int64_t>(pb) - (static_cast<int64_t>(corner >> 1) << 32);
    // Twice the projections on the directions to three neighbours, in cells Q32.
    const int64_t q0 = 2 * a + b, q1 = a + 2 * b, q2 = b - a;
    const int64_t m0 = q0 < 0 ? -q0 : q0, m1 = q1 < 0 ? -q1 : q1, m2 = q2 < 0 ? -q2 : q2;
    const int64_t far = m0 > m1 ? (m0 > m2 ? m0 : m2) : (m1 > m2 ? m1 : m2);
    if (far < nearest) nearest = far;
  }
  const int64_t border = asr64(((int64_t{1} << 32) - nearest) * s.px_a, 33);
  return edge_q14(s.edge, s.half_q16 - border);
}

PC15_HD int32_t tri_value(const LatticeSetup& s, uint32_t pa, uint32_t pb) {
  const int64_t da = line_px(pa, s.px_a), db = line_px(pb, s.px_a), dc = line_px(pb - pa, s.px_a);
  const int64_t d = da < db ? (da < dc ? da : dc) : (db < dc ? db : dc);
  return edge_q14(s.edge, pb >= pa ? d : -d);
}

PC15_HD int32_t dot_value(const LatticeSetup& s, uint32_t pa, uint32_t pb) {
  const int64_t x = asr64(signed_turn(pa) * s.px_a, 32), t = asr64(signed_turn(pb) * s.px_b, 32);
  const int64_t y = asr64((t + asr64(x * s.skew_sin, 30)) * s.skew_inverse, 16);
  return edge_q14(s.edge, s.half_q16 - static_cast<int64_t>(isqrt(static_cast<uint64_t>(x * x + y * y))));
}

// A strand that runs over and under: its coverage across, its height along. A turn is two cells.
PC15_HD int32_t strand_value(const LatticeSetup& s, uint32_t across, uint32_t along, int64_t px_turn,
                             bool opposite) {
  const int64_t half = abs_turn(signed_turn(across));
  const bool odd = half > (int64_t{1} << 30);
  const int64_t distance = ((odd ? (int64_t{1} << 31) - half : half) * px_turn) >> 32;
  const int32_t cover = 16384 + edge_q14(s.edge, s.half_q16 - distance);  // Q15
  const int32_t height = round_shift(cos_q15(along), 1);
  const int32_t v = odd != opposite ? -height : height;
  return asr((v + 16384) * cover, 15) - 16384;
}

PC15_HD uint32_t cell_fraction(uint64_t phase) { return static_cast<uint32_t>(phase >> (32 - kCellsLog2)); }
PC15_HD int32_t cell_number(uint64_t phase) { return static_cast<int32_t>(phase >> (64 - kCellsLog2)); }

template <int32_t kPreset>
PC15_HD int32_t brick_value(const LatticeSetup& s, uint64_t a, uint64_t b) {
  const int32_t row = cell_number(b);
  const uint64_t shifted = a + s.row_shift * static_cast<uint64_t>(row);
  const int64_t da = line_px(cell_fraction(shifted), s.px_a), db = line_px(cell_fraction(b), s.px_b);
  const int32_t v = edge_q14(s.edge, (da < db ? da : db) - s.half_q16);
  if (kPreset == kBrick) return v;
  const int32_t random = static_cast<int32_t>(lattice_hash(cell_number(shifted), row, s.seed) >> 17);  // Q15
  const int32_t bright = 32768 - ((random * s.variation) >> 4);  // height over the mortar, Q14
  return asr((16384 + v) * bright, 15) - 16384;
}

// Bricks of two cells; the cell's class (i - j) mod 4 says which of its sides is inside a brick.
PC15_HD int32_t herringbone_value(const LatticeSetup& s, uint64_t a, uint64_t b) {
  const uint32_t kind = static_cast<uint32_t>(cell_number(a) - cell_number(b)) & 3u;
  const uint32_t fa = cell_fraction(a), fb = cell_fraction(b);
  const int64_t inside = int64_t{1} << 40;  // no mortar on this side
  const int64_t left = kind == 1 ? inside : fa, right = kind == 0 ? inside : (int64_t{1} << 32) - fa;
  const int64_t top = kind == 2 ? inside : fb, bottom = kind == 3 ? inside : (int64_t{1} << 32) - fb;
  const int64_t h = left < right ? left : right, v = top < bottom ? top : bottom;
  return edge_q14(s.edge, (((h < v ? h : v) * s.px_a) >> 32) - s.half_q16);
}

template <int32_t kPreset>
PC15_HD int32_t lattice_value(const LatticeSetup& s, int32_t x, int32_t y) {
  const uint64_t a = wave_phase64(s.a, x, y), b = wave_phase64(s.b, x, y);
  if (kPreset == kBrick || kPreset == kBrickNoise) return brick_value<kPreset>(s, a, b);
  if (kPreset == kHerringbone) return herringbone_value(s, a, b);
  const uint32_t pa = static_cast<uint32_t>(a >> 32), pb = static_cast<uint32_t>(b >> 32);
  if (kPreset == kCheckerboard) {
    const int32_t ea = edge_q14(s.edge, half_turn_px(pa - 0x40000000u, s.px_a));
    const int32_t eb = edge_q14(s.edge, half_turn_px(pb - 0x40000000u, s.px_b));
    return asr(ea * eb, 14);
  }
  if (kPreset == kDiamondGrid) {
    const int32_t e1 = edge_q14(s.edge, half_turn_px(pa + pb, s.px_diagonal));
    const int32_t e2 = edge_q14(s.edge, half_turn_px(pa - pb, s.px_diagonal));
    return asr(e1 * e2, 14);
  }
  if (kPreset == kHexGrid) return hex_value(s, pa, pb);
  if (kPreset == kTriTiling) return tri_value(s, pa, pb);
  if (kPreset == kDots) return dot_value(s, pa, pb);
  if (kPreset == kWeave) {
    return max_i32(strand_value(s, pb, pa, s.px_b, false), strand_value(s, pa, pb, s.px_a, true));
  }
  const int64_t da = line_px(pa, s.px_a), db = line_px(pb, s.px_b);  // kLattice
  return edge_q14(s.edge, s.half_q16 - (da < db ? da : db));
}

}  // namespace pc15::normative
