// Many pictures in one call: which threads work on which, and what the call says in the end.
//
// Pictures that are too small to keep the threads of a handle busy are spread over them, a picture a thread;
// the others come one after another, each on all threads. A picture that was refused memory beside others is
// tried again alone, so that a batch does whatever as many single calls do.
#pragma once

#include "api/handle.h"
#include "api/structs.h"

namespace pc15::api {

struct BatchPicture {
  Status status;
  uint64_t pixels = 1;    // of the picture; what it counts in the progress of the call
  uint64_t reported = 0;  // of these
};

class BatchRun;

class BatchWork {
 public:
  virtual ~BatchWork() = default;
  // The work on one picture. Called on several threads at once unless `alone`.
  virtual Status run(size_t index, bool alone, ThreadPool& pool, Monitor& monitor) = 0;
  // Before that: what is done for several pictures at once. Leaves in `list` those that run() is for.
  virtual void run_together(BatchRun& /*batch*/, Vector<size_t>* /*list*/) {}
};

// A batch at work.
class BatchRun {
 public:
  BatchRun(Handle& core, Vector<BatchPicture>& pictures, Monitor& monitor);

  // Works on the pictures of a list and leaves in their status what became of them; does not fail for memory.
  // `spread` false: one after another.
  void run(const Vector<size_t>& list, bool spread, BatchWork& work);
  BatchPicture& picture(size_t index) { return pictures_[index]; }
  const Monitor& monitor() const { return monitor_; }

 private:
  void find_small(const Vector<size_t>& list);
  void run_picture(size_t index, bool alone, BatchWork& work, ThreadPool& pool);

  Handle& core_;
  Vector<BatchPicture>& pictures_;
  Monitor& monitor_;
  Vector<size_t> small_, rest_;  // of a list
};

// True for a picture that may do by itself.
bool refused_memory(const Status& status);

// Works on the pictures whose status is ok and leaves there what became of them. `spread` false: one after
// another.
void run_batch(Handle& core, Vector<BatchPicture>& pictures, bool spread, BatchWork& work, Monitor& monitor);
// What the call answers: cancelled, else the first error, else the first note. *index is the picture's.
Status batch_verdict(const Vector<BatchPicture>& pictures, bool cancelled, size_t* index);

// The item at `index` of an array whose elements are as large as the first one says.
template <typename Item>
Item& item_at(Item* items, size_t index) {
  return *reinterpret_cast<Item*>(reinterpret_cast<char*>(items) + index * items->struct_size);
}

template <typename Item>
Status check_items(Item* items, size_t count) {
  if (count == 0) return ok_status();
  PC15_TRY(check_struct(items));
  PC15_FAIL_IF(items->struct_size % alignof(Item) != 0, Code::kBadStructSize,
               "struct_size is %" PRId64 ", not a multiple of %" PRId64, items->struct_size,
               static_cast<int64_t>(alignof(Item)));
  for (size_t i = 1; i < count; ++i) {
    const uint32_t size = item_at(items, i).struct_size;
    PC15_FAIL_IF(size != items->struct_size, Code::kBadStructSize,
                 "struct_size of item %" PRId64 " is %" PRId64 ", that of item 0 is %" PRId64,
                 static_cast<int64_t>(i), size, items->struct_size);
  }
  return ok_status();
}

// The whole call. `Work` is a BatchWork made of (handle, items) that also has clear(Item&), which sets what
// comes out, and check(const Item&, BatchPicture&), which says what is wrong before any work.
template <typename Work, typename Owner, typename Item>
pc15_status call_batch(Owner* owner, Item* items, size_t count, bool spread) {
  Handle& core = owner->core;
  const Status fits = check_items(items, count);
  if (!fits.ok()) return core.answer([&fits]() -> Status { return fits; });
  for (size_t i = 0; i < count; ++i) Work::clear(item_at(items, i));
  bool began = false;
  size_t first = count;
  const auto body = [&](Monitor& monitor) -> Status {
    Vector<BatchPicture> pictures(core.memory, count);
    Work work(owner, items);
    for (size_t i = 0; i < count; ++i) pictures[i].status = work.check(item_at(items, i), pictures[i]);
    run_batch(core, pictures, spread, work, monitor);
    began = true;
    for (size_t i = 0; i < count; ++i) item_at(items, i).status = pictures[i].status.value();
    return batch_verdict(pictures, monitor.cancelled(), &first);
  };
  const pc15_status status = core.work(body, false);
  for (size_t i = 0; i < count && !began; ++i) item_at(items, i).status = status;
  if (first < count) core.name_picture(first);
  return status;
}

}  // namespace pc15::api
