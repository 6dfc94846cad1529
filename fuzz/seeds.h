// Small files of the encoder itself, of every kind: the starting points of mutation.
#pragma once

#include <vector>

#include "hostile_file.h"

namespace pc15::fuzz {

std::vector<Bytes> make_seeds();

}  // namespace pc15::fuzz
