// Launches of the agents. kernels_*.cu has them for the device.
#pragma once

#include <cuda_runtime_api.h>

#include "backend/cuda/agent_cells.h"
#include "backend/cuda/agent_filters.h"
#include "backend/cuda/agent_group.h"
#include "backend/cuda/agent_output.h"
#include "backend/cuda/agent_prepare.h"
#include "backend/cuda/agent_render.h"
#include "backend/cuda/agent_search.h"

namespace pc15::backend::cuda {

cudaError_t launch(const Group<RenderAgent>& agent, int32_t blocks, cudaStream_t stream);
cudaError_t launch(const Group<GrbAgent>& agent, int32_t blocks, cudaStream_t stream);
cudaError_t launch(const Group<CellAgent>& agent, int32_t blocks, cudaStream_t stream);
cudaError_t launch(const Group<SeamAgent>& agent, int32_t blocks, cudaStream_t stream);
cudaError_t launch(const Group<LoopAgent>& agent, int32_t blocks, cudaStream_t stream);
cudaError_t launch(const Group<OutputAgent>& agent, int32_t blocks, cudaStream_t stream);
cudaError_t launch(const Group<PrepareLayersAgent>& agent, int32_t blocks, cudaStream_t stream);
cudaError_t launch(const Group<PrepareProgramsAgent>& agent, int32_t blocks, cudaStream_t stream);
cudaError_t launch(const Group<FitAgent>& agent, int32_t blocks, cudaStream_t stream);
cudaError_t launch(const Group<ErrorAgent>& agent, int32_t blocks, cudaStream_t stream);

}  // namespace pc15::backend::cuda
