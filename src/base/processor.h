// Which instructions the tables of vectorised operations may use in this process.
#pragma once

namespace pc15 {

// Every set holds the ones before it. "scalar" is what every processor of the architecture has; kAvx512 asks
// for F, BW, DQ, VL, VBMI and VNNI together (Ice Lake, Zen 4).
enum class InstructionSet { kScalar, kAvx2, kAvx512 };
constexpr int kInstructionSets = 3;

// "scalar", "avx2", "avx512".
const char* instruction_set_name(InstructionSet set);
// The best that this processor runs and this system saves the registers of.
InstructionSet best_instruction_set();
// The same, or the one that the environment variable PC15_CPU names when this is first called: for tests and
// for bisecting a fault. An unknown name, or one beyond the processor, changes nothing.
InstructionSet chosen_instruction_set();

}  // namespace pc15
