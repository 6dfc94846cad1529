#include "cli/file_report.h"
#include "cli/json.h"

namespace pc15::cli {
namespace {

void write_head(const FileReport& report, Json* json) {
  const pc15_image_info& info = report.info;
  json->key("file").string(report.name);
  json->key("bytes").unsigned_integer(report.size_bytes);
  json->key("damaged").boolean(report.damaged);
  json->key("version").integer(info.version);
  json->key("form").string(info.form == PC15_FORM_COMPACT ? "compact" : "full");
  json->key("width").unsigned_integer(info.width);
  json->key("height").unsigned_integer(info.height);
  json->key("color").string(color_name(info.color));
  json->key("alpha").boolean(info.has_alpha != 0);
  json->key("lossless").boolean(info.lossless != 0);
  json->key("depth").integer(info.depth);
  json->key("seed").integer(info.seed);
  json->key("programs").boolean(info.has_programs != 0);
  json->key("tile").unsigned_integer(info.tile);
  json->key("overlap").unsigned_integer(info.overlap);
  json->key("tile_cols").unsigned_integer(info.tile_cols);
  json->key("tile_rows").unsigned_integer(info.tile_rows);
  json->key("residual").boolean(info.has_residual != 0);
  json->key("residual_step").real(info.residual_step16 / 16.0);
  json->key("cell").unsigned_integer(info.cell);
  json->key("cell_cols").unsigned_integer(info.cell_cols);
  json->key("cell_rows").unsigned_integer(info.cell_rows);
  json->key("planned_memory_bytes").unsigned_integer(info.planned_memory);
}

void write_parts(const FileReport& report, Json* json) {
  json->key("parts").begin_array();
  for (const pc15_part_info& part : report.parts) {
    const char* kind = pc15_part_name(part.kind);
    json->begin_object();
    json->key("kind").string(kind == nullptr ? "unknown" : kind);
    json->key("number").unsigned_integer(part.number);
    json->key("offset").unsigned_integer(part.offset);
    json->key("bytes").unsigned_integer(part.size);
    json->key("bits").unsigned_integer(part.size * 8);
    json->key("intact").boolean(part.intact != 0);
    json->end_object();
  }
  json->end_array();
}

void write_layer(const pc15_layer_info& layer, Json* json) {
  json->begin_object();
  json->key("generator").string(generator_name(layer.generator));
  json->key("source").string(source_name(layer.source));
  json->key("precision").integer(layer.precision);
  json->key("blend").string(blend_name(layer.blend));
  if (layer.seed_explicit != 0) json->key("seed").integer(layer.seed);
  json->key("contrast").begin_array();
  for (const double c : layer.contrast) json->real(c);
  json->end_array();
  json->key("params").begin_object();
  for (uint32_t i = 0; i < layer.param_count && i < 16; ++i) {
    pc15_generator_param param = sized<pc15_generator_param>();
    const bool known = pc15_generator_param_info(layer.generator, i, &param) == PC15_OK;
    json->key(known ? param.name : std::to_string(i)).real(layer.params[i]);
  }
  json->end_object();
  json->end_object();
}

void write_program(const ProgramReport& program, Json* json) {
  json->begin_object();
  const pc15_field_info& field = program.field;
  const int planes = field.has_chroma != 0 ? 3 : 1, terms = field.order == 0 ? 1 : field.order == 1 ? 3 : 6;
  json->key("field_order").integer(field.order);
  json->key("field").begin_array();
  for (int plane = 0; plane < planes; ++plane) {
    json->begin_array();
    for (int term = 0; term < terms; ++term) json->real(field.coef[plane * 6 + term]);
    json->end_array();
  }
  json->end_array();
  json->key("frame").unsigned_integer(field.frame);
  json->key("frame_x").real(field.frame_x / 16.0);
  json->key("frame_y").real(field.frame_y / 16.0);
  json->key("layers").begin_array();
  for (const pc15_layer_info& layer : program.layers) write_layer(layer, json);
  json->end_array();
  json->end_object();
}

void write_tiles(const FileReport& report, Json* json) {
  json->key("tiles").begin_array();
  for (const TileReport& entry : report.tiles) {
    json->begin_object();
    json->key("number").unsigned_integer(entry.tile.number);
    json->key("x").unsigned_integer(entry.tile.x);
    json->key("y").unsigned_integer(entry.tile.y);
    json->key("width").unsigned_integer(entry.tile.width);
    json->key("height").unsigned_integer(entry.tile.height);
    json->key("mode").string(tile_mode_name(entry.tile.mode));
    json->key("bits").unsigned_integer(entry.tile.bits);
    if (entry.program.present) {
      json->key("program");
      write_program(entry.program, json);
    }
    json->end_object();
  }
  json->end_array();
}

}  // namespace

std::string report_json(const FileReport& report) {
  Json json;
  json.begin_object();
  write_head(report, &json);
  json.key("metadata").begin_array();
  for (const MetadataReport& item : report.metadata) {
    const char* name = pc15_metadata_name(item.type);
    json.begin_object();
    json.key("type").string(name == nullptr ? "unknown" : name);
    json.key("bytes").unsigned_integer(item.size_bytes);
    json.end_object();
  }
  json.end_array();
  write_parts(report, &json);
  if (report.image_program.present) {
    json.key("image_program");
    write_program(report.image_program, &json);
  }
  write_tiles(report, &json);
  json.end_object();
  return json.text();
}

}  // namespace pc15::cli
