// The procedural search: what this library rendered comes back exactly, what others drew comes back well,
// photographs are left alone, and nothing depends on threads.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <new>
#include <vector>

#include "backend/render.h"
#include "enc/analysis_radial.h"
#include "enc/analysis_spectrum.h"
#include "enc/search.h"
#include "enc/search_proxy.h"
#include "entropy/program_coder.h"
#include "normative/catalogue.h"
#include "pc15.h"
#include "support/cmocka_cpp.h"
#include "support/foreign_textures.h"
#include "support/search_pictures.h"

namespace {

using namespace pc15;

using testing::draw_falling_noise;
using testing::input_for;
using testing::Outcome;
using testing::Picture;
using testing::search;

double squared_error(const enc::SearchInput& in, int32_t plane, const Outcome& outcome, Memory& memory) {
  const PlaneView<const Pixel> source = in.planes[plane];
  Picture out(source.width, source.height);
  backend::render_prediction(outcome.programs, plane, plane > 0 ? in.chroma_shift : 0,
                             Rect{0, 0, source.width, source.height}, out.view(), memory);
  double sum = 0;
  for (int32_t y = 0; y < source.height; ++y) {
    for (int32_t x = 0; x < source.width; ++x) {
      const double d = out.view().at(x, y) - source.at(x, y);
      sum += d * d;
    }
  }
  return sum;
}

void flat_image_is_exact(void**) {
  Memory memory;
  Picture picture(700, 300);
  std::fill(picture.samples.begin(), picture.samples.end(), Pixel{93});
  const enc::SearchInput in = input_for(&picture, 0);
  Outcome outcome(memory);
  search(in, 1, memory, &outcome);
  assert_true(outcome.status.ok());
  assert_true(squared_error(in, 0, outcome, memory) == 0);
  assert_true(outcome.bytes.size() <= 8);
}

void textures_of_others_are_explained(void**) {
  for (int32_t kind = 0; kind < 3; ++kind) {
    for (uint32_t smooth = 0; smooth < 2; ++smooth) {
      Memory memory;
      Picture picture(288, 288);
      testing::foreign_texture(static_cast<testing::Foreign>(kind), 40 + smooth, smooth == 1, 288, 288,
                               picture.samples.data());
      const enc::SearchInput in = input_for(&picture, 0);
      Outcome outcome(memory);
      search(in, 1, memory, &outcome);
      const double mse = squared_error(in, 0, outcome, memory) / (288.0 * 288);
      const double psnr = 10 * std::log10(65025 / std::max(mse, 1e-9));
      if (psnr < (smooth != 0 ? 42 : 36) || outcome.bytes.size() > 100) {
        print_message("kind %d smooth %u: %.2f dB, %zu bytes\n", kind, smooth, psnr, outcome.bytes.size());
      }
      // Hard edges end at the grid of phase and thickness: 0.01 px of a border are seen.
      assert_true(psnr >= (smooth != 0 ? 42 : 36));
      assert_true(outcome.bytes.size() <= 100);
    }
  }
}

void assert_exact(int32_t preset, const int32_t* params) {
  Memory memory;
  const normative::PresetSpec& spec = *normative::find_preset(preset);
  normative::Layer layer;
  layer.preset = static_cast<uint8_t>(preset);
  for (int32_t p = 0; p < spec.param_count; ++p)
    layer.params[p] = params != nullptr ? params[p] : spec.params[p].def;
  normative::snap_layer(&layer, 256);
  Picture picture(256, 256);
  assert_true(backend::render_generator(preset, Span<const int32_t>(layer.params, spec.param_count), 1234,
                                        256, 256, picture.view(), memory)
                  .ok());
  enc::SearchInput in = input_for(&picture, 1234);
  in.lambda_ssd = 1;  // an almost equal but cheaper program must not win
  Outcome outcome(memory);
  search(in, 1, memory, &outcome);
  const double ssd = squared_error(in, 0, outcome, memory);
  if (ssd != 0 || outcome.bytes.size() > 60) {
    print_message("preset %02x: SSD %.0f, %zu bytes\n", static_cast<unsigned>(preset), ssd,
                  outcome.bytes.size());
  }
  assert_true(ssd == 0);
  assert_true(outcome.bytes.size() <= 60);
}

// (A default grad_linear is a plane over these 256 pixels: see the next test.)
void own_renders_come_back_exactly(void**) {
  const normative::Preset presets[] = {
      normative::kStripes,    normative::kGradRadial, normative::kRings,       normative::kCheckerboard,
      normative::kBrick,      normative::kDots,       normative::kHexGrid,     normative::kPerlin,
      normative::kValueNoise, normative::kWorley,     normative::kVoronoiCells};
  for (const normative::Preset preset : presets) assert_exact(preset, nullptr);
}

// Parameters away from the defaults, which are among the hypotheses.
void own_renders_with_other_parameters(void**) {
  const int32_t stripes[] = {52000, 30000, 1201, 3, 1442, 41};
  assert_exact(normative::kStripes, stripes);
  const int32_t gradient[] = {203664, -336, 900, 0};
  assert_exact(normative::kGradLinear, gradient);
  const int32_t rings[] = {300, -520, 60000, 2803, 3, 2405, 37};
  assert_exact(normative::kRings, rings);
  const int32_t checker[] = {60000, 45000, 20000, 402, 2401, 33};
  assert_exact(normative::kCheckerboard, checker);
  const int32_t brick[] = {24000, 48000, 9000, 481, 2563, 8, 65, 42};
  assert_exact(normative::kBrick, brick);
  const int32_t hexagons[] = {36000, 12000, 803, 1922, 121, 50};
  assert_exact(normative::kHexGrid, hexagons);
  const int32_t perlin[] = {70, 3, 9};
  assert_exact(normative::kPerlin, perlin);
  const int32_t worley[] = {75, 16};
  assert_exact(normative::kWorley, worley);
}

// Two textures side by side on a slope, in colour: enough for layers, merges and fields.
void paint_mixture(Picture* luma, Picture* cb, Picture* cr) {
  for (int32_t y = 0; y < luma->height; ++y) {
    for (int32_t x = 0; x < luma->width; ++x) {
      const double stripe = std::sin((x * 0.8 + y * 0.6) * 0.35);
      const double check = (((x / 9) + (y / 9)) & 1) != 0 ? 1 : -1;
      const double v = x < luma->width / 2 ? stripe : check;
      luma->view().at(x, y) = static_cast<Pixel>(120 + 40 * v + 0.05 * y);
      if (x % 2 == 0 && y % 2 == 0) {
        cb->view().at(x / 2, y / 2) = static_cast<Pixel>(128 + 12 * v);
        cr->view().at(x / 2, y / 2) = static_cast<Pixel>(110 - 9 * v);
      }
    }
  }
}

void threads_change_nothing(void**) {
  Memory memory;
  Picture luma(600, 330), cb(300, 165), cr(300, 165);
  paint_mixture(&luma, &cb, &cr);
  enc::SearchInput in = input_for(&luma, 5);
  in.planes[1] = cb.view();
  in.planes[2] = cr.view();
  in.plane_count = 3;
  in.chroma_shift = 1;
  in.effort = 3;
  Outcome one(memory), three(memory);
  search(in, 1, memory, &one);
  search(in, 3, memory, &three);
  assert_true(one.status.ok() && three.status.ok());
  assert_true(one.bytes.size() > 8);
  assert_int_equal(one.bytes.size(), three.bytes.size());
  assert_memory_equal(one.bytes.data(), three.bytes.data(), one.bytes.size());
  // Chroma follows the geometry found in luma.
  assert_true(squared_error(in, 1, one, memory) < 300 * 165 * 60.0);
}

// Noise with a falling spectrum, like a photograph: nothing to find.
void photographs_are_skipped(void**) {
  Memory memory;
  Picture picture(512, 300);
  draw_falling_noise(&picture);
  enc::SearchInput in = input_for(&picture, 0);
  in.residual_step = 8;
  Outcome outcome(memory);
  search(in, 1, memory, &outcome);
  assert_true(outcome.status.ok());
  assert_false(outcome.programs.has_image_program);
  assert_int_equal(outcome.bytes.size(), 0);
  uint64_t renders = 0;
  for (const enc::TileStats& s : outcome.stats) renders += s.renders;
  assert_true(renders < 150 * outcome.stats.size());
}

void effort_one_leaves_it_to_the_residual(void**) {
  Memory memory;
  Picture picture(256, 256);
  testing::foreign_texture(testing::Foreign::kStripes, 3, true, 256, 256, picture.samples.data());
  enc::SearchInput in = input_for(&picture, 0);
  in.residual_step = 8;
  in.effort = 1;
  Outcome outcome(memory);
  search(in, 1, memory, &outcome);
  assert_int_equal(outcome.bytes.size(), 0);
  in.effort = 5;  // the same image is worth a program otherwise
  Outcome better(memory);
  search(in, 1, memory, &better);
  assert_true(better.programs.has_image_program);
}

void cancelled_search_says_so(void**) {
  Memory memory;
  Picture picture(512, 512);
  testing::foreign_texture(testing::Foreign::kHexGrid, 1, true, 512, 512, picture.samples.data());
  const enc::SearchInput in = input_for(&picture, 0);
  std::atomic<bool> cancel{true};
  Monitor monitor(&cancel, nullptr, nullptr);
  ThreadPool pool(2);
  normative::ProgramImage programs(memory);
  Vector<enc::TileStats> stats(memory);
  assert_true(enc::search_programs(in, pool, monitor, memory, &programs, &stats).code() == Code::kCancelled);
}

void refused_memory_is_bad_alloc(void**) {
  Picture picture(256, 256);
  testing::foreign_texture(testing::Foreign::kStripes, 1, true, 256, 256, picture.samples.data());
  const enc::SearchInput in = input_for(&picture, 0);
  for (uint64_t budget = 1000; budget < 3000000; budget = budget * 3 + 1) {
    Memory memory(AllocatorFunctions(), budget);
    bool refused = false;
    try {
      Outcome outcome(memory);
      search(in, 2, memory, &outcome);
    } catch (const std::bad_alloc&) {
      refused = true;
    }
    assert_true(refused || memory.peak() <= budget);
    assert_int_equal(memory.in_use(), 0);
  }
}

void spectrum_finds_a_sinusoid(void**) {
  Memory memory;
  enc::SampleGrid grid(memory);
  grid.width = 200;
  grid.height = 150;
  grid.x0 = 40.5;
  grid.y0 = 7.5;
  grid.values.resize(200 * 150);
  const double fx = 0.0931, fy = -0.0417, turn = 6.283185307179586;
  for (int32_t j = 0; j < 150; ++j) {
    for (int32_t i = 0; i < 200; ++i) {
      grid.row(j)[i] = static_cast<float>(30 * std::cos(turn * (fx * grid.x(i) + fy * grid.y(j)) + 1.1));
    }
  }
  enc::Spectrum spectrum(memory);
  enc::analyse_spectrum(grid, 256, &spectrum);
  assert_true(spectrum.peak_count >= 1);
  assert_true(std::fabs(spectrum.peaks[0].fx - fx) < 0.0003);
  assert_true(std::fabs(spectrum.peaks[0].fy - fy) < 0.0003);
  assert_true(spectrum.peaks[0].share > 0.8);
  const std::complex<double> tone = enc::demodulate(grid, fx, fy);
  assert_true(std::fabs(std::abs(tone) - 30) < 0.1);
  assert_true(std::fabs(std::arg(tone) - 1.1) < 0.01);
}

void votes_find_the_centre(void**) {
  Memory memory;
  enc::SampleGrid grid(memory);
  grid.width = grid.height = 160;
  grid.x0 = grid.y0 = 0.5;
  grid.values.resize(160 * 160);
  for (int32_t j = 0; j < 160; ++j) {
    for (int32_t i = 0; i < 160; ++i) {
      grid.row(j)[i] =
          static_cast<float>(50 * std::sin(std::hypot(grid.x(i) - 203.3, grid.y(j) - 41.7) * 0.4));
    }
  }
  const enc::CentreVote vote = enc::vote_centre(grid, enc::CentreKind::kRings, 0.8);
  assert_true(vote.found && vote.alignment > 0.95);
  assert_true(std::fabs(vote.x - 203.3) < 1 && std::fabs(vote.y - 41.7) < 1);
}

void proxy_knows_a_good_prediction(void**) {
  Picture source(64, 64), flat(64, 64);
  testing::foreign_texture(testing::Foreign::kHexGrid, 9, false, 64, 64, source.samples.data());
  std::fill(flat.samples.begin(), flat.samples.end(), Pixel{128});
  enc::ProxyRate exact, useless;
  enc::add_proxy_rate(source.view(), source.view(), 8, 1, &exact);
  enc::add_proxy_rate(source.view(), flat.view(), 8, 1, &useless);
  assert_true(exact.with == 0 && exact.without > 1000);
  assert_true(useless.without == exact.without);
  assert_true(useless.with > 0.9 * useless.without && useless.with <= useless.without);
}

// Whole files at default settings and 512 x 512, as a user of the C interface gets them.
size_t file_size(const std::vector<Pixel>& pixels, uint32_t side, int64_t seed, bool residual, double* psnr) {
  pc15_encoder* encoder = nullptr;
  pc15_decoder* decoder = nullptr;
  std::vector<uint8_t> file(1 << 20), back(pixels.size());
  size_t size = 0, samples = 0;
  assert_int_equal(pc15_encoder_create(nullptr, &encoder), PC15_OK);
  assert_int_equal(pc15_decoder_create(nullptr, &decoder), PC15_OK);
  assert_int_equal(pc15_encoder_set_param(encoder, PC15_PARAM_SEED, seed), PC15_OK);
  assert_int_equal(pc15_encoder_set_param(encoder, PC15_PARAM_RESIDUAL, residual ? 1 : 0), PC15_OK);
  assert_int_equal(
      pc15_encode_y(encoder, pixels.data(), pixels.size(), side, side, side, file.data(), file.size(), &size),
      PC15_OK);
  assert_int_equal(pc15_decode_y(decoder, file.data(), size, back.data(), back.size(), side, &samples),
                   PC15_OK);
  pc15_encoder_destroy(encoder);
  pc15_decoder_destroy(decoder);
  double ssd = 0;
  for (size_t i = 0; i < pixels.size(); ++i) ssd += (pixels[i] - back[i]) * (pixels[i] - back[i]);
  *psnr = ssd > 0 ? 10 * std::log10(65025.0 * static_cast<double>(pixels.size()) / ssd) : 99;
  return size;
}

void whole_files_are_small(void**) {
  Memory memory;
  Picture picture(512, 512);
  double psnr = 0;
  for (int32_t i = 0; i < normative::catalogue_size(); ++i) {
    const normative::PresetSpec& spec = *normative::catalogue_entry(i);
    int32_t params[normative::kMaxParams];
    for (int32_t p = 0; p < spec.param_count; ++p) params[p] = spec.params[p].def;
    assert_true(backend::render_generator(spec.preset, Span<const int32_t>(params, spec.param_count), 77, 512,
                                          512, picture.view(), memory)
                    .ok());
    const size_t size = file_size(picture.samples, 512, 77, true, &psnr);
    if (size > 120 || psnr != 99) print_message("preset %02x: %zu bytes, %.2f dB\n", spec.preset, size, psnr);
    assert_true(size <= 120 && psnr == 99);
  }
  for (int32_t kind = 0; kind < 3; ++kind) {
    testing::foreign_texture(static_cast<testing::Foreign>(kind), static_cast<uint32_t>(1000 * kind + kind),
                             kind == 1, 512, 512, picture.samples.data());
    const size_t size = file_size(picture.samples, 512, 0, false, &psnr);
    assert_true(size <= 150 && psnr >= 38);
  }
  for (const bool residual : {false, true}) {
    std::fill(picture.samples.begin(), picture.samples.end(), Pixel{93});
    assert_true(file_size(picture.samples, 512, 0, residual, &psnr) <= 60 && psnr == 99);
    for (size_t k = 0; k < picture.samples.size(); ++k) {
      picture.samples[k] = static_cast<Pixel>((k % 512) / 4 + (k / 512) / 8 + 20);
    }
    assert_true(file_size(picture.samples, 512, 0, residual, &psnr) <= 60 && psnr >= 45);
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(spectrum_finds_a_sinusoid),
      cmocka_unit_test(votes_find_the_centre),
      cmocka_unit_test(proxy_knows_a_good_prediction),
      cmocka_unit_test(flat_image_is_exact),
      cmocka_unit_test(textures_of_others_are_explained),
      cmocka_unit_test(own_renders_come_back_exactly),
      cmocka_unit_test(own_renders_with_other_parameters),
      cmocka_unit_test(whole_files_are_small),
      cmocka_unit_test(threads_change_nothing),
      cmocka_unit_test(photographs_are_skipped),
      cmocka_unit_test(effort_one_leaves_it_to_the_residual),
      cmocka_unit_test(cancelled_search_says_so),
      cmocka_unit_test(refused_memory_is_bad_alloc),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
