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

Status decode(Session* session, const Picture& picture, const Target& target) {
  return session->decode(picture, target);
}

Status fits(Session* session, const FitBatch& batch) { return session->fits(batch); }
Status errors(Session* session, const ErrorBatch& batch) { return session->errors(batch); }

constexpr PluginTable kTable = {count_devices, describe, Session::open, close_session, decode, fits, errors};

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
  if (memory_ != nullptr) static_cast<void>(cudaFree(memory_));
  for (const Kept& k : kept_) {
    if (k.memory != nullptr) static_cast<void>(cudaFree(k.memory));
  }
  if (own_ != nullptr) static_cast<void>(cudaStreamDestroy(own_));
  static_cast<void>(cudaGetLastError());
}

Status Session::decode(const Picture& picture, const Target& target) {
  ChosenDevice device;
  PC15_TRY(device.choose(index_));
  stream_ = target.stream != nullptr ? static_cast<cudaStream_t>(target.stream) : own_;
  const Status status = run(picture, target);
  // The arrays of the picture are the caller's: nothing may still read them.
  const Status waited = wait();
  return status.ok() ? waited : status;
}

Status Session::run(const Picture& picture, const Target& target) {
  return cuda::Pipeline<Session>(*this, picture).run(target);
}

template <class Run>
Status Session::on_own_stream(const Run& run) {
  ChosenDevice device;
  PC15_TRY(device.choose(index_));
  stream_ = own_;
  const Status status = run();
  const Status waited = wait();
  return status.ok() ? waited : status;
}

Status Session::fits(const FitBatch& batch) {
  return on_own_stream([&] { return cuda::SearchPipeline<Session>(*this).fits(batch); });
}

Status Session::errors(const ErrorBatch& batch) {
  return on_own_stream([&] { return cuda::SearchPipeline<Session>(*this).errors(batch); });
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

Status Session::copy(void* to, const void* from, int64_t bytes) {
  PC15_CUDA(cudaMemcpyAsync, to, from, static_cast<size_t>(bytes), cudaMemcpyDeviceToDevice, stream_);
  return ok_status();
}

// Rows upwards (a negative stride) go one by one.
Status Session::download(uint8_t* to, int64_t to_stride, const uint8_t* from, int64_t row_bytes,
                         int32_t rows) {
  if (to_stride >= row_bytes) {
    PC15_CUDA(cudaMemcpy2DAsync, to, static_cast<size_t>(to_stride), from, static_cast<size_t>(row_bytes),
              static_cast<size_t>(row_bytes), static_cast<size_t>(rows), cudaMemcpyDeviceToHost, stream_);
    return ok_status();
  }
  for (int32_t y = 0; y < rows; ++y) {
    PC15_CUDA(cudaMemcpyAsync, to + y * to_stride, from + y * row_bytes, static_cast<size_t>(row_bytes),
              cudaMemcpyDeviceToHost, stream_);
  }
  return ok_status();
}

}  // namespace pc15::backend::device

extern "C" __attribute__((visibility("default"))) const pc15::backend::device::PluginTable* pc15_cuda_plugin(
    uint32_t abi) {
  using namespace pc15::backend::device;
  return abi == plugin_abi() ? &kTable : nullptr;
}
