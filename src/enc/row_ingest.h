// A picture that comes row by row, and what of it is kept.
//
// Of a source that can be read again some rows are held at a time, with few exceptions (looks_at_whole). The
// first reading tells what an encode must know beforehand: alpha, whether the picture is drawn, the check
// sum, and what the search for the program of the whole picture looks at. A later one must give the same
// rows. Lossless cells that are coded without a search take their rows as they come from any source.
//
// Of a source that can be read once, RGBA that is to be lossless is held until a sample shows that alpha is
// to be coded, or all of it, since an opaque alpha is not. Other lossless files and the passes of a target
// begin with the samples: all are kept.
//
// Any other encode begins with planes, into which rows are turned as they come. It needs the samples once
// more only when the picture turns out to be drawn throughout, for then a lossless file is tried too. They
// are given up as soon as too many blocks are not drawn, in photographs after a quarter or so of the rows.
#pragma once

#include "enc/ingest.h"
#include "enc/palette_pass.h"
#include "enc/plane_sketch.h"

namespace pc15::enc {

class RowIngest {
 public:
  RowIngest(const Config& config, const RowSource& source, Memory& memory);
  // Reads all rows; of a picture that is not held, those that come before a first window. kCancelled when the
  // source ended early or the monitor says so, kInvalidArgument when it claims more rows than it was asked
  // for.
  Status run(const Monitor& monitor);

  // Once all rows were read.
  bool transparent() const { return transparent_; }
  uint32_t content_crc() const { return crc_; }
  // With rows that were kept; those of a window() of samples.
  const Raster& raster() const { return raster_; }
  // Whether planes() is filled, for one job to take.
  bool has_planes() const { return use_ == Use::kPlanes; }
  SourcePlanes& planes() { return planes_; }

  // Whether samples() come in windows.
  bool streams() const { return use_ == Use::kStream; }
  // Whether planes come in windows: survey first, then one reading after another.
  bool repeats() const { return repeats_; }
  PictureSketch& sketch() { return sketch_; }
  // Begins a reading whose windows have at most `rows` rows: of samples, of luma alone, of all planes that
  // `header` has.
  enum class Reading : uint8_t { kSamples, kLuma, kPlanes };
  Status begin(Reading reading, const format::StreamHeader& header, int32_t rows);
  // Reads until raster() or planes() have the rows [first, last), and gives up those before. `first` rises
  // from call to call; of samples it is a multiple of Raster::kBandRows.
  Status window(int32_t first, int32_t last, const Monitor& monitor);
  // Reads what is left. kInvalidArgument when the rows are not those of the first reading.
  Status end(const Monitor& monitor);
  // Of the whole blocks, after a reading of planes.
  const DrawnCount& drawn() const { return drawn_; }

 private:
  enum class Use : uint8_t { kSamples, kPlanes, kStream, kWindow };

  Status read_band(const Monitor& monitor);
  Status fill(int32_t rows, uint8_t* out);
  Status look_for_alpha(const Monitor& monitor);
  Status restart();
  void take_planes(const Raster& rows, int32_t first, int32_t last);
  void finish_planes();
  void slide(int32_t first);
  void release(size_t first, size_t last);

  const RowSource& source_;
  Memory& memory_;
  const bool repeats_;
  Use use_;
  bool keeps_samples_, transparent_ = false;
  bool again_ = false;  // all rows were read before
  int32_t read_ = 0;    // rows
  uint32_t reading_crc_, crc_ = 0;
  format::StreamHeader header_;
  SourcePlanes planes_;
  PictureSketch sketch_;
  DrawnCount drawn_;
  Vector<Vector<uint8_t>> bands_;  // by number; empty where they are not held
  Vector<const uint8_t*> starts_;
  Raster raster_;
};

}  // namespace pc15::enc
