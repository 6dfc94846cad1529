// Every table of operations against plain references on random, extreme and odd-sized inputs. The references
// follow docs/bitstream-residual.md one sample at a time.
#include "support/cmocka_cpp.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include "backend/backend.h"
#include "backend/cpu/loop_parts.h"
#include "base/processor.h"
#include "entropy/cell_syntax.h"
#include "normative/color.h"
#include "normative/filter.h"
#include "normative/predict.h"
#include "normative/transform.h"

namespace {

using namespace pc15;
using backend::Operations;

constexpr uint8_t kGuard = 0xA5;

std::vector<Pixel> random_pixels(std::mt19937& random, size_t n) {
  std::vector<Pixel> v(n);
  const uint32_t style = static_cast<uint32_t>(random() % 4);
  for (Pixel& p : v) {
    const uint32_t r = static_cast<uint32_t>(random());
    p = static_cast<Pixel>(style == 0 ? r : style == 1 ? (r & 1) * 255 : style == 2 ? 120 + r % 9 : r % 40);
  }
  return v;
}

void for_each_table(void (*check)(const Operations&)) {
  for (const Operations* o : backend::all_operations()) check(*o);
}

// ---- the tables

void tables(void**) {
  const Span<const Operations* const> all = backend::all_operations();
  assert_string_equal(all[0]->name, "scalar");
  const Span<const InstructionSet> sets = processor_sets();
  assert_int_equal(all.size, sets.size);
  for (size_t i = 0; i < all.size; ++i) assert_string_equal(all[i]->name, instruction_set_name(sets[i]));
#if defined(__aarch64__)
  assert_true(best_instruction_set() == InstructionSet::kNeon);
#endif
#if defined(__x86_64__)
  assert_true((best_instruction_set() >= InstructionSet::kAvx2) == (__builtin_cpu_supports("avx2") != 0));
#endif
}

// The table that PC15_CPU names, which is to be one of this processor's.
void choice(void**) {
  const char* const asked = std::getenv("PC15_CPU");
  const char* const expected = asked != nullptr ? asked : instruction_set_name(best_instruction_set());
  assert_string_equal(backend::operations().name, expected);
  assert_string_equal(instruction_set_name(chosen_instruction_set()), expected);
}

bool lacks_the_asked() {
  const char* const asked = std::getenv("PC15_CPU");
  for (const Operations* o : backend::all_operations()) {
    if (asked == nullptr || std::strcmp(asked, o->name) == 0) return false;
  }
  return true;
}

// ---- colour

void check_rgb_rows(const Operations& o) {
  std::mt19937 random(1);
  for (int32_t trial = 0; trial < 400; ++trial) {
    const int32_t width = 1 + static_cast<int32_t>(random() % 700), shift = trial & 1;
    const int32_t chroma_width = (width + shift) >> shift;
    const std::vector<Pixel> y = random_pixels(random, static_cast<size_t>(width)),
                             a = random_pixels(random, y.size());
    std::vector<Pixel> c[4];
    for (auto& row : c) row = random_pixels(random, static_cast<size_t>(chroma_width));
    const backend::ChromaRows rows{c[0].data(),         c[shift].data(), c[2].data(),
                                   c[2 + shift].data(), shift,           chroma_width - 1};
    const int32_t first = static_cast<int32_t>(random() % static_cast<uint32_t>(width));
    const int32_t count = 1 + static_cast<int32_t>(random() % static_cast<uint32_t>(width - first));
    const int32_t channels = 3 + trial / 2 % 2;
    const Pixel* alpha = trial % 3 == 0 ? nullptr : a.data();
    std::vector<uint8_t> out(static_cast<size_t>(count * channels) + 16, kGuard);
    o.write_rgb_row(y.data(), rows, alpha, first, count, channels, out.data());
    for (int32_t i = 0; i < count; ++i) {
      const int32_t x = first + i;
      const int32_t cb =
          shift != 0 ? normative::upsample_chroma(rows.cb_near, rows.cb_far, x, rows.last) : rows.cb_near[x];
      const int32_t cr =
          shift != 0 ? normative::upsample_chroma(rows.cr_near, rows.cr_far, x, rows.last) : rows.cr_near[x];
      const normative::Rgb rgb = normative::rgb_from_ycc(y[static_cast<size_t>(x)], cb, cr);
      const uint8_t* p = out.data() + i * channels;
      assert_int_equal(p[0], rgb.r);
      assert_int_equal(p[1], rgb.g);
      assert_int_equal(p[2], rgb.b);
      if (channels == 4) assert_int_equal(p[3], alpha != nullptr ? alpha[x] : 255);
    }
    for (size_t i = static_cast<size_t>(count * channels); i < out.size(); ++i)
      assert_int_equal(out[i], kGuard);
  }
}

void check_split_and_gray(const Operations& o) {
  std::mt19937 random(2);
  for (int32_t trial = 0; trial < 200; ++trial) {
    const int32_t count = 1 + static_cast<int32_t>(random() % 300), channels = 3 + trial % 2;
    const std::vector<Pixel> in = random_pixels(random, static_cast<size_t>(count * channels));
    std::vector<Pixel> p[4];
    for (auto& row : p) row.assign(static_cast<size_t>(count) + 16, kGuard);
    o.split_rgb_row(in.data(), count, channels, p[0].data(), p[1].data(), p[2].data(), p[3].data());
    std::vector<uint8_t> gray(static_cast<size_t>(count * channels) + 16, kGuard);
    o.write_gray_row(p[0].data(), p[3].data(), 0, count, channels, gray.data());
    for (int32_t i = 0; i < count; ++i) {
      const Pixel* s = in.data() + i * channels;
      const size_t k = static_cast<size_t>(i);
      assert_int_equal(p[0][k], normative::luma_from_rgb(s[0], s[1], s[2]));
      assert_int_equal(p[1][k], normative::cb_from_rgb(s[0], s[1], s[2]));
      assert_int_equal(p[2][k], normative::cr_from_rgb(s[0], s[1], s[2]));
      assert_int_equal(p[3][k], channels == 4 ? s[3] : 255);
      for (int32_t c = 0; c < 3; ++c) assert_int_equal(gray[static_cast<size_t>(i * channels + c)], p[0][k]);
    }
    for (const auto& row : p) assert_int_equal(row[static_cast<size_t>(count)], kGuard);
    assert_int_equal(gray[static_cast<size_t>(count * channels)], kGuard);
  }
}

// ---- residual

// One sample by the formula of section 9.6, every sum modulo 2^32.
Pixel residual_sample(const entropy::Leaf& leaf, const int16_t* levels, int32_t step16, int32_t x, int32_t y,
                      Pixel base) {
  const int32_t w = 1 << leaf.log2w, h = 1 << leaf.log2h, type = leaf.transform[0];
  const int16_t* mv = normative::transform_matrix(normative::vertical_kind(type), leaf.log2h);
  const int16_t* mh = normative::transform_matrix(normative::horizontal_kind(type), leaf.log2w);
  uint32_t row = 1u << 16;
  for (int32_t l = 0; l < w; ++l) {
    uint32_t column = 1u << 13;
    for (int32_t k = 0; k < h; ++k) {
      const int32_t c = normative::saturate16(
          static_cast<int32_t>((static_cast<int64_t>(levels[k * w + l]) * step16) >> 1));
      column += static_cast<uint32_t>(mv[k * h + y] * c);
    }
    row += static_cast<uint32_t>(normative::saturate16(static_cast<int32_t>(column) >> 14) * mh[l * w + x]);
  }
  const int32_t r = static_cast<int16_t>(static_cast<int32_t>(row) >> 17);
  return normative::clip_pixel(base + r);
}

void check_residual(const Operations& o) {
  std::mt19937 random(3);
  for (int32_t trial = 0; trial < 300; ++trial) {
    entropy::Leaf leaf;
    leaf.log2w = static_cast<uint8_t>(2 + random() % 4);
    leaf.log2h =
        static_cast<uint8_t>(std::min(5, std::max(2, leaf.log2w - 2 + static_cast<int32_t>(random() % 5))));
    const int32_t w = 1 << leaf.log2w, h = 1 << leaf.log2h, area = w * h;
    if (w <= 16 && h <= 16) leaf.transform[0] = static_cast<int32_t>(random() % 4);
    const int32_t step16 = trial % 5 == 0 ? 65535 : 1 + static_cast<int32_t>(random() % 2000);
    const entropy::ScanEntry* scan = entropy::scan_table(leaf.log2w, leaf.log2h);
    int16_t levels[1024] = {};
    leaf.eob[0] =
        1 + static_cast<int32_t>(random() % static_cast<uint32_t>(trial % 3 == 0 ? area : std::min(area, 9)));
    for (int32_t i = 0; i < leaf.eob[0]; ++i) {
      const int32_t bound = trial % 7 == 0 ? 32767 : trial % 2 == 0 ? 3 : 40;
      levels[scan[i].raster] =
          static_cast<int16_t>(static_cast<int32_t>(random() % static_cast<uint32_t>(2 * bound + 1)) - bound);
    }
    int16_t& last = levels[scan[leaf.eob[0] - 1].raster];
    if (last == 0) last = -1;
    const int32_t stride = w + 3;
    const std::vector<Pixel> base = random_pixels(random, static_cast<size_t>(stride * h));
    std::vector<Pixel> out = base;
    // What lies behind the rows that a decoder fills is its last block's.
    int16_t filled[1024];
    const int32_t rows = entropy::filled_rows(scan[leaf.eob[0] - 1]);
    std::memcpy(filled, levels, sizeof(filled));
    std::fill(filled + rows * w, filled + 1024, static_cast<int16_t>(-77));
    o.add_residual(leaf, 0, filled, step16, out.data(), stride);
    for (int32_t probe = 0; probe < 20; ++probe) {
      const int32_t x = static_cast<int32_t>(random()) & (w - 1),
                    y = static_cast<int32_t>(random()) & (h - 1);
      const size_t at = static_cast<size_t>(y * stride + x);
      assert_int_equal(out[at], residual_sample(leaf, levels, step16, x, y, base[at]));
    }
    for (int32_t y = 0; y < h; ++y) {
      for (int32_t x = w; x < stride; ++x)
        assert_int_equal(out[static_cast<size_t>(y * stride + x)], base[static_cast<size_t>(y * stride + x)]);
    }
  }
}

// ---- prediction: symmetric references make the two families of directions mirror images

void check_directions_mirror(const Operations& o) {
  std::mt19937 random(4);
  std::vector<Pixel> samples(64 * 64), turned(64 * 64);
  for (int32_t trial = 0; trial < 200; ++trial) {
    samples = random_pixels(random, samples.size());
    for (int32_t y = 0; y < 64; ++y) {
      for (int32_t x = 0; x < 64; ++x)
        turned[static_cast<size_t>(x * 64 + y)] = samples[static_cast<size_t>(y * 64 + x)];
    }
    static backend::UnitMap map;
    std::memset(&map, 0, sizeof(map));
    entropy::Leaf leaf;
    leaf.log2w = leaf.log2h = static_cast<uint8_t>(2 + random() % 4);
    leaf.x = leaf.y = static_cast<int16_t>(random() % 8 * 4);
    const int32_t n = 1 << leaf.log2w;
    if (leaf.x + n > 64) continue;
    map.mark(0, 0, 64, leaf.y, 1);  // everything above and to the left
    map.mark(0, 0, leaf.x, 64, 1);
    const backend::CellPlane a{{samples.data(), 64, 64, 64}, {}}, b{{turned.data(), 64, 64, 64}, {}};
    const int32_t direction = 2 + static_cast<int32_t>(random() % 33), other = 36 - direction;
    Pixel p[1024], q[1024];
    const auto set = [](entropy::Leaf* l, int32_t d) {
      l->mode = d < 4 ? 5 : (d - 4) / 4 + 6;
      l->delta = d < 4 ? d - 2 : (d - 4) % 4;
    };
    set(&leaf, direction);
    o.predict_leaf(leaf, 0, a, map, nullptr, p, n);
    set(&leaf, other);
    o.predict_leaf(leaf, 0, b, map, nullptr, q, n);
    for (int32_t y = 0; y < n; ++y) {
      for (int32_t x = 0; x < n; ++x) assert_int_equal(p[y * n + x], q[x * n + y]);
    }
  }
}

// ---- seam filter: any order of the edges of one direction, one line at a time

void check_filter(const Operations& o) {
  std::mt19937 random(5);
  for (int32_t trial = 0; trial < 60; ++trial) {
    const int32_t w = 128 + 8 * static_cast<int32_t>(random() % 20),
                  h = 8 + 8 * static_cast<int32_t>(random() % 40);
    const int32_t cols = (w + 127) / 128, rows = (h + 127) / 128;
    std::vector<Pixel> samples = random_pixels(random, static_cast<size_t>(w * h));
    for (size_t i = 1; trial % 2 == 0 && i < samples.size(); ++i) {
      samples[i] = static_cast<Pixel>((samples[i - 1] * 7 + samples[i]) / 8);
    }
    // Pieces of blocks of 4 or 8 samples, of which 8 in a row have no edge between them, and some of
    // palettes.
    std::vector<uint8_t> edges(static_cast<size_t>(w / 4 * h / 4), 0);
    for (int32_t y = 0; y < h / 4; y += 2) {
      for (int32_t x = 0; x < w / 4; x += 2) {
        const uint32_t bits = static_cast<uint32_t>(random());
        for (int32_t j = 0; j < 2; ++j) {
          for (int32_t i = 0; i < 2; ++i) {
            const bool wide = (bits >> j & 1) != 0, tall = (bits >> (2 + i) & 1) != 0;
            uint8_t e = static_cast<uint8_t>((wide ? backend::kWide : 0) | (tall ? backend::kTall : 0));
            if (i == 0 || !wide) e = static_cast<uint8_t>(e | backend::kEdgeLeft);
            if (j == 0 || !tall) e = static_cast<uint8_t>(e | backend::kEdgeTop);
            if (random() % 16 == 0) e = static_cast<uint8_t>(e | backend::kFixed);
            edges[static_cast<size_t>((y + j) * (w / 4) + x + i)] = e;
          }
        }
      }
    }
    std::vector<backend::SeamCell> cells(static_cast<size_t>(cols * rows));
    for (backend::SeamCell& c : cells) {
      c = {static_cast<int32_t>(random() % 5), static_cast<int32_t>(random() % 1600), random() % 4 != 0};
    }
    std::vector<Pixel> expected = samples;
    for (int32_t pass = 0; pass < 2; ++pass) {
      const uint8_t edge = pass == 0 ? backend::kEdgeLeft : backend::kEdgeTop;
      const uint8_t large = pass == 0 ? backend::kWide : backend::kTall;
      for (int32_t y = h / 4 - 1; y >= 0; --y) {
        for (int32_t x = w / 4 - 1; x >= 0; --x) {
          const int32_t px = pass == 0 ? x - 1 : x, py = pass == 0 ? y : y - 1;
          const uint8_t e = edges[static_cast<size_t>(y * (w / 4) + x)];
          if (px < 0 || py < 0 || (e & edge) == 0) continue;
          const uint8_t before = edges[static_cast<size_t>(py * (w / 4) + px)];
          if (((e | before) & backend::kFixed) != 0) continue;
          const backend::SeamCell &q = cells[static_cast<size_t>(y / 32 * cols + x / 32)],
                                  &p = cells[static_cast<size_t>(py / 32 * cols + px / 32)];
          if (!p.present || !q.present) continue;
          const normative::EdgeStrength s =
              normative::edge_strength((p.strength + q.strength + 1) / 2, (p.step16 + q.step16 + 1) / 2);
          if (s.beta == 0) continue;
          const bool p_large = (before & large) != 0;
          for (int32_t k = 3; k >= 0; --k) {
            Pixel* at = expected.data() + (4 * y + (pass == 0 ? k : 0)) * w + 4 * x + (pass == 0 ? 0 : k);
            normative::filter_line(at, pass == 0 ? 1 : w, s, p_large, (e & large) != 0);
          }
        }
      }
    }
    const backend::SeamPlane plane{
        {samples.data(), w, h, w}, {edges.data(), w / 4, h / 4, w / 4}, 128, cells.data(), cols};
    const int32_t cut = static_cast<int32_t>(random() % static_cast<uint32_t>(h / 4 + 1));
    o.filter_vertical_edges(plane, cut, h / 4);
    o.filter_vertical_edges(plane, 0, cut);
    o.filter_horizontal_edges(plane, cut, h / 4);
    o.filter_horizontal_edges(plane, 0, cut);
    assert_true(samples == expected);
  }
}

// ---- loop filter: one sample at a time, as section 10.2 says it

struct Reference {
  const std::vector<Pixel>& samples;
  int32_t w, h;
  int32_t at(int32_t x, int32_t y) const {
    return samples[static_cast<size_t>(std::max(0, std::min(h - 1, y)) * w +
                                       std::max(0, std::min(w - 1, x)))];
  }
  // Sum over the window of |2 p - p(+) - p(-)| along (dx, dy).
  int32_t activity(int32_t bx, int32_t by, int32_t dx, int32_t dy) const {
    int32_t sum = 0;
    for (int32_t y = by - 2; y < by + 6; ++y) {
      for (int32_t x = bx - 2; x < bx + 6; ++x) {
        // Positions beyond the plane count by their place, not by the sample that is repeated there.
        if (((x + y) & 1) == 0) sum += std::abs(2 * at(x, y) - at(x + dx, y + dy) - at(x - dx, y - dy));
      }
    }
    return sum;
  }
  int32_t filtered(int32_t x, int32_t y, int32_t step16, bool chroma, int32_t set) const {
    const int32_t bx = x & ~3, by = y & ~3;
    const int32_t v = activity(bx, by, 0, 1), u = activity(bx, by, 1, -1);
    const int32_t hz = activity(bx, by, 1, 0), d = activity(bx, by, 1, 1);
    int32_t grade = 0;
    for (int32_t g : {4, 8, 15, 25, 40, 65, 110}) grade += 50 * (v + hz) > g * step16;
    const auto ratio = [](int32_t a, int32_t b) { return 2 * a <= 3 * b ? 0 : a <= 3 * b ? 1 : 2; };
    const int32_t index =
        9 * grade + 3 * ratio(std::max(v, hz), std::min(v, hz)) + ratio(std::max(d, u), std::min(d, u));
    int32_t point = 0;
    for (int32_t border : {169, 293, 508, 867}) point += step16 >= border;
    const int8_t* k = backend::loop_filters(chroma, point, set - 1) + index * 24;
    const int32_t t = std::max(1, std::min(255, (5 * step16 + 128) >> 8)), c = at(x, y);
    const auto limited = [t](int32_t e) { return std::max(-t, std::min(t, e)); };
    int32_t sum = 128, i = 0;
    for (const auto& tap : {std::pair<int, int>{1, 0},
                            {2, 0},
                            {3, 0},
                            {-2, 1},
                            {-1, 1},
                            {0, 1},
                            {1, 1},
                            {2, 1},
                            {-1, 2},
                            {0, 2},
                            {1, 2},
                            {0, 3}}) {
      int32_t dx = tap.first, dy = u > d ? -tap.second : tap.second;
      if (v > hz) std::swap(dx, dy);
      const int32_t a = at(x + dx, y + dy) - c, b = at(x - dx, y - dy) - c;
      sum += k[i] * (a + b) + k[i + 1] * (limited(a) + limited(b));
      i += 2;
    }
    return std::max(0, std::min(255, c + (sum >> 8)));
  }
};

void check_loop(const Operations& o) {
  std::mt19937 random(9);
  for (int32_t trial = 0; trial < 40; ++trial) {
    const int32_t w = 4 + 4 * static_cast<int32_t>(random() % 40),
                  h = 4 + 4 * static_cast<int32_t>(random() % 30);
    const int32_t side = trial % 2 == 0 ? 64 : 32, cols = (w + side - 1) / side, rows = (h + side - 1) / side;
    std::vector<Pixel> samples = random_pixels(random, static_cast<size_t>(w * h));
    for (size_t i = 1; trial % 3 == 0 && i < samples.size(); ++i) {
      samples[i] = static_cast<Pixel>((samples[i - 1] * 7 + samples[i]) / 8);
    }
    std::vector<backend::LoopBlock> blocks(static_cast<size_t>(cols * rows));
    for (backend::LoopBlock& b : blocks) {
      // Clips of 255, of 63 or 64, between which versions may differ, and of up to 29.
      const uint32_t kind = random() % 8;
      b.step16 = static_cast<uint16_t>(kind == 0   ? 65535
                                       : kind == 1 ? 3220 + random() % 60
                                                   : 1 + random() % 1500);
      b.set = static_cast<uint8_t>(random() % (normative::kLoopSets + 1));
    }
    std::vector<Pixel> out = samples;
    const bool chroma = trial % 4 >= 2;
    std::vector<uint8_t> units(static_cast<size_t>(w * h / 16));
    for (uint8_t& u : units) u = random() % 5 == 0 ? backend::kFixed : backend::kWide;
    const PlaneView<const uint8_t> map{units.data(), w / 4, h / 4, w / 4};
    const backend::LoopPlane plane{{samples.data(), w, h, w},
                                   {out.data(), w, h, w},
                                   side,
                                   blocks.data(),
                                   cols,
                                   chroma,
                                   trial % 5 == 0 ? PlaneView<const uint8_t>() : map};
    const int32_t cut = static_cast<int32_t>(random() % static_cast<uint32_t>(rows + 1));
    o.filter_loop(plane, cut, rows);
    o.filter_loop(plane, 0, cut);
    std::vector<Pixel> by_set[normative::kLoopSets];
    PlaneView<Pixel> to[normative::kLoopSets];
    for (int32_t set = 0; set < normative::kLoopSets; ++set) {
      by_set[set] = samples;
      to[set] = {by_set[set].data(), w, h, w};
    }
    o.filter_loop_sets(plane, 0, cut, to);
    o.filter_loop_sets(plane, cut, rows, to);
    const Reference reference{samples, w, h};
    for (int32_t y = 0; y < h; ++y) {
      for (int32_t x = 0; x < w; ++x) {
        const backend::LoopBlock& b = blocks[static_cast<size_t>(y / side * cols + x / side)];
        const int32_t expected = b.set == 0 || (trial % 5 != 0 && map.at(x / 4, y / 4) == backend::kFixed)
                                     ? reference.at(x, y)
                                     : reference.filtered(x, y, b.step16, chroma, b.set);
        assert_int_equal(out[static_cast<size_t>(y * w + x)], expected);
        const bool fixed = trial % 5 != 0 && map.at(x / 4, y / 4) == backend::kFixed;
        for (int32_t set = 0; set < normative::kLoopSets; ++set) {
          const int32_t tried =
              fixed ? reference.at(x, y) : reference.filtered(x, y, b.step16, chroma, set + 1);
          assert_int_equal(by_set[set][static_cast<size_t>(y * w + x)], tried);
        }
      }
    }
  }
}

void colour_rows(void**) {
  for_each_table(check_rgb_rows);
  for_each_table(check_split_and_gray);
}
void residual(void**) { for_each_table(check_residual); }
void directions(void**) { for_each_table(check_directions_mirror); }
void seam_filter(void**) { for_each_table(check_filter); }
void loop_filter(void**) { for_each_table(check_loop); }
void loop_coefficients(void**) {
  const int8_t* k = backend::loop_filters(false, 0, 0);
  for (int64_t i = 0; i < backend::kLoopFilterBytes; i += 24) {
    int32_t sum = 0;
    for (int32_t tap = 0; tap < 12; ++tap) sum += std::abs(k[i + 2 * tap + 1]);
    assert_true(sum <= backend::kMostClippedSum);
  }
}

}  // namespace

// With an argument, that test alone.
int main(int argc, char** argv) {
  if (lacks_the_asked()) {
    std::printf("this processor has no %s\n", std::getenv("PC15_CPU"));
    return 77;
  }
  if (argc > 1) cmocka_set_test_filter(argv[1]);
  const CMUnitTest tests[] = {
      cmocka_unit_test(tables),      cmocka_unit_test(choice),
      cmocka_unit_test(colour_rows), cmocka_unit_test(residual),
      cmocka_unit_test(directions),  cmocka_unit_test(seam_filter),
      cmocka_unit_test(loop_filter), cmocka_unit_test(loop_coefficients),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
