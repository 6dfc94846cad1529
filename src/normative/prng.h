// Random numbers of the generators: seeds per slot by SplitMix64, and a hash of lattice points
// (docs/bitstream-programs.md, section 8.3). All arithmetic wraps in unsigned integers.
#pragma once

#include <cstdint>

#include "base/target.h"

namespace pc15::normative {

// Output function of SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number
// generators", OOPSLA 2014).
PC15_HD uint64_t splitmix64(uint64_t x) {
  x += 0x9E3779B97F4A7C15ull;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}

// Seed of layer `layer` of slot `slot` (-1: the whole image); nudge 0...16, 0 where there is none.
PC15_HD uint64_t derive_seed(int64_t global_seed, int32_t slot, int32_t layer, int32_t nudge) {
  uint64_t s = splitmix64(static_cast<uint64_t>(global_seed));
  s = splitmix64(s ^ static_cast<uint64_t>(static_cast<uint32_t>(slot)));
  return splitmix64(s ^ (static_cast<uint64_t>(layer) << 8 | static_cast<uint64_t>(nudge)));
}

// A 32-bit mixer of full avalanche ("lowbias32", C. Wellons, "Prospecting for hash functions", 2018).
PC15_HD uint32_t mix32(uint32_t h) {
  h ^= h >> 16;
  h *= 0x7FEB352Du;
  h ^= h >> 15;
  h *= 0x846CA68Bu;
  return h ^ (h >> 16);
}

// Hash of lattice point (x, y) under a seed; 32 even bits.
PC15_HD uint32_t lattice_hash(int32_t x, int32_t y, uint64_t seed) {
  uint32_t h = mix32(static_cast<uint32_t>(x) * 0x9E3779B1u + static_cast<uint32_t>(seed));
  return mix32(h ^ (static_cast<uint32_t>(y) * 0x85EBCA77u + static_cast<uint32_t>(seed >> 32)));
}

}  // namespace pc15::normative
