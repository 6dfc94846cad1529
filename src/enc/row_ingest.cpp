#include "enc/row_ingest.h"

#include <algorithm>

#include "format/crc.h"

namespace pc15::enc {

RowIngest::RowIngest(const Config& config, const RowSource& source, Memory& memory)
    : source_(source), memory_(memory), ready_(memory), bands_(memory), starts_(memory) {
  has_planes_ = !config.lossless && config.target.kind == Target::Kind::kNone;
  // Such files are never replaced by lossless ones.
  const bool stays_lossy = config.residual_cap_millibpp != 0 || config.grain_percent != 0 ||
                           (!config.residual && source.channels != 4);
  keeps_samples_ = !has_planes_ || !stays_lossy;
  header_.geometry.width = source.width;
  header_.geometry.height = source.height;
  header_.color = source.channels == 1                ? format::Color::kGray
                  : config.chroma == ChromaMode::k444 ? format::Color::kYcc444
                                                      : format::Color::kYcc420;
  header_.alpha = source.channels == 4;
  raster_.width = source.width;
  raster_.height = source.height;
  raster_.channels = source.channels;
  raster_.stride = int64_t{source.width} * source.channels;
}

Status RowIngest::read_band(int32_t first, int32_t rows, uint8_t* out) {
  for (int32_t done = 0; done < rows;) {
    const size_t bytes = static_cast<size_t>(rows - done) * static_cast<size_t>(raster_.stride);
    const int32_t got = source_.read(source_.opaque, first + done, rows - done,
                                     out + static_cast<int64_t>(done) * raster_.stride, bytes);
    PC15_FAIL_IF(got <= 0, Code::kCancelled, "the source of the rows ended the encode at row %" PRId64,
                 first + done);
    PC15_FAIL_IF(got > rows - done, Code::kInvalidArgument,
                 "the source says that it wrote %" PRId64 " rows at row %" PRId64
                 "; it was asked for %" PRId64,
                 got, first + done, rows - done);
    done += got;
  }
  return ok_status();
}

Status RowIngest::run(const Monitor& monitor) {
  if (has_planes_) size_planes(header_, &ready_.planes);
  uint32_t crc = content_crc_start(source_.width, source_.height, source_.channels);
  const size_t count = static_cast<size_t>((source_.height + Raster::kBandRows - 1) / Raster::kBandRows);
  bands_.reserve(keeps_samples_ ? count : 1);
  for (int32_t first = 0; first < source_.height; first += Raster::kBandRows) {
    PC15_FAIL_IF(monitor.cancelled(), Code::kCancelled, "encoding was cancelled");
    const int32_t last = std::min(first + Raster::kBandRows, source_.height);
    const size_t bytes = static_cast<size_t>(last - first) * static_cast<size_t>(raster_.stride);
    if (keeps_samples_ || bands_.empty()) bands_.emplace_back(memory_, bytes);
    Vector<uint8_t>& band = bands_.back();
    PC15_TRY(read_band(first, last - first, band.data()));
    crc = format::crc32_update(crc, ByteSpan(band.data(), bytes));
    Raster rows = raster_;
    rows.data = band.data();
    for (int32_t y = 0; y < last - first && header_.alpha && !ready_.transparent; ++y)
      ready_.transparent = row_is_transparent(rows.row(y), source_.width);
    if (!has_planes_) continue;
    ingest_rows(rows, header_, first, last, &ready_.planes);
    if (keeps_samples_) look_at(first, last);
  }
  ready_.content_crc = crc;
  if (has_planes_) finish_planes();
  for (const Vector<uint8_t>& band : bands_) starts_.push_back(band.data());
  if (keeps_samples_) raster_.bands = starts_.data();
  return ok_status();
}

// Counts the whole blocks of these rows, and gives the samples up when the picture cannot become one that is
// drawn throughout, were all blocks to come drawn.
void RowIngest::look_at(int32_t first, int32_t last) {
  const PlaneView<Pixel>& luma = ready_.planes.view[0];
  const PlaneView<const Pixel> inside = luma.window(0, 0, source_.width & ~7, luma.height);
  drawn_ += count_drawn(inside, first, last & ~7);
  DrawnCount best = drawn_;
  best.blocks = int64_t{luma.width / 8} * (luma.height / 8);
  best.edges += best.blocks - drawn_.blocks;
  best.drawn += best.blocks - drawn_.blocks;
  if (drawn_look(best).mostly) return;
  keeps_samples_ = false;
  bands_.erase(bands_.begin() + 1, bands_.end());  // one stays to read into
}

// An opaque alpha plane is not coded.
void RowIngest::finish_planes() {
  if (header_.alpha && !ready_.transparent) {
    header_.alpha = false;
    ready_.planes.count = header_.plane_count();
    Vector<Pixel>(memory_).swap(ready_.planes.samples[3]);
    ready_.planes.view[3] = PlaneView<Pixel>();
  }
  extend_planes(header_, &ready_.planes);
  if (!keeps_samples_) bands_.clear();
}

}  // namespace pc15::enc
