// Devices that decode beside the processor. Their code is a library of its own, loaded when somebody first
// asks for a device; without it, or without a device, every question is answered with kNoDevice.
//
// Thread rule: the free functions from any thread; a Device by one thread at a time.
#pragma once

#include "backend/device_picture.h"
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

// One device in use by one handle: a stream and memory that grows to what the largest picture needed. Opened
// by the first call that decodes.
class Device {
 public:
  Device() = default;
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  // kNoDevice unless device `index` is there.
  Status require(int32_t index);
  // Decodes on device `index`, opening it when it is not open. Returns when the samples are in the target, or
  // kNoDevice, kDevice. An error closes the device; the next call opens it again.
  Status decode(int32_t index, const device::Picture& picture, const device::Target& target);
  void close();

 private:
  device::Session* session_ = nullptr;
  int32_t index_ = 0;
};

}  // namespace pc15::backend
