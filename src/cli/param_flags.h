// Command-line flags made from the library's table of parameters, so that names, bounds and texts agree.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/outcome.h"

namespace pc15::cli {

// The flags live in this object, which must outlive the parsing and must not move.
class ParamFlags {
 public:
  using Setter = std::function<Outcome(int32_t id, int64_t value)>;

  ParamFlags() = default;
  ParamFlags(const ParamFlags&) = delete;
  ParamFlags& operator=(const ParamFlags&) = delete;

  // Adds every parameter of `scope` (PC15_SCOPE_*). A switch that is on by default becomes --no-NAME.
  void add(CLI::App* command, int32_t scope);
  // Checks the given values and hands them to `set` in the order of the table. Threads default to all
  // processors.
  Outcome apply(const Setter& set) const;
  bool given(int32_t id) const;

 private:
  struct Flag {
    int32_t id = 0;
    std::string name;  // as the user types it, "--quality"
    std::string text;
    bool on = false;
    CLI::Option* option = nullptr;
  };
  static Outcome parse(const Flag& flag, int64_t* value);

  std::list<Flag> flags_;  // a list: the parser keeps addresses
};

// Whole-text conversions; false when something else is left or the value does not fit.
bool parse_integer(const std::string& text, int64_t* value);
bool parse_real(const std::string& text, double* value);

}  // namespace pc15::cli
