// One function per subcommand: it declares its command line under `root`, and when that was chosen the parser
// stores in *action what is to be done.
#pragma once

#include <functional>

#include <CLI/CLI.hpp>

#include "cli/outcome.h"

namespace pc15::cli {

using Action = std::function<Outcome()>;

void add_encode_command(CLI::App* root, Action* action);
void add_decode_command(CLI::App* root, Action* action);
void add_info_command(CLI::App* root, Action* action);
void add_render_command(CLI::App* root, Action* action);
void add_generators_command(CLI::App* root, Action* action);
void add_metrics_command(CLI::App* root, Action* action);
void add_bsdiff_command(CLI::App* root, Action* action);
void add_disasm_command(CLI::App* root, Action* action);
void add_asm_command(CLI::App* root, Action* action);
void add_verify_command(CLI::App* root, Action* action);
void add_repair_command(CLI::App* root, Action* action);

}  // namespace pc15::cli
