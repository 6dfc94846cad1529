// One decode of one region: the memory it works in and the steps it takes.
#pragma once

#include "backend/loop_filter.h"
#include "backend/seam_filter.h"
#include "base/raw_buffer.h"
#include "dec/cell_decoder.h"
#include "dec/decoder.h"
#include "dec/model_store.h"
#include "dec/program_store.h"

namespace pc15::dec {

// Samples of context around a region that the filters and chroma upsampling reach: in chroma 7 of the seam
// filter, 6 of the loop filter and 1, twice that in luma samples, rounded up.
constexpr int32_t kReach = 32;

// Programs are rendered in blocks of at most this size: memory stays bounded by a block whatever the width of
// the picture, and a cancellation is noticed after one block, however dear the programs are.
constexpr int32_t kBlockColumns = 256, kBlockRows = 64;

// The rectangle that is decoded for a region: whole cells when there is a residual.
Rect decoded_area(const format::StreamHeader& header, const Rect& region);

// Coded extent of an area in a plane: multiples of 8 luma samples.
inline int32_t coded_extent(int32_t luma_size, int32_t shift) { return ((luma_size + 7) & ~7) >> shift; }

inline bool has_programs(const format::StreamHeader& header) {
  return header.has_image_program || header.has_tile_programs;
}

// The most rows that a sink gets at a time.
constexpr int32_t kSinkRows = 64;

// The area goes through a window of some rows of cells: what is decoded is filtered as far as nothing below
// it matters and handed out, and the rows that the filters still need move to the top of the window. Memory
// follows the width of the picture and not its height, and samples are still in the cache when they are
// filtered.
class DecodeJob {
 public:
  // `keep_prediction`: prediction() is wanted after reconstruct(); `region` is what run() gives out.
  DecodeJob(const format::ContainerReader& reader, ProgramStore& store, const ModelStore& models,
            bool tolerant, const Rect& region, bool keep_prediction, Memory& memory);
  ~DecodeJob();
  DecodeJob(const DecodeJob&) = delete;
  DecodeJob& operator=(const DecodeJob&) = delete;

  // Programs, then step by step cells or blocks, filters, rows. `step_units`: rows of cells (without a
  // residual, of kRenderUnit luma rows) of a step; 0: as many as keep the threads busy.
  Status run(const Output& output, ThreadPool& pool, Monitor& monitor, Vector<CellState>* damage,
             int32_t step_units = 0);
  Status run(const RowSink& sink, ThreadPool& pool, Monitor& monitor, Vector<CellState>* damage,
             int32_t step_units = 0);
  // The whole area in one step and no output. `units_after`: what the caller will report to the monitor
  // itself.
  Status reconstruct(uint64_t units_after, ThreadPool& pool, Monitor& monitor, Vector<CellState>* damage);
  bool damaged() const { return damaged_; }

  // After reconstruct(): the samples of area(), coded size, and the procedural prediction under them; null
  // where there is none, which is for alpha, and for every plane of a file without programs.
  const Rect& area() const { return area_; }
  PlaneView<const Pixel> plane(int32_t i) const;
  PlaneView<const Pixel> prediction(int32_t i) const;

 private:
  struct Worker;

  Status start(int32_t step_units, uint64_t units_after, ThreadPool& pool, Monitor& monitor);
  void allocate();
  void make_workers(int32_t count);
  bool finished() const { return done_units_ == total_units_; }
  Status step(ThreadPool& pool, Monitor& monitor, Vector<CellState>* damage);
  void roll();
  void roll_rows(int32_t plane, Pixel* samples, int32_t first, int32_t last);
  void clear_new_rows();
  Status decode_cells(ThreadPool& pool, Monitor& monitor, Vector<CellState>* damage);
  Status decode_one(int32_t col, int32_t row, Worker& worker, const Monitor& monitor, CellInfo* info,
                    CellState* state);
  void render(int32_t plane, const Rect& rect, const PlaneView<Pixel>& out, const Monitor& monitor);
  void render_cell(const Rect& cell, Worker& worker, const Monitor& monitor, CellTarget* target);
  void render_rows(ThreadPool& pool, Monitor& monitor);
  // What of the window matters for the region and `margin` luma samples around it.
  Rect wanted(int32_t margin) const;
  void filter(ThreadPool& pool, const Monitor& monitor);
  void filter_seams(int32_t plane, ThreadPool& pool, const Monitor& monitor);
  void filter_loop(int32_t plane, ThreadPool& pool, const Monitor& monitor);
  void add_grain(ThreadPool& pool, const Monitor& monitor);
  void write(const Output& output, int32_t first, int32_t last, ThreadPool& pool, const Monitor& monitor);
  void write_row(OutputFormat output, int32_t y, uint8_t* out) const;

  Rect plane_rect(const Rect& luma, int32_t plane) const;
  PlaneView<Pixel> view(int32_t plane, Pixel* samples) const;
  PlaneView<Pixel> coded(int32_t i) { return view(i, samples_[i].data()); }  // before the loop filter
  PlaneView<Pixel> shown(int32_t i) {
    return view(i, loop_filtered(i) ? filtered_[i].data() : samples_[i].data());
  }
  bool loop_filtered(int32_t plane) const {
    return has_residual_ && (header_.tools & format::kToolLoopFilter) != 0 && !header_.is_alpha(plane);
  }
  int32_t edge_map(int32_t plane) const { return header_.is_alpha(plane) ? 2 : plane == 0 ? 0 : 1; }
  int32_t area_cells_x() const { return (area_.width + header_.geometry.cell - 1) / header_.geometry.cell; }
  bool last_step() const { return top_ + filled_ == area_.height; }

  const format::ContainerReader& reader_;
  const format::StreamHeader& header_;
  const bool tolerant_;
  const Rect region_, area_;
  Memory& memory_;
  bool damaged_ = false, has_residual_, keep_prediction_;
  bool wants_all_ = false;  // of area(), not only the region
  ProgramStore& store_;
  const ModelStore& models_;

  // The window, in luma rows: it begins at row top_ of the area and holds filled_ rows; those before fresh_
  // are from the step before.
  int32_t unit_ = 0, total_units_ = 0, window_units_ = 0, done_units_ = 0;
  int32_t top_ = 0, filled_ = 0, fresh_ = 0;
  int32_t ready_begin_ = 0, ready_end_ = 0;  // rows of the region that the last step finished

  Vector<Worker> workers_;
  RawBuffer<Pixel> samples_[kMaxPlanes], filtered_[kMaxPlanes], predictions_[normative::kMaxPlanes];
  Vector<uint8_t> edges_[3];
  Vector<backend::SeamCell> seams_, chroma_seams_;        // scan order of the window's cells
  Vector<backend::LoopBlock> loops_[entropy::kFamilies];  // scan order of the window's superblocks
};

// Rows of a step of a file without residual.
constexpr int32_t kRenderUnit = 128;
// Units of a step that keep `threads` busy, and the units of the window that holds them.
int32_t units_per_step(const format::StreamHeader& header, const Rect& area, int32_t threads);
int32_t area_units(const format::StreamHeader& header, const Rect& area);

}  // namespace pc15::dec
