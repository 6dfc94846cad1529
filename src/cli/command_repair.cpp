#include <memory>

#include "cli/codec.h"
#include "cli/commands.h"
#include "cli/input_file.h"
#include "cli/output_file.h"
#include "cli/terminal.h"

namespace pc15::cli {
namespace {

struct Options {
  std::string input, output;
  bool keep = false;
};

std::string share(uint32_t lost, uint32_t all, const char* what) {
  return std::to_string(lost) + " of " + std::to_string(all) + " " + what;
}

// What the user should know about the new file.
std::string summary(pc15_status status, const pc15_repair_report& r) {
  if (status == PC15_OK) return "nothing is lost";
  std::string text = "lost: " + share(r.cells_lost, r.cells, "cells");
  if (r.programs != 0) text += ", " + share(r.programs_lost, r.programs, "program records");
  if (r.sections_lost != 0)
    text += ", " + std::to_string(r.sections_lost) + " sections of metadata or models";
  return text + (r.index_rebuilt != 0 ? "; the index was made anew, metadata went with the old one" : "");
}

// A damaged magic is for the library to judge: the backup block may still serve.
Outcome run(const Options& options) {
  Bytes bytes;
  PC15_CLI_TRY(read_file(options.input, HeadCheck(), &bytes));
  Decoder decoder;
  PC15_CLI_TRY(create_decoder(&decoder));
  PC15_CLI_TRY(outcome_of(pc15_decoder_set_param(decoder.get(), PC15_PARAM_THREADS, 0)));
  OutputFile output;
  PC15_CLI_TRY(output.open(options.output, !options.keep));
  pc15_repair_report report = sized<pc15_repair_report>();
  pc15_buffer* made = nullptr;
  const pc15_status status = pc15_repair(decoder.get(), bytes.data(), bytes.size(), &report, &made);
  const Buffer buffer(made);
  if (made == nullptr) {
    Outcome outcome = outcome_of(status, decoder.get());
    outcome.message = display_name(options.input) + ": " + outcome.message;
    return outcome;
  }
  const uint8_t* file = pc15_buffer_data(made);
  const size_t size = pc15_buffer_size(made);
  PC15_CLI_TRY(output.commit(file, size));
  if (bytes != Bytes(file, file + size)) {
    note(display_name(options.input) + ": the file was damaged; " + summary(status, report));
  }
  return success();
}

}  // namespace

void add_repair_command(CLI::App* root, Action* action) {
  CLI::App* command = root->add_subcommand("repair", "Make a whole file of a damaged one");
  const auto options = std::make_shared<Options>();
  command->add_option("IN", options->input, "damaged PC15 file; '-' for standard input")->required();
  command->add_option("OUT", options->output, "PC15 file to write; '-' for standard output")->required();
  command->add_flag("--no-clobber", options->keep, "refuse to replace an existing file");
  command->callback([options, action] { *action = [options] { return run(*options); }; });
}

}  // namespace pc15::cli
