// The search for a quality on curves of known shape: the bound is kept where it can be, in six passes at
// most.
#include "support/cmocka_cpp.h"

#include <cmath>
#include <functional>

#include "enc/rate_control.h"
#include "enc/target_search.h"

namespace {

using pc15::enc::Target;
using pc15::enc::TargetSearch;

// Bytes by the quantiser's step, as an encoder gives them: the same step is the same file.
using Curve = std::function<double(double quality)>;

double stepped(double quality) {
  return pc15::enc::quality_from_step16(pc15::enc::step16_from_quality(quality));
}

struct Answer {
  double bytes;
  int32_t passes;
};

Answer run(const Curve& curve, double wanted, double first) {
  TargetSearch search({Target::Kind::kBytes, wanted}, first);
  Answer answer{0, 0};
  while (!search.done()) {
    const double bytes = std::floor(curve(stepped(search.quality())));
    if (search.add(static_cast<uint64_t>(bytes), 0, 0)) answer.bytes = bytes;
  }
  answer.passes = search.passes();
  return answer;
}

void check(const Curve& curve, double tolerance) {
  for (const double first : {0.0, 37.0, 60.0, 100.0}) {
    for (double at = 2; at < 99; at += 3.7) {
      const double wanted = std::ceil(curve(at));
      const Answer answer = run(curve, wanted, first);
      assert_in_range(answer.passes, 1, TargetSearch::kMaxPasses);
      assert_true(answer.bytes <= wanted);
      assert_true(answer.bytes >= (1 - tolerance) * wanted);
    }
  }
}

void straight(void**) {
  for (const double rise : {0.02, 0.045, 0.09}) {
    check([rise](double q) { return 20000 * std::exp(rise * q); }, 0.035);
  }
}

void bent(void**) {
  check([](double q) { return 900 + 300 * std::exp(0.05 * q); }, 0.05);  // a part that nothing shrinks
  check([](double q) { return 4000 * std::exp(0.03 * q + 0.0003 * q * q); }, 0.05);
}

// Above the jump a picture is stored without loss, at one size.
void plateau(void**) {
  check([](double q) { return q < 55 ? 3000 * std::exp(0.03 * q) : 20000.0; }, 0.4);
}

// Flat, and at last a drop: only the end of the scale keeps the bound.
void cliff(void**) {
  const Curve curve = [](double q) { return q < 1 ? 900.0 : 1005.0; };
  for (const double first : {30.0, 60.0, 100.0}) assert_true(run(curve, 1000, first).bytes == 900);
}

void out_of_reach(void**) {
  const Curve curve = [](double q) { return 5000 * std::exp(0.04 * q); };
  assert_true(std::abs(run(curve, 100, 60).bytes - 5000) < 50);
  assert_true(run(curve, 1e9, 60).bytes > 5000 * std::exp(3.9));
}

void likeness(void**) {
  TargetSearch search({Target::Kind::kSsim, 0.95}, 60);
  double found = 0;
  while (!search.done()) {
    const double ssim = 1 - std::pow(10, -(3 + 0.22 * stepped(search.quality())) / 10);
    if (search.add(1, 0, ssim)) found = ssim;
  }
  assert_true(found >= 0.95 && found < 0.952);
  TargetSearch exact({Target::Kind::kPsnr, 45}, 60);  // a picture that always comes back exactly
  while (!exact.done()) exact.add(1, INFINITY, 1);
  assert_in_range(exact.passes(), 1, TargetSearch::kMaxPasses);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {cmocka_unit_test(straight),     cmocka_unit_test(bent),
                              cmocka_unit_test(plateau),      cmocka_unit_test(cliff),
                              cmocka_unit_test(out_of_reach), cmocka_unit_test(likeness)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
