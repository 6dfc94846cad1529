#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "cli/codec.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/terminal.h"

namespace pc15::cli {
namespace {

struct Options {
  std::string name;
  bool json = false;
};

const char* type_name(int32_t type) {
  switch (type) {
    case PC15_TYPE_INT:
      return "int";
    case PC15_TYPE_BOOL:
      return "bool";
    case PC15_TYPE_ENUM:
      return "enum";
    default:
      return "real";
  }
}

// The values of an enumeration by name, in order.
std::vector<std::string> choices(int32_t generator, uint32_t index, const pc15_generator_param& param) {
  std::vector<std::string> names;
  for (int32_t v = static_cast<int32_t>(param.min); v <= static_cast<int32_t>(param.max); ++v) {
    const char* name = pc15_generator_param_choice(generator, index, v);
    names.push_back(name == nullptr ? std::to_string(v) : name);
  }
  return names;
}

void write_generator(int32_t generator, Json* json) {
  json->begin_object();
  json->key("number").integer(generator);
  json->key("name").string(pc15_generator_name(generator));
  json->key("doc").string(pc15_generator_doc(generator));
  json->key("seeded").boolean(pc15_generator_is_seeded(generator) != 0);
  json->key("params").begin_array();
  for (uint32_t i = 0; i < pc15_generator_param_count(generator); ++i) {
    pc15_generator_param param = sized<pc15_generator_param>();
    if (pc15_generator_param_info(generator, i, &param) != PC15_OK) continue;
    json->begin_object();
    json->key("name").string(param.name);
    json->key("doc").string(param.doc);
    json->key("type").string(type_name(param.type));
    json->key("unit").string(param.unit);
    json->key("min").real(param.min);
    json->key("max").real(param.max);
    json->key("default").real(param.def);
    json->key("step").real(param.step);
    if (param.type == PC15_TYPE_ENUM) {
      json->key("choices").begin_array();
      for (const std::string& name : choices(generator, i, param)) json->string(name);
      json->end_array();
    }
    json->end_object();
  }
  json->end_array();
  json->end_object();
}

// The first phrase of a text.
std::string headline(const std::string& text) {
  size_t end = text.size();
  for (const char* stop : {": ", "; ", " (", ". "}) end = std::min(end, text.find(stop));
  while (end > 0 && std::strchr(" .,", text[end - 1]) != nullptr) --end;
  return text.substr(0, end);
}

std::string describe(int32_t generator) {
  std::string text =
      two_columns("", std::string(pc15_generator_name(generator)) + ": " + pc15_generator_doc(generator), 0);
  if (pc15_generator_is_seeded(generator) != 0) text += "Its picture depends on --seed.\n";
  text += "\n  parameter          type       from         to    default       step  unit\n";
  for (uint32_t i = 0; i < pc15_generator_param_count(generator); ++i) {
    pc15_generator_param p = sized<pc15_generator_param>();
    if (pc15_generator_param_info(generator, i, &p) != PC15_OK) continue;
    text += format("  %-18s %-4s %10.6g %10.6g %10.6g %10.4g  %s\n", p.name, type_name(p.type), p.min, p.max,
                   p.def, p.step, p.unit);
    if (p.doc[0] != 0) text += two_columns("", p.doc, 6);
    if (p.type != PC15_TYPE_ENUM) continue;
    int32_t value = static_cast<int32_t>(p.min);
    for (const std::string& name : choices(generator, i, p))
      text += format("      %d = %s\n", value++, name.c_str());
  }
  return text;
}

Outcome run(const Options& options) {
  std::vector<int32_t> chosen;
  for (uint32_t i = 0; i < pc15_generator_count(); ++i) {
    int32_t generator = 0;
    if (pc15_generator_id(i, &generator) == PC15_OK) chosen.push_back(generator);
  }
  if (!options.name.empty()) {
    chosen.assign(1, 0);
    if (pc15_generator_from_name(options.name.c_str(), chosen.data()) != PC15_OK) {
      return usage_error("there is no generator '" + options.name + "'; 'pc15 generators' lists them");
    }
  }
  Json json;
  std::string text;
  if (options.name.empty()) json.begin_array();
  for (const int32_t g : chosen) {
    write_generator(g, &json);
    text += options.name.empty() ? two_columns(pc15_generator_name(g), headline(pc15_generator_doc(g)), 22)
                                 : describe(g);
  }
  if (options.name.empty()) json.end_array();
  return print(options.json ? json.text() : text);
}

}  // namespace

void add_generators_command(CLI::App* root, Action* action) {
  CLI::App* command =
      root->add_subcommand("generators", "List the generators, or explain one and its parameters");
  const auto options = std::make_shared<Options>();
  command->add_option("NAME", options->name, "generator to explain");
  command->add_flag("--json", options->json, "print JSON");
  command->callback([options, action] { *action = [options] { return run(*options); }; });
}

}  // namespace pc15::cli
