// From the caller's raster to coded planes.
#pragma once

#include "base/allocator.h"
#include "base/thread_pool.h"
#include "enc/encoder.h"

namespace pc15::enc {

// Planes of an image at coded size: multiples of 8 luma samples, borders extended by repetition.
struct SourcePlanes {
  explicit SourcePlanes(Memory& memory)
      : samples{Vector<Pixel>(memory), Vector<Pixel>(memory), Vector<Pixel>(memory), Vector<Pixel>(memory)} {}
  Vector<Pixel> samples[4];
  PlaneView<Pixel> view[4];
  int32_t count = 0;
};

// Converts to the planes that `header` (geometry, color, alpha) asks for.
void ingest(const Raster& raster, const format::StreamHeader& header, ThreadPool& pool, SourcePlanes* out);

// CRC-32 of the raster's size and samples, row by row.
uint32_t content_crc(const Raster& raster, ThreadPool& pool, Memory& memory);

// True when alpha is not 255 everywhere; false without alpha.
bool has_transparency(const Raster& raster, ThreadPool& pool, Memory& memory);

}  // namespace pc15::enc
