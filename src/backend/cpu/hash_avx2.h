// normative::lattice_hash() of eight lattice points.
#pragma once

#include "backend/cpu/lanes_avx2.h"

#if defined(PC15_HAS_AVX2)

namespace pc15::backend::avx2 {

PC15_AVX2 inline Lanes mix32(Lanes h) {
  h = _mm256_xor_si256(h, _mm256_srli_epi32(h, 16));
  h = _mm256_mullo_epi32(h, all(static_cast<int32_t>(0x7FEB352Du)));
  h = _mm256_xor_si256(h, _mm256_srli_epi32(h, 15));
  h = _mm256_mullo_epi32(h, all(static_cast<int32_t>(0x846CA68Bu)));
  return _mm256_xor_si256(h, _mm256_srli_epi32(h, 16));
}

// lattice_hash() in two steps, the first of which the points of a column share.
PC15_AVX2 inline Lanes column_hash(Lanes x, uint64_t seed) {
  const Lanes column = _mm256_mullo_epi32(x, all(static_cast<int32_t>(0x9E3779B1u)));
  return mix32(_mm256_add_epi32(column, all(static_cast<int32_t>(static_cast<uint32_t>(seed)))));
}
PC15_AVX2 inline Lanes point_hash(Lanes column, Lanes y, uint64_t seed) {
  const Lanes row = _mm256_mullo_epi32(y, all(static_cast<int32_t>(0x85EBCA77u)));
  return mix32(_mm256_xor_si256(column, _mm256_add_epi32(row, all(static_cast<int32_t>(seed >> 32)))));
}

}  // namespace pc15::backend::avx2

#endif
