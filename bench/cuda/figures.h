// What a benchmark showed beside what is asked of it: lines that scripts/test-cuda collects.
#pragma once

#include <cstdio>

enum class Asked { kAtLeast, kAtMost };

// A figure and its bound. A bound that is missed is said and is no failure: time depends on the machine.
inline void print_figure(const char* what, double value, const char* unit, Asked asked, double bound) {
  const bool met = asked == Asked::kAtLeast ? value >= bound : value <= bound;
  std::printf("figure | %s | %.4g %s | asked: at %s %g | %s\n", what, value, unit,
              asked == Asked::kAtLeast ? "least" : "most", bound, met ? "met" : "MISSED");
}
// How many of `all` are as they should be.
inline void print_share(const char* what, int same, int all) {
  std::printf("figure | %s | %d of %d | asked: all | %s\n", what, same, all,
              same == all && all > 0 ? "met" : "MISSED");
}
