// Rows of every generator from every table against the scalar arithmetic, sample for sample: parameters
// random, at their extremes and mixed, at every scale, near the centre of the frame and far from it.
#include "support/cmocka_cpp.h"

#include <algorithm>
#include <random>
#include <vector>

#include "backend/backend.h"
#include "base/target.h"
#include "normative/catalogue.h"

// lanes_avx2.cpp, lanes_avx512.cpp, lanes_neon.cpp
void check_lanes_avx2();
void check_lanes_avx512();
void check_lanes_neon();

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

void lanes_equal_scalar(void**) {
  const size_t tables = backend::all_operations().size;
  if (tables < 2) print_message("this processor has no lanes\n");
#if defined(PC15_HAS_NEON)
  check_lanes_neon();
#endif
#if defined(PC15_HAS_AVX2)
  if (tables > 1) check_lanes_avx2();
#endif
#if defined(PC15_HAS_AVX512)
  if (tables > 2) check_lanes_avx512();
#endif
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {cmocka_unit_test(lanes_equal_scalar), cmocka_unit_test(rows_equal_scalar)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
