#include "enc/encoder.h"

#include "enc/encode_job.h"

namespace pc15::enc {

Encoder::Encoder(Memory& memory) : memory_(memory), tiles_(memory) {}

Status Encoder::encode(const Config& config, const Raster& raster, Span<const format::Section> sections,
                       ThreadPool& pool, Monitor& monitor, Vector<uint8_t>* out) {
  PC15_FAIL_IF(raster.data == nullptr || raster.width < 1 || raster.height < 1 || raster.width > 65535 ||
                   raster.height > 65535,
               Code::kInvalidArgument, "the image is %" PRId64 " x %" PRId64 " pixels, 1...65535 are allowed",
               raster.width, raster.height);
  PC15_FAIL_IF(raster.channels != 1 && raster.channels != 3 && raster.channels != 4, Code::kInvalidArgument,
               "%" PRId64 " channels, 1, 3 and 4 are known", raster.channels);
  stats_ = Stats();
  tiles_.clear();
  memory_.reset_peak();
  const size_t before = out->size();
  EncodeJob job(config, raster, memory_);
  const Status status = job.run(sections, pool, monitor, out, &stats_, &tiles_);
  if (!status.ok()) {
    out->resize(before);
    return status;
  }
  stats_.peak_memory_bytes = memory_.peak();
  return status;
}

}  // namespace pc15::enc
