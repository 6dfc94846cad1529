#include "api/handle.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "api/structs.h"

namespace pc15::api {

Status read_allocator(const pc15_allocator* allocator, AllocatorFunctions* functions) {
  *functions = AllocatorFunctions();
  if (allocator == nullptr) return ok_status();
  pc15_allocator a;
  PC15_TRY(read_struct(allocator, &a));
  PC15_FAIL_IF(a.reserved0 != 0, Code::kInvalidArgument, "a reserved word of the allocator is not 0");
  PC15_FAIL_IF((a.allocate == nullptr) != (a.release == nullptr), Code::kInvalidArgument,
               "an allocator needs both functions or none");
  functions->allocate = a.allocate;
  functions->release = a.release;
  functions->opaque = a.opaque;
  return ok_status();
}

void* allocate_with(const AllocatorFunctions& functions, size_t size) {
  return functions.allocate != nullptr ? functions.allocate(functions.opaque, size) : std::malloc(size);
}

void release_with(const AllocatorFunctions& functions, void* pointer) {
  if (functions.release != nullptr) {
    functions.release(functions.opaque, pointer);
  } else {
    std::free(pointer);
  }
}

pc15_status Handle::set_param(int32_t id, int64_t value) {
  const ParamSpec* spec = find_param(id);
  char text[sizeof(message_)];
  if (spec == nullptr || (spec->scope & scope_) == 0) {
    std::snprintf(text, sizeof(text), "%s (%" PRId32 ") is no parameter of %s",
                  spec == nullptr ? "?" : spec->name, id,
                  scope_ == PC15_SCOPE_ENCODER ? "an encoder" : "a decoder");
    return finish(Code::kUnknownParam, text);
  }
  if (refuse_param(*spec, value, text, sizeof(text))) return finish(Code::kOutOfRange, text);
  params.set(id, value);
  return finish(ok_status());
}

pc15_status Handle::get_param(int32_t id, int64_t* value) const {
  const ParamSpec* spec = find_param(id);
  if (value == nullptr) return finish(Code::kInvalidArgument, "the place for the value is NULL");
  if (spec == nullptr || (spec->scope & scope_) == 0) {
    return finish(Status(Code::kUnknownParam, "no parameter %" PRId64 " here", id));
  }
  *value = params.get(id);
  return finish(ok_status());
}

pc15_status Handle::set_param_real(int32_t id, double value) {
  const ParamSpec* spec = find_param(id);
  int64_t steps = 0;
  if (spec != nullptr && (spec->scope & scope_) != 0 && !param_from_real(*spec, value, &steps)) {
    const double scale = static_cast<double>(spec->scale);
    char text[sizeof(message_)];
    std::snprintf(text, sizeof(text), "%s is %.9g; allowed are %.9g...%.9g", spec->name, value,
                  static_cast<double>(spec->lo) / scale, static_cast<double>(spec->hi) / scale);
    return finish(Code::kOutOfRange, text);
  }
  return set_param(id, steps);
}

pc15_status Handle::get_param_real(int32_t id, double* value) const {
  int64_t steps = 0;
  const pc15_status status = get_param(id, value != nullptr ? &steps : nullptr);
  if (status == PC15_OK) *value = static_cast<double>(steps) / static_cast<double>(find_param(id)->scale);
  return status;
}

size_t Handle::last_error(char* text, size_t capacity) const {
  const size_t length = std::strlen(message_);
  if (text != nullptr && capacity > 0) {
    const size_t n = length < capacity ? length : capacity - 1;
    std::memcpy(text, message_, n);
    text[n] = '\0';
  }
  return length;
}

void Handle::reset() {
  memory.drop_kept(0);
  poisoned_ = false;
  message_[0] = '\0';
  cancel_.store(false, std::memory_order_relaxed);
}

pc15_status Handle::finish(const Status& status, bool data_errors_poison) const {
  if (status.ok()) {
    message_[0] = '\0';
    return PC15_OK;
  }
  status.print(message_, sizeof(message_));
  const int32_t value = status.value();
  const bool data_error = value <= PC15_ERROR_NOT_PC15 && value > PC15_ERROR_NO_MEMORY;
  if ((data_error && data_errors_poison) || value <= PC15_ERROR_INTERNAL) poisoned_ = true;
  return value;
}

pc15_status Handle::finish(Code code, const char* message) const {
  std::snprintf(message_, sizeof(message_), "%s", message);
  return static_cast<pc15_status>(code);
}

void Handle::name_picture(size_t index) const {
  char text[sizeof(message_)];
  std::snprintf(text, sizeof(text), "%s", message_);
  std::snprintf(message_, sizeof(message_), "picture %" PRIu64 ": %.220s", static_cast<uint64_t>(index),
                text);
}

int32_t Handle::thread_count() const {
  int32_t wanted = static_cast<int32_t>(params.get(PC15_PARAM_THREADS));
  if (wanted == 0) wanted = static_cast<int32_t>(std::thread::hardware_concurrency());
  return wanted < 1 ? 1 : wanted > 256 ? 256 : wanted;
}

ThreadPool& Handle::threads() {
  const int32_t wanted = thread_count();
  if (!pool_.has_value() || pool_threads_ != wanted) {
    pool_.reset();
    pool_.emplace(wanted);
    pool_threads_ = wanted;
  }
  return *pool_;
}

int32_t Handle::report(uint64_t done, uint64_t total, void* self) {
  Handle* handle = static_cast<Handle*>(self);
  if (handle->stopped_by_callback_) return 1;
  if (handle->progress_(done, total, handle->progress_opaque_) == 0) return 0;
  handle->stopped_by_callback_ = true;
  return 1;
}

void Handle::begin_work() {
  stopped_by_callback_ = false;
  memory.set_budget(static_cast<uint64_t>(params.get(PC15_PARAM_MAX_MEMORY)));
  memory.reset_peak();
}

// Where memory was short, none is kept.
void Handle::settle(const Status& done) {
  if (done.code() == Code::kNoMemory || done.code() == Code::kLimit) {
    memory.drop_kept(0);
  } else {
    memory.settle();
  }
}

Status Handle::end_work(const Status& status) {
  // A callback that said stop is obeyed even when the work was just done.
  const bool stopped = stopped_by_callback_ && (status.ok() || status.code() == Code::kDamaged);
  if (stopped || status.code() == Code::kCancelled) cancel_.store(false, std::memory_order_relaxed);
  if (stopped || (stopped_by_callback_ && status.code() == Code::kCancelled)) {
    return Status(Code::kCancelled, "cancelled by the progress callback");
  }
  return status;
}

}  // namespace pc15::api
