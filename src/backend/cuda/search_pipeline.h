// The way of a batch of candidates on a device, over the queue of pipeline.h.
#pragma once

#include "backend/cuda/agent_search.h"
#include "base/status.h"

namespace pc15::backend::cuda {

template <class Queue>
class SearchPipeline {
 public:
  explicit SearchPipeline(Queue& queue) : queue_(queue) {}

  Status fits(const FitBatch& batch) {
    FitRecord records[kMostViews];
    for (int64_t i = 0; i < batch.views.count; ++i) {
      FitRecord& view = records[i];
      view = batch.views.data[i];
      const void* base = nullptr;
      PC15_TRY(queue_.keep(view.version, view.columns,
                           int64_t{view.base_count + 1} * view.count * static_cast<int64_t>(sizeof(float)),
                           &base));
      view.columns = static_cast<const float*>(base);
    }
    const Array<FitRecord> views{records, batch.views.count};
    const int64_t at_views = place(views), at_layers = place(batch.layers), at_tasks = place(batch.tasks),
                  at_blocks = place(batch.blocks);
    const int64_t out_bytes = batch.blocks.count * batch.sums * static_cast<int64_t>(sizeof(int64_t));
    const int64_t at_out = place(out_bytes);
    PC15_TRY(queue_.reserve(total_, &base_));
    PC15_TRY(send(views, at_views));
    PC15_TRY(send(batch.layers, at_layers));
    PC15_TRY(send(batch.tasks, at_tasks));
    PC15_TRY(send(batch.blocks, at_blocks));
    const FitAgent agent{at<FitRecord>(at_views),
                         at<PreparedLayer>(at_layers),
                         at<FitTaskRecord>(at_tasks),
                         at<FitBlock>(at_blocks),
                         batch.sums,
                         at<int64_t>(at_out)};
    PC15_TRY(queue_.launch(agent, static_cast<int32_t>(batch.blocks.count)));
    return receive(batch.out, at_out, out_bytes);
  }

  Status errors(const ErrorBatch& batch) {
    ErrorAgent agent;
    for (int32_t p = 0; p < batch.plane_count; ++p) {
      agent.plane[p] = batch.plane[p];
      const void* base = nullptr;
      PC15_TRY(queue_.keep(batch.plane[p].version, batch.plane[p].samples, batch.plane[p].bytes, &base));
      agent.plane[p].samples = static_cast<const Pixel*>(base);
    }
    const int64_t at_programs = place(batch.programs), at_chunks = place(batch.chunks);
    const int64_t count = batch.chunks.count * batch.candidates;
    const int64_t out_bytes = count * static_cast<int64_t>(sizeof(int64_t)), at_out = place(out_bytes);
    PC15_TRY(queue_.reserve(total_, &base_));
    PC15_TRY(send(batch.programs, at_programs));
    PC15_TRY(send(batch.chunks, at_chunks));
    agent.programs = at<DeviceProgram>(at_programs);
    agent.chunks = at<ErrorChunk>(at_chunks);
    agent.chunk_count = static_cast<int32_t>(batch.chunks.count);
    agent.plane_count = batch.plane_count;
    agent.out = at<int64_t>(at_out);
    PC15_TRY(queue_.launch(agent, static_cast<int32_t>(count)));
    return receive(batch.out, at_out, out_bytes);
  }

 private:
  // Offsets from base_, multiples of 256 bytes.
  int64_t place(int64_t bytes) {
    const int64_t at = total_;
    total_ += (bytes + 255) & ~int64_t{255};
    return at;
  }
  template <typename T>
  int64_t place(const Array<T>& array) {
    return place(array.count * static_cast<int64_t>(sizeof(T)));
  }
  template <typename T>
  T* at(int64_t offset) const {
    return reinterpret_cast<T*>(static_cast<uint8_t*>(base_) + offset);
  }
  template <typename T>
  Status send(const Array<T>& array, int64_t offset) {
    if (array.count == 0) return ok_status();
    return queue_.upload(at<T>(offset), array.data, array.count * static_cast<int64_t>(sizeof(T)));
  }
  Status receive(int64_t* to, int64_t offset, int64_t bytes) {
    PC15_TRY(queue_.download(to, at<uint8_t>(offset), bytes));
    return queue_.wait();
  }

  Queue& queue_;
  void* base_ = nullptr;
  int64_t total_ = 0;
};

}  // namespace pc15::backend::cuda
