// Grain: its map survives the stream, any rectangle is a crop of the whole, and the estimate gives back what
// was lost.
#include <cmath>
#include <cstdint>

#include "backend/grain.h"
#include "enc/grain_estimate.h"
#include "entropy/grain_coder.h"
#include "normative/prng.h"
#include "support/cmocka_cpp.h"

namespace {

using namespace pc15;

uint64_t g_state = 19;
int32_t below(int32_t n) {
  g_state = normative::splitmix64(g_state);
  return static_cast<int32_t>((g_state >> 33) % static_cast<uint64_t>(n));
}

void fill(entropy::GrainMap* map, int32_t width, int32_t height) {
  map->reset(width, height);
  for (uint8_t& v : map->levels) v = static_cast<uint8_t>(below(8));
}

void maps_survive_the_stream(void**) {
  Memory memory;
  for (int32_t round = 0; round < 40; ++round) {
    const int32_t w = 1 + below(900), h = 1 + below(700);
    entropy::GrainMap map(memory), back(memory);
    fill(&map, w, h);
    assert_int_equal(map.columns, (w + 63) / 64);
    Vector<uint8_t> bytes(memory);
    entropy::encode_grain(map, &bytes);
    back.reset(w, h);
    assert_true(entropy::decode_grain({bytes.data(), bytes.size()}, &back).ok());
    assert_true(map.levels == back.levels);
    bytes.push_back(0);
    assert_false(entropy::decode_grain({bytes.data(), bytes.size()}, &back).ok());
    for (const uint8_t v : back.levels) assert_int_equal(v, 0);
    assert_false(entropy::decode_grain({bytes.data(), bytes.size() / 2}, &back).ok());
    assert_false(entropy::decode_grain({bytes.data(), 0}, &back).ok());
  }
}

void rectangles_are_crops(void**) {
  Memory memory;
  entropy::GrainMap map(memory);
  fill(&map, 300, 200);
  for (int32_t scale = -2; scale <= 3; ++scale) {
    const int32_t w = scale < 0 ? 300 >> -scale : 300 << scale, h = scale < 0 ? 200 >> -scale : 200 << scale;
    Vector<Pixel> whole(memory, static_cast<size_t>(w) * static_cast<size_t>(h), 128);
    backend::add_grain(map, 7, scale, {0, 0, w, h}, {whole.data(), w, h, w});
    int64_t changed = 0;
    for (const Pixel p : whole) changed += p != 128;
    assert_true(changed > w * h / 8);
    for (int32_t round = 0; round < 10; ++round) {
      const Rect r{below(w / 2), below(h / 2), 1 + below(w / 2), 1 + below(h / 2)};
      Vector<Pixel> part(memory, static_cast<size_t>(r.width) * static_cast<size_t>(r.height), 128);
      backend::add_grain(map, 7, scale, r, {part.data(), r.width, r.height, r.width});
      for (int32_t y = 0; y < r.height; ++y) {
        assert_memory_equal(part.data() + static_cast<size_t>(y) * static_cast<size_t>(r.width),
                            whole.data() + static_cast<size_t>(r.y + y) * static_cast<size_t>(w) + r.x,
                            static_cast<size_t>(r.width));
      }
    }
  }
}

void level_zero_changes_nothing_and_levels_are_three_decibels(void**) {
  Memory memory;
  double before = 0;
  for (int32_t level = 0; level < 8; ++level) {
    entropy::GrainMap map(memory);
    map.reset(256, 256);
    for (size_t i = 0; i < map.levels.size(); i += 3) map.levels[i] = static_cast<uint8_t>(level);
    Vector<Pixel> samples(memory, 256 * 256, 128);
    backend::add_grain(map, 1, 0, {0, 0, 256, 256}, {samples.data(), 256, 256, 256});
    double energy = 0;
    for (const Pixel p : samples) energy += (p - 128.0) * (p - 128.0) / 65536;
    if (level == 0) assert_true(energy == 0);
    if (level > 3) assert_true(std::fabs(energy / before - 2) < 0.15);
    before = energy;
  }
}

// Source: a flat picture with grain of known levels; decoded: flat.
void estimate_finds_the_levels(void**) {
  Memory memory;
  ThreadPool one(1), two(2);
  entropy::GrainMap truth(memory);
  truth.reset(512, 256);
  for (size_t i = 0; i < truth.levels.size(); i += 3) {
    truth.levels[i] = 5;
    truth.levels[i + 1] = 6;
    truth.levels[i + 2] = 6;
  }
  Vector<Pixel> source(memory, 512 * 256, 120), flat(memory, 512 * 256, 120);
  backend::add_grain(truth, 3, 0, {0, 0, 512, 256}, {source.data(), 512, 256, 512});
  const PlaneView<const Pixel> a{source.data(), 512, 256, 512}, b{flat.data(), 512, 256, 512};
  enc::GrainEstimate found(512, 256, 1.0, memory), again(512, 256, 1.0, memory);
  found.add({a, 0}, {b, 0}, 256, one);
  again.add({a, 0}, {b, 0}, 130, two);
  again.add({a.window(0, 128, 512, 128), 128}, {b.window(0, 67, 512, 189), 67}, 256, two);
  assert_true(found.any());
  assert_true(found.map().levels == again.map().levels);
  int32_t off = 0;
  for (size_t i = 0; i < found.map().levels.size(); ++i) {
    off += std::abs(static_cast<int32_t>(found.map().levels[i]) - truth.levels[i]) > 1;
  }
  assert_true(off * 10 <= static_cast<int32_t>(found.map().levels.size()));
  enc::GrainEstimate none(512, 256, 1.0, memory);
  none.add({a, 0}, {a, 0}, 256, one);
  assert_false(none.any());
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(maps_survive_the_stream),
      cmocka_unit_test(rectangles_are_crops),
      cmocka_unit_test(level_zero_changes_nothing_and_levels_are_three_decibels),
      cmocka_unit_test(estimate_finds_the_levels),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
