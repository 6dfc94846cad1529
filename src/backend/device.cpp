// Loads libpc15-cuda when a device is first asked for. The library stays loaded: its messages and its runtime
// outlive every session.
#include <dlfcn.h>

#include "backend/cuda/plugin.h"

namespace pc15::backend {
namespace {

constexpr char kLibrary[] = "libpc15-cuda.so.1";

struct Plugin {
  Plugin() {
    void* const library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      status = Status(Code::kNoDevice, "Manque: GPU CUDA (libpc15-cuda.so.1 is not there)");
      return;
    }
    const auto entry = reinterpret_cast<device::PluginEntry>(dlsym(library, "pc15_cuda_plugin"));
    if (entry == nullptr) {
      status = Status(Code::kNoDevice, "Manque: pc15_cuda_plugin in libpc15-cuda.so.1");
      return;
    }
    table = entry(device::plugin_abi());
    if (table == nullptr)
      status = Status(Code::kNoDevice, "Manque: GPU CUDA (libpc15-cuda.so.1 is of another version)");
  }

  const device::PluginTable* table = nullptr;
  Status status;
};

const Plugin& plugin() {
  static const Plugin loaded;
  return loaded;
}

}  // namespace

Status device_count(int32_t* count) {
  *count = 0;
  if (plugin().table == nullptr) return ok_status();
  const Status status = plugin().table->count(count);
  if (status.ok()) return status;
  *count = 0;
  return status.code() == Code::kNoDevice ? ok_status() : status;
}

Status device_info(int32_t index, DeviceInfo* info) {
  int32_t count = 0;
  PC15_TRY(device_count(&count));
  PC15_FAIL_IF(index < 0 || index >= count, Code::kOutOfRange, "device %" PRId64 "; there are %" PRId64,
               index, count);
  return plugin().table->describe(index, info);
}

Device::~Device() { close(); }

void Device::close() {
  if (session_ != nullptr) plugin().table->close(session_);
  session_ = nullptr;
}

Status Device::require(int32_t index) {
  PC15_TRY(plugin().status);
  int32_t count = 0;
  PC15_TRY(plugin().table->count(&count));
  PC15_FAIL_IF(index >= count, Code::kNoDevice, "Manque: GPU CUDA (device %" PRId64 " of %" PRId64 ")", index,
               count);
  return ok_status();
}

template <class Run>
Status Device::run(int32_t index, const Run& run) {
  if (session_ != nullptr && index_ != index) close();
  if (session_ == nullptr) {
    PC15_TRY(require(index));
    PC15_TRY(plugin().table->open(index, &session_));
    index_ = index;
  }
  const Status status = run(session_);
  if (!status.ok()) close();
  return status;
}

Status Device::decode(int32_t index, const device::Work* works, int32_t count, void* stream, int32_t* done) {
  *done = 0;
  return run(index,
             [&](device::Session* s) { return plugin().table->decode(s, works, count, stream, done); });
}

Status Device::search(int32_t index, const device::SearchWork* works, int32_t count) {
  return run(index, [&](device::Session* s) { return plugin().table->search(s, works, count); });
}

Status Device::spectra(int32_t index, const device::SpectrumWork* works, int32_t count, bool* made) {
  *made = false;
  return run(index, [&](device::Session* s) { return plugin().table->spectra(s, works, count, made); });
}

Status Device::atoms(int32_t index, const device::AtomWork& work, bool* made) {
  *made = false;
  return run(index, [&](device::Session* s) { return plugin().table->atoms(s, work, made); });
}

}  // namespace pc15::backend
