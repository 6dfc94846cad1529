// Palette leaves: indices there and back, lists and leaves that break the rules, drawn pictures end to end.
#include "support/cmocka_cpp.h"

#include <cmath>
#include <memory>
#include <random>
#include <vector>

#include "dec/cell_decoder.h"
#include "enc/palette_pass.h"
#include "support/codec_run.h"

namespace {

using namespace pc15;
using entropy::Leaf;
using entropy::PaletteState;

constexpr int32_t kSide = 64;

Leaf leaf_at(int32_t x, int32_t y, uint8_t log2w, uint8_t log2h) {
  Leaf leaf;
  leaf.x = static_cast<int16_t>(x);
  leaf.y = static_cast<int16_t>(y);
  leaf.log2w = log2w;
  leaf.log2h = log2h;
  leaf.palette = 1;
  return leaf;
}

void set_colours(entropy::CellPalette* p, const std::vector<uint32_t>& colours) {
  p->start(kSide, kSide);
  std::copy(colours.begin(), colours.end(), p->state.colour + 1);
  p->state.count = static_cast<int32_t>(colours.size()) + 1;
}

// Leaves of random indices and others between them, whose samples are noted; with luma to follow and without.
void indices_come_back(void**) {
  std::mt19937 random(11);
  for (int32_t trial = 0; trial < 20; ++trial) {
    const int32_t planes = trial % 2 + 1;
    std::vector<uint32_t> colours;
    const uint32_t step = planes == 1 ? 1 : 257;
    for (uint32_t i = 0; i < 1 + static_cast<uint32_t>(trial) * 13; ++i) colours.push_back(i * step);
    std::vector<Pixel> luma(kSide * kSide), samples(2 * kSide * kSide);
    for (Pixel& v : luma) v = static_cast<Pixel>(random() % 3);
    for (Pixel& v : samples) v = static_cast<Pixel>(random() % 256);
    const PlaneView<Pixel> noted[2] = {{samples.data(), kSide, kSide, kSide},
                                       {samples.data() + kSide * kSide, kSide, kSide, kSide}};
    Memory memory;
    entropy::SymbolEncoder encoder(memory, entropy::kCellRate);
    entropy::CellPalette written(memory), read(memory);
    set_colours(&written, colours);
    const auto follow = [&](entropy::CellPalette* p) {
      if (planes == 2) p->state.follow_luma({luma.data(), kSide, kSide, kSide}, 0);
    };
    follow(&written);
    written.code_list(encoder, planes);
    std::vector<PaletteState::Index> wanted;
    for (int32_t i = 0; i < 16; ++i) {
      const Leaf leaf = leaf_at(i % 4 * 16, i / 4 * 16, 4, 4);
      if (i % 5 == 3) {
        written.note_leaf(leaf, noted, planes);
        continue;
      }
      for (int32_t y = leaf.y; y < leaf.y + 16; ++y) {
        for (int32_t x = leaf.x; x < leaf.x + 16; ++x) {
          written.state.row(y)[x] = static_cast<PaletteState::Index>(1 + random() % colours.size());
          wanted.push_back(written.state.row(y)[x]);
        }
      }
      written.code_leaf(encoder, leaf);
    }
    Vector<uint8_t> bytes(memory);
    encoder.finish(&bytes);

    entropy::SymbolDecoder decoder(ByteSpan(bytes), entropy::kCellRate);
    read.start(kSide, kSide);
    follow(&read);
    read.code_list(decoder, planes);
    assert_int_equal(read.state.count, written.state.count);
    size_t at = 0;
    for (int32_t i = 0; i < 16; ++i) {
      const Leaf leaf = leaf_at(i % 4 * 16, i / 4 * 16, 4, 4);
      if (i % 5 == 3) {
        read.note_leaf(leaf, noted, planes);
        continue;
      }
      read.code_leaf(decoder, leaf);
      for (int32_t y = leaf.y; y < leaf.y + 16; ++y) {
        for (int32_t x = leaf.x; x < leaf.x + 16; ++x) assert_int_equal(read.state.row(y)[x], wanted[at++]);
      }
    }
    assert_true(decoder.finished());
  }
}

bool list_accepted(const std::vector<uint32_t>& colours) {
  Memory memory;
  entropy::SymbolEncoder encoder(memory, entropy::kCellRate);
  entropy::CellPalette palette(memory);
  set_colours(&palette, colours);
  palette.code_list(encoder, 1);
  Vector<uint8_t> bytes(memory);
  encoder.finish(&bytes);
  entropy::SymbolDecoder decoder(ByteSpan(bytes), entropy::kCellRate);
  palette.start(kSide, kSide);
  palette.code_list(decoder, 1);
  return decoder.good();
}

void lists_must_rise(void**) {
  assert_true(list_accepted({}));
  assert_true(list_accepted({0}));
  assert_true(list_accepted({3, 4, 255}));
  assert_false(list_accepted({4, 4}));
  assert_false(list_accepted({4, 3}));
}

// Index 0 is what a sample without a colour has; a leaf must not have it.
void a_leaf_without_a_colour_is_refused(void**) {
  for (const bool unknown : {false, true}) {
    Memory memory;
    entropy::SymbolEncoder encoder(memory, entropy::kCellRate);
    entropy::CellPalette palette(memory);
    set_colours(&palette, {10, 20});
    palette.code_list(encoder, 1);
    const Leaf leaf = leaf_at(0, 0, 2, 2);
    for (int32_t i = 0; i < 16; ++i) palette.state.row(i / 4)[i % 4] = 1;
    if (unknown) palette.state.row(2)[3] = 0;
    palette.code_leaf(encoder, leaf);
    Vector<uint8_t> bytes(memory);
    encoder.finish(&bytes);
    entropy::SymbolDecoder decoder(ByteSpan(bytes), entropy::kCellRate);
    palette.start(kSide, kSide);
    palette.code_list(decoder, 1);
    palette.code_leaf(decoder, leaf);
    assert_int_equal(decoder.good(), !unknown);
  }
}

// Glyphs that come again, beside `noise` columns of texture.
std::vector<uint8_t> drawing(int32_t w, int32_t h, int32_t channels, int32_t noise) {
  std::mt19937 random(5);
  std::vector<uint8_t> p;
  for (int32_t y = 0; y < h; ++y) {
    for (int32_t x = 0; x < w; ++x) {
      const uint32_t glyph = static_cast<uint32_t>(x / 7 * 5 + y / 9 * 3) % 6;
      const uint32_t dot = static_cast<uint32_t>(x % 7 * 9 + y % 9);
      const bool ink = x % 7 > 0 && y % 9 > 1 && (0x5A3C96E1u >> (dot * (glyph + 3) % 31) & 1u) != 0;
      for (int32_t c = 0; c < channels; ++c) {
        const uint32_t texture = static_cast<uint32_t>(60 + random() % 90);
        const uint32_t v = x >= w - noise ? texture : ink ? 20 + 60 * static_cast<uint32_t>(c) : 235;
        p.push_back(static_cast<uint8_t>(c == 3 ? 255 - y % 3 : v));
      }
    }
  }
  return p;
}

format::StreamHeader header_of(ByteSpan bytes, Memory& memory) {
  format::ContainerReader reader(memory);
  assert_true(reader.open(bytes, format::Limits(), true).ok());
  return reader.header();
}

void drawn_pictures_agree_everywhere(void**) {
  const int32_t w = 309, h = 150;
  for (const int32_t channels : {1, 3, 4}) {
    for (const enc::ChromaMode chroma : {enc::ChromaMode::k420, enc::ChromaMode::k444}) {
      const std::vector<uint8_t> p = drawing(w, h, channels, 90);
      enc::Config config;
      config.procedural = false;
      config.quality = 70;
      config.cell = 128;
      config.chroma = chroma;
      Memory memory;
      testing::Coded one(memory), three(memory);
      testing::encode(p, w, h, channels, config, 1, memory, &one);
      testing::encode(p, w, h, channels, config, 3, memory, &three);
      assert_true(std::equal(one.bytes.begin(), one.bytes.end(), three.bytes.begin(), three.bytes.end()));
      assert_int_equal(header_of(ByteSpan(one.bytes), memory).tools & format::kToolPalette,
                       format::kToolPalette);
      const dec::OutputFormat format = dec::OutputFormat::kRgba;
      const std::vector<uint8_t> all = testing::decode(ByteSpan(one.bytes), {0, 0, w, h}, format, 1, memory);
      assert_true(all == testing::decode(ByteSpan(one.bytes), {0, 0, w, h}, format, 5, memory));
      const std::vector<uint8_t> part =
          testing::decode(ByteSpan(one.bytes), {120, 40, 60, 70}, format, 2, memory);
      for (int32_t y = 0; y < 70; ++y)
        assert_memory_equal(&part[static_cast<size_t>(y) * 240],
                            &all[(static_cast<size_t>(y + 40) * w + 120) * 4], 240);
      // Ink and ground are exact: no filter and no transform touched them.
      if (channels == 1) {
        for (int32_t y = 0; y < 128; ++y) {
          for (int32_t x = 0; x < 128; ++x)
            assert_int_equal(all[static_cast<size_t>(y * w + x) * 4], p[static_cast<size_t>(y * w + x)]);
        }
      }
    }
  }
}

void few_colours_become_lossless(void**) {
  const std::vector<uint8_t> p = drawing(256, 128, 3, 0);
  enc::Config config;
  config.procedural = false;
  Memory memory;
  testing::Coded coded(memory);
  testing::encode(p, 256, 128, 3, config, 1, memory, &coded);
  assert_true(header_of(ByteSpan(coded.bytes), memory).lossless());
  assert_true(std::isinf(coded.stats.psnr_y));
  assert_true(testing::decode(ByteSpan(coded.bytes), {0, 0, 256, 128}, dec::OutputFormat::kRgb, 1, memory) ==
              p);
}

void textures_have_no_palette(void**) {
  const std::vector<uint8_t> p = drawing(128, 128, 3, 128);
  enc::Config config;
  config.procedural = false;
  Memory memory;
  testing::Coded coded(memory);
  testing::encode(p, 128, 128, 3, config, 1, memory, &coded);
  assert_int_equal(header_of(ByteSpan(coded.bytes), memory).tools & format::kToolPalette, 0);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(indices_come_back),
      cmocka_unit_test(lists_must_rise),
      cmocka_unit_test(a_leaf_without_a_colour_is_refused),
      cmocka_unit_test(drawn_pictures_agree_everywhere),
      cmocka_unit_test(few_colours_become_lossless),
      cmocka_unit_test(textures_have_no_palette),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
