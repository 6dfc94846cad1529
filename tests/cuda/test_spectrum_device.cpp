// Spectra that a device makes, which is the mock of the CUDA runtime with a cuFFT of other arithmetic or a
// real one, against the processor's: equal to the last bit, whatever is analysed, as far off as a transform
// may be, and after every fault.
#include <cmath>
#include <cstdlib>
#include <vector>

#include "backend/cuda/agent_spectrum.h"
#include "backend/spectrum_power.h"
#include "enc/device_engine.h"
#include "enc/search_tile.h"
#include "mock_find.h"
#include "spectrum_scene.h"
#include "support/cmocka_cpp.h"

namespace {

using namespace pc15;
using backend::cuda::HostOrder;
using enc::SampleGrid;
using enc::Spectrum;
using enc::SpectrumInput;
using test::Batch;
using test::Grids;

mock_cuda* mock = nullptr;  // of the library that was loaded; null on a real device

void assert_same(const Spectrum& a, const Spectrum& b) {
  assert_int_equal(a.nx, b.nx);
  assert_int_equal(a.ny, b.ny);
  assert_true(a.power == b.power);
  assert_true(a.energy == b.energy);
  assert_int_equal(a.peak_count, b.peak_count);
  for (int32_t k = 0; k < a.peak_count; ++k) {
    const enc::SpectralPeak &p = a.peaks[k], &q = b.peaks[k];
    assert_true(p.fx == q.fx && p.fy == q.fy && p.amplitude == q.amplitude && p.share == q.share);
  }
}

void compare(const Grids& grids, Batch* batch, int32_t max_size = 512) {
  for (size_t i = 0; i < grids.all.size(); ++i) {
    Spectrum wanted(grids.all[i]->values.memory());
    enc::analyse_spectrum(*grids.all[i], max_size, &wanted);
    enc::find_peaks(*batch->inputs[i], batch->spectra[i].get());
    assert_same(*batch->spectra[i], wanted);
  }
}

// Both agents alone, in every order, bit for bit.
void agents_do_what_the_processor_does(void**) {
  Grids grids(3);
  for (int32_t k = 0; k < 5; ++k) grids.add(k, grids.maker.in(1, 100), grids.maker.in(33, 64));
  for (const std::unique_ptr<SampleGrid>& g : grids.all) {
    const SpectrumInput in(*g, 64);
    const int32_t nx = in.nx, ny = in.ny, row = nx + 2;
    std::vector<float> samples;
    for (int32_t j = 0; j < in.height; ++j) samples.insert(samples.end(), in.row(j), in.row(j) + in.width);
    const backend::cuda::SpectrumRecord record{in.width,     in.height,    samples.data(),
                                               in.wx.data(), in.wy.data(), in.floor};
    const backend::cuda::SpectrumRecord records[] = {record, record};
    for (const HostOrder order : {HostOrder::kForwards, HostOrder::kBackwards, HostOrder::kShuffled}) {
      std::vector<double> x(static_cast<size_t>(2 * ny * row), -1.0);
      run_on_host(backend::cuda::WindowAgent{records, nx, ny, x.data()},
                  2 * backend::cuda::window_blocks(nx, ny), order);
      for (int32_t n = 0; n < 2 * ny * nx; ++n) {
        const int32_t i = n % nx, j = n / nx % ny;
        const double wanted = i < in.width && j < in.height ? in.windowed(in.row(j), i, j) : 0.0;
        assert_true(x[static_cast<size_t>(n / nx * row + i)] == wanted);
      }
      std::vector<float> power(static_cast<size_t>(2 * in.bins()));
      run_on_host(backend::cuda::PowerAgent{records, nx, ny, x.data(), power.data()},
                  2 * backend::cuda::power_blocks(nx, ny), order);
      for (int64_t n = 0; n < 2 * in.bins(); ++n) {
        int64_t u = n % nx, v = n % in.bins() / nx;
        if (u > nx / 2) {
          u = nx - u;
          v = (ny - v) % ny;
        }
        const double* const bin = x.data() + (n / in.bins() * ny + v) * row + 2 * u;
        assert_true(power[static_cast<size_t>(n)] == backend::rounded_power(bin[0], bin[1], in.floor));
      }
    }
  }
}

// Powers beside the borders of the rounding are uncertain, others are not; so is what lies below the floor.
void powers_near_a_border_are_uncertain(void**) {
  const double floor = 1.0 / 64;
  for (const double power : {1.0, 1.0001, 1.999, 77.0, 0.02, 1e5}) {
    const int32_t e = std::ilogb(power), bits = backend::kLeastPowerBits + (e - std::ilogb(floor)) / 2;
    const double step = std::ldexp(1.0, -std::min<int32_t>(bits, backend::kMostPowerBits));
    const double grid = std::ldexp(std::floor(std::ldexp(power, -e) / step) * step, e);
    const double border = grid + std::ldexp(step, e - 1);
    // By which a power may differ: 2 kUnlike T / sqrt(P) of it.
    const double total = floor * (int64_t{1} << backend::kPowerDepth);
    const double unlike = 2 * backend::kUnlike * std::sqrt(total * border);
    assert_true(backend::rounded_power(std::sqrt(grid), 0, floor) == static_cast<float>(grid));
    for (const double side : {-1.0, 1.0}) {
      const float near = backend::rounded_power(std::sqrt(border + side * unlike), 0, floor);
      const float far = backend::rounded_power(std::sqrt(border + 9 * side * unlike), 0, floor);
      assert_true(near < 0 && far > 0);
      assert_true(far == backend::without_doubt(near, floor));
    }
  }
  assert_true(backend::rounded_power(0, 0, floor) == 0);
  assert_true(backend::rounded_power(0.1249, 0, floor) == 0);
  assert_true(backend::rounded_power(0.125, 0, floor) == 0);
}

// Were no power of a transform certain, the sums would give the same ones.
void sums_settle_what_is_uncertain(void**) {
  Grids grids(8);
  for (int32_t k = 0; k < 2 * Grids::kKinds; ++k)
    grids.add(k % Grids::kKinds, grids.maker.in(1, 32), grids.maker.in(1, 32));
  for (const std::unique_ptr<SampleGrid>& g : grids.all) {
    Spectrum wanted(grids.memory), got(grids.memory);
    enc::analyse_spectrum(*g, 24, &wanted);
    got.power.assign(wanted.power.size(), -1.0f);
    enc::find_peaks(SpectrumInput(*g, 24), &got);
    assert_same(got, wanted);
  }
}

// As it is, and as far from the truth as a transform may be.
void a_device_gives_the_spectra_of_the_processor(void**) {
  Grids grids(4);
  for (int32_t k = 0; k < 2 * Grids::kKinds; ++k) grids.add(k % Grids::kKinds, 128, 128);
  for (int32_t k = 0; k < 20; ++k)
    grids.add(k % Grids::kKinds, grids.maker.in(1, 300), grids.maker.in(1, 300));
  for (int32_t k = 0; k < 3; ++k) grids.add(0, 256, 256);
  for (const double unlike : {0.0, 0.5 * backend::kUnlike}) {
    if (mock != nullptr) mock->unlike = unlike;
    enc::SearchDevice device(0, nullptr, 0);
    Batch batch(grids, 256);
    bool made = false;
    assert_true(batch.run(&device, &made).ok());
    assert_true(made);
    const int64_t uncertain = batch.uncertain();
    print_message("%d powers uncertain\n", static_cast<int>(uncertain));
    assert_true(uncertain > 2);  // else nothing shows that they are settled
    compare(grids, &batch, 256);
  }
  if (mock != nullptr) mock->unlike = 0;
}

// Those of one size in one copy each way, one transform; a plan serves again.
void a_batch_is_one_transform(void**) {
  if (mock == nullptr) return;  // who counts
  Grids grids(5);
  for (int32_t k = 0; k < 21; ++k) grids.add(k % 5, k % 3 == 0 ? 30 : 20, 16);
  enc::SearchDevice device(0, nullptr, 0);
  bool made = false;
  Grids one(6);
  one.add(1, 32, 16);
  assert_true(Batch(one).run(&device, &made).ok());  // a plan of that size, for fewer
  for (int32_t round = 0; round < 2; ++round) {
    const mock_cuda before = *mock;
    Batch batch(grids);
    made = false;
    assert_true(batch.run(&device, &made).ok());
    assert_true(made);
    assert_int_equal(mock->transforms - before.transforms, 1);
    assert_int_equal(mock->plans - before.plans, round == 0);
    assert_int_equal(mock->launches - before.launches, 2);
    assert_int_equal(mock->copies - before.copies, 2);
    compare(grids, &batch);
  }
  // As many as fit 32 MiB.
  for (int32_t k = 0; k < 20; ++k) grids.add(1, 512, 300);
  const mock_cuda before = *mock;
  Batch batch(grids);
  assert_true(batch.run(&device, &made).ok());
  assert_int_equal(mock->transforms - before.transforms, 1 + 3);
  assert_int_equal(mock->plans - before.plans, 2);
}

// Regions by their slots: what was made ahead is found, anything else is not.
void what_was_made_ahead_is_found(void**) {
  Memory memory;
  std::vector<Pixel> samples(200 * 150);
  for (size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<Pixel>(i * 2654435761u >> 21);
  const PlaneView<const Pixel> plane{samples.data(), 200, 150, 200};
  enc::SearchDevice device(0, &plane, 1);
  enc::SpectraAhead ahead(memory);
  enc::FitSource source;
  source.plane = plane;
  enc::DeviceEngine engine(device, memory, &ahead);
  ahead.start(3, 2);
  for (int32_t slot = 3; slot < 5; ++slot) {
    source.slot = slot;
    source.rect = Rect{60 * (slot - 3), 10, 120, 100};
    enc::GridPlan plan[enc::kMostGrids];
    ahead.add(source, plan, enc::region_grids(source, 64, plan));
  }
  bool made = false;
  assert_true(ahead.transform(&device, &made).ok());
  assert_true(made);
  for (int32_t slot = 3; slot < 5; ++slot) ahead.finish(slot);
  const int32_t transforms = mock != nullptr ? mock->transforms : 0;
  for (int32_t slot = 2; slot < 6; ++slot) {
    source.slot = slot;
    for (int32_t moved = 0; moved < 2; ++moved) {
      source.rect = Rect{60 * (slot - 3) + 60 * (slot == 2) - 60 * (slot == 5) + moved, 10, 120, 100};
      enc::GridPlan plan[enc::kMostGrids];
      assert_int_equal(enc::region_grids(source, 64, plan), 2);
      for (const enc::GridPlan& p : plan) {
        SampleGrid grid(memory);
        enc::take_grid(source, p, &grid);
        enc::subtract_plane(enc::fit_plane(grid), &grid);
        Spectrum got(memory), wanted(memory);
        enc::analyse_spectrum(grid, p.max_size, &wanted);
        const bool there = engine.spectrum(source, grid, p.max_size, &got);
        assert_int_equal(there, moved == 0 && slot >= 3 && slot < 5);
        if (there) assert_same(got, wanted);
        assert_false(ahead.find(source, grid, p.max_size / 2, &got));
      }
    }
  }
  if (mock != nullptr) assert_int_equal(mock->transforms, transforms);
  // A large one is made when it is asked for.
  Grids grids(6);
  const SampleGrid& large = grids.add(3, 256, 256);
  Spectrum got(memory), wanted(memory);
  enc::analyse_spectrum(large, 256, &wanted);
  source.slot = normative::kImageSlot;
  assert_true(engine.spectrum(source, large, 256, &got));
  assert_same(got, wanted);
  if (mock != nullptr) assert_int_equal(mock->transforms, transforms + 1);
}

// Notes what it is asked for.
struct Asked final : enc::SearchEngine {
  explicit Asked(Memory& memory) : cpu(memory), grids(memory) {}
  int32_t guesses() const override { return 1; }
  void fit_sums(const enc::FitTask* tasks, int32_t count, const Monitor& monitor,
                double* const* sums) override {
    cpu.fit_sums(tasks, count, monitor, sums);
  }
  void errors(const enc::ErrorView& view, const normative::Program* programs, int32_t count, double limit,
              const Monitor& monitor, int64_t* out) override {
    cpu.errors(view, programs, count, limit, monitor, out);
  }
  bool spectrum(const enc::FitSource& source, const SampleGrid& grid, int32_t, Spectrum*) override {
    grids.push_back(grid);
    plane = source.plane.data;
    return false;
  }
  enc::CpuEngine cpu;
  Vector<SampleGrid> grids;
  const Pixel* plane = nullptr;
};

// The grids that are made ahead are those that a tile asks for first, with a residual behind it and without.
void tiles_ask_for_what_is_made_ahead(void**) {
  Memory memory;
  Monitor monitor;
  constexpr int32_t kSide = 150;
  std::vector<Pixel> samples(kSide * kSide);
  for (int32_t i = 0; i < kSide * kSide; ++i)
    samples[static_cast<size_t>(i)] =
        static_cast<Pixel>((3 * (i % kSide) + 5 * (i / kSide)) % 40 < 20 ? 30 : 220);
  enc::SearchInput in;
  in.plane_count = 1;
  in.geometry.width = in.geometry.height = kSide;
  in.effort = 2;
  normative::ProgramImage context(memory);
  for (const double step : {0.0, 8.0}) {
    in.residual_step = step;
    const enc::SearchPlan plan = enc::tile_plan(in);
    context.set_geometry(in.geometry);
    Asked asked(memory);
    enc::Region region;
    region.planes[0] = PlaneView<const Pixel>{samples.data(), kSide, kSide, kSide};
    region.geometry = in.geometry;
    region.slot = 0;
    region.rect = Rect{3, 4, 140, 141};
    region.engine = &asked;
    enc::FitSource source;
    enc::GridPlan grids[enc::kMostGrids];
    const int32_t count =
        enc::RegionSearch(region, plan, context, monitor, memory).first_grids(&source, grids);
    assert_int_equal(count, step > 0 ? 1 : 2);
    enc::Finding finding;
    enc::RegionSearch(region, plan, context, monitor, memory).run(&finding);
    assert_true(asked.grids.size() >= static_cast<size_t>(count));
    assert_ptr_equal(asked.plane, source.plane.data);
    for (int32_t k = 0; k < count; ++k) {
      SampleGrid grid(memory);
      enc::take_grid(source, grids[k], &grid);
      enc::subtract_plane(enc::fit_plane(grid), &grid);
      const SampleGrid& other = asked.grids[static_cast<size_t>(k)];
      assert_true(grid.x0 == other.x0 && grid.y0 == other.y0 && grid.step == other.step);
      assert_true(grid.width == other.width && grid.values == other.values);
    }
  }
}

// One call fails, of the runtime or of cuFFT, once or for good: it is said, nothing is left, and no spectrum
// changes.
void faults_change_no_spectrum(void**) {
  if (mock == nullptr) return;  // a real device does not fail on demand
  Grids grids(7);
  grids.add(2, 20, 20);
  grids.add(3, 40, 30);
  Memory memory;
  const enc::FitSource source;
  const SampleGrid& large = grids.add(3, 256, 256);
  Spectrum wanted(memory);
  enc::analyse_spectrum(large, 256, &wanted);
  int32_t calls = 0, told = 0;
  for (int32_t n = 0; n <= 2 * calls; ++n) {
    mock->calls = 0;
    mock->fail_at = (n + 1) / 2;
    mock->sticky = n % 2;
    mock->error = n % 3 == 0 ? 2 : 719;
    {
      enc::SearchDevice device(0, nullptr, 0);
      enc::DeviceEngine engine(device, memory);
      Batch batch(grids);
      bool made = false;
      const Status status = batch.run(&device, &made);
      if (status.ok()) {
        assert_true(made);
        compare(grids, &batch);
      } else {
        ++told;
        assert_int_equal(mock->allocations, 0);
        assert_false(batch.run(&device, &made).ok());  // what failed stays away
        assert_false(made);
      }
      Spectrum got(memory);
      if (n % 4 < 2 && engine.spectrum(source, large, 256, &got)) assert_same(got, wanted);
      assert_int_equal(engine.failed(), !device.status().ok());
      if (n == 0) calls = mock->calls;
    }
    if (n == 0) calls = mock->calls;
    assert_int_equal(mock->allocations, 0);
    assert_int_equal(mock->leaked_error, 0);
  }
  mock->fail_at = 0;
  print_message("%d calls, %d told\n", calls, told);
  assert_true(calls > 40 && told > 40);
}

// A device without cuFFT has nothing to compare.
bool transforms() {
  Grids grids(1);
  grids.add(1, 16, 16);
  enc::SearchDevice device(0, nullptr, 0);
  bool made = false;
  return Batch(grids).run(&device, &made).ok() && made;
}

}  // namespace

int main() {
  if (const int missing = test::find_device(&mock, transforms)) return missing;
  const CMUnitTest tests[] = {
      cmocka_unit_test(agents_do_what_the_processor_does),
      cmocka_unit_test(powers_near_a_border_are_uncertain),
      cmocka_unit_test(sums_settle_what_is_uncertain),
      cmocka_unit_test(a_device_gives_the_spectra_of_the_processor),
      cmocka_unit_test(a_batch_is_one_transform),
      cmocka_unit_test(what_was_made_ahead_is_found),
      cmocka_unit_test(tiles_ask_for_what_is_made_ahead),
      cmocka_unit_test(faults_change_no_spectrum),
  };
  return cmocka_run_group_tests_name("spectrum_device", tests, nullptr, nullptr);
}
