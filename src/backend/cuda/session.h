// One CUDA device in use: a queue for the pipeline. Every call of the runtime is checked; the first that
// fails ends the decode with its name and number. Compiled for the CUDA library and, with a runtime that runs
// on the host and fails on demand, for the tests.
//
// Thread rule: one thread at a time. The device that the caller had chosen is chosen again before a call
// returns.
#pragma once

#include <cuda_runtime_api.h>

#include "backend/cuda/atom_pipeline.h"
#include "backend/cuda/fourier.h"
#include "backend/cuda/launch.h"
#include "backend/cuda/launch_atoms.h"
#include "backend/cuda/launch_spectrum.h"
#include "backend/cuda/pipeline.h"
#include "backend/cuda/plugin.h"
#include "backend/cuda/search_pipeline.h"
#include "backend/cuda/spectrum_pipeline.h"

namespace pc15::backend::device {

// A failed call of the runtime as a Status: kNoDevice when there is nothing to run on, else kDevice.
Status cuda_status(cudaError_t error, const char* message);
// `call` is the name of the function, a literal.
#define PC15_CUDA(call, ...)                                                                              \
  do {                                                                                                    \
    const cudaError_t pc15_error_ = call(__VA_ARGS__);                                                    \
    if (pc15_error_ != cudaSuccess)                                                                       \
      return ::pc15::backend::device::cuda_status(pc15_error_, #call " failed with CUDA error %" PRId64); \
  } while (0)

class Session {
 public:
  static Status open(int32_t index, Session** out);
  // Frees what there is, whatever fails.
  ~Session();

  // As Device::decode().
  Status decode(const Work* works, int32_t count, void* stream, int32_t* done);
  // As Device::search().
  Status search(const SearchWork* works, int32_t count);
  // As Device::spectra().
  Status spectra(const SpectrumWork* works, int32_t count, bool* made);
  // As Device::atoms().
  Status atoms(const AtomWork& work, bool* made);

  // The queue of cuda::Pipeline and the other pipelines.
  Status reserve(int64_t bytes, void** base);
  Status upload(void* to, const void* from, int64_t bytes);
  Status clear(void* to, int64_t bytes, int value);
  Status stage(int64_t bytes, void** memory);
  Status download(void* to, const void* from, int64_t bytes);
  Status download_rows(uint8_t* to, int64_t to_stride, const uint8_t* from, int64_t row_bytes, int32_t rows);
  Status wait();
  Status keep(uint64_t version, const void* data, int64_t bytes, const void** base);
  Status plan(int32_t nx, int32_t ny, int32_t batch, int32_t* plan, int64_t* area_bytes) {
    return fourier_.plan({nx, ny, batch, false}, plan, area_bytes);
  }
  Status transform(int32_t plan, double* data, void* area) { return fourier_.run(plan, stream_, data, area); }
  Status plan_complex(int32_t side, int32_t batch, int32_t* plan, int64_t* area_bytes) {
    return fourier_.plan({side, side, batch, true}, plan, area_bytes);
  }
  Status transform_complex(int32_t plan, cuda::ComplexValue* data, bool inverse, void* area) {
    return fourier_.run_complex(plan, stream_, data, inverse, area);
  }
  template <class Agent>
  Status launch(const Agent& agent, int32_t blocks) {
    if (blocks == 0) return ok_status();
    const cudaError_t error = cuda::launch(agent, blocks, stream_);
    if (error != cudaSuccess) return cuda_status(error, "a kernel could not start, CUDA error %" PRId64);
    return ok_status();
  }

 private:
  explicit Session(int32_t index) : index_(index) {}
  // What is kept between batches of the search: the samples of a few fits, the planes of the picture.
  struct Kept {
    uint64_t version = 0, used = 0;
    void* memory = nullptr;
    int64_t bytes = 0;
  };
  enum : int32_t { kKept = kMostKept + 8 };

  template <class Run>
  Status on_stream(cudaStream_t stream, const Run& run);

  int32_t index_;
  cudaStream_t own_ = nullptr, stream_ = nullptr;
  void* memory_ = nullptr;
  int64_t memory_bytes_ = 0;
  void* staging_ = nullptr;  // of the host, pinned
  int64_t staging_bytes_ = 0;
  Kept kept_[kKept];
  uint64_t uses_ = 0;
  Fourier fourier_;
};

}  // namespace pc15::backend::device
