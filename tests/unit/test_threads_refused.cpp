// The system gives fewer threads than were asked for: the pool is smaller and does the same work.
#include <dlfcn.h>
#include <pthread.h>
#include <cerrno>

#include <atomic>
#include <vector>

#include "base/thread_pool.h"
#include "support/cmocka_cpp.h"

namespace {

int32_t allowed = 0;  // threads that may still be made

using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);

}  // namespace

// Stands before the C library's, for libstdc++ too.
extern "C" __attribute__((visibility("default"))) int pthread_create(pthread_t* thread,
                                                                     const pthread_attr_t* attributes,
                                                                     void* (*start)(void*), void* argument) {
  static const Create real = reinterpret_cast<Create>(dlsym(RTLD_NEXT, "pthread_create"));
  if (allowed == 0) return EAGAIN;
  --allowed;
  return real(thread, attributes, start, argument);
}

namespace {

void a_smaller_pool_does_the_same(void**) {
  for (const int32_t made : {0, 1, 3}) {
    allowed = made;
    pc15::ThreadPool pool(8);
    assert_int_equal(pool.size(), made + 1);
    std::vector<std::atomic<int32_t>> seen(1000);
    std::atomic<int32_t> most{0};
    pool.run(1000, [&](int64_t i, int32_t worker) {
      ++seen[static_cast<size_t>(i)];
      if (worker > most) most = worker;
    });
    for (const std::atomic<int32_t>& s : seen) assert_int_equal(s.load(), 1);
    assert_true(most.load() <= made);
    assert_int_equal(allowed, 0);  // it did ask
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {cmocka_unit_test(a_smaller_pool_does_the_same)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
