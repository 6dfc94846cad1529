// Decoding at other sizes: the resampling against its definition and against double precision, programs at
// all scales against their crops and against their formulas, and what a scaled decode costs.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "backend/render.h"
#include "backend/resample.h"
#include "dec/decoder.h"
#include "entropy/program_coder.h"
#include "format/container.h"
#include "normative/resample.h"
#include "support/cmocka_cpp.h"
#include "support/random_programs.h"

namespace {

using namespace pc15;
using namespace pc15::normative;

constexpr double kPi = 3.14159265358979323846;

// ---- The resampling.

double lanczos3(double x) {
  if (x == 0) return 1;
  return std::fabs(x) < 3 ? 3 * std::sin(kPi * x) * std::sin(kPi * x / 3) / (kPi * kPi * x * x) : 0;
}

void weights_are_lanczos(void**) {
  for (int32_t phase = 0; phase < kLanczosPhases; ++phase) {
    double shape[kLanczosTaps], total = 0;
    int32_t sum = 0, magnitude = 0;
    for (int32_t k = 0; k < kLanczosTaps; ++k) {
      shape[k] = lanczos3(phase / 32.0 - (k - kLanczosBefore));
      total += shape[k];
    }
    for (int32_t k = 0; k < kLanczosTaps; ++k) {
      const int32_t weight = lanczos_weight(phase, k);
      assert_true(std::fabs(weight - 16384 * shape[k] / total) <= 2);
      if (phase > 0) assert_int_equal(weight, lanczos_weight(32 - phase, 5 - k));
      sum += weight;
      magnitude += std::abs(weight);
    }
    assert_int_equal(sum, 16384);
    // Both passes stay inside their types: 16 bits between them, 32 bits within.
    assert_true(255 * magnitude / 256 + 1 < 32768);
    assert_true(int64_t{255} * magnitude / 256 * magnitude + (1 << 19) < INT32_MAX);
  }
}

void positions_are_half_sample_centres(void**) {
  for (int32_t n = 1; n <= kMaxResampleLog2; ++n) {
    for (int32_t i = 0; i < 1000; ++i) {
      const ResamplePosition p = enlarged_position(i, n);
      assert_true(p.phase >= 0 && p.phase < 32);
      assert_true(p.base + p.phase / 32.0 == (i + 0.5) / (1 << n) - 0.5);
    }
    const int32_t last = enlarged_position((65535 << n) - 1, n).base;
    assert_int_equal(last, 65534);
  }
  assert_int_equal(scaled_extent(65535, 3), 524280);
  assert_int_equal(scaled_extent(5, -1), 3);
  assert_int_equal(scaled_extent(5, -2), 2);
  assert_int_equal(scaled_extent(1, -2), 1);
  assert_int_equal(scaled_extent(7, 0), 7);
}

struct Picture {
  int32_t w = 0, h = 0;
  std::vector<Pixel> reconstruction, prediction;
  int32_t difference(int32_t x, int32_t y, int32_t neutral) const {
    x = x < 0 ? 0 : x >= w ? w - 1 : x;
    y = y < 0 ? 0 : y >= h ? h - 1 : y;
    const size_t i = static_cast<size_t>(y * w + x);
    return reconstruction[i] - (prediction.empty() ? neutral : prediction[i]);
  }
};

// docs/scaling.md, sample by sample: the plane that `value` gives, resampled.
template <typename Value>
int32_t defined_resampling(const Picture& p, int32_t factor_log2, int32_t x, int32_t y, Value value) {
  if (factor_log2 > 0) {
    const ResamplePosition px = enlarged_position(x, factor_log2), py = enlarged_position(y, factor_log2);
    int64_t sum = 0;
    for (int32_t j = 0; j < 6; ++j) {
      int64_t row = 0;
      for (int32_t i = 0; i < 6; ++i) {
        row += lanczos_weight(px.phase, i) * value(px.base - 2 + i, py.base - 2 + j);
      }
      sum += lanczos_weight(py.phase, j) *
             static_cast<int64_t>(std::floor((static_cast<double>(row) + 128) / 256));
    }
    return static_cast<int32_t>(std::floor((static_cast<double>(sum) + 524288) / 1048576));
  }
  const int32_t side = 1 << -factor_log2;
  int32_t sum = 0, count = 0;
  for (int32_t j = y * side; j < (y + 1) * side && j < p.h; ++j) {
    for (int32_t i = x * side; i < (x + 1) * side && i < p.w; ++i, ++count) sum += value(i, j);
  }
  return static_cast<int32_t>(std::floor((2.0 * sum + count) / (2.0 * count)));
}

// 0...16: means and variances in real numbers, which are exact here up to the floor.
int32_t defined_trust(const Picture& p, int32_t factor_log2, int32_t x, int32_t y) {
  const int32_t side = factor_log2 < 0 ? 1 << -factor_log2 : 1, reach = factor_log2 < 0 ? 2 : 3;
  const int32_t left = factor_log2 < 0 ? x * side : x >> factor_log2;
  const int32_t top = factor_log2 < 0 ? y * side : y >> factor_log2;
  int64_t n = 0, r = 0, rr = 0, d = 0, dd = 0;
  for (int32_t j = std::max(0, top - reach); j < std::min(p.h, top + side + reach); ++j) {
    for (int32_t i = std::max(0, left - reach); i < std::min(p.w, left + side + reach); ++i, ++n) {
      const int32_t sample = p.reconstruction[static_cast<size_t>(j * p.w + i)], e = p.difference(i, j, 0);
      r += sample, rr += sample * sample, d += e, dd += e * e;
    }
  }
  const int64_t all = n * rr - r * r, rest = n * dd - d * d;
  if (all == 0) return rest == 0 ? 16 : 0;
  return static_cast<int32_t>(std::min<int64_t>(16, std::max<int64_t>(0, 32 * (all - rest) / all)));
}

int32_t defined_sample(const Picture& p, int32_t factor, int32_t neutral, int32_t x, int32_t y,
                       int32_t rendered) {
  const auto difference = [&](int32_t i, int32_t j) { return p.difference(i, j, neutral); };
  const auto predicted = [&](int32_t i, int32_t j) {
    i = std::min(p.w - 1, std::max(0, i)), j = std::min(p.h - 1, std::max(0, j));
    return int32_t{p.prediction[static_cast<size_t>(j * p.w + i)]};
  };
  int32_t sum = rendered + defined_resampling(p, factor, x, y, difference);
  if (!p.prediction.empty()) {
    const int32_t detail = rendered - defined_resampling(p, factor, x, y, predicted);
    sum -= static_cast<int32_t>(std::floor(((16 - defined_trust(p, factor, x, y)) * detail + 8) / 16.0));
  }
  return std::min(255, std::max(0, sum));
}

void residuals_follow_their_definition(void**) {
  test::ProgramMaker make(7);
  for (int32_t round = 0; round < 300; ++round) {
    const int32_t factor = make.in(0, 2) > 0 ? make.in(1, 4) : -make.in(1, 2);
    Picture p;
    p.w = make.in(1, 70);
    p.h = make.in(1, 50);
    const bool hard = make.in(0, 1) == 1, programs = make.in(0, 1) == 1;
    const auto noise = [&] { return static_cast<Pixel>(hard ? 255 * make.in(0, 1) : make.in(0, 255)); };
    for (int32_t i = 0; i < p.w * p.h; ++i) p.reconstruction.push_back(noise());
    for (int32_t i = 0; programs && i < p.w * p.h; ++i) p.prediction.push_back(noise());
    if (programs && round % 8 == 0) p.prediction = p.reconstruction;
    if (programs && round % 8 > 4) {  // a good one
      for (size_t i = 0; i < p.prediction.size(); ++i) {
        p.prediction[i] = static_cast<Pixel>((p.prediction[i] + 7 * p.reconstruction[i]) / 8);
      }
    }
    const int32_t neutral = make.in(0, 1) == 1 ? 128 : 255;
    const int32_t sw = scaled_extent(p.w, factor), sh = scaled_extent(p.h, factor);
    const int32_t x = make.in(0, sw - 1), y = make.in(0, sh - 1);
    const Rect rect{x, y, make.in(1, std::min(256, sw - x)), make.in(1, std::min(64, sh - y))};
    std::vector<Pixel> out(static_cast<size_t>(rect.width * rect.height));
    for (Pixel& s : out) s = noise();
    const std::vector<Pixel> before = out;
    backend::ResidualPlane plane;
    plane.reconstruction = PlaneView<const Pixel>{p.reconstruction.data(), p.w, p.h, p.w};
    if (programs) plane.prediction = PlaneView<const Pixel>{p.prediction.data(), p.w, p.h, p.w};
    plane.neutral = static_cast<Pixel>(neutral);
    plane.width = p.w;
    plane.height = p.h;
    backend::add_scaled_residual(plane, factor, rect,
                                 PlaneView<Pixel>{out.data(), rect.width, rect.height, rect.width});
    for (int32_t j = 0; j < rect.height; ++j) {
      for (int32_t i = 0; i < rect.width; ++i) {
        const size_t at = static_cast<size_t>(j * rect.width + i);
        const bool none = programs && round % 8 == 0;  // the prediction is the picture
        assert_int_equal(
            out[at],
            none ? before[at] : defined_sample(p, factor, neutral, rect.x + i, rect.y + j, before[at]));
      }
    }
  }
}

// ---- Programs alone.

Vector<uint8_t> image_program_file(Memory& memory, const ProgramImage& programs) {
  format::Parts parts;
  parts.header.geometry = programs.geometry;
  parts.header.seed = programs.seed;
  parts.header.color = programs.color_planes == 3 ? format::Color::kYcc420 : format::Color::kGray;
  parts.header.has_image_program = true;
  Vector<uint8_t> program(memory), file(memory);
  assert_true(entropy::encode_image_program(programs, &program).ok());
  parts.image_program = ByteSpan(program.data(), program.size());
  assert_true(format::write_container(parts, &file).ok());
  return file;
}

std::vector<uint8_t> decode_gray(const Vector<uint8_t>& file, int32_t scale, const Rect& rect) {
  Memory memory;
  dec::Decoder decoder(memory);
  assert_true(decoder.open(ByteSpan(file.data(), file.size()), format::Limits(), false).ok());
  std::vector<uint8_t> pixels(static_cast<size_t>(rect.width) * static_cast<size_t>(rect.height));
  dec::Output output;
  output.data = pixels.data();
  output.stride = rect.width;
  ThreadPool pool(1);
  Monitor monitor;
  assert_true(decoder.decode_scaled(scale, rect, output, pool, monitor).ok());
  return pixels;
}

void any_rectangle_equals_the_crop_at_every_scale(void**) {
  Memory memory;
  test::ProgramMaker make(33);
  for (int32_t round = 0; round < 60; ++round) {
    const int32_t scale = round % 6 - 2, plane = round % 3;
    ProgramImage image(memory);
    const int32_t tile = make.in(32, 90), largest = scale > 0 ? 200 >> scale : 300;
    make.fill(make.in(1, largest), make.in(1, largest), tile, make.in(0, tile / 2), 3, &image);
    const int32_t w = scaled_extent(image.geometry.width, scale),
                  h = scaled_extent(image.geometry.height, scale);
    std::vector<Pixel> whole(static_cast<size_t>(w * h)), part(whole.size());
    backend::render_scaled(image, plane, scale, {0, 0, w, h}, {whole.data(), w, h, w}, memory);
    for (int32_t n = 0; n < 8; ++n) {
      const int32_t x = make.in(0, w - 1), y = make.in(0, h - 1);
      const Rect r{x, y, make.in(1, w - x), make.in(1, h - y)};
      memory.reset_peak();
      const uint64_t before = memory.in_use();
      backend::render_scaled(image, plane, scale, r, {part.data(), r.width, r.height, r.width}, memory);
      const int32_t luma = scale < 0 ? r.width << -scale : r.width;
      assert_true(memory.peak() - before <= backend::render_memory_bound(image.geometry, luma));
      for (int32_t j = 0; j < r.height; ++j) {
        assert_memory_equal(part.data() + j * r.width, whole.data() + (y + j) * w + x,
                            static_cast<size_t>(r.width));
      }
    }
  }
}

// The formulas in double precision, from docs/bitstream-programs.md alone; lengths in px.
double edge(double d, double softness) {
  if (softness == 0) return d >= 0 ? 1 : -1;
  const double t = std::fmin(1, std::fmax(-1, 2 * d / softness));
  return (3 * t - t * t * t) / 2;
}
double pulse(double turns, double duty, double period, double softness) {
  const double t = turns - duty / 2;
  return edge((duty / 2 - std::fabs(t - std::round(t))) * period, softness);
}
// Layers as the stream has them, and what they mean.
double formula(const Layer& l, double x, double y) {
  const auto turn = [&](int32_t i) { return l.params[i] / 262144.0 * 2 * kPi; };
  const auto period = [&](int32_t i) { return 1048576.0 / l.params[i]; };
  const auto phase = [&](int32_t i) { return l.params[i] / 4096.0; };
  const auto soft = [&](int32_t i) { return l.params[i] / 32.0; };
  if (l.preset == kStripes) {
    const double along = x * std::cos(turn(1)) + y * std::sin(turn(1));
    return pulse(along / period(0) + phase(2), l.params[4] / 4096.0, period(0), soft(5));
  }
  if (l.preset == kRings) {
    const double r = std::hypot(x - l.params[0] / 16.0, y - l.params[1] / 16.0);
    return pulse(r / period(2) + phase(3), l.params[5] / 4096.0, period(2), soft(6));
  }
  const double u = x * std::cos(turn(2)) + y * std::sin(turn(2)),
               v = y * std::cos(turn(2)) - x * std::sin(turn(2));
  return pulse(u / (2 * period(0)) + phase(3), 0.5, 2 * period(0), soft(5)) *
         pulse(v / (2 * period(1)) + phase(4), 0.5, 2 * period(1), soft(5));
}

struct Case {
  const char* name;
  uint8_t preset;
  int32_t params[7];
  double bound_half;  // dB at 1/2
};
// Softness 48 is 1.5 px, 0 a hard edge. bench/scales.py says why three bounds are lower.
constexpr Case kCases[] = {
    {"stripes 32 px", kStripes, {32768, 0, 0, 3, 2048, 48}, 33},
    {"stripes 21.3 px, 17 deg", kStripes, {49228, 12379, 1024, 3, 1638, 64}, 33},
    {"stripes 8 px, 63 deg", kStripes, {131072, 45875, 512, 3, 2048, 48}, 33},
    {"stripes 12 px, wide edges", kStripes, {87381, 101945, 2048, 3, 2048, 96}, 33},
    {"stripes 16 px, 30 deg, hard", kStripes, {65536, 21845, 3072, 3, 2048, 0}, 33},
    {"stripes 8 px, 75 deg, hard", kStripes, {131072, 54613, 0, 3, 2048, 0}, 33},
    {"rings 24 px", kRings, {0, 0, 43691, 0, 3, 2048, 48}, 33},
    {"rings 10 px, off centre", kRings, {600, -836, 104858, 1024, 3, 2048, 48}, 33},
    {"rings 16 px, centre outside, wide", kRings, {-2720, 960, 65536, 0, 3, 2048, 96}, 33},
    {"rings 20 px, off centre, hard", kRings, {-328, 176, 52429, 2048, 3, 2048, 0}, 33},
    {"checkerboard 16 px", kCheckerboard, {65536, 65536, 0, 0, 0, 48}, 33},
    {"checkerboard 20 x 13 px, 25 deg", kCheckerboard, {52429, 80660, 18204, 512, 0, 48}, 33},
    {"checkerboard 8 px, 40 deg", kCheckerboard, {131072, 131072, 29127, 1024, 0, 48}, 33},
    {"checkerboard 12 px, 10 deg, hard", kCheckerboard, {87381, 87381, 7282, 0, 0, 0}, 33},
};

double psnr(double error, size_t count) {
  return 10 * std::log10(65025.0 * static_cast<double>(count) / error);
}

// The whole decoder at 4x against the formula, and at 1/2 against the formula averaged over each box.
void pictures_match_their_formulas(void**) {
  constexpr int32_t kSide = 192, kPoints = 8;
  Memory memory;
  bool good = true;
  for (const Case& c : kCases) {
    ProgramImage image(memory);
    image.geometry.width = image.geometry.height = kSide;
    image.has_image_program = true;
    image.image_program.field.coef[0][0] = 255;
    image.image_program.layer_count = 1;
    Layer& layer = image.image_program.layers[0];
    layer.preset = c.preset;
    layer.contrast[0] = 255;
    for (int32_t i = 0; i < 7; ++i) layer.params[i] = c.params[i];
    const Vector<uint8_t> file = image_program_file(memory, image);
    double figures[2];
    for (const int32_t scale : {2, -1}) {
      const int32_t side = scaled_extent(kSide, scale), points = scale < 0 ? kPoints : 1;
      const std::vector<uint8_t> pixels = decode_gray(file, scale, Rect{0, 0, side, side});
      double error = 0;
      for (int32_t y = 0; y < side; ++y) {
        for (int32_t x = 0; x < side; ++x) {
          double sum = 0;
          for (int32_t k = 0; k < points * points; ++k) {
            const double u = x + (k % points + 0.5) / points, v = y + (k / points + 0.5) / points;
            sum += formula(layer, std::ldexp(u, -scale) - kSide / 2, std::ldexp(v, -scale) - kSide / 2);
          }
          const double d =
              127.5 + 127.5 * sum / (points * points) - pixels[static_cast<size_t>(y * side + x)];
          error += d * d;
        }
      }
      figures[scale < 0] = psnr(error, pixels.size());
    }
    const bool below = figures[0] < 45 || figures[1] < c.bound_half;
    std::printf("%-36s 4x %6.2f dB  1/2 %6.2f dB%s\n", c.name, figures[0], figures[1],
                below ? "  below" : "");
    good = good && !below;
  }
  assert_true(good);
}

// ---- What it costs.

// Smallest tiles, largest overlap, every tile flat in a value of its own; optionally bare cells.
Vector<uint8_t> many_tiles(Memory& memory, int32_t side, bool bare_cells) {
  format::Parts parts;
  Geometry& g = parts.header.geometry;
  g.width = g.height = side;
  g.tile = 32;
  g.overlap = 16;
  g.cell = 512;
  g.group_rows = 255;
  parts.header.has_tile_programs = true;
  parts.header.step16 = bare_cells ? 16 : 0;
  ProgramImage programs(memory);
  programs.set_geometry(g);
  for (size_t i = 0; i < programs.tiles.size(); ++i) {
    programs.tiles[i].mode = TileMode::kFlat;
    programs.tiles[i].slot = static_cast<int32_t>(i);
    programs.tiles[i].program.field.coef[0][0] = static_cast<int16_t>(i % 511);
  }
  Vector<uint8_t> group(memory), file(memory);
  assert_true(entropy::encode_group(programs, 0, &group, Span<uint32_t>()).ok());
  const ByteSpan stream(group.data(), group.size());
  parts.groups = Span<const ByteSpan>(&stream, 1);
  const std::vector<ByteSpan> cells(bare_cells ? static_cast<size_t>(g.cell_count()) : 0);
  parts.cells = Span<const ByteSpan>(cells.data(), cells.size());
  assert_true(format::write_container(parts, &file).ok());
  return file;
}

struct Counting {
  std::atomic<bool> cancel{false};
  std::atomic<int64_t> calls{0};
  int64_t cancel_at = -1;
  static void* allocate(void* opaque, size_t size) {
    Counting& c = *static_cast<Counting*>(opaque);
    if (c.calls++ == c.cancel_at) c.cancel = true;
    return std::malloc(size);
  }
  static void release(void*, void* pointer) { std::free(pointer); }
};

// Without a residual the memory is that of the programs and of blocks, whatever the scale; with one it is the
// plan all the same.
void memory_stays_under_the_plan(void**) {
  constexpr int32_t kSide = 1024;
  Memory files;
  for (const bool bare_cells : {false, true}) {
    const Vector<uint8_t> file = many_tiles(files, kSide, bare_cells);
    for (int32_t scale = -2; scale <= 1; ++scale) {
      Memory memory;
      dec::Decoder decoder(memory);
      assert_true(decoder.open(ByteSpan(file.data(), file.size()), format::Limits(), false).ok());
      const int32_t side = scaled_extent(kSide, scale);
      const Rect all{0, 0, side, side};
      dec::Plan plan;
      assert_true(
          dec::plan_scaled(decoder.container().header(), scale, all, dec::OutputFormat::kY, &plan).ok());
      std::vector<uint8_t> pixels(static_cast<size_t>(side) * static_cast<size_t>(side));
      dec::Output output;
      output.data = pixels.data();
      output.stride = side;
      ThreadPool pool(16);
      Monitor monitor;
      memory.reset_peak();
      const uint64_t before = memory.in_use();
      assert_true(decoder.decode_scaled(scale, all, output, pool, monitor).ok());
      assert_true(memory.peak() - before <= plan.memory_bytes);
    }
  }
}

// A far corner of a large picture at 8 times costs its own blocks: bytes, and calls of the allocator.
void a_region_costs_its_output(void**) {
  Memory files;
  ProgramImage image(files);
  image.geometry.width = 65535;
  image.geometry.height = 8000;
  image.has_image_program = true;
  image.image_program.field.coef[0][0] = 255;
  const Vector<uint8_t> file = image_program_file(files, image);
  Counting counting;
  Memory memory(AllocatorFunctions{Counting::allocate, Counting::release, &counting}, UINT64_MAX);
  dec::Decoder decoder(memory);
  assert_true(decoder.open(ByteSpan(file.data(), file.size()), format::Limits(), false).ok());
  std::vector<uint8_t> pixels(300 * 100);
  dec::Output output;
  output.data = pixels.data();
  output.stride = 300;
  ThreadPool pool(1);
  Monitor monitor;
  const int64_t calls = counting.calls;
  memory.reset_peak();
  assert_true(
      decoder.decode_scaled(3, Rect{524280 - 300, 64000 - 100, 300, 100}, output, pool, monitor).ok());
  assert_true(counting.calls - calls < 100);
  assert_true(memory.peak() < 300 * 1000);
  for (const uint8_t pixel : pixels) assert_int_equal(pixel, 128);
}

void cancel_ends_after_a_block(void**) {
  constexpr int64_t kPerBlock = 64;  // calls of one block, with room
  Memory files;
  const Vector<uint8_t> file = many_tiles(files, 2048, false);
  std::vector<uint8_t> pixels(4096 * 4096);
  dec::Output output;
  output.data = pixels.data();
  output.stride = 4096;
  for (const int64_t cancel_at : {int64_t{-1}, int64_t{100}}) {
    Counting counting;
    Memory memory(AllocatorFunctions{Counting::allocate, Counting::release, &counting}, UINT64_MAX);
    dec::Decoder decoder(memory);
    assert_true(decoder.open(ByteSpan(file.data(), file.size()), format::Limits(), false).ok());
    counting.cancel_at = cancel_at;
    ThreadPool pool(1);
    Monitor monitor(&counting.cancel, nullptr, nullptr);
    const Status status = decoder.decode_scaled(1, Rect{0, 0, 4096, 4096}, output, pool, monitor);
    assert_true(status.code() == (cancel_at < 0 ? Code::kOk : Code::kCancelled));
    if (cancel_at < 0) assert_true(counting.calls > 40 * kPerBlock);
    if (cancel_at >= 0) assert_true(counting.calls <= cancel_at + kPerBlock);
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(weights_are_lanczos),
      cmocka_unit_test(positions_are_half_sample_centres),
      cmocka_unit_test(residuals_follow_their_definition),
      cmocka_unit_test(any_rectangle_equals_the_crop_at_every_scale),
      cmocka_unit_test(pictures_match_their_formulas),
      cmocka_unit_test(memory_stays_under_the_plan),
      cmocka_unit_test(a_region_costs_its_output),
      cmocka_unit_test(cancel_ends_after_a_block),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
