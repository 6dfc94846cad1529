#include "backend/cuda/kernels.cuh"

namespace pc15::backend::cuda {

cudaError_t launch(const Group<RenderAgent>& agent, int32_t blocks, cudaStream_t stream) {
  return start(agent, blocks, stream);
}
cudaError_t launch(const Group<GrbAgent>& agent, int32_t blocks, cudaStream_t stream) {
  return start(agent, blocks, stream);
}

}  // namespace pc15::backend::cuda
