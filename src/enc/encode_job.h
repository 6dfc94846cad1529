// One encode of one image: the steps and the memory they share.
#pragma once

#include <optional>

#include "enc/cell_encoder.h"
#include "enc/encoder.h"
#include "enc/grain_estimate.h"
#include "enc/ingest.h"
#include "enc/lossless_cell_encoder.h"
#include "enc/luma_window.h"
#include "enc/row_ingest.h"
#include "metrics/metrics.h"
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

  // Planes come in windows.
  bool windows() const { return rows_ != nullptr && rows_->repeats(); }
  const SourcePlanes& source() const { return windows() ? rows_->planes() : own_; }
  bool measures() const { return config_.measure || config_.grain_percent > 0; }
  void make_header(ThreadPool& pool);
  Status take_in(ThreadPool& pool, const Monitor& monitor);
  void note_content(ThreadPool& pool);
  void choose_palettes(ThreadPool& pool);
  format::StreamHeader search_header() const;
  Status use_atom_codebook();
  Status append_models(Vector<uint8_t>* codebook, Vector<format::Section>* sections) const;
  Status search(ThreadPool& pool, Monitor& monitor, Vector<TileStats>* tiles, SearchReport* report);
  Status code_programs(Vector<TileStats>* tiles);
  Status code_residual(ThreadPool& pool, Monitor& monitor);
  Status code_lossless(ThreadPool& pool, Monitor& monitor);
  void code_lossless_cell(int64_t index, LosslessScratch& scratch, Vector<Pixel>& exact);
  Status code_cells(ThreadPool& pool, Monitor& monitor);
  int32_t window_rows(const ThreadPool& pool) const;
  Status program_error(ThreadPool& pool, const Monitor& monitor, int64_t* out);
  int64_t band_error(const Rect& luma);
  int64_t cell_error(const Rect& cell, const CellSource& coded) const;
  void drop_residual();
  Status code_step(int32_t first, int32_t last, Vector<Worker>& workers, ThreadPool& pool, Monitor& monitor);
  CellSource cell_source(const Rect& cell, Worker& worker);
  void code_cell(int64_t index, Worker& worker);
  const PlaneView<const Pixel> program_view(const Rect& cell, int32_t plane, const PlaneView<Pixel>& like,
                                            Pixel* at);
  void start_measuring();
  void measure(const PlaneRows& shown, int32_t last, ThreadPool& pool);
  Status measure_programs(ThreadPool& pool, const Monitor& monitor);
  void finish_measuring(Stats* stats);
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
  SourcePlanes own_;
  std::optional<LumaWindow> luma_;  // while cells are coded and somebody measures
  std::optional<metrics::RollingQuality> quality_;
  std::optional<GrainEstimate> grain_estimate_;
  Vector<int64_t> errors_;  // of the cells, when the residual must prove its worth
  normative::ProgramImage programs_;
  Vector<uint8_t> image_program_, grain_;
  Vector<Vector<uint8_t>> groups_, cells_;
};

}  // namespace pc15::enc
