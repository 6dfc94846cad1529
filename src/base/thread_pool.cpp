#include "base/thread_pool.h"

#include <algorithm>
#include <system_error>

namespace pc15 {

ThreadPool::ThreadPool(int32_t threads) {
  for (int32_t i = 1; i < threads; ++i) {
    try {
      workers_.emplace_back([this, i] { worker_main(i); });
    } catch (const std::system_error&) {
      break;  // fewer threads, same results
    } catch (const std::bad_alloc&) {
      break;
    }
  }
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  start_.notify_all();
  for (std::thread& t : workers_) t.join();
}

void ThreadPool::run(int64_t count, const std::function<void(int64_t, int32_t)>& body) {
  if (count == 1 || workers_.empty()) {  // nobody to wake
    for (int64_t i = 0; i < count; ++i) body(i, 0);
    return;
  }
  if (count <= 0) return;
  const int32_t helpers = static_cast<int32_t>(std::min<int64_t>(count, size())) - 1;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    body_ = &body;
    next_ = 0;
    count_ = count;
    failure_ = nullptr;
    wanted_ = helpers;
    busy_ = 1;
  }
  for (int32_t i = 0; i < helpers; ++i) start_.notify_one();
  work(0);
  std::exception_ptr failure;
  {
    std::unique_lock<std::mutex> lock(mutex_);
    wanted_ = 0;  // who has not woken by now is not waited for
    finish_.wait(lock, [this] { return busy_ == 0; });
    failure = failure_;
    failure_ = nullptr;
    body_ = nullptr;
  }
  if (failure) std::rethrow_exception(failure);
}

void ThreadPool::worker_main(int32_t worker) {
  for (;;) {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      start_.wait(lock, [this] { return stop_ || wanted_ > 0; });
      if (stop_) return;
      --wanted_;
      ++busy_;
    }
    work(worker);
  }
}

void ThreadPool::work(int32_t worker) {
  for (;;) {
    int64_t index;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (next_ >= count_) {
        if (--busy_ == 0) finish_.notify_all();
        return;
      }
      index = next_++;
    }
    try {
      (*body_)(index, worker);
    } catch (...) {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!failure_ || index < failed_index_) {
        failure_ = std::current_exception();
        failed_index_ = index;
      }
      next_ = count_;  // drain
    }
  }
}

}  // namespace pc15
