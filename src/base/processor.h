// Which instructions the tables of vectorised operations may use in this process.
#pragma once

namespace pc15 {

// "scalar" holds what every processor of the architecture has.
enum class InstructionSet { kScalar, kAvx2 };

// The best that this processor runs.
InstructionSet best_instruction_set();
// The same, or the one that the environment variable PC15_CPU ("scalar", "avx2") names when this is first
// called: for tests and for bisecting a fault. An unknown name, or one beyond the processor, changes nothing.
InstructionSet chosen_instruction_set();

}  // namespace pc15
