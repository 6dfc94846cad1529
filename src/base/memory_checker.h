// What AddressSanitizer and MemorySanitizer are told about blocks that this library deals out itself:
// rounding a size up and using a block again would hide from them what malloc and free would show.
#pragma once

#include <cstddef>

#if defined(__has_feature)
#define PC15_HAS_FEATURE(name) __has_feature(name)
#else
#define PC15_HAS_FEATURE(name) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || PC15_HAS_FEATURE(address_sanitizer)
#define PC15_CHECKS_ADDRESSES 1
#include <sanitizer/asan_interface.h>
#elif PC15_HAS_FEATURE(memory_sanitizer)
#include <sanitizer/msan_interface.h>
#endif
#ifndef PC15_CHECKS_ADDRESSES
#define PC15_CHECKS_ADDRESSES 0
#endif

namespace pc15 {

// Nobody may touch these bytes, until they are shown again.
inline void hide_bytes([[maybe_unused]] void* bytes, [[maybe_unused]] size_t size) {
#if PC15_CHECKS_ADDRESSES
  __asan_poison_memory_region(bytes, size);
#endif
}
inline void show_bytes([[maybe_unused]] void* bytes, [[maybe_unused]] size_t size) {
#if PC15_CHECKS_ADDRESSES
  __asan_unpoison_memory_region(bytes, size);
#endif
}
// These bytes have no value any more.
inline void forget_bytes([[maybe_unused]] void* bytes, [[maybe_unused]] size_t size) {
#if PC15_HAS_FEATURE(memory_sanitizer)
  __msan_poison(bytes, size);
#endif
}

}  // namespace pc15
