// Structs that cross the border: struct_size rules in one place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/status.h"

namespace pc15::api {

constexpr uint32_t kMaxStructSize = 4096;  // larger is an uninitialised struct_size, not a later version

// Ok when the caller's struct is at least as large as in the first version.
template <typename T>
Status check_struct(const T* s) {
  PC15_FAIL_IF(s == nullptr, Code::kInvalidArgument, "a struct pointer is NULL");
  const int64_t size = s->struct_size, need = static_cast<int64_t>(sizeof(T));
  PC15_FAIL_IF(size < need || size > int64_t{kMaxStructSize}, Code::kBadStructSize,
               "struct_size is %" PRId64 "; allowed are %" PRId64 "...%" PRId64, size, need, kMaxStructSize);
  return ok_status();
}

// Copies what this version knows; the rest must be 0.
template <typename T>
Status read_struct(const T* in, T* out) {
  PC15_TRY(check_struct(in));
  const unsigned char* bytes = reinterpret_cast<const unsigned char*>(in);
  for (uint32_t i = sizeof(T); i < in->struct_size; ++i) {
    PC15_FAIL_IF(bytes[i] != 0, Code::kInvalidArgument,
                 "byte %" PRId64 " of a struct is set, and this version does not know it", i);
  }
  std::memcpy(out, in, sizeof(T));
  return ok_status();
}

// Fills a struct that check_struct() let pass; clears what this version does not know.
template <typename T>
void write_struct(T value, T* out) {
  const uint32_t size = out->struct_size;
  value.struct_size = size;
  std::memcpy(out, &value, sizeof(T));
  std::memset(reinterpret_cast<unsigned char*>(out) + sizeof(T), 0, size - sizeof(T));
}

inline Status check_reserved(const uint64_t* words, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    PC15_FAIL_IF(words[i] != 0, Code::kInvalidArgument, "a reserved word of a struct is not 0");
  }
  return ok_status();
}

}  // namespace pc15::api
