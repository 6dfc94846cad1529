// Everything the library tells about an open file, gathered once for the two ways to print it.
#pragma once

#include <string>
#include <vector>

#include "cli/codec.h"

namespace pc15::cli {

// A program of its own; tiles that take over another one have none.
struct ProgramReport {
  bool present = false;
  pc15_field_info field;
  std::vector<pc15_layer_info> layers;
};

struct TileReport {
  pc15_tile_info tile;
  ProgramReport program;
};

struct MetadataReport {
  int32_t type;
  uint64_t size_bytes;
};

struct FileReport {
  std::string name;
  uint64_t size_bytes = 0;
  bool damaged = false;
  pc15_image_info info;
  std::vector<pc15_part_info> parts;
  std::vector<MetadataReport> metadata;
  ProgramReport image_program;
  std::vector<TileReport> tiles;
};

// The decoder has the file open.
Outcome gather_report(pc15_decoder* decoder, FileReport* report);

std::string report_text(const FileReport& report);
std::string report_json(const FileReport& report);

const char* color_name(int32_t color);
const char* tile_mode_name(int32_t mode);
const char* blend_name(int32_t blend);
const char* source_name(int32_t source);
// "group 3"; parts that a file has once go without a number.
std::string part_label(int32_t kind, uint32_t number);
// "stripes", or "?" for a number this library does not know.
std::string generator_name(int32_t generator);

}  // namespace pc15::cli
