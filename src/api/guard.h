// The one place where C++ ends: every exception of an extern "C" body becomes a status here.
#pragma once

#include <new>

#include "base/allocator.h"
#include "base/status.h"

namespace pc15::api {

inline Status memory_refused(const Memory& memory) {
  if (memory.budget_refused()) {
    return Status(Code::kLimit, "more than max-memory = %" PRId64 " bytes are needed (%" PRId64 " in use)",
                  static_cast<int64_t>(memory.budget()), static_cast<int64_t>(memory.in_use()));
  }
  return Status(Code::kNoMemory, "the allocator refused memory (%" PRId64 " bytes in use)",
                static_cast<int64_t>(memory.in_use()));
}

// Runs `body`, which returns a Status and allocates from `memory`.
template <typename Body>
Status guarded(Memory& memory, Body&& body) {
  memory.clear_refusal();
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return memory_refused(memory);
  } catch (...) {
    return Status(Code::kInternal, "an exception reached the border of the library");
  }
}

}  // namespace pc15::api
