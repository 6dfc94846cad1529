#include "enc/row_ingest.h"

#include <algorithm>

#include "format/crc.h"

namespace pc15::enc {

RowIngest::RowIngest(const Config& config, const RowSource& source, Memory& memory)
    : source_(source), memory_(memory), crc_(content_crc_start(source.width, source.height, source.channels)),
      planes_(memory), bands_(memory), starts_(memory) {
  if (config.target.kind != Target::Kind::kNone || (config.lossless && config.procedural)) {
    use_ = Use::kSamples;
  } else {
    use_ = config.lossless ? Use::kStream : Use::kPlanes;
  }
  // Such files are never replaced by lossless ones.
  const bool stays_lossy = config.residual_cap_millibpp != 0 || config.grain_percent != 0 ||
                           (!config.residual && source.channels != 4);
  keeps_samples_ = use_ != Use::kPlanes || !stays_lossy;
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

// Whole rows from the source, as many calls as it takes.
Status RowIngest::fill(int32_t rows, uint8_t* out) {
  for (int32_t done = 0; done < rows;) {
    const size_t bytes = static_cast<size_t>(rows - done) * static_cast<size_t>(raster_.stride);
    const int32_t got =
        source_.read(source_.opaque, read_, rows - done, out + int64_t{done} * raster_.stride, bytes);
    PC15_FAIL_IF(got <= 0, Code::kCancelled, "the source of the rows ended the encode at row %" PRId64,
                 read_);
    PC15_FAIL_IF(got > rows - done, Code::kInvalidArgument,
                 "the source says that it wrote %" PRId64 " rows at row %" PRId64
                 "; it was asked for %" PRId64,
                 got, read_, rows - done);
    done += got;
    read_ += got;
  }
  return ok_status();
}

Status RowIngest::read_band(const Monitor& monitor) {
  PC15_FAIL_IF(monitor.cancelled(), Code::kCancelled, "encoding was cancelled");
  const int32_t first = read_, last = std::min(first + Raster::kBandRows, source_.height);
  const size_t bytes = static_cast<size_t>(last - first) * static_cast<size_t>(raster_.stride);
  const size_t number = static_cast<size_t>(first / Raster::kBandRows);
  Vector<uint8_t>& band = bands_[number];
  band.resize(bytes);
  starts_[number] = band.data();
  PC15_TRY(fill(last - first, band.data()));
  crc_ = format::crc32_update(crc_, ByteSpan(band.data(), bytes));
  Raster rows = raster_;
  rows.bands = nullptr;
  rows.data = band.data();
  for (int32_t y = 0; y < last - first && source_.channels == 4 && !transparent_; ++y)
    transparent_ = row_is_transparent(rows.row(y), source_.width);
  if (use_ == Use::kPlanes) take_planes(rows, first, last);
  return ok_status();
}

Status RowIngest::run(const Monitor& monitor) {
  const size_t count = static_cast<size_t>((source_.height + Raster::kBandRows - 1) / Raster::kBandRows);
  bands_.reserve(count);
  for (size_t i = 0; i < count; ++i) bands_.emplace_back(memory_);
  starts_.assign(count, nullptr);
  raster_.bands = starts_.data();
  if (use_ == Use::kPlanes) size_planes(header_, &planes_);
  const auto wanted = [this] { return use_ != Use::kStream || (source_.channels == 4 && !transparent_); };
  while (read_ < source_.height && wanted()) PC15_TRY(read_band(monitor));
  if (use_ == Use::kPlanes) finish_planes();
  return ok_status();
}

Status RowIngest::window(int32_t first, int32_t last, const Monitor& monitor) {
  release(0, static_cast<size_t>(first / Raster::kBandRows));
  while (read_ < last) PC15_TRY(read_band(monitor));
  return ok_status();
}

void RowIngest::release(size_t first, size_t last) {
  for (size_t i = first; i < last; ++i) Vector<uint8_t>(memory_).swap(bands_[i]);
}

// Converts rows, counts their whole blocks, and gives the samples up when the picture cannot become one that
// is drawn throughout, were all blocks to come drawn.
void RowIngest::take_planes(const Raster& rows, int32_t first, int32_t last) {
  const size_t number = static_cast<size_t>(first / Raster::kBandRows);
  ingest_rows(rows, header_, first, last, &planes_);
  if (keeps_samples_) {
    const PlaneView<Pixel>& luma = planes_.view[0];
    const PlaneView<const Pixel> inside = luma.window(0, 0, source_.width & ~7, luma.height);
    drawn_ += count_drawn(inside, first, last & ~7);
    DrawnCount best = drawn_;
    best.blocks = int64_t{luma.width / 8} * (luma.height / 8);
    best.edges += best.blocks - drawn_.blocks;
    best.drawn += best.blocks - drawn_.blocks;
    keeps_samples_ = drawn_look(best).mostly;
    if (!keeps_samples_) release(0, number);
  }
  if (!keeps_samples_) release(number, number + 1);
}

// An opaque alpha plane is not coded.
void RowIngest::finish_planes() {
  if (header_.alpha && !transparent_) {
    header_.alpha = false;
    planes_.count = header_.plane_count();
    Vector<Pixel>(memory_).swap(planes_.samples[3]);
    planes_.view[3] = PlaneView<Pixel>();
  }
  extend_planes(header_, &planes_);
}

}  // namespace pc15::enc
