// Progress and cancellation of one call.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

namespace pc15 {

// Shared by the workers of one call. cancelled() is cheap enough for every block.
class Monitor {
 public:
  // Returns non-zero to cancel. Called under a lock, from any worker thread, with `done` rising.
  using Callback = int32_t (*)(uint64_t done, uint64_t total, void* opaque);

  Monitor() = default;
  Monitor(std::atomic<bool>* cancel, Callback callback, void* opaque)
      : cancel_(cancel), callback_(callback), opaque_(opaque) {}

  bool cancelled() const { return cancel_ != nullptr && cancel_->load(std::memory_order_relaxed); }

  void start(uint64_t total) {
    done_ = 0;
    total_ = total;
  }
  void advance(uint64_t units) {
    if (callback_ == nullptr) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    done_ += units;
    if (callback_(done_, total_, opaque_) != 0 && cancel_ != nullptr)
      cancel_->store(true, std::memory_order_relaxed);
  }
  // What is left of the total at the end of a call that had less to do.
  void finish() {
    if (done_ < total_) advance(total_ - done_);
  }

 private:
  std::atomic<bool>* cancel_ = nullptr;
  Callback callback_ = nullptr;
  void* opaque_ = nullptr;
  std::mutex mutex_;
  uint64_t done_ = 0, total_ = 0;
};

}  // namespace pc15
