// One device for all threads of a search. A thread that comes while the device works waits with the others,
// and what they ask for goes together: the candidates of several tiles in one launch a step. The planes of
// the picture and the columns of the last fits stay on the device.
//
// Thread rule: any thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "backend/device.h"
#include "base/plane.h"

namespace pc15::enc {

class SearchDevice {
 public:
  // `planes` are those of the picture. The device is opened by the first batch.
  SearchDevice(int32_t index, const PlaneView<const Pixel>* planes, int32_t plane_count);

  // Answers a batch, or says why not: the first failure is the answer to it and to all that come later.
  Status run(const backend::device::SearchWork& work);
  // Makes spectra, when nothing else is under way. *made: whether there are any; false, and ok, where the
  // device has nothing to transform with.
  Status spectra(const backend::device::SpectrumWork* works, int32_t count, bool* made);
  // Correlates atoms, in the same way.
  Status atoms(const backend::device::AtomWork& work, bool* made);

  bool failed() const { return failed_.load(std::memory_order_acquire); }
  Status status() const;  // the first failure
  // How many wait for the device to be done with what it has.
  int32_t waiting() const;

  int32_t plane_count() const { return plane_count_; }
  const PlaneView<const Pixel>& plane(int32_t p) const { return planes_[p]; }
  uint64_t version(int32_t p) const { return versions_[p]; }  // of the plane's samples

 private:
  enum : int32_t { kTogether = 32 };  // requests of one launch

  struct Request {
    explicit Request(const backend::device::SearchWork& w) : work(w) {}
    const backend::device::SearchWork& work;
    Status status;
    bool done = false;
    Request* next = nullptr;
  };

  template <class Run>
  Status run_alone(const Run& run);
  void answer_waiting(std::unique_lock<std::mutex>* lock);
  int32_t take(Request** out);
  void free_again(const Status& status);

  int32_t index_, plane_count_;
  PlaneView<const Pixel> planes_[normative::kMaxPlanes];
  uint64_t versions_[normative::kMaxPlanes] = {};
  std::atomic<bool> failed_{false};
  mutable std::mutex mutex_;  // of what follows
  std::condition_variable changed_;
  Request* first_ = nullptr;  // in the order they came
  Request* last_ = nullptr;
  int32_t waiting_ = 0;
  bool busy_ = false;
  Status status_;
  backend::Device device_;  // of the thread that set busy_
};

}  // namespace pc15::enc
