#include "enc/device_engine.h"

#include <algorithm>
#include <cmath>

#include "backend/packed_program.h"
#include "normative/fixed.h"

namespace pc15::enc {

using backend::device::Array;
using backend::device::ErrorBatch;
using backend::device::ErrorChunk;
using backend::device::FitBatch;
using backend::device::FitRecord;
using backend::device::FitTaskRecord;
using backend::device::LayerRecord;
using backend::device::SearchWork;
using normative::Program;

static_assert(int32_t{kMaxBase} == int32_t{backend::device::kMostBase}, "columns of a base");
static_assert(int32_t{normative::kMaxParams} == int32_t{backend::device::kMostDifferences}, "parameters");

namespace {

constexpr int32_t kLayerShift = 14;  // of a rendered layer
// Samples of a spectrum that is worth the way by itself; a guess, no device was there to measure.
constexpr int64_t kWorthTheWay = int64_t{1} << 16;

template <typename T>
Array<T> array_of(const Vector<T>& v) {
  return {v.data(), static_cast<int64_t>(v.size())};
}

}  // namespace

DeviceEngine::DeviceEngine(SearchDevice& device, Memory& memory, const SpectraAhead* ahead)
    : device_(device), ahead_(ahead), cpu_(memory), views_(memory), records_(memory), words_(memory),
      layers_(memory), tasks_(memory), programs_(memory), chunks_(memory), out_(memory) {}

int32_t DeviceEngine::number_of(const FitView& view) {
  for (size_t i = 0; i < views_.size(); ++i) {
    if (views_[i]->version == view.version) return static_cast<int32_t>(i);
  }
  FitRecord r;
  r.x = normative::sample_q4(view.rect.x, view.scale_log2);
  r.y = normative::sample_q4(view.rect.y, view.scale_log2);
  r.step = view.step * (normative::sample_q4(1, view.scale_log2) - normative::sample_q4(0, view.scale_log2));
  r.width = view.width;
  r.count = static_cast<int32_t>(view.samples());
  r.base_count = view.base_count;
  r.scale_log2 = view.scale_log2;
  r.seed = view.seed;
  for (int32_t k = 0; k <= view.base_count; ++k) r.up[k] = std::ldexp(1.0f, view.shift[k]);
  r.columns = view.columns;
  r.version = view.version;
  views_.push_back(&view);
  records_.push_back(r);
  return static_cast<int32_t>(views_.size()) - 1;
}

void DeviceEngine::add_task(const FitTask& task) {
  const FitView& view = *task.view;
  FitTaskRecord r;
  r.view = number_of(view);
  r.first_layer = static_cast<int32_t>(layers_.size());
  r.differences = task.differences;
  for (int32_t k = 0; k < 1 + 2 * task.differences; ++k) {
    const normative::Layer& layer = k == 0 ? *task.layer : task.moved[k - 1];
    layers_.push_back(LayerRecord{r.view, static_cast<int32_t>(words_.size())});
    backend::pack_layer(layer, normative::slot_frame(view.geometry, layer.slot), false, &words_);
  }
  r.first_block = blocks_;
  blocks_ += static_cast<int32_t>((view.samples() + backend::device::kFitSamples - 1) /
                                  backend::device::kFitSamples);
  sums_ = std::max(sums_, backend::device::first_fit_sum(view.base_count, task.differences + 1) -
                              backend::device::skipped_fit_sums(view.base_count, task.differences));
  tasks_.push_back(r);
}

// Gives the sums of each task their unit.
void DeviceEngine::read_sums(const FitTask* tasks, int32_t count, double* const* sums) const {
  const int64_t* from = out_.data();
  for (int32_t i = 0; i < count; ++i) {
    const FitView& view = *tasks[i].view;
    const int32_t rows = tasks[i].differences + 1, base = view.base_count;
    const int32_t skipped = backend::device::skipped_fit_sums(base, tasks[i].differences);
    for (int32_t row = tasks[i].differences > 0 ? 1 : 0; row < rows; ++row) {
      const int32_t first = backend::device::first_fit_sum(base, row);
      for (int32_t k = 0; k < base + 1 + row + 1; ++k) {
        const int64_t sum = from[first - skipped + k];
        const int32_t shift = kLayerShift + (k <= base ? view.shift[k] : kLayerShift);
        sums[i][first + k] = std::ldexp(static_cast<double>(sum), -shift);
      }
    }
    from += sums_;
  }
}

Status DeviceEngine::fit_batch(const FitTask* tasks, int32_t count, double* const* sums) {
  views_.clear();
  records_.clear();
  words_.clear();
  layers_.clear();
  tasks_.clear();
  blocks_ = sums_ = 0;
  int32_t taken = 0;
  for (; taken < count && views_.size() < backend::device::kMostViews; ++taken) add_task(tasks[taken]);
  FitBatch batch;
  batch.views = array_of(records_);
  batch.words = array_of(words_);
  batch.layers = array_of(layers_);
  batch.tasks = array_of(tasks_);
  batch.blocks = blocks_;
  batch.sums = sums_;
  out_.resize(tasks_.size() * static_cast<size_t>(sums_));
  batch.out = out_.data();
  PC15_TRY(device_.run(SearchWork{&batch, nullptr}));
  read_sums(tasks, taken, sums);
  return taken < count ? fit_batch(tasks + taken, count - taken, sums + taken) : ok_status();
}

void DeviceEngine::fit_sums(const FitTask* tasks, int32_t count, const Monitor& monitor,
                            double* const* sums) {
  for (int32_t first = 0; first < count && !monitor.cancelled(); first += kTogether) {
    const int32_t n = std::min<int32_t>(kTogether, count - first);
    if (failed() || !fit_batch(tasks + first, n, sums + first).ok())
      cpu_.fit_sums(tasks + first, n, monitor, sums + first);
  }
}

// The planes on the device are those of the whole picture.
bool DeviceEngine::holds(const ErrorView& view) const {
  if (view.plane_count > device_.plane_count()) return false;
  for (int32_t p = 0; p < view.plane_count; ++p) {
    const PlaneView<const Pixel>&a = view.planes[p], &b = device_.plane(p);
    if (a.data != b.data || a.width != b.width || a.height != b.height || a.stride != b.stride) return false;
  }
  return true;
}

void DeviceEngine::list_chunks(const ErrorView& view) {
  using backend::device::kErrorColumns;
  using backend::device::kErrorRows;
  chunks_.clear();
  for (int32_t w = 0; w < view.window_count; ++w) {
    for (int32_t p = 0; p < view.plane_count; ++p) {
      const Rect r = view.plane_rect(p, view.windows[w]);
      for (int32_t y = r.y; y < r.bottom(); y += kErrorRows) {
        for (int32_t x = r.x; x < r.right(); x += kErrorColumns) {
          chunks_.push_back(ErrorChunk{p, x, y, std::min<int32_t>(kErrorColumns, r.right() - x),
                                       std::min<int32_t>(kErrorRows, r.bottom() - y)});
        }
      }
    }
  }
}

Status DeviceEngine::error_batch(const ErrorView& view, const Program* programs, int32_t count,
                                 int64_t* out) {
  programs_.clear();
  words_.clear();
  for (int32_t i = 0; i < count; ++i) {
    programs_.push_back(static_cast<int32_t>(words_.size()));
    backend::pack_program(programs[i], view.geometry, view.slot, &words_);
  }
  ErrorBatch batch;
  batch.plane_count = view.plane_count;
  for (int32_t p = 0; p < view.plane_count; ++p) {
    const PlaneView<const Pixel>& v = device_.plane(p);
    batch.plane[p] = {v.data, v.stride, v.stride * (v.height - 1) + v.width, view.shift_of(p),
                      device_.version(p)};
  }
  batch.seed = view.seed;
  batch.words = array_of(words_);
  batch.programs = array_of(programs_);
  batch.chunks = array_of(chunks_);
  batch.out = out;
  return device_.run(SearchWork{nullptr, &batch});
}

void DeviceEngine::errors(const ErrorView& view, const Program* programs, int32_t count, double limit,
                          const Monitor& monitor, int64_t* out) {
  const bool here = !failed() && holds(view);
  if (here) list_chunks(view);
  for (int32_t first = 0; first < count; first += kGuesses) {
    const int32_t n = std::min<int32_t>(kGuesses, count - first);
    if (!here || failed() || !error_batch(view, programs + first, n, out + first).ok())
      cpu_.errors(view, programs + first, n, limit, monitor, out + first);
  }
}

bool DeviceEngine::spectrum(const FitSource& source, const SampleGrid& grid, int32_t max_size,
                            Spectrum* out) {
  if (ahead_ != nullptr && ahead_->find(source, grid, max_size, out)) return true;
  if (failed() || !transforms_) return false;
  if (int64_t{std::min(grid.width, max_size)} * std::min(grid.height, max_size) < kWorthTheWay) return false;
  const SpectrumInput in(grid, max_size);
  if (in.worthwhile()) {
    const backend::device::SpectrumWork work = work_of(in, out);
    if (!device_.spectra(&work, 1, &transforms_).ok() || !transforms_) return false;
  }
  find_peaks(in, out);
  return true;
}

bool DeviceEngine::correlate_atoms(const backend::device::AtomWork& work) {
  return !failed() && transforms_ && device_.atoms(work, &transforms_).ok() && transforms_;
}

void DeviceEngines::start(int32_t index, int32_t threads, const PlaneView<const Pixel>* planes,
                          int32_t plane_count) {
  device_.emplace(index, planes, plane_count);
  engines_.reserve(static_cast<size_t>(threads));  // they do not move
  for (int32_t i = 0; i < threads; ++i) engines_.emplace_back(*device_, engines_.memory(), &ahead_);
}

}  // namespace pc15::enc
