#include "backend/cuda/session.h"

#include <cstdio>
#include <new>

namespace pc15::backend::device {
namespace {

// Chooses a device for the calls of a scope.
class ChosenDevice {
 public:
  ~ChosenDevice() {
    if (before_ >= 0) static_cast<void>(cudaSetDevice(before_));
  }
  Status choose(int32_t index) {
    int before = -1;
    PC15_CUDA(cudaGetDevice, &before);
    PC15_CUDA(cudaSetDevice, index);
    before_ = before != index ? before : -1;
    return ok_status();
  }

 private:
  int before_ = -1;
};

Status count_devices(int32_t* count) {
  int n = 0;
  PC15_CUDA(cudaGetDeviceCount, &n);
  *count = n;
  return ok_status();
}

Status describe(int32_t index, DeviceInfo* info) {
  cudaDeviceProp properties;
  PC15_CUDA(cudaGetDeviceProperties, &properties, index);
  std::snprintf(info->name, sizeof(info->name), "%s", properties.name);
  info->memory_bytes = properties.totalGlobalMem;
  return ok_status();
}

void close_session(Session* session) { delete session; }

Status decode(Session* session, const Work* works, int32_t count, void* stream, int32_t* done) {
  return session->decode(works, count, stream, done);
}

Status search(Session* session, const SearchWork* works, int32_t count) {
  return session->search(works, count);
}

Status spectra(Session* session, const SpectrumWork* works, int32_t count, bool* made) {
  return session->spectra(works, count, made);
}

Status atoms(Session* session, const AtomWork& work, bool* made) { return session->atoms(work, made); }

constexpr PluginTable kTable = {count_devices, describe, Session::open, close_session,
                                decode,        search,   spectra,       atoms};

}  // namespace

Status cuda_status(cudaError_t error, const char* message) {
  static_cast<void>(cudaGetLastError());  // an error that is not sticky ends here
  if (error == cudaErrorNoDevice || error == cudaErrorInsufficientDriver)
    return Status(Code::kNoDevice, "Manque: GPU CUDA (CUDA error %" PRId64 ")", static_cast<int64_t>(error));
  return Status(Code::kDevice, message, static_cast<int64_t>(error));
}

Status Session::open(int32_t index, Session** out) {
  ChosenDevice device;
  PC15_TRY(device.choose(index));
  Session* const session = new (std::nothrow) Session(index);
  PC15_FAIL_IF(session == nullptr, Code::kNoMemory, "no memory for the session of a device");
  const auto start = [&]() -> Status {
    PC15_CUDA(cudaStreamCreateWithFlags, &session->own_, cudaStreamNonBlocking);
    return ok_status();
  };
  const Status status = start();
  if (!status.ok()) {
    delete session;
    return status;
  }
  *out = session;
  return status;
}

Session::~Session() {
  ChosenDevice device;
  static_cast<void>(device.choose(index_));
  fourier_.close();
  if (memory_ != nullptr) static_cast<void>(cudaFree(memory_));
  if (staging_ != nullptr) static_cast<void>(cudaFreeHost(staging_));
  for (const Kept& k : kept_) {
    if (k.memory != nullptr) static_cast<void>(cudaFree(k.memory));
  }
  if (own_ != nullptr) static_cast<void>(cudaStreamDestroy(own_));
  static_cast<void>(cudaGetLastError());
}

// `run` waits for what it queued. When it fails it may not have: the arrays are the caller's, and nothing may
// still read them.
template <class Run>
Status Session::on_stream(cudaStream_t stream, const Run& run) {
  ChosenDevice device;
  PC15_TRY(device.choose(index_));
  stream_ = stream;
  const Status status = run();
  if (!status.ok()) static_cast<void>(wait());
  return status;
}

Status Session::decode(const Work* works, int32_t count, void* stream, int32_t* done) {
  return on_stream(stream != nullptr ? static_cast<cudaStream_t>(stream) : own_,
                   [&] { return cuda::Pipeline<Session>(*this).run(works, count, done); });
}

Status Session::search(const SearchWork* works, int32_t count) {
  return on_stream(own_, [&] { return cuda::SearchPipeline<Session>(*this).run(works, count); });
}

Status Session::spectra(const SpectrumWork* works, int32_t count, bool* made) {
  *made = Fourier::available();
  if (!*made) return ok_status();
  return on_stream(own_, [&] { return cuda::SpectrumPipeline<Session>(*this).run(works, count); });
}

Status Session::atoms(const AtomWork& work, bool* made) {
  *made = Fourier::available();
  if (!*made) return ok_status();
  return on_stream(own_, [&] { return cuda::AtomPipeline<Session>(*this).run(work); });
}

Status Session::wait() {
  PC15_CUDA(cudaStreamSynchronize, stream_);
  return ok_status();
}

Status Session::reserve(int64_t bytes, void** base) {
  if (bytes > memory_bytes_) {
    void* const old = memory_;
    memory_ = nullptr;
    memory_bytes_ = 0;
    if (old != nullptr) PC15_CUDA(cudaFree, old);
    PC15_CUDA(cudaMalloc, &memory_, static_cast<size_t>(bytes));
    memory_bytes_ = bytes;
  }
  *base = memory_;
  return ok_status();
}

// Grows in powers of two, since pinned memory is slow to come by. What used it before is done.
Status Session::stage(int64_t bytes, void** memory) {
  if (bytes > staging_bytes_) {
    int64_t size = 64 << 10;
    while (size < bytes) size *= 2;
    void* const old = staging_;
    staging_ = nullptr;
    staging_bytes_ = 0;
    if (old != nullptr) PC15_CUDA(cudaFreeHost, old);
    PC15_CUDA(cudaMallocHost, &staging_, static_cast<size_t>(size));
    staging_bytes_ = size;
  }
  *memory = staging_;
  return ok_status();
}

// The place that was used the longest ago serves next. All work of a batch is over when the next one begins.
Status Session::keep(uint64_t version, const void* data, int64_t bytes, const void** base) {
  Kept* place = kept_;
  for (Kept& k : kept_) {
    if (k.version == version && k.bytes >= bytes && k.memory != nullptr) {
      k.used = ++uses_;
      *base = k.memory;
      return ok_status();
    }
    if (k.used < place->used) place = &k;
  }
  place->version = 0;
  if (bytes > place->bytes) {
    void* const old = place->memory;
    place->memory = nullptr;
    place->bytes = 0;
    if (old != nullptr) PC15_CUDA(cudaFree, old);
    PC15_CUDA(cudaMalloc, &place->memory, static_cast<size_t>(bytes));
    place->bytes = bytes;
  }
  PC15_TRY(upload(place->memory, data, bytes));
  place->version = version;
  place->used = ++uses_;
  *base = place->memory;
  return ok_status();
}

Status Session::upload(void* to, const void* from, int64_t bytes) {
  PC15_CUDA(cudaMemcpyAsync, to, from, static_cast<size_t>(bytes), cudaMemcpyHostToDevice, stream_);
  return ok_status();
}

Status Session::clear(void* to, int64_t bytes, int value) {
  PC15_CUDA(cudaMemsetAsync, to, value, static_cast<size_t>(bytes), stream_);
  return ok_status();
}

Status Session::download(void* to, const void* from, int64_t bytes) {
  PC15_CUDA(cudaMemcpyAsync, to, from, static_cast<size_t>(bytes), cudaMemcpyDeviceToHost, stream_);
  return ok_status();
}

Status Session::download_rows(uint8_t* to, int64_t to_stride, const uint8_t* from, int64_t row_bytes,
                              int32_t rows) {
  PC15_CUDA(cudaMemcpy2DAsync, to, static_cast<size_t>(to_stride), from, static_cast<size_t>(row_bytes),
            static_cast<size_t>(row_bytes), static_cast<size_t>(rows), cudaMemcpyDeviceToHost, stream_);
  return ok_status();
}

}  // namespace pc15::backend::device

extern "C" __attribute__((visibility("default"))) const pc15::backend::device::PluginTable* pc15_cuda_plugin(
    uint32_t abi) {
  using namespace pc15::backend::device;
  return abi == plugin_abi() ? &kTable : nullptr;
}
