// Random tiles on a device, which is the mock of the CUDA runtime or a real one, against the scalar code of
// the processor: programs of all generators, modifiers and atoms, blended; leaves of all sizes, modes and
// transforms over them, with levels small and as large as they get. PC15_RANDOM_TILES in the environment says
// how many.
#include <dlfcn.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "backend/backend.h"
#include "backend/device.h"
#include "backend/render.h"
#include "dec/leaf_recorder.h"
#include "entropy/scan.h"
#include "normative/color.h"
#include "support/cmocka_cpp.h"
#include "support/random_programs.h"

namespace {

using namespace pc15;
using backend::device::CellRecord;
using backend::device::DeviceProgram;
using backend::device::Picture;
using backend::device::Work;

constexpr int32_t kSide = 64, kPlanes = 3;

template <typename T>
backend::device::Array<T> array_of(const std::vector<T>& v) {
  return {v.data(), static_cast<int64_t>(v.size())};
}

// A picture of one cell, as a device takes it and as the processor decodes it.
class Tile {
 public:
  explicit Tile(uint64_t seed) : maker_(seed), image_(memory_), recorder_(memory_) {
    shift_ = maker_.in(0, 1);
    maker_.fill(kSide, kSide, maker_.in(32, 80), maker_.in(0, 16), kPlanes, &image_);
    describe();
    prepare_programs();
    for (int32_t p = 0; p < kPlanes; ++p) render(p);
    make_cell();
  }
  Work work() {
    Work w;
    w.picture = &picture_;
    w.target.data = got_;
    w.target.stride = 3 * kSide;
    w.target.channels = 3;
    return w;
  }
  bool is_right() const {
    const int32_t last = (kSide >> shift_) - 1;
    for (int32_t y = 0; y < kSide; ++y) {
      for (int32_t x = 0; x < kSide; ++x) {
        const normative::Rgb c =
            normative::rgb_from_ycc(recon_[0][y * kSide + x], chroma(1, x, y, last), chroma(2, x, y, last));
        const uint8_t* const o = got_ + 3 * (y * kSide + x);
        if (o[0] != c.r || o[1] != c.g || o[2] != c.b) return false;
      }
    }
    return true;
  }

 private:
  int32_t shift_of(int32_t plane) const { return plane > 0 ? shift_ : 0; }
  int32_t side(int32_t plane) const { return kSide >> shift_of(plane); }
  PlaneView<Pixel> view(Pixel* samples, int32_t plane) const {
    return {samples, side(plane), side(plane), side(plane)};
  }

  int32_t chroma(int32_t p, int32_t x, int32_t y, int32_t last) const {
    if (shift_ == 0) return recon_[p][y * kSide + x];
    const Pixel* const near_row = recon_[p] + normative::chroma_near_row(y) * side(p);
    return normative::upsample_chroma(near_row, recon_[p] + normative::chroma_far_row(y, last) * side(p), x,
                                      last);
  }

  void describe() {
    const normative::Geometry& g = image_.geometry;
    picture_.area = picture_.region = Rect{0, 0, kSide, kSide};
    picture_.plane_count = picture_.color_planes = kPlanes;
    for (int32_t p = 0; p < kPlanes; ++p) picture_.plane[p] = {side(p), side(p), shift_of(p)};
    picture_.width = picture_.height = kSide;
    picture_.render = picture_.residual = true;
    picture_.tile = g.tile;
    picture_.overlap = g.overlap;
    picture_.tile_cols = g.tile_cols();
    picture_.tile_rows = g.tile_rows();
  }

  void prepare_programs() {
    const int32_t count = static_cast<int32_t>(image_.geometry.tile_count());
    std::vector<DeviceProgram> planes[kPlanes];
    for (int32_t i = 0; i < count; ++i) {
      const normative::Program* const program = image_.resolve(i);
      tiles_.push_back(program != nullptr ? static_cast<int32_t>(planes[0].size()) : -1);
      const int64_t first_atom = static_cast<int64_t>(atoms_.size());
      for (int32_t p = 0; program != nullptr && p < kPlanes; ++p) {
        planes[p].emplace_back();
        DeviceProgram& d = planes[p].back();
        backend::prepare_program(*program, backend::context_of(image_), image_.resolve_slot(i), p,
                                 -shift_of(p), &d.program);
        d.first_atom = first_atom;
        for (int32_t k = 0; k < d.program.atom_count; ++k) {
          const normative::Atom& atom = d.program.atoms[k];
          atoms_.push_back(normative::atom_setup(atom, normative::default_atom_shape(atom.shape)));
        }
        d.program.atoms = nullptr;
      }
    }
    picture_.program_count = static_cast<int32_t>(planes[0].size());
    for (const std::vector<DeviceProgram>& p : planes) programs_.insert(programs_.end(), p.begin(), p.end());
    picture_.programs = array_of(programs_);
    picture_.atoms = array_of(atoms_);
    picture_.tile_program = array_of(tiles_);
  }

  void render(int32_t p) {
    backend::render_prediction(image_, p, shift_of(p), Rect{0, 0, side(p), side(p)}, view(programs_of_[p], p),
                               memory_);
  }

  void make_cell() {
    cell_.width = cell_.height = kSide;
    cell_.programs = true;
    step16_ = maker_.in(0, 3) == 0 ? maker_.in(1, 65535) : maker_.in(8, 600);
    for (int32_t pass = 0; pass < 2; ++pass) {
      std::memset(&map_, 0, sizeof(map_));
      recorder_.begin_pass();
      split(pass, 0, 0, side(pass));
    }
    const int64_t all = static_cast<int64_t>(recorder_.leaves.size());
    cell_.first_leaf[1] = recorder_.first[1];
    cell_.leaf_count[0] = recorder_.first[1];
    cell_.leaf_count[1] = all - recorder_.first[1];
    picture_.cells = {&cell_, 1};
    picture_.leaves = {recorder_.leaves.data(), all};
    picture_.levels = {recorder_.levels.data(), static_cast<int64_t>(recorder_.levels.size())};
  }

  // Leaves of one size fill a square of up to 32 x 32.
  void split(int32_t pass, int32_t x, int32_t y, int32_t size) {
    if (size > 32 || (size > 8 && maker_.in(0, 2) > 0)) {
      for (int32_t i = 0; i < 4; ++i) split(pass, x + (i & 1) * size / 2, y + (i >> 1) * size / 2, size / 2);
      return;
    }
    const int32_t w = std::max(4, size >> maker_.in(0, 2)), h = std::max(4, size >> maker_.in(0, 2));
    for (int32_t j = y; j < y + size; j += h) {
      for (int32_t i = x; i < x + size; i += w) make_leaf(pass, i, j, w, h);
    }
  }

  void make_leaf(int32_t pass, int32_t x, int32_t y, int32_t w, int32_t h) {
    entropy::Leaf leaf;
    leaf.x = static_cast<int16_t>(x);
    leaf.y = static_cast<int16_t>(y);
    leaf.log2w = static_cast<uint8_t>(entropy::log2_floor(static_cast<uint32_t>(w)));
    leaf.log2h = static_cast<uint8_t>(entropy::log2_floor(static_cast<uint32_t>(h)));
    leaf.procedural = maker_.in(0, 4) == 0;
    leaf.mode = maker_.in(0, (pass > 0 ? normative::kChromaModes : normative::kLumaModes) - 1);
    if (leaf.procedural != 0) leaf.mode = 0;
    const bool group = leaf.mode >= normative::kModeFirstGroup && leaf.mode <= normative::kModeLastGroup;
    leaf.delta = group ? maker_.in(0, normative::group_size(leaf.mode) - 1) : 0;
    int16_t luma[1024];
    if (leaf.mode == normative::kModeCfl) {
      for (int32_t& a : leaf.alpha) a = maker_.in(1, 8) * (maker_.in(0, 1) * 2 - 1);
      backend::gather_luma(view(recon_[0], 0), x, y, w, h, shift_, luma);
    }
    recorder_.begin(leaf, map_, side(pass), side(pass), step16_);
    for (int32_t i = 0; i <= pass; ++i) {
      const int32_t p = pass + i;
      int16_t levels[1024] = {};
      make_levels(&leaf, i, levels);
      recorder_.add_levels(leaf, i, levels);
      const backend::CellPlane plane{view(recon_[p], p), {programs_of_[p], side(p), side(p), side(p)}};
      Pixel* const out = recon_[p] + y * side(p) + x;
      backend::operations().predict_leaf(leaf, i, plane, map_, luma, out, side(p));
      if (leaf.eob[i] > 0) backend::operations().add_residual(leaf, i, levels, step16_, out, side(p));
    }
    recorder_.end();
    map_.mark(x, y, w, h, 1);
  }

  void make_levels(entropy::Leaf* leaf, int32_t component, int16_t* levels) {
    const int32_t area = 1 << (leaf->log2w + leaf->log2h);
    const int32_t most = maker_.in(0, 7) == 0 ? 32767 : maker_.in(1, 40);
    const bool choice = leaf->log2w <= 4 && leaf->log2h <= 4;  // as the syntax has it
    leaf->transform[component] = choice ? maker_.in(0, normative::kTransformTypes - 1) : normative::kDctDct;
    leaf->eob[component] = maker_.in(0, 2) == 0 ? 0 : maker_.in(1, maker_.in(0, 3) == 0 ? area : 10);
    const entropy::ScanEntry* const scan = entropy::scan_table(leaf->log2w, leaf->log2h);
    for (int32_t k = 0; k < leaf->eob[component]; ++k) {
      if (maker_.in(0, 1) == 0 || k + 1 == leaf->eob[component])
        levels[scan[k].raster] = static_cast<int16_t>(maker_.in(-most, most));
    }
  }

  Memory memory_;
  test::ProgramMaker maker_;
  normative::ProgramImage image_;
  int32_t shift_ = 0, step16_ = 16;
  Pixel programs_of_[kPlanes][kSide * kSide] = {}, recon_[kPlanes][kSide * kSide] = {};
  uint8_t got_[3 * kSide * kSide] = {};
  Picture picture_;
  std::vector<DeviceProgram> programs_;
  std::vector<normative::AtomSetup> atoms_;
  std::vector<int32_t> tiles_;
  CellRecord cell_;
  backend::UnitMap map_;
  dec::LeafRecorder recorder_;
};

int32_t tiles_to_test = 0;

void random_tiles_are_those_of_the_processor(void**) {
  constexpr int32_t kTogether = 100;
  assert_string_equal(backend::operations().name, "scalar");
  backend::Device device;
  int32_t wrong = 0;
  for (int32_t first = 0; first < tiles_to_test; first += kTogether) {
    std::vector<std::unique_ptr<Tile>> tiles;
    std::vector<Work> works;
    for (int32_t i = first; i < std::min(tiles_to_test, first + kTogether); ++i) {
      tiles.push_back(std::make_unique<Tile>(static_cast<uint64_t>(i) + 1));
      works.push_back(tiles.back()->work());
    }
    int32_t done = 0;
    assert_true(device.decode(0, works.data(), static_cast<int32_t>(works.size()), nullptr, &done).ok());
    assert_int_equal(done, works.size());
    for (size_t i = 0; i < tiles.size(); ++i) {
      if (tiles[i]->is_right()) continue;
      if (++wrong <= 10) print_error("tile %zu differs\n", static_cast<size_t>(first) + i + 1);
    }
  }
  print_message("%d tiles, %d differ\n", tiles_to_test, wrong);
  assert_int_equal(wrong, 0);
}

}  // namespace

int main() {
  int32_t count = 0;
  if (!backend::device_count(&count).ok() || count == 0)
    return std::getenv("PC15_REQUIRE_CUDA") != nullptr ? 1 : 77;
  void* const library = dlopen("libpc15-cuda.so.1", RTLD_NOW | RTLD_NOLOAD);
  const bool mock = library != nullptr && dlsym(library, "mock_cuda_state") != nullptr;
  const char* const wanted = std::getenv("PC15_RANDOM_TILES");
  tiles_to_test = wanted != nullptr ? std::atoi(wanted) : mock ? 300 : 100000;
  const CMUnitTest tests[] = {cmocka_unit_test(random_tiles_are_those_of_the_processor)};
  return cmocka_run_group_tests_name("random_tiles", tests, nullptr, nullptr);
}
