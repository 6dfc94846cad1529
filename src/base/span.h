// A pointer and a length that travel together (std::span is C++20).
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace pc15 {

template <typename T>
struct Span {
  T* data = nullptr;
  size_t size = 0;

  constexpr Span() = default;
  constexpr Span(T* d, size_t n) : data(d), size(n) {}
  template <typename Container, typename = decltype(static_cast<T*>(std::declval<Container&>().data()))>
  constexpr Span(Container& c) : data(c.data()), size(c.size()) {}  // NOLINT: implicit by design

  constexpr T& operator[](size_t i) const { return data[i]; }
  constexpr T* begin() const { return data; }
  constexpr T* end() const { return data + size; }
  constexpr bool empty() const { return size == 0; }
  // The caller has checked offset + count <= size.
  constexpr Span sub(size_t offset, size_t count) const { return Span(data + offset, count); }
};

using ByteSpan = Span<const uint8_t>;

}  // namespace pc15
