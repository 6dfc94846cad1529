// Rendering of whole images: regions, scales, blending, merging, and generators by themselves.
#include <cmath>
#include <cstdint>
#include <cstring>

#include "backend/param_codec.h"
#include "backend/render.h"
#include "normative/blend.h"
#include "normative/synth.h"
#include "support/cmocka_cpp.h"
#include "support/random_programs.h"

namespace {

using namespace pc15;
using namespace pc15::normative;

PlaneView<Pixel> view(Vector<Pixel>& v, int32_t w, int32_t h) { return {v.data(), w, h, w}; }

void any_rectangle_equals_the_crop(void**) {
  Memory memory;
  test::ProgramMaker make(21);
  for (int32_t round = 0; round < 40; ++round) {
    ProgramImage image(memory);
    const int32_t tile = make.in(32, 90), shift = round % 2, plane = round % 3;
    make.fill(make.in(1, 260), make.in(1, 260), tile, make.in(0, tile / 2), 3, &image);
    const int32_t w = plane_extent(image.geometry.width, shift),
                  h = plane_extent(image.geometry.height, shift);
    Vector<Pixel> whole(memory, static_cast<size_t>(w) * static_cast<size_t>(h)), part(memory, whole.size());
    backend::render_prediction(image, plane, shift, {0, 0, w, h}, view(whole, w, h), memory);
    for (int32_t n = 0; n < 12; ++n) {
      const int32_t x = make.in(0, w - 1), y = make.in(0, h - 1);
      const Rect r{x, y, make.in(1, w - x), make.in(1, h - y)};
      memory.reset_peak();
      const uint64_t before = memory.in_use();
      backend::render_prediction(image, plane, shift, r, view(part, r.width, r.height), memory);
      assert_true(memory.peak() - before <= backend::render_memory_bound(image.geometry, r.width));
      for (int32_t row = 0; row < r.height; ++row) {
        const Pixel* expected = whole.data() + static_cast<size_t>(y + row) * static_cast<size_t>(w) + x;
        assert_memory_equal(part.data() + static_cast<size_t>(row) * static_cast<size_t>(r.width), expected,
                            static_cast<size_t>(r.width));
      }
    }
  }
}

// The definition of the blend, sample by sample, from tiles rendered one by one.
void blending_follows_its_definition(void**) {
  Memory memory;
  test::ProgramMaker make(4);
  for (int32_t round = 0; round < 12; ++round) {
    ProgramImage image(memory);
    const int32_t tile = make.in(32, 70), overlap = make.in(0, tile / 2), shift = round % 2;
    make.fill(make.in(60, 150), make.in(60, 150), tile, overlap, 1, &image);
    const Geometry& g = image.geometry;
    const int32_t w = plane_extent(g.width, shift), h = plane_extent(g.height, shift);
    Vector<Pixel> whole(memory, static_cast<size_t>(w) * static_cast<size_t>(h));
    backend::render_prediction(image, 0, shift, {0, 0, w, h}, view(whole, w, h), memory);
    // Grey levels before rounding are not public: compare with blended 8-bit tiles, which may differ by 1.
    Vector<Pixel> tiles(memory, whole.size() * static_cast<size_t>(g.tile_count()), 128);
    for (int64_t i = 0; i < g.tile_count(); ++i) {
      if (image.resolve(i) == nullptr) continue;
      PlaneView<Pixel> out{tiles.data() + i * w * h, w, h, w};
      backend::render_program(*image.resolve(i), image, image.resolve_slot(i), 0, -shift, {0, 0, w, h}, out,
                              memory);
    }
    const auto level = [&](int32_t col, int32_t row, int32_t x, int32_t y) {
      const int64_t i = int64_t{row} * g.tile_cols() + col;
      return tiles[static_cast<size_t>((i * h + y) * w + x)] * 64;
    };
    for (int32_t y = 0; y < h; ++y) {
      const AxisPosition py = axis_position(sample_q4(y, -shift), tile, overlap, g.tile_rows());
      for (int32_t x = 0; x < w; ++x) {
        const AxisPosition px = axis_position(sample_q4(x, -shift), tile, overlap, g.tile_cols());
        const auto along = [&](int32_t row) {
          const int32_t here = level(px.tile, row, x, y);
          return px.weight == 32768 ? here : blend_lerp(level(px.tile - 1, row, x, y), here, px.weight);
        };
        const int32_t lower = along(py.tile);
        const int32_t q6 = py.weight == 32768 ? lower : blend_lerp(along(py.tile - 1), lower, py.weight);
        const int32_t got = whole[static_cast<size_t>(y * w + x)];
        if (px.weight == 32768 && py.weight == 32768) {
          assert_int_equal(got, (q6 + 32) >> 6);
        } else {
          assert_in_range(got + 1, (q6 + 32) >> 6, ((q6 + 32) >> 6) + 2);
        }
      }
    }
  }
}

// One image-wide program, or one program that all tiles merge with, has no seams at all.
void one_program_has_no_seams(void**) {
  Memory memory;
  test::ProgramMaker make(5);
  for (int32_t round = 0; round < 20; ++round) {
    ProgramImage image(memory);
    Geometry g;
    g.width = make.in(100, 300);
    g.height = make.in(100, 300);
    g.tile = 64;
    g.overlap = make.in(0, 32);
    g.group_rows = 255;
    image.set_geometry(g);
    image.seed = round;
    const int32_t w = g.width, h = g.height;
    Vector<Pixel> tiled(memory, static_cast<size_t>(w) * static_cast<size_t>(h)),
        direct(memory, tiled.size());
    image.image_program = make.program(image, kImageSlot);
    image.has_image_program = true;
    backend::render_prediction(image, 0, 0, {0, 0, w, h}, view(tiled, w, h), memory);
    backend::render_program(image.image_program, image, kImageSlot, 0, 0, {0, 0, w, h}, view(direct, w, h),
                            memory);
    assert_memory_equal(tiled.data(), direct.data(), tiled.size());

    image.has_image_program = false;
    for (int32_t slot = 0; slot < static_cast<int32_t>(g.tile_count()); ++slot) {
      const TileMode mode = slot == 0                   ? TileMode::kProgram
                            : slot % g.tile_cols() == 0 ? TileMode::kMergeUp
                                                        : TileMode::kMergeLeft;
      TileProgram& tile = image.tiles[static_cast<size_t>(slot)];
      assert_true(entropy::set_tile_mode(image, slot, mode, &tile));
      if (slot == 0) tile.program = make.program(image, 0);
    }
    backend::render_prediction(image, 0, 0, {0, 0, w, h}, view(tiled, w, h), memory);
    backend::render_program(image.tiles[0].program, image, 0, 0, 0, {0, 0, w, h}, view(direct, w, h), memory);
    assert_memory_equal(tiled.data(), direct.data(), tiled.size());
  }
}

// Half-size chroma is the function that full size shows, averaged: no shift, no aliasing.
void half_scale_matches_the_box_average(void**) {
  Memory memory;
  const struct {
    int32_t preset;
    double least_psnr;
  } cases[] = {{kWavesDir, 45},   {kCheckerboard, 30}, {kHexGrid, 27}, {kRings, 28},
               {kGradRadial, 50}, {kDots, 30},         {kPerlin, 40},  {kStripes, 28},
               {kPlaid, 45},      {kWorley, 35},       {kBrick, 24},   {kSunburst, 28}};
  for (const auto& c : cases) {
    Geometry g;
    g.width = g.height = 256;
    Program p;
    p.field.coef[0][0] = 255;
    p.layer_count = 1;
    assert_true(backend::make_layer(c.preset, &p.layers[0]).ok());
    p.layers[0].contrast[0] = 255;
    Vector<Pixel> full(memory, 256 * 256), half(memory, 128 * 128);
    backend::render_program(p, g, kImageSlot, 1, 0, 0, {0, 0, 256, 256}, view(full, 256, 256), memory);
    backend::render_program(p, g, kImageSlot, 1, 0, -1, {0, 0, 128, 128}, view(half, 128, 128), memory);
    double sum = 0;
    for (size_t y = 0; y < 128; ++y) {
      for (size_t x = 0; x < 128; ++x) {
        const size_t i = 2 * y * 256 + 2 * x;
        const double box = (full[i] + full[i + 1] + full[i + 256] + full[i + 257]) / 4.0;
        sum += (box - half[y * 128 + x]) * (box - half[y * 128 + x]);
      }
    }
    const double psnr = 10 * std::log10(65025 / (sum / (128 * 128) + 1e-9));
    if (psnr < c.least_psnr) print_error("%s: %.1f dB\n", backend::preset_name(c.preset), psnr);
    assert_true(psnr >= c.least_psnr);
  }
}

void colour_planes_and_absence(void**) {
  Memory memory;
  ProgramImage image(memory);
  Geometry g;
  g.width = g.height = 100;
  g.tile = 64;
  g.overlap = 16;
  image.set_geometry(g);
  image.color_planes = 3;
  Vector<Pixel> out(memory, 100 * 100);
  assert_false(backend::prediction_present(image, {0, 0, 100, 100}));
  TileProgram& tile = image.tiles[3];
  assert_true(entropy::set_tile_mode(image, 3, TileMode::kFlat, &tile));
  tile.program.field.has_chroma = true;
  for (int32_t c = 0; c < 3; ++c) tile.program.field.coef[c][0] = static_cast<int16_t>(2 * (10 + 100 * c));
  assert_false(backend::prediction_present(image, {0, 0, 48, 100}));
  assert_false(backend::prediction_present(image, {0, 0, 100, 48}));
  assert_true(backend::prediction_present(image, {48, 48, 1, 1}));
  for (int32_t plane = 0; plane < 4; ++plane) {
    backend::render_prediction(image, plane, 0, {0, 0, 100, 100}, view(out, 100, 100), memory);
    assert_int_equal(out[0], 128);
    assert_int_equal(out[99 * 100 + 99], plane < 3 ? 10 + 100 * plane : 128);
  }
}

void generators_are_programs(void**) {
  Memory memory;
  test::ProgramMaker make(8);
  Vector<Pixel> direct(memory, 80 * 60), coded(memory, 80 * 60);
  for (int32_t i = 0; i < catalogue_size(); ++i) {
    const PresetSpec& spec = *catalogue_entry(i);
    int32_t params[kMaxParams];
    for (int32_t p = 0; p < spec.param_count; ++p) params[p] = make.in(spec.params[p].lo, spec.params[p].hi);
    const Span<const int32_t> all(params, spec.param_count);
    assert_true(backend::render_generator(spec.preset, all, -5, 80, 60, view(direct, 80, 60), memory).ok());
    ProgramImage image(memory), back(memory);
    Geometry g;
    g.width = 80;
    g.height = 60;
    g.tile = 32;
    g.overlap = 10;
    image.set_geometry(g);
    back.set_geometry(g);
    back.seed = -5;
    assert_true(backend::generator_program(spec.preset, all, &image.image_program).ok());
    image.has_image_program = true;
    Vector<uint8_t> bytes(memory);
    assert_true(entropy::encode_image_program(image, &bytes).ok());
    assert_true(entropy::decode_image_program({bytes.data(), bytes.size()}, &back).ok());
    backend::render_prediction(back, 0, 0, {0, 0, 80, 60}, view(coded, 80, 60), memory);
    assert_memory_equal(direct.data(), coded.data(), direct.size());
    assert_false(
        backend::render_generator(spec.preset, all.sub(0, all.size - 1), 0, 8, 8, view(direct, 8, 8), memory)
            .ok());
  }
  assert_false(backend::render_generator(0x0F, {}, 0, 8, 8, view(direct, 8, 8), memory).ok());
}

void values_and_indices_agree(void**) {
  for (int32_t i = 0; i < catalogue_size(); ++i) {
    const PresetSpec& spec = *catalogue_entry(i);
    assert_int_equal(backend::preset_from_name(backend::preset_name(spec.preset)), spec.preset);
    assert_non_null(backend::preset_doc(spec.preset));
    double values[kMaxParams];
    Layer layer, again;
    assert_true(backend::make_layer(spec.preset, &layer).ok());
    again = layer;
    for (int32_t p = 0; p < spec.param_count; ++p) {
      backend::ParamInfo info;
      assert_true(backend::param_info(spec.preset, p, &info).ok());
      assert_true(info.lo <= info.def && info.def <= info.hi && info.step > 0);
      assert_int_equal(backend::param_from_name(spec.preset, info.name), p);
      for (int32_t n = 0; n <= 200; ++n) {
        const int32_t index = spec.params[p].lo +
                              static_cast<int32_t>(int64_t{spec.params[p].hi - spec.params[p].lo} * n / 200);
        int32_t back = -1;
        double value = 0;
        assert_true(backend::dequantize_param(spec.preset, p, index, &value).ok());
        assert_true(backend::quantize_param(spec.preset, p, value, &back).ok());
        assert_int_equal(back, index);
      }
      int32_t ignored = 0;
      assert_false(backend::quantize_param(spec.preset, p, std::nan(""), &ignored).ok());
      if (param_grid(spec.params[p].id).wrap == 0) {
        assert_false(backend::quantize_param(spec.preset, p, info.hi + 1, &ignored).ok());
        assert_false(backend::quantize_param(spec.preset, p, info.lo - 1, &ignored).ok());
      }
      values[p] = info.def;
    }
    assert_true(backend::set_layer_values({values, spec.param_count}, 512, &again).ok());
    assert_memory_equal(layer.params, again.params, sizeof(layer.params));
  }
  int32_t index = 0;
  assert_true(backend::quantize_param(kWavesDir, 1, -90, &index).ok());
  assert_int_equal(index, 196608);
  assert_true(backend::quantize_param(kWavesDir, 1, 360, &index).ok());
  assert_int_equal(index, 0);
  assert_int_equal(backend::enum_value_from_name(ParamId::kProfile, "pulse"), 3);
  assert_int_equal(backend::enum_value_from_name(ParamId::kProfile, "square"), -1);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(any_rectangle_equals_the_crop), cmocka_unit_test(blending_follows_its_definition),
      cmocka_unit_test(one_program_has_no_seams),      cmocka_unit_test(half_scale_matches_the_box_average),
      cmocka_unit_test(colour_planes_and_absence),     cmocka_unit_test(generators_are_programs),
      cmocka_unit_test(values_and_indices_agree),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
