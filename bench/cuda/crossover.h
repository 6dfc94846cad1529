// From which size on a device is faster: what the thresholds of DEVICE auto should be on a card.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>

// Times squares of 32, 64 ... up to `most` pixels a side on both; prints them, and the least size from which
// on the device always won. `name` is that of the threshold in the source.
inline void print_crossover(const char* name, int32_t most, const std::function<double(int32_t)>& cpu,
                            const std::function<double(int32_t)>& cuda) {
  int64_t from = 0;
  for (int32_t side = 32; side <= most; side *= 2) {
    const double a = cpu(side), b = cuda(side);
    std::printf("crossover | %s | %d x %d | CPU %.3g s | CUDA %.3g s\n", name, side, side, a, b);
    if (b >= a) {
      from = 0;
    } else if (from == 0) {
      from = int64_t{side} * side;
    }
  }
  if (from > 0) {
    std::printf("figure | %s, pixels from which on CUDA is faster | %lld\n", name,
                static_cast<long long>(from));
  } else {
    std::printf("figure | %s, pixels from which on CUDA is faster | none up to %d x %d\n", name, most, most);
  }
}
