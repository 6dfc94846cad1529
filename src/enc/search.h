// The procedural search: from pixels to programs (docs/design.md, "Search").
#pragma once

#include "backend/device.h"
#include "base/allocator.h"
#include "base/monitor.h"
#include "base/plane.h"
#include "base/status.h"
#include "base/thread_pool.h"
#include "enc/encoder.h"
#include "normative/geometry.h"
#include "normative/program.h"

namespace pc15::enc {

// Planes of which some rows are held at a time, from top to bottom.
class PlaneSource {
 public:
  virtual ~PlaneSource() = default;
  // The view of luma, whose rows [first, last) are there.
  virtual Status window(int32_t first, int32_t last, PlaneView<const Pixel>* luma) = 0;
};

struct SearchInput {
  PlaneView<const Pixel> planes[3];  // Y, or Y, Cb, Cr
  // Instead of planes, for an input in which nothing is searched (effort 1 with a residual).
  PlaneSource* rows = nullptr;
  int32_t plane_count = 1;
  int32_t chroma_shift = 0;  // 1 for 4:2:0
  normative::Geometry geometry;
  int64_t seed = 0;
  // Lagrangian on squared error: J = SSD + lambda_ssd * bits (SSD in squared grey levels over all planes).
  double lambda_ssd = 1.0;
  // Quantiser step of the residual that will follow, in grey levels; 0 when there is none. With a residual
  // a program is kept for what it saves *after* the residual, not for its own SSD.
  double residual_step = 0.0;
  int32_t effort = 5, beam = 2;
  double early_exit_db = 0.3;
  // Where candidates are scored; what is found does not depend on it.
  backend::DeviceUse device = backend::DeviceUse::kCpu;
  int32_t device_index = 0;
};

// Most calls of monitor.advance() by search_programs(): one for the picture, then one for each tile.
uint64_t search_units(const normative::Geometry& geometry);

// `programs` has its geometry and seed set by the callee. Every tile gets an entry; an image without any
// useful program comes back with no image program and all tiles skipped.
// `report`, unless null, gets what was spent.
// With kCuda a device that fails is an error. Deterministic: independent of the number of threads. Cancel
// within about 10 ms per thread.
Status search_programs(const SearchInput& input, ThreadPool& pool, Monitor& monitor, Memory& memory,
                       normative::ProgramImage* programs, Vector<TileStats>* stats,
                       SearchReport* report = nullptr);

}  // namespace pc15::enc
