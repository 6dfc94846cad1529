// The residual layer: transforms, encoder and decoder side by side, regions, hostile payloads.
#include "support/cmocka_cpp.h"

#include <cmath>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "backend/seam_filter.h"
#include "dec/cell_decoder.h"
#include "dec/decoder.h"
#include "enc/encoder.h"
#include "enc/forward_transform.h"
#include "entropy/cell_header.h"
#include "normative/filter.h"
#include "normative/transform.h"
#include "support/codec_run.h"

namespace {

using namespace pc15;
using testing::Coded;
using testing::decode;
using testing::encode;

constexpr double kPi = 3.14159265358979323846;

double basis(int32_t kind, int32_t n, int32_t k, int32_t i) {
  if (kind == normative::kDst7)
    return 2 / std::sqrt(2.0 * n + 1) * std::sin(kPi * (2 * k + 1) * (i + 1) / (2.0 * n + 1));
  return std::sqrt((k == 0 ? 1.0 : 2.0) / n) * std::cos(kPi * (2 * i + 1) * k / (2.0 * n));
}

void inverse_transforms_follow_the_formula(void**) {
  std::mt19937 random(1);
  for (int32_t log2w = 2; log2w <= 5; ++log2w) {
    for (int32_t log2h = 2; log2h <= 5; ++log2h) {
      for (int32_t type = 0; type < normative::kTransformTypes; ++type) {
        const int32_t w = 1 << log2w, h = 1 << log2h;
        if (type != 0 && (w > 16 || h > 16)) continue;
        int16_t coefs[1024] = {}, scratch[1024], out[1024];
        for (int32_t i = 0; i < w * h; ++i) {
          if (random() % 8 == 0)
            coefs[i] = static_cast<int16_t>(static_cast<int32_t>(random() % 2001) - 1000);
        }
        normative::inverse_transform(coefs, log2w, log2h, type, h, w, scratch, out);
        for (int32_t probe = 0; probe < 12; ++probe) {
          const int32_t x = static_cast<int32_t>(random() % static_cast<uint32_t>(w));
          const int32_t y = static_cast<int32_t>(random() % static_cast<uint32_t>(h));
          double sum = 0;
          for (int32_t k = 0; k < h; ++k) {
            for (int32_t l = 0; l < w; ++l) {
              sum += coefs[k * w + l] / 8.0 * basis(normative::vertical_kind(type), h, k, y) *
                     basis(normative::horizontal_kind(type), w, l, x);
            }
          }
          assert_true(std::fabs(sum - out[y * w + x]) < 1.1);
        }
      }
    }
  }
}

void forward_and_inverse_meet(void**) {
  std::mt19937 random(2);
  for (int32_t log2w = 2; log2w <= 5; ++log2w) {
    for (int32_t log2h = 2; log2h <= 5; ++log2h) {
      for (int32_t type = 0; type < normative::kTransformTypes; ++type) {
        const int32_t w = 1 << log2w, h = 1 << log2h;
        if (type != 0 && (w > 16 || h > 16)) continue;
        int16_t residual[1024], coefs16[1024], scratch[1024], out[1024];
        int32_t coefs[1024];
        for (int32_t i = 0; i < w * h; ++i)
          residual[i] = static_cast<int16_t>(static_cast<int32_t>(random() % 511) - 255);
        enc::forward_transform(residual, log2w, log2h, type, coefs);
        for (int32_t i = 0; i < w * h; ++i) coefs16[i] = static_cast<int16_t>(coefs[i]);
        normative::inverse_transform(coefs16, log2w, log2h, type, h, w, scratch, out);
        for (int32_t i = 0; i < w * h; ++i) assert_true(std::abs(out[i] - residual[i]) <= 2);
      }
    }
  }
}

void corner_shortcut_changes_nothing(void**) {
  int16_t coefs[1024] = {}, scratch[1024], whole[1024], corner[1024];
  coefs[0] = 32767;
  coefs[1] = -32768;
  coefs[32] = 32767;
  coefs[33] = 12345;
  normative::inverse_transform(coefs, 5, 5, 0, 32, 32, scratch, whole);
  normative::inverse_transform(coefs, 5, 5, 0, 2, 2, scratch, corner);
  assert_memory_equal(whole, corner, sizeof(whole));
}

void steps_scale_by_octaves(void**) {
  assert_int_equal(normative::scaled_step(160, 0), 160);
  assert_int_equal(normative::scaled_step(160, 8), 320);
  assert_int_equal(normative::scaled_step(160, -8), 80);
  assert_int_equal(normative::scaled_step(1, -255), 1);
  assert_int_equal(normative::scaled_step(65535, 255), 65535);
  for (int32_t e = -64; e < 64; ++e)
    assert_true(normative::scaled_step(1000, e) <= normative::scaled_step(1000, e + 1));
  assert_int_equal(normative::dequantise(32767, 65535), 32767);
  assert_int_equal(normative::dequantise(-32767, 65535), -32768);
}

// A picture with edges, ramps and noise.
std::vector<uint8_t> picture(std::mt19937& random, int32_t w, int32_t h, int32_t channels) {
  std::vector<uint8_t> p(static_cast<size_t>(w) * static_cast<size_t>(h) * static_cast<size_t>(channels));
  const int32_t slope = static_cast<int32_t>(random() % 7), edge = static_cast<int32_t>(random() % 50) + 3;
  for (int32_t y = 0; y < h; ++y) {
    for (int32_t x = 0; x < w; ++x) {
      for (int32_t c = 0; c < channels; ++c) {
        const int32_t v = (x * slope + y * (c + 1)) % 200 + ((x / edge + y / edge) % 2) * 40 +
                          static_cast<int32_t>(random() % 16);
        p[(static_cast<size_t>(y) * static_cast<size_t>(w) + static_cast<size_t>(x)) *
              static_cast<size_t>(channels) +
          static_cast<size_t>(c)] = static_cast<uint8_t>(v > 255 ? 255 : v);
      }
    }
  }
  return p;
}

// The encoder's own reconstruction is what the decoder shows: its PSNR is that of the decoded luma.
void encoder_and_decoder_agree(void**) {
  std::mt19937 random(3);
  for (int32_t trial = 0; trial < 60; ++trial) {
    const int32_t w = 1 + static_cast<int32_t>(random() % (trial < 40 ? 70 : 300));
    const int32_t h = 1 + static_cast<int32_t>(random() % (trial < 40 ? 70 : 300));
    const int32_t channels = trial % 3 == 0 ? 1 : trial % 3 == 1 ? 3 : 4;
    const std::vector<uint8_t> p = picture(random, w, h, channels);
    enc::Config config;
    config.procedural = trial % 4 == 0;
    config.quality = static_cast<double>(random() % 101);
    config.effort = 1 + trial % 9;
    config.cell = 128 << trial % 3;
    config.chroma = trial % 2 == 0 ? enc::ChromaMode::k420 : enc::ChromaMode::k444;
    config.alpha = trial % 5 == 0 ? 0.0 : 0.7;
    Memory memory;
    Coded coded(memory);
    encode(p, w, h, channels, config, 1, memory, &coded);
    const std::vector<uint8_t> y =
        decode(ByteSpan(coded.bytes), {0, 0, w, h}, dec::OutputFormat::kY, 1, memory);
    double error = 0;
    for (size_t i = 0; i < y.size(); ++i) {
      const uint8_t* s = &p[i * static_cast<size_t>(channels)];
      const int32_t luma = channels == 1 ? s[0] : (19595 * s[0] + 38470 * s[1] + 7471 * s[2] + 32768) >> 16;
      error += (luma - y[i]) * (luma - y[i]);
    }
    const double psnr =
        error == 0 ? INFINITY : 10 * std::log10(65025.0 * static_cast<double>(y.size()) / error);
    assert_true(psnr == coded.stats.psnr_y || std::fabs(psnr - coded.stats.psnr_y) < 1e-9);
  }
}

// Where every prediction is nearly right the prices of modes are all that is left to compare.
void flat_pictures_agree_at_every_effort(void**) {
  const int32_t w = 256, h = 200;
  std::vector<uint8_t> p(static_cast<size_t>(w) * h);
  for (int32_t y = 0; y < h; ++y) {
    for (int32_t x = 0; x < w; ++x)
      p[static_cast<size_t>(y * w + x)] = static_cast<uint8_t>(40 + x / 16 + y / 50);
  }
  for (int32_t effort = 1; effort <= 9; ++effort) {
    for (const double quality : {80.0, 90.0, 95.0, 100.0}) {
      enc::Config config;
      config.procedural = false;
      config.quality = quality;
      config.effort = effort;
      Memory memory;
      Coded coded(memory);
      encode(p, w, h, 1, config, 1, memory, &coded);
      const std::vector<uint8_t> y =
          decode(ByteSpan(coded.bytes), {0, 0, w, h}, dec::OutputFormat::kY, 1, memory);
      double error = 0;
      for (size_t i = 0; i < y.size(); ++i) error += (p[i] - y[i]) * (p[i] - y[i]);
      const double psnr = error == 0 ? INFINITY : 10 * std::log10(65025.0 * w * h / error);
      assert_true(psnr == coded.stats.psnr_y || std::fabs(psnr - coded.stats.psnr_y) < 1e-9);
    }
  }
}

void regions_and_threads_change_nothing(void**) {
  std::mt19937 random(4);
  const int32_t w = 401, h = 309;
  const std::vector<uint8_t> p = picture(random, w, h, 4);
  for (const enc::ChromaMode chroma : {enc::ChromaMode::k420, enc::ChromaMode::k444}) {
    enc::Config config;
    config.cell = 128;
    config.quality = 45;
    config.chroma = chroma;
    Memory memory;
    Coded one(memory), three(memory);
    encode(p, w, h, 4, config, 1, memory, &one);
    encode(p, w, h, 4, config, 3, memory, &three);
    assert_int_equal(one.bytes.size(), three.bytes.size());
    assert_memory_equal(one.bytes.data(), three.bytes.data(), one.bytes.size());
    const std::vector<uint8_t> all =
        decode(ByteSpan(one.bytes), {0, 0, w, h}, dec::OutputFormat::kRgba, 1, memory);
    assert_true(all == decode(ByteSpan(one.bytes), {0, 0, w, h}, dec::OutputFormat::kRgba, 8, memory));
    for (int32_t trial = 0; trial < 40; ++trial) {
      Rect r;
      r.x = static_cast<int32_t>(random() % static_cast<uint32_t>(w));
      r.y = static_cast<int32_t>(random() % static_cast<uint32_t>(h));
      r.width = 1 + static_cast<int32_t>(random() % static_cast<uint32_t>(w - r.x));
      r.height = 1 + static_cast<int32_t>(random() % static_cast<uint32_t>(h - r.y));
      const std::vector<uint8_t> part = decode(ByteSpan(one.bytes), r, dec::OutputFormat::kRgba, 1, memory);
      for (int32_t y = 0; y < r.height; ++y) {
        assert_memory_equal(part.data() + static_cast<size_t>(y) * static_cast<size_t>(r.width) * 4,
                            all.data() + (static_cast<size_t>(r.y + y) * w + static_cast<size_t>(r.x)) * 4,
                            static_cast<size_t>(r.width) * 4);
      }
    }
  }
}

// Random bytes and flipped bits in a payload whose CRC was "repaired": never a crash, almost always refused.
void hostile_payloads_are_refused(void**) {
  std::mt19937 random(5);
  format::StreamHeader header;
  header.geometry.width = header.geometry.height = 128;
  header.geometry.cell = 128;
  header.color = format::Color::kYcc420;
  header.alpha = true;
  header.step16 = 65535;
  header.chroma_step32 = 128;
  header.tools = format::kToolMask;
  std::vector<Pixel> samples(128 * 128 * 4), program(128 * 128, 77);
  std::vector<uint8_t> edges(32 * 32 * 3);
  dec::CellTarget target;
  for (int32_t i = 0; i < 4; ++i) {
    const int32_t side = 128 >> header.plane_shift(i);
    target.plane[i].recon = {samples.data() + i * 128 * 128, side, side, side};
    if (i < 3) target.plane[i].program = PlaneView<const Pixel>{program.data(), side, side, side};
  }
  for (int32_t i = 0; i < 3; ++i)
    target.edges[i] = {edges.data() + i * 32 * 32, i == 1 ? 16 : 32, i == 1 ? 16 : 32, 32};
  const auto scratch = std::make_unique<dec::CellScratch>();
  Memory memory;
  entropy::CellPalette palette(memory);
  scratch->palette = &palette;
  int32_t accepted = 0;
  for (int32_t trial = 0; trial < 3000; ++trial) {
    std::vector<uint8_t> bytes(random() % 600);
    for (uint8_t& b : bytes) b = static_cast<uint8_t>(random());
    dec::CellInfo info;
    const dec::CellResult r =
        dec::decode_cell(ByteSpan(bytes.data(), bytes.size()), header, *scratch, target, &info);
    accepted += r == dec::CellResult::kOk ? 1 : 0;
    assert_true(info.strength >= 0 && info.strength <= 4);
  }
  assert_true(accepted <= 1);
}

void cap_holds(void**) {
  std::mt19937 random(6);
  const int32_t w = 256, h = 256;
  std::vector<uint8_t> p(static_cast<size_t>(w) * h);
  for (uint8_t& v : p) v = static_cast<uint8_t>(random());
  enc::Config config;
  config.quality = 90;
  config.procedural = false;
  config.residual_cap_millibpp = 500;
  Memory memory;
  Coded capped(memory), free(memory);
  encode(p, w, h, 1, config, 1, memory, &capped);
  config.residual_cap_millibpp = 0;
  encode(p, w, h, 1, config, 1, memory, &free);
  assert_true(capped.stats.bytes_cells <= static_cast<uint64_t>(w) * h / 16);
  assert_true(free.stats.bytes_cells > capped.stats.bytes_cells * 4);
}

void filter_keeps_flat_and_strong_edges(void**) {
  Pixel flat[16], hard[16], soft[16];
  for (int32_t i = 0; i < 16; ++i) {
    flat[i] = 90;
    hard[i] = i < 8 ? 20 : 220;
    soft[i] = i < 8 ? 100 : 106;
  }
  Pixel before[16];
  const normative::EdgeStrength s = normative::edge_strength(4, 24 * 16);
  std::memcpy(before, flat, 16);
  normative::filter_line(flat + 8, 1, s, true, true);
  assert_memory_equal(before, flat, 16);
  std::memcpy(before, hard, 16);
  normative::filter_line(hard + 8, 1, s, true, true);
  assert_memory_equal(before, hard, 16);
  normative::filter_line(soft + 8, 1, s, true, true);
  assert_true(soft[7] > 100 && soft[8] < 106);
  assert_int_equal(soft[4], 100);
  assert_int_equal(soft[11], 106);
  assert_int_equal(normative::edge_strength(0, 1000).beta, 0);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(inverse_transforms_follow_the_formula),
      cmocka_unit_test(forward_and_inverse_meet),
      cmocka_unit_test(corner_shortcut_changes_nothing),
      cmocka_unit_test(steps_scale_by_octaves),
      cmocka_unit_test(encoder_and_decoder_agree),
      cmocka_unit_test(flat_pictures_agree_at_every_effort),
      cmocka_unit_test(regions_and_threads_change_nothing),
      cmocka_unit_test(hostile_payloads_are_refused),
      cmocka_unit_test(cap_holds),
      cmocka_unit_test(filter_keeps_flat_and_strong_edges),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
