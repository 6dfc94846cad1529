// The search's candidates on a device, which is the mock of the CUDA runtime or a real one, against the
// processor: equal sums to the last bit, whatever is rendered, and after every fault.
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "enc/device_engine.h"
#include "mock_find.h"
#include "search_scene.h"
#include "support/cmocka_cpp.h"

namespace {

using namespace pc15;
using enc::DeviceEngine;
using normative::Layer;
using normative::Program;
using test::Errors;
using test::layer_of;
using test::Scene;
using test::Tasks;
using test::View;

mock_cuda* mock = nullptr;  // of the library that was loaded; null on a real device

void compare(Tasks* tasks, DeviceEngine* device, enc::CpuEngine* cpu) {
  const std::vector<std::vector<double>> got = tasks->run(device), wanted = tasks->run(cpu);
  for (size_t i = 0; i < got.size(); ++i) {
    if (got[i] == wanted[i]) continue;
    print_error("task %zu, preset %d, %zu layers moved\n", i, tasks->layers[i].preset,
                tasks->moves[i].size());
    assert_true(got[i] == wanted[i]);
  }
}

void every_generator_gives_the_sums_of_the_processor(void**) {
  Scene scene(7, 150, 133);
  enc::SearchDevice shared(0, scene.planes, 3);
  DeviceEngine device(shared, scene.memory);
  enc::CpuEngine cpu(scene.memory);
  for (int32_t i = 0; i < normative::catalogue_size(); ++i) {
    const int32_t preset = normative::catalogue_entry(i)->preset;
    Tasks tasks(scene.memory);
    const View a(&scene, 40, scene.maker.in(1, 4)), b(&scene, 30, scene.maker.in(1, enc::kMaxBase + 1));
    for (int32_t round = 0; round < 3; ++round) {
      std::vector<Layer> moved;
      const int32_t differences = round == 0 ? 0 : scene.maker.in(1, normative::kMaxParams);
      for (int32_t k = 0; k < 2 * differences; ++k) moved.push_back(layer_of(&scene, preset));
      tasks.add(round == 1 ? a : b, layer_of(&scene, preset), moved);
    }
    compare(&tasks, &device, &cpu);
  }
  assert_true(shared.status().ok());
}

// As many samples, columns and differences as a fit has, at the ends of their ranges; many views, many tasks.
void large_batches_are_exact(void**) {
  Scene scene(8, 200, 180);
  enc::SearchDevice shared(0, scene.planes, 3);
  DeviceEngine device(shared, scene.memory);
  enc::CpuEngine cpu(scene.memory);
  std::vector<std::unique_ptr<View>> views;
  Tasks tasks(scene.memory);
  for (int32_t k = 0; k < 20; ++k) views.push_back(std::make_unique<View>(&scene, 12, 2));
  const View large(&scene, 120, enc::kMaxBase + 1, true);
  std::vector<Layer> moved;
  for (int32_t k = 0; k < 2 * normative::kMaxParams; ++k)
    moved.push_back(layer_of(&scene, normative::kStripesMultiscale));
  tasks.add(large, layer_of(&scene, normative::kStripesMultiscale), moved);
  for (int32_t k = 0; k < 1100; ++k)
    tasks.add(*views[static_cast<size_t>(k % 20)], layer_of(&scene, normative::kStripes), {});
  compare(&tasks, &device, &cpu);
}

void errors_of_programs_are_those_of_the_processor(void**) {
  Scene scene(9, 150, 133);
  enc::SearchDevice shared(0, scene.planes, 3);
  DeviceEngine device(shared, scene.memory);
  enc::CpuEngine cpu(scene.memory);
  for (int32_t round = 0; round < 150; ++round) {
    const Errors e(&scene);
    assert_true(e.run(&device) == e.run(&cpu));
  }
  // Planes that the device does not hold are the processor's.
  Errors other(&scene);
  std::vector<Pixel> copy = scene.samples[0];
  copy[copy.size() / 2] ^= 1;
  other.view.planes[0].data = copy.data();
  assert_true(other.run(&device) == other.run(&cpu));
  assert_true(shared.status().ok());
}

// One call of the runtime fails, once or for good: the sums stay what they are.
void faults_change_no_sum(void**) {
  if (mock == nullptr) return;  // a real device does not fail on demand
  Scene scene(10, 90, 70);
  enc::CpuEngine cpu(scene.memory);
  Tasks tasks(scene.memory);
  const View view(&scene, 30, 3);
  tasks.add(view, layer_of(&scene, normative::kStripes), {});
  Errors errors(&scene);
  errors.windows.assign(1, Rect{3, 5, 40, 33});
  errors.view.windows = errors.windows.data();
  errors.view.window_count = 1;
  const std::vector<std::vector<double>> sums = tasks.run(&cpu);
  const std::vector<int64_t> wanted = errors.run(&cpu);
  int32_t calls = 0;
  for (int32_t n = 0; n <= 2 * calls; ++n) {
    mock->calls = 0;
    mock->fail_at = (n + 1) / 2;
    mock->sticky = n % 2;
    mock->error = n % 3 == 0 ? 2 : 719;
    {
      enc::SearchDevice shared(0, scene.planes, 3);
      DeviceEngine device(shared, scene.memory);
      for (int32_t round = 0; round < 2; ++round) {
        assert_true(tasks.run(&device) == sums);
        assert_true(errors.run(&device) == wanted);
      }
      assert_int_equal(device.failed(), n > 0);
      if (n > 0) assert_int_equal(mock->allocations, 0);
      if (n == 0) calls = mock->calls;
    }
    assert_int_equal(mock->allocations, 0);
    assert_int_equal(mock->leaked_error, 0);
  }
  mock->fail_at = 0;
  assert_true(calls > 30);
  print_message("%d calls\n", calls);
}

// While the device works for one thread, others come: what they ask for goes together, as far as the device
// keeps what they refer to.
void threads_share_launches(void**) {
  if (mock == nullptr) return;  // nobody can hold a real device
  constexpr size_t kThreads = 7, kFits = 5;
  Scene scene(11, 120, 100);
  enc::SearchDevice shared(0, scene.planes, 3);
  std::vector<std::unique_ptr<View>> views;
  std::vector<Tasks> tasks(kFits, Tasks(scene.memory));
  std::vector<std::unique_ptr<Errors>> errors;
  for (size_t t = 0; t < kThreads; ++t) {
    errors.push_back(std::make_unique<Errors>(&scene, 120, 100));
    errors.back()->view.plane_count = 3;
    for (int32_t k = 0; t < kFits && k < backend::device::kMostViews; ++k) {
      views.push_back(std::make_unique<View>(&scene, 20, 1 + k % 4));
      tasks[t].add(*views.back(), layer_of(&scene, normative::kStripes), {});
    }
  }
  std::vector<std::vector<std::vector<double>>> sums(kThreads);
  std::vector<std::vector<int64_t>> wrong(kThreads);
  std::vector<std::thread> threads;
  const int32_t before = mock->launches;
  __atomic_store_n(&mock->hold, 1, __ATOMIC_RELEASE);
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      DeviceEngine engine(shared, scene.memory);
      if (t < kFits) sums[t] = tasks[t].run(&engine);
      if (t >= kFits) wrong[t] = errors[t]->run(&engine);
    });
    while (__atomic_load_n(&mock->held, __ATOMIC_ACQUIRE) == 0) std::this_thread::yield();
    while (shared.waiting() < static_cast<int32_t>(t)) std::this_thread::yield();
  }
  __atomic_store_n(&mock->hold, 0, __ATOMIC_RELEASE);
  for (std::thread& t : threads) t.join();
  // Preparing and summing of the first; of three more; of the last fits, with preparing and comparing of
  // programs.
  assert_int_equal(mock->launches - before, 2 + 2 + 4);
  enc::CpuEngine cpu(scene.memory);
  for (size_t t = 0; t < kFits; ++t) assert_true(sums[t] == tasks[t].run(&cpu));
  for (size_t t = kFits; t < kThreads; ++t) assert_true(wrong[t] == errors[t]->run(&cpu));
  assert_true(shared.status().ok());
}

// A candidate is sent as its parameters; samples go once.
void candidates_are_some_tens_of_bytes(void**) {
  if (mock == nullptr) return;  // who counts
  constexpr int32_t kCandidates = 512;
  Scene scene(12, 150, 133);
  enc::SearchDevice shared(0, scene.planes, 3);
  DeviceEngine device(shared, scene.memory);
  const View view(&scene, 60, 4);
  Tasks tasks(scene.memory);
  Layer stripes;
  do {
    stripes = layer_of(&scene, normative::kStripes);
  } while (stripes.warp.preset != 0 || stripes.palette.preset != 0 || stripes.mask.preset != 0);
  stripes.seed_mode = normative::SeedMode::kDerived;
  for (int32_t k = 0; k < kCandidates; ++k) tasks.add(view, stripes, {});
  const int64_t columns = 4 * 4 * view.samples();
  long before = mock->sent;
  tasks.run(&device);
  const int64_t first = mock->sent - before;
  before = mock->sent;
  tasks.run(&device);
  const int64_t again = mock->sent - before;
  assert_int_equal(first - again, columns);
  print_message("%.1f bytes a layer", static_cast<double>(again) / kCandidates);
  assert_true(again < 80 * kCandidates);
  Errors errors(&scene);
  errors.view.plane_count = 3;
  Program program;
  program.layer_count = 1;
  program.layers[0] = stripes;
  errors.programs.assign(64, program);
  errors.run(&device);  // sends the planes
  before = mock->sent;
  errors.run(&device);
  print_message(", %.1f a program\n", static_cast<double>(mock->sent - before) / 64);
  assert_true(mock->sent - before < 64 * 200);
}

}  // namespace

int main() {
  if (const int missing = test::find_device(&mock)) return missing;
  const CMUnitTest tests[] = {
      cmocka_unit_test(every_generator_gives_the_sums_of_the_processor),
      cmocka_unit_test(large_batches_are_exact),
      cmocka_unit_test(errors_of_programs_are_those_of_the_processor),
      cmocka_unit_test(faults_change_no_sum),
      cmocka_unit_test(threads_share_launches),
      cmocka_unit_test(candidates_are_some_tens_of_bytes),
  };
  return cmocka_run_group_tests_name("search_engine", tests, nullptr, nullptr) +
         (mock == nullptr ? 0 : mock->launches < 200);
}
