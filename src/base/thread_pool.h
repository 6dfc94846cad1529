// A fixed pool that runs an indexed loop. Results never depend on the number of threads: a task writes
// only what its index owns.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace pc15 {

class ThreadPool {
 public:
  // `threads` >= 1 counts the calling thread. When the system refuses a thread the pool is smaller.
  explicit ThreadPool(int32_t threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int32_t size() const { return static_cast<int32_t>(workers_.size()) + 1; }

  // Calls body(index, worker) for every index in [0, count); worker is in [0, size()). Returns when all
  // are done. The first exception (lowest index that threw) is rethrown here after the loop has drained.
  void run(int64_t count, const std::function<void(int64_t index, int32_t worker)>& body);

 private:
  void worker_main(int32_t worker);
  void work(int32_t worker);

  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable start_, finish_;
  const std::function<void(int64_t, int32_t)>* body_ = nullptr;
  int64_t next_ = 0, count_ = 0, failed_index_ = 0;
  int32_t wanted_ = 0;  // workers that may still join the loop
  int32_t busy_ = 0;    // threads inside it
  bool stop_ = false;
  std::exception_ptr failure_;
};

}  // namespace pc15
