// What an encoder tells before and after: the bound of a file, statistics, the tile map.
#include <algorithm>

#include "api/encoder_handle.h"
#include "api/image_view.h"
#include "api/structs.h"
#include "api/tile_report.h"
#include "normative/catalogue.h"

using namespace pc15;  // NOLINT: the definitions below are the C API
using namespace pc15::api;

namespace pc15::api {
namespace {

// Generous constants: noise at the highest quality costs less than 1 byte per sample of the residual, a tile
// record is less than 1 KiB (stored twice), an index entry less than 32 bytes (twice).
constexpr uint64_t kBytesPerSample = 2, kBytesPerTile = 2048, kBytesPerRecord = 64, kBytesFixed = 4096;

uint64_t file_bound(const pc15_encoder& e, int32_t format, uint32_t width, uint32_t height) {
  normative::Geometry g;
  g.width = static_cast<int32_t>(width);
  g.height = static_cast<int32_t>(height);
  g.tile = static_cast<int32_t>(e.core.params.get(PC15_PARAM_TILE));
  g.overlap = std::min(static_cast<int32_t>(e.core.params.get(PC15_PARAM_OVERLAP)), g.tile / 2);
  g.cell = static_cast<int32_t>(e.core.params.get(PC15_PARAM_CELL));
  // Cells are coded in whole blocks of 64. Half a plane of samples stands for two planes of 4:2:0.
  const uint64_t plane = ((uint64_t{width} + 63) & ~uint64_t{63}) * ((uint64_t{height} + 63) & ~uint64_t{63});
  const bool halved = format != PC15_FORMAT_Y && e.core.params.get(PC15_PARAM_CHROMA) == PC15_CHROMA_420 &&
                      e.core.params.get(PC15_PARAM_LOSSLESS) == 0;
  const uint64_t samples = plane * static_cast<uint64_t>(format) - (halved ? plane + plane / 2 : 0);
  uint64_t bytes = kBytesFixed + samples * kBytesPerSample +
                   static_cast<uint64_t>(g.tile_count()) * kBytesPerTile +
                   static_cast<uint64_t>(g.cell_count() + g.group_count()) * kBytesPerRecord;
  for (const Vector<uint8_t>& item : e.metadata) bytes += item.size() + kBytesPerRecord;
  uint64_t tables = 0;
  for (const entropy::FileTables& set : e.model.tables)
    tables = std::max<uint64_t>(tables, set.payload.size());
  if (!e.model.tables.empty()) bytes += 2 * (tables + kBytesPerRecord);
  if (!e.model.codebooks.empty()) bytes += 2 * (entropy::kMaxCodebookBytes + kBytesPerRecord);
  return bytes;
}

}  // namespace
}  // namespace pc15::api

extern "C" {

pc15_status pc15_encode_bound(const pc15_encoder* encoder, int32_t format, uint32_t width, uint32_t height,
                              size_t* size) {
  if (encoder == nullptr || size == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return encoder->core.answer([&]() -> Status {
    PC15_FAIL_IF(!valid_format(format), Code::kInvalidArgument,
                 "the format is %" PRId64 "; allowed are 1 (Y), 3 (RGB) and 4 (RGBA)", format);
    PC15_TRY(check_extent(width, height));
    const uint64_t bytes = file_bound(*encoder, format, width, height);
    PC15_FAIL_IF(bytes > SIZE_MAX, Code::kLimit, "the bound does not fit a size_t");
    *size = static_cast<size_t>(bytes);
    return ok_status();
  });
}

pc15_status pc15_encoder_stats(const pc15_encoder* encoder, pc15_stats* stats) {
  if (encoder == nullptr || stats == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return encoder->core.answer([&]() -> Status {
    PC15_TRY(check_struct(stats));
    PC15_TRY(encoder->check_result());
    const enc::Stats& s = encoder->encoder.stats();
    pc15_stats out = {};
    out.tiles = s.tiles;
    out.tiles_with_program = s.tiles_with_program;
    out.early_exits = s.early_exits;
    out.bytes_total = s.bytes_total;
    out.bytes_programs = s.bytes_programs;
    out.bytes_cells = s.bytes_cells;
    out.renders = s.renders;
    out.peak_memory_bytes = encoder->peak_memory;
    out.psnr_y = s.psnr_y;
    out.ssim_y = s.ssim_y;
    write_struct(out, stats);
    return ok_status();
  });
}

pc15_status pc15_encoder_tile_count(const pc15_encoder* encoder, uint32_t* count) {
  if (encoder == nullptr || count == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return encoder->core.answer([&]() -> Status {
    PC15_TRY(encoder->check_result());
    *count = static_cast<uint32_t>(encoder->encoder.tiles().size());
    return ok_status();
  });
}

pc15_status pc15_encoder_tile_info(const pc15_encoder* encoder, uint32_t index, pc15_tile_info* info) {
  if (encoder == nullptr || info == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return encoder->core.answer([&]() -> Status {
    PC15_TRY(check_struct(info));
    PC15_TRY(encoder->check_result());
    const Vector<enc::TileStats>& tiles = encoder->encoder.tiles();
    PC15_FAIL_IF(index >= tiles.size(), Code::kOutOfRange, "tile %" PRId64 "; the image has %" PRId64, index,
                 static_cast<int64_t>(tiles.size()));
    const enc::TileStats& t = tiles[index];
    pc15_tile_info out = {};
    place_tile(encoder->geometry, index, &out);
    out.mode = t.mode;
    out.layer_count = t.layer_count;
    for (uint32_t i = 0; i < t.layer_count && i < 3; ++i) out.generators[i] = t.presets[i];
    out.bits = t.bits;
    out.renders = t.renders;
    out.early_exit = t.early_exit ? 1 : 0;
    out.distortion = t.distortion;
    write_struct(out, info);
    return ok_status();
  });
}

pc15_status pc15_encoder_generator_stats(const pc15_encoder* encoder, int32_t generator,
                                         pc15_generator_stats* stats) {
  if (encoder == nullptr || stats == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return encoder->core.answer([&]() -> Status {
    PC15_TRY(check_struct(stats));
    PC15_TRY(encoder->check_result());
    PC15_FAIL_IF(
        generator < 0 || generator >= enc::kGeneratorNumbers || normative::find_preset(generator) == nullptr,
        Code::kNotFound, "no generator has the number %" PRId64, generator);
    const enc::GeneratorStats& g = encoder->encoder.stats().search.generators[generator];
    pc15_generator_stats out = {};
    out.generator = generator;
    out.hypotheses = g.hypotheses;
    out.tiles = g.tiles;
    out.early_exits = g.early_exits;
    out.renders = g.renders;
    out.bits = g.bits;
    out.distortion = g.tiles > 0 ? g.distortion / g.tiles : 0;
    write_struct(out, stats);
    return ok_status();
  });
}

}  // extern "C"
