#include "dec/decoder.h"

#include <algorithm>

#include "backend/render.h"
#include "base/checked.h"
#include "dec/decode_job.h"

namespace pc15::dec {
namespace {

constexpr uint64_t kFixedBytes = uint64_t{1} << 20;  // containers, results, one worker's scratch
constexpr uint64_t kWorkers = 16;                    // workers the estimate allows for

}  // namespace

Status plan_decode(const format::StreamHeader& header, const Rect& region, OutputFormat, Plan* plan) {
  const normative::Geometry& g = header.geometry;
  PC15_FAIL_IF(region.x < 0 || region.y < 0 || region.width <= 0 || region.height <= 0 ||
                   region.x > g.width - region.width || region.y > g.height - region.height,
               Code::kOutOfRange, "the region leaves the image of %" PRId64 " x %" PRId64 " pixels", g.width,
               g.height);
  const Rect area = decoded_area(header, region);
  uint64_t bytes = kFixedBytes + sizeof(CellScratch) * kWorkers;
  uint64_t cell_bytes = 0;
  for (int32_t i = 0; i < header.plane_count(); ++i) {
    const int32_t shift = header.plane_shift(i);
    const uint64_t samples = static_cast<uint64_t>(coded_extent(area.width, shift)) *
                             static_cast<uint64_t>(coded_extent(area.height, shift));
    bytes += samples + (header.step16 != 0 ? samples / 16 : 0);
    const uint64_t side = static_cast<uint64_t>(g.cell >> shift);
    cell_bytes += side * side;
  }
  plan->cells = header.step16 == 0 ? 0
                                   : static_cast<uint64_t>((area.width + g.cell - 1) / g.cell) *
                                         static_cast<uint64_t>((area.height + g.cell - 1) / g.cell);
  plan->tiles = header.has_tile_programs ? static_cast<uint64_t>(g.tile_count()) : 0;
  bytes += plan->cells * (sizeof(backend::SeamCell) * 2 + sizeof(Status)) +
           static_cast<uint64_t>(g.cell_count()) * 16;
  bytes += plan->tiles * sizeof(normative::TileProgram);
  bytes += kWorkers * (cell_bytes + backend::render_memory_bound(g, std::min(area.width, kBlockColumns)));
  plan->memory_bytes = bytes;
  return ok_status();
}

Decoder::Decoder(Memory& memory) : memory_(memory), reader_(memory), programs_(memory), damage_(memory) {}

Status Decoder::open(ByteSpan file, const format::Limits& limits, bool tolerant) {
  limits_ = limits;
  tolerant_ = tolerant;
  damage_.clear();
  programs_.clear();
  return reader_.open(file, limits, !tolerant);
}

Status Decoder::decode(const Rect& region, const Output& output, ThreadPool& pool, Monitor& monitor) {
  const format::StreamHeader& header = reader_.header();
  PC15_FAIL_IF(header.step16 != 0 && header.table_set >= entropy::kTableSets, Code::kUnsupported,
               "the residual uses table set %" PRId64 ", this library knows 0...%" PRId64, header.table_set,
               entropy::kTableSets - 1);
  Plan plan;
  PC15_TRY(plan_decode(header, region, output.format, &plan));
  PC15_FAIL_IF(plan.memory_bytes > limits_.max_memory_bytes, Code::kLimit,
               "decoding needs %" PRId64 " bytes, the limit is %" PRId64,
               static_cast<int64_t>(plan.memory_bytes), static_cast<int64_t>(limits_.max_memory_bytes));
  damage_.assign(header.step16 != 0 ? static_cast<size_t>(header.geometry.cell_count()) : 0,
                 CellState::kNotDecoded);
  DecodeJob job(reader_, programs_, tolerant_, region, memory_);
  PC15_TRY(job.run(output, pool, monitor, &damage_));
  if (job.damaged()) return Status(Code::kDamaged, "the file is damaged; what is intact was decoded");
  return ok_status();
}

}  // namespace pc15::dec
