// Writes one JSON document, indented by two spaces. Strings are UTF-8; bytes that are not become U+FFFD.
#pragma once

#include <cstdint>
#include <string>

namespace pc15::cli {

class Json {
 public:
  // Every value inside an object needs key() before it; the caller keeps begin and end in balance.
  Json& begin_object() { return open('{'); }
  Json& end_object() { return close('}'); }
  Json& begin_array() { return open('['); }
  Json& end_array() { return close(']'); }
  Json& key(const std::string& name);
  Json& string(const std::string& text);
  Json& integer(int64_t value);
  Json& unsigned_integer(uint64_t value);
  Json& boolean(bool value);
  Json& null();
  // Shortest of 6 or 17 digits that reads back as the same number; null when it is not finite.
  Json& real(double value);

  const std::string& text() const { return text_; }

 private:
  Json& open(char bracket);
  Json& close(char bracket);
  void place();  // comma and line break before a value
  void append_quoted(const std::string& text);

  std::string text_;
  int depth_ = 0;
  bool first_ = true, after_key_ = false;
};

}  // namespace pc15::cli
