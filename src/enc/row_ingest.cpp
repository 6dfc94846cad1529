#include "enc/row_ingest.h"

#include <algorithm>

#include "format/crc.h"

namespace pc15::enc {
namespace {

constexpr int32_t kBand = Raster::kBandRows;

}  // namespace

RowIngest::RowIngest(const Config& config, const RowSource& source, Memory& memory)
    : source_(source), memory_(memory), repeats_(source.restart != nullptr && !looks_at_whole(config) &&
                                                 (!config.lossless || config.procedural)),
      reading_crc_(content_crc_start(source.width, source.height, source.channels)), planes_(memory),
      sketch_(memory), bands_(memory), starts_(memory) {
  if (repeats_) {
    use_ = Use::kWindow;
  } else if (config.target.kind != Target::Kind::kNone || (config.lossless && config.procedural)) {
    use_ = Use::kSamples;
  } else {
    use_ = config.lossless ? Use::kStream : Use::kPlanes;
  }
  // Such files are never replaced by lossless ones.
  const bool stays_lossy = config.residual_cap_millibpp != 0 || config.grain_percent != 0 ||
                           (!config.residual && source.channels != 4);
  keeps_samples_ = use_ == Use::kSamples || use_ == Use::kStream || (use_ == Use::kPlanes && !stays_lossy);
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
  const int32_t first = read_, last = std::min(first + kBand, source_.height);
  const size_t bytes = static_cast<size_t>(last - first) * static_cast<size_t>(raster_.stride);
  const size_t number = static_cast<size_t>(first / kBand);
  Vector<uint8_t>& band = bands_[number];
  if (number > 0 && !keeps_samples_) band.swap(bands_[number - 1]);
  band.resize(bytes);
  starts_[number] = band.data();
  PC15_TRY(fill(last - first, band.data()));
  reading_crc_ = format::crc32_update(reading_crc_, ByteSpan(band.data(), bytes));
  Raster rows = raster_;
  rows.bands = nullptr;
  rows.data = band.data();
  for (int32_t y = 0; y < last - first && source_.channels == 4 && !transparent_ && !again_; ++y)
    transparent_ = row_is_transparent(rows.row(y), source_.width);
  if (use_ == Use::kPlanes || use_ == Use::kWindow) take_planes(rows, first, last);
  if (last == source_.height && !again_) crc_ = reading_crc_;
  return ok_status();
}

Status RowIngest::run(const Monitor& monitor) {
  const size_t count = static_cast<size_t>((source_.height + kBand - 1) / kBand);
  bands_.reserve(count);
  for (size_t i = 0; i < count; ++i) bands_.emplace_back(memory_);
  starts_.assign(count, nullptr);
  raster_.bands = starts_.data();
  if (use_ == Use::kWindow) return ok_status();
  if (use_ == Use::kStream) return source_.channels == 4 ? look_for_alpha(monitor) : ok_status();
  if (use_ == Use::kPlanes) size_planes(header_, header_.plane_count(), source_.height, &planes_);
  while (read_ < source_.height) PC15_TRY(read_band(monitor));
  if (use_ == Use::kPlanes) finish_planes();
  return ok_status();
}

// Of a source that can be read once, what is read must be held.
Status RowIngest::look_for_alpha(const Monitor& monitor) {
  while (read_ < source_.height && !transparent_) {
    PC15_TRY(read_band(monitor));
    if (source_.restart != nullptr) release(0, static_cast<size_t>((read_ + kBand - 1) / kBand));
  }
  return source_.restart != nullptr ? restart() : ok_status();
}

Status RowIngest::restart() {
  again_ = read_ == source_.height;
  read_ = 0;
  reading_crc_ = content_crc_start(source_.width, source_.height, source_.channels);
  PC15_FAIL_IF(!source_.restart(source_.opaque), Code::kCancelled,
               "the source of the rows ended the encode instead of beginning again");
  return ok_status();
}

Status RowIngest::begin(Reading reading, const format::StreamHeader& header, int32_t rows) {
  if (read_ > 0) PC15_TRY(restart());
  release(0, bands_.size());
  keeps_samples_ = reading == Reading::kSamples;
  use_ = keeps_samples_ ? Use::kStream : Use::kWindow;
  if (keeps_samples_) {
    SourcePlanes(memory_).swap(planes_);
    return ok_status();
  }
  header_ = header;
  // A window begins and ends with a band, and one band above it is there.
  size_planes(header_, reading == Reading::kLuma ? 1 : header_.plane_count(), rows + 3 * kBand, &planes_);
  return ok_status();
}

Status RowIngest::window(int32_t first, int32_t last, const Monitor& monitor) {
  if (use_ == Use::kStream) {
    release(0, static_cast<size_t>(first / kBand));
  } else {
    slide(first);
  }
  while (read_ < last) PC15_TRY(read_band(monitor));
  return ok_status();
}

Status RowIngest::end(const Monitor& monitor) {
  while (read_ < source_.height) PC15_TRY(window(read_, read_ + 1, monitor));
  PC15_FAIL_IF(reading_crc_ != crc_, Code::kInvalidArgument,
               "the source of the rows gave other ones when it was read again");
  return ok_status();
}

// The blocks of a band look at the row above them.
void RowIngest::slide(int32_t first) {
  const int32_t top = std::max(0, std::min(first, read_ - kBand)) / kBand * kBand;
  if (top > planes_.top) slide_planes(header_, top, &planes_);
}

void RowIngest::release(size_t first, size_t last) {
  for (size_t i = first; i < last; ++i) Vector<uint8_t>(memory_).swap(bands_[i]);
}

// Converts rows, counts their whole blocks, and gives the samples up when the picture cannot become one that
// is drawn throughout, were all blocks to come drawn.
void RowIngest::take_planes(const Raster& rows, int32_t first, int32_t last) {
  ingest_rows(rows, header_, first, last, &planes_);
  if (again_) return;
  const PlaneView<Pixel>& luma = planes_.view[0];
  const bool end = last == source_.height;
  drawn_ += count_drawn(luma, first - planes_.top, (end ? (last + 7) & ~7 : last) - planes_.top);
  if (!keeps_samples_) return;
  DrawnCount best = drawn_;
  best.blocks = int64_t{luma.width / 8} * (luma.height / 8);
  best.edges += best.blocks - drawn_.blocks;
  best.drawn += best.blocks - drawn_.blocks;
  keeps_samples_ = drawn_look(best).mostly;
  if (!keeps_samples_) release(0, static_cast<size_t>(first / kBand));
}

// An opaque alpha plane is not coded.
void RowIngest::finish_planes() {
  if (!keeps_samples_) release(0, bands_.size());
  if (header_.alpha && !transparent_) {
    header_.alpha = false;
    planes_.count = header_.plane_count();
    Vector<Pixel>(memory_).swap(planes_.samples[3]);
    planes_.view[3] = PlaneView<Pixel>();
  }
}

}  // namespace pc15::enc
