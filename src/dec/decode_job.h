// One decode of one region: the memory it works in and the steps it takes.
#pragma once

#include "backend/loop_filter.h"
#include "backend/seam_filter.h"
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

class DecodeJob {
 public:
  // `keep_prediction`: prediction() is wanted after reconstruct().
  DecodeJob(const format::ContainerReader& reader, ProgramStore& store, const ModelStore& models,
            bool tolerant, const Rect& region, bool keep_prediction, Memory& memory);

  // Programs, then cells or bands, then the filter, then the output rows.
  Status run(const Output& output, ThreadPool& pool, Monitor& monitor, Vector<CellState>* damage);
  // The same without the output rows. `units_after`: what the caller will report to the monitor itself.
  Status reconstruct(uint64_t units_after, ThreadPool& pool, Monitor& monitor, Vector<CellState>* damage);
  bool damaged() const { return damaged_; }

  // After reconstruct(): the samples of area(), coded size, and the procedural prediction under them; null
  // where there is none, which is for alpha, and for every plane of a file without programs.
  const Rect& area() const { return area_; }
  PlaneView<const Pixel> plane(int32_t i) const;
  PlaneView<const Pixel> prediction(int32_t i) const;

 private:
  struct Worker;

  void allocate();
  Status decode_cells(uint64_t units_after, ThreadPool& pool, Monitor& monitor, Vector<CellState>* damage);
  Status decode_one(int32_t col, int32_t row, Worker& worker, const Monitor& monitor, CellInfo* info,
                    CellState* state);
  void render(int32_t plane, const Rect& rect, const PlaneView<Pixel>& out, const Monitor& monitor);
  void render_cell(const Rect& cell, Worker& worker, const Monitor& monitor, CellTarget* target);
  void render_all(uint64_t units_after, ThreadPool& pool, Monitor& monitor);
  void filter(ThreadPool& pool, const Monitor& monitor);
  void filter_seams(int32_t plane, ThreadPool& pool, const Monitor& monitor);
  void filter_loop(int32_t plane, Vector<Pixel>& copy, ThreadPool& pool, const Monitor& monitor);
  void add_grain(ThreadPool& pool, const Monitor& monitor);
  void write(const Output& output, ThreadPool& pool, const Monitor& monitor);
  void write_row(const Output& output, int32_t y) const;

  Rect plane_rect(const Rect& luma, int32_t plane) const;
  PlaneView<Pixel> plane(int32_t i);
  int32_t edge_map(int32_t plane) const { return header_.is_alpha(plane) ? 2 : plane == 0 ? 0 : 1; }
  int32_t area_cells_x() const { return (area_.width + header_.geometry.cell - 1) / header_.geometry.cell; }
  int32_t area_cells_y() const { return (area_.height + header_.geometry.cell - 1) / header_.geometry.cell; }

  const format::ContainerReader& reader_;
  const format::StreamHeader& header_;
  const bool tolerant_;
  const Rect region_, area_;
  Memory& memory_;
  bool damaged_ = false, has_residual_, keep_prediction_;
  ProgramStore& store_;
  const ModelStore& models_;
  Vector<Pixel> samples_[kMaxPlanes], predictions_[normative::kMaxPlanes];
  Vector<uint8_t> edges_[3];
  Vector<backend::SeamCell> seams_;                       // luma steps, scan order of the area's cells
  Vector<backend::LoopBlock> loops_[entropy::kFamilies];  // scan order of the area's superblocks
};

}  // namespace pc15::dec
