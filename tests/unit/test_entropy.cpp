// The entropy coder: round trips, the vector form against the portable one, wrong lengths.
#include "support/cmocka_cpp.h"

#include <cmath>
#include <random>
#include <vector>

#include "entropy/cell_models.h"
#include "entropy/cell_syntax.h"
#include "entropy/coder.h"
#include "entropy/scan.h"
#include "support/portable_cdf.h"

namespace {

using namespace pc15;
using namespace pc15::entropy;

struct Item {
  int32_t model;  // < 0: raw bits
  int32_t value;  // symbol, or the raw value
  int32_t bits;
};

std::vector<Item> random_items(std::mt19937& random, size_t count) {
  std::vector<Item> items(count);
  for (Item& i : items) {
    if (random() % 4 == 0) {
      i.model = -1;
      i.bits = 1 + static_cast<int32_t>(random() % 15);
      i.value = static_cast<int32_t>(random() & ((1u << i.bits) - 1));
    } else {
      i.model = static_cast<int32_t>(random() % 15);
      const int32_t size = i.model + 2;
      const int32_t draw = static_cast<int32_t>(random() % static_cast<uint32_t>(size));
      i.value = random() % 3 == 0 ? draw : draw / 3;
      i.bits = 0;
    }
  }
  return items;
}

void init(AdaptiveCdf* models) {
  for (int32_t i = 0; i < 15; ++i) cdf_init_uniform(&models[i], i + 2);
}

void encode(const std::vector<Item>& items, Vector<uint8_t>* out) {
  SymbolEncoder encoder(out->memory());
  AdaptiveCdf models[15];
  init(models);
  for (const Item& i : items) {
    if (i.model < 0) {
      encoder.bits(static_cast<uint32_t>(i.value), i.bits);
    } else {
      encoder.symbol(models[i.model], i.value);
    }
  }
  encoder.finish(out);
}

// Number of items that come back right; *finished as the decoder says.
size_t decode(ByteSpan bytes, const std::vector<Item>& items, bool* finished) {
  SymbolDecoder decoder(bytes);
  AdaptiveCdf models[15];
  init(models);
  size_t right = 0;
  for (const Item& i : items) {
    const int32_t v =
        i.model < 0 ? static_cast<int32_t>(decoder.bits(i.bits)) : decoder.symbol(models[i.model]);
    right += v == i.value ? 1 : 0;
  }
  *finished = decoder.finished();
  return right;
}

void streams_come_back(void**) {
  Memory memory;
  std::mt19937 random(1);
  for (const size_t count : {size_t{0}, size_t{1}, size_t{2}, size_t{17}, size_t{1000}, size_t{50000}}) {
    const std::vector<Item> items = random_items(random, count);
    Vector<uint8_t> bytes(memory);
    encode(items, &bytes);
    assert_int_equal(bytes.empty(), count == 0);
    bool finished = false;
    assert_int_equal(decode(ByteSpan(bytes), items, &finished), count);
    assert_true(finished);
  }
}

void wrong_lengths_are_noticed(void**) {
  Memory memory;
  std::mt19937 random(2);
  const std::vector<Item> items = random_items(random, 400);
  Vector<uint8_t> bytes(memory);
  encode(items, &bytes);
  bool finished = true;
  for (size_t cut = 1; cut < bytes.size(); ++cut) {
    decode(ByteSpan(bytes.data(), cut), items, &finished);
    assert_false(finished);
  }
  Vector<uint8_t> longer(bytes);
  longer.push_back(0);
  longer.push_back(0);
  decode(ByteSpan(longer), items, &finished);
  assert_false(finished);
}

void vector_form_equals_portable_form(void**) {
  std::mt19937 random(3);
  for (int32_t size = 2; size <= kMaxSymbols; ++size) {
    AdaptiveCdf a, b;
    cdf_init_uniform(&a, size);
    cdf_init_uniform(&b, size);
    for (int32_t step = 0; step < 20000; ++step) {
      const uint32_t slot = step % 97 == 0 ? kProbOne - 1 : step % 89 == 0 ? 0 : random() % kProbOne;
      const int32_t symbol = cdf_find(a, slot);
      assert_int_equal(symbol, portable_cdf_find(b, slot));
      assert_true(cdf_start(a, symbol) <= slot && slot < cdf_end(a, symbol));
      // Long runs of one symbol drive the others to their smallest frequency.
      const int32_t coded = step / 500 % 2 == 0 ? symbol : step / 1000 % size;
      const int32_t rate = 4 + step % 4;
      cdf_update(&a, coded, rate);
      portable_cdf_update(&b, coded, rate);
      assert_memory_equal(a.lane, b.lane, sizeof(a.lane));
      assert_int_equal(a.count, b.count);
      for (int32_t s = 0; s < size; ++s) assert_true(cdf_end(a, s) > cdf_start(a, s));
    }
  }
}

void costs_are_logarithms(void**) {
  for (uint32_t f = 1; f <= kProbOne; ++f) {
    const double bits = 15.0 - std::log2(static_cast<double>(f));
    assert_true(std::fabs(bits - frequency_cost(f) / 1024.0) < 0.007);
  }
}

void scans_visit_every_position_once(void**) {
  for (int32_t log2w = 2; log2w <= 5; ++log2w) {
    for (int32_t log2h = 2; log2h <= 5; ++log2h) {
      if (log2w - log2h > 2 || log2h - log2w > 2) continue;
      const int32_t w = 1 << log2w, h = 1 << log2h;
      const ScanEntry* scan = scan_table(log2w, log2h);
      std::vector<bool> seen(static_cast<size_t>(w * h), false);
      int32_t previous = -1;
      for (int32_t i = 0; i < w * h; ++i) {
        const int32_t x = scan[i].raster % w, y = scan[i].raster / w;
        assert_false(seen[scan[i].raster]);
        seen[scan[i].raster] = true;
        assert_int_equal(scan[i].padded, y * (w + 2) + x);
        const int32_t key = x * (64 / w) + y * (64 / h);
        assert_true(key >= previous);
        previous = key;
      }
    }
  }
}

void frozen_tables_are_distributions(void**) {
  for (int32_t family = 0; family < kFamilies; ++family) {
    for (int32_t set = 0; set < kTableSets; ++set) {
      CellModels models;
      init_models(family, set, &models);
      const AdaptiveCdf* m = model_array(&models);
      for (int32_t i = 0; i < kModelCount; ++i) {
        assert_int_equal(m[i].size, model_size(family, i));
        assert_true(m[i].count <= kCountMax);
        for (int32_t s = 0; s < m[i].size; ++s) assert_true(cdf_end(m[i], s) > cdf_start(m[i], s));
        for (int32_t j = m[i].size - 1; j < kMaxSymbols; ++j) assert_int_equal(m[i].lane[j], 32767);
      }
    }
  }
  assert_int_equal(table_set_for_step(1), 0);
  assert_int_equal(table_set_for_step(65535), kTableSets - 1);
}

// Levels of every magnitude class come back, the escape included.
void levels_come_back(void**) {
  Memory memory;
  std::mt19937 random(4);
  for (int32_t trial = 0; trial < 300; ++trial) {
    const int32_t log2w = 2 + static_cast<int32_t>(random() % 4);
    const int32_t log2h = std::min(5, std::max(2, log2w - 2 + static_cast<int32_t>(random() % 5)));
    const int32_t area = 1 << (log2w + log2h);
    Leaf leaf;
    leaf.log2w = static_cast<uint8_t>(log2w);
    leaf.log2h = static_cast<uint8_t>(log2h);
    int16_t levels[1024] = {}, back[1024] = {};
    const ScanEntry* scan = scan_table(log2w, log2h);
    leaf.eob[0] = static_cast<int32_t>(random() % static_cast<uint32_t>(area + 1));
    for (int32_t i = 0; i < leaf.eob[0]; ++i) {
      const int32_t magnitude = static_cast<int32_t>(random() % 32768) >> (random() % 16);
      levels[scan[i].raster] = static_cast<int16_t>(random() % 2 != 0 ? magnitude : -magnitude);
    }
    if (leaf.eob[0] > 0 && levels[scan[leaf.eob[0] - 1].raster] == 0)
      levels[scan[leaf.eob[0] - 1].raster] = 1;
    leaf.transform[0] = std::max(log2w, log2h) <= 4 ? static_cast<int32_t>(random() % 4) : 0;
    CellModels models;
    CellContext context;
    uint8_t map[kMagnitudeMapBytes];
    context.reset();
    init_models(kFamilyLuma, 2, &models);
    SymbolEncoder encoder(memory, 6);
    code_component(encoder, models, context, 0, leaf, levels, map);
    Vector<uint8_t> bytes(memory);
    encoder.finish(&bytes);
    init_models(kFamilyLuma, 2, &models);
    SymbolDecoder decoder{ByteSpan(bytes), 6};
    Leaf decoded;
    decoded.log2w = leaf.log2w;
    decoded.log2h = leaf.log2h;
    code_component(decoder, models, context, 0, decoded, back, map);
    assert_true(decoder.finished());
    assert_int_equal(decoded.eob[0], leaf.eob[0]);
    assert_int_equal(decoded.transform[0], leaf.eob[0] > 0 ? leaf.transform[0] : 0);
    assert_int_equal(decoded.energy[0], leaf.energy[0]);
    assert_memory_equal(levels, back, sizeof(int16_t) * static_cast<size_t>(area));
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(streams_come_back),
      cmocka_unit_test(wrong_lengths_are_noticed),
      cmocka_unit_test(vector_form_equals_portable_form),
      cmocka_unit_test(costs_are_logarithms),
      cmocka_unit_test(scans_visit_every_position_once),
      cmocka_unit_test(frozen_tables_are_distributions),
      cmocka_unit_test(levels_come_back),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
