// A picture that comes row by row, and what of it is kept.
//
// Lossless cells take the samples themselves, and without a search nothing else does: rows are read as their
// cells are coded, and no more of them is held. But RGBA is held until a sample shows that alpha is to be
// coded, or all of it, since an opaque alpha is not.
//
// Other lossless files and the passes of a target begin with the samples: all are kept.
//
// Any other encode begins with planes, into which rows are turned as they come. It needs the samples once
// more only when the picture turns out to be drawn throughout, for then a lossless file is tried too. They
// are given up as soon as too many blocks are not drawn, in photographs after a quarter or so of the rows.
#pragma once

#include "enc/ingest.h"
#include "enc/palette_pass.h"

namespace pc15::enc {

class RowIngest {
 public:
  RowIngest(const Config& config, const RowSource& source, Memory& memory);
  // Reads all rows, of a stream those that come before its first cell can be coded. kCancelled when the
  // source ended early or the monitor says so, kInvalidArgument when it claims more rows than it was asked
  // for.
  Status run(const Monitor& monitor);

  bool transparent() const { return transparent_; }
  // Of the rows that were read.
  uint32_t content_crc() const { return crc_; }
  // With rows that were kept; those of a window() of a stream.
  const Raster& raster() const { return raster_; }
  // Whether planes() is filled, for one job to take.
  bool has_planes() const { return use_ == Use::kPlanes; }
  SourcePlanes& planes() { return planes_; }
  bool streams() const { return use_ == Use::kStream; }
  // Of a stream: reads until the raster has the rows [first, last), and gives up those before. `first` is a
  // multiple of Raster::kBandRows and rises from call to call.
  Status window(int32_t first, int32_t last, const Monitor& monitor);

 private:
  enum class Use : uint8_t { kSamples, kPlanes, kStream };

  Status read_band(const Monitor& monitor);
  Status fill(int32_t rows, uint8_t* out);
  void take_planes(const Raster& rows, int32_t first, int32_t last);
  void finish_planes();
  void release(size_t first, size_t last);

  const RowSource& source_;
  Memory& memory_;
  Use use_;
  bool keeps_samples_, transparent_ = false;
  int32_t read_ = 0;  // rows
  uint32_t crc_;
  format::StreamHeader header_;
  SourcePlanes planes_;
  DrawnCount drawn_;
  Vector<Vector<uint8_t>> bands_;  // by number; empty where they are not held
  Vector<const uint8_t*> starts_;
  Raster raster_;
};

}  // namespace pc15::enc
