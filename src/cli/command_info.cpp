#include <memory>

#include "cli/codec.h"
#include "cli/commands.h"
#include "cli/file_report.h"
#include "cli/input_file.h"
#include "cli/terminal.h"

namespace pc15::cli {
namespace {

struct Options {
  std::string input;
  bool json = false, tolerant = false;
};

Outcome inspect(const Options& options, const Bytes& bytes, FileReport* report) {
  Decoder decoder;
  PC15_CLI_TRY(create_decoder(&decoder));
  pc15_decoder* const d = decoder.get();
  PC15_CLI_TRY(outcome_of(pc15_decoder_set_param(d, PC15_PARAM_TOLERANT, options.tolerant ? 1 : 0), d));
  const pc15_status status = pc15_decoder_open(d, bytes.data(), bytes.size());
  if (status != PC15_NOTE_DAMAGED) PC15_CLI_TRY(outcome_of(status, d));
  report->damaged = status == PC15_NOTE_DAMAGED;
  return gather_report(d, report);
}

Outcome run(const Options& options) {
  Bytes bytes;
  PC15_CLI_TRY(read_file(
      options.input,
      [&](const uint8_t* head, size_t size) {
        return options.tolerant || looks_like_pc15(head, size) ? success() : failure("is not a PC15 file");
      },
      &bytes));
  FileReport report;
  report.name = display_name(options.input);
  report.size_bytes = bytes.size();
  Outcome outcome = inspect(options, bytes, &report);
  if (!outcome.ok()) return {outcome.exit_code, report.name + ": " + outcome.message};
  return print(options.json ? report_json(report) : report_text(report));
}

}  // namespace

void add_info_command(CLI::App* root, Action* action) {
  CLI::App* command =
      root->add_subcommand("info", "Show what a PC15 file is made of: parts, tiles, layers, bits");
  const auto options = std::make_shared<Options>();
  command->add_option("IN", options->input, "PC15 file; '-' for standard input")->required();
  command->add_flag("--json", options->json, "print JSON");
  command->add_flag("--tolerant,--recover", options->tolerant, "show what is intact of a damaged file");
  command->callback([options, action] { *action = [options] { return run(*options); }; });
}

}  // namespace pc15::cli
