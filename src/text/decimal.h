// Decimal numbers to and from text, the same in every locale.
#pragma once

#include <cstdint>

#include "base/span.h"

namespace pc15::text {

enum class DecimalResult : uint8_t { kGood, kMalformed, kNotFinite };

// [sign] digits [. digits] [e [sign] digits]; not finite: above 1e300.
DecimalResult read_decimal(Span<const char> text, double* value);
// Sign and digits only; false when the text is anything else or does not fit 64 bits signed.
bool read_integer(Span<const char> text, int64_t* value);
// The value of "#12", "#-3": false as above.
bool read_index(Span<const char> text, int64_t* value);
bool read_hex(Span<const char> text, uint32_t* value);  // 1 to 8 digits

// Enough for any number that write_decimal() makes.
enum : int32_t { kDecimalBytes = 40 };

// mantissa / 10^decimals without trailing zeros; decimals 0...9.
void write_decimal(int64_t mantissa, int32_t decimals, char out[kDecimalBytes]);

// The shortest decimal for `value` that `accept(double)` takes; |value| < 2^23. False when none of up to 9
// decimals is taken.
template <typename Accept>
bool write_shortest(double value, Accept&& accept, char out[kDecimalBytes]) {
  double power = 1;
  for (int32_t decimals = 0; decimals <= 9; ++decimals, power *= 10) {
    const double scaled = value * power;
    const int64_t mantissa = static_cast<int64_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    if (!accept(static_cast<double>(mantissa) / power)) continue;
    write_decimal(mantissa, decimals, out);
    return true;
  }
  return false;
}

}  // namespace pc15::text
