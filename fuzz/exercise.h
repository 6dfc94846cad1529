// Everything that the public interface can do with a file, and what must hold whatever the bytes are.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pc15::fuzz {

// Ends the process with a message and SIGABRT when a promise of pc15.h is broken. `choice` varies regions,
// threads and calls.
void exercise(const uint8_t* data, size_t size, uint64_t choice);

}  // namespace pc15::fuzz
