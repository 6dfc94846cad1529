// The pc15 tool: images as programs, on the command line. Everything it can do it does through pc15.h.
#include <cstdio>
#include <exception>
#include <memory>
#include <new>
#include <string>

#include "cli/commands.h"
#include "cli/help_formatter.h"
#include "cli/output_file.h"
#include "cli/terminal.h"
#include "pc15.h"

namespace pc15::cli {
namespace {

constexpr char kDescription[] = "pc15 codes images as programs with a residual.";
constexpr char kFooter[] =
    "\n'pc15 COMMAND --help' explains a command. '-' stands for standard input or\n"
    "output. Exit status: 0 done, 1 bad data or the system refused, 2 wrong command\n"
    "line.";

std::string version_text() { return std::string("pc15 ") + pc15_version_string() + "\n" + pc15_build_info(); }

int report(const std::string& command, const Outcome& outcome) {
  if (!outcome.message.empty()) {
    const std::string name = command.empty() ? "pc15" : "pc15 " + command;
    std::fprintf(stderr, "%s: %s\n", name.c_str(), one_line(outcome.message).c_str());
  }
  return outcome.exit_code;
}

std::string chosen_command(const CLI::App& root) {
  const auto chosen = root.get_subcommands();
  return chosen.empty() ? std::string() : chosen.front()->get_name();
}

// Help and version are "errors" of the parser with exit status 0.
int parse_failed(const CLI::App& root, const CLI::ParseError& error, int argc, char** argv) {
  if (error.get_exit_code() == 0) return root.exit(error);
  const std::string command = chosen_command(root);
  if (command.empty() && argc > 1 && argv[1][0] != '-') {
    return report("", usage_error(std::string("there is no command '") + argv[1] + "' (see 'pc15 --help')"));
  }
  const std::string hint = " (see 'pc15 " + (command.empty() ? "" : command + " ") + "--help')";
  return report(command, usage_error(error.what() + hint));
}

int run(int argc, char** argv) {
  CLI::App root(kDescription, "pc15");
  root.set_help_flag("-h,--help", "explain and exit");
  root.set_version_flag("-V,--version", version_text, "tell the version and exit");
  root.require_subcommand(1);
  root.formatter(std::make_shared<HelpFormatter>());
  Action action;
  for (const auto add : {add_encode_command, add_decode_command, add_info_command, add_verify_command,
                         add_repair_command, add_metrics_command, add_bsdiff_command, add_generators_command,
                         add_render_command, add_disasm_command, add_asm_command}) {
    if (add == add_encode_command && pc15_has_encoder() == 0) continue;
    add(&root, &action);
  }
  root.footer(kFooter);  // after the commands, which would inherit it
  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return parse_failed(root, error, argc, argv);
  }
  try {
    return report(chosen_command(root), action());
  } catch (const std::bad_alloc&) {
    return report(chosen_command(root), failure("out of memory"));
  }
}

}  // namespace
}  // namespace pc15::cli

int main(int argc, char** argv) {
  pc15::cli::install_signal_handlers();
  try {
    return pc15::cli::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pc15: %s\n", error.what());
    return pc15::cli::kExitFailure;
  }
}
