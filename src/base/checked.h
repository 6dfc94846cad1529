// Arithmetic that says when it overflowed, and narrowing that says when it lost something.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace pc15 {

// Each returns false on overflow and leaves *out undefined.
template <typename T>
[[nodiscard]] inline bool checked_add(T a, T b, T* out) {
  return !__builtin_add_overflow(a, b, out);
}
template <typename T>
[[nodiscard]] inline bool checked_mul(T a, T b, T* out) {
  return !__builtin_mul_overflow(a, b, out);
}

template <typename To, typename From>
[[nodiscard]] inline bool checked_cast(From value, To* out) {
  static_assert(std::is_integral<To>::value && std::is_integral<From>::value, "integers only");
  *out = static_cast<To>(value);
  return static_cast<From>(*out) == value && ((*out < To{}) == (value < From{}));
}

template <typename T>
constexpr T ceil_div(T a, T b) {
  return a / b + (a % b != 0 ? 1 : 0);
}

}  // namespace pc15
