// The syntax of a residual cell, written once for encoder, decoder and cost counter
// (docs/bitstream-residual.md, sections 9.3 to 9.7). `Coder` is one of entropy/coder.h.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "entropy/cell_models.h"
#include "entropy/coder.h"
#include "entropy/scan.h"
#include "normative/predict.h"
#include "normative/transform.h"

namespace pc15::entropy {

enum Partition : int32_t {
  kNone = 0,
  kHorizontal = 1,
  kVertical = 2,
  kSplit = 3,
  kHorizontal4 = 4,
  kVertical4 = 5
};

constexpr int32_t kRootLog2 = 5;       // partition trees start at 32 x 32
constexpr int32_t kSuperblock = 64;    // side of a superblock in luma samples: one step offset each
constexpr int32_t kMaxStepOffset = 7;  // in 1/8 octave, both signs
constexpr int32_t kLevelMax = 32767;
constexpr int32_t kMaxEscapeBits = 15;

// One leaf: prediction block = transform block. Positions in samples of the plane, inside the cell.
struct Leaf {
  int16_t x = 0, y = 0;
  uint8_t log2w = 2, log2h = 2;
  int32_t palette = 0;  // 1: indices (cell_palette.h), and nothing of what follows
  int32_t procedural = 0;
  int32_t mode = 0, delta = 0;
  int32_t alpha[2] = {0, 0};  // chroma from luma, 1/8, -8...8 without 0
  int32_t transform[2] = {0, 0};
  int32_t eob[2] = {0, 0};
  int32_t energy[2] = {0, 0};  // derived
};

inline int32_t mode_class(int32_t mode) {
  static constexpr uint8_t table[normative::kChromaModes] = {0, 1, 2, 1, 1, 4, 3, 3, 3, 4, 4, 5, 5, 5, 0};
  return table[mode];
}

inline int32_t log2_floor(uint32_t v) { return 31 - __builtin_clz(v); }

// 0 without coefficients, else 1...6 by the mean magnitude.
inline int32_t block_energy(int32_t sum_levels, int32_t log2_area) {
  if (sum_levels == 0) return 0;
  const uint64_t mean = (static_cast<uint64_t>(static_cast<uint32_t>(sum_levels)) << 6) >> log2_area;
  const int32_t e = log2_floor(static_cast<uint32_t>(1 + mean));
  return 1 + (e < 5 ? e : 5);
}

// Mean of the neighbours' energies along both borders; 7 when there is none.
inline int32_t energy_context(const CellContext& c, const Leaf& leaf, int32_t component) {
  const int32_t nx = 1 << (leaf.log2w - 2), ny = 1 << (leaf.log2h - 2);
  const UnitState* above = c.above + (leaf.x >> 2);
  const UnitState* left = c.left + (leaf.y >> 2);
  int32_t a = 0, l = 0;
  for (int32_t i = 0; i < nx; ++i) a += above[i].energy[component];
  for (int32_t i = 0; i < ny; ++i) l += left[i].energy[component];
  a = (2 * a + nx) >> (leaf.log2w - 1);
  l = (2 * l + ny) >> (leaf.log2h - 1);
  if (above->valid != 0) return left->valid != 0 ? (a + l + 1) >> 1 : a;
  return left->valid != 0 ? l : 7;
}

inline void remember_leaf(CellContext* c, const Leaf& leaf) {
  UnitState u{};
  u.mode_class = static_cast<uint8_t>(leaf.procedural != 0 ? 1 : mode_class(leaf.mode));
  u.energy[0] = static_cast<uint8_t>(leaf.energy[0]);
  u.energy[1] = static_cast<uint8_t>(leaf.energy[1]);
  u.procedural = static_cast<uint8_t>(leaf.procedural);
  u.valid = 1;
  u.palette = static_cast<uint8_t>(leaf.palette);
  u.log2_size = leaf.log2w;
  for (int32_t i = 0; i < 1 << (leaf.log2w - 2); ++i) c->above[(leaf.x >> 2) + i] = u;
  u.log2_size = leaf.log2h;
  for (int32_t i = 0; i < 1 << (leaf.log2h - 2); ++i) c->left[(leaf.y >> 2) + i] = u;
}

inline int32_t partition_context(const CellContext& c, int32_t x, int32_t y, int32_t log2) {
  const UnitState& above = c.above[x >> 2];
  const UnitState& left = c.left[y >> 2];
  const auto grade = [log2](const UnitState& u) {
    return u.valid == 0 || u.log2_size >= log2 ? 0 : u.log2_size + 1 == log2 ? 1 : 2;
  };
  return (kRootLog2 - log2) * 9 + grade(above) * 3 + grade(left);
}

template <typename Coder, typename Value>
void code_partition(Coder& coder, CellModels& m, const CellContext& c, int32_t x, int32_t y, int32_t log2,
                    Value& partition) {
  coder.symbol(m.partition[partition_context(c, x, y, log2)], partition);
}

// Offset of the quantiser step of a superblock, -7...7.
template <typename Coder>
void code_step_offset(Coder& coder, CellModels& m, CellContext& c, int32_t& offset) {
  int32_t value = offset + kMaxStepOffset;
  coder.symbol(m.step[c.previous_step < 0 ? 0 : c.previous_step == 0 ? 1 : 2], value);
  offset = value - kMaxStepOffset;
  c.previous_step = offset;
}

// Prediction of a leaf. `components` is 1 (luma, alpha) or 2 (Cb and Cr together).
template <typename Coder>
void code_prediction(Coder& coder, CellModels& m, const CellContext& c, bool programs, int32_t components,
                     Leaf& leaf) {
  const UnitState& above = c.above[leaf.x >> 2];
  const UnitState& left = c.left[leaf.y >> 2];
  if (programs) {
    coder.symbol(m.procedural[above.procedural + left.procedural], leaf.procedural);
    if (leaf.procedural != 0) return;
  }
  coder.symbol(m.mode[above.mode_class * 6 + left.mode_class], leaf.mode);
  if (leaf.mode >= normative::kModeFirstGroup && leaf.mode <= normative::kModeLastGroup) {
    coder.symbol(m.delta[leaf.mode - normative::kModeFirstGroup], leaf.delta);
  }
  if (leaf.mode == normative::kModeCfl) {
    for (int32_t i = 0; i < components; ++i) {
      int32_t index = leaf.alpha[i] < 0 ? leaf.alpha[i] + 8 : leaf.alpha[i] + 7;
      coder.symbol(m.cfl[i], index);
      leaf.alpha[i] = index < 8 ? index - 8 : index - 7;
    }
  }
}

inline int32_t eob_class(int32_t eob) {
  return eob < 3 ? eob : 2 + log2_floor(static_cast<uint32_t>(eob - 1));
}
inline int32_t size_class(int32_t log2_area) {
  static constexpr uint8_t table[11] = {0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4};
  return table[log2_area];
}
// Sum of five neighbours' magnitudes, each at most 15, in 12 grades.
constexpr int32_t kMagnitudeSums = 76;
inline constexpr uint8_t kMagnitudeGrades[kMagnitudeSums] = {
    0,  1,  2,  3,  4,  5,  5,  6,  6,  7,  7,  7,  8,  8,  8,  8,  8,  9,  9,  9,  9,  9,  9,  9,  9,  10,
    10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11,
    11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11};
inline int32_t magnitude_grade(int32_t sum) { return kMagnitudeGrades[sum]; }
// `at` points into a magnitude map of `pitch` bytes per row with two spare columns and rows.
inline int32_t neighbour_magnitude(const uint8_t* at, int32_t pitch) {
  return at[1] + at[2] + at[pitch] + at[pitch + 1] + at[2 * pitch];
}
constexpr int32_t kMagnitudeMapBytes = 34 * 34 + 2;

// End of block: the number of coefficients up to the last non-zero one, 0...w*h.
// `state`: 0 luma, alpha and Cb; for Cr 1 when Cb is empty, else 2.
template <typename Coder>
void code_eob(Coder& coder, CellModels& m, int32_t state, int32_t energy, int32_t log2_area, int32_t& eob) {
  int32_t k = eob_class(eob);
  coder.symbol(m.eob[state * CellModels::kEobContexts + (log2_area - 4) * 8 + energy], k);
  if (k < 3) {
    eob = k;
    return;
  }
  const int32_t extra = k - 2;
  const uint32_t rest = static_cast<uint32_t>(eob - 1) - (1u << extra);
  int32_t top = static_cast<int32_t>(rest >> (extra - 1) & 1u);
  uint32_t low = rest & ((1u << (extra - 1)) - 1);
  coder.symbol(m.eob_bit[k], top);
  if (extra > 1) coder.bits(low, extra - 1);
  if constexpr (Coder::kDecoding) {
    eob = 1 + (1 << extra) + (top << (extra - 1)) + static_cast<int32_t>(extra > 1 ? low : 0);
  }
}

// Exp-Golomb of order 0, in raw bits.
template <typename Coder>
void code_escape(Coder& coder, int32_t& excess) {
  uint32_t v = static_cast<uint32_t>(excess) + 1;
  int32_t n = Coder::kDecoding ? 0 : log2_floor(v);
  if constexpr (Coder::kDecoding) {
    while (n < kMaxEscapeBits && coder.bits(1) == 0) ++n;
    v = 1u << n;
    if (n > 0) v |= coder.bits(n);
    excess = static_cast<int32_t>(v - 1);
  } else {
    for (int32_t i = 0; i < n; ++i) coder.bits(0u, 1);
    if (n < kMaxEscapeBits) coder.bits(1u, 1);
    if (n > 0) coder.bits(v & ((1u << n) - 1), n);
  }
}

template <typename Coder>
void code_sign(Coder& coder, int32_t& level) {
  uint32_t negative = level < 0 ? 1u : 0u;
  coder.bits(negative, 1);
  if constexpr (Coder::kDecoding) level = negative != 0 ? -level : level;
}

// Rows of levels that a decoder fills for a block whose scan ends in `last`: an even number.
inline int32_t filled_rows(const ScanEntry& last) { return (last.rows + 1) & ~1; }

// A level's token, most of which are 0.
template <typename Coder>
PC15_INLINE void code_token(Coder& coder, AdaptiveCdf& cdf, int32_t& token) {
  coder.symbol(cdf, token);
}
PC15_INLINE void code_token(SymbolDecoder& coder, AdaptiveCdf& cdf, int32_t& token) {
  token = coder.symbol_often_zero(cdf);
}

// See code_levels().
template <typename Coder>
PC15_INLINE int32_t code_levels_with(Coder& coder, CellModels& m, int32_t log2w, int32_t log2h, int32_t eob,
                                     int16_t* levels, uint8_t* map) {
  const ScanEntry* scan = scan_table(log2w, log2h);
  const int32_t pitch = (1 << log2w) + 2, size = size_class(log2w + log2h);
  std::memset(map, 0, static_cast<size_t>(pitch * (scan[eob - 1].rows + 2)));
  if constexpr (Coder::kDecoding) {
    std::memset(levels, 0, sizeof(int16_t) * static_cast<size_t>(filled_rows(scan[eob - 1]) << log2w));
  }
  AdaptiveCdf* const contexts = m.level + size * 7 * 12;
  int32_t sum = 0;
  for (int32_t i = eob - 1; i >= 0; --i) {
    const ScanEntry e = scan[i];
    int32_t level = Coder::kDecoding ? 0 : levels[e.raster];
    int32_t magnitude = level < 0 ? -level : level;
    int32_t token, base;
    if (i == eob - 1) {
      token = magnitude - 1 < 14 ? magnitude - 1 : 14;
      coder.symbol(m.last[size * 7 + e.zone], token);
      base = token + 1;
    } else {
      token = magnitude < 15 ? magnitude : 15;
      code_token(coder, contexts[e.zone * 12 + magnitude_grade(neighbour_magnitude(map + e.padded, pitch))],
                 token);
      base = token;
    }
    if (base == 0) continue;
    if (base == 15) {
      int32_t excess = magnitude - 15;
      code_escape(coder, excess);
      magnitude = base + excess;
      coder.require(magnitude <= kLevelMax);
      if (magnitude > kLevelMax) magnitude = kLevelMax;
    } else {
      magnitude = base;
    }
    if constexpr (Coder::kDecoding) level = magnitude;
    code_sign(coder, level);
    if constexpr (Coder::kDecoding) levels[e.raster] = static_cast<int16_t>(level);
    map[e.padded] = static_cast<uint8_t>(magnitude < 15 ? magnitude : 15);
    sum += magnitude;
  }
  return sum;
}

// Coefficients of one component, eob > 0. `levels`: w * h values in raster order; the decoder writes the
// first filled_rows() of them. Returns the sum of magnitudes (each at most 32767). `map`: kMagnitudeMapBytes
// of scratch.
template <typename Coder>
int32_t code_levels(Coder& coder, CellModels& m, int32_t log2w, int32_t log2h, int32_t eob, int16_t* levels,
                    uint8_t* map) {
  if constexpr (Coder::kDecoding && std::is_copy_assignable_v<Coder>) {
    // A copy that nothing else can point to keeps its state in registers, whatever is stored to the map.
    Coder local = coder;
    const int32_t sum = code_levels_with(local, m, log2w, log2h, eob, levels, map);
    coder = local;
    return sum;
  } else {
    return code_levels_with(coder, m, log2w, log2h, eob, levels, map);
  }
}

// What comes before the levels of one component of a leaf; true when levels follow.
template <typename Coder>
bool code_component_head(Coder& coder, CellModels& m, const CellContext& c, int32_t component, Leaf& leaf) {
  const int32_t log2_area = leaf.log2w + leaf.log2h;
  const int32_t state = component == 0 ? 0 : leaf.eob[0] == 0 ? 1 : 2;
  code_eob(coder, m, state, energy_context(c, leaf, component), log2_area, leaf.eob[component]);
  const int32_t eob = leaf.eob[component];
  if (eob > 1 << log2_area) {
    coder.require(false);
    leaf.eob[component] = 0;
    return false;
  }
  if (eob == 0) {
    leaf.energy[component] = 0;
    return false;
  }
  const int32_t longer = leaf.log2w > leaf.log2h ? leaf.log2w : leaf.log2h;
  if (longer <= 4) {
    const int32_t kind = leaf.procedural != 0 ? 1 : mode_class(leaf.mode);
    coder.symbol(m.transform[(longer - 2) * 6 + kind], leaf.transform[component]);
  }
  return true;
}

// Everything of one component of a leaf after its prediction.
template <typename Coder>
void code_component(Coder& coder, CellModels& m, const CellContext& c, int32_t component, Leaf& leaf,
                    int16_t* levels, uint8_t* map) {
  if (!code_component_head(coder, m, c, component, leaf)) return;
  const int32_t sum = code_levels(coder, m, leaf.log2w, leaf.log2h, leaf.eob[component], levels, map);
  leaf.energy[component] = block_energy(sum, leaf.log2w + leaf.log2h);
}

}  // namespace pc15::entropy
