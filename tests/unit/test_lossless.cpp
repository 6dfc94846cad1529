// Lossless streams: every sample comes back, by every way of decoding; broken cells cost themselves alone.
#include <cstdlib>
#include <cstring>
#include <vector>

#include "support/cmocka_cpp.h"

#include "dec/decoder.h"
#include "dec/lossless_cell_decoder.h"
#include "enc/encoder.h"
#include "enc/lossless_cell_encoder.h"
#include "entropy/lossless_cell.h"
#include "format/container.h"
#include "normative/color.h"

namespace {

using namespace pc15;

enum Kind { kPhoto, kNoise, kExtremes, kFlat, kFewColours, kManyColours, kKinds };

struct Picture {
  int32_t width = 0, height = 0, channels = 0;
  std::vector<uint8_t> data;
  const uint8_t* at(int32_t x, int32_t y) const {
    return data.data() + (static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x)) *
                             static_cast<size_t>(channels);
  }
};

Picture make(Kind kind, int32_t width, int32_t height, int32_t channels, uint32_t seed) {
  Picture p{width, height, channels, {}};
  uint32_t state = seed * 2654435761u + 1;
  for (int32_t y = 0; y < height; ++y) {
    for (int32_t x = 0; x < width; ++x) {
      for (int32_t c = 0; c < channels; ++c) {
        state = state * 1664525u + 1013904223u;
        const int32_t noise = static_cast<int32_t>(state >> 24);
        int32_t v = noise;
        if (kind == kPhoto) v = 90 + (x * 3 + y * (2 + c)) % 97 + (x / 16 + y / 9) % 3 * 20 + noise / 32;
        if (kind == kExtremes) v = ((x + y * 3 + c) % 5 < 2) == (noise < 200) ? 255 : 0;
        if (kind == kFlat) v = 7 + 60 * c;
        if (kind == kFewColours) v = (x / 7 + y / 5) % 6 * 40 + c;
        if (kind == kManyColours) v = (x / 3 * 11 + y / 2 * 7 + c) % 256;
        p.data.push_back(static_cast<uint8_t>(v));
      }
    }
  }
  return p;
}

enc::Config lossless_config(int32_t cell) {
  enc::Config config;
  config.lossless = true;
  config.effort = 1;
  config.cell = cell;
  return config;
}

Vector<uint8_t> encode(const Picture& p, const enc::Config& config, Memory& memory) {
  enc::Raster raster;
  raster.data = p.data.data();
  raster.width = p.width;
  raster.height = p.height;
  raster.channels = p.channels;
  raster.stride = int64_t{p.width} * p.channels;
  Vector<uint8_t> file(memory);
  enc::Encoder encoder(memory);
  ThreadPool pool(1);
  Monitor monitor;
  assert_true(encoder.encode(config, raster, Span<const format::Section>(), pool, monitor, &file).ok());
  return file;
}

dec::OutputFormat format_of(int32_t channels) {
  return channels == 1   ? dec::OutputFormat::kY
         : channels == 3 ? dec::OutputFormat::kRgb
                         : dec::OutputFormat::kRgba;
}

Status decode(const Vector<uint8_t>& file, const Rect& region, int32_t channels, bool tolerant,
              int32_t threads, std::vector<uint8_t>* out, std::vector<dec::CellState>* damage = nullptr) {
  Memory memory;
  dec::Decoder decoder(memory);
  PC15_TRY(decoder.open(ByteSpan(file.data(), file.size()), format::Limits(), tolerant));
  out->assign(static_cast<size_t>(region.width) * static_cast<size_t>(region.height * channels), 0);
  dec::Output output{out->data(), int64_t{region.width} * channels, format_of(channels)};
  ThreadPool pool(threads);
  Monitor monitor;
  const Status status = decoder.decode(region, output, pool, monitor);
  if (damage != nullptr) damage->assign(decoder.damage().begin(), decoder.damage().end());
  return status;
}

void expect_crop(const Picture& p, const Rect& r, const std::vector<uint8_t>& out) {
  const size_t row = static_cast<size_t>(r.width * p.channels);
  for (int32_t y = 0; y < r.height; ++y) {
    assert_memory_equal(out.data() + static_cast<size_t>(y) * row, p.at(r.x, r.y + y), row);
  }
}

void expect_same(const Picture& p, const enc::Config& config) {
  Memory memory;
  const Vector<uint8_t> file = encode(p, config, memory);
  std::vector<uint8_t> out;
  const Rect all{0, 0, p.width, p.height};
  assert_true(decode(file, all, p.channels, false, 1, &out).ok());
  expect_crop(p, all, out);
}

void test_every_size(void**) {
  constexpr int32_t kChannels[] = {1, 3, 4};
  for (int32_t a = 1; a <= 70; ++a) {
    const int32_t b = 1 + a * 29 % 70;
    for (int32_t i = 0; i < 3; ++i) {
      expect_same(make(static_cast<Kind>((a + i) % kKinds), a, b, kChannels[i], static_cast<uint32_t>(a)),
                  lossless_config(128));
    }
  }
}

void test_every_kind_over_cells(void**) {
  for (int32_t kind = 0; kind < kKinds; ++kind) {
    for (const int32_t cell : {128, 256, 512}) {
      expect_same(make(static_cast<Kind>(kind), 133, 131, kind % 2 == 0 ? 3 : 4, 5), lossless_config(cell));
    }
  }
}

void test_regions_threads_and_luma(void**) {
  Memory memory;
  const Picture p = make(kPhoto, 300, 150, 4, 9);
  const Vector<uint8_t> file = encode(p, lossless_config(128), memory);
  std::vector<uint8_t> out, luma;
  for (const Rect& r : {Rect{0, 0, 1, 1}, Rect{120, 100, 30, 40}, Rect{299, 149, 1, 1}, Rect{5, 7, 290, 3}}) {
    assert_true(decode(file, r, 4, false, 3, &out).ok());
    expect_crop(p, r, out);
  }
  const Rect all{0, 0, p.width, p.height};
  assert_true(decode(file, all, 1, false, 1, &luma).ok());
  for (int32_t y = 0; y < p.height; ++y) {
    for (int32_t x = 0; x < p.width; ++x) {
      const uint8_t* const c = p.at(x, y);
      assert_int_equal(luma[static_cast<size_t>(y * p.width + x)],
                       normative::luma_from_rgb(c[0], c[1], c[2]));
    }
  }
}

// A flat picture stays flat at every scale, in its own colour.
void test_scales(void**) {
  Memory memory;
  Picture p = make(kFlat, 40, 30, 3, 1);
  enc::Config config = lossless_config(128);
  config.procedural = false;
  const Vector<uint8_t> file = encode(p, config, memory);
  for (const int32_t scale : {-2, -1, 1, 3}) {
    dec::Decoder decoder(memory);
    assert_true(decoder.open(ByteSpan(file.data(), file.size()), format::Limits(), false).ok());
    uint8_t out[5 * 4 * 3] = {};
    const dec::Output output{out, 5 * 3, dec::OutputFormat::kRgb};
    ThreadPool pool(1);
    Monitor monitor;
    assert_true(decoder.decode_scaled(scale, Rect{1, 2, 5, 4}, output, pool, monitor).ok());
    for (int32_t i = 0; i < 5 * 4 * 3; ++i) assert_int_equal(out[i], p.data[static_cast<size_t>(i % 3)]);
  }
}

// What programs draw costs its programs, and cells that they explain nothing.
void test_programs(void**) {
  Memory memory;
  Picture p{320, 160, 1, {}};
  for (int32_t y = 0; y < p.height; ++y) {
    for (int32_t x = 0; x < p.width; ++x) p.data.push_back((3 * x + 2 * y) % 34 < 17 ? 210 : 40);
  }
  enc::Config config = lossless_config(128);
  config.effort = 5;
  const Vector<uint8_t> whole = encode(p, config, memory);
  assert_true(whole.size() < 64);
  p.data[100 * 320 + 10] = 77;
  const Vector<uint8_t> spot = encode(p, config, memory);
  assert_true(spot.size() < 1000);
  for (const Vector<uint8_t>* file : {&whole, &spot}) {
    Picture source = p;
    if (file == &whole) source.data[100 * 320 + 10] = (3 * 10 + 2 * 100) % 34 < 17 ? 210 : 40;
    std::vector<uint8_t> out;
    const Rect all{0, 0, p.width, p.height};
    assert_true(decode(*file, all, 1, false, 1, &out).ok());
    expect_crop(source, all, out);
  }
}

void test_fold_is_a_bijection(void**) {
  for (int32_t p = 0; p <= normative::kLosslessMaxQ4; ++p) {
    const normative::LosslessFold fold = normative::make_lossless_fold(p);
    for (int32_t k = 0; k < 256; ++k) {
      const int32_t value = normative::unfold_lossless(fold, k);
      assert_in_range(value, 0, 255);
      assert_int_equal(normative::fold_lossless(fold, value), k);
    }
  }
}

// Sums of weights stay inside the table of reciprocals, and quotients below the largest prediction.
void test_weights(void**) {
  uint32_t least = UINT32_MAX, most = 0;
  for (uint32_t e = 0; e <= 7 * normative::kLosslessMaxQ4; ++e) {
    const uint32_t w = normative::lossless_weight(e);
    least = w < least ? w : least;
    most = w > most ? w : most;
  }
  assert_true(least >= 35 && most == 1u << 20);
  for (uint32_t n = 1; n < 1024; ++n) {
    const uint64_t top = uint64_t{n} * normative::kLosslessMaxQ4;
    assert_int_equal((top * normative::lossless_reciprocal(n)) >> 22, normative::kLosslessMaxQ4);
  }
}

// A file of four cells whose second holds `payload`.
Vector<uint8_t> with_payload(const Vector<uint8_t>& file, const std::vector<uint8_t>& payload,
                             Memory& memory) {
  format::ContainerReader reader(memory);
  assert_true(reader.open(ByteSpan(file.data(), file.size()), format::Limits(), true).ok());
  std::vector<ByteSpan> cells(4);
  for (uint32_t i = 0; i < 4; ++i) assert_true(reader.cell(i, &cells[i]).ok());
  cells[1] = ByteSpan(payload.data(), payload.size());
  format::Parts parts;
  parts.header = reader.header();
  parts.cells = Span<const ByteSpan>(cells.data(), cells.size());
  Vector<uint8_t> out(memory);
  assert_true(format::write_container(parts, &out).ok());
  return out;
}

void expect_lost(const Picture& p, const Vector<uint8_t>& good, const std::vector<uint8_t>& payload) {
  Memory memory;
  const Vector<uint8_t> file = with_payload(good, payload, memory);
  const Rect all{0, 0, p.width, p.height};
  std::vector<uint8_t> out;
  std::vector<dec::CellState> damage;
  assert_int_equal(decode(file, all, 3, false, 1, &out).value(), static_cast<int32_t>(Code::kCorrupt));
  assert_int_equal(decode(file, all, 3, true, 2, &out, &damage).value(),
                   static_cast<int32_t>(Code::kDamaged));
  for (int32_t y = 0; y < p.height; ++y) {
    for (int32_t x = 0; x < p.width; ++x) {
      const uint8_t* const found = out.data() + (y * p.width + x) * 3;
      const bool lost = x >= 128 && y < 128;
      for (int32_t c = 0; c < 3; ++c) assert_int_equal(found[c], lost ? 128 : p.at(x, y)[c]);
    }
  }
  for (size_t i = 0; i < 4; ++i) {
    assert_true(damage[i] == (i == 1 ? dec::CellState::kLost : dec::CellState::kIntact));
  }
}

template <typename Body>
std::vector<uint8_t> stream(Memory& memory, const Body& body) {
  entropy::SymbolEncoder coder(memory, entropy::kLosslessRate);
  body(coder);
  Vector<uint8_t> bytes(memory);
  coder.finish(&bytes);
  return std::vector<uint8_t>(bytes.begin(), bytes.end());
}

void test_hostile_cells(void**) {
  Memory memory;
  const Picture p = make(kPhoto, 256, 256, 3, 3);
  enc::Config config = lossless_config(128);
  config.procedural = false;
  const Vector<uint8_t> good = encode(p, config, memory);
  using entropy::SymbolEncoder;
  const auto bits = [](SymbolEncoder& c, uint32_t v, int32_t n) { c.bits(v, n); };
  // Kind 3; mode 3; a reference that is not there; a copy of nothing.
  expect_lost(p, good, stream(memory, [&](SymbolEncoder& c) { bits(c, 3, 2); }));
  expect_lost(p, good, stream(memory, [&](SymbolEncoder& c) { bits(c, 0, 2), bits(c, 3, 2); }));
  expect_lost(p, good,
              stream(memory, [&](SymbolEncoder& c) { bits(c, 0, 2), bits(c, 0, 2), bits(c, 1, 2); }));
  expect_lost(p, good,
              stream(memory, [&](SymbolEncoder& c) { bits(c, 0, 2), bits(c, 1, 2), bits(c, 0, 2); }));
  // A folded difference above 255: the escape of the longest width at the first sample.
  expect_lost(p, good, stream(memory, [&](SymbolEncoder& c) {
                entropy::LosslessState state(memory);
                state.start_cell(128, 128);
                const entropy::LosslessPass pass(0, false, false);
                pass.start(state);
                bits(c, 0, 2), bits(c, 0, 2), bits(c, 0, 2), bits(c, 0, 1);
                c.symbol(state.models[1], 15);
                for (int32_t i = 0; i < 6; ++i) bits(c, 0, 1);
                bits(c, 127, 7);
              }));
  // A palette: a colour that is not in it, a candidate where nothing was seen.
  for (const bool candidate : {false, true}) {
    expect_lost(p, good, stream(memory, [&](SymbolEncoder& c) {
                  bits(c, 2, 2);
                  c.set_rate(entropy::kPaletteRate);
                  bits(c, 1, 10);
                  entropy::AdaptiveCdf high, low[2], index;
                  entropy::PaletteState palette(memory);
                  palette.start(128, 128);
                  for (int32_t colour = 0; colour < 2; ++colour) {
                    for (int32_t i = 0; i < 3; ++i) {
                      entropy::cdf_init_uniform(&high, 16);
                      entropy::cdf_init_uniform(&low[0], 16);
                      if (colour == 1) {
                        entropy::cdf_update(&high, 0, entropy::kPaletteRate);
                        entropy::cdf_update(&low[0], 1, entropy::kPaletteRate);
                      }
                      c.symbol(high, 0);
                      c.symbol(low[0], 1);
                    }
                  }
                  entropy::cdf_init_uniform(&index, 16);
                  c.symbol(*palette.guess(0, 0).model, candidate ? 0 : entropy::kPaletteSlots);
                  if (!candidate) c.symbol(index, 2);
                }));
  }
  // Cut short, and with bytes behind the last symbol.
  format::ContainerReader reader(memory);
  assert_true(reader.open(ByteSpan(good.data(), good.size()), format::Limits(), true).ok());
  ByteSpan cell;
  assert_true(reader.cell(1, &cell).ok());
  std::vector<uint8_t> bytes(cell.begin(), cell.end() - 2);
  expect_lost(p, good, bytes);
  bytes.assign(cell.begin(), cell.end());
  bytes.resize(bytes.size() + 2);
  expect_lost(p, good, bytes);
}

void test_headers(void**) {
  format::Parts parts;
  parts.header.geometry.width = parts.header.geometry.height = 8;
  parts.header.tools = format::kToolLossless;
  const auto refused = [&parts](auto change) {
    Memory memory;
    format::Parts changed = parts;
    change(&changed.header);
    Vector<uint8_t> out(memory);
    return !format::write_container(changed, &out).ok();
  };
  assert_false(refused([](format::StreamHeader*) {}));
  assert_false(refused([](format::StreamHeader* h) { h->color = format::Color::kRgb; }));
  assert_true(refused([](format::StreamHeader* h) { h->color = format::Color::kYcc444; }));
  assert_true(refused([](format::StreamHeader* h) { h->tools |= format::kToolDeblock; }));
  assert_true(refused([](format::StreamHeader* h) { h->step16 = 17; }));
  assert_true(refused([](format::StreamHeader* h) { h->chroma_step32 = 33; }));
  assert_true(refused([](format::StreamHeader* h) { h->table_set = 1; }));
  assert_true(refused([](format::StreamHeader* h) {
    h->tools = 0;
    h->color = format::Color::kRgb;
  }));
}

}  // namespace

int main() {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_size),
      cmocka_unit_test(test_every_kind_over_cells),
      cmocka_unit_test(test_regions_threads_and_luma),
      cmocka_unit_test(test_scales),
      cmocka_unit_test(test_programs),
      cmocka_unit_test(test_fold_is_a_bijection),
      cmocka_unit_test(test_weights),
      cmocka_unit_test(test_hostile_cells),
      cmocka_unit_test(test_headers),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
