// Integer synthesis against an independent double-precision reference: every generator over random
// parameters and three scales stays within 1/512 of full scale (2.0).
#include <cmath>
#include <cstdint>
#include <cstdio>

#include "backend/param_codec.h"
#include "backend/render.h"
#include "normative/modifier.h"
#include "normative/synth.h"
#include "support/cmocka_cpp.h"
#include "support/synth_reference.h"

namespace {

using namespace pc15;
using namespace pc15::normative;

constexpr int32_t kSide = 96;
constexpr double kTolerance = 2.0 / 512;

uint64_t g_state = 15;
uint32_t random_below(uint32_t n) {
  g_state = splitmix64(g_state);
  return static_cast<uint32_t>((g_state >> 32) * n >> 32);
}
int32_t random_in(int32_t lo, int32_t hi) {
  return lo + static_cast<int32_t>(random_below(static_cast<uint32_t>(hi - lo) + 1));
}

// Ranges in which a comparison of samples means something: transitions of at least half a pixel, periods of
// 4...512 px, displacements of up to two periods.
int32_t random_param(const ParamSpec& spec) {
  switch (spec.id) {
    case ParamId::kPeriod:
    case ParamId::kPeriod2:
    case ParamId::kCell:
    case ParamId::kCell2:
      return static_cast<int32_t>(1048576 / std::exp2(2 + random_below(7000) / 1000.0));
    case ParamId::kSoftness:
      return random_in(16, 160);
    case ParamId::kCenterX:
    case ParamId::kCenterY:
    case ParamId::kOffset:
      return random_in(-3000, 3000);
    case ParamId::kAmplitude:
      return random_in(0, 32);
    case ParamId::kThickness:
    case ParamId::kRadius:
      return random_in(spec.lo > 32 ? spec.lo : 32, 480);
    case ParamId::kScale:
      return random_in(32, spec.hi);
    case ParamId::kLength:
    case ParamId::kLength2:
      return random_in(64, 4000);
    case ParamId::kRadius2:
      return random_in(32, 480);
    case ParamId::kTwist:
      return random_in(-64, 64);
    case ParamId::kDecay:
      return random_in(400, 4000);
    case ParamId::kWidth:
      return random_in(16, 64);
    default:
      return random_in(spec.lo, spec.hi);
  }
}

Layer random_layer(const PresetSpec& spec) {
  Layer layer;
  layer.preset = spec.preset;
  for (int32_t i = 0; i < spec.param_count; ++i) layer.params[i] = random_param(spec.params[i]);
  for (int32_t i = 0; i < spec.param_count; ++i) {
    // A random brightness jumps at the joint: keep the joint inside the mortar.
    if (spec.preset == kBrickNoise && spec.params[i].id == ParamId::kThickness) {
      layer.params[i] = layer_param(layer, spec, ParamId::kSoftness, 0) + 96;
    }
    if ((spec.preset == kMarble || spec.preset == kWood || spec.preset == kWavesBend) &&
        spec.params[i].id == ParamId::kPeriod) {
      layer.params[i] = random_in(2048, 131072);
    }
  }
  if (spec.preset == kRidge) {
    layer.profile_count = static_cast<uint8_t>(random_in(1, 12));
    for (int32_t k = 0; k < layer.profile_count; ++k) {
      layer.profile[k] = static_cast<int8_t>(random_in(-60, 60) / (k + 1));
    }
    layer.profile[layer.profile_count - 1] = 1;
  }
  return layer;
}

Modifier random_modifier(const PresetSpec& spec) {
  Modifier m;
  m.preset = spec.preset;
  for (int32_t i = 0; i < spec.param_count; ++i) m.params[i] = random_param(spec.params[i]);
  return m;
}

struct Error {
  double worst = 0;
  int64_t compared = 0, skipped = 0;
};

void compare(const Layer& layer, int32_t scale, Error* error) {
  static int16_t samples[kSide * kSide];
  Geometry g;
  g.width = g.height = 512;
  const int32_t limit = scale >= 0 ? 512 << scale : 512 >> -scale;
  const Rect rect{random_in(0, limit - kSide), random_in(0, limit - kSide), kSide, kSide};
  backend::render_layer(layer, g, 77, scale, rect, 1, {samples, kSide, kSide, kSide});
  const test::ReferenceLayer reference(layer, 77, scale);
  for (int32_t y = 0; y < kSide; ++y) {
    for (int32_t x = 0; x < kSide; ++x) {
      const double px = (rect.x + x + 0.5) * std::exp2(-scale) - 256,
                   py = (rect.y + y + 0.5) * std::exp2(-scale) - 256;
      const test::ReferenceSample r = reference.at(px, py);
      const int32_t v = samples[y * kSide + x];
      assert_in_range(v + 16384, 0, 32768);
      if (!r.defined) {
        ++error->skipped;
        continue;
      }
      ++error->compared;
      error->worst = std::fmax(error->worst, std::fabs(v / 16384.0 - r.value));
    }
  }
}

void every_generator_is_close_to_its_formula(void**) {
  bool good = true;
  for (int32_t i = 0; i < catalogue_size(); ++i) {
    const PresetSpec& spec = *catalogue_entry(i);
    Error error;
    for (int32_t n = 0; n < 36; ++n) compare(random_layer(spec), n % 3 - 1, &error);
    std::printf("%-20s worst 1/%-8.0f compared %lld skipped %lld\n", backend::preset_name(spec.preset),
                2 / std::fmax(error.worst, 1e-9), static_cast<long long>(error.compared),
                static_cast<long long>(error.skipped));
    good = good && error.worst <= kTolerance && error.skipped * 4 < error.compared;
  }
  assert_true(good);
}

// Every warp before smooth and edged generators.
void every_warp_is_close_to_its_formula(void**) {
  const uint8_t bases[] = {kWavesDir,   kGradLinear, kWavesCirc, kCheckerboard, kHexGrid,
                           kValueNoise, kComposite,  kGabor,     kRidge,        kRings};
  bool good = true;
  for (int32_t i = 0; i < modifier_count(); ++i) {
    const PresetSpec& spec = *modifier_entry(i);
    if (modifier_family(spec.preset) != Family::kWarp) continue;
    Error error;
    for (int32_t n = 0; n < 40; ++n) {
      Layer layer = random_layer(*find_preset(bases[n % 10]));
      layer.warp = random_modifier(spec);
      compare(layer, n % 3 - 1, &error);
    }
    std::printf("%-20s worst 1/%-8.0f compared %lld\n", backend::preset_name(spec.preset),
                2 / std::fmax(error.worst, 1e-9), static_cast<long long>(error.compared));
    good = good && error.worst <= kTolerance && error.compared > 100000;
  }
  assert_true(good);
}

void every_palette_is_close_to_its_formula(void**) {
  for (int32_t i = 0; i < modifier_count(); ++i) {
    const PresetSpec& spec = *modifier_entry(i);
    if (modifier_family(spec.preset) != Family::kPalette) continue;
    double worst = 0;
    for (int32_t n = 0; n < 8000; ++n) {
      Layer layer;
      layer.preset = kWavesDir;
      layer.params[0] = 32768;
      layer.palette = random_modifier(spec);
      const int32_t in = n < 2 ? 32768 * n - 16384 : random_in(-16384, 16384);
      const int32_t v = palette_value(palette_setup(layer.palette), in);
      assert_in_range(v + 16384, 0, 32768);
      const test::ReferenceLayer reference(layer, 77, 0);
      worst = std::fmax(worst, std::fabs(v / 16384.0 - reference.palette(in / 16384.0)));
    }
    std::printf("%-20s worst 1/%.0f\n", backend::preset_name(spec.preset), 2 / std::fmax(worst, 1e-9));
    assert_true(worst <= kTolerance);
  }
}

void every_mask_is_close_to_its_formula(void**) {
  for (int32_t i = 0; i < modifier_count(); ++i) {
    const PresetSpec& spec = *modifier_entry(i);
    if (modifier_family(spec.preset) != Family::kMask) continue;
    double worst = 0, least = 2, most = -1;
    for (int32_t n = 0; n < 4000; ++n) {
      Layer layer;
      layer.preset = kWavesDir;
      layer.params[0] = 32768;
      layer.mask = random_modifier(spec);
      const int32_t scale = n % 3 - 1;
      const int32_t x = random_in(-4096, 4095), y = random_in(-4096, 4095), below = random_in(-16384, 16384);
      const int32_t share = mask_value(mask_setup(layer.mask, scale), x, y, below);
      const test::ReferenceLayer reference(layer, 77, scale);
      const double wanted = reference.mask(x / 16.0, y / 16.0, below / 16384.0);
      assert_in_range(share, 0, 32768);
      worst = std::fmax(worst, std::fabs(share / 32768.0 - wanted));
      least = std::fmin(least, wanted);
      most = std::fmax(most, wanted);
    }
    std::printf("%-20s worst 1/%.0f\n", backend::preset_name(spec.preset), 1 / std::fmax(worst, 1e-9));
    assert_true(worst <= 1.0 / 512 && least < 0.1 && most > 0.9);
  }
}

// The whole range of every parameter renders within [-1, 1], whatever the scale: the ends of all ranges.
void extreme_parameters_stay_in_range(void**) {
  static int16_t samples[64 * 64];
  for (int32_t i = 0; i < catalogue_size(); ++i) {
    const PresetSpec& spec = *catalogue_entry(i);
    for (int32_t n = 0; n < 40; ++n) {
      Layer layer;
      layer.preset = spec.preset;
      for (int32_t p = 0; p < spec.param_count; ++p) {
        layer.params[p] = random_below(2) != 0 ? spec.params[p].lo : spec.params[p].hi;
      }
      if (spec.preset == kRidge) {
        layer.profile_count = kMaxProfile;
        for (int8_t& c : layer.profile) c = random_below(2) != 0 ? 127 : -127;
      }
      Modifier* modifiers[] = {&layer.warp, &layer.palette};
      for (int32_t m = 0; m < 2 && n % 2 == 1; ++m) {
        const PresetSpec& choice = *modifier_entry(m == 0 ? random_in(0, 3) : random_in(4, 6));
        modifiers[m]->preset = choice.preset;
        for (int32_t p = 0; p < choice.param_count; ++p) {
          modifiers[m]->params[p] = random_below(2) != 0 ? choice.params[p].lo : choice.params[p].hi;
        }
      }
      Geometry g;
      g.width = g.height = 65535;
      const int32_t scale = n % 6 - 2;
      const int32_t limit = scale >= 0 ? 65535 : 65535 >> -scale;
      const Rect rect{n % 2 == 0 ? 0 : limit - 64, n % 4 < 2 ? 0 : limit - 64, 64, 64};
      backend::render_layer(layer, g, n, scale, rect, 1, {samples, 64, 64, 64});
      for (const int16_t v : samples) assert_in_range(v + 16384, 0, 32768);
    }
  }
}

void seeds_decide_seeded_generators_only(void**) {
  static int16_t one[64 * 64], two[64 * 64];
  Geometry g;
  g.width = g.height = 64;
  for (int32_t i = 0; i < catalogue_size(); ++i) {
    const PresetSpec& spec = *catalogue_entry(i);
    Layer layer;
    assert_true(backend::make_layer(spec.preset, &layer).ok());
    backend::render_layer(layer, g, 1, 0, {0, 0, 64, 64}, 1, {one, 64, 64, 64});
    backend::render_layer(layer, g, 2, 0, {0, 0, 64, 64}, 1, {two, 64, 64, 64});
    int32_t different = 0;
    for (int32_t k = 0; k < 64 * 64; ++k) different += one[k] != two[k];
    if (spec.seeded) {
      assert_true(different > 0);
    } else {
      assert_int_equal(different, 0);
    }
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(every_generator_is_close_to_its_formula),
      cmocka_unit_test(every_warp_is_close_to_its_formula),
      cmocka_unit_test(every_palette_is_close_to_its_formula),
      cmocka_unit_test(every_mask_is_close_to_its_formula),
      cmocka_unit_test(extreme_parameters_stay_in_range),
      cmocka_unit_test(seeds_decide_seeded_generators_only),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
