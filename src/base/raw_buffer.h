// Memory without first values, for samples that are written before they are read: the pages are first touched
// by the threads that fill them.
#pragma once

#include <type_traits>
#include <utility>

#include "base/allocator.h"

namespace pc15 {

template <typename T>
class RawBuffer {
  static_assert(std::is_trivial<T>::value, "values are never constructed");

 public:
  explicit RawBuffer(Memory& memory) : memory_(&memory) {}
  ~RawBuffer() { clear(); }
  RawBuffer(const RawBuffer&) = delete;
  RawBuffer& operator=(const RawBuffer&) = delete;

  // What it held is lost. Throws std::bad_alloc, as a Vector does.
  void resize(size_t size) {
    clear();
    if (size == 0) return;
    data_ = GateAllocator<T>(*memory_).allocate(size);
    size_ = size;
  }
  void clear() {
    if (data_ != nullptr) GateAllocator<T>(*memory_).deallocate(data_, size_);
    data_ = nullptr;
    size_ = 0;
  }
  T* data() { return data_; }
  const T* data() const { return data_; }
  size_t size() const { return size_; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  Memory& memory() const { return *memory_; }

 private:
  Memory* memory_;
  T* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace pc15
