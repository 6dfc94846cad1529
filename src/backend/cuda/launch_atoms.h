// Launches of the agents of a search for atoms.
#pragma once

#include <cuda_runtime_api.h>

#include "backend/cuda/agent_atoms.h"

namespace pc15::backend::cuda {

cudaError_t launch(const AtomRestAgent& agent, int32_t blocks, cudaStream_t stream);
cudaError_t launch(const AtomKernelAgent& agent, int32_t blocks, cudaStream_t stream);
cudaError_t launch(const AtomProductAgent& agent, int32_t blocks, cudaStream_t stream);
cudaError_t launch(const AtomPeakAgent& agent, int32_t blocks, cudaStream_t stream);

}  // namespace pc15::backend::cuda
