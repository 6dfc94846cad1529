#include "enc/spectra_ahead.h"

#include <algorithm>

namespace pc15::enc {

using backend::device::SpectrumWork;

SpectrumWork work_of(const SpectrumInput& in, Spectrum* out) {
  out->power.resize(static_cast<size_t>(in.bins()));
  SpectrumWork w;
  w.width = in.width;
  w.height = in.height;
  w.nx = in.nx;
  w.ny = in.ny;
  w.values = in.values;
  w.stride = in.stride;
  w.wx = in.wx.data();
  w.wy = in.wy.data();
  w.floor = in.floor;
  w.power = out->power.data();
  return w;
}

bool SpectraAhead::Item::is_of(const FitSource& source, const SampleGrid& other, int32_t most) const {
  return plane == source.plane.data && max_size == most && grid.width == other.width &&
         grid.height == other.height && grid.x0 == other.x0 && grid.y0 == other.y0 && grid.step == other.step;
}

void SpectraAhead::start(int32_t first_slot, int32_t count) {
  items_.clear();
  first_slot_ = first_slot;
  items_.reserve(static_cast<size_t>(count) * kMostGrids);
  for (int32_t i = 0; i < count * kMostGrids; ++i) items_.emplace_back(items_.memory());
}

SpectraAhead::Item* SpectraAhead::items_of(int32_t slot) {
  return items_.data() + static_cast<size_t>(slot - first_slot_) * kMostGrids;
}

void SpectraAhead::add(const FitSource& source, const GridPlan* grids, int32_t count) {
  for (int32_t k = 0; k < count; ++k) {
    Item& item = items_of(source.slot)[k];
    item.plane = source.plane.data;
    item.max_size = grids[k].max_size;
    take_grid(source, grids[k], &item.grid);
    subtract_plane(fit_plane(item.grid), &item.grid);
    item.input.emplace(item.grid, item.max_size);
  }
}

Status SpectraAhead::transform(SearchDevice* device, bool* made) {
  Vector<SpectrumWork> works(items_.memory());
  for (Item& item : items_) {
    if (item.input.has_value() && item.input->worthwhile())
      works.push_back(work_of(*item.input, &item.spectrum));
  }
  *made = true;
  if (works.empty()) return ok_status();
  const Status status = device->spectra(works.data(), static_cast<int32_t>(works.size()), made);
  for (Item& item : items_) item.made = *made && status.ok() && item.input.has_value();
  return status;
}

void SpectraAhead::finish(int32_t slot) {
  for (int32_t k = 0; k < kMostGrids; ++k) {
    Item& item = items_of(slot)[k];
    if (item.made) find_peaks(*item.input, &item.spectrum);
    item.input.reset();
    Vector<float>(items_.memory()).swap(item.grid.values);
  }
}

bool SpectraAhead::find(const FitSource& source, const SampleGrid& grid, int32_t max_size,
                        Spectrum* out) const {
  const size_t first = static_cast<size_t>(source.slot - first_slot_) * kMostGrids;
  if (source.slot < first_slot_ || first >= items_.size()) return false;
  for (size_t i = first; i < first + kMostGrids; ++i) {
    if (!items_[i].made || !items_[i].is_of(source, grid, max_size)) continue;
    *out = items_[i].spectrum;
    return true;
  }
  return false;
}

}  // namespace pc15::enc
