#include "backend/cuda/kernels.cuh"

namespace pc15::backend::cuda {

cudaError_t launch(const CellAgent& agent, int32_t blocks, cudaStream_t stream) {
  return start(agent, blocks, stream);
}
cudaError_t launch(const SeamAgent& agent, int32_t blocks, cudaStream_t stream) {
  return start(agent, blocks, stream);
}
cudaError_t launch(const LoopAgent& agent, int32_t blocks, cudaStream_t stream) {
  return start(agent, blocks, stream);
}
cudaError_t launch(const OutputAgent& agent, int32_t blocks, cudaStream_t stream) {
  return start(agent, blocks, stream);
}

}  // namespace pc15::backend::cuda
