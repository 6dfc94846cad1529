// The kernel of every agent.
#pragma once

#include "backend/cuda/block_executor.h"
#include "backend/cuda/launch.h"

namespace pc15::backend::cuda {

template <class Agent>
__global__ void __launch_bounds__(kBlockThreads) run_agent(const Agent agent) {
  __shared__ typename Agent::Shared shared;
  DeviceBlock block;
  agent.run(block, shared);
}

template <class Agent>
cudaError_t start(const Agent& agent, int32_t blocks, cudaStream_t stream) {
  run_agent<<<static_cast<unsigned>(blocks), kBlockThreads, 0, stream>>>(agent);
  return cudaGetLastError();
}

}  // namespace pc15::backend::cuda
