#include "mock_cuda.h"

#include <cuda_runtime_api.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <set>
#include <thread>
#include <vector>

#include "backend/cuda/block_executor.h"
#include "backend/cuda/launch.h"
#include "backend/cuda/launch_atoms.h"
#include "backend/cuda/launch_spectrum.h"

// Copies to the host happen when somebody waits for the stream: who reads them earlier reads what was there
// before.
struct MockStream {
  int device = 0;
  std::vector<std::function<void()>> waiting;
};

namespace {

int first_order() {
  const char* const order = std::getenv("PC15_MOCK_ORDER");
  return order != nullptr ? std::atoi(order) : MOCK_FORWARDS;
}

double first_unlike() {
  const char* const unlike = std::getenv("PC15_MOCK_UNLIKE");
  return unlike != nullptr ? std::atof(unlike) : 0;
}

mock_cuda state = [] {
  mock_cuda s = {};
  s.devices = 1;
  s.order = first_order();
  s.error = cudaErrorLaunchFailure;
  s.unlike = first_unlike();
  return s;
}();
std::set<void*> live;  // memory of the device

// PC15_MOCK_LAUNCHES: a process that ends with fewer launches has not tested what it should; it fails.
struct LeastLaunches {
  ~LeastLaunches() {
    const char* const least = std::getenv("PC15_MOCK_LAUNCHES");
    if (least == nullptr || state.launches >= std::atoi(least)) return;
    std::fprintf(stderr, "mock_cuda: %d launches, expected %s\n", state.launches, least);
    std::_Exit(1);
  }
} least_launches;

// Every call passes here first.
cudaError_t enter() {
  ++state.calls;
  if (state.fail_at == 0 || state.calls < state.fail_at) return cudaSuccess;
  if (state.calls > state.fail_at && state.sticky == 0) return cudaSuccess;
  state.leaked_error = state.error;
  return static_cast<cudaError_t>(state.error);
}

#define MOCK_ENTER()                            \
  do {                                          \
    const cudaError_t entered = enter();        \
    if (entered != cudaSuccess) return entered; \
  } while (0)

template <class Agent>
cudaError_t start(const Agent& agent, int32_t blocks, cudaStream_t stream) {
  MOCK_ENTER();
  if (blocks <= 0 || stream == nullptr) return cudaErrorInvalidValue;
  ++state.launches;
  while (__atomic_load_n(&state.hold, __ATOMIC_ACQUIRE) != 0) {
    __atomic_store_n(&state.held, 1, __ATOMIC_RELEASE);
    std::this_thread::yield();
  }
  pc15::backend::cuda::run_on_host(agent, blocks, static_cast<pc15::backend::cuda::HostOrder>(state.order));
  return cudaSuccess;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) mock_cuda* mock_cuda_state(void) { return &state; }
extern "C" __attribute__((visibility("default"))) int mock_cuda_call(void) {
  const int number = ++state.fft_calls, first = state.fft_fail_at;
  const bool fails = number == first || (state.fft_sticky != 0 && first != 0 && number > first);
  return static_cast<int>(enter()) != 0 || fails ? 1 : 0;
}

cudaError_t cudaGetDeviceCount(int* count) {
  MOCK_ENTER();
  *count = state.devices;
  return state.devices > 0 ? cudaSuccess : cudaErrorNoDevice;
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  MOCK_ENTER();
  if (device < 0 || device >= state.devices) return cudaErrorInvalidDevice;
  std::snprintf(properties->name, sizeof(properties->name), "Mock %d", device);
  properties->totalGlobalMem = size_t{1} << 30;
  return cudaSuccess;
}
cudaError_t cudaGetDevice(int* device) {
  MOCK_ENTER();
  *device = state.device;
  return cudaSuccess;
}
cudaError_t cudaSetDevice(int device) {
  MOCK_ENTER();
  if (device < 0 || device >= state.devices) return cudaErrorInvalidDevice;
  state.device = device;
  return cudaSuccess;
}
cudaError_t cudaGetLastError() {
  state.leaked_error = 0;
  return cudaSuccess;
}
cudaError_t cudaMalloc(void** pointer, size_t size) {
  MOCK_ENTER();
  *pointer = std::malloc(size);
  if (*pointer == nullptr) return cudaErrorMemoryAllocation;
  std::memset(*pointer, 0xC3, size);
  live.insert(*pointer);
  ++state.allocations;
  return cudaSuccess;
}
// Gives memory back even when it is to fail: a lost device takes its memory along.
cudaError_t cudaFree(void* pointer) {
  if (live.erase(pointer) == 1) {
    std::free(pointer);
    --state.allocations;
  }
  MOCK_ENTER();
  return cudaSuccess;
}
cudaError_t cudaMallocHost(void** pointer, size_t size) { return cudaMalloc(pointer, size); }
cudaError_t cudaFreeHost(void* pointer) { return cudaFree(pointer); }
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  MOCK_ENTER();
  *stream = new MockStream;
  (*stream)->device = state.device;
  ++state.allocations;
  return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  delete stream;
  --state.allocations;
  MOCK_ENTER();
  return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  if (stream == nullptr) return cudaErrorInvalidValue;
  std::vector<std::function<void()>> copies;
  copies.swap(stream->waiting);
  MOCK_ENTER();
  for (const std::function<void()>& copy : copies) copy();
  return cudaSuccess;
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t size, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  MOCK_ENTER();
  ++state.copies;
  if (kind == cudaMemcpyDeviceToHost) {
    stream->waiting.push_back([=] { std::memcpy(to, from, size); });
  } else {
    if (kind == cudaMemcpyHostToDevice) state.sent += static_cast<long>(size);
    std::memcpy(to, from, size);
  }
  return cudaSuccess;
}
cudaError_t cudaMemcpy2DAsync(void* to, size_t to_pitch, const void* from, size_t from_pitch, size_t width,
                              size_t height, cudaMemcpyKind, cudaStream_t stream) {
  MOCK_ENTER();
  ++state.copies;
  if (to_pitch < width || from_pitch < width) return cudaErrorInvalidValue;
  stream->waiting.push_back([=] {
    for (size_t y = 0; y < height; ++y) {
      std::memcpy(static_cast<char*>(to) + y * to_pitch, static_cast<const char*>(from) + y * from_pitch,
                  width);
    }
  });
  return cudaSuccess;
}
cudaError_t cudaMemsetAsync(void* to, int value, size_t size, cudaStream_t) {
  MOCK_ENTER();
  ++state.copies;
  std::memset(to, value, size);
  return cudaSuccess;
}

namespace pc15::backend::cuda {

cudaError_t launch(const Group<RenderAgent>& a, int32_t blocks, cudaStream_t s) {
  return start(a, blocks, s);
}
cudaError_t launch(const Group<GrbAgent>& a, int32_t blocks, cudaStream_t s) { return start(a, blocks, s); }
cudaError_t launch(const Group<CellAgent>& a, int32_t blocks, cudaStream_t s) { return start(a, blocks, s); }
cudaError_t launch(const Group<SeamAgent>& a, int32_t blocks, cudaStream_t s) { return start(a, blocks, s); }
cudaError_t launch(const Group<LoopAgent>& a, int32_t blocks, cudaStream_t s) { return start(a, blocks, s); }
cudaError_t launch(const Group<OutputAgent>& a, int32_t blocks, cudaStream_t s) {
  return start(a, blocks, s);
}
cudaError_t launch(const Group<PrepareLayersAgent>& a, int32_t blocks, cudaStream_t s) {
  return start(a, blocks, s);
}
cudaError_t launch(const Group<PrepareProgramsAgent>& a, int32_t blocks, cudaStream_t s) {
  return start(a, blocks, s);
}
cudaError_t launch(const Group<FitAgent>& a, int32_t blocks, cudaStream_t s) { return start(a, blocks, s); }
cudaError_t launch(const Group<ErrorAgent>& a, int32_t blocks, cudaStream_t s) { return start(a, blocks, s); }
cudaError_t launch(const AtomRestAgent& a, int32_t blocks, cudaStream_t s) { return start(a, blocks, s); }
cudaError_t launch(const AtomKernelAgent& a, int32_t blocks, cudaStream_t s) { return start(a, blocks, s); }
cudaError_t launch(const AtomProductAgent& a, int32_t blocks, cudaStream_t s) { return start(a, blocks, s); }
cudaError_t launch(const AtomPeakAgent& a, int32_t blocks, cudaStream_t s) { return start(a, blocks, s); }
cudaError_t launch(const WindowAgent& a, int32_t blocks, cudaStream_t s) { return start(a, blocks, s); }
cudaError_t launch(const PowerAgent& a, int32_t blocks, cudaStream_t s) { return start(a, blocks, s); }

}  // namespace pc15::backend::cuda
