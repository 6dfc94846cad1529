#include "enc/search_device.h"

#include "enc/search_engine.h"

namespace pc15::enc {

using backend::device::SearchWork;

namespace {

// Views and planes that a batch refers to.
int64_t kept_by(const SearchWork& work) {
  return (work.fits != nullptr ? work.fits->views.count : 0) +
         (work.errors != nullptr ? int64_t{work.errors->plane_count} : 0);
}

}  // namespace

SearchDevice::SearchDevice(int32_t index, const PlaneView<const Pixel>* planes, int32_t plane_count)
    : index_(index), plane_count_(plane_count) {
  for (int32_t p = 0; p < plane_count; ++p) {
    planes_[p] = planes[p];
    versions_[p] = new_version();
  }
}

Status SearchDevice::status() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return status_;
}

int32_t SearchDevice::waiting() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return waiting_;
}

Status SearchDevice::run(const SearchWork& work) {
  Request mine(work);
  std::unique_lock<std::mutex> lock(mutex_);
  (last_ != nullptr ? last_->next : first_) = &mine;
  last_ = &mine;
  ++waiting_;
  while (!mine.done) {
    if (!busy_) {
      answer_waiting(&lock);
    } else {
      changed_.wait(lock);
    }
  }
  return mine.status;
}

// When nothing else is under way.
template <class Run>
Status SearchDevice::run_alone(const Run& run) {
  std::unique_lock<std::mutex> lock(mutex_);
  while (busy_) changed_.wait(lock);
  if (!status_.ok()) return status_;
  busy_ = true;
  lock.unlock();
  const Status status = run();
  lock.lock();
  free_again(status);
  return status;
}

Status SearchDevice::spectra(const backend::device::SpectrumWork* works, int32_t count, bool* made) {
  *made = false;
  return run_alone([&] { return device_.spectra(index_, works, count, made); });
}

Status SearchDevice::atoms(const backend::device::AtomWork& work, bool* made) {
  *made = false;
  return run_alone([&] { return device_.atoms(index_, work, made); });
}

// The end of what set busy_.
void SearchDevice::free_again(const Status& status) {
  busy_ = false;
  status_ = status;
  failed_.store(!status.ok(), std::memory_order_release);
  changed_.notify_all();
}

// As many of the first that wait as go together.
int32_t SearchDevice::take(Request** out) {
  int32_t n = 0;
  int64_t kept = 0;
  while (first_ != nullptr && n < kTogether) {
    kept += kept_by(first_->work);
    if (n > 0 && kept > backend::device::kMostKept) break;
    out[n++] = first_;
    first_ = first_->next;
    --waiting_;
  }
  if (first_ == nullptr) last_ = nullptr;
  return n;
}

void SearchDevice::answer_waiting(std::unique_lock<std::mutex>* lock) {
  Request* taken[kTogether];
  SearchWork works[kTogether];
  const int32_t n = take(taken);
  for (int32_t i = 0; i < n; ++i) works[i] = taken[i]->work;
  Status status = status_;
  if (status.ok()) {
    busy_ = true;
    lock->unlock();
    status = device_.search(index_, works, n);
    lock->lock();
    free_again(status);
  }
  for (int32_t i = 0; i < n; ++i) {
    taken[i]->status = status;
    taken[i]->done = true;
  }
  changed_.notify_all();
}

}  // namespace pc15::enc
