// Whole files, for the drivers.
#pragma once

#include <cstdio>
#include <string>

#include "hostile_file.h"

namespace pc15::fuzz {

inline bool write_file(const std::string& path, const Bytes& bytes) {
  std::FILE* f = std::fopen(path.c_str(), "wb");
  if (f == nullptr) return false;
  const bool whole = std::fwrite(bytes.data(), 1, bytes.size(), f) == bytes.size();
  return std::fclose(f) == 0 && whole;
}

// Appends to *bytes.
inline bool read_file(const std::string& path, Bytes* bytes) {
  std::FILE* f = std::fopen(path.c_str(), "rb");
  if (f == nullptr) return false;
  uint8_t block[65536];
  for (size_t n = 0; (n = std::fread(block, 1, sizeof(block), f)) > 0;)
    bytes->insert(bytes->end(), block, block + n);
  const bool whole = std::ferror(f) == 0;
  std::fclose(f);
  return whole;
}

}  // namespace pc15::fuzz
