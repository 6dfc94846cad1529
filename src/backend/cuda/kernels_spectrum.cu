#include "backend/cuda/kernels.cuh"
#include "backend/cuda/launch_spectrum.h"

namespace pc15::backend::cuda {

cudaError_t launch(const WindowAgent& agent, int32_t blocks, cudaStream_t stream) {
  return start(agent, blocks, stream);
}
cudaError_t launch(const PowerAgent& agent, int32_t blocks, cudaStream_t stream) {
  return start(agent, blocks, stream);
}

}  // namespace pc15::backend::cuda
