// The base layer: the pool of threads, the allocation gate, checked arithmetic, statuses, rectangles.
#include "support/cmocka_cpp.h"

#include <atomic>
#include <cstring>
#include <limits>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/allocator.h"
#include "base/checked.h"
#include "base/monitor.h"
#include "base/plane.h"
#include "base/status.h"
#include "base/thread_pool.h"

namespace {

void pool_runs_every_index_once(void**) {
  for (const int32_t threads : {1, 2, 3, 8}) {
    pc15::ThreadPool pool(threads);
    assert_true(pool.size() >= 1 && pool.size() <= threads);
    for (const int64_t count : {0, 1, 2, 7, 1000}) {
      std::vector<int> hits(static_cast<size_t>(count), 0);
      std::atomic<bool> worker_in_range{true};
      pool.run(count, [&](int64_t index, int32_t worker) {
        ++hits[static_cast<size_t>(index)];
        if (worker < 0 || worker >= pool.size()) worker_in_range = false;
      });
      for (const int hit : hits) assert_int_equal(hit, 1);
      assert_true(worker_in_range);
    }
  }
}

void pool_rethrows_the_lowest_failure(void**) {
  for (const int32_t threads : {1, 4}) {
    pc15::ThreadPool pool(threads);
    for (int round = 0; round < 50; ++round) {
      std::string message;
      try {
        pool.run(100, [](int64_t index, int32_t) {
          if (index >= 20) throw std::runtime_error(std::to_string(index));
        });
      } catch (const std::runtime_error& e) {
        message = e.what();
      }
      assert_string_equal(message.c_str(), "20");
      int64_t sum = 0;  // the pool still works
      std::atomic<int64_t> total{0};
      pool.run(10, [&](int64_t index, int32_t) { total += index; });
      sum = total;
      assert_int_equal(sum, 45);
    }
  }
}

void monitor_counts_from_many_threads(void**) {
  struct Seen {
    uint64_t last = 0, calls = 0;
    bool rising = true;
  } seen;
  std::atomic<bool> cancel{false};
  pc15::Monitor monitor(
      &cancel,
      [](uint64_t done, uint64_t total, void* opaque) -> int32_t {
        Seen* s = static_cast<Seen*>(opaque);
        s->rising = s->rising && done > s->last && done <= total;
        s->last = done;
        ++s->calls;
        return done >= 150 ? 1 : 0;
      },
      &seen);
  monitor.start(400);
  pc15::ThreadPool pool(4);
  pool.run(200, [&](int64_t, int32_t) {
    if (!monitor.cancelled()) monitor.advance(2);
  });
  assert_true(seen.rising);
  assert_true(monitor.cancelled());
  assert_true(seen.last >= 150);
  assert_true(seen.calls < 200);
}

void gate_counts_and_refuses(void**) {
  pc15::Memory memory(pc15::AllocatorFunctions(), 1000);
  {
    pc15::Vector<uint8_t> block(memory, 600);
    assert_int_equal(memory.in_use(), 600);
    assert_false(memory.budget_refused());
    bool refused = false;
    try {
      pc15::Vector<uint8_t> more(memory, 401);
    } catch (const std::bad_alloc&) {
      refused = true;
    }
    assert_true(refused);
    assert_true(memory.budget_refused());
    assert_int_equal(memory.in_use(), 600);
    memory.clear_refusal();
    pc15::Vector<uint8_t> fits(memory, 400);
    assert_false(memory.budget_refused());
  }
  assert_int_equal(memory.in_use(), 0);
  assert_int_equal(memory.peak(), 1000);
  volatile size_t absurd =
      std::numeric_limits<size_t>::max();  // volatile: the compiler must not see it coming
  assert_null(memory.allocate(absurd));
  assert_int_equal(memory.in_use(), 0);
}

struct Counting {
  int live = 0, calls = 0, fail_at = -1;
};

void* counting_allocate(void* opaque, size_t size) {
  Counting* c = static_cast<Counting*>(opaque);
  if (c->calls++ == c->fail_at) return nullptr;
  ++c->live;
  return malloc(size);
}

void counting_release(void* opaque, void* pointer) {
  --static_cast<Counting*>(opaque)->live;
  free(pointer);
}

void gate_uses_the_callers_functions(void**) {
  Counting counting;
  counting.fail_at = 1;
  pc15::Memory memory({counting_allocate, counting_release, &counting}, 1 << 20);
  {
    pc15::Vector<int32_t> first(memory, 10, 7);
    assert_int_equal(first[9], 7);
    bool refused = false;
    try {
      pc15::Vector<int32_t> second(memory, 10);
    } catch (const std::bad_alloc&) {
      refused = true;
    }
    assert_true(refused);
    assert_false(memory.budget_refused());  // the allocator said no, not the budget
    pc15::Vector<int32_t> moved(std::move(first));
    assert_int_equal(moved.size(), 10);
    assert_int_equal(counting.live, 1);
  }
  assert_int_equal(counting.live, 0);
  assert_int_equal(memory.in_use(), 0);
}

void kept_blocks_come_back(void**) {
  for (size_t size = 1; size < 3000000; size += size / 7 + 1) {
    const size_t rounded = pc15::KeptBlocks::rounded(size);
    assert_true(rounded >= size && rounded >= 64 && rounded <= size + std::max<size_t>(63, size / 4));
    assert_true(size <= 65536 || rounded <= size + size / 32 + 1);
    assert_int_equal(pc15::KeptBlocks::rounded(rounded), rounded);
  }
  Counting counting;
  {
    pc15::Memory memory({counting_allocate, counting_release, &counting}, 10000, 3000);
    void* const first = memory.allocate(1000);
    void* const second = memory.allocate(5000);
    memory.release(first, 1000);
    assert_ptr_equal(memory.allocate(1020), first);  // of the same class
    memory.release(first, 1020);
    assert_int_equal(counting.calls, 2);
    void* const other = memory.allocate(4000);  // the budget holds for waiting blocks too
    assert_non_null(other);
    assert_int_equal(counting.live, 2);
    assert_null(memory.allocate(1000));
    memory.release(second, 5000);
    memory.release(other, 4000);
    assert_int_equal(memory.in_use(), 0);
    assert_int_equal(counting.live, 2);
    memory.settle();  // neither is small enough to stay
    assert_int_equal(counting.live, 0);
    memory.release(memory.allocate(2000), 2000);
    memory.settle();
    assert_int_equal(counting.live, 1);
    counting.fail_at = counting.calls;  // what waits goes back before a refusal is taken
    void* const last = memory.allocate(6000);
    assert_non_null(last);
    assert_int_equal(counting.live, 1);
    memory.release(last, 6000);
    memory.settle();
    counting.fail_at = counting.calls;  // nothing waits
    assert_int_equal(counting.live, 0);
    assert_null(memory.allocate(6000));
  }
  assert_int_equal(counting.live, 0);
}

// A sanitizer sees what is asked for, not what the rounding adds, and nothing of a block that waits.
void a_sanitizer_sees_the_ends_of_blocks(void**) {
  pc15::Memory memory({}, UINT64_MAX, 3000);
  for (const size_t size : {size_t{1}, size_t{65}, size_t{1000}, size_t{1024}}) {
    char* const block = static_cast<char*>(memory.allocate(size));
    assert_non_null(block);
    std::memset(block, 1, size);
#if PC15_CHECKS_ADDRESSES
    const size_t rounded = pc15::KeptBlocks::rounded(size);
    assert_null(__asan_region_is_poisoned(block, size));
    for (size_t i = size; i < rounded; ++i) assert_int_equal(__asan_address_is_poisoned(block + i), 1);
#endif
    memory.release(block, size);
#if PC15_CHECKS_ADDRESSES
    assert_int_equal(__asan_address_is_poisoned(block + rounded - 1), 1);
#endif
    void* const again = memory.allocate(size);
    assert_ptr_equal(again, block);
    std::memset(again, 2, size);
    memory.release(again, size);
  }
}

void gate_counts_from_many_threads(void**) {
  pc15::Memory memory(pc15::AllocatorFunctions(), 1 << 20);
  pc15::ThreadPool pool(4);
  pool.run(500, [&](int64_t index, int32_t) {
    pc15::Vector<uint8_t> block(memory, static_cast<size_t>(index) + 1);
    block[0] = 1;
  });
  assert_int_equal(memory.in_use(), 0);
  assert_true(memory.peak() >= 500 && memory.peak() <= 4 * 500);
}

void arithmetic_says_when_it_overflows(void**) {
  uint64_t u = 0;
  assert_true(pc15::checked_mul<uint64_t>(1ull << 32, 1ull << 31, &u));
  assert_true(u == 1ull << 63);
  assert_false(pc15::checked_mul<uint64_t>(1ull << 32, 1ull << 32, &u));
  int32_t s = 0;
  assert_true(pc15::checked_add<int32_t>(INT32_MAX, -1, &s));
  assert_false(pc15::checked_add<int32_t>(INT32_MAX, 1, &s));
  assert_false(pc15::checked_add<int32_t>(INT32_MIN, -1, &s));

  uint8_t narrow = 0;
  assert_true(pc15::checked_cast(255, &narrow));
  assert_int_equal(narrow, 255);
  assert_false(pc15::checked_cast(256, &narrow));
  assert_false(pc15::checked_cast(-1, &narrow));
  assert_false(pc15::checked_cast(UINT64_MAX, &s));  // would become -1

  assert_int_equal(pc15::ceil_div(0, 4), 0);
  assert_int_equal(pc15::ceil_div(8, 4), 2);
  assert_int_equal(pc15::ceil_div(9, 4), 3);
}

void status_says_what_and_where(void**) {
  char text[64];
  assert_true(pc15::ok_status().ok());
  const pc15::Status status(pc15::Code::kCrc, "cell %" PRId64 " at byte %" PRId64, 3, INT64_MAX);
  assert_false(status.ok());
  assert_int_equal(status.value(), -104);
  assert_int_equal(status.print(text, sizeof text), 34);
  assert_string_equal(text, "cell 3 at byte 9223372036854775807");
  volatile size_t short_capacity = 7;
  assert_int_equal(status.print(text, short_capacity), 34);  // cut, and terminated
  assert_string_equal(text, "cell 3");
}

void rectangles_are_clipped(void**) {
  const pc15::Rect inside = pc15::clip_rect({2, 3, 4, 5}, 100, 100);
  assert_true(inside.x == 2 && inside.y == 3 && inside.width == 4 && inside.height == 5);
  const pc15::Rect corner = pc15::clip_rect({-3, -2, 10, 10}, 5, 100);
  assert_true(corner.x == 0 && corner.y == 0 && corner.width == 5 && corner.height == 8);
  const pc15::Rect outside = pc15::clip_rect({50, 0, 10, 10}, 20, 20);
  assert_true(outside.width == 0);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(pool_runs_every_index_once),
      cmocka_unit_test(pool_rethrows_the_lowest_failure),
      cmocka_unit_test(monitor_counts_from_many_threads),
      cmocka_unit_test(gate_counts_and_refuses),
      cmocka_unit_test(gate_uses_the_callers_functions),
      cmocka_unit_test(kept_blocks_come_back),
      cmocka_unit_test(gate_counts_from_many_threads),
      cmocka_unit_test(a_sanitizer_sees_the_ends_of_blocks),
      cmocka_unit_test(arithmetic_says_when_it_overflows),
      cmocka_unit_test(status_says_what_and_where),
      cmocka_unit_test(rectangles_are_clipped),
  };
  return cmocka_run_group_tests_name("base", tests, nullptr, nullptr);
}
