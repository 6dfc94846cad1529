// Launches of the agents of spectra.
#pragma once

#include <cuda_runtime_api.h>

#include "backend/cuda/agent_spectrum.h"

namespace pc15::backend::cuda {

cudaError_t launch(const WindowAgent& agent, int32_t blocks, cudaStream_t stream);
cudaError_t launch(const PowerAgent& agent, int32_t blocks, cudaStream_t stream);

}  // namespace pc15::backend::cuda
