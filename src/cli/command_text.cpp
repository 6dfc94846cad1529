// Programs of a file as text, and back.
#include <cstring>
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

Outcome write_buffer(const Options& options, pc15_buffer* buffer) {
  OutputFile output;
  PC15_CLI_TRY(output.open(options.output, !options.keep));
  return output.commit(pc15_buffer_data(buffer), pc15_buffer_size(buffer));
}

Outcome disassemble(const Options& options) {
  Bytes bytes;
  PC15_CLI_TRY(read_file(
      options.input,
      [](const uint8_t* head, size_t size) {
        return looks_like_pc15(head, size) ? success() : failure("is not a PC15 file");
      },
      &bytes));
  Decoder decoder;
  PC15_CLI_TRY(create_decoder(&decoder));
  pc15_buffer* text = nullptr;
  Outcome outcome =
      outcome_of(pc15_program_disassemble(decoder.get(), bytes.data(), bytes.size(), &text), decoder.get());
  const Buffer owned(text);
  if (!outcome.ok()) return failure(display_name(options.input) + ": " + outcome.message);
  return write_buffer(options, text);
}

// Messages about the text read "FILE:line:column: ...", as those of compilers do.
Outcome assemble(const Options& options) {
  Bytes bytes;
  PC15_CLI_TRY(read_file(
      options.input,
      [](const uint8_t* head, size_t size) {
        return looks_like_pc15(head, size)
                   ? failure("is a PC15 file, not a text: 'pc15 disasm' makes one of it")
                   : success();
      },
      &bytes));
  Decoder decoder;
  PC15_CLI_TRY(create_decoder(&decoder));
  pc15_buffer* file = nullptr;
  const char* text = reinterpret_cast<const char*>(bytes.data());
  const Outcome outcome =
      outcome_of(pc15_program_assemble(decoder.get(), text, bytes.size(), &file), decoder.get());
  const Buffer owned(file);
  const bool placed = !outcome.message.empty() && outcome.message[0] >= '0' && outcome.message[0] <= '9';
  if (!outcome.ok()) return failure(display_name(options.input) + (placed ? ":" : ": ") + outcome.message);
  return write_buffer(options, file);
}

}  // namespace

void add_disasm_command(CLI::App* root, Action* action) {
  CLI::App* command = root->add_subcommand("disasm", "Print the programs of a PC15 file as text");
  const auto options = std::make_shared<Options>();
  options->output = "-";
  command->add_option("FILE", options->input, "PC15 file; '-' for standard input")->required();
  command->add_option("-o,--output", options->output, "text to write (default standard output)")
      ->type_name("TEXT");
  command->add_flag("--no-clobber", options->keep, "refuse to replace an existing file");
  command->callback([options, action] { *action = [options] { return disassemble(*options); }; });
}

void add_asm_command(CLI::App* root, Action* action) {
  CLI::App* command = root->add_subcommand("asm", "Make a PC15 file of the text of its programs");
  const auto options = std::make_shared<Options>();
  command->add_option("TEXT", options->input, "text of programs; '-' for standard input")->required();
  command->add_option("-o,--output", options->output, "PC15 file to write; '-' for standard output")
      ->type_name("FILE")
      ->required();
  command->add_flag("--no-clobber", options->keep, "refuse to replace an existing file");
  command->callback([options, action] { *action = [options] { return assemble(*options); }; });
}

}  // namespace pc15::cli
