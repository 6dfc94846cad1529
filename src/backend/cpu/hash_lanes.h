// normative::lattice_hash() of a lattice point in every lane.
#pragma once

#include "backend/cpu/lanes.h"

namespace pc15::backend::PC15_SET {

constexpr int32_t kOne = 1 << 20;  // a cell

PC15_LANES inline Lanes mix32(Lanes h) {
  h = bit_xor(h, srl<16>(h));
  h = mul(h, all(static_cast<int32_t>(0x7FEB352Du)));
  h = bit_xor(h, srl<15>(h));
  h = mul(h, all(static_cast<int32_t>(0x846CA68Bu)));
  return bit_xor(h, srl<16>(h));
}

// lattice_hash() in two steps, the first of which the points of a column share.
PC15_LANES inline Lanes column_hash(Lanes x, uint64_t seed) {
  const Lanes column = mul(x, all(static_cast<int32_t>(0x9E3779B1u)));
  return mix32(add(column, all(static_cast<int32_t>(static_cast<uint32_t>(seed)))));
}
PC15_LANES inline Lanes point_hash(Lanes column, Lanes y, uint64_t seed) {
  const Lanes row = mul(y, all(static_cast<int32_t>(0x85EBCA77u)));
  return mix32(bit_xor(column, add(row, all(static_cast<int32_t>(seed >> 32)))));
}

}  // namespace pc15::backend::PC15_SET
