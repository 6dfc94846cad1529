// Spectra that a device makes before they are asked for: those of the first analysis of many regions, which
// follow from the picture alone, in batches. Nobody needs them: who does not find one makes it.
//
// Thread rule: start() and transform() by one thread; add() and finish() by one thread per region; find() by
// any, once all of that is done.
#pragma once

#include <optional>

#include "enc/analysis_spectrum.h"
#include "enc/candidates.h"
#include "enc/search_device.h"

namespace pc15::enc {

class SpectraAhead {
 public:
  explicit SpectraAhead(Memory& memory) : items_(memory) {}

  // Forgets all, and makes room for the regions `first_slot` ... of that many.
  void start(int32_t first_slot, int32_t count);
  // The grids of the region of source.slot.
  void add(const FitSource& source, const GridPlan* grids, int32_t count);
  // Makes all that was added, or nothing. *made: as SearchDevice::spectra().
  Status transform(SearchDevice* device, bool* made);
  // The peaks of a region, behind transform().
  void finish(int32_t slot);
  // False unless there is the spectrum of just these samples.
  bool find(const FitSource& source, const SampleGrid& grid, int32_t max_size, Spectrum* out) const;

 private:
  struct Item {
    explicit Item(Memory& memory) : grid(memory), spectrum(memory) {}
    bool is_of(const FitSource& source, const SampleGrid& other, int32_t most) const;

    const Pixel* plane = nullptr;
    int32_t max_size = 0;
    SampleGrid grid;  // without its values behind finish()
    std::optional<SpectrumInput> input;
    Spectrum spectrum;
    bool made = false;
  };

  Item* items_of(int32_t slot);

  Vector<Item> items_;  // kMostGrids for each region
  int32_t first_slot_ = 0;
};

// What a device makes of an input.
backend::device::SpectrumWork work_of(const SpectrumInput& in, Spectrum* out);

}  // namespace pc15::enc
