// Devices that decode, and score the candidates of the search, beside the processor. Their code is a library
// of its own, loaded when somebody first asks for a device; without it, or without a device, every question
// is answered with kNoDevice.
//
// Thread rule: the free functions from any thread; a Device by one thread at a time.
#pragma once

#include "backend/device_atoms.h"
#include "backend/device_picture.h"
#include "backend/device_search.h"
#include "backend/device_spectrum.h"
#include "base/status.h"

namespace pc15::backend {

struct DeviceInfo {
  char name[256] = "";
  uint64_t memory_bytes = 0;
};

// Number of devices that can be used; 0 and ok when there is none.
Status device_count(int32_t* count);
// kOutOfRange for a number that is not below device_count().
Status device_info(int32_t index, DeviceInfo* info);

namespace device {
class Session;
}

// Where work is done: kAuto takes a device for much work where there is one and it works, else the processor.
enum class DeviceUse : uint8_t { kCpu, kAuto, kCuda };

// One device in use by one handle: a stream and memory that grows to what the largest picture needed. Opened
// by the first call that has work.
class Device {
 public:
  Device() = default;
  ~Device();
  Device(Device&& other) noexcept : session_(other.session_), index_(other.index_) {
    other.session_ = nullptr;
  }
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  // kNoDevice unless device `index` is there.
  Status require(int32_t index);
  // Decodes pictures together on device `index`, opening it when it is not open; on `stream`, a cudaStream_t,
  // or, when that is null, on one of its own. Returns when the samples are in the targets, or kNoDevice,
  // kDevice; the first *done pictures are finished then, and the others need not be broken. An error closes
  // the device; the next call opens it again.
  Status decode(int32_t index, const device::Work* works, int32_t count, void* stream, int32_t* done);
  // The sums of batches of candidates, in the same way. They refer to kMostKept views and planes at most.
  Status search(int32_t index, const device::SearchWork* works, int32_t count);
  // Spectra, in the same way. *made: false, and ok, where the device's library has nothing to transform with.
  Status spectra(int32_t index, const device::SpectrumWork* works, int32_t count, bool* made);
  // A search for atoms, in the same way.
  Status atoms(int32_t index, const device::AtomWork& work, bool* made);
  void close();

 private:
  template <class Run>
  Status run(int32_t index, const Run& run);

  device::Session* session_ = nullptr;
  int32_t index_ = 0;
};

}  // namespace pc15::backend
