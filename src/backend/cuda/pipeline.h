// The way of a picture on a device, from arrays to samples, over a queue of operations. The queue is a CUDA
// stream (session.cpp) or the host (tests): one definition of the order, the sizes and the arguments for
// both.
//
// A Queue offers, each returning a Status:
//   reserve(bytes, &base)                        device memory until the next reserve
//   upload(to, from, bytes)                      from host memory
//   clear(to, bytes, value), copy(to, from, bytes)   on the device
//   launch(agent, blocks)
//   download(to, to_stride, from, row_bytes, rows)   rows without gaps on the device
#pragma once

#include "backend/cuda/agent_cells.h"
#include "backend/cuda/agent_filters.h"
#include "backend/cuda/agent_output.h"
#include "backend/cuda/agent_render.h"
#include "base/status.h"

namespace pc15::backend::cuda {

using namespace device;  // the plain data of a picture

template <class Queue>
class Pipeline {
 public:
  Pipeline(Queue& queue, const Picture& picture) : queue_(queue), p_(picture) {}

  // Everything up to the samples in the target.
  Status run(const Target& target) {
    lay_out(target);
    PC15_TRY(queue_.reserve(total_, &base_));
    PC15_TRY(upload());
    PC15_TRY(make_planes());
    if (p_.residual) {
      PC15_TRY(reconstruct());
      for (int32_t i = 0; i < p_.plane_count; ++i) PC15_TRY(filter(i));
    }
    return write(target);
  }

 private:
  // Offsets from base_, multiples of 256 bytes.
  int64_t place(int64_t bytes) {
    const int64_t at = total_;
    total_ += (bytes + 255) & ~int64_t{255};
    return at;
  }
  template <typename T>
  int64_t place(const Array<T>& array) {
    return place(array.count * static_cast<int64_t>(sizeof(T)));
  }
  template <typename T>
  T* at(int64_t offset) const {
    return reinterpret_cast<T*>(static_cast<uint8_t*>(base_) + offset);
  }
  template <typename T>
  const T* device(const Array<T>& array, int64_t offset) const {
    return array.count != 0 ? at<T>(offset) : nullptr;
  }
  template <typename T>
  Status send(const Array<T>& array, int64_t offset) {
    if (array.count == 0) return ok_status();
    return queue_.upload(at<T>(offset), array.data, array.count * static_cast<int64_t>(sizeof(T)));
  }

  int64_t samples(int32_t plane) const { return int64_t{p_.plane[plane].width} * p_.plane[plane].height; }
  bool is_alpha(int32_t plane) const { return p_.alpha && plane == p_.plane_count - 1; }
  int32_t family(int32_t plane) const { return plane > 0 && !is_alpha(plane) ? 1 : 0; }
  int32_t edge_map(int32_t plane) const { return is_alpha(plane) ? 2 : family(plane); }

  void lay_out(const Target& target) {
    for (int32_t i = 0; i < p_.plane_count; ++i) {
      plane_[i] = place(samples(i));
      if (p_.residual && p_.render && !is_alpha(i)) prediction_[i] = place(samples(i));
      if (p_.residual) edges_[edge_map(i)] = place(samples(i) / 16);
    }
    if (p_.loop[0] || p_.loop[1]) copy_ = place(samples(0));
    programs_ = place(p_.programs);
    atoms_ = place(p_.atoms);
    tiles_ = place(p_.tile_program);
    cells_ = place(p_.cells);
    leaves_ = place(p_.leaves);
    levels_ = place(p_.levels);
    for (int32_t f = 0; f < 2; ++f) {
      seams_[f] = place(p_.seams[f]);
      loops_[f] = place(p_.loops[f]);
    }
    filters_ = place(p_.loop_filters);
    grain_ = place(p_.grain);
    if (!target.on_device) out_ = place(int64_t{p_.region.width} * target.channels * p_.region.height);
  }

  Status upload() {
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
    PC15_TRY(send(p_.loop_filters, filters_));
    return send(p_.grain, grain_);
  }

  // The procedural prediction where it is wanted: beside the planes when there is a residual, else in them.
  Status make_planes() {
    for (int32_t i = 0; i < p_.plane_count; ++i) {
      if (is_alpha(i)) {
        if (!p_.residual) PC15_TRY(queue_.clear(at<uint8_t>(plane_[i]), samples(i), 255));
      } else if (p_.render) {
        const RenderAgent agent = render_agent(i);
        PC15_TRY(queue_.launch(agent, agent.blocks()));
      }
    }
    if (!p_.rgb || !p_.render) return ok_status();
    const GrbAgent agent{{rendered(0), rendered(1), rendered(2)}, samples(0)};
    return queue_.launch(agent, static_cast<int32_t>((samples(0) + GrbAgent::kChunk - 1) / GrbAgent::kChunk));
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

  Status reconstruct() {
    for (int32_t i = 0; i < p_.plane_count; ++i) {
      if (edge_map(i) != 1 || i == 1) {
        PC15_TRY(queue_.clear(at<uint8_t>(edges_[edge_map(i)]), samples(i) / 16, 0));
      }
    }
    for (int32_t i = 0; i < p_.plane_count; ++i) {
      PC15_TRY(queue_.launch(cell_agent(i), static_cast<int32_t>(p_.cells.count)));
    }
    return ok_status();
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
    a.prediction = p_.render && !is_alpha(i) ? at<Pixel>(prediction_[i]) : nullptr;
    a.luma = at<Pixel>(plane_[0]);
    a.luma_pitch = p_.plane[0].width;
    a.edges = a.component == 0 ? at<uint8_t>(edges_[edge_map(i)]) : nullptr;
    a.edge_pitch = shape.width / 4;
    return a;
  }

  Status filter(int32_t i) {
    const PlaneShape& shape = p_.plane[i];
    const int32_t rows = shape.height / 4, f = family(i);
    Pixel* const plane = at<Pixel>(plane_[i]);
    for (int32_t vertical = 1; p_.deblock && vertical >= 0; --vertical) {
      const SeamAgent seam{vertical != 0,
                           plane,
                           shape.width,
                           at<uint8_t>(edges_[edge_map(i)]),
                           (p_.cell >> shape.shift) / 4,
                           at<SeamCell>(seams_[f]),
                           p_.cell_cols};
      PC15_TRY(queue_.launch(seam, rows));
    }
    if (is_alpha(i) || !p_.loop[f]) return ok_status();
    PC15_TRY(queue_.copy(at<Pixel>(copy_), plane, samples(i)));
    const LoopAgent loop{at<Pixel>(copy_),
                         plane,
                         shape.width,
                         shape.height,
                         kLoopSide >> shape.shift,
                         at<LoopBlock>(loops_[f]),
                         p_.superblock_cols,
                         at<int8_t>(filters_) + f * (p_.loop_filters.count / 2)};
    return queue_.launch(loop, rows);
  }

  Status write(const Target& target) {
    OutputAgent a;
    for (int32_t i = 0; i < kPlanes; ++i) {
      a.plane[i] = i < p_.plane_count ? at<Pixel>(plane_[i]) : nullptr;
      a.pitch[i] = i < p_.plane_count ? p_.plane[i].width : 0;
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
    a.alpha = p_.alpha ? at<Pixel>(plane_[p_.plane_count - 1]) : nullptr;
    a.alpha_pitch = p_.plane[p_.alpha ? p_.plane_count - 1 : 0].width;
    a.grain = device(p_.grain, grain_);
    a.grain_cols = p_.grain_cols;
    a.grain_rows = p_.grain_rows;
    a.grain_setup = p_.grain_setup;
    a.channels = target.channels;
    const int64_t row_bytes = int64_t{p_.region.width} * target.channels;
    a.out = target.on_device ? target.data : at<uint8_t>(out_);
    a.stride = target.on_device ? target.stride : row_bytes;
    PC15_TRY(queue_.launch(a, a.blocks()));
    if (target.on_device) return ok_status();
    return queue_.download(target.data, target.stride, a.out, row_bytes, p_.region.height);
  }

  // The last chroma sample of the area along an axis, counted in the area.
  static int32_t last_chroma(int32_t begin, int32_t end, int32_t shift) {
    return normative::plane_extent(end, shift) - (begin >> shift) - 1;
  }

  enum : int32_t { kLoopSide = 64 };  // superblocks, luma samples

  Queue& queue_;
  const Picture& p_;
  void* base_ = nullptr;
  int64_t total_ = 0;
  int64_t plane_[kPlanes] = {}, prediction_[kPlanes] = {}, edges_[3] = {}, copy_ = 0, out_ = 0;
  int64_t programs_ = 0, atoms_ = 0, tiles_ = 0, cells_ = 0, leaves_ = 0, levels_ = 0, filters_ = 0,
          grain_ = 0;
  int64_t seams_[2] = {}, loops_[2] = {};
};

}  // namespace pc15::backend::cuda
