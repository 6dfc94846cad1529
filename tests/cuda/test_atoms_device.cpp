// A search for atoms on a device, which is the mock of the CUDA runtime with a cuFFT of other arithmetic or a
// real one, against the processor: the same whole numbers, the same places, the same atoms, as far off as a
// transform may be, and after every fault.
#include <cstdlib>
#include <cstring>
#include <vector>

#include "backend/spectrum_power.h"
#include "enc/atom_correlate.h"
#include "enc/atom_search.h"
#include "enc/device_engine.h"
#include "mock_find.h"
#include "support/cmocka_cpp.h"
#include "support/random_programs.h"

namespace {

using namespace pc15;
using backend::device::AtomAnswer;
using backend::device::AtomKernel;
using backend::device::AtomPeak;
using backend::device::AtomWork;

mock_cuda* mock = nullptr;  // of the library that was loaded; null on a real device

// What is left of a picture, and kernels of random shapes; `contrast`: 255 has the largest energy there is.
struct Scene {
  Scene(uint64_t seed, int32_t side, int32_t contrast, int32_t count) : maker(seed) {
    work.side = side;
    work.width = side - maker.in(0, side / 3);
    work.height = side - maker.in(0, side / 3);
    rest.resize(static_cast<size_t>(work.width) * static_cast<size_t>(work.height));
    int64_t energy = 0;
    for (int32_t& r : rest) {
      r = contrast == 255 ? 255 * 64 * (2 * maker.in(0, 1) - 1) : maker.in(-64 * contrast, 64 * contrast);
      energy += int64_t{r} * r;
    }
    work.shift = backend::atom_shift(energy, side);
    for (int32_t n = 0; n < count; ++n) add_kernel(n);
    work.rest = rest.data();
    work.kernels = kernels.data();
    work.count = count;
  }

  std::vector<AtomAnswer> run(enc::SearchDevice* device) {
    std::vector<AtomAnswer> answers(kernels.size());
    work.answers = answers.data();
    bool made = true;
    if (device != nullptr) {
      assert_true(device->atoms(work, &made).ok());
    } else {
      enc::AtomCorrelator(work.side, memory).run(work, Monitor());
    }
    assert_true(made);
    return answers;
  }
  // By its definition.
  AtomPeak correlation(const AtomKernel& k, int32_t x, int32_t y) const {
    AtomPeak p;
    p.x = x;
    p.y = y;
    for (int32_t j = 0; j < work.height; ++j) {
      for (int32_t i = 0; i < work.width; ++i) {
        const int32_t half = work.side / 2, dx = ((i - x + half) & (work.side - 1)) - half,
                      dy = ((j - y + half) & (work.side - 1)) - half;
        if (std::abs(dx) > k.reach || std::abs(dy) > k.reach) continue;
        const double r = rest[static_cast<size_t>(j * work.width + i)];
        p.even += r * backend::atom_kernel_value(k.even, dx, dy, work.shift);
        if (k.waves) p.odd += r * backend::atom_kernel_value(k.odd, dx, dy, work.shift);
      }
    }
    return p;
  }

  test::ProgramMaker maker;
  Memory memory;
  std::vector<int32_t> rest;
  std::vector<AtomKernel> kernels;
  AtomWork work;

 private:
  void add_kernel(int32_t n) {
    normative::Atom atom;
    const normative::AtomShape shape = normative::default_atom_shape(n % normative::kAtomShapes);
    atom.orientation = static_cast<uint8_t>(maker.in(0, 15));
    atom.amplitude = 15;
    AtomKernel k;
    k.even = normative::atom_setup(atom, shape);
    atom.phase = 4;
    k.odd = normative::atom_setup(atom, shape);
    k.waves = shape.type == normative::kAtomGabor;
    k.reach = std::min(k.even.reach / 16, work.side / 2 - 1);
    k.apart = maker.in(2, 9);
    kernels.push_back(k);
  }
};

void assert_same(const std::vector<AtomAnswer>& a, const std::vector<AtomAnswer>& b) {
  assert_int_equal(a.size(), b.size());
  for (size_t n = 0; n < a.size(); ++n) {
    assert_true(a[n].even_energy == b[n].even_energy && a[n].odd_energy == b[n].odd_energy);
    for (int32_t i = 0; i < backend::device::kAtomPeaks; ++i) {
      const AtomPeak &p = a[n].peak[i], &q = b[n].peak[i];
      assert_true(p.x == q.x && p.y == q.y && p.even == q.even && p.odd == q.odd);
    }
  }
}

// The processor's numbers are the sums that define them, also of what has the most energy.
void correlations_are_whole_numbers(void**) {
  for (const int32_t contrast : {3, 90, 255}) {
    Scene s(static_cast<uint64_t>(contrast), 64, contrast, normative::kAtomShapes);
    const std::vector<AtomAnswer> answers = s.run(nullptr);
    for (size_t n = 0; n < answers.size(); ++n) {
      for (const AtomPeak& p : answers[n].peak) {
        if (p.x < 0) continue;
        const AtomPeak wanted = s.correlation(s.kernels[n], p.x, p.y);
        assert_true(p.even == wanted.even && p.odd == wanted.odd);
      }
    }
  }
}

// Kernels are cut where a transform could not tell whole numbers apart otherwise, and only there.
void kernels_are_cut_when_they_must_be(void**) {
  assert_int_equal(backend::atom_shift(int64_t{1} << 38, 256), 0);
  assert_int_equal(backend::atom_shift((int64_t{1} << 38) + 1, 256), 1);
  assert_int_equal(backend::atom_shift(int64_t{512} * 512 * 16320 * 16320, 512), 5);
}

void a_device_finds_the_places_of_the_processor(void**) {
  enc::SearchDevice device(0, nullptr, 0);
  int32_t cut = 0;
  for (int32_t n = 0; n < 9; ++n) {
    if (mock != nullptr) {
      mock->order = n % 3;
      mock->unlike = n % 2 == 0 ? 0 : 0.5 * backend::kUnlike;
    }
    Scene s(100 + static_cast<uint64_t>(n), 32 << n % 3, n % 4 == 3 ? 255 : 20 << n % 4,
            n % 3 == 2 ? 70 : 20);
    if (n == 2) std::fill(s.rest.begin(), s.rest.end(), 64);  // ties
    if (n == 5) std::fill(s.rest.begin(), s.rest.end(), 0);   // nothing to gain
    cut += s.work.shift > 0;
    assert_same(s.run(&device), s.run(nullptr));
  }
  if (mock != nullptr) mock->unlike = 0;
  Scene large(7, 512, 255, 8);
  assert_int_equal(large.work.shift, 5);
  large.kernels.resize(2);
  large.work.count = 2;
  assert_same(large.run(&device), large.run(nullptr));
}

// Bricks, and a program that shows their mean.
struct Task {
  explicit Task(Memory& memory) : source(memory, 30 * 28), shown(memory, source.size()) {
    for (int32_t i = 0; i < 30 * 28; ++i) {
      const int32_t x = i % 30, y = i / 30;
      source[static_cast<size_t>(i)] = static_cast<Pixel>(y % 9 == 0 || (x + y / 9 * 7) % 15 == 0 ? 220 : 90);
      shown[static_cast<size_t>(i)] = 110;
    }
    task.source = PlaneView<const Pixel>{source.data(), 30, 28, 30};
    task.rendered = PlaneView<const Pixel>{shown.data(), 30, 28, 30};
    task.half = 128;
    task.lambda = 20;
    task.passes = 1;
  }
  void run(enc::SearchEngine* engine, Memory& memory, Vector<normative::Atom>* atoms, double* gain) {
    task.engine = engine;
    enc::find_atoms(task, Monitor(), memory, atoms, gain);
  }
  Vector<Pixel> source, shown;
  enc::AtomTask task;
};

bool same_atoms(const Vector<normative::Atom>& a, const Vector<normative::Atom>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    const normative::Atom &p = a[i], &q = b[i];
    if (p.x != q.x || p.y != q.y || p.shape != q.shape || p.orientation != q.orientation ||
        p.phase != q.phase || p.amplitude != q.amplitude)
      return false;
  }
  return true;
}

// A pass is one copy each way. One call fails, of the runtime or of cuFFT, once or for good: the processor
// finds the same atoms, and nothing is left.
void faults_change_no_atom(void**) {
  Memory memory;
  Task t(memory);
  Vector<normative::Atom> wanted(memory), got(memory);
  double gain = 0, other = 0;
  t.run(nullptr, memory, &wanted, &gain);
  assert_true(wanted.size() > 4);
  int32_t calls = 0, failures = 0;
  for (int32_t n = 0; n <= 2 * calls; n += 5) {
    if (mock != nullptr) {
      mock->calls = mock->copies = mock->transforms = 0;
      mock->fail_at = (n + 1) / 2;
      mock->sticky = n % 2;
    }
    {
      enc::SearchDevice device(0, nullptr, 0);
      enc::DeviceEngine engine(device, memory);
      t.run(&engine, memory, &got, &other);
      assert_true(same_atoms(wanted, got) && gain == other);
      failures += engine.failed() ? 1 : 0;
      if (n == 0) {
        assert_false(engine.failed());
        if (mock == nullptr) return;  // a real device does not fail on demand
        assert_int_equal(mock->copies, 3);
        assert_int_equal(mock->transforms, 1 + 2);
        calls = mock->calls;
      }
    }
    assert_int_equal(mock->allocations, 0);
    assert_int_equal(mock->leaked_error, 0);
  }
  mock->fail_at = 0;
  print_message("%d calls, %d failures\n", calls, failures);
  assert_true(calls > 25 && failures > 8);
}

// A device without cuFFT has nothing to compare.
bool transforms() {
  Scene s(1, 32, 50, 1);
  AtomAnswer answer;
  s.work.answers = &answer;
  bool made = false;
  return enc::SearchDevice(0, nullptr, 0).atoms(s.work, &made).ok() && made;
}

}  // namespace

int main() {
  if (const int missing = test::find_device(&mock, transforms)) return missing;
  const CMUnitTest tests[] = {
      cmocka_unit_test(correlations_are_whole_numbers),
      cmocka_unit_test(kernels_are_cut_when_they_must_be),
      cmocka_unit_test(a_device_finds_the_places_of_the_processor),
      cmocka_unit_test(faults_change_no_atom),
  };
  return cmocka_run_group_tests_name("atoms_device", tests, nullptr, nullptr);
}
