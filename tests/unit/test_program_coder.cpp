// The syntax of programs: what goes in comes out, prices are honest, and no bytes get past the checks.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "backend/param_codec.h"
#include "backend/render.h"
#include "entropy/program_coder.h"
#include "support/cmocka_cpp.h"
#include "support/random_programs.h"

namespace {

using namespace pc15;
using namespace pc15::normative;

bool same_modifier(const Modifier& a, const Modifier& b) {
  return a.preset == b.preset && std::memcmp(a.params, b.params, sizeof(a.params)) == 0;
}

bool same_layer(const Layer& a, const Layer& b) {
  return a.preset == b.preset && a.precision == b.precision && a.blend == b.blend &&
         a.seed_mode == b.seed_mode && a.nudge == b.nudge && a.source == b.source &&
         a.source_layer == b.source_layer && a.seed_layer == b.seed_layer && a.slot == b.slot &&
         a.explicit_seed == b.explicit_seed && a.has_chroma == b.has_chroma &&
         std::memcmp(a.contrast, b.contrast, sizeof(a.contrast)) == 0 &&
         std::memcmp(a.params, b.params, sizeof(a.params)) == 0 && a.has_delta == b.has_delta &&
         a.profile_count == b.profile_count && std::memcmp(a.profile, b.profile, sizeof(a.profile)) == 0 &&
         same_modifier(a.warp, b.warp) && same_modifier(a.palette, b.palette) &&
         same_modifier(a.mask, b.mask);
}

bool same_atom(const Atom& a, const Atom& b) {
  return a.x == b.x && a.y == b.y && a.shape == b.shape && a.orientation == b.orientation &&
         a.phase == b.phase && a.amplitude == b.amplitude;
}

bool same_program(const ProgramImage& one, const Program& a, const ProgramImage& two, const Program& b) {
  bool same = a.level_class == b.level_class && a.layer_count == b.layer_count &&
              a.field.order == b.field.order && a.field.has_chroma == b.field.has_chroma &&
              std::memcmp(a.field.coef, b.field.coef, sizeof(a.field.coef)) == 0;
  for (int32_t k = 0; k < a.layer_count && same; ++k) same = same_layer(a.layers[k], b.layers[k]);
  same = same && a.atom_count == b.atom_count;
  for (int32_t i = 0; i < a.atom_count && same; ++i) {
    same = same_atom(one.atoms[static_cast<size_t>(a.atom_first + i)],
                     two.atoms[static_cast<size_t>(b.atom_first + i)]);
  }
  return same;
}

// Everything that a renderer relies on.
void assert_in_order(const ProgramImage& image) {
  for (size_t i = 0; i < image.tiles.size(); ++i) {
    const TileProgram& tile = image.tiles[i];
    assert_in_range(static_cast<int32_t>(tile.mode), 0, kTileModeCount - 1);
    assert_true(tile.slot >= -1 && tile.slot <= static_cast<int32_t>(i));
    if (tile.mode != TileMode::kProgram && tile.mode != TileMode::kFlat) continue;
    assert_int_equal(tile.slot, i);
    assert_true(entropy::check_program(image, tile.program, tile.slot).ok());
  }
}

void programs_survive_the_stream(void**) {
  Memory memory;
  test::ProgramMaker make(7);
  for (int32_t round = 0; round < 150; ++round) {
    ProgramImage image(memory), back(memory);
    const int32_t tile = make.in(32, 300);
    make.fill(make.in(1, 900), make.in(1, 900), tile, make.in(0, tile / 2), round % 2 == 0 ? 1 : 3, &image);
    back.color_planes = image.color_planes;
    back.seed = image.seed;
    back.set_geometry(image.geometry);
    if (image.has_image_program) {
      Vector<uint8_t> bytes(memory);
      assert_true(entropy::encode_image_program(image, &bytes).ok());
      assert_true(entropy::decode_image_program({bytes.data(), bytes.size()}, &back).ok());
      assert_true(same_program(image, image.image_program, back, back.image_program));
    }
    const int32_t cols = image.geometry.tile_cols();
    for (int32_t group = 0; group < image.geometry.group_count(); ++group) {
      Vector<uint8_t> bytes(memory);
      const int32_t first = group * image.geometry.group_rows;
      const int32_t rows = std::min(image.geometry.tile_rows() - first, image.geometry.group_rows);
      Vector<uint32_t> bits(memory, static_cast<size_t>(rows * cols));
      assert_true(entropy::encode_group(image, group, &bytes, {bits.data(), bits.size()}).ok());
      uint64_t total = 0;
      for (const uint32_t b : bits) total += b;
      if (!bytes.empty()) {
        assert_true(std::fabs(static_cast<double>(total) - 8.0 * static_cast<double>(bytes.size())) <
                    40 + 0.02 * static_cast<double>(total) + static_cast<double>(bits.size()) / 2);
      }
      assert_true(entropy::decode_group({bytes.data(), bytes.size()}, group, &back).ok());
    }
    for (size_t i = 0; i < image.tiles.size(); ++i) {
      const TileProgram &a = image.tiles[i], &b = back.tiles[i];
      assert_true(a.mode == b.mode && a.slot == b.slot);
      if (a.mode == TileMode::kProgram || a.mode == TileMode::kFlat)
        assert_true(same_program(image, a.program, back, b.program));
    }
    assert_in_order(back);
  }
}

// Damaged streams end in an error or in programs that keep every promise; errors leave skipped tiles.
void hostile_bytes_stay_inside(void**) {
  Memory memory;
  test::ProgramMaker make(99);
  int32_t accepted = 0, refused = 0;
  for (int32_t round = 0; round < 60; ++round) {
    ProgramImage image(memory);
    make.fill(make.in(100, 600), make.in(100, 600), 64, 20, round % 2 == 0 ? 1 : 3, &image);
    image.geometry.group_rows = 255;
    Vector<uint8_t> good(memory);
    const bool encoded = entropy::encode_group(image, 0, &good, {}).ok();
    for (int32_t n = 0; n < 120; ++n) {
      Vector<uint8_t> bytes = good;
      if (!encoded || n % 3 == 0) {
        bytes.assign(static_cast<size_t>(make.in(0, 60)), 0);
        for (uint8_t& b : bytes) b = static_cast<uint8_t>(make.in(0, 255));
      } else if (n % 3 == 1 && !bytes.empty()) {
        bytes[static_cast<size_t>(make.in(0, static_cast<int32_t>(bytes.size()) - 1))] ^=
            static_cast<uint8_t>(make.in(1, 255));
      } else {
        bytes.resize(static_cast<size_t>(make.in(0, static_cast<int32_t>(bytes.size()))));
      }
      const Status status = entropy::decode_group({bytes.data(), bytes.size()}, 0, &image);
      if (!status.ok()) {
        assert_int_equal(status.value(), static_cast<int32_t>(Code::kCorrupt));
        for (const TileProgram& tile : image.tiles)
          assert_true(tile.mode == TileMode::kSkip && tile.slot == -1);
        ++refused;
      } else {
        assert_in_order(image);
        accepted += bytes.empty() ? 0 : 1;
      }
      ProgramImage whole(memory);
      whole.set_geometry(image.geometry);
      whole.color_planes = image.color_planes;
      if (entropy::decode_image_program({bytes.data(), bytes.size()}, &whole).ok()) {
        assert_true(entropy::check_program(whole, whole.image_program, kImageSlot).ok());
      }
    }
  }
  assert_true(refused > 1000);
}

// Any two 8-bit levels of a hard pattern, any flat colour: exact. And small.
void levels_are_exact_and_streams_small(void**) {
  Memory memory;
  ProgramImage image(memory);
  Geometry g;
  g.width = g.height = 512;
  g.group_rows = 255;
  image.set_geometry(g);
  Vector<Pixel> pixels(memory, 64 * 64);
  for (int32_t low = 0; low < 256; low += 15) {
    for (int32_t high = low; high < 256; high += 17) {
      Program& p = image.image_program;
      p = Program();
      image.has_image_program = true;
      p.field.coef[0][0] = static_cast<int16_t>(low + high);
      p.layer_count = 1;
      assert_true(backend::make_layer(kCheckerboard, &p.layers[0]).ok());
      p.layers[0].params[0] = p.layers[0].params[1] = 65536;  // 16 px
      p.layers[0].params[5] = 16;
      p.layers[0].contrast[0] = static_cast<int16_t>(high - low);
      backend::render_prediction(image, 0, 0, {0, 0, 64, 64}, {pixels.data(), 64, 64, 64}, memory);
      for (int32_t i = 0; i < 64 * 64; ++i) {
        const bool odd = (((i & 63) >> 4) + (i >> 10)) % 2 != 0;
        assert_int_equal(pixels[static_cast<size_t>(i)], odd ? low : high);
      }
      Vector<uint8_t> bytes(memory);
      assert_true(entropy::encode_image_program(image, &bytes).ok());
      assert_true(bytes.size() <= 14);
    }
  }
  for (int32_t position = 0; position < catalogue_size(); ++position) {
    const PresetSpec& spec = *catalogue_entry(position);
    for (int32_t n = 0; n < 20; ++n) {
      test::ProgramMaker make(static_cast<uint64_t>(n));
      int32_t params[kMaxParams];
      for (int32_t i = 0; i < spec.param_count; ++i)
        params[i] = make.in(spec.params[i].lo, spec.params[i].hi);
      Span<const int32_t> all(params, spec.param_count);
      assert_true(backend::generator_program(spec.preset, all, &image.image_program).ok());
      Vector<uint8_t> bytes(memory), group(memory);
      assert_true(entropy::encode_image_program(image, &bytes).ok());
      assert_true(bytes.size() <= 32);  // even with parameters nobody would choose
      assert_true(entropy::encode_group(image, 0, &group, {}).ok());
      assert_int_equal(group.size(), 0);  // nine skipped tiles
    }
  }
}

void wrong_programs_are_refused(void**) {
  Memory memory;
  ProgramImage image(memory);
  Geometry g;
  g.width = g.height = 600;
  image.set_geometry(g);
  image.has_image_program = true;
  Program& p = image.image_program;
  p.layer_count = 1;
  assert_true(backend::make_layer(kStripes, &p.layers[0]).ok());
  assert_true(entropy::check_program(image, p, kImageSlot).ok());
  const Program good = p;
  const auto refused = [&] {
    const bool bad = !entropy::check_program(image, p, kImageSlot).ok();
    p = good;
    return bad;
  };
  p.layers[0].params[0] = 100;
  assert_true(refused());
  p.layers[0].params[9] = 1;
  assert_true(refused());
  p.layers[0].precision = 4;
  p.layers[0].params[0] = 32769;
  assert_true(refused());
  p.layers[0].preset = 0x0F;
  assert_true(refused());
  p.layers[0].slot = 2;
  assert_true(refused());
  p.layers[0].contrast[0] = 512;
  assert_true(refused());
  p.layers[0].has_chroma = true;
  assert_true(refused());
  p.field.coef[0][0] = 511;
  assert_true(refused());
  p.level_class = 1;
  p.field.coef[0][0] = 255;
  assert_true(refused());
  p.layers[0].source = LayerSource::kLeft;
  assert_true(refused());
  p.layer_count = 4;
  assert_true(refused());
  p.layers[0].has_delta = true;
  assert_true(refused());
  p.layers[0].profile_count = 1;
  p.layers[0].profile[0] = 1;
  assert_true(refused());
  assert_true(backend::make_modifier(kMaskThreshold, &p.layers[0].mask).ok());
  assert_true(refused());
  assert_true(backend::make_modifier(kWarpTwist, &p.layers[0].palette).ok());
  assert_true(refused());
  assert_true(backend::make_modifier(kWarpTwist, &p.layers[0].warp).ok());
  p.layers[0].warp.params[3] = 3;
  assert_true(refused());
  p.atom_count = 1;
  assert_true(refused());
  TileProgram tile;
  assert_false(entropy::set_tile_mode(image, 0, TileMode::kMergeLeft, &tile));
  assert_false(entropy::set_tile_mode(image, 0, TileMode::kMergeUp, &tile));
  assert_true(entropy::set_tile_mode(image, 1, TileMode::kMergeLeft, &tile));
}

void prices_are_those_of_the_stream(void**) {
  Memory memory;
  test::ProgramMaker make(3);
  for (int32_t n = 0; n < 200; ++n) {
    ProgramImage image(memory);
    Geometry g;
    g.width = g.height = 400;
    image.set_geometry(g);
    image.image_program = make.program(image, kImageSlot);
    image.has_image_program = true;
    TileProgram tile;
    tile.program = image.image_program;
    const double bits = entropy::program_cost_bits(image, tile, kImageSlot);
    Vector<uint8_t> bytes(memory);
    assert_true(entropy::encode_image_program(image, &bytes).ok());
    assert_true(8.0 * static_cast<double>(bytes.size()) >= bits - 1);
    assert_true(8.0 * static_cast<double>(bytes.size()) <= 1.02 * bits + 33);
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(programs_survive_the_stream),        cmocka_unit_test(hostile_bytes_stay_inside),
      cmocka_unit_test(levels_are_exact_and_streams_small), cmocka_unit_test(wrong_programs_are_refused),
      cmocka_unit_test(prices_are_those_of_the_stream),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
