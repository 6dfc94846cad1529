// One of many pictures that a device decodes together: its file is opened and read by itself, on any thread;
// then one call of Device::decode() makes the samples of all.
//
// Thread rule: one call at a time per DeviceDecode.
#pragma once

#include "dec/device_job.h"

namespace pc15::dec {

class DeviceDecode {
 public:
  explicit DeviceDecode(Memory& memory) : decoder_(memory) {}
  // Of a vector that was reserved; what was read stays where it is.
  DeviceDecode(DeviceDecode&&) = default;
  DeviceDecode(const DeviceDecode&) = delete;

  // To open the file with, and to decode it when devices do not.
  Decoder& decoder() { return decoder_; }
  bool device_can() const { return device_can_decode(decoder_.container().header()); }

  // As Decoder::decode() up to the device.
  Status read(const Rect& region, const Output& output, ThreadPool& pool, Monitor& monitor) {
    output_ = output;
    const Status status = decoder_.read_for_device(region, output.format, pool, monitor, &job_);
    if (!status.ok()) forget();
    return status;
  }
  bool is_read() const { return job_.has_value(); }
  void forget() {
    job_.reset();
    decoder_.close();
  }
  // Of what was read: what Device::decode() takes, and what became of the picture once that is done.
  backend::device::Work work() const { return job_->work(output_, false); }
  Status verdict() const { return decoder_.verdict(job_->damaged()); }

 private:
  Decoder decoder_;
  std::optional<DeviceJob> job_;
  Output output_;
};

}  // namespace pc15::dec
