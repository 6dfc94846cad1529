// Every table of the encoder's kernels, and levels of every table of operations, against the plain functions
// they stand for, on random, flat and extreme samples: all sizes and transform types.
#include "support/cmocka_cpp.h"

#include <algorithm>
#include <cstring>
#include <random>

#include "backend/backend.h"
#include "backend/intra.h"
#include "block_samples.h"
#include "enc/coefficients.h"
#include "enc/forward_transform.h"
#include "enc/satd.h"
#include "entropy/bit_cost.h"
#include "entropy/cell_header.h"
#include "normative/transform.h"

namespace {

using namespace pc15;

template <typename Check>
void for_each_kernels(Check check) {
  for (const enc::Kernels* k : enc::all_kernels()) check(*k);
}

void hadamard_sums(void**) {
  std::mt19937 random(2);
  for_each_size([&](int32_t log2w, int32_t log2h) {
    const int32_t w = 1 << log2w, h = 1 << log2h;
    for (int32_t trial = 0; trial < 200; ++trial) {
      Pixel a[48 * 32], b[1024], turned_a[1024], turned_b[1024];
      fill(random, a, 48 * 32);
      fill(random, b, 1024);
      if (trial == 0) std::memset(a, 255, sizeof(a));
      if (trial == 0) std::memset(b, 0, sizeof(b));
      const int32_t plain = enc::satd_plain(a, 48, b, w, w, h);
      backend::transpose_block(a, 48, w, h, turned_a);
      backend::transpose_block(b, w, w, h, turned_b);
      for_each_kernels([&](const enc::Kernels& k) {
        assert_int_equal(k.satd(a, 48, b, w, w, h), plain);
        assert_int_equal(k.satd(turned_a, h, turned_b, h, h, w), plain);
      });
    }
  });
}

void coefficient_sums(void**) {
  std::mt19937 random(4);
  for (int32_t trial = 0; trial < 3000; ++trial) {
    const int32_t area = 16 << (trial % 7),
                  step16 = trial % 11 == 0 ? 65535 : 1 + static_cast<int32_t>(random() % 2000);
    const uint32_t range = trial % 3 == 0 ? (1u << 18) - 1 : 1 + static_cast<uint32_t>(random() % 8000);
    int32_t coefs[1024];
    for (int32_t i = 0; i < area; ++i) {
      coefs[i] =
          static_cast<int32_t>(static_cast<uint32_t>(random()) % range) - static_cast<int32_t>(range / 2);
      if (random() % 8 == 0) coefs[i] = (step16 * 10 + 31) / 32 - static_cast<int32_t>(random() % 2);
    }
    const enc::CoefficientSums a = enc::coefficient_sums_plain(coefs, area, step16);
    uint32_t expected[32], marks[33];
    const int64_t squares = enc::mark_coded_plain(coefs, area, step16, expected);
    for_each_kernels([&](const enc::Kernels& k) {
      const enc::CoefficientSums b = k.coefficient_sums(coefs, area, step16);
      assert_true(a.squares == b.squares);
      assert_int_equal(a.count, b.count);
      assert_int_equal(a.magnitudes, b.magnitudes);
      const size_t words = static_cast<size_t>((area + 31) / 32);
      std::memset(marks, 0xa5, sizeof(marks));
      assert_true(k.mark_coded(coefs, area, step16, marks) == squares);
      assert_memory_equal(marks, expected, sizeof(uint32_t) * words);
      assert_int_equal(marks[words], 0xa5a5a5a5u);
    });
  }
}

void differences(void**) {
  std::mt19937 random(5);
  for_each_size([&](int32_t log2w, int32_t log2h) {
    const int32_t w = 1 << log2w, h = 1 << log2h;
    Pixel a[40 * 32], b[36 * 32];
    fill(random, a, 40 * 32);
    fill(random, b, 36 * 32);
    for_each_kernels([&](const enc::Kernels& k) {
      int16_t expected[1024], out[1025];
      out[w * h] = 0x5a5a;
      enc::subtract_plain(a, 40, b, 36, w, h, expected);
      k.subtract(a, 40, b, 36, w, h, out);
      assert_memory_equal(out, expected, sizeof(int16_t) * static_cast<size_t>(w * h));
      assert_int_equal(out[w * h], 0x5a5a);
    });
  });
}

void symbol_costs(void**) {
  std::mt19937 random(7);
  for (int32_t trial = 0; trial < 3000; ++trial) {
    const int32_t size = 2 + static_cast<int32_t>(random() % 15);
    entropy::AdaptiveCdf cdf;
    entropy::cdf_init_uniform(&cdf, size);
    const int32_t favourite = static_cast<int32_t>(random() % static_cast<uint32_t>(size));
    for (uint32_t i = 0; i < random() % 400; ++i) {
      const int32_t other = static_cast<int32_t>(random() % static_cast<uint32_t>(size));
      entropy::cdf_update(&cdf, trial % 2 == 0 ? favourite : other, 4 + trial % 4);
    }
    for_each_kernels([&](const enc::Kernels& k) {
      uint16_t costs[16];
      k.symbol_costs(cdf, costs);
      for (int32_t s = 0; s < size; ++s) assert_int_equal(costs[s], entropy::symbol_cost(cdf, s));
    });
  }
}

void squared_errors(void**) {
  std::mt19937 random(6);
  static Pixel a[70000 * 2], b[70000 * 2];
  for (int32_t trial = 0; trial < 60; ++trial) {
    const bool wide = trial % 10 == 0;  // beyond what lanes of 32 bits hold
    const int32_t w = wide ? 70000 - trial : 1 + static_cast<int32_t>(random() % 300);
    const int32_t h = wide ? 2 : 1 + static_cast<int32_t>(random() % 20);
    fill(random, a, w * h);
    fill(random, b, w * h);
    if (trial % 20 == 0) std::memset(a, 255, sizeof(a));
    if (trial % 20 == 0) std::memset(b, 0, sizeof(b));
    const PlaneView<const Pixel> u{a, w, h, w}, v{b, w, h, w};
    for_each_kernels(
        [&](const enc::Kernels& k) { assert_true(k.squared_error(u, v) == enc::squared_error_plain(u, v)); });
  }
}

void forward_transforms(void**) {
  std::mt19937 random(3);
  for_each_size([&](int32_t log2w, int32_t log2h) {
    const int32_t n = 1 << (log2w + log2h);
    for (int32_t type = 0; type < normative::kTransformTypes; ++type) {
      if (type != normative::kDctDct && (log2w > 4 || log2h > 4)) continue;
      for (int32_t trial = 0; trial < 100; ++trial) {
        int16_t residual[1024];
        int32_t expected[1024], out[1024];
        const uint32_t range = trial % 3 == 0 ? 2 : trial % 3 == 1 ? 17 : 511;
        for (int32_t i = 0; i < n; ++i) {
          const uint32_t r = static_cast<uint32_t>(random()) % range;
          residual[i] = static_cast<int16_t>(trial < 2    ? (trial == 0 ? 255 : -255)
                                             : range == 2 ? static_cast<int32_t>(r) * 510 - 255
                                                          : static_cast<int32_t>(r - range / 2));
        }
        enc::forward_transform_plain(residual, log2w, log2h, type, expected);
        for_each_kernels([&](const enc::Kernels& k) {
          k.forward_transform(residual, log2w, log2h, type, out);
          assert_memory_equal(out, expected, sizeof(int32_t) * static_cast<size_t>(n));
        });
      }
    }
  });
}

// What a decoder of levels leaves behind.
struct Decoded {
  int32_t sum;
  bool good;
  uint32_t slot;
  int16_t levels[1024];
  entropy::CellModels models;
};

// One block after the other from a stream until the stream is used up, and one more.
template <typename Check>
void decode_blocks(ByteSpan stream, const entropy::CellModels& models, uint32_t seed, Check check) {
  static Decoded expected, got;
  expected.models = got.models = models;
  entropy::SymbolDecoder plain(stream, entropy::kCellRate), coder = plain;
  std::mt19937 random(seed);
  while (plain.good()) {
    const int32_t log2w = 2 + static_cast<int32_t>(random() % 4);
    const int32_t log2h = std::min(5, std::max(2, log2w - 2 + static_cast<int32_t>(random() % 5)));
    const uint32_t area = 1u << (log2w + log2h);
    const int32_t eob = 1 + static_cast<int32_t>(random() % (random() % 3 == 0 ? area : std::min(area, 12u)));
    uint8_t map[entropy::kMagnitudeMapBytes];
    std::memset(expected.levels, 0x55, sizeof(expected.levels));
    std::memset(got.levels, 0x55, sizeof(got.levels));
    expected.sum = entropy::code_levels(plain, expected.models, log2w, log2h, eob, expected.levels, map);
    std::memset(map, 0x77, sizeof(map));
    got.sum = check(coder, got.models, log2w, log2h, eob, got.levels, map);
    expected.good = plain.good(), expected.slot = plain.slot();
    got.good = coder.good(), got.slot = coder.slot();
    assert_memory_equal(&got, &expected, sizeof(got));
  }
}

// Random bytes are symbols as often as the models expect them: those of the frozen tables, and even ones,
// which have escapes of every length.
void levels(void**) {
  std::mt19937 random(8);
  static entropy::CellModels models;
  for (uint32_t trial = 0; trial < 40; ++trial) {
    uint8_t stream[1 << 12];
    for (uint8_t& b : stream) b = static_cast<uint8_t>(random());
    entropy::init_models(static_cast<int32_t>(trial & 1), static_cast<int32_t>(trial % entropy::kTableSets),
                         &models);
    if (trial % 4 == 3) {
      for (entropy::AdaptiveCdf& cdf : models.level) entropy::cdf_init_uniform(&cdf, cdf.size);
    }
    for (const backend::Operations* o : backend::all_operations()) {
      decode_blocks({stream, sizeof(stream) - trial % 3}, models, trial, o->decode_levels);
    }
  }
}

// The largest levels, and one that no stream may have.
void largest_levels(void**) {
  static entropy::CellModels models;
  entropy::init_models(entropy::kFamilyLuma, 0, &models);
  Memory memory;
  entropy::SymbolEncoder encoder(memory, entropy::kCellRate);
  int16_t coded[16] = {32767, -32767, 15, -14, INT16_MIN, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1};
  uint8_t map[entropy::kMagnitudeMapBytes];
  entropy::CellModels scratch = models;
  entropy::code_levels(encoder, scratch, 2, 2, 16, coded, map);
  Vector<uint8_t> stream(memory);
  encoder.finish(&stream);
  coded[4] = -32767;
  for (const backend::Operations* o : backend::all_operations()) {
    entropy::SymbolDecoder coder({stream.data(), stream.size()}, entropy::kCellRate);
    int16_t levels[16];
    scratch = models;
    const int32_t sum = o->decode_levels(coder, scratch, 2, 2, 16, levels, map);
    assert_memory_equal(levels, coded, sizeof(levels));
    assert_int_equal(sum, 3 * 32767 + 15 + 14 + 2);
    assert_false(coder.good());
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(hadamard_sums),
      cmocka_unit_test(coefficient_sums),
      cmocka_unit_test(forward_transforms),
      cmocka_unit_test(differences),
      cmocka_unit_test(symbol_costs),
      cmocka_unit_test(squared_errors),
      cmocka_unit_test(levels),
      cmocka_unit_test(largest_levels),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
