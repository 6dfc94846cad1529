#include "dec/decode_job.h"

#include <algorithm>
#include <cstring>

#include "backend/backend.h"
#include "backend/render.h"
#include "base/checked.h"
#include "dec/cell_source.h"
#include "dec/lossless_cell_decoder.h"
#include "entropy/cell_header.h"
#include "entropy/program_coder.h"

namespace pc15::dec {

using format::StreamHeader;

Rect decoded_area(const StreamHeader& header, const Rect& region) {
  const normative::Geometry& g = header.geometry;
  const int32_t grid = header.step16 != 0 ? g.cell : 8;
  const int32_t x0 = std::max(0, region.x - kReach) / grid * grid,
                y0 = std::max(0, region.y - kReach) / grid * grid;
  const int32_t x1 = std::min(g.width, (region.right() + kReach + grid - 1) / grid * grid);
  const int32_t y1 = std::min(g.height, (region.bottom() + kReach + grid - 1) / grid * grid);
  return Rect{x0, y0, x1 - x0, y1 - y0};
}

// Working memory of one thread.
struct DecodeJob::Worker {
  explicit Worker(Memory& memory) : scratch(memory), palette(memory), lossless(memory), program(memory) {}
  Vector<CellScratch> scratch;              // one; on the heap because of its size
  Vector<entropy::CellPalette> palette;     // one, of a stream with palette leaves
  Vector<LosslessDecoderScratch> lossless;  // one, of a lossless stream
  Vector<Pixel> program;                    // the procedural prediction of a cell, all planes
};

DecodeJob::DecodeJob(const format::ContainerReader& reader, ProgramStore& store, const ModelStore& models,
                     bool tolerant, const Rect& region, bool keep_prediction, Memory& memory)
    : reader_(reader), header_(reader.header()), tolerant_(tolerant), region_(region),
      area_(decoded_area(reader.header(), region)), memory_(memory), damaged_(reader.damaged()),
      has_residual_(reader.header().step16 != 0), keep_prediction_(keep_prediction && has_programs(header_)),
      store_(store), models_(models),
      workers_(memory), samples_{RawBuffer<Pixel>(memory), RawBuffer<Pixel>(memory), RawBuffer<Pixel>(memory),
                                 RawBuffer<Pixel>(memory)},
      filtered_{RawBuffer<Pixel>(memory), RawBuffer<Pixel>(memory), RawBuffer<Pixel>(memory),
                RawBuffer<Pixel>(memory)},
      predictions_{RawBuffer<Pixel>(memory), RawBuffer<Pixel>(memory), RawBuffer<Pixel>(memory)},
      edges_{Vector<uint8_t>(memory), Vector<uint8_t>(memory), Vector<uint8_t>(memory)}, seams_(memory),
      chroma_seams_(memory), loops_{Vector<backend::LoopBlock>(memory), Vector<backend::LoopBlock>(memory)} {}

DecodeJob::~DecodeJob() = default;

Rect DecodeJob::plane_rect(const Rect& luma, int32_t plane) const {
  const int32_t shift = header_.plane_shift(plane);
  const int32_t x = luma.x >> shift, y = luma.y >> shift;
  return Rect{x, y, normative::plane_extent(luma.right(), shift) - x,
              normative::plane_extent(luma.bottom(), shift) - y};
}

PlaneView<Pixel> DecodeJob::view(int32_t plane, Pixel* samples) const {
  const int32_t shift = header_.plane_shift(plane), w = coded_extent(area_.width, shift);
  return PlaneView<Pixel>{samples, w, coded_extent(filled_, shift), w};
}

PlaneView<const Pixel> DecodeJob::plane(int32_t i) const {
  const int32_t shift = header_.plane_shift(i), w = coded_extent(area_.width, shift);
  return PlaneView<const Pixel>{loop_filtered(i) ? filtered_[i].data() : samples_[i].data(), w,
                                coded_extent(filled_, shift), w};
}

PlaneView<const Pixel> DecodeJob::prediction(int32_t i) const {
  if (!keep_prediction_ || header_.is_alpha(i)) return PlaneView<const Pixel>();
  const PlaneView<const Pixel> p = plane(i);
  return PlaneView<const Pixel>{predictions_[i].data(), p.width, p.height, p.stride};
}

// One rectangle of one plane, block by block. Unfinished when cancelled.
void DecodeJob::render(int32_t plane, const Rect& rect, const PlaneView<Pixel>& out, const Monitor& monitor) {
  for (int32_t y = 0; y < rect.height; y += kBlockRows) {
    for (int32_t x = 0; x < rect.width; x += kBlockColumns) {
      if (monitor.cancelled()) return;
      const int32_t w = std::min(kBlockColumns, rect.width - x), h = std::min(kBlockRows, rect.height - y);
      backend::render_prediction(store_.programs(), plane, header_.plane_shift(plane),
                                 Rect{rect.x + x, rect.y + y, w, h}, out.window(x, y, w, h), memory_);
    }
  }
}

// Fills target->plane[i].program for the colour planes with the procedural prediction, extended by
// repetition to the coded size: in memory of the worker, or where it is kept.
void DecodeJob::render_cell(const Rect& cell, Worker& worker, const Monitor& monitor, CellTarget* target) {
  size_t total = 0;
  for (int32_t i = 0; i < header_.color_planes() && !keep_prediction_; ++i) {
    const PlaneView<Pixel>& v = target->plane[i].recon;
    total += static_cast<size_t>(v.width) * static_cast<size_t>(v.height);
  }
  worker.program.resize(total);
  Pixel* next = worker.program.data();
  PlaneView<Pixel> rendered[normative::kMaxPlanes];
  for (int32_t i = 0; i < header_.color_planes(); ++i) {
    const PlaneView<Pixel>& v = target->plane[i].recon;
    const Rect r = plane_rect(cell, i);
    PlaneView<Pixel> out{next, v.width, v.height, v.width};
    if (keep_prediction_) {
      out.data = predictions_[i].data() + (v.data - samples_[i].data());
      out.stride = v.stride;
    }
    target->plane[i].program = out;
    rendered[i] = out;
    render(i, r, out.window(0, 0, r.width, r.height), monitor);
    if (!keep_prediction_) next += static_cast<size_t>(v.width) * static_cast<size_t>(v.height);
  }
  if (header_.color == format::Color::kRgb) {
    for (PlaneView<Pixel>& view : rendered) view = view.window(0, 0, cell.width, cell.height);
    backend::ycc_to_grb(rendered[0], rendered[1], rendered[2]);
  }
  for (int32_t i = 0; i < header_.color_planes(); ++i) {
    const PlaneView<Pixel>& v = target->plane[i].recon;
    const PlaneView<Pixel>& out = rendered[i];
    const Rect r = plane_rect(cell, i);
    for (int32_t y = 0; y < r.height; ++y) {
      std::memset(out.row(y) + r.width, out.at(r.width - 1, y), static_cast<size_t>(v.width - r.width));
    }
    for (int32_t y = r.height; y < v.height; ++y) {
      std::memcpy(out.row(y), out.row(r.height - 1), static_cast<size_t>(v.width));
    }
  }
}

Status DecodeJob::decode_one(int32_t col, int32_t row, Worker& worker, const Monitor& monitor, CellInfo* info,
                             CellState* state) {
  const normative::Geometry& g = header_.geometry;
  const Rect cell = g.cell_rect(col, row);
  CellTarget target;
  for (int32_t i = 0; i < header_.plane_count(); ++i) {
    const int32_t shift = header_.plane_shift(i), x = (cell.x - area_.x) >> shift,
                  y = (cell.y - area_.y - top_) >> shift;
    const int32_t w = coded_extent(cell.width, shift), h = coded_extent(cell.height, shift);
    target.plane[i].recon = coded(i).window(x, y, w, h);
    if (header_.lossless()) continue;
    const int32_t m = edge_map(i), pitch = coded(i).width / 4;
    target.edges[m] = PlaneView<uint8_t>{edges_[m].data() + static_cast<int64_t>(y / 4) * pitch + x / 4,
                                         w / 4, h / 4, pitch};
  }
  const CellSource source = find_cell(reader_, store_, models_, col, row);
  Status status = source.status;
  if (status.ok() && !source.bare) {
    if (source.programs || keep_prediction_) render_cell(cell, worker, monitor, &target);
    const CellResult result = header_.lossless()
                                  ? decode_lossless_cell(source.payload, header_, cell.width, cell.height,
                                                         worker.lossless[0], target)
                                  : decode_cell(source.payload, header_, worker.scratch[0], target, info);
    if (result == CellResult::kOk) {
      *state = CellState::kIntact;
      return ok_status();
    }
    status = broken_cell(source.number);
  }
  // Bare or lost: the procedural prediction stands, alpha is opaque, no edge is filtered.
  *state = status.ok() ? CellState::kIntact : CellState::kLost;
  *info = CellInfo();
  render_cell(cell, worker, monitor, &target);
  for (int32_t i = 0; i < header_.plane_count(); ++i) {
    const PlaneView<Pixel>& v = target.plane[i].recon;
    for (int32_t y = 0; y < v.height; ++y) {
      if (header_.is_alpha(i)) {
        std::memset(v.row(y), 255, static_cast<size_t>(v.width));
      } else {
        std::memcpy(v.row(y), target.plane[i].program.row(y), static_cast<size_t>(v.width));
      }
    }
  }
  return status;
}

void DecodeJob::make_workers(int32_t count) {
  workers_.reserve(static_cast<size_t>(count));
  for (int32_t i = 0; i < count; ++i) {
    workers_.emplace_back(memory_);
    if (header_.lossless()) {
      workers_.back().lossless.emplace_back(memory_);
      continue;
    }
    workers_.back().scratch.resize(1);
    workers_.back().scratch[0].initial = models_.tables();
    if ((header_.tools & format::kToolPalette) == 0) continue;
    workers_.back().palette.emplace_back(memory_);
    workers_.back().scratch[0].palette = workers_.back().palette.data();
  }
}

// The cells of the fresh rows.
Status DecodeJob::decode_cells(ThreadPool& pool, Monitor& monitor, Vector<CellState>* damage) {
  const normative::Geometry& g = header_.geometry;
  const int32_t nx = area_cells_x(), col0 = area_.x / g.cell, row0 = (area_.y + top_) / g.cell;
  const int64_t first = int64_t{fresh_ / unit_} * nx, last = int64_t{ceil_div(filled_, unit_)} * nx;
  Vector<Status> results(memory_, static_cast<size_t>(last - first));
  pool.run(last - first, [&](int64_t i, int32_t worker) {
    if (monitor.cancelled()) return;
    const int64_t slot = first + i;
    const int32_t col = col0 + static_cast<int32_t>(slot % nx), row = row0 + static_cast<int32_t>(slot / nx);
    CellInfo info;
    CellState& state =
        (*damage)[static_cast<size_t>(row) * static_cast<size_t>(g.cell_cols()) + static_cast<size_t>(col)];
    results[static_cast<size_t>(i)] =
        decode_one(col, row, workers_[static_cast<size_t>(worker)], monitor, &info, &state);
    seams_[static_cast<size_t>(slot)] = backend::SeamCell{info.strength, info.step16, info.step16 != 0};
    if ((header_.tools & format::kToolLoopFilter) != 0)
      keep_loop_choices(header_, area_.width, filled_, slot, info, loops_);
    monitor.advance(1);
  });
  if (monitor.cancelled()) return Status(Code::kCancelled, "decoding was cancelled");
  for (const Status& s : results) {
    if (s.ok()) continue;
    if (!tolerant_) return s;
    damaged_ = true;
  }
  return ok_status();
}

// Without a residual: blocks of the fresh rows, not cells, are the tasks.
void DecodeJob::render_rows(ThreadPool& pool, Monitor& monitor) {
  const int32_t nx = ceil_div(area_.width, kBlockColumns), ny = ceil_div(filled_ - fresh_, kBlockRows);
  pool.run(static_cast<int64_t>(nx) * ny, [&](int64_t block, int32_t) {
    if (monitor.cancelled()) return;
    const int32_t x = static_cast<int32_t>(block % nx) * kBlockColumns,
                  y = fresh_ + static_cast<int32_t>(block / nx) * kBlockRows;
    const Rect luma{area_.x + x, area_.y + top_ + y, std::min(kBlockColumns, area_.width - x),
                    std::min(kBlockRows, filled_ - y)};
    for (int32_t i = 0; i < header_.plane_count(); ++i) {
      const int32_t shift = header_.plane_shift(i);
      const Rect r = plane_rect(luma, i);
      const PlaneView<Pixel> out = coded(i).window(x >> shift, y >> shift, r.width, r.height);
      if (!header_.is_alpha(i)) {
        render(i, r, out, monitor);
        continue;
      }
      for (int32_t j = 0; j < r.height; ++j) std::memset(out.row(j), 255, static_cast<size_t>(r.width));
    }
    if (header_.color == format::Color::kRgb) {
      PlaneView<Pixel> v[3];
      for (int32_t i = 0; i < 3; ++i) v[i] = coded(i).window(x, y, luma.width, luma.height);
      backend::ycc_to_grb(v[0], v[1], v[2]);
    }
    monitor.advance(1);
  });
}

Status DecodeJob::reconstruct(uint64_t units_after, ThreadPool& pool, Monitor& monitor,
                              Vector<CellState>* damage) {
  wants_all_ = true;
  PC15_TRY(start(area_units(header_, area_), units_after, pool, monitor));
  return step(pool, monitor, damage);
}

Status DecodeJob::run(const Output& output, ThreadPool& pool, Monitor& monitor, Vector<CellState>* damage,
                      int32_t step_units) {
  PC15_TRY(start(step_units, 0, pool, monitor));
  while (!finished()) {
    PC15_TRY(step(pool, monitor, damage));
    add_grain(pool, monitor);
    Output ready = output;
    ready.data += static_cast<int64_t>(ready_begin_) * output.stride;
    write(ready, ready_begin_, ready_end_, pool, monitor);
    PC15_FAIL_IF(monitor.cancelled(), Code::kCancelled, "decoding was cancelled");
  }
  return ok_status();
}

Status DecodeJob::run(const RowSink& sink, ThreadPool& pool, Monitor& monitor, Vector<CellState>* damage,
                      int32_t step_units) {
  const int32_t channels = channel_count(sink.format);
  const int64_t stride = int64_t{region_.width} * channels;
  RawBuffer<uint8_t> rows(memory_);
  rows.resize(static_cast<size_t>(stride) * static_cast<size_t>(std::min(kSinkRows, region_.height)));
  PC15_TRY(start(step_units, 0, pool, monitor));
  while (!finished()) {
    PC15_TRY(step(pool, monitor, damage));
    add_grain(pool, monitor);
    for (int32_t y = ready_begin_; y < ready_end_; y += kSinkRows) {
      const int32_t end = std::min(y + kSinkRows, ready_end_);
      write(Output{rows.data(), stride, sink.format}, y, end, pool, monitor);
      PC15_FAIL_IF(monitor.cancelled(), Code::kCancelled, "decoding was cancelled");
      const size_t bytes = static_cast<size_t>(stride) * static_cast<size_t>(end - y);
      PC15_FAIL_IF(!sink.take(sink.opaque, y, end - y, rows.data(), bytes), Code::kCancelled,
                   "the receiver of the rows stopped the decode at row %" PRId64, end);
    }
  }
  return ok_status();
}

}  // namespace pc15::dec
