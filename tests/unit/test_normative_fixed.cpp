// Fixed-point primitives, hashes and Hann weights against double precision and against their own promises.
#include <cmath>
#include <cstdint>

#include "normative/blend.h"
#include "normative/catalogue.h"
#include "normative/fixed.h"
#include "normative/prng.h"
#include "support/cmocka_cpp.h"

namespace {

using namespace pc15::normative;

constexpr double kTurn = 6.28318530717958647692;
constexpr double kTwo32 = 4294967296.0;

void check_root(uint64_t n) {
  const uint64_t r = isqrt(n);
  assert_true(r * r <= n);
  assert_true((r + 1) * (r + 1) > n);
}

void square_roots_are_floors(void**) {
  uint64_t s = 1;
  for (int32_t i = 0; i < 400000; ++i) {
    s = splitmix64(s);
    check_root(s >> (6 + (s & 63) % 58));
  }
  for (uint64_t r = 1; r < (uint64_t{1} << 29); r += r / 50 + 1) {
    check_root(r * r - 1);
    check_root(r * r);
    check_root(r * r + 1);
  }
  for (uint64_t n = 0; n < 3000; ++n) check_root(n);
  check_root((uint64_t{1} << 58) - 1);
}

void sines_are_close_and_odd(void**) {
  double worst15 = 0, worst30 = 0;
  for (uint64_t p = 0; p < (uint64_t{1} << 32); p += 99991) {
    const uint32_t phase = static_cast<uint32_t>(p);
    const double exact = std::sin(static_cast<double>(p) / kTwo32 * kTurn);
    worst15 = std::fmax(worst15, std::fabs(sin_q15(phase) / 32768.0 - exact));
    worst30 = std::fmax(worst30, std::fabs(sin_q30(phase) / 1073741824.0 - exact));
  }
  assert_true(worst15 < 1.0 / 10000);
  assert_true(worst30 < std::exp2(-27));
  assert_int_equal(sin_q15(0), 0);
  assert_int_equal(sin_q15(0x40000000u), 32767);
  assert_int_equal(sin_q15(0xC0000000u), -32767);
  assert_int_equal(sin_q30(0x40000000u), 1 << 30);
  assert_int_equal(cos_q30(0), 1 << 30);
}

void angles_and_exponentials_are_close(void**) {
  uint64_t s = 9;
  double worst = 0;
  for (int32_t i = 0; i < 300000; ++i) {
    s = splitmix64(s);
    const int32_t x = static_cast<int32_t>(s & 0x1FFFFF) - 1048576;
    const int32_t y = static_cast<int32_t>((s >> 24) & 0x1FFFFF) - 1048576;
    const double exact = std::atan2(y, x) / kTurn;
    double difference = atan2_turns(y, x) / kTwo32 - exact;
    difference -= std::round(difference);
    worst = std::fmax(worst, std::fabs(difference));
  }
  assert_true(worst < 4e-7);
  assert_int_equal(atan2_turns(0, 0), 0);
  assert_int_equal(atan2_turns(0, -5), 0x80000000u);
  for (int32_t z = 0; z < 70000; ++z) {
    assert_true(std::fabs(exp_neg_q15(z) / 32768.0 - std::exp(-z / 4096.0)) < 1.0 / 2000);
  }
  for (int32_t x = 0; x < 65536; ++x) {
    const double t = x / 65536.0, exact = x == 0 ? 1 : std::sin(kTurn / 2 * t) / (kTurn / 2 * t);
    assert_true(std::fabs(sinc_q15(x) / 32768.0 - exact) < 1.0 / 4000);
  }
  for (int32_t q = 0; q < 300; ++q) {
    const double exact = std::exp2(36 - q / 16.0);
    assert_true(std::fabs(static_cast<double>(exp2_neg_q36(q)) - exact) <= 32 + exact * 1e-9);
  }
}

void hann_weights_rise_and_lerps_are_exact(void**) {
  for (int32_t overlap = 1; overlap <= 512; ++overlap) {
    int32_t before = -1;
    for (int32_t i = 0; i < overlap; ++i) {
      const int32_t w = hann_weight((2 * i + 1) * 8, overlap);
      const double exact = std::pow(std::sin(kTurn / 4 * (i + 0.5) / overlap), 2);
      assert_true(std::fabs(w / 32768.0 - exact) < 1.0 / 8000);
      assert_true(w >= before);
      assert_in_range(w, 0, 32768);
      assert_in_range(w + hann_weight((2 * (overlap - 1 - i) + 1) * 8, overlap), 32766,
                      32770);  // nearly symmetric
      before = w;
    }
  }
  for (int32_t a = 0; a <= 255 * 64; a += 31) {
    for (int32_t w = 0; w <= 32768; w += 127) assert_int_equal(blend_lerp(a, a, w), a);
    assert_int_equal(blend_lerp(a, 77, 0), a);
    assert_int_equal(blend_lerp(77, a, 32768), a);
  }
}

// Every sample lies in the tile that axis_position() names, and in the one before where there is a weight.
void axis_positions_cover_the_grid(void**) {
  for (int32_t tile = 32; tile <= 100; tile += 17) {
    for (int32_t overlap = 0; overlap <= tile / 2; overlap += 5) {
      for (int32_t size = 1; size < 400; size += 13) {
        const int32_t tiles = Geometry::tiles_along(size, tile, overlap), stride = tile - overlap;
        for (int32_t x = 0; x < size; ++x) {
          const AxisPosition p = axis_position((2 * x + 1) * 8, tile, overlap, tiles);
          assert_in_range(p.tile, 0, tiles - 1);
          assert_in_range(x, p.tile * stride, p.tile * stride + tile - 1);
          const bool shared = p.tile > 0 && x < (p.tile - 1) * stride + tile;
          assert_int_equal(shared, p.weight < 32768);
        }
      }
    }
  }
}

// Values of docs/bitstream-programs.md, section 8.3.
void seeds_and_hashes_are_frozen(void**) {
  assert_true(splitmix64(0) == 0xE220A8397B1DCDAFull);
  assert_true(derive_seed(0, -1, 0, 0) != derive_seed(0, 0, 0, 0));
  assert_true(derive_seed(0, 0, 0, 0) != derive_seed(0, 0, 1, 0));
  assert_true(derive_seed(0, 0, 0, 0) != derive_seed(0, 0, 0, 1));
  assert_true(derive_seed(0, 0, 0, 0) != derive_seed(1, 0, 0, 0));
  uint32_t sum = 0;
  for (int32_t y = -40; y < 40; ++y) {
    for (int32_t x = -40; x < 40; ++x) sum = sum * 31 + lattice_hash(x, y, 0x123456789ABCDEFull);
  }
  assert_int_equal(sum, 0x4C3A219Du);
}

void grids_snap_to_themselves(void**) {
  uint64_t s = 3;
  for (int32_t i = 0; i < catalogue_size(); ++i) {
    const PresetSpec& spec = *catalogue_entry(i);
    for (int32_t p = 0; p < spec.param_count; ++p) {
      const ParamSpec& param = spec.params[p];
      assert_in_range(param.def - param.lo, 0, param.hi - param.lo);
      for (int32_t n = 0; n < 200; ++n) {
        s = splitmix64(s);
        const int32_t precision = static_cast<int32_t>(s % 8),
                      extent = 32 + static_cast<int32_t>((s >> 8) % 2000);
        const int32_t raw = static_cast<int32_t>((s >> 20) & 0xFFFFFF) - (1 << 23);
        const int32_t index = snap_param(param, raw, precision, extent);
        assert_in_range(index - param.lo, 0, param.hi - param.lo);
        assert_int_equal(snap_param(param, index, precision, extent), index);
        assert_int_equal(index & ((1 << param_shift(param.id, precision, extent)) - 1), 0);
      }
    }
  }
  for (int32_t c = -600; c <= 600; ++c) {
    for (int32_t level_class = 0; level_class < 2; ++level_class) {
      const int32_t snapped = snap_contrast(c, level_class);
      assert_int_equal(snap_contrast(snapped, level_class), snapped);
      assert_in_range(snapped + kMaxContrast, 0, 2 * kMaxContrast);
    }
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(square_roots_are_floors),
      cmocka_unit_test(sines_are_close_and_odd),
      cmocka_unit_test(angles_and_exponentials_are_close),
      cmocka_unit_test(hann_weights_rise_and_lerps_are_exact),
      cmocka_unit_test(axis_positions_cover_the_grid),
      cmocka_unit_test(seeds_and_hashes_are_frozen),
      cmocka_unit_test(grids_snap_to_themselves),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
