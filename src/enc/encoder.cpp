#include "enc/encoder.h"

#include "enc/encode_job.h"
#include "enc/row_ingest.h"

namespace pc15::enc {
namespace {

// Drawn pictures of few colours are often smaller without any loss than with little.
bool lossless_may_be_smaller(const Config& config, const EncodeJob& job) {
  return job.mostly_drawn() && config.residual_cap_millibpp == 0 && config.grain_percent == 0;
}

Status check_size(int32_t width, int32_t height, int32_t channels) {
  PC15_FAIL_IF(width < 1 || height < 1 || width > 65535 || height > 65535, Code::kInvalidArgument,
               "the image is %" PRId64 " x %" PRId64 " pixels, 1...65535 are allowed", width, height);
  PC15_FAIL_IF(channels != 1 && channels != 3 && channels != 4, Code::kInvalidArgument,
               "%" PRId64 " channels, 1, 3 and 4 are known", channels);
  return ok_status();
}

}  // namespace

Encoder::Encoder(Memory& memory) : memory_(memory), tiles_(memory) {}

Status Encoder::encode(const Config& config, const Raster& raster, Span<const format::Section> sections,
                       ThreadPool& pool, Monitor& monitor, Vector<uint8_t>* out) {
  PC15_TRY(check_size(raster.width, raster.height, raster.channels));
  memory_.reset_peak();
  const Status status = encode_raster(config, raster, sections, pool, monitor, out);
  stats_.peak_memory_bytes = memory_.peak();
  return status;
}

Status Encoder::encode_rows(const Config& config, const RowSource& source,
                            Span<const format::Section> sections, ThreadPool& pool, Monitor& monitor,
                            Vector<uint8_t>* out) {
  PC15_TRY(check_size(source.width, source.height, source.channels));
  memory_.reset_peak();
  RowIngest rows(config, source, memory_);
  PC15_TRY(rows.run(monitor));
  RowIngest* const again = rows.repeats() ? &rows : nullptr;
  const Status status = config.target.kind != Target::Kind::kNone
                            ? encode_to_target(config, rows.raster(), again, sections, pool, monitor, out)
                            : encode_once(config, rows.raster(), &rows, sections, pool, monitor, out);
  stats_.peak_memory_bytes = memory_.peak();
  return status;
}

Status Encoder::encode_raster(const Config& config, const Raster& raster,
                              Span<const format::Section> sections, ThreadPool& pool, Monitor& monitor,
                              Vector<uint8_t>* out) {
  return config.target.kind != Target::Kind::kNone
             ? encode_to_target(config, raster, nullptr, sections, pool, monitor, out)
             : encode_once(config, raster, nullptr, sections, pool, monitor, out);
}

// Keeps the best of the passes. `rows`: what every pass reads again, null when the raster is a whole one.
Status Encoder::encode_to_target(const Config& config, const Raster& raster, RowIngest* rows,
                                 Span<const format::Section> sections, ThreadPool& pool, Monitor& monitor,
                                 Vector<uint8_t>* out) {
  TargetSearch search(config.target, config.quality);
  Vector<uint8_t> best(memory_);
  Stats stats{};
  Vector<TileStats> tiles(memory_);
  while (!search.done()) {
    Config pass = config;
    pass.quality = search.quality();
    pass.measure = true;
    Vector<uint8_t> file(memory_);
    PC15_TRY(encode_once(pass, raster, rows, sections, pool, monitor, &file));
    if (!search.add(file.size(), stats_.psnr_y, stats_.ssim_y)) continue;
    best.swap(file);
    tiles.swap(tiles_);
    stats = stats_;
  }
  out->insert(out->end(), best.begin(), best.end());
  stats_ = stats;
  tiles_.swap(tiles);
  return ok_status();
}

// `rows`: where the raster comes from, null when it is a whole one.
Status Encoder::encode_once(const Config& config, const Raster& raster, RowIngest* rows,
                            Span<const format::Section> sections, ThreadPool& pool, Monitor& monitor,
                            Vector<uint8_t>* out) {
  stats_ = Stats();
  tiles_.clear();
  const size_t before = out->size();
  Config exact = config;
  bool again = false;
  Status status;
  {
    EncodeJob job(config, raster, rows, memory_);
    status = job.run(sections, pool, monitor, out, &stats_, &tiles_);
    again = status.ok() && lossless_may_be_smaller(config, job);
    exact.lossless = true;
    exact.procedural = job.has_programs();
  }
  if (again) status = try_exact(exact, raster, rows, sections, pool, monitor, before, out);
  if (!status.ok()) out->resize(before);
  return status;
}

// Replaces what stands in *out behind `before` when the lossless file is not larger.
Status Encoder::try_exact(const Config& exact, const Raster& raster, RowIngest* rows,
                          Span<const format::Section> sections, ThreadPool& pool, Monitor& monitor,
                          size_t before, Vector<uint8_t>* out) {
  // The samples are there, or are read once more.
  RowIngest* const again = rows != nullptr && rows->repeats() ? rows : nullptr;
  Vector<uint8_t> file(memory_);
  Stats stats{};
  Vector<TileStats> tiles(memory_);
  EncodeJob job(exact, raster, again, memory_);
  PC15_TRY(job.run(sections, pool, monitor, &file, &stats, &tiles));
  if (file.size() > out->size() - before) return ok_status();
  out->resize(before);
  out->insert(out->end(), file.begin(), file.end());
  stats_ = stats;
  tiles_.swap(tiles);
  return ok_status();
}

}  // namespace pc15::enc
