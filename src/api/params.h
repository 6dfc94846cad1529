// The one table of parameters: bounds, defaults, names and texts, for handles, tools and bindings.
#pragma once

#include <cstddef>
#include <cstdint>

#include "format/limits.h"

namespace pc15::api {

struct ParamSpec {
  int32_t id;        // PC15_PARAM_*
  const char* name;  // as on a command line
  int32_t type;      // PC15_TYPE_*
  int32_t scope;     // PC15_SCOPE_* bits
  int64_t lo, hi, def;
  int64_t scale;  // units per 1.0
  const char* doc;
  const char* const* choices;  // of PC15_TYPE_ENUM: names of lo...hi
};

constexpr size_t kParamCount = 32;
const ParamSpec& param_at(size_t index);  // index < kParamCount
// Null when there is none.
const ParamSpec* find_param(int32_t id);

// Why a value is refused, as one line in `text`; false when the value is fine.
bool refuse_param(const ParamSpec& spec, int64_t value, char* text, size_t capacity);
// Nearest value of a real number; false when it is not a number or out of range.
bool param_from_real(const ParamSpec& spec, double real, int64_t* value);

// The values of one handle.
class ParamSet {
 public:
  ParamSet() { reset(); }
  void reset();
  int64_t get(int32_t id) const;        // a known id
  void set(int32_t id, int64_t value);  // a known id, a value that refuse_param() let pass
  format::Limits limits() const;

 private:
  int64_t values_[kParamCount];
};

}  // namespace pc15::api
