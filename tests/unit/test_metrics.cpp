// The metrics against scikit-image and against direct formulas (tests/support/metrics_reference.py).
#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

extern "C" {
#include <cmocka.h>
}

#include "metrics/metrics.h"

namespace {

using pc15::Code;
using pc15::Memory;
using pc15::Pixel;
using pc15::PlaneView;
using pc15::Vector;
namespace metrics = pc15::metrics;

struct Reference {
  int32_t width, height;
  double mse, ssim, ms_ssim;
};

constexpr Reference kReferences[] = {
    // Printed by tests/support/metrics_reference.py with scikit-image 0.26.0, scipy 1.17.1, numpy 2.4.6.
    {64, 48, 52.498697916666664, 0.9570559113476599, 0.993057361103401},
    {11, 11, 45.98347107438016, 0.9598527488994534, 0.9598527488994526},
    {12, 40, 50.43125, 0.9571825614026348, 0.9571825614026336},
    {200, 176, 50.869204545454544, 0.9706021320506205, 0.9969596031212258},
    {333, 181, 50.932971645678826, 0.9701604946673106, 0.9969379242693912},
    {97, 23, 52.27252353204841, 0.9654305864349662, 0.989679297852067},
    {7, 30, 51.96666666666667, 0.9143675837324573, 0.9143675837324573},
    {30, 7, 47.733333333333334, 0.9358852115587949, 0.9358852115587949},
    {1, 1, 0.0, 1.0, 1.0},
    {3, 2, 27.5, 0.8693732704018049, 0.8693732704018049},
    {1, 40, 54.65, 0.9172731027224383, 0.9172731027224383},
};

uint32_t hash32(uint32_t n) {
  n = (n ^ (n >> 16)) * 0x7FEB352Du;
  n = (n ^ (n >> 15)) * 0x846CA68Bu;
  return n ^ (n >> 16);
}

// The two images of the reference script, with a stride wider than the row.
struct Pair {
  Pair(Memory& memory, int32_t width, int32_t height)
      : stride(width + 5),
        first(memory, static_cast<size_t>(stride) * static_cast<size_t>(height), Pixel{77}),
        second(memory, first.size(), Pixel{11}), a{first.data(), width, height, stride}, b{second.data(),
                                                                                           width, height,
                                                                                           stride} {
    for (int32_t y = 0; y < height; ++y) {
      for (int32_t x = 0; x < width; ++x) {
        const uint32_t n = hash32(static_cast<uint32_t>(y * 4096 + x));
        const int32_t value = (x * 2 + y + ((x / 8 + y / 8) % 2) * 60 + static_cast<int32_t>(n % 32)) % 256;
        const int32_t noisy = value + static_cast<int32_t>(n / 256 % 25) - 12;
        a.at(x, y) = static_cast<Pixel>(value);
        b.at(x, y) = static_cast<Pixel>(noisy < 0 ? 0 : noisy > 255 ? 255 : noisy);
      }
    }
  }
  int64_t stride;
  Vector<Pixel> first, second;
  PlaneView<Pixel> a, b;
};

void assert_close(double actual, double expected, double tolerance) {
  if (!(std::fabs(actual - expected) <= tolerance)) {
    fail_msg("%.17g is not within %g of %.17g", actual, tolerance, expected);
  }
}

void test_references(void**) {
  for (const Reference& r : kReferences) {
    Memory memory;
    const Pair pair(memory, r.width, r.height);
    double value = -1;
    assert_true(metrics::mse(pair.a, pair.b, &value).ok());
    assert_close(value, r.mse, 1e-12);
    assert_true(metrics::ssim(pair.a, pair.b, memory, &value).ok());
    assert_close(value, r.ssim, 1e-11);
    assert_true(metrics::ms_ssim(pair.a, pair.b, memory, &value).ok());
    assert_close(value, r.ms_ssim, 1e-11);
  }
}

// The figures of an encode come from a pool, some rows at a time, and have to be those of the serial
// functions to the last bit. Rows that are not to be read any more are not there.
void test_rolling_changes_nothing(void**) {
  const int32_t sizes[][2] = {{1, 1}, {70, 9}, {40, 300}, {123, 1001}};
  for (const auto& size : sizes) {
    Memory memory;
    const Pair pair(memory, size[0], size[1]);
    double ssim = 0, psnr = 0;
    assert_true(metrics::ssim(pair.a, pair.b, memory, &ssim).ok());
    assert_true(metrics::psnr(pair.a, pair.b, &psnr).ok());
    for (const int32_t threads : {1, 2, 5}) {
      pc15::ThreadPool pool(threads);
      for (const int32_t step : {7, 184, 2000}) {
        metrics::RollingQuality quality(size[0], size[1]);
        for (int32_t last = std::min(step, size[1]), before = 0;; last = std::min(last + step, size[1])) {
          const int32_t top = std::max(0, before - metrics::RollingQuality::kReach);
          pc15::Vector<Pixel> part(memory);  // of a; of b all rows but in another place
          for (int32_t y = top; y < last; ++y)
            part.insert(part.end(), pair.a.row(y), pair.a.row(y) + size[0]);
          quality.add({{part.data(), size[0], last - top, size[0]}, top}, {pair.b, 0}, last, pool, memory);
          if (last == size[1]) break;
          before = last;
        }
        assert_true(quality.ssim() == ssim);
        assert_true(quality.psnr() == psnr);
      }
    }
  }
}

void test_symmetric(void**) {
  Memory memory;
  const Pair pair(memory, 70, 33);
  double forth = 0, back = 0;
  assert_true(metrics::ssim(pair.a, pair.b, memory, &forth).ok());
  assert_true(metrics::ssim(pair.b, pair.a, memory, &back).ok());
  assert_true(forth == back);
}

void test_identity_is_exact(void**) {
  const int32_t sizes[][2] = {{1, 1}, {5, 9}, {11, 11}, {40, 10}, {180, 179}};
  for (const auto& size : sizes) {
    Memory memory;
    const Pair pair(memory, size[0], size[1]);
    double value = -1;
    assert_true(metrics::mse(pair.a, pair.a, &value).ok());
    assert_true(value == 0);
    assert_true(metrics::psnr(pair.a, pair.a, &value).ok());
    assert_true(std::isinf(value) && value > 0);
    assert_true(metrics::ssim(pair.a, pair.a, memory, &value).ok());
    assert_true(value == 1);
    assert_true(metrics::ms_ssim(pair.a, pair.a, memory, &value).ok());
    assert_true(value == 1);
    assert_true(metrics::distortion_mix(pair.a, pair.a, 0.5, memory, &value).ok());
    assert_true(value == 0);
  }
}

void test_extremes(void**) {
  Memory memory;
  Vector<Pixel> black(memory, 400, Pixel{0}), white(memory, 400, Pixel{255});
  const PlaneView<const Pixel> a{black.data(), 20, 20, 20}, b{white.data(), 20, 20, 20};
  double value = -1;
  assert_true(metrics::mse(a, b, &value).ok());
  assert_true(value == 65025);
  assert_true(metrics::psnr(a, b, &value).ok());
  assert_close(value, 0, 1e-12);
  // Flat planes: the luminance term alone, C1 / (255^2 + C1).
  assert_true(metrics::ssim(a, b, memory, &value).ok());
  assert_close(value, 6.5025 / (65025 + 6.5025), 1e-9);
  assert_true(metrics::distortion_mix(a, b, 0, memory, &value).ok());
  assert_true(value == 1);
}

void test_negative_structure_counts_as_zero(void**) {
  Memory memory;
  Vector<Pixel> first(memory, 32 * 32), second(memory, 32 * 32);
  for (int32_t i = 0; i < 32 * 32; ++i) {
    const bool on = (i % 32 + i / 32) % 2 != 0;
    first[static_cast<size_t>(i)] = on ? 200 : 50;
    second[static_cast<size_t>(i)] = on ? 50 : 200;
  }
  const PlaneView<const Pixel> a{first.data(), 32, 32, 32}, b{second.data(), 32, 32, 32};
  double value = -1;
  assert_true(metrics::ssim(a, b, memory, &value).ok());
  assert_true(value < -0.9);
  assert_true(metrics::ms_ssim(a, b, memory, &value).ok());
  assert_true(value == 0);
}

void test_mix_weighs_its_parts(void**) {
  Memory memory;
  const Pair pair(memory, 64, 48);
  double value = -1;
  assert_true(metrics::distortion_mix(pair.a, pair.b, 0.25, memory, &value).ok());
  assert_close(value, 0.25 * (1 - 0.9570559113476599) + 0.75 * 52.498697916666664 / 65025, 1e-11);
  assert_true(metrics::distortion_mix(pair.a, pair.b, 1.5, memory, &value).code() == Code::kInvalidArgument);
  assert_true(metrics::distortion_mix(pair.a, pair.b, NAN, memory, &value).code() == Code::kInvalidArgument);
}

void test_bad_planes_are_refused(void**) {
  Memory memory;
  const Pair pair(memory, 20, 20);
  double value = -1;
  const PlaneView<const Pixel> narrow{pair.first.data(), 19, 20, 20}, low{pair.first.data(), 20, 19, 20};
  const PlaneView<const Pixel> empty{pair.first.data(), 0, 20, 20}, missing{nullptr, 20, 20, 20};
  for (const PlaneView<const Pixel>& other : {narrow, low, empty, missing}) {
    assert_true(metrics::mse(pair.a, other, &value).code() == Code::kInvalidArgument);
    assert_true(metrics::psnr(other, pair.a, &value).code() == Code::kInvalidArgument);
    assert_true(metrics::ssim(other, pair.a, memory, &value).code() == Code::kInvalidArgument);
    assert_true(metrics::ms_ssim(pair.a, other, memory, &value).code() == Code::kInvalidArgument);
    assert_true(metrics::distortion_mix(pair.a, other, 0.5, memory, &value).code() == Code::kInvalidArgument);
  }
  assert_true(value == -1);
}

void test_memory_is_counted_and_returned(void**) {
  Memory memory;
  {
    const Pair pair(memory, 200, 176);
    const uint64_t before = memory.in_use();
    double value = -1;
    assert_true(metrics::ms_ssim(pair.a, pair.b, memory, &value).ok());
    assert_true(memory.in_use() == before);
    assert_true(memory.peak() > before);
    memory.set_budget(before + 1000);
    bool refused = false;
    try {
      (void)metrics::ssim(pair.a, pair.b, memory, &value);
    } catch (const std::bad_alloc&) {
      refused = true;
    }
    assert_true(refused && memory.budget_refused());
    assert_true(memory.in_use() == before);
  }
  assert_true(memory.in_use() == 0);
}

void test_luma(void**) {
  const uint8_t rgb[] = {0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30};
  const Pixel expected[] = {0, 255, 76, 150, 29, 18};  // 0.299 R + 0.587 G + 0.114 B, rounded
  Pixel out[6];
  metrics::luma_row(rgb, 3, 6, out);
  assert_memory_equal(out, expected, sizeof(out));
  const uint8_t rgba[] = {255, 0, 0, 9, 10, 20, 30, 200};
  metrics::luma_row(rgba, 4, 2, out);
  assert_int_equal(out[0], 76);
  assert_int_equal(out[1], 18);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_references),
      cmocka_unit_test(test_rolling_changes_nothing),
      cmocka_unit_test(test_symmetric),
      cmocka_unit_test(test_identity_is_exact),
      cmocka_unit_test(test_extremes),
      cmocka_unit_test(test_negative_structure_counts_as_zero),
      cmocka_unit_test(test_mix_weighs_its_parts),
      cmocka_unit_test(test_bad_planes_are_refused),
      cmocka_unit_test(test_memory_is_counted_and_returned),
      cmocka_unit_test(test_luma),
  };
  return cmocka_run_group_tests_name("metrics", tests, nullptr, nullptr);
}
