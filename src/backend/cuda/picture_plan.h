// One picture of a batch on a device: where its arrays and planes lie, and the agents that make its samples,
// step by step. What pictures of a batch send, clear and fetch lies in regions of device memory that all of
// them share, so that one copy does for all.
#pragma once

#include "backend/cuda/agent_cells.h"
#include "backend/cuda/agent_filters.h"
#include "backend/cuda/agent_output.h"
#include "backend/cuda/agent_render.h"

namespace pc15::backend::cuda {

using namespace device;  // the plain data of a picture

// The launches of a batch in their order, one agent a plane; docs/bitstream-residual.md says why chroma
// follows luma and horizontal seams follow vertical ones.
enum Step : int32_t {
  kRender,
  kGrb,
  kLuma,
  kChroma,
  kVerticalSeams,
  kHorizontalSeams,
  kLoop,
  kOutput,
  kSteps
};

// What lies in a region: what is sent in one copy, what is cleared, what is fetched in one copy, all else.
enum Region : int32_t { kSent, kCleared, kFetched, kOwn, kRegions };

// Offsets in device memory, multiples of 256 bytes.
struct Regions {
  int64_t next[kRegions] = {};

  int64_t place(Region region, int64_t bytes) {
    const int64_t at = next[region];
    next[region] += (bytes + 255) & ~int64_t{255};
    return at;
  }
};

// Arrays and outputs above this are copied by themselves: a copy of the caller's memory costs more than a
// call.
constexpr int64_t kMostJoined = 64 << 10;

class PicturePlan {
 public:
  // Places follow from what `regions` holds alone. `base` is 0 while memory is counted. `filters`: the table
  // of the loop filter on the device.
  PicturePlan(const Work& work, Regions* regions, uintptr_t base, const int8_t* filters)
      : p_(*work.picture), target_(work.target), base_(base), filters_(filters) {
    place_planes(regions);
    programs_ = place(p_.programs, regions);
    atoms_ = place(p_.atoms, regions);
    tiles_ = place(p_.tile_program, regions);
    cells_ = place(p_.cells, regions);
    leaves_ = place(p_.leaves, regions);
    levels_ = place(p_.levels, regions);
    for (int32_t f = 0; f < 2; ++f) {
      seams_[f] = place(p_.seams[f], regions);
      loops_[f] = place(p_.loops[f], regions);
    }
    grain_ = place(p_.grain, regions);
    grain_setup_ = place(grain_setup(), regions);
    if (!target_.on_device) out_ = regions->place(out_is_joined() ? kFetched : kOwn, out_bytes());
  }

  // send(array, offset) for every array.
  template <class Send>
  Status send_arrays(const Send& send) const {
    PC15_TRY(send(p_.programs, programs_));
    PC15_TRY(send(p_.atoms, atoms_));
    PC15_TRY(send(p_.tile_program, tiles_));
    PC15_TRY(send(p_.cells, cells_));
    PC15_TRY(send(p_.leaves, leaves_));
    PC15_TRY(send(p_.levels, levels_));
    for (int32_t f = 0; f < 2; ++f) {
      PC15_TRY(send(p_.seams[f], seams_[f]));
      PC15_TRY(send(p_.loops[f], loops_[f]));
    }
    PC15_TRY(send(p_.grain, grain_));
    return send(grain_setup(), grain_setup_);
  }

  // add(step, agent, blocks) for every agent of every step.
  template <class Add>
  void list_agents(const Add& add) const {
    list_rendering(add);
    for (int32_t i = 0; p_.residual && i < p_.plane_count; ++i) {
      const int32_t rows = p_.plane[i].height / 4, f = family(i);
      add(f == 0 ? kLuma : kChroma, cell_agent(i), static_cast<int32_t>(p_.cells.count));
      if (p_.deblock) {
        add(kVerticalSeams, seam_agent(i, true), rows);
        add(kHorizontalSeams, seam_agent(i, false), rows);
      }
      if (has_loop(i)) add(kLoop, loop_agent(i), rows);
    }
    const OutputAgent output = output_agent();
    add(kOutput, output, output.blocks());
  }

  // Where the samples for the host go: rows downwards from data() on, stride() apart. When the target's first
  // row is its last in memory, the device has turned them round.
  uint8_t* data() const { return target_.data + (upwards() ? target_.stride * (p_.region.height - 1) : 0); }
  int64_t stride() const { return upwards() ? -target_.stride : target_.stride; }
  int64_t row_bytes() const { return int64_t{p_.region.width} * target_.channels; }
  int64_t out_bytes() const { return row_bytes() * p_.region.height; }
  int32_t out_rows() const { return p_.region.height; }
  int64_t out_offset() const { return out_; }  // of samples for the host, rows without gaps
  bool for_host() const { return !target_.on_device; }
  bool out_is_joined() const { return for_host() && out_bytes() <= kMostJoined; }

  template <typename T>
  static bool is_joined(const Array<T>& array) {
    return array.count * static_cast<int64_t>(sizeof(T)) <= kMostJoined;
  }

 private:
  bool upwards() const { return target_.stride < 0; }
  template <typename T>
  static int64_t place(const Array<T>& array, Regions* regions) {
    return regions->place(is_joined(array) ? kSent : kOwn, array.count * static_cast<int64_t>(sizeof(T)));
  }
  template <typename T>
  T* at(int64_t offset) const {
    return reinterpret_cast<T*>(base_ + static_cast<uintptr_t>(offset));
  }
  template <typename T>
  const T* device(const Array<T>& array, int64_t offset) const {
    return array.count != 0 ? at<T>(offset) : nullptr;
  }
  Array<normative::GrainFieldSetup> grain_setup() const {
    return {&p_.grain_setup, p_.grain.count != 0 ? 1 : 0};
  }

  int64_t samples(int32_t plane) const { return int64_t{p_.plane[plane].width} * p_.plane[plane].height; }
  bool is_alpha(int32_t plane) const { return p_.alpha && plane == p_.plane_count - 1; }
  int32_t family(int32_t plane) const { return plane > 0 && !is_alpha(plane) ? 1 : 0; }
  int32_t edge_map(int32_t plane) const { return is_alpha(plane) ? 2 : family(plane); }
  bool has_prediction(int32_t plane) const { return p_.residual && p_.render && !is_alpha(plane); }
  bool has_loop(int32_t plane) const { return p_.residual && !is_alpha(plane) && p_.loop[family(plane)]; }

  void place_planes(Regions* regions) {
    for (int32_t i = 0; i < p_.plane_count; ++i) {
      plane_[i] = regions->place(kOwn, samples(i));
      if (has_prediction(i)) prediction_[i] = regions->place(kOwn, samples(i));
      // The prediction is of no use any more when the loop filter runs.
      if (has_loop(i)) filtered_[i] = has_prediction(i) ? prediction_[i] : regions->place(kOwn, samples(i));
      if (p_.residual && (edge_map(i) != 1 || i == 1))
        edges_[edge_map(i)] = regions->place(kCleared, samples(i) / 16);
    }
  }

  // The procedural prediction where it is wanted: beside the planes when there is a residual, else in them.
  // Alpha without a residual is 255, which the output knows.
  template <class Add>
  void list_rendering(const Add& add) const {
    if (!p_.render) return;
    for (int32_t i = 0; i < p_.plane_count; ++i) {
      if (is_alpha(i)) continue;
      const RenderAgent agent = render_agent(i);
      add(kRender, agent, agent.blocks());
    }
    if (!p_.rgb) return;
    const GrbAgent agent{{rendered(0), rendered(1), rendered(2)}, samples(0)};
    add(kGrb, agent, static_cast<int32_t>((samples(0) + GrbAgent::kChunk - 1) / GrbAgent::kChunk));
  }

  Pixel* rendered(int32_t i) const { return at<Pixel>(p_.residual ? prediction_[i] : plane_[i]); }

  RenderAgent render_agent(int32_t i) const {
    const PlaneShape& shape = p_.plane[i];
    const DeviceProgram* programs = device(p_.programs, programs_);
    RenderAgent a;
    a.grid = TileGrid{programs != nullptr ? programs + int64_t{i} * p_.program_count : nullptr,
                      device(p_.atoms, atoms_),
                      at<int32_t>(tiles_),
                      p_.tile,
                      p_.overlap,
                      p_.tile_cols,
                      p_.tile_rows};
    a.cells = p_.residual ? at<CellRecord>(cells_) : nullptr;
    a.cell = p_.cell >> shape.shift;
    a.cell_cols = p_.cell_cols;
    a.x0 = p_.area.x >> shape.shift;
    a.y0 = p_.area.y >> shape.shift;
    a.last_x = normative::plane_extent(p_.width, shape.shift) - 1;
    a.last_y = normative::plane_extent(p_.height, shape.shift) - 1;
    a.shift = shape.shift;
    a.width = shape.width;
    a.height = shape.height;
    a.samples = rendered(i);
    a.neutral = p_.program_count == 0;
    return a;
  }

  CellAgent cell_agent(int32_t i) const {
    const PlaneShape& shape = p_.plane[i];
    CellAgent a;
    a.cells = at<CellRecord>(cells_);
    a.leaves = at<LeafRecord>(leaves_);
    a.levels = at<int16_t>(levels_);
    a.pass = edge_map(i);
    a.component = i == 2 && !is_alpha(i) ? 1 : 0;
    a.shift = shape.shift;
    a.samples = at<Pixel>(plane_[i]);
    a.pitch = shape.width;
    a.prediction = has_prediction(i) ? at<Pixel>(prediction_[i]) : nullptr;
    a.luma = at<Pixel>(plane_[0]);
    a.luma_pitch = p_.plane[0].width;
    a.edges = a.component == 0 ? at<uint8_t>(edges_[edge_map(i)]) : nullptr;
    a.edge_pitch = shape.width / 4;
    return a;
  }

  SeamAgent seam_agent(int32_t i, bool vertical) const {
    const PlaneShape& shape = p_.plane[i];
    return SeamAgent{vertical,
                     at<Pixel>(plane_[i]),
                     shape.width,
                     at<uint8_t>(edges_[edge_map(i)]),
                     (p_.cell >> shape.shift) / 4,
                     at<SeamCell>(seams_[family(i)]),
                     p_.cell_cols};
  }

  LoopAgent loop_agent(int32_t i) const {
    constexpr int32_t kSide = 64;  // of a superblock, luma samples
    const PlaneShape& shape = p_.plane[i];
    const int32_t f = family(i);
    return LoopAgent{at<Pixel>(plane_[i]), at<Pixel>(filtered_[i]),
                     shape.width,          shape.height,
                     kSide >> shape.shift, at<LoopBlock>(loops_[f]),
                     p_.superblock_cols,   filters_ + f * (p_.loop_filters.count / 2)};
  }

  OutputAgent output_agent() const {
    OutputAgent a;
    for (int32_t i = 0; i < kPlanes; ++i) {
      const bool there = i < p_.plane_count;
      a.plane[i] = there ? at<Pixel>(has_loop(i) ? filtered_[i] : plane_[i]) : nullptr;
      a.pitch[i] = there ? p_.plane[i].width : 0;
    }
    a.x0 = p_.region.x - p_.area.x;
    a.y0 = p_.region.y - p_.area.y;
    a.width = p_.region.width;
    a.height = p_.region.height;
    a.picture_x = p_.region.x;
    a.picture_y = p_.region.y;
    a.color_planes = p_.color_planes;
    a.shift = p_.color_planes == 3 ? p_.plane[1].shift : 0;
    a.last_x = last_chroma(p_.area.x, p_.area.right(), a.shift);
    a.last_y = last_chroma(p_.area.y, p_.area.bottom(), a.shift);
    a.rgb = p_.rgb;
    a.alpha = p_.alpha && p_.residual ? at<Pixel>(plane_[p_.plane_count - 1]) : nullptr;
    a.alpha_pitch = p_.plane[p_.alpha ? p_.plane_count - 1 : 0].width;
    a.grain = device(p_.grain, grain_);
    a.grain_cols = p_.grain_cols;
    a.grain_rows = p_.grain_rows;
    a.grain_setup = at<normative::GrainFieldSetup>(grain_setup_);
    a.channels = target_.channels;
    a.out = for_host() ? at<uint8_t>(out_ + (upwards() ? out_bytes() - row_bytes() : 0)) : target_.data;
    a.stride = for_host() ? (upwards() ? -row_bytes() : row_bytes()) : target_.stride;
    return a;
  }

  // The last chroma sample of the area along an axis, counted in the area.
  static int32_t last_chroma(int32_t begin, int32_t end, int32_t shift) {
    return normative::plane_extent(end, shift) - (begin >> shift) - 1;
  }

  const Picture& p_;
  const Target& target_;
  uintptr_t base_;
  const int8_t* filters_;
  int64_t plane_[kPlanes] = {}, prediction_[kPlanes] = {}, filtered_[kPlanes] = {}, edges_[3] = {}, out_ = 0;
  int64_t programs_ = 0, atoms_ = 0, tiles_ = 0, cells_ = 0, leaves_ = 0, levels_ = 0, grain_ = 0,
          grain_setup_ = 0;
  int64_t seams_[2] = {}, loops_[2] = {};
};

}  // namespace pc15::backend::cuda
