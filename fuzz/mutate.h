// Changes to the bytes of a file, with an eye for where its fields lie.
#pragma once

#include "hostile_file.h"
#include "random.h"

namespace pc15::fuzz {

// Changes values, not structure: checksums hold again afterwards.
Bytes mutate_and_repair(const Bytes& file, Random& random);
// Damage: flipped, missing and surplus bytes; nothing is repaired.
Bytes damage(Bytes file, Random& random);

}  // namespace pc15::fuzz
