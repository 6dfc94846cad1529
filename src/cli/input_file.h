// Whole files into memory.
#pragma once

#include <functional>
#include <string>

#include "cli/image.h"

namespace pc15::cli {

// "standard input" for "-".
std::string display_name(const std::string& path);

// Sees the first bytes (up to 64 KiB) before the rest is read, so that what is not wanted is refused early.
using HeadCheck = std::function<Outcome(const uint8_t* head, size_t size)>;

// Reads `path`, "-" being standard input. Refuses directories, empty files and more than 4 GiB. Messages
// begin with the name. `check` may be empty.
Outcome read_file(const std::string& path, const HeadCheck& check, Bytes* bytes);

}  // namespace pc15::cli
