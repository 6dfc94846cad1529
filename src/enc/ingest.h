// From the caller's raster to coded planes.
#pragma once

#include <utility>

#include "base/allocator.h"
#include "base/thread_pool.h"
#include "enc/encoder.h"

namespace pc15::enc {

// Planes of an image at coded size: multiples of 8 luma samples, borders extended by repetition. All rows, or
// those that a window holds.
struct SourcePlanes {
  explicit SourcePlanes(Memory& memory)
      : samples{Vector<Pixel>(memory), Vector<Pixel>(memory), Vector<Pixel>(memory), Vector<Pixel>(memory)} {}
  Vector<Pixel> samples[4];
  PlaneView<Pixel> view[4];
  int32_t count = 0;
  int32_t top = 0;  // the luma row of the image where the views begin, even

  PlaneRows luma() const { return PlaneRows{view[0], top}; }
  void swap(SourcePlanes& other) {
    for (int32_t i = 0; i < 4; ++i) {
      samples[i].swap(other.samples[i]);
      std::swap(view[i], other.view[i]);
    }
    std::swap(count, other.count);
    std::swap(top, other.top);
  }
};

// Converts to the planes that `header` (geometry, color, alpha) asks for.
void ingest(const Raster& raster, const format::StreamHeader& header, ThreadPool& pool, SourcePlanes* out);
// The same in steps. Memory for `count` planes of at most `rows` luma rows each:
void size_planes(const format::StreamHeader& header, int32_t count, int32_t rows, SourcePlanes* out);
// Rows [first, last) of the picture, which `rows` holds from its row 0 on (`first` is even, and `last`,
// unless it is the end), with their borders. The first plane alone may be wanted.
void ingest_rows(const Raster& rows, const format::StreamHeader& header, int32_t first, int32_t last,
                 SourcePlanes* out);
// Gives up the rows before `top`, which is even; the others move.
void slide_planes(const format::StreamHeader& header, int32_t top, SourcePlanes* out);

// CRC-32 of the raster's size and samples, row by row.
uint32_t content_crc(const Raster& raster, ThreadPool& pool, Memory& memory);
// Its beginning: that of the size, which rows continue.
uint32_t content_crc_start(int32_t width, int32_t height, int32_t channels);

// True when alpha of a row of RGBA is not 255 everywhere.
bool row_is_transparent(const uint8_t* row, int32_t width);
// True when alpha is not 255 everywhere; false without alpha.
bool has_transparency(const Raster& raster, ThreadPool& pool, Memory& memory);

}  // namespace pc15::enc
