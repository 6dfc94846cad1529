// What the card can do at most: bytes by a copy, 32-bit integer operations by a chain that nothing can
// shorten.
#include "ceilings.h"

#include <cuda_runtime.h>

#include <cstdint>

namespace {

constexpr int kRounds = 2048;

__global__ void copy(const uint4* from, uint4* to, size_t n) {
  const size_t stride = size_t{gridDim.x} * blockDim.x;
  for (size_t i = size_t{blockIdx.x} * blockDim.x + threadIdx.x; i < n; i += stride) to[i] = from[i];
}

// Eight independent multiply-adds a round.
__global__ void integers(uint32_t* out) {
  uint32_t v[8], m = threadIdx.x | 1u;
  for (uint32_t k = 0; k < 8; ++k) v[k] = k + threadIdx.x;
  for (int i = 0; i < kRounds; ++i) {
#pragma unroll
    for (int k = 0; k < 8; ++k) v[k] = v[k] * m + static_cast<uint32_t>(i);
  }
  uint32_t sum = 0;
  for (int k = 0; k < 8; ++k) sum += v[k];
  out[size_t{blockIdx.x} * blockDim.x + threadIdx.x] = sum;
}

// Least milliseconds of five launches.
template <class Launch>
float best_of_five(Launch launch) {
  cudaEvent_t begin, end;
  cudaEventCreate(&begin);
  cudaEventCreate(&end);
  float best = 1e9f;
  for (int i = 0; i < 5; ++i) {
    cudaEventRecord(begin);
    launch();
    cudaEventRecord(end);
    cudaEventSynchronize(end);
    float ms = 0;
    cudaEventElapsedTime(&ms, begin, end);
    if (ms < best) best = ms;
  }
  cudaEventDestroy(begin);
  cudaEventDestroy(end);
  return best;
}

}  // namespace

Ceilings measure_ceilings() {
  Ceilings c;
  const size_t bytes = size_t{1} << 29;
  const unsigned blocks = 4096, threads = 256;
  uint4 *from = nullptr, *to = nullptr;
  if (cudaMalloc(&from, bytes) == cudaSuccess && cudaMalloc(&to, bytes) == cudaSuccess) {
    const float ms = best_of_five([&] { copy<<<blocks, threads>>>(from, to, bytes / sizeof(uint4)); });
    c.copy_gb_s = 2.0 * static_cast<double>(bytes) / ms / 1e6;
    const float integer_ms =
        best_of_five([&] { integers<<<blocks, threads>>>(reinterpret_cast<uint32_t*>(to)); });
    c.integer_gops = 2.0 * 8 * kRounds * blocks * threads / integer_ms / 1e6;
  }
  void* host = nullptr;
  if (from != nullptr && cudaMallocHost(&host, bytes / 4) == cudaSuccess) {
    const float ms =
        best_of_five([&] { cudaMemcpyAsync(from, host, bytes / 4, cudaMemcpyHostToDevice, nullptr); });
    c.upload_gb_s = static_cast<double>(bytes / 4) / ms / 1e6;
  }
  cudaFreeHost(host);
  cudaFree(from);
  cudaFree(to);
  if (cudaGetLastError() != cudaSuccess) c = Ceilings();
  return c;
}

void* device_memory(size_t bytes) {
  void* memory = nullptr;
  return cudaMalloc(&memory, bytes) == cudaSuccess ? memory : nullptr;
}
void free_device_memory(void* memory) { cudaFree(memory); }
bool to_host(void* to, const void* from, size_t bytes) {
  return cudaMemcpy(to, from, bytes, cudaMemcpyDeviceToHost) == cudaSuccess;
}
