// Library-owned bytes: one block from the caller's allocator, independent of the handle that made it.
#pragma once

#include "base/allocator.h"
#include "base/status.h"
#include "pc15.h"

namespace pc15::api {

// kLimit when `size` bytes more would exceed the budget of `memory`; kNoMemory. The bytes are not set.
Status make_buffer(const AllocatorFunctions& functions, const Memory& memory, size_t size, pc15_buffer** out);

}  // namespace pc15::api
