// The search of a picture that comes by rows: what a sketch keeps, and that what is found is what the whole
// picture gives.
#include <algorithm>
#include <cstring>
#include <vector>

#include "enc/analysis_grid.h"
#include "enc/plane_sketch.h"
#include "enc/search.h"
#include "enc/search_sketch.h"
#include "support/cmocka_cpp.h"
#include "support/search_pictures.h"

namespace {

using namespace pc15;

using testing::draw_falling_noise;
using testing::Outcome;
using testing::Picture;

// Gives windows of planes; the rows of others are not theirs.
class Windows final : public enc::PlaneSource {
 public:
  Windows(const enc::SearchInput& held, Memory& memory) : held_(held), sketch_(memory) {
    for (int32_t p = 0; p < held.plane_count; ++p)
      shown_.emplace_back(held.planes[p].width, held.planes[p].height);
  }
  Status begin(int32_t rows, bool all) override {
    ++readings;
    rows_ = rows;
    count_ = all ? held_.plane_count : 1;
    next_ = 0;
    return ok_status();
  }
  Status window(int32_t first, int32_t last, PlaneView<const Pixel>* planes) override {
    assert_true(first <= next_);  // tiles overlap
    assert_true(last - first <= rows_);
    next_ = last;
    for (int32_t p = 0; p < count_; ++p) {
      Picture& picture = shown_[static_cast<size_t>(p)];
      std::fill(picture.samples.begin(), picture.samples.end(), Pixel{0xa5});
      const int32_t shift = p > 0 ? held_.chroma_shift : 0;
      for (int32_t y = first >> shift; y < normative::plane_extent(last, shift); ++y)
        std::memcpy(picture.view().row(y), held_.planes[p].row(y), static_cast<size_t>(picture.width));
      planes[p] = picture.view();
    }
    return ok_status();
  }
  Status end() override { return ok_status(); }
  enc::PictureSketch& sketch() override { return sketch_; }
  int32_t readings = 0;

 private:
  const enc::SearchInput& held_;
  enc::PictureSketch sketch_;
  std::vector<Picture> shown_;
  int32_t rows_ = 0, count_ = 0, next_ = 0;
};

void what_a_sketch_keeps(void**) {
  Memory memory;
  Monitor monitor;
  Picture picture(301, 197);
  draw_falling_noise(&picture);
  const PlaneView<const Pixel> plane = picture.view();
  enc::PlaneSketch sketch(memory);
  sketch.start(plane.width, plane.height);
  sketch.want(Rect{3, 2, 298, 195}, 7);
  sketch.want(Rect{40, 50, 32, 16}, 1);
  sketch.want(Rect{60, 60, 40, 30}, 1);  // these overlap
  sketch.want_means(5);
  assert_true(sketch.prepare(monitor));
  for (int32_t y = 0; y < plane.height; ++y) sketch.take(y, plane.row(y));
  for (int32_t y = 2; y < 197; y += 7) {
    for (int32_t x = 3; x < 301; x += 7) assert_int_equal(*sketch.run(x, y, 1), plane.at(x, y));
  }
  for (int32_t y = 60; y < 66; ++y) assert_memory_equal(sketch.run(40, y, 60), plane.row(y) + 40, 60);
  assert_false(sketch.missed());
  enc::SampleGrid held(memory), kept(memory);
  enc::box_grid(plane, Rect{0, 0, 301, 197}, 5, &held);
  enc::box_grid(enc::SearchPlane(sketch), Rect{0, 0, 301, 197}, 5, &kept);
  assert_int_equal(held.values.size(), kept.values.size());
  assert_memory_equal(held.values.data(), kept.values.data(), held.values.size() * sizeof(float));
  assert_false(sketch.totals().flat);
  sketch.run(39, 60, 2);
  assert_true(sketch.missed());
}

void assert_same_search(enc::SearchInput in, int32_t readings) {
  Memory memory;
  Outcome held(memory), rows(memory);
  testing::search(in, 1, memory, &held);
  assert_true(held.status.ok());
  for (int32_t threads = 1; threads < 4; threads += 2) {
    enc::SearchInput other = in;
    Windows windows(in, memory);
    other.rows = &windows;
    testing::search(other, threads, memory, &rows);
    assert_true(rows.status.ok());
    assert_int_equal(windows.readings, readings);
    assert_int_equal(held.bytes.size(), rows.bytes.size());
    if (!held.bytes.empty()) assert_memory_equal(held.bytes.data(), rows.bytes.data(), held.bytes.size());
    for (size_t i = 0; i < held.stats.size(); ++i) {
      assert_int_equal(held.stats[i].renders, rows.stats[i].renders);
      assert_true(held.stats[i].distortion == rows.stats[i].distortion);
    }
    rows.bytes.clear();
  }
}

void programs_of_tiles(void**) {
  Picture luma(333, 290), cb(167, 145), cr(167, 145);
  draw_falling_noise(&luma);
  for (int32_t y = 0; y < 145; ++y) {
    for (int32_t x = 0; x < 167; ++x) {
      if (x < 100) luma.view().at(x + 60, y + 100) = static_cast<Pixel>((x / 6 + y / 6) % 2 * 90 + 60);
      cb.view().at(x, y) = static_cast<Pixel>(100 + x / 4);
      cr.view().at(x, y) = static_cast<Pixel>(160 - y / 3);
    }
  }
  enc::SearchInput in = testing::input_for(&luma, 5);
  in.planes[1] = cb.view();
  in.planes[2] = cr.view();
  in.plane_count = 3;
  in.chroma_shift = 1;
  in.residual_step = 8;
  in.geometry.tile = 97;
  in.effort = 4;
  assert_same_search(in, 2);
  in.effort = 1;
  assert_same_search(in, 1);
}

// So large that errors are measured on squares: the sketch has a part of the samples.
void program_of_a_large_picture(void**) {
  Picture luma(1231, 1003);
  for (int32_t y = 0; y < luma.height; ++y) {
    for (int32_t x = 0; x < luma.width; ++x)
      luma.view().at(x, y) = static_cast<Pixel>(((x * 5 + y * 3) / 64 % 2) * 100 + x / 30 + y / 40);
  }
  enc::SearchInput in = testing::input_for(&luma, 5);
  in.residual_step = 8;
  in.effort = 4;
  in.geometry.tile = 512;
  assert_same_search(in, 2);
}

// Of any picture about as much.
void a_sketch_is_small(void**) {
  static const int32_t kSizes[][3] = {{5003, 4001, 1}, {30011, 307, 0}, {700, 900, 0}};
  for (const int32_t* size : kSizes) {
    Memory memory;
    Monitor monitor;
    Picture band(size[0], 64);
    draw_falling_noise(&band);
    class Repeated final : public enc::PlaneSource {
     public:
      Repeated(Picture& band, Memory& memory) : band_(band), sketch_(memory) {}
      Status begin(int32_t, bool) override { return ok_status(); }
      Status window(int32_t first, int32_t, PlaneView<const Pixel>* planes) override {
        for (int32_t p = 0; p < 3; ++p) {
          planes[p] = band_.view();
          planes[p].stride = 0;  // one row for all
        }
        return first < 0 ? Status(Code::kInternal, "row") : ok_status();
      }
      Status end() override { return ok_status(); }
      enc::PictureSketch& sketch() override { return sketch_; }

     private:
      Picture& band_;
      enc::PictureSketch sketch_;
    } source(band, memory);
    enc::SearchInput in = testing::input_for(&band, 0);
    in.geometry.height = size[1];
    in.plane_count = 3;
    in.chroma_shift = size[2];
    in.residual_step = 8;
    in.effort = 9;
    in.rows = &source;
    assert_true(enc::fill_sketch(in, monitor, memory).ok());
    const uint64_t bound = enc::sketch_bound(in.geometry, 3, size[2]);
    print_message("%d x %d: %llu bytes, at most %llu\n", size[0], size[1],
                  static_cast<unsigned long long>(memory.peak()), static_cast<unsigned long long>(bound));
    assert_true(memory.peak() <= bound);
    assert_true(bound < uint64_t{20} << 20);
  }
}

}  // namespace

int main() {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_a_sketch_keeps),
      cmocka_unit_test(programs_of_tiles),
      cmocka_unit_test(program_of_a_large_picture),
      cmocka_unit_test(a_sketch_is_small),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
