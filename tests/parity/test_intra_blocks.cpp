// Intra prediction of every table of operations against the plain functions it stands for, on random, flat
// and extreme samples: all modes and sizes.
#include "support/cmocka_cpp.h"

#include <cstring>
#include <random>

#include "backend/backend.h"
#include "backend/intra.h"
#include "block_samples.h"
#include "normative/predict.h"

namespace {

using namespace pc15;

backend::ReferenceBuffer random_references(std::mt19937& random, int32_t n, uint32_t sides) {
  backend::ReferenceBuffer refs;
  std::memset(&refs, 0x5a, sizeof(refs));
  Pixel* const above = refs.above + normative::kReferenceBefore;
  Pixel* const left = refs.left + normative::kReferenceBefore;
  fill(random, above - 1, n + 1);
  fill(random, left - 1, n + 1);
  left[-1] = above[-1];
  refs.view = {above, left, (sides & 1) != 0, (sides & 2) != 0};
  return refs;
}

void check_mode(const backend::Operations& o, backend::ReferenceBuffer& refs, int32_t mode, int32_t delta,
                int32_t log2w, int32_t log2h) {
  const int32_t w = 1 << log2w, h = 1 << log2h;
  Pixel line[normative::kReferenceBefore + normative::kReferenceAfter], expected[1024], out[40 * 32],
      turned[1024];
  normative::predict_intra(mode, delta, refs.view, log2w, log2h, line, expected, w);
  for (const int32_t stride : {w, w + 8}) {
    std::memset(out, 0xa5, sizeof(out));
    o.predict_intra(mode, delta, refs, log2w, log2h, out, stride);
    for (int32_t y = 0; y < h; ++y) {
      assert_memory_equal(out + y * stride, expected + y * w, static_cast<size_t>(w));
      if (stride > w) assert_int_equal(out[y * stride + w], 0xa5);
    }
  }
  if (!backend::predicts_turned(mode, delta)) return;
  o.predict_turned(mode, delta, refs, log2w, log2h, turned);
  for (int32_t i = 0; i < w * h; ++i) assert_int_equal(turned[(i % w) * h + i / w], expected[i]);
}

void intra_prediction(void**) {
  std::mt19937 random(1);
  for_each_size([&](int32_t log2w, int32_t log2h) {
    for (uint32_t trial = 0; trial < 32; ++trial) {
      const backend::ReferenceBuffer refs = random_references(random, (1 << log2w) + (1 << log2h), trial % 4);
      for (int32_t mode = 0; mode <= normative::kModeLastGroup; ++mode) {
        const int32_t deltas = mode < normative::kModeFirstGroup ? 1 : normative::group_size(mode);
        for (int32_t delta = 0; delta < deltas; ++delta) {
          for (const backend::Operations* o : backend::all_operations()) {
            backend::ReferenceBuffer own = refs;  // its margins are scratch; its views must point into itself
            own.view.above = own.above + normative::kReferenceBefore;
            own.view.left = own.left + normative::kReferenceBefore;
            check_mode(*o, own, mode, delta, log2w, log2h);
          }
        }
      }
    }
  });
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {cmocka_unit_test(intra_prediction)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
