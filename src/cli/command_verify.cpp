#include <cstdio>
#include <memory>
#include <vector>

#include "cli/codec.h"
#include "cli/commands.h"
#include "cli/input_file.h"
#include "cli/json.h"
#include "cli/terminal.h"

namespace pc15::cli {
namespace {

struct Options {
  std::vector<std::string> inputs;
  bool json = false;
};

Outcome verify(const std::string& path) {
  Bytes bytes;
  PC15_CLI_TRY(read_file(
      path,
      [](const uint8_t* head, size_t size) {
        return looks_like_pc15(head, size) ? success() : failure("is not a PC15 file");
      },
      &bytes));
  Decoder decoder;
  PC15_CLI_TRY(create_decoder(&decoder));
  PC15_CLI_TRY(outcome_of(pc15_decoder_set_param(decoder.get(), PC15_PARAM_THREADS, 0)));
  Outcome outcome = outcome_of(pc15_verify(decoder.get(), bytes.data(), bytes.size()), decoder.get());
  if (!outcome.ok()) outcome.message = display_name(path) + ": " + outcome.message;
  return outcome;
}

// Every file is looked at; each bad one has its own line.
Outcome run(const Options& options) {
  Outcome result = success();
  Json json;
  json.begin_array();
  for (const std::string& path : options.inputs) {
    const Outcome outcome = verify(path);
    if (!outcome.ok()) {
      std::fprintf(stderr, "pc15 verify: %s\n", one_line(outcome.message).c_str());
      result.exit_code = kExitFailure;
    }
    json.begin_object();
    json.key("file").string(display_name(path));
    json.key("ok").boolean(outcome.ok());
    json.key("message").string(outcome.message);
    json.end_object();
    if (outcome.ok() && !options.json) PC15_CLI_TRY(print(display_name(path) + ": ok\n"));
  }
  json.end_array();
  if (options.json) PC15_CLI_TRY(print(json.text()));
  return result;
}

}  // namespace

void add_verify_command(CLI::App* root, Action* action) {
  CLI::App* command = root->add_subcommand("verify", "Check every byte of PC15 files and decode them");
  const auto options = std::make_shared<Options>();
  command->add_option("FILE", options->inputs, "PC15 files; '-' for standard input")->required();
  command->add_flag("--json", options->json, "print JSON");
  command->callback([options, action] { *action = [options] { return run(*options); }; });
}

}  // namespace pc15::cli
