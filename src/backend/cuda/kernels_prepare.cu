#include "backend/cuda/kernels.cuh"

namespace pc15::backend::cuda {

cudaError_t launch(const Group<PrepareLayersAgent>& agent, int32_t blocks, cudaStream_t stream) {
  return start(agent, blocks, stream);
}
cudaError_t launch(const Group<PrepareProgramsAgent>& agent, int32_t blocks, cudaStream_t stream) {
  return start(agent, blocks, stream);
}

}  // namespace pc15::backend::cuda
