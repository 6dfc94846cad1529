// Rows of a picture as tasks of a pool.
#pragma once

#include <algorithm>
#include <cstring>

#include "base/allocator.h"
#include "base/plane.h"
#include "base/thread_pool.h"

namespace pc15 {

constexpr int32_t kBandRows = 64;

// body(first, last) for bands of at most `band` rows; the first row of a band is a multiple of `band`.
template <typename Body>
void run_bands(ThreadPool& pool, int32_t rows, int32_t band, Body&& body) {
  pool.run((rows + band - 1) / band, [&](int64_t index, int32_t) {
    const int32_t first = static_cast<int32_t>(index) * band;
    body(first, std::min(first + band, rows));
  });
}

// The sum of what body(first, last) answers for bands of kBandRows.
template <typename T, typename Body>
T sum_bands(ThreadPool& pool, Memory& memory, int32_t rows, Body&& body) {
  Vector<T> parts(memory, static_cast<size_t>((rows + kBandRows - 1) / kBandRows));
  run_bands(pool, rows, kBandRows, [&](int32_t first, int32_t last) {
    parts[static_cast<size_t>(first / kBandRows)] = body(first, last);
  });
  T sum{};
  for (const T& part : parts) sum += part;
  return sum;
}

// Copies the samples of a view into another of the same size.
inline void copy_plane(ThreadPool& pool, const PlaneView<const Pixel>& from, const PlaneView<Pixel>& to) {
  run_bands(pool, from.height, kBandRows, [&](int32_t first, int32_t last) {
    for (int32_t y = first; y < last; ++y)
      std::memcpy(to.row(y), from.row(y), static_cast<size_t>(from.width));
  });
}

}  // namespace pc15
