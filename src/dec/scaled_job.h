// One decode of one region at another scale (docs/scaling.md): the programs rendered at that scale, plus the
// residual, which is what the picture at full size differs from its procedural prediction, resampled.
#pragma once

#include "backend/resample.h"
#include "dec/decode_job.h"

namespace pc15::dec {

// The part of the picture, in luma samples, that a region of the scaled picture leans on.
Rect scaled_source(const format::StreamHeader& header, int32_t scale_log2, const Rect& region);
// Upper bound of what one worker of ScaledJob allocates besides its DecodeJob.
uint64_t scaled_worker_bytes(const format::StreamHeader& header, int32_t scale_log2);

class ScaledJob {
 public:
  // `scale_log2` -2...3 and not 0; `region` inside the scaled picture.
  ScaledJob(const format::ContainerReader& reader, ProgramStore& store, const ModelStore& models,
            bool tolerant, int32_t scale_log2, const Rect& region, Memory& memory);

  // Full size where there is a residual, then the scaled picture block by block.
  Status run(const Output& output, ThreadPool& pool, Monitor& monitor, Vector<CellState>* damage);
  bool damaged() const { return damaged_ || source_.damaged(); }

 private:
  void write_block(const Rect& block, const Output& output, Vector<Pixel>& samples) const;
  void make_prediction(int32_t plane, const Rect& block, const PlaneView<Pixel>& out) const;
  void add_residual(int32_t plane, const Rect& block, const PlaneView<Pixel>& out) const;

  const format::ContainerReader& reader_;
  const format::StreamHeader& header_;
  const bool tolerant_;
  const int32_t scale_;
  const Rect region_;
  Memory& memory_;
  ProgramStore& store_;
  const ModelStore& models_;
  DecodeJob source_;
  bool damaged_ = false;
};

}  // namespace pc15::dec
