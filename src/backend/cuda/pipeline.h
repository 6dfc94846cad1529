// The way of pictures on a device, from arrays to samples, over a queue of operations. The queue is a CUDA
// stream (session.cpp) or the host (tests): one definition of the order, the sizes and the arguments for
// both. All pictures of a batch go through each step in one launch.
//
// A Queue offers, each returning a Status:
//   reserve(bytes, &base)         device memory until the next reserve
//   stage(bytes, &memory)         host memory until the next stage, fast to copy from and to
//   keep(version, data, bytes, &base)   data on the device, sent unless it is there already
//   upload(to, from, bytes)       from host memory
//   clear(to, bytes, value)
//   launch(agent, blocks)
//   download(to, from, bytes), download_rows(to, to_stride, from, row_bytes, rows)   rows without gaps on the
//   device wait()                        until all of that is done
#pragma once

#include <cstring>

#include "backend/cuda/agent_group.h"
#include "backend/cuda/picture_plan.h"
#include "base/status.h"

namespace pc15::backend::cuda {

template <class Queue>
class Pipeline {
 public:
  explicit Pipeline(Queue& queue) : queue_(queue) {}

  // Everything up to the samples in the targets. *done: pictures that are finished, the first ones.
  Status run(const Work* works, int32_t count, int32_t* done) {
    *done = 0;
    while (*done < count) {
      works_ = works + *done;
      count_ = fitting(count - *done);
      PC15_TRY(run_together());
      *done += count_;
    }
    return ok_status();
  }

 private:
  enum : int64_t { kMostStaged = 8 << 20, kMostOwn = 1 << 30 };  // bytes of one batch

  // Agents of one step, sent before the arrays of the pictures.
  struct Table {
    int64_t first = 0, agents = 0;  // offsets
    int32_t count = 0;
    int64_t blocks = 0;
  };

  // How many pictures go together; at least one.
  int32_t fitting(int32_t most) const {
    Regions regions;
    int32_t n = 0;
    for (; n < most; ++n) {
      const PicturePlan plan(works_[n], &regions, 0, nullptr);
      const bool fits = regions.next[kSent] <= kMostStaged && regions.next[kFetched] <= kMostStaged &&
                        regions.next[kOwn] <= kMostOwn;
      if (n > 0 && !fits) break;
    }
    return n;
  }

  // f(plan) for every picture; all plans of a batch are laid out alike.
  template <class F>
  Status for_each_picture(Regions* regions, const F& f) const {
    for (int32_t i = 0; i < count_; ++i) PC15_TRY(f(PicturePlan(works_[i], regions, base_, filters_)));
    return ok_status();
  }

  Status run_together() {
    Regions used;
    base_ = 0;
    for (Table& t : tables_) t = Table();
    PC15_TRY(for_each_picture(&used, [&](const PicturePlan& plan) {
      plan.list_agents([&](Step step, const auto&, int32_t blocks) { tables_[step].count += blocks > 0; });
      return ok_status();
    }));
    place_regions(used);
    void *base = nullptr, *staged = nullptr;
    PC15_TRY(queue_.reserve(total_, &base));
    PC15_TRY(queue_.stage(sent_ > fetched_ ? sent_ : fetched_, &staged));
    PC15_TRY(keep_filters());
    base_ = reinterpret_cast<uintptr_t>(base);
    staged_ = static_cast<uint8_t*>(staged);
    PC15_TRY(send());
    PC15_TRY(launch_steps());
    return receive();
  }

  Status keep_filters() {
    constexpr uint64_t kVersion = UINT64_MAX;  // which no data of a search has
    for (int32_t i = 0; i < count_ && filters_ == nullptr; ++i) {
      const Picture& p = *works_[i].picture;
      const void* filters = nullptr;
      if (p.loop[0] || p.loop[1])
        PC15_TRY(queue_.keep(kVersion, p.loop_filters.data, p.loop_filters.count, &filters));
      filters_ = static_cast<const int8_t*>(filters);
    }
    return ok_status();
  }

  // Tables and small arrays, then edge maps, then small outputs, then everything else.
  void place_regions(const Regions& used) {
    int64_t tables = 0;
    static_cast<void>(for_each_step([&](Step step, auto* type) -> Status {
      using Agent = std::remove_pointer_t<decltype(type)>;
      Table& t = tables_[step];
      t.first = tables;
      t.agents = t.first + padded(t.count * static_cast<int64_t>(sizeof(int32_t)));
      tables = t.agents + padded(t.count * static_cast<int64_t>(sizeof(Agent)));
      return ok_status();
    }));
    start_.next[kSent] = tables;
    sent_ = tables + used.next[kSent];
    start_.next[kCleared] = sent_;
    cleared_ = used.next[kCleared];
    start_.next[kFetched] = sent_ + cleared_;
    fetched_ = used.next[kFetched];
    start_.next[kOwn] = start_.next[kFetched] + fetched_;
    total_ = start_.next[kOwn] + used.next[kOwn];
  }

  Status send() {
    Regions regions = start_;
    for (Table& t : tables_) t.count = 0;
    const auto send_picture = [&](const PicturePlan& plan) -> Status {
      PC15_TRY(plan.send_arrays([&](const auto& array, int64_t offset) { return send(array, offset); }));
      plan.list_agents([&](Step step, const auto& agent, int32_t blocks) { add_agent(step, agent, blocks); });
      return ok_status();
    };
    PC15_TRY(for_each_picture(&regions, send_picture));
    PC15_TRY(queue_.upload(at<void>(0), staged_, sent_));
    return cleared_ != 0 ? queue_.clear(at<void>(start_.next[kCleared]), cleared_, 0) : ok_status();
  }

  template <typename T>
  Status send(const Array<T>& array, int64_t offset) {
    const int64_t bytes = array.count * static_cast<int64_t>(sizeof(T));
    if (bytes == 0) return ok_status();
    if (!PicturePlan::is_joined(array)) return queue_.upload(at<T>(offset), array.data, bytes);
    std::memcpy(staged_ + offset, static_cast<const void*>(array.data), static_cast<size_t>(bytes));
    return ok_status();
  }

  template <class Agent>
  void add_agent(Step step, const Agent& agent, int32_t blocks) {
    if (blocks <= 0) return;
    Table& t = tables_[step];
    const int32_t first = static_cast<int32_t>(t.blocks);
    std::memcpy(staged_ + t.first + t.count * static_cast<int64_t>(sizeof(first)), &first, sizeof(first));
    std::memcpy(staged_ + t.agents + t.count * static_cast<int64_t>(sizeof(agent)),
                static_cast<const void*>(&agent), sizeof(agent));
    ++t.count;
    t.blocks += blocks;
  }

  Status launch_steps() {
    return for_each_step([&](Step step, auto* type) -> Status {
      using Agent = std::remove_pointer_t<decltype(type)>;
      const Table& t = tables_[step];
      if (t.count == 0) return ok_status();
      PC15_FAIL_IF(t.blocks > INT32_MAX, Code::kDevice, "a batch of %" PRId64 " blocks is too large",
                   t.blocks);
      return queue_.launch(Group<Agent>{at<Agent>(t.agents), at<int32_t>(t.first), t.count},
                           static_cast<int32_t>(t.blocks));
    });
  }

  // Large outputs go where they belong, small ones by way of the staging memory, which what was sent has left
  // by then.
  Status receive() {
    Regions regions = start_;
    PC15_TRY(for_each_picture(&regions, [&](const PicturePlan& plan) {
      if (!plan.for_host() || plan.out_is_joined()) return ok_status();
      return queue_.download_rows(plan.data(), plan.stride(), at<uint8_t>(plan.out_offset()),
                                  plan.row_bytes(), plan.out_rows());
    }));
    if (fetched_ != 0) PC15_TRY(queue_.download(staged_, at<void>(start_.next[kFetched]), fetched_));
    PC15_TRY(queue_.wait());
    regions = start_;
    return for_each_picture(&regions, [&](const PicturePlan& plan) {
      if (plan.out_is_joined()) unpack(plan);
      return ok_status();
    });
  }

  void unpack(const PicturePlan& plan) const {
    const uint8_t* const from = staged_ + (plan.out_offset() - start_.next[kFetched]);
    for (int32_t y = 0; y < plan.out_rows(); ++y) {
      std::memcpy(plan.data() + y * plan.stride(), from + y * plan.row_bytes(),
                  static_cast<size_t>(plan.row_bytes()));
    }
  }

  // f(step, pointer to the type of its agents)
  template <class F>
  static Status for_each_step(const F& f) {
    PC15_TRY(f(kRender, static_cast<RenderAgent*>(nullptr)));
    PC15_TRY(f(kGrb, static_cast<GrbAgent*>(nullptr)));
    PC15_TRY(f(kLuma, static_cast<CellAgent*>(nullptr)));
    PC15_TRY(f(kChroma, static_cast<CellAgent*>(nullptr)));
    PC15_TRY(f(kVerticalSeams, static_cast<SeamAgent*>(nullptr)));
    PC15_TRY(f(kHorizontalSeams, static_cast<SeamAgent*>(nullptr)));
    PC15_TRY(f(kLoop, static_cast<LoopAgent*>(nullptr)));
    return f(kOutput, static_cast<OutputAgent*>(nullptr));
  }
  static int64_t padded(int64_t bytes) { return (bytes + 255) & ~int64_t{255}; }
  template <typename T>
  T* at(int64_t offset) const {
    return reinterpret_cast<T*>(base_ + static_cast<uintptr_t>(offset));
  }

  Queue& queue_;
  const Work* works_ = nullptr;
  int32_t count_ = 0;
  Table tables_[kSteps];
  Regions start_;  // where the regions begin
  int64_t sent_ = 0, cleared_ = 0, fetched_ = 0, total_ = 0;
  uintptr_t base_ = 0;
  const int8_t* filters_ = nullptr;
  uint8_t* staged_ = nullptr;
};

}  // namespace pc15::backend::cuda
