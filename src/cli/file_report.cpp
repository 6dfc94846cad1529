#include "cli/file_report.h"

namespace pc15::cli {
namespace {

Outcome gather_parts(pc15_decoder* decoder, FileReport* report) {
  uint32_t count = 0;
  PC15_CLI_TRY(outcome_of(pc15_decoder_part_count(decoder, &count), decoder));
  for (uint32_t i = 0; i < count; ++i) {
    pc15_part_info part = sized<pc15_part_info>();
    PC15_CLI_TRY(outcome_of(pc15_decoder_part_info(decoder, i, &part), decoder));
    report->parts.push_back(part);
  }
  return success();
}

Outcome gather_metadata(pc15_decoder* decoder, FileReport* report) {
  uint32_t count = 0;
  PC15_CLI_TRY(outcome_of(pc15_decoder_metadata_count(decoder, &count), decoder));
  for (uint32_t i = 0; i < count; ++i) {
    int32_t type = 0;
    size_t size = 0;
    PC15_CLI_TRY(outcome_of(pc15_decoder_metadata_info(decoder, i, &type, &size), decoder));
    report->metadata.push_back(MetadataReport{type, size});
  }
  return success();
}

// Absent when the tile renders no program.
Outcome gather_program(pc15_decoder* decoder, uint32_t tile, ProgramReport* program) {
  program->field = sized<pc15_field_info>();
  const pc15_status status = pc15_decoder_field_info(decoder, tile, &program->field);
  if (status == PC15_ERROR_NOT_FOUND) return success();
  PC15_CLI_TRY(outcome_of(status, decoder));
  program->present = true;
  for (uint32_t k = 0; k < program->field.layer_count; ++k) {
    pc15_layer_info layer = sized<pc15_layer_info>();
    PC15_CLI_TRY(outcome_of(pc15_decoder_layer_info(decoder, tile, k, &layer), decoder));
    program->layers.push_back(layer);
  }
  return success();
}

Outcome gather_tiles(pc15_decoder* decoder, FileReport* report) {
  uint32_t count = 0;
  PC15_CLI_TRY(outcome_of(pc15_decoder_tile_count(decoder, &count), decoder));
  if (report->info.has_programs != 0) {
    PC15_CLI_TRY(gather_program(decoder, PC15_TILE_IMAGE, &report->image_program));
  }
  for (uint32_t i = 0; i < count; ++i) {
    TileReport entry{sized<pc15_tile_info>(), {}};
    PC15_CLI_TRY(outcome_of(pc15_decoder_tile_info(decoder, i, &entry.tile), decoder));
    const bool own = entry.tile.mode == PC15_TILE_FLAT || entry.tile.mode == PC15_TILE_PROGRAM;
    if (own) PC15_CLI_TRY(gather_program(decoder, i, &entry.program));
    report->tiles.push_back(std::move(entry));
  }
  return success();
}

}  // namespace

Outcome gather_report(pc15_decoder* decoder, FileReport* report) {
  report->info = sized<pc15_image_info>();
  PC15_CLI_TRY(outcome_of(pc15_decoder_info(decoder, &report->info), decoder));
  PC15_CLI_TRY(gather_parts(decoder, report));
  PC15_CLI_TRY(gather_metadata(decoder, report));
  return gather_tiles(decoder, report);
}

const char* color_name(int32_t color) {
  switch (color) {
    case PC15_COLOR_GRAY:
      return "gray";
    case PC15_COLOR_YCC420:
      return "ycc420";
    case PC15_COLOR_YCC444:
      return "ycc444";
    case PC15_COLOR_RGB:
      return "rgb";
    default:
      return "unknown";
  }
}

const char* tile_mode_name(int32_t mode) {
  switch (mode) {
    case PC15_TILE_SKIP:
      return "skip";
    case PC15_TILE_FLAT:
      return "flat";
    case PC15_TILE_PROGRAM:
      return "program";
    case PC15_TILE_MERGE_LEFT:
      return "as-left";
    case PC15_TILE_MERGE_UP:
      return "as-up";
    default:
      return "unknown";
  }
}

const char* blend_name(int32_t blend) {
  switch (blend) {
    case PC15_BLEND_ADD:
      return "add";
    case PC15_BLEND_OVER:
      return "over";
    case PC15_BLEND_MUL:
      return "mul";
    case PC15_BLEND_MIN:
      return "min";
    case PC15_BLEND_MAX:
      return "max";
    default:
      return "unknown";
  }
}

const char* source_name(int32_t source) {
  switch (source) {
    case PC15_SOURCE_OWN:
      return "own";
    case PC15_SOURCE_LEFT:
      return "left";
    case PC15_SOURCE_UP:
      return "up";
    case PC15_SOURCE_IMAGE:
      return "image";
    default:
      return "unknown";
  }
}

std::string part_label(int32_t kind, uint32_t number) {
  const char* name = pc15_part_name(kind);
  if (name == nullptr) return "nothing";
  const bool numbered = kind == PC15_PART_SECTION || kind == PC15_PART_GROUP || kind == PC15_PART_CELL ||
                        kind == PC15_PART_BACKUP_GROUP;
  return numbered ? std::string(name) + " " + std::to_string(number) : name;
}

std::string generator_name(int32_t generator) {
  const char* name = pc15_generator_name(generator);
  return name == nullptr ? "?" : name;
}

}  // namespace pc15::cli
