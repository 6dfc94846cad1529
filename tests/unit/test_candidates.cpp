// Generators of hypotheses: what they measure without rendering, and that they stop when cancelled.
#include <atomic>
#include <cmath>
#include <vector>

#include "backend/render.h"
#include "enc/analysis_twist.h"
#include "enc/candidates.h"
#include "normative/catalogue.h"
#include "support/cmocka_cpp.h"

namespace {

using namespace pc15;

constexpr double kTurn = 6.283185307179586;

// A twisted wave in double precision, centred pixels.
void draw_twist(int32_t side, const enc::Twist& t, double frequency, double phase, enc::SampleGrid* grid) {
  grid->width = grid->height = side;
  grid->x0 = grid->y0 = 0.5;
  grid->step = 1;
  grid->values.resize(static_cast<size_t>(side) * static_cast<size_t>(side));
  const double fx = frequency * std::cos(kTurn * t.direction), fy = frequency * std::sin(kTurn * t.direction);
  for (int32_t j = 0; j < side; ++j) {
    for (int32_t i = 0; i < side; ++i) {
      const double dx = grid->x(i) - t.x, dy = grid->y(j) - t.y;
      const double rest = std::fmax(0.0, 1 - (dx * dx + dy * dy) / (t.radius * t.radius));
      const double turn = kTurn * t.strength * rest * rest, c = std::cos(turn), s = std::sin(turn);
      const double u = fx * (c * dx - s * dy) + fy * (s * dx + c * dy);
      grid->row(j)[i] = static_cast<float>(60 * std::sin(kTurn * (u + phase)));
    }
  }
}

enc::Twist make_twist(double x, double y, double strength, double radius, double direction) {
  enc::Twist t;
  t.x = x;
  t.y = y;
  t.strength = strength;
  t.radius = radius;
  t.direction = direction;
  return t;
}

double half_turns_between(double a, double b) {
  const double d = a - b;
  return std::fabs(d - 0.5 * std::round(d / 0.5));
}

void gradients_tell_the_twist(void**) {
  const enc::Twist truths[] = {make_twist(50, 70, 0.6, 70, 0.1), make_twist(80, 61, -0.35, 100, 0.33),
                               make_twist(64, 40, 0.78, 55, 0.81)};
  for (const enc::Twist& truth : truths) {
    Memory memory;
    Monitor monitor;
    enc::SampleGrid grid(memory);
    draw_twist(128, truth, 1 / 17.0, 0.2, &grid);
    enc::Twist found[3];
    assert_true(enc::find_twists(grid, 3, monitor, found) >= 1);
    assert_true(found[0].share > 0.95);
    assert_true(std::hypot(found[0].x - truth.x, found[0].y - truth.y) < 1);
    assert_true(std::fabs(found[0].strength - truth.strength) < 0.03);
    assert_true(std::fabs(found[0].radius - truth.radius) < 4);
    assert_true(half_turns_between(found[0].direction, truth.direction) < 0.01);
  }
}

// More turns than gradients can tell; centre, radius and direction a little wrong, strength unknown.
void circles_tell_strong_twists(void**) {
  const enc::Twist truth = make_twist(130, 121, -3.4, 90, 0.2);
  Memory memory;
  Monitor monitor;
  enc::SampleGrid grid(memory);
  draw_twist(256, truth, 1 / 26.0, 0.4, &grid);
  enc::Twist found = make_twist(131, 120.5, 1, 91, 0.21);
  double frequency = 0;
  assert_true(enc::decode_rings(grid, monitor, &found, &frequency));
  assert_true(std::fabs(frequency * 26 - 1) < 0.05);
  assert_true(std::fabs(found.strength - truth.strength) < 0.05);
}

// (y - x)' A (y - x) of a long, narrow valley: rounding every number by itself leaves the valley.
void steps_are_rounded_together(void**) {
  const double a[] = {1, 0.999, 0.999, 1}, x[] = {0.45, 0.4};
  double y[] = {x[0], x[1]};
  enc::round_step(2, a, y);
  const double d[] = {y[0] - x[0], y[1] - x[1]};
  assert_true(y[0] == std::floor(y[0]) && y[1] == std::floor(y[1]));
  const double cost = d[0] * d[0] + d[1] * d[1] + 2 * 0.999 * d[0] * d[1];
  assert_true(cost < 0.1);  // (0, 0) costs 0.72
}

// A region of 256 x 256 pixels of a generator, and its analysis.
struct Scene {
  Scene(Memory& memory, int32_t preset) : pixels(256 * 256), analysis(memory) {
    const normative::PresetSpec& spec = *normative::find_preset(preset);
    int32_t params[normative::kMaxParams];
    for (int32_t p = 0; p < spec.param_count; ++p) params[p] = spec.params[p].def;
    assert_true(backend::render_generator(preset, Span<const int32_t>(params, spec.param_count), 7, 256, 256,
                                          PlaneView<Pixel>{pixels.data(), 256, 256, 256}, memory)
                    .ok());
    source.plane = PlaneView<const Pixel>{pixels.data(), 256, 256, 256};
    source.geometry.width = source.geometry.height = 256;
    source.seed = 7;
    source.rect = Rect{0, 0, 256, 256};
    enc::analyse_region(source, 256, &analysis);
  }
  std::vector<Pixel> pixels;
  enc::FitSource source;
  enc::Analysis analysis;
};

using Proposer = void (*)(const enc::Analysis&, Monitor&, enc::CandidateList*);
void all_ridges(const enc::Analysis& analysis, Monitor& monitor, enc::CandidateList* out) {
  enc::propose_ridges(analysis, nullptr, monitor, out);
}
struct Case {
  Proposer propose;
  int32_t preset;  // of the picture, which it must propose
};

const Case kCases[] = {{enc::propose_bends, normative::kWavesBend},
                       {enc::propose_gabors, normative::kGabor},
                       {enc::propose_bricks, normative::kBrick},
                       {enc::propose_herringbones, normative::kHerringbone},
                       {enc::propose_swirls, normative::kSwirl},
                       {enc::propose_discs, normative::kComposite},
                       {enc::propose_drifts, normative::kCheckerDistorted},
                       {enc::propose_gabor_noises, normative::kGaborNoise},
                       {enc::propose_mirrors, normative::kKaleidoscope},
                       {all_ridges, normative::kRidge},
                       {enc::propose_bent_by_noise, normative::kMarble}};

// What was drawn is among what is proposed, near enough for the refinement, which knows widths better.
void proposals_explain_their_pictures(void**) {
  for (const Case& c : kCases) {
    Memory memory;
    Monitor monitor;
    Scene scene(memory, c.preset);
    enc::CandidateList list(memory);
    c.propose(scene.analysis, monitor, &list);
    enc::LayerFit fit(memory);
    fit.start(scene.source, 5, 0);
    double least = 1;
    for (const enc::Candidate& candidate : list) {
      if (candidate.layer.preset != c.preset) continue;
      least = std::fmin(least, fit.score(candidate.layer) / fit.base_ssd());
    }
    if (least >= 0.7) print_message("preset %02x: %zu candidates leave %.3f\n", c.preset, list.size(), least);
    assert_true(least < 0.7);
  }
}

void cancelled_proposers_stop(void**) {
  for (const Case& c : kCases) {
    Memory memory;
    std::atomic<bool> cancel(true);
    Monitor monitor(&cancel, nullptr, nullptr);
    Scene scene(memory, c.preset);
    enc::CandidateList list(memory);
    c.propose(scene.analysis, monitor, &list);
    if (!list.empty()) print_message("preset %02x: %zu candidates\n", c.preset, list.size());
    assert_true(list.empty());
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(gradients_tell_the_twist),   cmocka_unit_test(circles_tell_strong_twists),
      cmocka_unit_test(steps_are_rounded_together), cmocka_unit_test(proposals_explain_their_pictures),
      cmocka_unit_test(cancelled_proposers_stop),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
