#include "cli/help_formatter.h"

#include <utility>

#include "cli/terminal.h"

namespace pc15::cli {
namespace {

constexpr size_t kColumn = 28;

}  // namespace

// The library's own layout leaves two empty lines between groups.
std::string HelpFormatter::make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const {
  std::string text = CLI::Formatter::make_help(app, std::move(name), mode);
  for (size_t at = text.find("\n\n\n"); at != std::string::npos; at = text.find("\n\n\n", at))
    text.erase(at, 1);
  return text;
}

std::string HelpFormatter::make_usage(const CLI::App* app, std::string name) const {
  std::string text =
      "\nUsage: " + name + (app->get_require_subcommand_min() > 0 ? " COMMAND" : "") + " [OPTIONS]";
  for (const CLI::Option* option :
       app->get_options([](const CLI::Option* o) { return o->get_positional(); })) {
    text += " " + make_option_usage(option);
  }
  return text + "\n";
}

std::string HelpFormatter::make_subcommand(const CLI::App* command) const {
  return two_columns("  " + command->get_name(), command->get_description(), kColumn);
}

std::string HelpFormatter::make_option(const CLI::Option* option, bool is_positional) const {
  std::string left = make_option_name(option, is_positional);
  for (size_t at = left.find(','); at != std::string::npos; at = left.find(',', at + 2))
    left.replace(at, 1, ", ");
  if (!is_positional && option->get_type_size() != 0) left += " " + option->get_type_name();
  return two_columns("  " + left, option->get_description(), kColumn);
}

}  // namespace pc15::cli
