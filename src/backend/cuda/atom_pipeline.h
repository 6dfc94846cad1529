// The way of a search for atoms on a device, over the queue of pipeline.h: one copy each way, one transform
// of what is left, and for as many kernels as fit together two transforms between three launches.
//
// Beside what pipeline.h lists, the Queue offers
//   plan_complex(side, batch, &plan, &area_bytes)     how to transform so many squares at once
//   transform_complex(plan, data, inverse, area)      in place, not scaled
#pragma once

#include <algorithm>
#include <cstring>

#include "backend/cuda/agent_atoms.h"
#include "base/status.h"

namespace pc15::backend::cuda {

template <class Queue>
class AtomPipeline {
 public:
  explicit AtomPipeline(Queue& queue) : queue_(queue) {}

  Status run(const device::AtomWork& w) {
    const int64_t plane = int64_t{w.side} * w.side * int64_t{sizeof(ComplexValue)};
    const int32_t batch = batch_of(w.count, plane);
    int32_t one = 0, many = 0;
    int64_t area = 0, other_area = 0;
    PC15_TRY(queue_.plan_complex(w.side, batch, &many, &area));
    PC15_TRY(queue_.plan_complex(w.side, 1, &one, &other_area));
    const int64_t kernel_bytes = padded(w.count * int64_t{sizeof(device::AtomKernel)});
    const int64_t rest_bytes = int64_t{w.width} * w.height * int64_t{sizeof(int32_t)};
    const int64_t answer_bytes = w.count * int64_t{sizeof(device::AtomAnswer)};
    const int64_t energy_bytes = 2 * int64_t{w.count + batch} * int64_t{sizeof(int64_t)};
    const int64_t answers = kernel_bytes + padded(rest_bytes), energies = answers + padded(answer_bytes);
    const int64_t rest = energies + padded(energy_bytes), planes = rest + plane;
    const int64_t work = planes + batch * plane, sent = kernel_bytes + rest_bytes;
    void *base = nullptr, *staged = nullptr;
    PC15_TRY(queue_.reserve(work + std::max(area, other_area), &base));
    PC15_TRY(queue_.stage(std::max(sent, answer_bytes), &staged));
    base_ = reinterpret_cast<uintptr_t>(base);
    std::memcpy(staged, w.kernels, static_cast<size_t>(w.count) * sizeof(device::AtomKernel));
    std::memcpy(static_cast<uint8_t*>(staged) + kernel_bytes, w.rest, static_cast<size_t>(rest_bytes));
    PC15_TRY(queue_.upload(base, staged, sent));
    PC15_TRY(queue_.clear(at<void>(energies), energy_bytes, 0));
    ComplexValue* const spectrum = at<ComplexValue>(rest);
    PC15_TRY(queue_.launch(AtomRestAgent{at<int32_t>(kernel_bytes), w.side, w.width, w.height, spectrum},
                           atom_blocks(w.side)));
    PC15_TRY(queue_.transform_complex(one, spectrum, false, at<void>(work)));
    for (int32_t first = 0; first < w.count; first += batch) {
      const int32_t count = std::min(batch, w.count - first), blocks = batch * atom_blocks(w.side);
      const device::AtomKernel* const kernels = at<device::AtomKernel>(0) + first;
      int64_t* const sums = at<int64_t>(energies) + 2 * first;
      ComplexValue* const out = at<ComplexValue>(planes);
      PC15_TRY(queue_.launch(AtomKernelAgent{kernels, count, w.side, w.shift, out, sums}, blocks));
      PC15_TRY(queue_.transform_complex(many, out, false, at<void>(work)));
      PC15_TRY(queue_.launch(AtomProductAgent{spectrum, w.side, out}, blocks));
      PC15_TRY(queue_.transform_complex(many, out, true, at<void>(work)));
      PC15_TRY(queue_.launch(AtomPeakAgent{kernels, sums, w.side, w.width, w.height, out,
                                           at<device::AtomAnswer>(answers) + first},
                             count));
    }
    PC15_TRY(queue_.download(staged, at<void>(answers), answer_bytes));
    PC15_TRY(queue_.wait());
    std::memcpy(w.answers, staged, static_cast<size_t>(answer_bytes));
    return ok_status();
  }

 private:
  enum : int64_t { kMostBytes = 16 << 20 };  // that are transformed at once, so that caches hold them

  static int64_t padded(int64_t bytes) { return (bytes + 255) & ~int64_t{255}; }
  static int32_t batch_of(int32_t count, int64_t plane) {
    int32_t n = 1;
    while (n < count && 2 * n * plane <= kMostBytes) n *= 2;
    return n;
  }
  template <typename T>
  T* at(int64_t offset) const {
    return reinterpret_cast<T*>(base_ + static_cast<uintptr_t>(offset));
  }

  Queue& queue_;
  uintptr_t base_ = 0;
};

}  // namespace pc15::backend::cuda
