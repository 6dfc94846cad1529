// The estimate of the residual's rate, which judges programs, and the gates that end a search before it is
// dear.
#include "enc/search_proxy.h"

#include <cmath>
#include <cstring>

#include "support/search_pictures.h"

namespace {

using namespace pc15;
using testing::Outcome;
using testing::Picture;

constexpr double kStep = 8;

// Stripes that no neighbour predicts: the wave runs along the diagonal.
void draw_wave(int32_t contrast, Picture* picture) {
  for (int32_t y = 0; y < picture->height; ++y) {
    for (int32_t x = 0; x < picture->width; ++x) {
      picture->view().at(x, y) = static_cast<Pixel>(128 + contrast * std::sin(0.9 * x + 1.1 * y));
    }
  }
}

Picture flat(int32_t width, int32_t height) {
  Picture picture(width, height);
  std::fill(picture.samples.begin(), picture.samples.end(), Pixel{128});
  return picture;
}

double saved_by(const enc::ProxyBands& bands, Picture* prediction) {
  double sum = 0;
  for (int32_t band = 0; band < bands.count(); ++band) {
    sum += bands.saved(band, prediction->view().window(0, bands.top(band), prediction->width, 8));
  }
  return sum;
}

// With a band for every row of blocks both estimates are sums over the same blocks.
void all_bands_are_the_whole_estimate(void**) {
  Memory memory;
  Picture source(72, 40), prediction = flat(72, 40);
  draw_wave(60, &source);
  draw_wave(45, &prediction);
  enc::ProxyRate whole;
  enc::add_proxy_rate(source.view(), prediction.view(), kStep, 1, &whole);
  enc::ProxyBands bands(memory);
  bands.start(source.view(), kStep, 9 * 5);
  assert_int_equal(bands.count(), 5);
  assert_true(std::fabs(bands.without() - whole.without) <= 1e-6 * whole.without);
  assert_true(whole.without > whole.with && whole.with > 0);
  assert_true(std::fabs(saved_by(bands, &prediction) - (whole.without - whole.with)) <= 1e-6 * whole.without);
}

void a_perfect_prediction_saves_all_and_a_wrong_one_costs_nothing(void**) {
  Memory memory;
  Picture source(64, 64), wrong(64, 64);
  draw_wave(60, &source);
  for (size_t i = 0; i < wrong.samples.size(); ++i) wrong.samples[i] = source.samples[i] < 128 ? 255 : 0;
  enc::ProxyBands bands(memory);
  bands.start(source.view(), kStep, 64);
  assert_true(bands.without() > 1000);
  assert_true(std::fabs(saved_by(bands, &source) - bands.without()) <= 1e-9 * bands.without());
  assert_true(saved_by(bands, &wrong) == 0);
}

// Few bands speak for the rows between them: of a picture that is everywhere alike, nearly the same rate.
void few_bands_stand_for_all(void**) {
  Memory memory;
  Picture source(128, 264);
  draw_wave(60, &source);
  enc::ProxyBands all(memory), some(memory);
  all.start(source.view(), kStep, 16 * 33);
  some.start(source.view(), kStep, 64);
  assert_int_equal(all.count(), 33);
  assert_int_equal(some.count(), 4);
  int32_t before = -1;
  for (int32_t band = 0; band < some.count(); ++band) {
    assert_true(some.top(band) > before && some.top(band) % 8 == 0 && some.top(band) + 8 <= 264);
    before = some.top(band);
  }
  assert_true(std::fabs(some.without() / all.without() - 1) < 0.15);
  Picture half(128, 264);
  draw_wave(30, &half);
  assert_true(std::fabs(saved_by(some, &half) / saved_by(all, &half) - 1) < 0.15);
  enc::ProxyRate every, ninth;
  enc::add_proxy_rate(source.view(), half.view(), kStep, 1, &every);
  enc::add_proxy_rate(source.view(), half.view(), kStep, 9, &ninth);
  assert_true(std::fabs(ninth.without / every.without - 1) < 0.1);
  assert_true(std::fabs(ninth.with / every.with - 1) < 0.1);
}

// The rate is that of what quantisation leaves: nothing at a step that swallows the picture, more at finer
// ones.
void the_rate_follows_the_step(void**) {
  Memory memory;
  Picture source(64, 64);
  draw_wave(20, &source);
  double before = 0;
  for (const double step : {2000.0, 40.0, 10.0, 2.0}) {
    enc::ProxyBands bands(memory);
    bands.start(source.view(), step, 64);
    assert_true(bands.without() > before);
    if (step == 2000.0) assert_true(bands.without() < 64);
    before = bands.without();
  }
}

// Blocks that are not whole are left out, and a plane without a whole block costs nothing.
void incomplete_blocks_are_left_out(void**) {
  Memory memory;
  Picture source(71, 47);
  draw_wave(60, &source);
  enc::ProxyBands whole(memory), inner(memory), none(memory);
  whole.start(source.view(), kStep, 1000);
  inner.start(PlaneView<const Pixel>(source.view().window(0, 0, 64, 40)), kStep, 1000);
  assert_int_equal(whole.count(), 5);
  assert_true(whole.without() == inner.without());
  for (const Rect r : {Rect{0, 0, 7, 40}, Rect{0, 0, 40, 7}, Rect{0, 0, 3, 3}}) {
    const PlaneView<const Pixel> part = source.view().window(r.x, r.y, r.width, r.height);
    none.start(part, kStep, 64);
    assert_true(none.without() == 0);
    for (int32_t band = 0; band < none.count(); ++band) assert_true(none.saved(band, part) == 0);
    enc::ProxyRate rate;
    enc::add_proxy_rate(part, part, kStep, 1, &rate);
    assert_true(rate.without == 0 && rate.with == 0);
  }
}

// What the searches of the tiles rendered, under a residual or without one.
uint64_t renders_of(Picture* picture, double residual_step) {
  Memory memory;
  enc::SearchInput in = testing::input_for(picture, 0);
  in.geometry.tile = 96;
  in.geometry.overlap = 0;
  in.residual_step = residual_step;
  in.effort = 3;
  Outcome out(memory);
  testing::search(in, 1, memory, &out);
  assert_true(out.status.ok());
  uint64_t renders = 0;
  for (const enc::TileStats& t : out.stats) renders += t.renders;
  return renders;
}

// One tile of a wave beside one of noise, which keeps the image-wide program from explaining both.
Picture wave_beside_noise(int32_t contrast) {
  Picture picture(192, 96), wave(96, 96);
  testing::draw_falling_noise(&picture);
  draw_wave(contrast, &wave);
  for (int32_t y = 0; y < 96; ++y) {
    std::memcpy(picture.view().row(y), wave.view().row(y), 96);
  }
  return picture;
}

// A few bits code what stays below half a step: there is no stake, and no hypothesis is made.
void what_a_few_bits_code_is_not_searched(void**) {
  Picture faint = wave_beside_noise(2), strong = wave_beside_noise(60);
  assert_int_equal(renders_of(&faint, kStep), 0);
  assert_true(renders_of(&strong, kStep) > 100);
}

// Noise with a photograph's spectrum is turned away before any hypothesis; without a residual to follow it is
// not.
void what_does_not_look_regular_is_not_searched(void**) {
  Picture photograph(192, 96);
  testing::draw_falling_noise(&photograph);
  assert_int_equal(renders_of(&photograph, kStep), 0);
  assert_true(renders_of(&photograph, 0) > 100);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(all_bands_are_the_whole_estimate),
      cmocka_unit_test(a_perfect_prediction_saves_all_and_a_wrong_one_costs_nothing),
      cmocka_unit_test(few_bands_stand_for_all),
      cmocka_unit_test(the_rate_follows_the_step),
      cmocka_unit_test(incomplete_blocks_are_left_out),
      cmocka_unit_test(what_a_few_bits_code_is_not_searched),
      cmocka_unit_test(what_does_not_look_regular_is_not_searched),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
