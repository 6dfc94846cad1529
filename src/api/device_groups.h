// The pictures of a batch that a device decodes together: groups whose symbols all threads read, and whose
// samples one call makes. A picture that devices do not decode is decoded in its group by the processor.
//
// A group that fails costs none of its pictures: with CUDA each is tried alone, with AUTO the processor does
// them and all that follow.
#pragma once

#include "api/batch.h"
#include "api/decoder_handle.h"
#include "dec/device_decode.h"

namespace pc15::api {

class DeviceGroups final : public BatchWork {
 public:
  DeviceGroups(pc15_decoder* decoder, pc15_decode_item* items);

  // Leaves in `list` what the device did not do: everything without one.
  void run(BatchRun& batch, Vector<size_t>* list);
  // The device failed where that is no error.
  bool gave_up() const { return gave_up_; }

  Status run(size_t index, bool alone, ThreadPool& pool, Monitor& monitor) override;

 private:
  enum : uint64_t { kMostPixels = uint64_t{1} << 25, kMostPictures = 2048 };  // of a group

  bool wanted(BatchRun& batch, const Vector<size_t>& list);
  size_t find_group(BatchRun& batch, const Vector<size_t>& list, size_t first);
  void run_group(BatchRun& batch, Vector<size_t>* left);
  void make_samples(BatchRun& batch, Vector<size_t>* left);

  pc15_decoder* decoder_;
  pc15_decode_item* items_;
  int32_t device_;
  bool required_;  // the device
  bool gave_up_ = false;
  Vector<size_t> group_;
  Vector<dec::DeviceDecode> decodes_;  // of the group
  Vector<backend::device::Work> works_;
  Vector<size_t> worked_;  // which of the group each of them is
};

}  // namespace pc15::api
