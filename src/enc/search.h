// The procedural search: from pixels to programs (docs/design.md, "Search").
#pragma once

#include "backend/device.h"
#include "base/allocator.h"
#include "base/monitor.h"
#include "base/plane.h"
#include "base/status.h"
#include "base/thread_pool.h"
#include "enc/encoder.h"
#include "enc/plane_sketch.h"
#include "normative/geometry.h"
#include "normative/program.h"

namespace pc15::enc {

// Planes of which some rows are held at a time, from top to bottom, as often as they are asked for.
class PlaneSource {
 public:
  virtual ~PlaneSource() = default;
  // A reading from the top, in windows of at most `rows` rows: of all planes of the input, or of luma alone.
  virtual Status begin(int32_t rows, bool all) = 0;
  // Views as of whole planes, whose luma rows [first, last) are there.
  virtual Status window(int32_t first, int32_t last, PlaneView<const Pixel>* planes) = 0;
  // Reads what is left.
  virtual Status end() = 0;
  // Kept from one search of the picture to the next one of the same effort.
  virtual PictureSketch& sketch() = 0;
};

struct SearchInput {
  PlaneView<const Pixel> planes[3];  // Y, or Y, Cb, Cr
  // Instead of planes, when a residual follows; no device is used then.
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

// Rows of tiles that a window of an input by rows holds at most: as many as keep the threads busy.
int32_t search_window_rows(const normative::Geometry& geometry, int32_t threads);

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
