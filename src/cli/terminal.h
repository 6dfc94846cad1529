// What the user sees beside the results: progress and notes, on standard error.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "cli/outcome.h"

namespace pc15::cli {

// One line whatever the text holds: control characters become '?'.
std::string one_line(const std::string& text);
// "pc15: note: ..." on standard error.
void note(const std::string& text);
// Writes to standard output and flushes; a failure is an outcome.
Outcome print(const std::string& text);

// A percentage that rewrites itself, only when standard error is a terminal; gone when destroyed.
class Progress {
 public:
  explicit Progress(std::string what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // For pc15_*_set_progress, with the object as `opaque`. Never cancels.
  static int32_t update(uint64_t done, uint64_t total, void* opaque);

 private:
  void show(uint64_t done, uint64_t total);

  std::string what_;
  bool terminal_, shown_ = false;
  std::chrono::steady_clock::time_point last_;
};

// "12.3 MB".
std::string human_bytes(uint64_t bytes);
// printf into a string.
#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
std::string
format(const char* pattern, ...);

// `left`, then `right` wrapped to the right of `column`, in lines of at most 79; ends in a line break.
constexpr size_t kTextWidth = 79;
std::string two_columns(const std::string& left, const std::string& right, size_t column);

}  // namespace pc15::cli
