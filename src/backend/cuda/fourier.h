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

  // What is transformed at once, in place: `batch` times ny rows, of nx + 2 values, real to complex, or of nx
  // complex ones.
  struct Shape {
    int32_t nx = 0, ny = 0, batch = 0;
    bool complex = false;
    bool operator==(const Shape& o) const {
      return nx == o.nx && ny == o.ny && batch == o.batch && complex == o.complex;
    }
  };
  // A plan: what is there is used again, of the others the oldest goes. `area_bytes`: of device memory for
  // run().
  Status plan(const Shape& shape, int32_t* plan, int64_t* area_bytes);
  Status run(int32_t plan, cudaStream_t stream, double* data, void* area);
  // For plans of complex values, pairs of doubles. Not scaled.
  Status run_complex(int32_t plan, cudaStream_t stream, void* data, bool inverse, void* area);
  // Gives all plans back, whatever fails.
  void close();

 private:
  struct Plan {
    int handle = 0;  // cufftHandle
    Shape shape;     // batch 0: none
    int64_t area_bytes = 0;
    uint64_t used = 0;
  };
  enum : int32_t { kPlans = 8 };

  Status make(const Shape& shape, Plan* p);
  Status prepare(int32_t plan, cudaStream_t stream, void* area);
  static void drop(Plan* p);

  Plan plans_[kPlans];
  uint64_t uses_ = 0;
};

}  // namespace pc15::backend::device
