#include "backend/cuda/kernels.cuh"
#include "backend/cuda/launch_atoms.h"

namespace pc15::backend::cuda {

cudaError_t launch(const AtomRestAgent& agent, int32_t blocks, cudaStream_t stream) {
  return start(agent, blocks, stream);
}
cudaError_t launch(const AtomKernelAgent& agent, int32_t blocks, cudaStream_t stream) {
  return start(agent, blocks, stream);
}
cudaError_t launch(const AtomProductAgent& agent, int32_t blocks, cudaStream_t stream) {
  return start(agent, blocks, stream);
}
cudaError_t launch(const AtomPeakAgent& agent, int32_t blocks, cudaStream_t stream) {
  return start(agent, blocks, stream);
}

}  // namespace pc15::backend::cuda
