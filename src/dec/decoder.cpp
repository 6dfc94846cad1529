#include "dec/decoder.h"

#include <algorithm>

#include "backend/render.h"
#include "base/checked.h"
#include "dec/decode_job.h"
#include "dec/device_job.h"
#include "dec/lossless_cell_decoder.h"
#include "dec/scaled_job.h"
#include "entropy/lossless_state.h"
#include "normative/resample.h"

namespace pc15::dec {
namespace {

// Containers, results, one worker's scratch, and what waits to be used again.
constexpr uint64_t kFixedBytes = (uint64_t{1} << 20) + Memory::kSlackBytes;
constexpr int32_t kWorkers = 16;  // workers the estimate allows for

// Programs of an open file, all of them.
uint64_t program_bytes(const Plan& plan) { return plan.tiles * sizeof(normative::TileProgram); }

// Blocks are rounded up: large ones by 1/32, the small ones are in kFixedBytes.
uint64_t with_rounding(uint64_t bytes) { return bytes + bytes / 32; }

Status check_region(const Rect& region, int32_t width, int32_t height) {
  PC15_FAIL_IF(region.x < 0 || region.y < 0 || region.width <= 0 || region.height <= 0 ||
                   region.x > width - region.width || region.y > height - region.height,
               Code::kOutOfRange, "the region leaves the image of %" PRId64 " x %" PRId64 " pixels", width,
               height);
  return ok_status();
}

// Of the samples in the window of a DecodeJob, with what belongs to them.
uint64_t window_bytes(const format::StreamHeader& header, const Rect& area, int32_t units) {
  const bool residual = header.step16 != 0, loop = (header.tools & format::kToolLoopFilter) != 0;
  const int32_t unit = residual ? header.geometry.cell : kRenderUnit;
  const int32_t rows = static_cast<int32_t>(std::min<int64_t>(area.height, int64_t{units} * unit));
  uint64_t bytes = 0;
  for (int32_t i = 0; i < header.plane_count(); ++i) {
    const int32_t shift = header.plane_shift(i);
    const uint64_t samples = static_cast<uint64_t>(coded_extent(area.width, shift)) *
                             static_cast<uint64_t>(coded_extent(rows, shift));
    bytes += samples + (residual ? samples / 16 : 0) + (loop && !header.is_alpha(i) ? samples : 0);
    if (i == 0 && loop) bytes += samples / 256;  // steps and sets of the superblocks
  }
  return bytes;
}

Status plan_area(const format::StreamHeader& header, const Rect& area, int32_t units, Plan* plan) {
  const normative::Geometry& g = header.geometry;
  uint64_t bytes = kFixedBytes + sizeof(CellScratch) * kWorkers + window_bytes(header, area, units);
  uint64_t cell_bytes = 0;
  for (int32_t i = 0; i < header.plane_count(); ++i) {
    const uint64_t side = static_cast<uint64_t>(g.cell >> header.plane_shift(i));
    cell_bytes += side * side;
  }
  plan->cells = header.step16 == 0 ? 0
                                   : static_cast<uint64_t>((area.width + g.cell - 1) / g.cell) *
                                         static_cast<uint64_t>((area.height + g.cell - 1) / g.cell);
  plan->tiles = header.has_tile_programs ? static_cast<uint64_t>(g.tile_count()) : 0;
  bytes += plan->cells * (sizeof(backend::SeamCell) * 2 + sizeof(Status)) +
           static_cast<uint64_t>(g.cell_count()) * 16;
  bytes += program_bytes(*plan);
  bytes += static_cast<uint64_t>(normative::grain_blocks(g.width)) *
           static_cast<uint64_t>(normative::grain_blocks(g.height)) * normative::kGrainBands;
  bytes += uint64_t{kWorkers} *
           (cell_bytes + backend::render_memory_bound(g, std::min(area.width, kBlockColumns)));
  if ((header.tools & format::kToolPalette) != 0)
    bytes += kWorkers * (sizeof(entropy::CellPalette) + entropy::PaletteState::memory_bound(g.cell));
  if (header.lossless()) {
    bytes += kWorkers * (entropy::LosslessState::memory_bound(g.cell) + sizeof(LosslessDecoderScratch) +
                         entropy::PaletteState::memory_bound(g.cell));
  }
  plan->memory_bytes = bytes;
  return ok_status();
}

}  // namespace

Status plan_decode(const format::StreamHeader& header, const Rect& region, OutputFormat, Plan* plan) {
  PC15_TRY(check_region(region, header.geometry.width, header.geometry.height));
  const Rect area = decoded_area(header, region);
  PC15_TRY(plan_area(header, area, units_per_step(header, area, kWorkers) + 1, plan));
  const uint64_t rows = static_cast<uint64_t>(region.width) *
                        static_cast<uint64_t>(std::min(kSinkRows, region.height)) *
                        static_cast<uint64_t>(channel_count(OutputFormat::kRgba));
  plan->memory_bytes = with_rounding(plan->memory_bytes + rows);
  return ok_status();
}

Status plan_scaled(const format::StreamHeader& header, int32_t scale_log2, const Rect& region,
                   OutputFormat format, Plan* plan) {
  PC15_FAIL_IF(scale_log2 < normative::kMinScaleLog2 || scale_log2 > normative::kMaxScaleLog2,
               Code::kOutOfRange, "the scale is 2^%" PRId64 "; allowed are 2^%" PRId64 "...2^%" PRId64,
               scale_log2, normative::kMinScaleLog2, normative::kMaxScaleLog2);
  if (scale_log2 == 0) return plan_decode(header, region, format, plan);
  const normative::Geometry& g = header.geometry;
  PC15_TRY(check_region(region, normative::scaled_extent(g.width, scale_log2),
                        normative::scaled_extent(g.height, scale_log2)));
  const Rect source = scaled_source(header, scale_log2, region);
  const Rect area = decoded_area(header, source);
  PC15_TRY(plan_area(header, area, area_units(header, area), plan));
  if (header.step16 == 0) {  // full size is never made
    plan->memory_bytes = kFixedBytes + program_bytes(*plan);
  } else if (has_programs(header)) {
    for (int32_t i = 0; i < header.color_planes(); ++i) {
      plan->memory_bytes += static_cast<uint64_t>(coded_extent(area.width, header.plane_shift(i))) *
                            static_cast<uint64_t>(coded_extent(area.height, header.plane_shift(i)));
    }
  }
  plan->memory_bytes += kWorkers * scaled_worker_bytes(header, scale_log2);
  plan->memory_bytes = with_rounding(plan->memory_bytes);
  return ok_status();
}

Decoder::Decoder(Memory& memory)
    : memory_(memory), reader_(memory), programs_(memory), models_(memory), damage_(memory) {}

Status Decoder::open(ByteSpan file, const format::Limits& limits, bool tolerant) {
  limits_ = limits;
  tolerant_ = tolerant;
  damage_.clear();
  close();
  return reader_.open(file, limits, !tolerant);
}

Status Decoder::models(const ModelStore** out) {
  PC15_TRY(models_.load(reader_, tolerant_));
  *out = &models_;
  return ok_status();
}

Status Decoder::check(const Plan& plan) const {
  const format::StreamHeader& header = reader_.header();
  const bool known = header.table_set < entropy::kTableSets || header.table_set == entropy::kFileTables;
  PC15_FAIL_IF(header.step16 != 0 && !known, Code::kUnsupported,
               "the residual uses table set %" PRId64 ", this library knows 0...%" PRId64 " and %" PRId64,
               header.table_set, entropy::kTableSets - 1, entropy::kFileTables);
  PC15_FAIL_IF(plan.memory_bytes > limits_.max_memory_bytes, Code::kLimit,
               "decoding needs %" PRId64 " bytes, the limit is %" PRId64,
               static_cast<int64_t>(plan.memory_bytes), static_cast<int64_t>(limits_.max_memory_bytes));
  return ok_status();
}

void Decoder::forget_damage() {
  const format::StreamHeader& header = reader_.header();
  damage_.assign(header.step16 != 0 ? static_cast<size_t>(header.geometry.cell_count()) : 0,
                 CellState::kNotDecoded);
}

// What every decode needs before its job.
Status Decoder::prepare(const Plan& plan) {
  PC15_TRY(check(plan));
  PC15_TRY(models_.load(reader_, tolerant_));
  programs_.set_atom_shapes(models_.atom_shapes(), models_.atom_shapes_lost());
  forget_damage();
  return ok_status();
}

Status Decoder::verdict(bool damaged) const {
  if (damaged || models_.damaged())
    return Status(Code::kDamaged, "the file is damaged; what is intact was decoded");
  return ok_status();
}

Status Decoder::prepare(const Rect& region, OutputFormat format) {
  Plan plan;
  PC15_TRY(plan_decode(reader_.header(), region, format, &plan));
  return prepare(plan);
}

Status Decoder::decode_on_host(const Rect& region, const Output& output, ThreadPool& pool, Monitor& monitor) {
  DecodeJob job(reader_, programs_, models_, tolerant_, region, false, memory_);
  PC15_TRY(job.run(output, pool, monitor, &damage_));
  return verdict(job.damaged());
}

Status Decoder::decode_on_device(const Rect& region, const Output& output, bool into_device, void* stream,
                                 ThreadPool& pool, Monitor& monitor) {
  DeviceJob job(reader_, programs_, models_, tolerant_, region, memory_);
  PC15_TRY(job.prepare(pool, monitor, &damage_));
  const backend::device::Work work = job.work(output, into_device);
  int32_t done = 0;
  PC15_TRY(device_.decode(device_index_, &work, 1, stream, &done));
  return verdict(job.damaged());
}

Status Decoder::read_for_device(const Rect& region, OutputFormat format, ThreadPool& pool, Monitor& monitor,
                                std::optional<DeviceJob>* job) {
  PC15_TRY(prepare(region, format));
  PC15_FAIL_IF(!device_can_decode(reader_.header()), Code::kUnsupported, "devices do not decode this file");
  job->emplace(reader_, programs_, models_, tolerant_, region, memory_);
  return (*job)->prepare(pool, monitor, &damage_);
}

Status Decoder::decode(const Rect& region, const Output& output, ThreadPool& pool, Monitor& monitor) {
  PC15_TRY(prepare(region, output.format));
  const bool large = int64_t{region.width} * region.height >= kWorthTheWay;
  if (use_ == DeviceUse::kCuda) PC15_TRY(device_.require(device_index_));
  if (use_ == DeviceUse::kCpu || (use_ == DeviceUse::kAuto && !large) || !device_can_decode(reader_.header()))
    return decode_on_host(region, output, pool, monitor);
  const Status status = decode_on_device(region, output, false, nullptr, pool, monitor);
  const bool failed = status.code() == Code::kNoDevice || status.code() == Code::kDevice;
  if (use_ == DeviceUse::kCuda || !failed) return status;
  forget_damage();
  return decode_on_host(region, output, pool, monitor);
}

Status Decoder::decode_to_device(const Rect& region, const Output& output, void* stream, ThreadPool& pool,
                                 Monitor& monitor) {
  PC15_TRY(prepare(region, output.format));
  PC15_FAIL_IF(!device_can_decode(reader_.header()), Code::kUnsupported,
               "devices do not decode lossless cells and palettes: decode to host memory");
  return decode_on_device(region, output, true, stream, pool, monitor);
}

Status Decoder::decode_rows(const Rect& region, const RowSink& sink, ThreadPool& pool, Monitor& monitor) {
  if (use_ == DeviceUse::kCuda) PC15_TRY(device_.require(device_index_));
  PC15_TRY(prepare(region, sink.format));
  DecodeJob job(reader_, programs_, models_, tolerant_, region, false, memory_);
  PC15_TRY(job.run(sink, pool, monitor, &damage_));
  return verdict(job.damaged());
}

Status Decoder::decode_scaled(int32_t scale_log2, const Rect& region, const Output& output, ThreadPool& pool,
                              Monitor& monitor) {
  if (scale_log2 == 0) return decode(region, output, pool, monitor);
  if (use_ == DeviceUse::kCuda) PC15_TRY(device_.require(device_index_));
  Plan plan;
  PC15_TRY(plan_scaled(reader_.header(), scale_log2, region, output.format, &plan));
  const uint64_t pixels = static_cast<uint64_t>(region.width) * static_cast<uint64_t>(region.height);
  PC15_FAIL_IF(region.width > int64_t{limits_.max_width}, Code::kLimit,
               "the scaled region is %" PRId64 " pixels wide, the limit is %" PRId64, region.width,
               limits_.max_width);
  PC15_FAIL_IF(region.height > int64_t{limits_.max_height}, Code::kLimit,
               "the scaled region is %" PRId64 " pixels high, the limit is %" PRId64, region.height,
               limits_.max_height);
  PC15_FAIL_IF(pixels > limits_.max_pixels, Code::kLimit,
               "the scaled region has %" PRId64 " pixels, the limit is %" PRId64,
               static_cast<int64_t>(pixels), static_cast<int64_t>(limits_.max_pixels));
  PC15_TRY(prepare(plan));
  ScaledJob job(reader_, programs_, models_, tolerant_, scale_log2, region, memory_);
  PC15_TRY(job.run(output, pool, monitor, &damage_));
  return verdict(job.damaged());
}

}  // namespace pc15::dec
