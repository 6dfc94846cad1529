#include "cli/file_report.h"
#include "cli/terminal.h"

namespace pc15::cli {
namespace {

const char* color_text(int32_t color) {
  switch (color) {
    case PC15_COLOR_GRAY:
      return "grey";
    case PC15_COLOR_YCC420:
      return "colour 4:2:0";
    case PC15_COLOR_YCC444:
      return "colour 4:4:4";
    case PC15_COLOR_RGB:
      return "colour RGB";
    default:
      return "unknown colour";
  }
}

std::string head_text(const FileReport& report) {
  const pc15_image_info& info = report.info;
  const double pixels = static_cast<double>(info.width) * info.height;
  std::string text = report.name + "\n";
  text += format("  picture    %ux%u, %s%s, %d bits\n", info.width, info.height, color_text(info.color),
                 info.has_alpha != 0 ? " with alpha" : "", info.depth);
  text += format("  file       PC15 version %d, %s form, %llu bytes, %.4g bits per pixel%s\n", info.version,
                 info.form == PC15_FORM_COMPACT ? "compact" : "full",
                 static_cast<unsigned long long>(report.size_bytes),
                 8.0 * static_cast<double>(report.size_bytes) / pixels, report.damaged ? ", DAMAGED" : "");
  text += info.has_programs == 0
              ? "  programs   none\n"
              : format("  programs   %u x %u tiles of %u pixels, overlap %u, seed %lld\n", info.tile_cols,
                       info.tile_rows, info.tile, info.overlap, static_cast<long long>(info.seed));
  text += info.has_residual == 0 ? "  residual   none\n"
          : info.lossless != 0
              ? format("  residual   %u x %u cells of %u pixels\n", info.cell_cols, info.cell_rows, info.cell)
              : format("  residual   %u x %u cells of %u pixels, step %.4g grey levels\n", info.cell_cols,
                       info.cell_rows, info.cell, info.residual_step16 / 16.0);
  if (info.lossless != 0) text += "  lossless   every sample is the source's\n";
  for (const MetadataReport& item : report.metadata) {
    const char* name = pc15_metadata_name(item.type);
    text += format("  metadata   %s, %llu bytes\n", name == nullptr ? "unknown" : name,
                   static_cast<unsigned long long>(item.size_bytes));
  }
  return text + "  decoding   needs at most " + human_bytes(info.planned_memory) + "\n";
}

std::string parts_text(const FileReport& report) {
  std::string text = "\n  part                          offset       bytes        bits\n";
  for (const pc15_part_info& part : report.parts) {
    text += format("  %-24s %11llu %11llu %11llu%s\n", part_label(part.kind, part.number).c_str(),
                   static_cast<unsigned long long>(part.offset), static_cast<unsigned long long>(part.size),
                   static_cast<unsigned long long>(part.size * 8), part.intact != 0 ? "" : "  damaged");
  }
  return text;
}

std::string layer_text(const pc15_layer_info& layer) {
  std::string text = "         " + generator_name(layer.generator);
  if (layer.source != PC15_SOURCE_OWN) text += std::string(" (as ") + source_name(layer.source) + ")";
  text += format(", %s, contrast %.4g", blend_name(layer.blend), layer.contrast[0]);
  if (layer.contrast[1] != 0 || layer.contrast[2] != 0) {
    text += format(" %.4g %.4g", layer.contrast[1], layer.contrast[2]);
  }
  text += format(", precision %d", layer.precision);
  for (uint32_t i = 0; i < layer.param_count && i < 16; ++i) {
    pc15_generator_param param = sized<pc15_generator_param>();
    if (pc15_generator_param_info(layer.generator, i, &param) != PC15_OK) break;
    text += format(", %s %.6g", param.name, layer.params[i]);
  }
  if (layer.seed_explicit != 0) text += format(", seed %lld", static_cast<long long>(layer.seed));
  return text + "\n";
}

std::string program_text(const ProgramReport& program) {
  if (!program.present) return "";
  const pc15_field_info& field = program.field;
  const char* const shapes[] = {"constant", "plane", "quadratic"};
  const char* shape = field.order >= 0 && field.order <= 2 ? shapes[field.order] : "unknown";
  std::string text = format("         field %s,", shape);
  const int terms = field.order == 0 ? 1 : field.order == 1 ? 3 : 6;
  for (int plane = 0; plane < (field.has_chroma != 0 ? 3 : 1); ++plane) {
    text += plane == 0 ? " Y" : plane == 1 ? ", Cb" : ", Cr";
    for (int term = 0; term < terms; ++term) text += format(" %.4g", field.coef[plane * 6 + term]);
  }
  text += "\n";
  for (const pc15_layer_info& layer : program.layers) text += layer_text(layer);
  return text;
}

std::string tiles_text(const FileReport& report) {
  std::string text;
  if (report.image_program.present) text += "\n  image program\n" + program_text(report.image_program);
  if (report.tiles.empty()) return text;
  text += "\n  tile      left     top  width height  mode        bits\n";
  for (const TileReport& entry : report.tiles) {
    const pc15_tile_info& tile = entry.tile;
    text += format("  %-6u %7u %7u %6u %6u  %-8s %7u\n", tile.number, tile.x, tile.y, tile.width, tile.height,
                   tile_mode_name(tile.mode), tile.bits);
    text += program_text(entry.program);
  }
  return text;
}

}  // namespace

std::string report_text(const FileReport& report) {
  return head_text(report) + parts_text(report) + tiles_text(report);
}

}  // namespace pc15::cli
