// Functions of one or two numbers in the lanes of the set that the including file chose, against normative/.
#pragma once

#include "support/cmocka_cpp.h"

#include <random>

#include "backend/cpu/lanes.h"
#include "normative/catalogue.h"

namespace pc15::backend::PC15_SET {
namespace {

struct Function {
  const char* name;
  Lanes (*lanes)(Lanes a, Lanes b);
  int32_t (*scalar)(int32_t a, int32_t b);
  int32_t lo, hi;
};
PC15_LANES Lanes sin15(Lanes a, Lanes) { return sin_q15(a); }
PC15_LANES Lanes sin30(Lanes a, Lanes) { return sin_q30(a); }
PC15_LANES Lanes smooth(Lanes a, Lanes) { return smooth_sign_q14(a); }
PC15_LANES Lanes exponential(Lanes a, Lanes) { return exp_neg_q15(a); }
PC15_LANES Lanes angle(Lanes a, Lanes b) { return atan2_turns(a, b); }
PC15_LANES Lanes far_off(Lanes a, Lanes b) { return distance<8>(a, b); }

int32_t plain_angle(int32_t a, int32_t b) { return static_cast<int32_t>(normative::atan2_turns(a, b)); }
const Function kFunctions[] = {
    {"sin_q15", sin15, [](int32_t a, int32_t) { return normative::sin_q15(static_cast<uint32_t>(a)); },
     INT32_MIN, INT32_MAX},
    {"sin_q30", sin30, [](int32_t a, int32_t) { return normative::sin_q30(static_cast<uint32_t>(a)); },
     INT32_MIN, INT32_MAX},
    {"smooth_sign_q14", smooth, [](int32_t a, int32_t) { return normative::smooth_sign_q14(a); }, -32768,
     32768},
    {"exp_neg_q15", exponential, [](int32_t a, int32_t) { return normative::exp_neg_q15(a); }, 0, 80000},
    {"atan2_turns", angle, plain_angle, -(1 << 28) + 1, (1 << 28) - 1},
    {"atan2_turns, near", angle, plain_angle, -40, 40},
    {"distance", far_off, [](int32_t a, int32_t b) { return normative::distance_q12<0>(a, b); }, -(1 << 17),
     1 << 17},
};

PC15_LANES void check_function(const Function& f, std::mt19937& random) {
  std::uniform_int_distribution<int32_t> number(f.lo, f.hi);
  for (int32_t trial = 0; trial < 160000 / kLanes; ++trial) {
    int32_t a[kLanes], b[kLanes], v[kLanes];
    for (int32_t i = 0; i < kLanes; ++i) {
      const int32_t first = trial == 0 ? (i < kLanes / 2 ? f.lo : f.hi) : number(random);
      a[i] = first, b[i] = trial % 3 == 0 ? first : number(random);
    }
    const Lanes result = f.lanes(load_lanes(a), load_lanes(b));
    std::memcpy(v, &result, sizeof(v));
    for (int32_t i = 0; i < kLanes; ++i) {
      if (v[i] != f.scalar(a[i], b[i])) print_error("%s of %d, %d\n", f.name, a[i], b[i]);
      assert_int_equal(v[i], f.scalar(a[i], b[i]));
    }
  }
}

}  // namespace

inline void check_lanes() {
  std::mt19937 random(15);
  for (const Function& f : kFunctions) check_function(f, random);
}

}  // namespace pc15::backend::PC15_SET
