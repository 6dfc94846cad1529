#include "api/batch.h"

#include <algorithm>

namespace pc15::api {
namespace {

// A picture below is coded by one thread where there are as many of them as threads: beside each other they
// need no step that waits for all. Above it the working memory of many at once is what counts.
constexpr uint64_t kMostSpreadPixels = uint64_t{1} << 20;
// Pixels that keep one thread busy: a cell of the default size.
constexpr uint64_t kPixelsPerThread = uint64_t{1} << 16;

// The part of one picture in the progress of a batch.
struct Share {
  Monitor& whole;
  BatchPicture& picture;

  void tell(uint64_t now) {
    if (now <= picture.reported || whole.cancelled()) return;  // a pass of a target begins again
    const uint64_t more = now - picture.reported;
    picture.reported = now;
    whole.advance(more);
  }
  static int32_t report(uint64_t done, uint64_t total, void* self) {
    Share& share = *static_cast<Share*>(self);
    const uint64_t pixels = share.picture.pixels;
    if (total != 0) share.tell(std::min(pixels, pixels * done / total));
    return 0;
  }
};

}  // namespace

bool refused_memory(const Status& status) {
  return status.code() == Code::kNoMemory || status.code() == Code::kLimit;
}

BatchRun::BatchRun(Handle& core, Vector<BatchPicture>& pictures, Monitor& monitor)
    : core_(core), pictures_(pictures), monitor_(monitor), small_(core.memory), rest_(core.memory) {
  small_.reserve(pictures.size());
  rest_.reserve(pictures.size());
}

void BatchRun::run_picture(size_t index, bool alone, BatchWork& work, ThreadPool& pool) {
  BatchPicture& picture = pictures_[index];
  Share share{monitor_, picture};
  Monitor monitor(core_.cancel_flag(), core_.has_progress() ? &Share::report : nullptr, &share);
  picture.status = guarded(core_.memory, [&]() -> Status {
    PC15_FAIL_IF(monitor.cancelled(), Code::kCancelled, "cancelled before it began");
    return work.run(index, alone, pool, monitor);
  });
  share.tell(picture.pixels);
}

// The pictures that go one to a thread.
void BatchRun::find_small(const Vector<size_t>& list) {
  const uint64_t threads = static_cast<uint64_t>(core_.threads().size());
  const auto fits = [this](size_t i) { return pictures_[i].pixels < kMostSpreadPixels; };
  const uint64_t beside =
      std::min<uint64_t>(threads, static_cast<uint64_t>(std::count_if(list.begin(), list.end(), fits)));
  if (beside < 2) return;
  for (const size_t i : list) {
    const uint64_t within = std::min(threads, 1 + pictures_[i].pixels / kPixelsPerThread);
    if (fits(i) && within <= beside) small_.push_back(i);
  }
}

void BatchRun::run(const Vector<size_t>& list, bool spread, BatchWork& work) {
  ThreadPool& pool = core_.threads();
  small_.clear();
  rest_.clear();
  if (spread) find_small(list);
  size_t next = 0;
  for (const size_t i : list) {
    const bool is_small = next < small_.size() && small_[next] == i;
    next += is_small ? 1 : 0;
    if (!is_small) rest_.push_back(i);
  }
  pool.run(static_cast<int64_t>(small_.size()), [&](int64_t i, int32_t) {
    ThreadPool self(1);
    run_picture(small_[static_cast<size_t>(i)], false, work, self);
  });
  for (const size_t index : small_) {
    if (refused_memory(pictures_[index].status)) rest_.push_back(index);
  }
  for (const size_t index : rest_) run_picture(index, true, work, pool);
}

void run_batch(Handle& core, Vector<BatchPicture>& pictures, bool spread, BatchWork& work, Monitor& monitor) {
  uint64_t total = 0;
  BatchRun batch(core, pictures, monitor);
  Vector<size_t> list(core.memory);
  list.reserve(pictures.size());
  for (size_t i = 0; i < pictures.size(); ++i) {
    total += pictures[i].pixels;
    if (pictures[i].status.ok()) list.push_back(i);
  }
  monitor.start(total);
  work.run_together(batch, &list);
  batch.run(list, spread, work);
  if (!monitor.cancelled()) monitor.finish();  // pictures that were refused at once
}

Status batch_verdict(const Vector<BatchPicture>& pictures, bool cancelled, size_t* index) {
  if (cancelled) return Status(Code::kCancelled, "the batch was cancelled");
  size_t worst = pictures.size();
  for (size_t i = pictures.size(); i-- > 0;) {
    const int32_t value = pictures[i].status.value();
    const bool error_known = worst < pictures.size() && pictures[worst].status.value() < 0;
    if (value < 0 || (value > 0 && !error_known)) worst = i;
  }
  if (worst == pictures.size()) return ok_status();
  *index = worst;
  return pictures[worst].status;
}

}  // namespace pc15::api
