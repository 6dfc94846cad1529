#include "text/decimal.h"

#include <cmath>
#include <cstdio>

namespace pc15::text {
namespace {

constexpr int64_t kManyDigits = int64_t{1} << 53;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int32_t hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

// Digits beyond 2^53 only move the point: a mantissa below 2^53 and a power of ten up to 22 make one exact
// division, which gives write_shortest() back its own number.
DecimalResult read_decimal(Span<const char> text, double* value) {
  size_t i = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  const bool negative = i == 1 && text[0] == '-';
  int64_t mantissa = 0, exponent = 0;
  int32_t digits = 0;
  bool fraction = false;
  for (; i < text.size && (is_digit(text[i]) || (text[i] == '.' && !fraction)); ++i) {
    if (text[i] == '.') {
      fraction = true;
      continue;
    }
    ++digits;
    if (mantissa < kManyDigits / 10 - 1) {
      mantissa = mantissa * 10 + (text[i] - '0');
      exponent -= fraction ? 1 : 0;
    } else {
      exponent += fraction ? 0 : 1;
    }
  }
  if (digits == 0) return DecimalResult::kMalformed;
  if (i < text.size) {
    if ((text[i] != 'e' && text[i] != 'E') || i + 1 >= text.size) return DecimalResult::kMalformed;
    int64_t given = 0;
    if (!read_integer(text.sub(i + 1, text.size - i - 1), &given)) return DecimalResult::kNotFinite;
    if (given > 100000 || given < -100000) given = given > 0 ? 100000 : -100000;
    exponent += given;
  }
  if (mantissa == 0) exponent = 0;
  if (exponent > 300) return DecimalResult::kNotFinite;
  double v = static_cast<double>(mantissa), power = 1;
  for (int64_t k = exponent < 0 ? -exponent : exponent; k > 0 && k <= 300; --k) power *= 10;
  if (exponent < 0) v = exponent < -300 ? 0.0 : v / power;
  if (exponent > 0) v *= power;
  *value = negative ? -v : v;
  return std::isfinite(v) ? DecimalResult::kGood : DecimalResult::kNotFinite;
}

bool read_integer(Span<const char> text, int64_t* value) {
  size_t i = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  const bool negative = i == 1 && text[0] == '-';
  if (i == text.size) return false;
  int64_t v = 0;  // below 0, where there is one number more
  for (; i < text.size; ++i) {
    const int64_t digit = text[i] - '0';
    if (!is_digit(text[i]) || v < (INT64_MIN + digit) / 10) return false;
    v = v * 10 - digit;
  }
  if (!negative && v == INT64_MIN) return false;
  *value = negative ? v : -v;
  return true;
}

bool read_index(Span<const char> text, int64_t* value) {
  return text.size > 1 && text[0] == '#' && read_integer(text.sub(1, text.size - 1), value);
}

bool read_hex(Span<const char> text, uint32_t* value) {
  if (text.empty() || text.size > 8) return false;
  uint32_t v = 0;
  for (const char c : text) {
    const int32_t digit = hex_digit(c);
    if (digit < 0) return false;
    v = v << 4 | static_cast<uint32_t>(digit);
  }
  *value = v;
  return true;
}

void write_decimal(int64_t mantissa, int32_t decimals, char out[kDecimalBytes]) {
  while (decimals > 0 && mantissa % 10 == 0) {
    mantissa /= 10;
    --decimals;
  }
  int64_t power = 1;
  for (int32_t i = 0; i < decimals; ++i) power *= 10;
  const int64_t magnitude = mantissa < 0 ? -mantissa : mantissa;
  const char* sign = mantissa < 0 ? "-" : "";
  if (decimals == 0) {
    std::snprintf(out, kDecimalBytes, "%s%lld", sign, static_cast<long long>(magnitude));
  } else {
    std::snprintf(out, kDecimalBytes, "%s%lld.%0*lld", sign, static_cast<long long>(magnitude / power),
                  decimals, static_cast<long long>(magnitude % power));
  }
}

}  // namespace pc15::text
