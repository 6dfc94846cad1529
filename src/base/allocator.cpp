#include "base/allocator.h"

#include <algorithm>

namespace pc15 {

// Room for a new block is made among those that wait before more is held than ever was in use: beyond
// held_bytes_ a handle that keeps blocks holds no more than one that does not, but for the slack.
void* Memory::reuse_or_allocate(size_t size, uint64_t now) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    most_in_use_ = std::max(most_in_use_, now);
    void* const block = kept_.take(size);
    if (block != nullptr) return block;
    const uint64_t most = std::min(std::max(most_in_use_ + kSlackBytes, held_bytes_), budget_);
    drop_beyond(most - std::min(most, in_use()));
  }
  void* const block = call_allocate(size);
  if (block != nullptr) return block;
  {  // what waits may be what is missing
    const std::lock_guard<std::mutex> lock(mutex_);
    if (kept_.bytes() == 0) return nullptr;
    drop_beyond(0);
  }
  return call_allocate(size);
}

void Memory::keep(void* pointer, size_t size) {
  const std::lock_guard<std::mutex> lock(mutex_);
  kept_.put(pointer, size);
}

void Memory::drop_beyond(uint64_t bytes) {
  size_t size = 0;
  while (kept_.bytes() > bytes) call_release(kept_.oldest(&size));
}

void Memory::drop_kept(uint64_t bytes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  most_in_use_ = std::min(most_in_use_, bytes);
  drop_beyond(bytes);
}

}  // namespace pc15
