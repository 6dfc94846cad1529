// Any pixels and any parameters into the encoder, and what must hold of the file that comes out.
#pragma once

#include <cstdint>

namespace pc15::fuzz {

// Picture and parameters follow from `choice`. Ends the process with SIGABRT when a promise is broken: the
// call succeeds, two runs with different threads and strides agree, and a decoder with its default limits
// takes the file, strictly, with the right sizes; without loss in an opaque alpha plane.
void exercise_encoder(uint64_t choice);

}  // namespace pc15::fuzz
