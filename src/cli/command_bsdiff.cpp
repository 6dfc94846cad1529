#include <memory>

#include "cli/codec.h"
#include "cli/commands.h"
#include "cli/file_report.h"
#include "cli/input_file.h"
#include "cli/json.h"
#include "cli/terminal.h"

namespace pc15::cli {
namespace {

constexpr int kExitDifferent = 1;
constexpr int kExitTrouble = 2;  // as cmp does: 1 means "different" and nothing else

struct Options {
  std::string a, b;
  bool json = false;
};

std::string place(const std::string& path, const Bytes& bytes, uint64_t offset, int32_t kind,
                  uint32_t number) {
  if (offset >= bytes.size()) return display_name(path) + " has ended";
  const std::string where = kind < 0 ? "outside any part" : "in " + part_label(kind, number);
  return display_name(path) + " has " + format("0x%02x", bytes[static_cast<size_t>(offset)]) + " " + where;
}

std::string as_json(const pc15_difference& d) {
  Json json;
  json.begin_object();
  json.key("identical").boolean(d.identical != 0);
  if (d.identical == 0) {
    json.key("offset").unsigned_integer(d.offset);
    json.key("part_a").string(part_label(d.kind_a, d.number_a));
    json.key("part_b").string(part_label(d.kind_b, d.number_b));
  }
  json.end_object();
  return json.text();
}

Outcome compare(const Options& options) {
  if (options.a == "-" && options.b == "-") return usage_error("only one of the two can be standard input");
  Bytes a, b;
  PC15_CLI_TRY(read_file(options.a, nullptr, &a));
  PC15_CLI_TRY(read_file(options.b, nullptr, &b));
  pc15_difference d = sized<pc15_difference>();
  PC15_CLI_TRY(outcome_of(pc15_diff(a.data(), a.size(), b.data(), b.size(), nullptr, &d)));
  std::string text = "identical\n";
  if (d.identical == 0) {
    text = "differ at byte " + std::to_string(d.offset) + ": " +
           place(options.a, a, d.offset, d.kind_a, d.number_a) + ", " +
           place(options.b, b, d.offset, d.kind_b, d.number_b) + "\n";
  }
  PC15_CLI_TRY(print(options.json ? as_json(d) : text));
  return {d.identical != 0 ? kExitOk : kExitDifferent, ""};
}

Outcome run(const Options& options) {
  Outcome outcome = compare(options);
  if (!outcome.message.empty()) outcome.exit_code = kExitTrouble;
  return outcome;
}

}  // namespace

void add_bsdiff_command(CLI::App* root, Action* action) {
  CLI::App* command =
      root->add_subcommand("bsdiff", "Find the first difference of two files and what lies there");
  const auto options = std::make_shared<Options>();
  command->add_option("A", options->a, "first file; '-' for standard input")->required();
  command->add_option("B", options->b, "second file; '-' for standard input")->required();
  command->add_flag("--json", options->json, "print JSON");
  command->footer("Exit status: 0 identical, 1 different, 2 trouble.");
  command->callback([options, action] { *action = [options] { return run(*options); }; });
}

}  // namespace pc15::cli
