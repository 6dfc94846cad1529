#include "cli/json.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace pc15::cli {
namespace {

// Length of the valid UTF-8 sequence at `at`, 0 when there is none.
size_t utf8_length(const std::string& s, size_t at) {
  const auto byte = [&](size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0u; };
  const unsigned lead = byte(at);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xC2 && lead < 0xE0   ? 2
                        : lead >= 0xE0 && lead < 0xF0 ? 3
                        : lead >= 0xF0 && lead < 0xF5 ? 4
                                                      : 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return 0;
  }
  if (lead == 0xE0 && byte(at + 1) < 0xA0) return 0;   // overlong
  if (lead == 0xED && byte(at + 1) >= 0xA0) return 0;  // surrogate
  if (lead == 0xF0 && byte(at + 1) < 0x90) return 0;
  if (lead == 0xF4 && byte(at + 1) >= 0x90) return 0;
  return length;
}

}  // namespace

void Json::place() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (depth_ == 0) return;
  text_ += first_ ? "\n" : ",\n";
  text_.append(static_cast<size_t>(depth_) * 2, ' ');
  first_ = false;
}

Json& Json::open(char bracket) {
  place();
  text_ += bracket;
  ++depth_;
  first_ = true;
  return *this;
}

Json& Json::close(char bracket) {
  --depth_;
  if (!first_) {
    text_ += '\n';
    text_.append(static_cast<size_t>(depth_) * 2, ' ');
  }
  text_ += bracket;
  first_ = false;
  if (depth_ == 0) text_ += '\n';
  return *this;
}

Json& Json::key(const std::string& name) {
  place();
  append_quoted(name);
  text_ += ": ";
  after_key_ = true;
  return *this;
}

void Json::append_quoted(const std::string& text) {
  text_ += '"';
  for (size_t i = 0; i < text.size();) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    const size_t length = utf8_length(text, i);
    if (c < 0x20 || c == '"' || c == '\\') {
      char escape[8];
      std::snprintf(escape, sizeof(escape), c < 0x20 ? "\\u%04x" : "\\%c", c);
      text_ += escape;
    } else if (length == 0) {
      text_ += "\xEF\xBF\xBD";
    } else {
      text_.append(text, i, length);
    }
    i += length == 0 ? 1 : length;
  }
  text_ += '"';
}

Json& Json::string(const std::string& text) {
  place();
  append_quoted(text);
  return *this;
}

Json& Json::integer(int64_t value) {
  place();
  text_ += std::to_string(value);
  return *this;
}

Json& Json::unsigned_integer(uint64_t value) {
  place();
  text_ += std::to_string(value);
  return *this;
}

Json& Json::boolean(bool value) {
  place();
  text_ += value ? "true" : "false";
  return *this;
}

Json& Json::null() {
  place();
  text_ += "null";
  return *this;
}

Json& Json::real(double value) {
  if (!std::isfinite(value)) return null();
  place();
  char digits[40];
  std::snprintf(digits, sizeof(digits), "%.6g", value);
  if (std::strtod(digits, nullptr) != value) std::snprintf(digits, sizeof(digits), "%.17g", value);
  text_ += digits;
  return *this;
}

}  // namespace pc15::cli
