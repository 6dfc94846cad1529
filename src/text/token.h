// Tokens of the text form: names, numbers, '#' and what follows it, single signs.
#pragma once

#include "text/document.h"

namespace pc15::text {

enum class TokenKind : uint8_t {
  kEnd,
  kName,    // letter or '_', then letters, digits, '_'
  kNumber,  // digits with sign, fraction and exponent
  kHash,    // '#' and the letters, digits and '-' after it
  kSign,    // one of { } ( ) = , and ".." (length 2)
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  uint32_t offset = 0, length = 0;  // bytes in the text
  Place place;
};

// Appends the tokens of `text` and a kEnd. kLimit: the text is longer than kMaxTextBytes.
Status tokenize(Span<const char> text, Vector<Token>* tokens, TextError* error);

// Stores a message for the place; returns Status(code).
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
Status
refuse(TextError* error, Place place, Code code, const char* format, ...);

}  // namespace pc15::text
