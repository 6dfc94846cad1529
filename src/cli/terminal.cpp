#include "cli/terminal.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <utility>

namespace pc15::cli {

std::string one_line(const std::string& text) {
  std::string line = text;
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return line;
}

void note(const std::string& text) { std::fprintf(stderr, "pc15: note: %s\n", one_line(text).c_str()); }

Outcome print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0)
    return success();
  return failure(std::string("standard output: cannot write: ") + std::strerror(errno));
}

Progress::Progress(std::string what) : what_(std::move(what)), terminal_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (shown_) std::fprintf(stderr, "\r\033[K");
}

int32_t Progress::update(uint64_t done, uint64_t total, void* opaque) {
  static_cast<Progress*>(opaque)->show(done, total);
  return 0;
}

void Progress::show(uint64_t done, uint64_t total) {
  if (!terminal_ || total == 0) return;
  const auto now = std::chrono::steady_clock::now();
  if (shown_ && now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  shown_ = true;
  const double share = static_cast<double>(done) / static_cast<double>(total);
  std::fprintf(stderr, "\r%s %3.0f %%\033[K", what_.c_str(), 100 * share);
  std::fflush(stderr);
}

std::string human_bytes(uint64_t bytes) {
  if (bytes < 1000) return format("%llu bytes", static_cast<unsigned long long>(bytes));
  const double value = static_cast<double>(bytes);
  if (bytes < 1000000) return format("%.1f kB", value / 1e3);
  return bytes < 1000000000 ? format("%.1f MB", value / 1e6) : format("%.2f GB", value / 1e9);
}

std::string format(const char* pattern, ...) {
  va_list arguments, again;
  va_start(arguments, pattern);
  va_copy(again, arguments);
  const int length = std::vsnprintf(nullptr, 0, pattern, arguments);
  std::string text(length < 0 ? 0 : static_cast<size_t>(length) + 1, '\0');
  if (length >= 0) std::vsnprintf(text.data(), text.size(), pattern, again);
  va_end(again);
  va_end(arguments);
  if (!text.empty()) text.pop_back();
  return text;
}

std::string two_columns(const std::string& left, const std::string& right, size_t column) {
  std::string text = left;
  size_t at_column = text.size();
  if (at_column + (left.empty() ? 0 : 2) > column) {
    text += "\n";
    at_column = 0;
  }
  text.append(column - at_column, ' ');
  at_column = column;
  for (size_t at = 0; at < right.size();) {
    const size_t end = std::min(right.find(' ', at), right.size());
    const std::string word = right.substr(at, end - at);
    if (at_column > column && at_column + 1 + word.size() > kTextWidth) {
      text += "\n" + std::string(column, ' ');
      at_column = column;
    }
    if (at_column > column) text += " ";
    at_column += word.size() + (at_column > column ? 1 : 0);
    text += word;
    at = end + 1;
  }
  return text + "\n";
}

}  // namespace pc15::cli
