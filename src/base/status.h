// Status: what went wrong, where, and what was allowed, without allocating.
//
// A Status carries a pinned code (the values of pc15_status in the public header; api/status.cpp proves
// that they agree), a static printf format and up to three integers for it. The text is made only when
// somebody asks for it.
#pragma once

#include <cinttypes>
#include <cstdint>
#include <cstdio>

namespace pc15 {

enum class Code : int32_t {
  kOk = 0,
  // Notes: the call did what it could.
  kNeedInput = 1,
  kDstTooSmall = 2,
  kCancelled = 3,
  kDamaged = 4,
  // Usage.
  kInvalidArgument = -1,
  kOutOfRange = -2,
  kUnknownParam = -3,
  kWrongState = -4,
  kPoisoned = -5,
  kBadStructSize = -6,
  kNotFound = -7,
  // Data.
  kNotPc15 = -100,
  kVersion = -101,
  kUnsupported = -102,
  kTruncated = -103,
  kCrc = -104,
  kCorrupt = -105,
  kTrailing = -106,
  // Resources.
  kNoMemory = -200,
  kLimit = -201,
  // Device.
  kNoDevice = -300,
  kDevice = -301,
  // A defect of the library.
  kInternal = -400,
};

class [[nodiscard]] Status {
 public:
  constexpr Status() = default;
  // `format` must be a string literal that consumes at most three int64 arguments with PRId64.
  constexpr Status(Code code, const char* format, int64_t a = 0, int64_t b = 0, int64_t c = 0)
      : code_(code), format_(format), a_(a), b_(b), c_(c) {}

  constexpr bool ok() const { return code_ == Code::kOk; }
  constexpr Code code() const { return code_; }
  constexpr int32_t value() const { return static_cast<int32_t>(code_); }

  // Writes the message, always terminated; returns its full length without the terminator.
  int print(char* buffer, size_t capacity) const {
    if (format_ == nullptr) return std::snprintf(buffer, capacity, "%s", ok() ? "no error" : "error");
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
#endif
    return std::snprintf(buffer, capacity, format_, a_, b_, c_);
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif
  }

 private:
  Code code_ = Code::kOk;
  const char* format_ = nullptr;
  int64_t a_ = 0, b_ = 0, c_ = 0;
};

constexpr Status ok_status() { return Status(); }

}  // namespace pc15

// Returns from the calling function unless the expression is an OK status.
#define PC15_TRY(expression)                          \
  do {                                                \
    const ::pc15::Status pc15_status_ = (expression); \
    if (!pc15_status_.ok()) return pc15_status_;      \
  } while (0)

// Returns `Status(code, format, ...)` when the condition holds.
#define PC15_FAIL_IF(condition, ...)                   \
  do {                                                 \
    if (condition) return ::pc15::Status(__VA_ARGS__); \
  } while (0)
