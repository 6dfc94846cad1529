// The search's candidates on a device. Both engines answer alike, so a device that fails is only slower: the
// processor answers that batch and all later ones.
#pragma once

#include <optional>

#include "enc/search_device.h"
#include "enc/search_engine.h"
#include "enc/spectra_ahead.h"

namespace pc15::enc {

// One thread's use of a device.
class DeviceEngine final : public SearchEngine {
 public:
  // Errors of planes that are not those of the device are the processor's.
  // `ahead`, unless null: where to look for spectra first.
  DeviceEngine(SearchDevice& device, Memory& memory, const SpectraAhead* ahead = nullptr);

  int32_t guesses() const override { return failed() ? 1 : int32_t{kGuesses}; }
  void fit_sums(const FitTask* tasks, int32_t count, const Monitor& monitor, double* const* sums) override;
  void errors(const ErrorView& view, const normative::Program* programs, int32_t count, double limit,
              const Monitor& monitor, int64_t* out) override;

  bool spectrum(const FitSource& source, const SampleGrid& grid, int32_t max_size, Spectrum* out) override;
  bool correlate_atoms(const backend::device::AtomWork& work) override;

  // The device did, for whichever thread.
  bool failed() const { return device_.failed(); }

 private:
  enum : int32_t { kGuesses = 64, kTogether = 512 };  // tasks of a batch

  Status fit_batch(const FitTask* tasks, int32_t count, double* const* sums);
  int32_t number_of(const FitView& view);
  void add_task(const FitTask& task);
  void read_sums(const FitTask* tasks, int32_t count, double* const* sums) const;
  bool holds(const ErrorView& view) const;
  Status error_batch(const ErrorView& view, const normative::Program* programs, int32_t count, int64_t* out);
  void list_chunks(const ErrorView& view);

  SearchDevice& device_;
  const SpectraAhead* ahead_;
  bool transforms_ = true;  // the device does, as far as is known
  CpuEngine cpu_;
  // The batch at work.
  Vector<const FitView*> views_;
  Vector<backend::device::FitRecord> records_;
  Vector<uint32_t> words_;
  Vector<backend::device::LayerRecord> layers_;
  Vector<backend::device::FitTaskRecord> tasks_;
  Vector<int32_t> programs_;
  Vector<backend::device::ErrorChunk> chunks_;
  Vector<int64_t> out_;
  int32_t blocks_ = 0, sums_ = 0;
};

// The engines of a search, one for each thread of its pool.
class DeviceEngines {
 public:
  explicit DeviceEngines(Memory& memory) : ahead_(memory), engines_(memory) {}
  void start(int32_t index, int32_t threads, const PlaneView<const Pixel>* planes, int32_t plane_count);
  // Null before start().
  DeviceEngine* engine(int32_t thread) {
    return engines_.empty() ? nullptr : &engines_[static_cast<size_t>(thread)];
  }
  // Whether spectra that are asked of ahead() are made.
  bool transforms() const { return transforms_ && device_.has_value() && !device_->failed(); }
  SpectraAhead& ahead() { return ahead_; }
  // Those that were added.
  void transform_ahead() {
    if (!ahead_.transform(&*device_, &transforms_).ok()) transforms_ = false;
  }
  // The first failure of any.
  Status status() const { return device_.has_value() ? device_->status() : ok_status(); }

 private:
  std::optional<SearchDevice> device_;
  SpectraAhead ahead_;
  bool transforms_ = true;
  Vector<DeviceEngine> engines_;
};

}  // namespace pc15::enc
