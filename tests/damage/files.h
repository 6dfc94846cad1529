// Small files of every mode for the damage tests, made by the library's own encoder. Deterministic.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pc15_damage {

using Bytes = std::vector<uint8_t>;

constexpr int kFiles = 32;

struct File {
  std::string name;
  bool has_grain;  // a map of grain has one copy: losing it changes samples everywhere
  bool has_model;  // tables have two copies: losing both loses all cells
  Bytes bytes;
};

// Number 0...kFiles-1. Ends the process when the encoder refuses.
File make_file(int number);
// The same picture and parameters with another seed: same geometry, other records.
Bytes make_sibling(int number);

}  // namespace pc15_damage
