// A picture that comes row by row, into planes as it comes.
//
// What its samples themselves are needed for later decides what is kept of them. Lossless coding and the
// passes of a target begin with the samples: all are kept, and nothing else. Any other encode begins with
// planes; it needs the samples once more only when the picture turns out to be drawn throughout, for then a
// lossless file is tried too. They are given up as soon as too many blocks are not drawn, in photographs
// after a quarter or so of the rows.
#pragma once

#include "enc/ingest.h"
#include "enc/palette_pass.h"

namespace pc15::enc {

class RowIngest {
 public:
  RowIngest(const Config& config, const RowSource& source, Memory& memory);
  // Reads all rows. kCancelled when the source ended early or the monitor says so, kInvalidArgument when the
  // source claims more rows than it was asked for.
  Status run(const Monitor& monitor);

  bool has_planes() const { return has_planes_; }
  Ingested& planes() { return ready_; }
  // Without samples where they were given up.
  const Raster& raster() const { return raster_; }

 private:
  Status read_band(int32_t first, int32_t rows, uint8_t* out);
  void look_at(int32_t first, int32_t last);
  void finish_planes();

  const RowSource& source_;
  Memory& memory_;
  bool has_planes_, keeps_samples_;
  format::StreamHeader header_;
  Ingested ready_;
  DrawnCount drawn_;
  Vector<Vector<uint8_t>> bands_;
  Vector<const uint8_t*> starts_;  // of the bands
  Raster raster_;
};

}  // namespace pc15::enc
