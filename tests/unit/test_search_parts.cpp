// Patterns that cover a part of the picture, and neighbours that take them over.
#include <cmath>

#include "normative/catalogue.h"
#include "support/search_pictures.h"

namespace {

using namespace pc15;
using testing::Outcome;
using testing::Picture;

// Rows of bricks, every second one shifted by half, `x` and `y` in pixels.
double brick_wall(double x, double y, double width, double height) {
  const double row = std::floor(y / height);
  const double u = x + 0.5 * width * std::fmod(row, 2), along = u - width * std::floor(u / width);
  const double up = y - height * row;
  const double joint = std::min(std::min(along, width - along), std::min(up, height - up));
  return joint < 2 ? 1 : 0;
}

void draw_bricks(const Rect& where, double width, double height, Picture* picture) {
  for (int32_t y = where.y; y < where.bottom(); ++y) {
    for (int32_t x = where.x; x < where.right(); ++x) {
      const double noise = picture->view().at(x, y) - 128.0;
      const double value = 90 + 80 * brick_wall(x - where.x + 0.5, y + 0.5, width, height) + 0.1 * noise;
      picture->view().at(x, y) = static_cast<Pixel>(std::min(255.0, std::max(0.0, value)));
    }
  }
}

enc::SearchInput input_with_tiles(Picture* picture, int32_t tile) {
  enc::SearchInput in = testing::input_for(picture, 0);
  in.geometry.tile = tile;
  in.geometry.overlap = 16;
  in.residual_step = 8;
  return in;
}

const normative::Program* program_at(const Outcome& outcome, const enc::SearchInput& in, int32_t x,
                                     int32_t y) {
  const int32_t stride = in.geometry.stride();
  return outcome.programs.resolve(int64_t{y / stride} * in.geometry.tile_cols() + x / stride);
}

// A quarter of the only tile of its corner: the whole tile shows noise, its quarter a wall.
void pattern_in_a_quarter_of_a_tile(void**) {
  Memory memory;
  Picture picture(496, 496);
  testing::draw_falling_noise(&picture);
  draw_bricks(Rect{0, 0, 128, 128}, 32, 16, &picture);
  const enc::SearchInput in = input_with_tiles(&picture, 256);
  Outcome outcome(memory);
  testing::search(in, 1, memory, &outcome);
  assert_true(outcome.status.ok());
  const normative::Program* program = program_at(outcome, in, 0, 0);
  assert_non_null(program);
  assert_int_equal(program->layer_count, 1);
  assert_int_equal(program->layers[0].preset, normative::kBrick);
  // The noise beside it stays without a program.
  const normative::Program* other = program_at(outcome, in, 400, 400);
  assert_true(other == nullptr || other->layer_count == 0);
}

// A wall that grows slowly: a tile takes its neighbour's geometry with small differences, or the neighbour
// itself.
void neighbours_are_taken_over(void**) {
  Memory memory;
  Picture picture(496, 256);
  testing::draw_falling_noise(&picture);
  draw_bricks(Rect{0, 0, 240, 256}, 40, 20, &picture);
  draw_bricks(Rect{240, 0, 256, 256}, 40.4, 20, &picture);
  const enc::SearchInput in = input_with_tiles(&picture, 256);
  Outcome one(memory), two(memory);
  testing::search(in, 1, memory, &one);
  testing::search(in, 2, memory, &two);
  assert_true(one.status.ok() && two.status.ok());
  assert_int_equal(one.bytes.size(), two.bytes.size());
  assert_memory_equal(one.bytes.data(), two.bytes.data(), one.bytes.size());
  bool copied = one.programs.has_image_program;
  for (const normative::TileProgram& t : one.programs.tiles) {
    copied |= t.mode == normative::TileMode::kMergeLeft;
    if (t.mode == normative::TileMode::kProgram && t.program.layer_count > 0) {
      copied |= t.program.layers[0].source == normative::LayerSource::kLeft;
    }
  }
  assert_true(copied);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(pattern_in_a_quarter_of_a_tile),
      cmocka_unit_test(neighbours_are_taken_over),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
