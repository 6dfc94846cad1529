#include <memory>
#include <vector>

#include "cli/codec.h"
#include "cli/commands.h"
#include "cli/image_io.h"
#include "cli/output_file.h"
#include "cli/param_flags.h"
#include "cli/terminal.h"

namespace pc15::cli {
namespace {

struct Options {
  std::string name, output, size = "512x512", seed = "0", format;
  std::vector<std::string> params;
  bool keep = false;
};

Outcome parse_size(const std::string& text, uint32_t* width, uint32_t* height) {
  const size_t cross = text.find('x');
  int64_t w = 0, h = 0;
  const bool valid = cross != std::string::npos && parse_integer(text.substr(0, cross), &w) &&
                     parse_integer(text.substr(cross + 1), &h) && w >= 1 && h >= 1 && w <= 65535 &&
                     h <= 65535;
  if (!valid) return usage_error("--size: '" + text + "' is not WIDTHxHEIGHT, each 1...65535");
  *width = static_cast<uint32_t>(w);
  *height = static_cast<uint32_t>(h);
  return success();
}

// A number, or the name of a value of an enumeration.
bool parse_value(int32_t generator, uint32_t index, const pc15_generator_param& param,
                 const std::string& text, double* value) {
  if (param.type == PC15_TYPE_ENUM) {
    for (int32_t v = static_cast<int32_t>(param.min); v <= static_cast<int32_t>(param.max); ++v) {
      const char* name = pc15_generator_param_choice(generator, index, v);
      *value = v;
      if (name != nullptr && text == name) return true;
    }
  }
  return parse_real(text, value) && *value >= param.min && *value <= param.max;
}

// "name=value" into the slot of that name.
Outcome set_param(int32_t generator, const std::string& text, std::vector<double>* values) {
  const size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  std::string known;
  for (uint32_t i = 0; i < values->size(); ++i) {
    pc15_generator_param param = sized<pc15_generator_param>();
    PC15_CLI_TRY(outcome_of(pc15_generator_param_info(generator, i, &param)));
    known += (known.empty() ? "" : ", ") + std::string(param.name);
    if (name != param.name) continue;
    double value = 0;
    const bool valid =
        equals != std::string::npos && parse_value(generator, i, param, text.substr(equals + 1), &value);
    if (!valid) {
      return usage_error("--param: '" + text + "' is not allowed, allowed is " + name + "=" +
                         format("%.6g...%.6g", param.min, param.max));
    }
    (*values)[i] = value;
    return success();
  }
  return usage_error("--param: there is no '" + name + "', there are: " + known);
}

Outcome run(const Options& options) {
  FileFormat file_format = FileFormat::kPng;
  PC15_CLI_TRY(output_format(options.output, options.format, &file_format));
  int32_t generator = 0;
  if (pc15_generator_from_name(options.name.c_str(), &generator) != PC15_OK) {
    return usage_error("there is no generator '" + options.name + "'; 'pc15 generators' lists them");
  }
  uint32_t width = 0, height = 0;
  int64_t seed = 0;
  PC15_CLI_TRY(parse_size(options.size, &width, &height));
  if (!parse_integer(options.seed, &seed))
    return usage_error("--seed: '" + options.seed + "' is no 64-bit integer");
  std::vector<double> values(pc15_generator_param_count(generator));
  for (uint32_t i = 0; i < values.size(); ++i) {
    pc15_generator_param param = sized<pc15_generator_param>();
    PC15_CLI_TRY(outcome_of(pc15_generator_param_info(generator, i, &param)));
    values[i] = param.def;
  }
  for (const std::string& param : options.params) PC15_CLI_TRY(set_param(generator, param, &values));

  OutputFile output;
  PC15_CLI_TRY(output.open(options.output, !options.keep));
  Image image;
  PC15_CLI_TRY(allocate_image(width, height, 1, &image));
  PC15_CLI_TRY(outcome_of(pc15_generator_render(generator, values.data(), values.size(), seed, width, height,
                                                image.pixels.get(), image.size_bytes(), 0)));
  Bytes file;
  PC15_CLI_TRY(encode_image_file(std::move(image), file_format, &file));
  return output.commit(file.data(), file.size());
}

}  // namespace

void add_render_command(CLI::App* root, Action* action) {
  CLI::App* command = root->add_subcommand("render", "Draw a generator");
  const auto options = std::make_shared<Options>();
  command->add_option("NAME", options->name, "generator; 'pc15 generators' lists them")->required();
  command
      ->add_option("OUT", options->output,
                   "image to write: .png .pgm .ppm .pnm .pam; '-' for standard output")
      ->required();
  command->add_option("--param", options->params, "set a parameter; may be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  command->add_option("--size", options->size, "pixels (default 512x512)")->type_name("WxH");
  command->add_option("--seed", options->seed, "seed of the random ones (any 64-bit integer, default 0)")
      ->type_name("INT");
  command->add_option("--format", options->format, "format whatever the name says")
      ->type_name("png|pgm|ppm|pnm|pam");
  command->add_flag("--no-clobber", options->keep, "refuse to replace an existing file");
  command->callback([options, action] { *action = [options] { return run(*options); }; });
}

}  // namespace pc15::cli
