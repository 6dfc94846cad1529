// The mock of the CUDA runtime in tests of C++.
#pragma once

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

#include "backend/device.h"
#include "mock/mock_cuda.h"

namespace pc15::test {

// That of the library that libpc15 has loaded, its blocks shuffled; null for a real one, or none.
inline mock_cuda* find_mock() {
  void* const library = dlopen("libpc15-cuda.so.1", RTLD_NOW | RTLD_NOLOAD);
  if (library == nullptr) return nullptr;
  const auto ask = reinterpret_cast<mock_cuda* (*)()>(dlsym(library, "mock_cuda_state"));
  mock_cuda* const mock = ask != nullptr ? ask() : nullptr;
  if (mock != nullptr) mock->order = MOCK_SHUFFLED;
  return mock;
}

// What main() answers where something is missing: 77, which skips the test, or 1 where a device is required.
inline int skipped() { return std::getenv("PC15_REQUIRE_CUDA") != nullptr ? 1 : 77; }

// 0, and the mock or null for a real device; without a device what main() answers.
inline int find_device(mock_cuda** mock) {
  int32_t count = 0;
  if (!backend::device_count(&count).ok() || count == 0) return skipped();
  *mock = find_mock();
  return 0;
}

// The same, for a device that must transform, too: `transforms` tells.
inline int find_device(mock_cuda** mock, bool (*transforms)()) {
  const int missing = find_device(mock);
  if (missing != 0) return missing;
  if (transforms()) return 0;
  std::puts("no cuFFT");
  return *mock != nullptr ? 1 : skipped();
}

}  // namespace pc15::test
