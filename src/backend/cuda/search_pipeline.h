// The way of batches of candidates on a device, over the queue of pipeline.h: those of several threads
// together, one copy each way and one launch a step for all.
#pragma once

#include <cstring>

#include "backend/cuda/agent_group.h"
#include "backend/cuda/agent_prepare.h"
#include "backend/cuda/agent_search.h"
#include "base/status.h"

namespace pc15::backend::cuda {

template <class Queue>
class SearchPipeline {
 public:
  explicit SearchPipeline(Queue& queue) : queue_(queue) {}

  Status run(const SearchWork* works, int32_t count) {
    works_ = works;
    count_ = count;
    base_ = 0;
    staged_ = nullptr;
    PC15_TRY(walk());  // how much of everything
    for (int32_t r = 1; r < kRegions; ++r) begin_[r] = begin_[r - 1] + next_[r - 1];
    void *base = nullptr, *staged = nullptr;
    PC15_TRY(queue_.reserve(begin_[kMade] + next_[kMade], &base));
    const int64_t most = next_[kSent] > next_[kSums] ? next_[kSent] : next_[kSums];
    PC15_TRY(queue_.stage(most, &staged));
    base_ = reinterpret_cast<uintptr_t>(base);
    staged_ = static_cast<uint8_t*>(staged);
    const int64_t sent = next_[kSent], sums = next_[kSums];
    PC15_TRY(walk());
    PC15_TRY(queue_.upload(at<void>(0), staged_, sent));
    PC15_TRY(queue_.clear(at<void>(begin_[kSums]), sums, 0));
    PC15_TRY(launch(prepare_layers_));
    PC15_TRY(launch(prepare_programs_));
    PC15_TRY(launch(fits_));
    PC15_TRY(launch(errors_));
    PC15_TRY(queue_.download(staged_, at<void>(begin_[kSums]), sums));
    PC15_TRY(queue_.wait());
    hand_out();
    return ok_status();
  }

 private:
  // What is sent; what is cleared, added to and fetched; what the device makes of it.
  enum Region : int32_t { kSent, kSums, kMade, kRegions };

  // The agents of a step, in what is sent.
  template <class Agent>
  struct Table {
    int64_t first = 0, agents = 0;  // offsets
    int32_t count = 0;
    int64_t blocks = 0;
  };

  // Offsets in device memory, multiples of 256 bytes.
  int64_t place(Region region, int64_t bytes) {
    const int64_t at = begin_[region] + next_[region];
    next_[region] += (bytes + 255) & ~int64_t{255};
    return at;
  }
  template <typename T>
  T* at(int64_t offset) const {
    return reinterpret_cast<T*>(base_ + static_cast<uintptr_t>(offset));
  }
  bool counting() const { return staged_ == nullptr; }
  void write(int64_t offset, const void* data, int64_t bytes) {
    if (!counting() && bytes != 0) std::memcpy(staged_ + offset, data, static_cast<size_t>(bytes));
  }
  template <typename T>
  const T* send(const Array<T>& array) {
    const int64_t bytes = array.count * static_cast<int64_t>(sizeof(T)), offset = place(kSent, bytes);
    write(offset, array.data, bytes);
    return at<T>(offset);
  }

  template <class Agent>
  void open(Table<Agent>* table) {
    *table = Table<Agent>();
    table->first = place(kSent, count_ * static_cast<int64_t>(sizeof(int32_t)));
    table->agents = place(kSent, count_ * static_cast<int64_t>(sizeof(Agent)));
  }
  template <class Agent>
  void add(const Agent& agent, int64_t blocks, Table<Agent>* table) {
    if (blocks <= 0) return;
    const int32_t first = static_cast<int32_t>(table->blocks);  // launch() refuses what does not fit
    write(table->first + table->count * static_cast<int64_t>(sizeof(first)), &first, sizeof(first));
    write(table->agents + table->count * static_cast<int64_t>(sizeof(Agent)), &agent, sizeof(Agent));
    ++table->count;
    table->blocks += blocks;
  }
  template <class Agent>
  Status launch(const Table<Agent>& table) {
    if (table.count == 0) return ok_status();
    PC15_FAIL_IF(table.blocks > INT32_MAX, Code::kDevice, "a batch of %" PRId64 " blocks is too large",
                 table.blocks);
    return queue_.launch(Group<Agent>{at<Agent>(table.agents), at<int32_t>(table.first), table.count},
                         static_cast<int32_t>(table.blocks));
  }

  // Twice the same way: first it counts, then it writes.
  Status walk() {
    for (int64_t& n : next_) n = 0;
    open(&prepare_layers_);
    open(&prepare_programs_);
    open(&fits_);
    open(&errors_);
    for (int32_t i = 0; i < count_; ++i) {
      if (works_[i].fits != nullptr) PC15_TRY(add_fits(*works_[i].fits));
      if (works_[i].errors != nullptr) PC15_TRY(add_errors(*works_[i].errors));
    }
    return ok_status();
  }

  Status add_fits(const FitBatch& batch) {
    FitRecord records[kMostViews];
    for (int64_t i = 0; i < batch.views.count; ++i) {
      FitRecord& view = records[i];
      view = batch.views.data[i];
      const void* base = nullptr;
      const int64_t values = int64_t{view.base_count + 1} * view.count;
      if (!counting())
        PC15_TRY(
            queue_.keep(view.version, view.columns, values * static_cast<int64_t>(sizeof(float)), &base));
      view.columns = static_cast<const float*>(base);
    }
    const FitRecord* const views = send(Array<FitRecord>{records, batch.views.count});
    const uint32_t* const words = send(batch.words);
    const LayerRecord* const layers = send(batch.layers);
    const FitTaskRecord* const tasks = send(batch.tasks);
    PreparedLayer* const made =
        at<PreparedLayer>(place(kMade, batch.layers.count * static_cast<int64_t>(sizeof(PreparedLayer))));
    int64_t* const out = at<int64_t>(place(kSums, bytes_of(batch)));
    const int32_t layer_count = static_cast<int32_t>(batch.layers.count);
    add(PrepareLayersAgent{views, words, layers, layer_count, made}, prepare_blocks(layer_count),
        &prepare_layers_);
    add(FitAgent{views, made, tasks, static_cast<int32_t>(batch.tasks.count), batch.sums, out}, batch.blocks,
        &fits_);
    return ok_status();
  }

  Status add_errors(const ErrorBatch& batch) {
    ErrorAgent agent;
    PrepareProgramsAgent prepare;
    for (int32_t p = 0; p < normative::kMaxPlanes; ++p) {
      ErrorPlane& plane = agent.plane[p];
      plane = p < batch.plane_count ? batch.plane[p] : ErrorPlane();
      prepare.shift[p] = plane.shift;
      const void* base = nullptr;
      if (!counting() && p < batch.plane_count)
        PC15_TRY(queue_.keep(plane.version, plane.samples, plane.bytes, &base));
      plane.samples = static_cast<const Pixel*>(base);
    }
    const int32_t count = static_cast<int32_t>(batch.programs.count);
    prepare.words = send(batch.words);
    prepare.programs = send(batch.programs);
    prepare.count = count;
    prepare.plane_count = batch.plane_count;
    prepare.seed = batch.seed;
    prepare.out = at<DeviceProgram>(
        place(kMade, int64_t{count} * batch.plane_count * static_cast<int64_t>(sizeof(DeviceProgram))));
    agent.programs = prepare.out;
    agent.chunks = send(batch.chunks);
    agent.chunk_count = static_cast<int32_t>(batch.chunks.count);
    agent.plane_count = batch.plane_count;
    agent.out = at<int64_t>(place(kSums, bytes_of(batch)));
    add(prepare, prepare_blocks(int64_t{count} * batch.plane_count), &prepare_programs_);
    add(agent, int64_t{count} * agent.chunk_count, &errors_);
    return ok_status();
  }

  static int64_t bytes_of(const FitBatch& batch) {
    return batch.tasks.count * batch.sums * static_cast<int64_t>(sizeof(int64_t));
  }
  static int64_t bytes_of(const ErrorBatch& batch) {
    return batch.programs.count * static_cast<int64_t>(sizeof(int64_t));
  }

  void hand_out() {
    const uint8_t* from = staged_;
    const auto take = [&from](int64_t* to, int64_t bytes) {
      if (bytes != 0) std::memcpy(to, from, static_cast<size_t>(bytes));
      from += (bytes + 255) & ~int64_t{255};
    };
    for (int32_t i = 0; i < count_; ++i) {
      if (works_[i].fits != nullptr) take(works_[i].fits->out, bytes_of(*works_[i].fits));
      if (works_[i].errors != nullptr) take(works_[i].errors->out, bytes_of(*works_[i].errors));
    }
  }

  Queue& queue_;
  const SearchWork* works_ = nullptr;
  int32_t count_ = 0;
  int64_t begin_[kRegions] = {}, next_[kRegions] = {};
  uintptr_t base_ = 0;
  uint8_t* staged_ = nullptr;  // null while counting
  Table<PrepareLayersAgent> prepare_layers_;
  Table<PrepareProgramsAgent> prepare_programs_;
  Table<FitAgent> fits_;
  Table<ErrorAgent> errors_;
};

}  // namespace pc15::backend::cuda
