// Arithmetic that the device does sample by sample against its definition block by block: every mode, size
// and state of the references of intra prediction.
#include <random>

#include "backend/cuda/predict_sample.h"
#include "support/cmocka_cpp.h"

namespace {

using namespace pc15;
using backend::cuda::ReferenceLines;
using backend::device::LeafRecord;

void fill(std::mt19937& random, int32_t kind, ReferenceLines* lines) {
  for (int32_t i = 0; i < 65; ++i) {
    const uint32_t a = static_cast<uint32_t>(random()), b = static_cast<uint32_t>(random());
    lines->above[i] = static_cast<Pixel>(kind == 0 ? a : kind == 1 ? (a & 1) * 255 : 100 + a % 3);
    lines->left[i] = static_cast<Pixel>(kind == 0 ? b : kind == 1 ? (b & 1) * 255 : 100 + b % 3);
  }
  lines->left[0] = lines->above[0];
}

void compare(const LeafRecord& leaf, const ReferenceLines& lines) {
  Pixel line[normative::kReferenceBefore + normative::kReferenceAfter], wanted[32 * 32];
  Pixel above[65 + 8], left[65 + 8];
  std::copy(lines.above, lines.above + 65, above);
  std::copy(lines.left, lines.left + 65, left);
  const normative::References refs{above + 1, left + 1, leaf.above > 0, leaf.left > 0};
  const int32_t w = 1 << leaf.log2w, h = 1 << leaf.log2h;
  normative::predict_intra(leaf.mode, leaf.delta, refs, leaf.log2w, leaf.log2h, line, wanted, w);
  const int32_t dc = backend::cuda::dc_of(lines, leaf.above > 0, leaf.left > 0, w, h);
  for (int32_t y = 0; y < h; ++y) {
    for (int32_t x = 0; x < w; ++x)
      assert_int_equal(backend::cuda::predict_sample(leaf, lines, dc, x, y), wanted[y * w + x]);
  }
}

void every_mode_predicts_as_defined(void**) {
  std::mt19937 random(15);
  for (int32_t mode = 0; mode < normative::kLumaModes; ++mode) {
    const int32_t deltas = mode >= normative::kModeFirstGroup ? normative::group_size(mode) : 1;
    for (int32_t shape = 0; shape < 16 * deltas; ++shape) {
      LeafRecord leaf;
      leaf.mode = static_cast<uint8_t>(mode);
      leaf.delta = static_cast<uint8_t>(shape / 16);
      leaf.log2w = static_cast<uint8_t>(2 + shape % 4);
      leaf.log2h = static_cast<uint8_t>(2 + shape / 4 % 4);
      for (int32_t trial = 0; trial < 12; ++trial) {
        ReferenceLines lines;
        fill(random, trial % 3, &lines);
        leaf.above = trial & 4 ? 4 : 0;
        leaf.left = trial & 8 ? 4 : 0;
        compare(leaf, lines);
      }
    }
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {cmocka_unit_test(every_mode_predicts_as_defined)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
