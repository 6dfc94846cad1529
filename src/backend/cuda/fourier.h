// cuFFT, for those who have it. Its library, ten times the size of everything else here, is no dependency: it
// is loaded when the first transform is asked for, libcufft.so.12 or else .11, and without it there are none.
//
// Thread rule: one thread at a time for a Fourier; available() from any.
#pragma once

#include <cuda_runtime_api.h>

#include "base/status.h"

namespace pc15::backend::device {

class Fourier {
 public:
  Fourier() = default;
  Fourier(const Fourier&) = delete;
  Fourier& operator=(const Fourier&) = delete;

  // Whether there is a library, and one with every function that is called.
  static bool available();

  // A plan for `batch` transforms at once, real to complex, in place: ny rows of nx + 2 values each. What is
  // there is used again, of the others the oldest goes. `area_bytes`: of device memory for run().
  Status plan(int32_t nx, int32_t ny, int32_t batch, int32_t* plan, int64_t* area_bytes);
  Status run(int32_t plan, cudaStream_t stream, double* data, void* area);
  // Gives all plans back, whatever fails.
  void close();

 private:
  struct Plan {
    bool serves(int32_t x, int32_t y, int32_t n) const { return nx == x && ny == y && batch == n; }
    int handle = 0;  // cufftHandle
    int32_t nx = 0, ny = 0, batch = 0;
    int64_t area_bytes = 0;
    uint64_t used = 0;
  };
  enum : int32_t { kPlans = 8 };

  Status make(int32_t nx, int32_t ny, int32_t batch, Plan* p);
  static void drop(Plan* p);

  Plan plans_[kPlans];
  uint64_t uses_ = 0;
};

}  // namespace pc15::backend::device
