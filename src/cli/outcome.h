// How a command ended: an exit status and, unless it went well, one line for the user.
#pragma once

#include <string>
#include <utility>

namespace pc15::cli {

constexpr int kExitOk = 0;
constexpr int kExitFailure = 1;  // bad data, or the system refused
constexpr int kExitUsage = 2;    // the command line is wrong

struct [[nodiscard]] Outcome {
  int exit_code = kExitOk;
  std::string message;  // says what and where; empty when all went well
  bool ok() const { return exit_code == kExitOk; }
};

inline Outcome success() { return {}; }
inline Outcome failure(std::string message) { return {kExitFailure, std::move(message)}; }
inline Outcome usage_error(std::string message) { return {kExitUsage, std::move(message)}; }

}  // namespace pc15::cli

// Returns from the calling function unless the expression is a good outcome.
#define PC15_CLI_TRY(expression)                       \
  do {                                                 \
    ::pc15::cli::Outcome pc15_outcome_ = (expression); \
    if (!pc15_outcome_.ok()) return pc15_outcome_;     \
  } while (0)
