// The rANS state machine (docs/bitstream-entropy.md, section 6.1), shared by CPU and GPU code.
//
// A state x in [2^16, 2^32) is a stack of symbols. Pushing a symbol of frequency f and cumulative start c
// (out of 2^15) maps x to (x / f) * 2^15 + x % f + c; popping inverts it. When the state would leave its
// range, 16 bits move to or from the word stream: one move per symbol is always enough, because f >= 1 and
// x >= 2^16 leave at least 2 after a pop. A stack pops in reverse order, so the encoder codes the last
// symbol first. J. Duda, "Asymmetric numeral systems", arXiv:1311.2540; F. Giesen, arXiv:1402.3392.
#pragma once

#include <cstdint>

#include "base/target.h"

namespace pc15::entropy {

enum : uint32_t {
  kProbBits = 15,
  kProbOne = 1u << kProbBits,
  kRansLow = 1u << 16,  // also the state every stream starts and must end with
};

// True when the encoder must emit the low 16 bits of x before pushing a symbol of frequency `freq`.
PC15_HD bool rans_must_emit(uint32_t x, uint32_t freq) {
  return x >= (static_cast<uint64_t>(freq) << (32 - kProbBits));
}

PC15_HD uint32_t rans_push(uint32_t x, uint32_t start, uint32_t freq) {
  return ((x / freq) << kProbBits) + x % freq + start;
}

// The 15 bits that select the next symbol.
PC15_HD uint32_t rans_slot(uint32_t x) { return x & (kProbOne - 1); }

PC15_HD uint32_t rans_pop(uint32_t x, uint32_t start, uint32_t freq) {
  return freq * (x >> kProbBits) + rans_slot(x) - start;
}

}  // namespace pc15::entropy
