// What encoder and decoder handles have in common: memory, parameters, threads, message, poison,
// progress and cancellation.
#pragma once

#include <atomic>
#include <new>
#include <optional>

#include "api/guard.h"
#include "api/params.h"
#include "base/monitor.h"
#include "base/thread_pool.h"
#include "pc15.h"

namespace pc15::api {

// Of working memory, that an encoder or decoder keeps from call to call.
constexpr uint64_t kKeptBytes = uint64_t{1} << 25;

// kInvalidArgument or kBadStructSize for a struct that cannot be used; null gives malloc and free.
Status read_allocator(const pc15_allocator* allocator, AllocatorFunctions* functions);
void* allocate_with(const AllocatorFunctions& functions, size_t size);
void release_with(const AllocatorFunctions& functions, void* pointer);

class Handle {
 public:
  // `kept_bytes` and `held_bytes`: as Memory has them.
  Handle(const AllocatorFunctions& functions, int32_t scope, uint64_t kept_bytes = 0, uint64_t held_bytes = 0)
      : memory(functions, UINT64_MAX, kept_bytes, held_bytes), functions_(functions), scope_(scope) {}

  mutable Memory memory;
  ParamSet params;

  const AllocatorFunctions& functions() const { return functions_; }

  pc15_status set_param(int32_t id, int64_t value);
  pc15_status get_param(int32_t id, int64_t* value) const;
  pc15_status set_param_real(int32_t id, double value);
  pc15_status get_param_real(int32_t id, double* value) const;

  void set_progress(pc15_progress_fn progress, void* opaque) {
    progress_ = progress;
    progress_opaque_ = opaque;
  }
  bool has_progress() const { return progress_ != nullptr; }
  void cancel() { cancel_.store(true, std::memory_order_relaxed); }
  size_t last_error(char* text, size_t capacity) const;
  // Ends poison, a pending cancellation and the message.
  void reset();

  // Records the message of a finished call; returns the public status. Data errors poison the handle on
  // request, internal ones always.
  pc15_status finish(const Status& status, bool data_errors_poison = false) const;
  pc15_status finish(Code code, const char* message) const;

  // Puts the number of a picture before the message.
  void name_picture(size_t index) const;

  // A question about what is there. `body` returns a Status.
  template <typename Body>
  pc15_status answer(Body&& body) const {
    if (poisoned_) return PC15_ERROR_POISONED;
    return finish(guarded(memory, body));
  }
  // A call that takes in a file. `body` returns a Status.
  template <typename Body>
  pc15_status load(Body&& body) {
    if (poisoned_) return PC15_ERROR_POISONED;
    memory.set_budget(static_cast<uint64_t>(params.get(PC15_PARAM_MAX_MEMORY)));
    return finish(guarded(memory, body), true);
  }
  // A call that works: threads, progress, cancellation. `body(monitor)` returns a Status.
  template <typename Body>
  pc15_status work(Body&& body, bool data_errors_poison = true) {
    if (poisoned_) return PC15_ERROR_POISONED;
    const Status done = guarded(memory, [&]() -> Status {
      begin_work();
      Monitor monitor(&cancel_, progress_ != nullptr ? &Handle::report : nullptr, this);
      Status status =
          monitor.cancelled() ? Status(Code::kCancelled, "cancelled before it began") : body(monitor);
      return end_work(status);
    });
    settle(done);
    return finish(done, data_errors_poison);
  }
  // The pool of the THREADS parameter, built when it is first needed.
  ThreadPool& threads();
  // The number of its threads.
  int32_t thread_count() const;
  std::atomic<bool>* cancel_flag() { return &cancel_; }
  // kCancelled when the callback said stop while the work was already ending.
  Status check_stopped() const {
    PC15_FAIL_IF(stopped_by_callback_, Code::kCancelled, "cancelled by the progress callback");
    return ok_status();
  }

 private:
  static int32_t report(uint64_t done, uint64_t total, void* self);
  void begin_work();
  void settle(const Status& done);
  Status end_work(const Status& status);

  AllocatorFunctions functions_;
  int32_t scope_;
  pc15_progress_fn progress_ = nullptr;
  void* progress_opaque_ = nullptr;
  std::atomic<bool> cancel_{false};
  bool stopped_by_callback_ = false;
  mutable bool poisoned_ = false;
  mutable char message_[256] = "";
  std::optional<ThreadPool> pool_;
  int32_t pool_threads_ = 0;
};

// Creates the object of a handle in the caller's memory.
template <typename T>
pc15_status create_handle(const pc15_allocator* allocator, T** out) {
  if (out == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  *out = nullptr;
  AllocatorFunctions functions;
  const Status status = read_allocator(allocator, &functions);
  if (!status.ok()) return status.value();
  void* memory = allocate_with(functions, sizeof(T));
  if (memory == nullptr) return PC15_ERROR_NO_MEMORY;
  try {
    *out = new (memory) T(functions);
  } catch (...) {
    release_with(functions, memory);
    return PC15_ERROR_NO_MEMORY;
  }
  return PC15_OK;
}

template <typename T>
void destroy_handle(T* handle) {
  if (handle == nullptr) return;
  const AllocatorFunctions functions = handle->core.functions();
  handle->~T();
  release_with(functions, handle);
}

}  // namespace pc15::api
