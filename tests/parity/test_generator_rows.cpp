// Rows of every generator from every table against the scalar arithmetic, sample for sample: parameters
// random, at their extremes and mixed, at every scale, near the centre of the frame and far from it.
#include "support/cmocka_cpp.h"

#include <algorithm>
#include <random>
#include <vector>

#include "backend/backend.h"
#include "backend/cpu/lanes_avx2.h"
#include "normative/catalogue.h"

namespace {

using namespace pc15;
using namespace pc15::normative;
using backend::RowPlace;

constexpr int16_t kGuard = 0x5A5A;

class Cases {
 public:
  explicit Cases(uint32_t seed) : random_(seed) {}

  int32_t between(int32_t lo, int32_t hi) { return std::uniform_int_distribution<int32_t>(lo, hi)(random_); }
  int32_t parameter(const ParamSpec& p, int32_t style) {
    if (style == 1 || (style == 2 && between(0, 2) == 0)) return between(0, 1) != 0 ? p.hi : p.lo;
    if (style == 3) return std::min(p.hi, p.lo + between(0, 300));
    return between(p.lo, p.hi);
  }
  Layer layer(const PresetSpec& spec) {
    Layer layer;
    layer.preset = spec.preset;
    const int32_t style = between(0, 4);
    for (int32_t i = 0; i < spec.param_count; ++i) {
      layer.params[i] = style == 4 ? spec.params[i].def : parameter(spec.params[i], style);
    }
    layer.slot = between(-1, 5);
    if (spec.preset == kRidge) {
      layer.profile_count = static_cast<uint8_t>(between(1, kMaxProfile));
      for (int8_t& c : layer.profile)
        c = static_cast<int8_t>(style == 1 ? (between(0, 1) != 0 ? 127 : -128) : between(-128, 127));
    }
    return layer;
  }
  RowPlace place(int32_t scale_log2) {
    static constexpr int32_t kFar[4] = {64, 4096, 262144, 65535 * 16};
    const int32_t far = kFar[between(0, 3)], step = (16 >> std::max(0, scale_log2))
                                                    << std::max(0, -scale_log2);
    return {between(-far, far), between(-far, far), std::max(1, step << between(0, 2)), between(1, 90)};
  }

 private:
  std::mt19937 random_;
};

void check(const PresetSpec& spec, const Layer& layer, int32_t scale_log2, const RowPlace& place) {
  LayerSetup setup;
  setup_layer(layer, 12345, scale_log2, &setup);
  const Span<const backend::Operations* const> tables = backend::all_operations();
  const size_t n = static_cast<size_t>(place.count);
  std::vector<int16_t> expected(n);
  tables[0]->generator_row(setup, place, expected.data());
  for (size_t t = 1; t < tables.size; ++t) {
    std::vector<int16_t> row(n + 8, kGuard);
    tables[t]->generator_row(setup, place, row.data());
    for (size_t i = 0; i < n; ++i) {
      if (row[i] == expected[i]) continue;
      print_error("%s, generator %02x, scale 2^%d, sample %zu of (%d, %d) step %d: %d, not %d\n",
                  tables[t]->name, spec.preset, scale_log2, i, place.x, place.y, place.step, row[i],
                  expected[i]);
      assert_int_equal(row[i], expected[i]);
    }
    for (size_t i = n; i < row.size(); ++i) assert_int_equal(row[i], kGuard);
  }
}

void rows_equal_scalar(void**) {
  Cases cases(15);
  for (int32_t p = 0; p < catalogue_size(); ++p) {
    const PresetSpec& spec = *catalogue_entry(p);
    for (int32_t trial = 0; trial < 4000; ++trial) {
      const int32_t scale = cases.between(-2, 3);
      check(spec, cases.layer(spec), scale, cases.place(scale));
    }
  }
}

#if defined(PC15_HAS_AVX2)

// Functions of one or two numbers, eight at a time.
struct Function {
  const char* name;
  __m256i (*lanes)(__m256i a, __m256i b);
  int32_t (*scalar)(int32_t a, int32_t b);
  int32_t lo, hi;
};
using namespace backend;
PC15_AVX2 __m256i sin15(__m256i a, __m256i) { return avx2::sin_q15(a); }
PC15_AVX2 __m256i sin30(__m256i a, __m256i) { return avx2::sin_q30(a); }
PC15_AVX2 __m256i smooth(__m256i a, __m256i) { return avx2::smooth_sign_q14(a); }
PC15_AVX2 __m256i exponential(__m256i a, __m256i) { return avx2::exp_neg_q15(a); }
PC15_AVX2 __m256i angle(__m256i a, __m256i b) { return avx2::atan2_turns(a, b); }
PC15_AVX2 __m256i far_off(__m256i a, __m256i b) { return avx2::distance<8>(a, b); }
const Function kFunctions[] = {
    {"sin_q15", sin15, [](int32_t a, int32_t) { return sin_q15(static_cast<uint32_t>(a)); }, INT32_MIN,
     INT32_MAX},
    {"sin_q30", sin30, [](int32_t a, int32_t) { return sin_q30(static_cast<uint32_t>(a)); }, INT32_MIN,
     INT32_MAX},
    {"smooth_sign_q14", smooth, [](int32_t a, int32_t) { return smooth_sign_q14(a); }, -32768, 32768},
    {"exp_neg_q15", exponential, [](int32_t a, int32_t) { return exp_neg_q15(a); }, 0, 80000},
    {"atan2_turns", angle, [](int32_t a, int32_t b) { return static_cast<int32_t>(atan2_turns(a, b)); },
     -(1 << 28) + 1, (1 << 28) - 1},
    {"atan2_turns, near", angle, [](int32_t a, int32_t b) { return static_cast<int32_t>(atan2_turns(a, b)); },
     -40, 40},
    {"distance", far_off, [](int32_t a, int32_t b) { return distance_q12<0>(a, b); }, -(1 << 17), 1 << 17},
};

PC15_AVX2 void check_function(const Function& f, std::mt19937& random) {
  std::uniform_int_distribution<int32_t> number(f.lo, f.hi);
  for (int32_t trial = 0; trial < 20000; ++trial) {
    alignas(32) int32_t a[8], b[8], v[8];
    for (int32_t i = 0; i < 8; ++i) {
      const int32_t first = trial == 0 ? (i < 4 ? f.lo : f.hi) : number(random);
      a[i] = first, b[i] = trial % 3 == 0 ? first : number(random);
    }
    avx2::store256(v, f.lanes(avx2::load256(a), avx2::load256(b)));
    for (int32_t i = 0; i < 8; ++i) {
      if (v[i] != f.scalar(a[i], b[i])) print_error("%s of %d, %d\n", f.name, a[i], b[i]);
      assert_int_equal(v[i], f.scalar(a[i], b[i]));
    }
  }
}

#endif

void lanes_equal_scalar(void**) {
#if defined(PC15_HAS_AVX2)
  if (backend::all_operations().size < 2) return;  // this processor has none
  std::mt19937 random(15);
  for (const Function& f : kFunctions) check_function(f, random);
#endif
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {cmocka_unit_test(lanes_equal_scalar), cmocka_unit_test(rows_equal_scalar)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
