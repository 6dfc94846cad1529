// What an open file is made of: parts, tiles, fields and layers; and the damage map of the last decode.
#include <algorithm>

#include "api/decoder_handle.h"
#include "api/structs.h"
#include "api/tile_report.h"
#include "backend/param_codec.h"
#include "entropy/program_coder.h"
#include "normative/catalogue.h"

using namespace pc15;  // NOLINT: the definitions below are the C API
using namespace pc15::api;

namespace pc15::api {
namespace {

constexpr const char* kPartNames[] = {"preamble",        "index",        "section",
                                      "image-program",   "group",        "cell",
                                      "backup-preamble", "backup-index", "backup-image-program",
                                      "backup-group",    "footer",       "trailing"};
static_assert(static_cast<int32_t>(format::PartKind::kPreamble) == PC15_PART_PREAMBLE &&
                  static_cast<int32_t>(format::PartKind::kSection) == PC15_PART_SECTION &&
                  static_cast<int32_t>(format::PartKind::kGroup) == PC15_PART_GROUP &&
                  static_cast<int32_t>(format::PartKind::kCell) == PC15_PART_CELL &&
                  static_cast<int32_t>(format::PartKind::kBackupPreamble) == PC15_PART_BACKUP_PREAMBLE &&
                  static_cast<int32_t>(format::PartKind::kBackupGroup) == PC15_PART_BACKUP_GROUP &&
                  static_cast<int32_t>(format::PartKind::kFooter) == PC15_PART_FOOTER &&
                  static_cast<int32_t>(format::PartKind::kTrailing) == PC15_PART_TRAILING,
              "public parts are the container's");
static_assert(static_cast<int32_t>(normative::Blend::kOver) == PC15_BLEND_OVER &&
                  static_cast<int32_t>(normative::Blend::kMul) == PC15_BLEND_MUL &&
                  static_cast<int32_t>(normative::Blend::kMin) == PC15_BLEND_MIN &&
                  static_cast<int32_t>(normative::Blend::kMax) == PC15_BLEND_MAX,
              "public blends are the format's");
static_assert(static_cast<int32_t>(normative::LayerSource::kLeft) == PC15_SOURCE_LEFT &&
                  static_cast<int32_t>(normative::LayerSource::kUp) == PC15_SOURCE_UP &&
                  static_cast<int32_t>(normative::LayerSource::kImage) == PC15_SOURCE_IMAGE,
              "public sources are the format's");
static_assert(normative::kMaxLayers <= 4 && normative::kMaxParams <= 16 && normative::kMaxPlanes == 3 &&
                  normative::kFieldTerms == 6,
              "the public structs have room");

Status load_parts(pc15_decoder* d) {
  PC15_TRY(d->check_open());
  if (d->has_parts) return ok_status();
  d->parts.clear();
  PC15_TRY(d->reader().describe(&d->parts));
  d->has_parts = true;
  return ok_status();
}

// Tile records have no length of their own in the file; coding a group again gives each record's bits.
Status price_group(pc15_decoder* d, int32_t group) {
  const normative::Geometry& g = d->programs.geometry;
  const size_t cols = static_cast<size_t>(g.tile_cols());
  const size_t first = static_cast<size_t>(group) * static_cast<size_t>(g.group_rows) * cols;
  const size_t per_group = static_cast<size_t>(g.group_rows) * cols;
  const size_t count = std::min(per_group, d->tile_bits.size() - first);
  Vector<uint8_t> scratch(d->core.memory);
  return entropy::encode_group(d->programs, group, &scratch,
                               Span<uint32_t>(d->tile_bits.data() + first, count));
}

Status load_programs(pc15_decoder* d) {
  PC15_TRY(d->check_open());
  if (d->has_programs) return ok_status();
  const format::StreamHeader& h = d->reader().header();
  normative::ProgramImage& p = d->programs;
  p.geometry = h.geometry;
  p.seed = h.seed;
  p.color_planes = h.color_planes();
  p.has_image_program = false;
  p.tiles.clear();
  d->tile_bits.clear();
  ByteSpan stream;
  if (h.has_image_program) {
    PC15_TRY(d->reader().image_program(&stream));
    PC15_TRY(entropy::decode_image_program(stream, &p));
  }
  if (h.has_tile_programs) {
    p.set_geometry(h.geometry);
    d->tile_bits.assign(p.tiles.size(), 0);
    for (int32_t group = 0; group < h.geometry.group_count(); ++group) {
      PC15_TRY(d->reader().group(static_cast<uint32_t>(group), &stream));
      PC15_TRY(entropy::decode_group(stream, group, &p));
      PC15_TRY(price_group(d, group));
    }
  }
  d->has_programs = true;
  return ok_status();
}

// The program that a tile (or PC15_TILE_IMAGE) renders, and the slot whose frame it uses.
Status find_program(pc15_decoder* d, uint32_t tile, const normative::Program** program, int32_t* slot) {
  PC15_TRY(load_programs(d));
  const normative::ProgramImage& p = d->programs;
  if (tile == PC15_TILE_IMAGE) {
    *program = p.has_image_program ? &p.image_program : nullptr;
    *slot = normative::kImageSlot;
  } else {
    PC15_FAIL_IF(int64_t{tile} >= static_cast<int64_t>(p.tiles.size()), Code::kOutOfRange,
                 "tile %" PRId64 "; the file has %" PRId64, tile, static_cast<int64_t>(p.tiles.size()));
    *program = p.resolve(tile);
    *slot = p.resolve_slot(tile);
  }
  PC15_FAIL_IF(*program == nullptr, Code::kNotFound, "tile %" PRId64 " renders no program", tile);
  return ok_status();
}

void fill_field(const normative::ProgramImage& programs, const normative::Program& program, int32_t slot,
                pc15_field_info* f) {
  const normative::Frame frame = normative::slot_frame(programs.geometry, slot);
  f->order = program.field.order;
  f->has_chroma = program.field.has_chroma ? 1 : 0;
  f->layer_count = program.layer_count;
  f->frame_x = frame.center_x;
  f->frame_y = frame.center_y;
  f->frame = static_cast<uint32_t>(frame.extent);
  for (int32_t plane = 0; plane < normative::kMaxPlanes; ++plane) {
    for (int32_t term = 0; term < normative::kFieldTerms; ++term) {
      f->coef[plane * normative::kFieldTerms + term] = program.field.coef[plane][term] / 2.0;
    }
  }
}

Status fill_layer(const normative::Layer& layer, pc15_layer_info* l) {
  const normative::PresetSpec* spec = normative::find_preset(layer.preset);
  PC15_FAIL_IF(spec == nullptr, Code::kInternal, "preset %" PRId64 " is not in the catalogue", layer.preset);
  l->generator = layer.preset;
  l->source = static_cast<int32_t>(layer.source);
  l->precision = layer.precision;
  l->blend = static_cast<int32_t>(layer.blend);
  l->param_count = spec->param_count;
  l->seed_explicit = layer.seed_mode == normative::SeedMode::kExplicit ? 1 : 0;
  l->seed = l->seed_explicit != 0 ? layer.explicit_seed : 0;
  for (int32_t plane = 0; plane < normative::kMaxPlanes; ++plane)
    l->contrast[plane] = layer.contrast[plane] / 2.0;
  for (int32_t i = 0; i < spec->param_count; ++i) {
    PC15_TRY(backend::dequantize_param(layer.preset, i, layer.params[i], &l->params[i]));
  }
  return ok_status();
}

}  // namespace

void place_tile(const normative::Geometry& geometry, uint32_t index, pc15_tile_info* info) {
  const int32_t cols = geometry.tile_cols();
  const Rect r = geometry.tile_rect(static_cast<int32_t>(index) % cols, static_cast<int32_t>(index) / cols);
  info->number = index;
  info->x = static_cast<uint32_t>(r.x);
  info->y = static_cast<uint32_t>(r.y);
  info->width = static_cast<uint32_t>(r.width);
  info->height = static_cast<uint32_t>(r.height);
  for (int32_t& g : info->generators) g = -1;
}

static_assert(static_cast<int32_t>(normative::TileMode::kFlat) == PC15_TILE_FLAT &&
                  static_cast<int32_t>(normative::TileMode::kProgram) == PC15_TILE_PROGRAM &&
                  static_cast<int32_t>(normative::TileMode::kMergeLeft) == PC15_TILE_MERGE_LEFT &&
                  static_cast<int32_t>(normative::TileMode::kMergeUp) == PC15_TILE_MERGE_UP,
              "public tile modes are the format's");

}  // namespace pc15::api

extern "C" {

const char* pc15_part_name(int32_t kind) {
  return kind >= 0 && kind <= PC15_PART_TRAILING ? kPartNames[kind] : nullptr;
}

const char* pc15_tile_mode_name(int32_t mode) {
  constexpr const char* kNames[] = {"skip", "flat", "program", "merge-left", "merge-up"};
  return mode >= 0 && mode <= PC15_TILE_MERGE_UP ? kNames[mode] : nullptr;
}

pc15_status pc15_decoder_damage(const pc15_decoder* decoder, uint8_t* map, size_t capacity, size_t* count) {
  if (decoder == nullptr || count == nullptr || (map == nullptr && capacity != 0))
    return PC15_ERROR_INVALID_ARGUMENT;
  return decoder->core.answer([&]() -> Status {
    PC15_FAIL_IF(!decoder->has_damage_map, Code::kWrongState, "nothing has been decoded");
    const Vector<dec::CellState>& damage = decoder->decoder.damage();
    static_assert(sizeof(dec::CellState) == 1, "one byte per cell");
    return copy_out(ByteSpan(reinterpret_cast<const uint8_t*>(damage.data()), damage.size()), map, capacity,
                    count);
  });
}

pc15_status pc15_decoder_info(const pc15_decoder* decoder, pc15_image_info* info) {
  if (decoder == nullptr || info == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return decoder->core.answer([&]() -> Status {
    PC15_TRY(check_struct(info));
    PC15_TRY(decoder->check_open());
    return describe_header(decoder->reader().header(), decoder->reader().form(), info);
  });
}

pc15_status pc15_decoder_part_count(pc15_decoder* decoder, uint32_t* count) {
  if (decoder == nullptr || count == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return decoder->core.answer([&]() -> Status {
    PC15_TRY(load_parts(decoder));
    *count = static_cast<uint32_t>(decoder->parts.size());
    return ok_status();
  });
}

pc15_status pc15_decoder_part_info(pc15_decoder* decoder, uint32_t index, pc15_part_info* info) {
  if (decoder == nullptr || info == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return decoder->core.answer([&]() -> Status {
    PC15_TRY(check_struct(info));
    PC15_TRY(load_parts(decoder));
    PC15_FAIL_IF(index >= decoder->parts.size(), Code::kOutOfRange, "part %" PRId64 "; the file has %" PRId64,
                 index, static_cast<int64_t>(decoder->parts.size()));
    const format::PartInfo& part = decoder->parts[index];
    pc15_part_info out = {};
    out.kind = static_cast<int32_t>(part.kind);
    out.number = part.number;
    out.intact = part.intact ? 1 : 0;
    out.offset = part.offset;
    out.size = part.size;
    write_struct(out, info);
    return ok_status();
  });
}

pc15_status pc15_decoder_tile_count(pc15_decoder* decoder, uint32_t* count) {
  if (decoder == nullptr || count == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return decoder->core.answer([&]() -> Status {
    PC15_TRY(load_programs(decoder));
    *count = static_cast<uint32_t>(decoder->programs.tiles.size());
    return ok_status();
  });
}

pc15_status pc15_decoder_tile_info(pc15_decoder* decoder, uint32_t index, pc15_tile_info* info) {
  if (decoder == nullptr || info == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return decoder->core.answer([&]() -> Status {
    PC15_TRY(check_struct(info));
    PC15_TRY(load_programs(decoder));
    const normative::ProgramImage& p = decoder->programs;
    PC15_FAIL_IF(index >= p.tiles.size(), Code::kOutOfRange, "tile %" PRId64 "; the file has %" PRId64, index,
                 static_cast<int64_t>(p.tiles.size()));
    pc15_tile_info out = {};
    place_tile(p.geometry, index, &out);
    out.mode = static_cast<int32_t>(p.tiles[index].mode);
    out.bits = decoder->tile_bits[index];
    const normative::Program* program = p.resolve(index);
    if (program != nullptr) {
      out.layer_count = program->layer_count;
      for (int32_t i = 0; i < program->layer_count; ++i) out.generators[i] = program->layers[i].preset;
    }
    write_struct(out, info);
    return ok_status();
  });
}

pc15_status pc15_decoder_field_info(pc15_decoder* decoder, uint32_t tile, pc15_field_info* info) {
  if (decoder == nullptr || info == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return decoder->core.answer([&]() -> Status {
    PC15_TRY(check_struct(info));
    const normative::Program* program = nullptr;
    int32_t slot = 0;
    PC15_TRY(find_program(decoder, tile, &program, &slot));
    pc15_field_info out = {};
    fill_field(decoder->programs, *program, slot, &out);
    write_struct(out, info);
    return ok_status();
  });
}

pc15_status pc15_decoder_layer_info(pc15_decoder* decoder, uint32_t tile, uint32_t layer,
                                    pc15_layer_info* info) {
  if (decoder == nullptr || info == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return decoder->core.answer([&]() -> Status {
    PC15_TRY(check_struct(info));
    const normative::Program* program = nullptr;
    int32_t slot = 0;
    PC15_TRY(find_program(decoder, tile, &program, &slot));
    PC15_FAIL_IF(layer >= program->layer_count, Code::kOutOfRange,
                 "layer %" PRId64 "; the program has %" PRId64, layer, program->layer_count);
    pc15_layer_info out = {};
    PC15_TRY(fill_layer(program->layers[layer], &out));
    write_struct(out, info);
    return ok_status();
  });
}

}  // extern "C"
