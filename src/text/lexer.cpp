#include <cstdarg>
#include <cstdio>

#include "text/token.h"

namespace pc15::text {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

class Lexer {
 public:
  Lexer(Span<const char> text, TextError* error) : text_(text), error_(error) {}

  Status run(Vector<Token>* tokens) {
    for (;;) {
      skip_space();
      Token token;
      token.offset = static_cast<uint32_t>(at_);
      token.place = Place{line_, static_cast<int32_t>(at_ - line_start_) + 1};
      PC15_TRY(scan(&token));
      token.length = static_cast<uint32_t>(at_) - token.offset;
      tokens->push_back(token);
      if (token.kind == TokenKind::kEnd) return ok_status();
    }
  }

 private:
  char peek(size_t ahead = 0) const { return at_ + ahead < text_.size ? text_[at_ + ahead] : '\0'; }

  // Blanks, line ends and comments: ';' or '//' to the end of the line.
  void skip_space() {
    while (at_ < text_.size) {
      const char c = peek();
      if (c == '\n') {
        ++line_;
        line_start_ = at_ + 1;
      } else if (c == ';' || (c == '/' && peek(1) == '/')) {
        while (at_ < text_.size && peek() != '\n') ++at_;
        continue;
      } else if (c != ' ' && c != '\t' && c != '\r') {
        return;
      }
      ++at_;
    }
  }

  Status scan(Token* token) {
    const char c = peek();
    if (at_ >= text_.size) return ok_status();
    if (is_letter(c)) {
      token->kind = TokenKind::kName;
      while (is_letter(peek()) || is_digit(peek())) ++at_;
    } else if (is_digit(c) || ((c == '-' || c == '+' || c == '.') && is_digit(peek(1))) ||
               ((c == '-' || c == '+') && peek(1) == '.' && is_digit(peek(2)))) {
      token->kind = TokenKind::kNumber;
      number();
    } else if (c == '#') {
      token->kind = TokenKind::kHash;
      ++at_;
      while (is_letter(peek()) || is_digit(peek()) || peek() == '-') ++at_;
    } else if (c == '.' && peek(1) == '.') {
      token->kind = TokenKind::kSign;
      at_ += 2;
    } else if (c == '{' || c == '}' || c == '(' || c == ')' || c == '=' || c == ',') {
      token->kind = TokenKind::kSign;
      ++at_;
    } else {
      return refuse(error_, token->place, Code::kInvalidArgument,
                    c > ' ' && c < 127 ? "unexpected '%c'" : "unexpected byte %d",
                    c > ' ' && c < 127 ? c : static_cast<int>(static_cast<unsigned char>(c)));
    }
    return ok_status();
  }

  // A dot that begins ".." belongs to a range, and an 'e' without digits to a unit.
  void number() {
    if (!is_digit(peek())) ++at_;
    while (is_digit(peek())) ++at_;
    if (peek() == '.' && peek(1) != '.') {
      ++at_;
      while (is_digit(peek())) ++at_;
    }
    const size_t sign = peek(1) == '-' || peek(1) == '+' ? 1 : 0;
    if ((peek() == 'e' || peek() == 'E') && is_digit(peek(1 + sign))) {
      at_ += 1 + sign;
      while (is_digit(peek())) ++at_;
    }
  }

  Span<const char> text_;
  TextError* error_;
  size_t at_ = 0, line_start_ = 0;
  int32_t line_ = 1;
};

}  // namespace

Status refuse(TextError* error, Place place, Code code, const char* format, ...) {
  error->place = place;
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(error->message, sizeof(error->message), format, arguments);
  va_end(arguments);
  return Status(code, "the text is refused at line %" PRId64 ", column %" PRId64, place.line, place.column);
}

Status tokenize(Span<const char> text, Vector<Token>* tokens, TextError* error) {
  if (text.size > kMaxTextBytes) {
    return refuse(error, Place{1, 1}, Code::kLimit, "the text has %zu bytes: allowed %zu", text.size,
                  kMaxTextBytes);
  }
  return Lexer(text, error).run(tokens);
}

}  // namespace pc15::text
