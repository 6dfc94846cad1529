// The way of spectra on a device, over the queue of pipeline.h. Those of one size go together: one copy each
// way, one launch before and one behind, one transform.
//
// Beside what pipeline.h lists, the Queue offers
//   plan(nx, ny, batch, &plan, &area_bytes)   how to transform so many squares at once, and what it needs
//   transform(plan, data, area)               in place, real to complex
#pragma once

#include <cstring>

#include "backend/cuda/agent_spectrum.h"
#include "backend/device_spectrum.h"
#include "base/status.h"

namespace pc15::backend::cuda {

template <class Queue>
class SpectrumPipeline {
 public:
  explicit SpectrumPipeline(Queue& queue) : queue_(queue) {}

  Status run(const device::SpectrumWork* works, int32_t count) {
    for (int32_t i = 0; i < count; ++i) {
      if (size_seen(works, i)) continue;
      nx_ = works[i].nx;
      ny_ = works[i].ny;
      count_ = 0;
      for (int32_t k = i; k < count; ++k) {
        if (!same_size(works[k], works[i])) continue;
        together_[count_++] = works + k;
        if (count_ == most()) PC15_TRY(run_together());
      }
      if (count_ > 0) PC15_TRY(run_together());
    }
    return ok_status();
  }

 private:
  enum : int32_t { kMost = 512 };
  enum : int64_t { kMostBytes = 32 << 20 };  // that are transformed at once

  static bool same_size(const device::SpectrumWork& a, const device::SpectrumWork& b) {
    return a.nx == b.nx && a.ny == b.ny;
  }
  static bool size_seen(const device::SpectrumWork* works, int32_t i) {
    for (int32_t k = 0; k < i; ++k) {
      if (same_size(works[k], works[i])) return true;
    }
    return false;
  }
  int64_t transformed_bytes() const { return int64_t{ny_} * (nx_ + 2) * int64_t{sizeof(double)}; }
  int64_t powers() const { return int64_t{nx_} * (ny_ / 2 + 1); }
  // A power of two, as the batches of plans are.
  int32_t most() const {
    int32_t n = 1;
    while (2 * n <= kMost && 2 * n * transformed_bytes() <= kMostBytes) n *= 2;
    return n;
  }

  static int64_t padded(int64_t bytes) { return (bytes + 255) & ~int64_t{255}; }
  template <typename T>
  T* at(int64_t offset) const {
    return reinterpret_cast<T*>(base_ + static_cast<uintptr_t>(offset));
  }

  // Records, then windows and samples of each; writes them unless `staged` is null.
  // `batch` records: those behind the last are of nothing, so that a plan of more squares reads zeros.
  int64_t walk(int32_t batch, uint8_t* staged) const {
    int64_t next = padded(batch * static_cast<int64_t>(sizeof(SpectrumRecord)));
    const SpectrumRecord nothing{};
    for (int32_t i = count_; i < batch && staged != nullptr; ++i)
      std::memcpy(staged + i * sizeof(nothing), &nothing, sizeof(nothing));
    for (int32_t i = 0; i < count_; ++i) {
      const device::SpectrumWork& w = *together_[i];
      const int64_t wx = next, wy = wx + w.width * int64_t{sizeof(double)};
      const int64_t values = wy + w.height * int64_t{sizeof(double)}, row = w.width * int64_t{sizeof(float)};
      next = padded(values + w.height * row);
      if (staged == nullptr) continue;
      const SpectrumRecord record{w.width,        w.height,       at<float>(values),
                                  at<double>(wx), at<double>(wy), w.floor};
      std::memcpy(staged + i * sizeof(record), &record, sizeof(record));
      std::memcpy(staged + wx, w.wx, static_cast<size_t>(wy - wx));
      std::memcpy(staged + wy, w.wy, static_cast<size_t>(values - wy));
      for (int32_t j = 0; j < w.height; ++j)
        std::memcpy(staged + values + j * row, w.values + j * w.stride, static_cast<size_t>(row));
    }
    return next;
  }

  Status run_together() {
    int32_t batch = 1;
    while (batch < count_) batch *= 2;  // few plans
    int32_t plan = 0;
    int64_t area = 0;
    PC15_TRY(queue_.plan(nx_, ny_, batch, &plan, &area));
    const int64_t sent = walk(batch, nullptr), got = count_ * powers() * int64_t{sizeof(float)};
    const int64_t out = sent, bins = out + padded(got), work = bins + padded(batch * transformed_bytes());
    void *base = nullptr, *staged = nullptr;
    PC15_TRY(queue_.reserve(work + area, &base));
    PC15_TRY(queue_.stage(sent > got ? sent : got, &staged));
    base_ = reinterpret_cast<uintptr_t>(base);
    walk(batch, static_cast<uint8_t*>(staged));
    PC15_TRY(queue_.upload(base, staged, sent));
    const SpectrumRecord* const records = at<SpectrumRecord>(0);
    PC15_TRY(
        queue_.launch(WindowAgent{records, nx_, ny_, at<double>(bins)}, batch * window_blocks(nx_, ny_)));
    PC15_TRY(queue_.transform(plan, at<double>(bins), at<void>(work)));
    PC15_TRY(queue_.launch(PowerAgent{records, nx_, ny_, at<double>(bins), at<float>(out)},
                           count_ * power_blocks(nx_, ny_)));
    PC15_TRY(queue_.download(staged, at<void>(out), got));
    PC15_TRY(queue_.wait());
    for (int32_t i = 0; i < count_; ++i) {
      std::memcpy(together_[i]->power, static_cast<const float*>(staged) + i * powers(),
                  static_cast<size_t>(powers()) * sizeof(float));
    }
    count_ = 0;
    return ok_status();
  }

  Queue& queue_;
  const device::SpectrumWork* together_[kMost];
  int32_t count_ = 0, nx_ = 0, ny_ = 0;
  uintptr_t base_ = 0;
};

}  // namespace pc15::backend::cuda
