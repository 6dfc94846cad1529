// The allocation gate: every byte the core allocates goes through a Memory, which calls the user's
// allocator, keeps the budget and counts. Containers are Vector<T>; a refused allocation throws
// std::bad_alloc, which the guard of the C ABI turns into NOMEM (or LIMIT when the budget refused).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <mutex>
#include <new>
#include <vector>

#include "base/kept_blocks.h"
#include "base/memory_checker.h"

namespace pc15 {

struct AllocatorFunctions {
  void* (*allocate)(void* opaque, size_t size) = nullptr;  // null: malloc
  void (*release)(void* opaque, void* pointer) = nullptr;  // null: free
  void* opaque = nullptr;
};

// Thread-safe. Must outlive every container that uses it.
class Memory {
 public:
  Memory() = default;
  // With `kept_bytes`, released blocks wait for the next request of their size. Between calls so many bytes
  // may wait; during a call as many as leave all blocks together below `held_bytes`, or near the most that
  // was in use at a time.
  Memory(const AllocatorFunctions& functions, uint64_t budget_bytes, uint64_t kept_bytes = 0,
         uint64_t held_bytes = 0)
      : functions_(functions), budget_(budget_bytes), kept_bytes_(kept_bytes), held_bytes_(held_bytes) {}
  ~Memory() { drop_kept(0); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  void set_budget(uint64_t bytes) { budget_ = bytes; }
  uint64_t budget() const { return budget_; }
  uint64_t in_use() const { return in_use_.load(std::memory_order_relaxed); }
  uint64_t peak() const { return peak_.load(std::memory_order_relaxed); }
  void reset_peak() { peak_.store(in_use(), std::memory_order_relaxed); }
  // True when the last refusal came from the budget rather than from the allocator.
  bool budget_refused() const { return budget_refused_.load(std::memory_order_relaxed); }
  void clear_refusal() { budget_refused_.store(false, std::memory_order_relaxed); }
  // Gives back waiting blocks until at most `bytes` of them are left.
  void drop_kept(uint64_t bytes);
  // The end of a call.
  void settle() { drop_kept(kept_bytes_); }

  // Beyond the most that was in use, for blocks of sizes that are not asked for again.
  static constexpr uint64_t kSlackBytes = uint64_t{1} << 20;

  // Returns null when refused.
  void* allocate(size_t asked) {
    const size_t size = kept_bytes_ != 0 ? KeptBlocks::rounded(asked) : asked;
    const uint64_t now = in_use_.fetch_add(size, std::memory_order_relaxed) + size;
    void* p = nullptr;
    if (now > budget_ || now < size) {
      budget_refused_.store(true, std::memory_order_relaxed);
    } else {
      p = kept_bytes_ != 0 ? reuse_or_allocate(size, now) : call_allocate(size);
    }
    if (p == nullptr) {
      in_use_.fetch_sub(size, std::memory_order_relaxed);
      return nullptr;
    }
    uint64_t peak = peak_.load(std::memory_order_relaxed);
    while (now > peak && !peak_.compare_exchange_weak(peak, now, std::memory_order_relaxed)) {
    }
    if (size != asked) hide_bytes(static_cast<char*>(p) + asked, size - asked);
    return p;
  }
  void release(void* pointer, size_t asked) {
    if (pointer == nullptr) return;
    const size_t size = kept_bytes_ != 0 ? KeptBlocks::rounded(asked) : asked;
    if (size != asked) show_bytes(static_cast<char*>(pointer) + asked, size - asked);
    in_use_.fetch_sub(size, std::memory_order_relaxed);
    if (kept_bytes_ != 0) {
      keep(pointer, size);
    } else {
      call_release(pointer);
    }
  }

 private:
  void* call_allocate(size_t size) {
    return functions_.allocate != nullptr ? functions_.allocate(functions_.opaque, size) : std::malloc(size);
  }
  void call_release(void* pointer) {
    if (functions_.release != nullptr) {
      functions_.release(functions_.opaque, pointer);
    } else {
      std::free(pointer);
    }
  }
  void* reuse_or_allocate(size_t size, uint64_t now);
  void keep(void* pointer, size_t size);
  void drop_beyond(uint64_t bytes);

  AllocatorFunctions functions_;
  uint64_t budget_ = std::numeric_limits<uint64_t>::max();
  std::atomic<uint64_t> in_use_{0};
  std::atomic<uint64_t> peak_{0};
  std::atomic<bool> budget_refused_{false};
  uint64_t kept_bytes_ = 0, held_bytes_ = 0;
  std::mutex mutex_;  // of what follows
  KeptBlocks kept_;
  uint64_t most_in_use_ = 0;
};

// Standard allocator over a Memory.
template <typename T>
class GateAllocator {
 public:
  using value_type = T;
  using propagate_on_container_move_assignment = std::true_type;
  using propagate_on_container_swap = std::true_type;

  explicit GateAllocator(Memory& memory) : memory_(&memory) {}
  template <typename U>
  GateAllocator(const GateAllocator<U>& other) : memory_(other.memory()) {}  // NOLINT: rebind

  T* allocate(size_t n) {
    if (n > std::numeric_limits<size_t>::max() / sizeof(T)) throw std::bad_alloc();
    void* p = memory_->allocate(n * sizeof(T));
    if (p == nullptr) throw std::bad_alloc();
    return static_cast<T*>(p);
  }
  void deallocate(T* p, size_t n) { memory_->release(p, n * sizeof(T)); }
  Memory* memory() const { return memory_; }

  template <typename U>
  bool operator==(const GateAllocator<U>& o) const {
    return memory_ == o.memory();
  }
  template <typename U>
  bool operator!=(const GateAllocator<U>& o) const {
    return memory_ != o.memory();
  }

 private:
  Memory* memory_;
};

// `Vector<T> v(memory)` is empty; there is no default constructor on purpose.
template <typename T>
class Vector : public std::vector<T, GateAllocator<T>> {
  using Base = std::vector<T, GateAllocator<T>>;

 public:
  explicit Vector(Memory& memory) : Base(GateAllocator<T>(memory)) {}
  Vector(Memory& memory, size_t n, const T& value = T()) : Base(n, value, GateAllocator<T>(memory)) {}
  Memory& memory() const { return *this->get_allocator().memory(); }
};

}  // namespace pc15
