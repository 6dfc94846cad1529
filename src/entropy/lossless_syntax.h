// The syntax of a lossless cell, written once for coder and decoder (docs/bitstream-lossless.md). `Coder` is
// one of entropy/coder.h with rate kLosslessRate.
#pragma once

#include <cstring>

#include "entropy/coder.h"
#include "entropy/lossless_state.h"
#include "normative/lossless.h"

namespace pc15::entropy {

// How a plane of a cell is coded.
enum class LosslessMode : int32_t {
  kPredicted = 0,
  kCopy = 1,      // every sample is that of the main reference
  kConstant = 2,  // one value
};

struct LosslessHeader {
  LosslessMode mode = LosslessMode::kPredicted;
  int32_t main_reference = 0;  // 0: none, else 1 + its number
  int32_t constant = 0;
  bool fitted = false;  // coefficients follow
  int16_t coefficient[normative::kLosslessTaps] = {};
};

template <typename Coder>
void code_lossless_coefficient(Coder& coder, AdaptiveCdf& width, int16_t& value) {
  uint32_t magnitude = static_cast<uint32_t>(value < 0 ? -value : value);
  int32_t bits = magnitude == 0 ? 0 : 32 - __builtin_clz(magnitude);
  coder.symbol(width, bits);
  if (bits == 0) {
    value = 0;
    return;
  }
  uint32_t low = magnitude & ((1u << (bits - 1)) - 1), negative = value < 0 ? 1u : 0u;
  if (bits > 1) coder.bits(low, bits - 1);
  coder.bits(negative, 1);
  if constexpr (Coder::kDecoding) {
    const int32_t v = static_cast<int32_t>(1u << (bits - 1) | (bits > 1 ? low : 0));
    value = static_cast<int16_t>(negative != 0 ? -v : v);
  }
}

// `references`: how many there are, the procedural prediction included.
template <typename Coder>
void code_lossless_header(Coder& coder, int32_t references, LosslessHeader& h) {
  uint32_t mode = static_cast<uint32_t>(h.mode), main = static_cast<uint32_t>(h.main_reference);
  uint32_t constant = static_cast<uint32_t>(h.constant), fitted = h.fitted ? 1u : 0u;
  coder.bits(mode, 2);
  if (mode == 2) {
    coder.bits(constant, 8);
  } else {
    coder.bits(main, 2);
    if (mode == 0) coder.bits(fitted, 1);
  }
  if constexpr (Coder::kDecoding) {
    coder.require(mode <= 2 && (mode == 2 || main <= static_cast<uint32_t>(references)) &&
                  (mode != 1 || main > 0));
    if (!coder.good()) return;
    h.mode = static_cast<LosslessMode>(mode);
    h.main_reference = static_cast<int32_t>(main);
    h.constant = static_cast<int32_t>(constant);
    h.fitted = mode == 0 && fitted != 0;
  }
  if (!h.fitted) return;
  AdaptiveCdf width;
  cdf_init_uniform(&width, 11);
  const int32_t taps = normative::kLosslessOwnTaps + references * normative::kLosslessReferenceTaps;
  for (int32_t i = 0; i < taps; ++i) code_lossless_coefficient(coder, width, h.coefficient[i]);
}

// A folded difference: its high part by the model of its context, beyond 14 by exp-Golomb of order 1.
template <typename Coder>
void code_lossless_value(Coder& coder, AdaptiveCdf& model, int32_t low_bits, int32_t& k) {
  int32_t token = Coder::kDecoding ? 0 : (k >> low_bits < 15 ? k >> low_bits : 15);
  coder.symbol(model, token);
  int32_t high = token;
  if (token == 15) {
    int32_t v = Coder::kDecoding ? 0 : (k >> low_bits) - 13;  // 2 and above
    int32_t width = Coder::kDecoding ? 1 : 31 - __builtin_clz(static_cast<uint32_t>(v));
    if constexpr (Coder::kDecoding) {
      while (width < 7 && coder.bits(1) == 0) ++width;
      v = 1 << width | static_cast<int32_t>(coder.bits(width));
    } else {
      for (int32_t i = 1; i < width; ++i) coder.bits(0u, 1);
      if (width < 7) coder.bits(1u, 1);
      coder.bits(static_cast<uint32_t>(v) & ((1u << width) - 1), width);
    }
    high = v + 13;
  }
  if (low_bits > 0) {
    uint32_t low = static_cast<uint32_t>(k) & ((1u << low_bits) - 1);
    coder.bits(low, low_bits);
    if constexpr (Coder::kDecoding) k = high << low_bits | static_cast<int32_t>(low);
  } else if constexpr (Coder::kDecoding) {
    k = high;
  }
  if constexpr (Coder::kDecoding) {
    coder.require(k <= 255);
    k &= 255;
  }
}

// The steps of a sample, on the views of its row (LosslessState::begin_row). All are inlined into one loop.

// Samples around column x; `changed` are the same with the change of the main reference added (13.4).
PC15_HD void read_near(const LosslessRow& row, const Pixel* main, int32_t x, normative::LosslessNear* near,
                       normative::LosslessNear* changed) {
  const Pixel* const s = row.sample + x;
  const int64_t up = row.first ? 1 : row.pitch;  // in row 0 all that lies above reads as W
  const int32_t side = row.first ? 0 : 1;
  *near = {s[-1], s[-up], s[-up - side], s[-up + side], s[-2], row.first ? s[-1] : s[-2 * row.pitch]};
  *changed = *near;
  if (main == nullptr) return;
  const Pixel* const r = main + x;
  changed->w += r[0] - r[-1];
  changed->n += r[0] - r[-up];
  changed->nw += r[0] - r[-up - side];
  changed->ne += r[0] - r[-up + side];
}

template <int32_t kReferences>
inline void predict_sample(const LosslessHeader& h, const LosslessRow& row, int32_t x,
                           const normative::LosslessNear& near, const normative::LosslessNear& changed,
                           const normative::LosslessErrors& errors, int32_t* prediction) {
  if (row.first) {
    for (int32_t i = 0; i < normative::kLosslessPredictors; ++i) {
      prediction[i] = normative::clamp_q4(changed.w * 16);
    }
    return;
  }
  normative::predict_lossless_fixed(changed.w, changed.n, changed.ne, errors, prediction + 1);
  prediction[0] = near.w * 16;
  if (!h.fitted) return;
  const Pixel* reference[kReferences + 1];
  for (int32_t i = 0; i < kReferences; ++i) reference[i] = row.reference[i] + x;
  int32_t tap[normative::kLosslessTaps], sum = 0;
  const int32_t taps =
      normative::gather_lossless_taps(row.sample + x, reference, kReferences, row.pitch, tap);
  for (int32_t i = 0; i < taps; ++i) sum += h.coefficient[i] * tap[i];
  prediction[0] = normative::clamp_q4(near.w * 16 + normative::asr(sum, 4));
}

// The mean of the predictions, weighed by their costs nearby (13.5).
PC15_HD int32_t weighed_mean(const LosslessRow& row, int32_t x, const int32_t* prediction) {
  uint32_t weight[normative::kLosslessPredictors], total = 0, sum = 0, scaled = 0;
  for (int32_t i = 0; i < normative::kLosslessPredictors; ++i) {
    const uint16_t *const here = row.cost[i] + x, *const above = row.cost_above[i] + x;
    weight[i] = LosslessState::weight(2u * here[-1] + 2u * above[0] + above[-1] + above[1] + here[-2]);
    total += weight[i];
  }
  const int32_t top = 31 - __builtin_clz(total), shift = top > 9 ? top - 9 : 0;
  for (int32_t i = 0; i < normative::kLosslessPredictors; ++i) {
    const uint32_t v = weight[i] >> shift;
    scaled += v;
    sum += v * static_cast<uint32_t>(prediction[i]);
  }
  return static_cast<int32_t>((uint64_t{sum} * LosslessState::kReciprocals[scaled]) >> 22);
}

// Magnitudes of the errors nearby in this plane (13.6).
PC15_HD int32_t own_energy(const LosslessRow& row, int32_t x) {
  const Pixel *const m = row.magnitude + x, *const m1 = row.magnitude_above + x;
  return 3 * (m[-1] + m1[0]) + m1[-1] + m1[1] + m[-2] + row.magnitude_above2[x];
}

PC15_HD int32_t correction_number(const normative::LosslessNear& near, int32_t mean, int32_t own) {
  const int32_t level = normative::asr(mean, 4);
  const int32_t pattern = (near.n > level ? 1 : 0) | (near.w > level ? 2 : 0) | (near.nw > level ? 4 : 0) |
                          (near.ne > level ? 8 : 0) | (near.ww > level ? 16 : 0) | (near.nn > level ? 32 : 0);
  return pattern * 3 + (own < 10 ? 0 : own < 40 ? 1 : 2);
}

struct LosslessContext {
  int32_t model, low_bits;
};
PC15_HD LosslessContext choose_context(const LosslessState& state, const LosslessRow& row, int32_t x,
                                       const normative::LosslessNear& changed,
                                       const normative::LosslessErrors& errors, int32_t own, bool up_first) {
  using normative::abs_i32;
  int32_t energy = 2 * own + abs_i32(changed.w - changed.nw) + abs_i32(changed.n - changed.nw) +
                   abs_i32(changed.n - changed.ne);
  int32_t agreement = 0;
  if (state.earlier_count > 0) {
    const int32_t others = state.earlier_energy(row.y, x);
    energy = (energy + 2 * others) * 10 / 17;
    const int32_t a = 10 * others + 8, b = 7 * own + 8;
    agreement = 13 * a < 8 * b ? 0 : 5 * a < 13 * b ? 1 : 2;
  }
  const int32_t level = normative::lossless_energy_level(energy);
  const int32_t signs = 5 * (errors.w + errors.n + errors.ne) * (up_first ? 1 : -1), least = 2 * own + 10;
  const int32_t sign = signs < -least ? 0 : signs < least ? 1 : 2;
  return {level * normative::kLosslessStates + agreement * 3 + sign, normative::lossless_low_bits(level)};
}

// One row of a predicted plane; the decoder writes the samples.
template <int32_t kReferences, typename Coder>
void code_lossless_row(Coder& coder, const LosslessHeader& h, LosslessState& state, const LosslessRow row) {
  const Pixel* const main = h.main_reference > 0 ? row.reference[h.main_reference - 1] : nullptr;
  for (int32_t x = 0; x < row.width; ++x) {
    normative::LosslessNear near, changed;
    read_near(row, main, x, &near, &changed);
    const normative::LosslessErrors errors{row.error[x - 1], row.error_above[x], row.error_above[x - 1],
                                           row.error_above[x + 1]};
    int32_t prediction[normative::kLosslessPredictors];
    predict_sample<kReferences>(h, row, x, near, changed, errors, prediction);
    const int32_t mean = weighed_mean(row, x, prediction), own = own_energy(row, x);
    int16_t& bias = state.bias[correction_number(near, mean, own)];
    const int32_t corrected = normative::clamp_q4(mean + normative::asr(bias + 2, 2));
    const normative::LosslessFold fold = normative::make_lossless_fold(corrected);
    const LosslessContext context = choose_context(state, row, x, changed, errors, own, fold.up_first);
    Pixel* const sample = row.sample + x;
    int32_t k = Coder::kDecoding ? 0 : normative::fold_lossless(fold, *sample);
    code_lossless_value(coder, state.models[context.model], context.low_bits, k);
    if constexpr (Coder::kDecoding) *sample = static_cast<Pixel>(normative::unfold_lossless(fold, k));
    // What the next samples learn from this one.
    const int32_t value = *sample * 16;
    bias = static_cast<int16_t>(bias + normative::asr((value - mean) * 4 - bias + 64, 7));
    row.error[x] = static_cast<int16_t>(mean - value);
    row.magnitude[x] =
        static_cast<Pixel>(normative::min_i32(normative::abs_i32(value - corrected) >> 3, 255));
    for (int32_t i = 0; i < normative::kLosslessPredictors; ++i) {
      row.cost[i][x] = static_cast<uint16_t>(normative::abs_i32(prediction[i] - value));
    }
  }
}

// A whole plane of a cell; `h` is read from the stream or given. False when the stream breaks a rule.
template <typename Coder>
bool code_lossless_plane(Coder& coder, LosslessState& state, LosslessHeader& h, int32_t references) {
  code_lossless_header(coder, references, h);
  for (int32_t y = 0; y < state.height() && coder.good(); ++y) {
    const LosslessRow row = state.begin_row(y);
    if (h.mode == LosslessMode::kPredicted) {
      // The number of references as a constant: the loop over taps is a third of the time.
      switch (references) {
        case 0:
          code_lossless_row<0>(coder, h, state, row);
          break;
        case 1:
          code_lossless_row<1>(coder, h, state, row);
          break;
        case 2:
          code_lossless_row<2>(coder, h, state, row);
          break;
        default:
          code_lossless_row<3>(coder, h, state, row);
          break;
      }
    } else if (Coder::kDecoding && h.mode == LosslessMode::kCopy) {
      std::memcpy(row.sample, row.reference[h.main_reference - 1], static_cast<size_t>(row.width));
    } else if (Coder::kDecoding) {
      std::memset(row.sample, h.constant, static_cast<size_t>(row.width));
    }
  }
  state.end_plane();
  return coder.good();
}

}  // namespace pc15::entropy
