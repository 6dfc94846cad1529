// The mock of the CUDA runtime in tests of C++.
#pragma once

#include <dlfcn.h>

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

}  // namespace pc15::test
