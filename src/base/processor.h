// Which instructions the tables of vectorised operations may use in this process.
#pragma once

#include "base/span.h"

namespace pc15 {

// "scalar" is what every processor of the architecture has, used as a compiler likes; kNeon is the vectors of
// AArch64; kAvx512 asks for F, BW, DQ, VL, VBMI and VNNI together (Ice Lake, Zen 4).
enum class InstructionSet { kScalar, kNeon, kAvx2, kAvx512 };
constexpr int kInstructionSets = 4;

// "scalar", "neon", "avx2", "avx512".
const char* instruction_set_name(InstructionSet set);
// Those that this processor runs and this system saves the registers of: kScalar, then each with the ones
// before it in it.
Span<const InstructionSet> processor_sets();
// The last of them.
InstructionSet best_instruction_set();
// The same, or the one that the environment variable PC15_CPU names when this is first called: for tests and
// for bisecting a fault. An unknown name, or one beyond the processor, changes nothing.
InstructionSet chosen_instruction_set();

}  // namespace pc15
