// Atoms: small localised shapes that a program adds to luma (docs/bitstream-programs.md, section 8.16).
// Shapes come from a codebook of 64, the frozen one or one that the file brings. S. Mallat, Z. Zhang,
// "Matching pursuits with time-frequency dictionaries", 1993.
#pragma once

#include "normative/fixed.h"
#include "normative/program.h"

namespace pc15::normative {

PC15_HD int32_t atom_shape_entry(int32_t i) {
  static const int8_t table[kAtomShapes * 4] = {
#include "normative/tables/atom_shapes.inc"
  };
  return table[i];
}
PC15_HD AtomShape default_atom_shape(int32_t i) {
  return {static_cast<uint8_t>(atom_shape_entry(4 * i)), static_cast<uint8_t>(atom_shape_entry(4 * i + 1)),
          static_cast<uint8_t>(atom_shape_entry(4 * i + 2)),
          static_cast<uint8_t>(atom_shape_entry(4 * i + 3))};
}
PC15_HD bool atom_shape_valid(const AtomShape& s) {
  return s.type < kAtomTypes && s.sigma_u <= kMaxAtomSigma && s.sigma_v <= kMaxAtomSigma &&
         s.wavelength >= kMinAtomWave && s.wavelength <= kMaxAtomWave;
}

struct AtomSetup {
  int32_t x = 0, y = 0;  // Q4 from the centre of the frame
  int32_t reach = 0;     // Q4: 0 beyond
  uint8_t type = 0;
  int64_t cos_part = 0, sin_part = 0;    // Q30
  int64_t inverse_u = 0, inverse_v = 0;  // 1 / sigma^2, Q36
  int64_t limit_u = 0, limit_v = 0;      // 32 sigma^2, Q16 px^2
  uint32_t frequency = 0;                // 2^-20 cycles per px
  uint32_t phase = 0;
  int32_t amplitude = 0;  // Q6
};

PC15_HD int32_t atom_amplitude(int32_t a) {
  const int32_t halves = abs_i32(a) + 1;
  const int32_t m = ((halves & 1) != 0 ? 45 : 32) << (halves >> 1);
  return a < 0 ? -m : m;
}

PC15_HD AtomSetup atom_setup(const Atom& atom, const AtomShape& shape) {
  AtomSetup s;
  s.x = atom.x * 16;
  s.y = atom.y * 16;
  s.type = shape.type;
  const uint32_t turn = static_cast<uint32_t>(atom.orientation) << 27;
  s.cos_part = cos_q30(turn);
  s.sin_part = sin_q30(turn);
  s.inverse_u = exp2_neg_q36(8 * shape.sigma_u);
  s.inverse_v = exp2_neg_q36(8 * shape.sigma_v);
  s.limit_u = (int64_t{1} << 57) / s.inverse_u;
  s.limit_v = (int64_t{1} << 57) / s.inverse_v;
  const int64_t limit = s.limit_u > s.limit_v ? s.limit_u : s.limit_v;
  s.reach = static_cast<int32_t>(isqrt(static_cast<uint64_t>(limit)) >> 4) + 16;
  s.frequency = static_cast<uint32_t>(exp2_neg_q36(4 * shape.wavelength) >> 16);
  s.phase = static_cast<uint32_t>(atom.phase) << 28;
  s.amplitude = atom_amplitude(atom.amplitude);
  return s;
}

// What the atom adds to the level (Q6) at (x, y), Q4 from the centre of the frame.
PC15_HD int32_t atom_value(const AtomSetup& s, int32_t x, int32_t y) {
  const int64_t dx = x - s.x, dy = y - s.y;
  const int64_t u = asr64(dx * s.cos_part + dy * s.sin_part, 22);  // Q12 px
  const int64_t v = asr64(dy * s.cos_part - dx * s.sin_part, 22);
  const int64_t u2 = asr64(u, 4) * asr64(u, 4), v2 = asr64(v, 4) * asr64(v, 4);  // Q16
  if (u2 >= s.limit_u || v2 >= s.limit_v) return 0;
  int32_t e = exp_neg_q15((u2 * s.inverse_u + v2 * s.inverse_v) >> 41);
  const uint32_t turns = s.frequency * static_cast<uint32_t>(static_cast<uint64_t>(u));
  if (s.type == kAtomGabor) e = asr(e * cos_q15(turns + s.phase), 15);
  if (s.type == kAtomEdge) {  // a soft step half a wavelength wide
    const int64_t t = clamp_i64(asr64(int64_t{s.frequency} * u, 15), -32768, 32768);
    e = asr(e * smooth_sign_q14(static_cast<int32_t>(t)), 14);
  }
  return round_shift(e * s.amplitude, 15);
}

}  // namespace pc15::normative
