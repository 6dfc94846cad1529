// The only source of chance in this folder: the same seed gives the same run on every platform.
#pragma once

#include <cstdint>

namespace pc15::fuzz {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t bits() {  // splitmix64
    uint64_t v = state_ += 0x9E3779B97F4A7C15u;
    v = (v ^ v >> 30) * 0xBF58476D1CE4E5B9u;
    v = (v ^ v >> 27) * 0x94D049BB133111EBu;
    return v ^ v >> 31;
  }
  uint32_t below(uint32_t count) { return static_cast<uint32_t>((bits() >> 32) * count >> 32); }
  int32_t in(int32_t lo, int32_t hi) {
    return lo + static_cast<int32_t>(below(static_cast<uint32_t>(hi - lo) + 1));
  }
  bool chance(uint32_t percent) { return below(100) < percent; }

 private:
  uint64_t state_;
};

}  // namespace pc15::fuzz
