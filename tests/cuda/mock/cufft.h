/* The part of cuFFT that backend/cuda/fourier.cpp calls, with the names and values of NVIDIA's, for tests
 * without a GPU. Its library, mock_cufft.cpp, is loaded as NVIDIA's would be. */
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>

enum cufftResult : int {
  CUFFT_SUCCESS = 0,
  CUFFT_INVALID_PLAN = 1,
  CUFFT_ALLOC_FAILED = 2,
  CUFFT_INVALID_VALUE = 4,
  CUFFT_INTERNAL_ERROR = 5,
  CUFFT_EXEC_FAILED = 6
};
enum cufftType : int { CUFFT_Z2Z = 0x69, CUFFT_D2Z = 0x6a };
enum : int { CUFFT_FORWARD = -1, CUFFT_INVERSE = 1 };
using cufftHandle = int;
using cufftDoubleReal = double;
struct cufftDoubleComplex {
  double x, y;
};

extern "C" {
cufftResult cufftCreate(cufftHandle* plan);
cufftResult cufftDestroy(cufftHandle plan);
cufftResult cufftSetAutoAllocation(cufftHandle plan, int on);
cufftResult cufftMakePlanMany(cufftHandle plan, int rank, int* n, int* inembed, int istride, int idist,
                              int* onembed, int ostride, int odist, cufftType type, int batch,
                              size_t* work_size);
cufftResult cufftSetStream(cufftHandle plan, cudaStream_t stream);
cufftResult cufftSetWorkArea(cufftHandle plan, void* area);
cufftResult cufftExecD2Z(cufftHandle plan, cufftDoubleReal* in, cufftDoubleComplex* out);
cufftResult cufftExecZ2Z(cufftHandle plan, cufftDoubleComplex* in, cufftDoubleComplex* out, int direction);
}
