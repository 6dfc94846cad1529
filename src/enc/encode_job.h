// One encode of one image: the steps and the memory they share.
#pragma once

#include "backend/loop_filter.h"
#include "backend/seam_filter.h"
#include "enc/cell_encoder.h"
#include "enc/encoder.h"
#include "enc/ingest.h"
#include "enc/lossless_cell_encoder.h"
#include "enc/row_ingest.h"
#include "normative/program.h"

namespace pc15::enc {

class EncodeJob {
 public:
  // `rows`: where the raster comes from, null when it is a whole one.
  EncodeJob(const Config& config, const Raster& raster, RowIngest* rows, Memory& memory);
  Status run(Span<const format::Section> sections, ThreadPool& pool, Monitor& monitor, Vector<uint8_t>* out,
             Stats* stats, Vector<TileStats>* tiles);

  // After run(): whether the picture is drawn throughout, and whether programs were found.
  bool mostly_drawn() const { return mostly_drawn_; }
  bool has_programs() const { return header_.has_image_program || header_.has_tile_programs; }

 private:
  struct Worker;

  void take_in(ThreadPool& pool);
  void make_header(ThreadPool& pool);
  format::StreamHeader search_header() const;
  Status use_atom_codebook();
  Status append_models(Vector<uint8_t>* codebook, Vector<format::Section>* sections) const;
  Status search(ThreadPool& pool, Monitor& monitor, Vector<TileStats>* tiles, SearchReport* report);
  Status code_programs(Vector<TileStats>* tiles);
  Status code_residual(ThreadPool& pool, Monitor& monitor);
  Status code_lossless(ThreadPool& pool, Monitor& monitor);
  void code_lossless_cell(int64_t index, LosslessScratch& scratch, Vector<Pixel>& exact);
  Status code_cells(ThreadPool& pool, Monitor& monitor);
  int64_t program_error(ThreadPool& pool);
  int64_t cell_error(const Rect& cell, const CellSource& coded) const;
  void make_recon();
  void drop_residual();
  void code_cell(int64_t index, Worker& worker);
  const PlaneView<const Pixel> program_view(const Rect& cell, int32_t plane, const PlaneView<Pixel>& like,
                                            Pixel* at);
  void filter_luma(ThreadPool& pool);
  void loop_filter_luma(ThreadPool& pool);
  void keep_outcome(int64_t index, const CellOutcome& outcome);
  Status measure(ThreadPool& pool, Stats* stats);
  void make_grain(ThreadPool& pool);
  Status assemble(Span<const format::Section> sections, Vector<uint8_t>* out, Stats* stats);

  const Config& config_;
  const Raster& raster_;
  RowIngest* rows_;
  Memory& memory_;
  format::StreamHeader header_;
  bool mostly_drawn_ = false;
  const entropy::FileTables* tables_ = nullptr;  // when the file brings its own
  normative::AtomShape atom_shapes_[normative::kAtomShapes] = {};
  ResidualTuning tuning_;
  SourcePlanes source_;
  Vector<Pixel> recon_samples_;  // luma, coded size
  PlaneView<Pixel> recon_;
  Vector<int64_t> errors_;  // of the cells, when the residual must prove its worth
  normative::ProgramImage programs_;
  Vector<uint8_t> edges_;             // of luma, one per 4x4 unit
  Vector<backend::SeamCell> seams_;   // luma, per cell
  Vector<backend::LoopBlock> loops_;  // luma, per superblock
  Vector<uint8_t> image_program_, grain_;
  Vector<Vector<uint8_t>> groups_, cells_;
};

}  // namespace pc15::enc
