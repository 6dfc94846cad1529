#include "cli/param_flags.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "cli/codec.h"
#include "cli/terminal.h"

namespace pc15::cli {
namespace {

constexpr int64_t kAllProcessors = 0;  // of PC15_PARAM_THREADS

const char* group_name(int32_t id) {
  switch (id / 100) {
    case 1:
      return "Rate and distortion";
    case 2:
      return "Layout of the file";
    case 3:
      return "Search for programs";
    case 4:
      return "Execution";
    default:
      return "Reading";
  }
}

struct Bounds {
  explicit Bounds(int32_t id) { (void)pc15_param_bounds(id, &lo, &hi, &initial); }
  int64_t lo = 0, hi = 0, initial = 0;
};

// In the units of the user.
std::string show(int32_t id, int64_t value) {
  if (pc15_param_type(id) == PC15_TYPE_ENUM) return pc15_param_choice(id, value);
  if (pc15_param_type(id) != PC15_TYPE_FIXED) return std::to_string(value);
  return format("%.10g", static_cast<double>(value) / static_cast<double>(pc15_param_scale(id)));
}

std::string choices(int32_t id) {
  const Bounds bounds(id);
  std::string all;
  for (int64_t v = bounds.lo; v <= bounds.hi; ++v) all += (all.empty() ? "" : "|") + show(id, v);
  return all;
}

std::string range(int32_t id) {
  const Bounds bounds(id);
  if (pc15_param_type(id) == PC15_TYPE_ENUM) return choices(id);
  return show(id, bounds.lo) + "..." + show(id, bounds.hi);
}

std::string help_text(int32_t id) {
  const std::string text = pc15_param_doc(id);
  if (pc15_param_type(id) == PC15_TYPE_BOOL) return text;
  if (id == PC15_PARAM_LAMBDA) return text + " (" + range(id) + ")";
  const Bounds bounds(id);
  const int64_t initial = id == PC15_PARAM_THREADS ? kAllProcessors : bounds.initial;
  // A range that the text tells, or that only the type bounds, is not worth repeating.
  const bool bare = pc15_param_type(id) == PC15_TYPE_ENUM || text.find(range(id)) != std::string::npos ||
                    bounds.hi > std::numeric_limits<uint32_t>::max();
  return text + " (" + (bare ? "" : range(id) + ", ") + "default " + show(id, initial) + ")";
}

bool parse_choice(int32_t id, const std::string& text, int64_t* value) {
  const Bounds bounds(id);
  for (*value = bounds.lo; *value <= bounds.hi; ++*value) {
    if (text == pc15_param_choice(id, *value)) return true;
  }
  return false;
}

}  // namespace

bool parse_integer(const std::string& text, int64_t* value) {
  const char* end = text.data() + text.size();
  const std::from_chars_result result = std::from_chars(text.data(), end, *value);
  return result.ec == std::errc() && result.ptr == end;
}

bool parse_real(const std::string& text, double* value) {
  if (text.empty()) return false;
  char* end = nullptr;
  *value = std::strtod(text.c_str(), &end);
  return *end == 0 && std::isfinite(*value);
}

void ParamFlags::add(CLI::App* command, int32_t scope) {
  for (uint32_t i = 0; i < pc15_param_count(); ++i) {
    int32_t id = 0;
    if (pc15_param_id(i, &id) != PC15_OK || (pc15_param_scope(id) & scope) == 0) continue;
    Flag& flag = flags_.emplace_back();
    flag.id = id;
    flag.name = std::string("--") + pc15_param_name(id);
    const int32_t type = pc15_param_type(id);
    if (type == PC15_TYPE_BOOL) {
      if (Bounds(id).initial != 0) flag.name = std::string("--no-") + pc15_param_name(id);
      const std::string alias = id == PC15_PARAM_TOLERANT ? ",--recover" : "";
      const std::string off = Bounds(id).initial != 0 ? "turn off: " : "";
      flag.option = command->add_flag(flag.name + alias, flag.on, off + help_text(id));
    } else {
      flag.option = command->add_option(flag.name, flag.text, help_text(id));
      flag.option->type_name(type == PC15_TYPE_ENUM ? choices(id) : type == PC15_TYPE_FIXED ? "REAL" : "INT");
    }
    flag.option->group(group_name(id));
  }
}

bool ParamFlags::given(int32_t id) const {
  for (const Flag& flag : flags_) {
    if (flag.id == id) return flag.option->count() > 0;
  }
  return false;
}

Outcome ParamFlags::parse(const Flag& flag, int64_t* value) {
  const Bounds bounds(flag.id);
  const int32_t type = pc15_param_type(flag.id);
  bool valid = false;
  if (type == PC15_TYPE_BOOL) {
    *value = 1 - bounds.initial;
    return success();
  }
  if (type == PC15_TYPE_ENUM) {
    valid = parse_choice(flag.id, flag.text, value);
  } else if (type == PC15_TYPE_FIXED) {
    double real = 0;
    const double scale = static_cast<double>(pc15_param_scale(flag.id));
    valid = parse_real(flag.text, &real) && real * scale >= static_cast<double>(bounds.lo) &&
            real * scale <= static_cast<double>(bounds.hi);
    if (valid) *value = std::llround(real * scale);
  } else {
    valid = parse_integer(flag.text, value) && *value >= bounds.lo && *value <= bounds.hi;
  }
  return valid
             ? success()
             : usage_error(flag.name + ": '" + flag.text + "' is not allowed, allowed is " + range(flag.id));
}

Outcome ParamFlags::apply(const Setter& set) const {
  for (const Flag& flag : flags_) {
    int64_t value = kAllProcessors;
    if (flag.option->count() > 0) {
      PC15_CLI_TRY(parse(flag, &value));
    } else if (flag.id != PC15_PARAM_THREADS) {
      continue;
    }
    PC15_CLI_TRY(set(flag.id, value));
  }
  return success();
}

}  // namespace pc15::cli
