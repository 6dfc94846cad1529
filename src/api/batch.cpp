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

void run_picture(Handle& core, size_t index, bool alone, BatchPicture& picture, BatchWork& work,
                 ThreadPool& pool, Monitor& whole) {
  Share share{whole, picture};
  Monitor monitor(core.cancel_flag(), core.has_progress() ? &Share::report : nullptr, &share);
  picture.status = guarded(core.memory, [&]() -> Status {
    PC15_FAIL_IF(monitor.cancelled(), Code::kCancelled, "cancelled before it began");
    return work.run(index, alone, pool, monitor);
  });
  share.tell(picture.pixels);
}

bool refused_memory(const Status& status) {
  return status.code() == Code::kNoMemory || status.code() == Code::kLimit;
}

// The pictures that go one to a thread.
void find_small(const Vector<BatchPicture>& pictures, uint64_t threads, Vector<size_t>* small) {
  const auto fits = [](const BatchPicture& p) { return p.status.ok() && p.pixels < kMostSpreadPixels; };
  const uint64_t beside = std::min<uint64_t>(
      threads, static_cast<uint64_t>(std::count_if(pictures.begin(), pictures.end(), fits)));
  if (beside < 2) return;
  for (size_t i = 0; i < pictures.size(); ++i) {
    const uint64_t within = std::min(threads, 1 + pictures[i].pixels / kPixelsPerThread);
    if (fits(pictures[i]) && within <= beside) small->push_back(i);
  }
}

}  // namespace

void run_batch(Handle& core, Vector<BatchPicture>& pictures, bool spread, BatchWork& work, Monitor& monitor) {
  uint64_t total = 0;
  Vector<size_t> small(core.memory), rest(core.memory);
  ThreadPool& pool = core.threads();
  if (spread) find_small(pictures, static_cast<uint64_t>(pool.size()), &small);
  size_t next = 0;
  rest.reserve(pictures.size());  // nothing below may fail for memory
  for (size_t i = 0; i < pictures.size(); ++i) {
    total += pictures[i].pixels;
    const bool is_small = next < small.size() && small[next] == i;
    next += is_small ? 1 : 0;
    if (!is_small && pictures[i].status.ok()) rest.push_back(i);
  }
  monitor.start(total);
  pool.run(static_cast<int64_t>(small.size()), [&](int64_t i, int32_t) {
    ThreadPool self(1);
    const size_t index = small[static_cast<size_t>(i)];
    run_picture(core, index, false, pictures[index], work, self, monitor);
  });
  for (const size_t index : small) {
    if (refused_memory(pictures[index].status)) rest.push_back(index);
  }
  for (const size_t index : rest) run_picture(core, index, true, pictures[index], work, pool, monitor);
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
