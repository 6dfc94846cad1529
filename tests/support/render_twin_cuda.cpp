// The normative headers as nvcc's device pass would read them: target.h takes its CUDA branch, because
// __CUDACC__ is defined, and the qualifiers of CUDA are empty words of this translation unit.
#define __CUDACC__ 1
#define __host__
#define __device__
#define __forceinline__ inline __attribute__((always_inline))

#include "base/target.h"

#define PC15_TWIN_TEXT_(...) #__VA_ARGS__
#define PC15_TWIN_TEXT(...) PC15_TWIN_TEXT_(__VA_ARGS__)
// The plain branch says `unused`, the CUDA branch does not.
static constexpr char kQualifier[] = PC15_TWIN_TEXT(PC15_HD);

// Another name for the inline functions of the twin, so that the linker keeps both copies.
#define twin_generator twin_generator_under_cuda
#define TwinSample TwinSampleUnderCuda
#define twin_add twin_add_under_cuda
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
#include "support/render_twin.h"
#undef twin_generator

namespace pc15::test {

uint64_t twin_generator_cuda(int32_t position, int32_t scale_log2) {
  return twin_generator_under_cuda(position, scale_log2);
}

bool twin_took_cuda_branch() {
  for (const char* p = kQualifier; *p != 0; ++p) {
    if (p[0] == 'u' && p[1] == 'n' && p[2] == 'u' && p[3] == 's' && p[4] == 'e' && p[5] == 'd') return false;
  }
  return true;
}

}  // namespace pc15::test
