#include "api/buffer.h"

#include <new>

#include "api/handle.h"

// The bytes follow the struct.
struct alignas(16) pc15_buffer {
  pc15::AllocatorFunctions functions;
  size_t size;
};

namespace pc15::api {

Status make_buffer(const AllocatorFunctions& functions, const Memory& memory, size_t size,
                   pc15_buffer** out) {
  const uint64_t used = memory.in_use(), budget = memory.budget();
  PC15_FAIL_IF(used > budget || size > budget - used, Code::kLimit,
               "a buffer of %" PRId64 " bytes would exceed max-memory = %" PRId64, static_cast<int64_t>(size),
               static_cast<int64_t>(budget));
  PC15_FAIL_IF(size > SIZE_MAX - sizeof(pc15_buffer), Code::kNoMemory,
               "a buffer is too large for this machine");
  void* block = allocate_with(functions, sizeof(pc15_buffer) + size);
  PC15_FAIL_IF(block == nullptr, Code::kNoMemory, "the allocator refused a buffer of %" PRId64 " bytes",
               static_cast<int64_t>(size));
  pc15_buffer* buffer = new (block) pc15_buffer;
  buffer->functions = functions;
  buffer->size = size;
  *out = buffer;
  return ok_status();
}

}  // namespace pc15::api

extern "C" {

uint8_t* pc15_buffer_data(pc15_buffer* buffer) {
  return buffer != nullptr ? reinterpret_cast<uint8_t*>(buffer + 1) : nullptr;
}

size_t pc15_buffer_size(const pc15_buffer* buffer) { return buffer != nullptr ? buffer->size : 0; }

void pc15_buffer_free(pc15_buffer* buffer) {
  if (buffer == nullptr) return;
  const pc15::AllocatorFunctions functions = buffer->functions;
  pc15::api::release_with(functions, buffer);
}

}  // extern "C"
