#include "dec/device_job.h"

#include <algorithm>

#include "base/checked.h"
#include "dec/decode_job.h"
#include "entropy/cell_header.h"

namespace pc15::dec {

using backend::device::Array;
using backend::device::CellRecord;
using backend::device::DeviceProgram;
using backend::device::LeafRecord;

namespace {

template <typename T>
Array<T> array_of(const Vector<T>& v) {
  return {v.data(), static_cast<int64_t>(v.size())};
}

}  // namespace

bool device_can_decode(const format::StreamHeader& header) {
  return header.step16 == 0 || (!header.lossless() && (header.tools & format::kToolPalette) == 0);
}

// Working memory of one thread.
struct DeviceJob::Worker {
  explicit Worker(Memory& memory) : scratch(memory, 1) {}
  Vector<CellScratch> scratch;  // on the heap because of its size
};

DeviceJob::DeviceJob(const format::ContainerReader& reader, ProgramStore& store, const ModelStore& models,
                     bool tolerant, const Rect& region, Memory& memory)
    : reader_(reader), header_(reader.header()), tolerant_(tolerant), damaged_(reader.damaged()),
      memory_(memory), store_(store), models_(models), recorders_(memory), cells_(memory), leaves_(memory),
      levels_(memory), seams_{Vector<backend::SeamCell>(memory), Vector<backend::SeamCell>(memory)},
      loops_{Vector<backend::LoopBlock>(memory), Vector<backend::LoopBlock>(memory)},
      programs_{Vector<DeviceProgram>(memory), Vector<DeviceProgram>(memory), Vector<DeviceProgram>(memory)},
      all_programs_(memory), atoms_(memory), tiles_(memory) {
  picture_.region = region;
  picture_.area = decoded_area(header_, region);
}

int32_t DeviceJob::cells_x() const { return ceil_div(picture_.area.width, header_.geometry.cell); }
int32_t DeviceJob::cells_y() const { return ceil_div(picture_.area.height, header_.geometry.cell); }

void DeviceJob::describe() {
  const normative::Geometry& g = header_.geometry;
  backend::device::Picture& p = picture_;
  p.plane_count = header_.plane_count();
  p.color_planes = header_.color_planes();
  p.alpha = header_.alpha;
  p.rgb = header_.color == format::Color::kRgb;
  p.width = g.width;
  p.height = g.height;
  for (int32_t i = 0; i < p.plane_count; ++i) {
    const int32_t shift = header_.plane_shift(i);
    p.plane[i] = {coded_extent(p.area.width, shift), coded_extent(p.area.height, shift), shift};
  }
  p.residual = header_.step16 != 0;
  p.cell = g.cell;
  p.cell_cols = cells_x();
  p.deblock = (header_.tools & format::kToolDeblock) != 0;
  p.superblock_cols = entropy::superblocks(p.area.width);
}

Status DeviceJob::read_one(int32_t col, int32_t row, Worker& worker, int64_t number, CellState* state) {
  const Rect cell = header_.geometry.cell_rect(col, row), &area = picture_.area;
  CellRecord& record = cells_[static_cast<size_t>(number)];
  record.x = cell.x - area.x;
  record.y = cell.y - area.y;
  record.width = coded_extent(cell.width, 0);
  record.height = coded_extent(cell.height, 0);
  const CellSource source = find_cell(reader_, store_, models_, col, row);
  Status status = source.status;
  record.programs = source.programs;
  LeafRecorder& recorder = recorders_[static_cast<size_t>(number)];
  if (status.ok() && !source.bare) {
    CellTarget target;
    for (int32_t i = 0; i < header_.plane_count(); ++i) {
      const int32_t shift = header_.plane_shift(i), w = coded_extent(cell.width, shift);
      target.plane[i].recon = PlaneView<Pixel>{nullptr, w, coded_extent(cell.height, shift), w};
    }
    target.recorder = &recorder;
    CellInfo info;
    if (decode_cell(source.payload, header_, worker.scratch[0], target, &info) == CellResult::kOk) {
      *state = CellState::kIntact;
      seams_[0][static_cast<size_t>(number)] =
          backend::SeamCell{info.strength, info.step16, info.step16 != 0};
      if ((header_.tools & format::kToolLoopFilter) != 0)
        keep_loop_choices(header_, area.width, area.height, number, info, loops_);
      return ok_status();
    }
    recorder.clear();
    status = broken_cell(source.number);
  }
  *state = status.ok() ? CellState::kIntact : CellState::kLost;
  record.bare = true;
  return status;
}

Status DeviceJob::read_cells(ThreadPool& pool, Monitor& monitor, Vector<CellState>* damage) {
  const normative::Geometry& g = header_.geometry;
  const int32_t nx = cells_x(), ny = cells_y();
  const int32_t col0 = picture_.area.x / g.cell, row0 = picture_.area.y / g.cell;
  const size_t count = static_cast<size_t>(nx) * static_cast<size_t>(ny);
  recorders_.assign(count, LeafRecorder(memory_));
  cells_.resize(count);
  seams_[0].resize(count);
  if ((header_.tools & format::kToolLoopFilter) != 0) {
    const size_t blocks = static_cast<size_t>(entropy::superblocks(picture_.area.width)) *
                          static_cast<size_t>(entropy::superblocks(picture_.area.height));
    for (Vector<backend::LoopBlock>& l : loops_) l.resize(blocks);
  }
  Vector<Worker> workers(memory_);
  workers.reserve(static_cast<size_t>(pool.size()));
  for (int32_t i = 0; i < pool.size(); ++i) {
    workers.emplace_back(memory_);
    workers.back().scratch[0].initial = models_.tables();
  }
  Vector<Status> results(memory_, count);
  monitor.start(count);
  pool.run(static_cast<int64_t>(count), [&](int64_t i, int32_t worker) {
    if (monitor.cancelled()) return;
    const int32_t col = col0 + static_cast<int32_t>(i % nx), row = row0 + static_cast<int32_t>(i / nx);
    CellState& state =
        (*damage)[static_cast<size_t>(row) * static_cast<size_t>(g.cell_cols()) + static_cast<size_t>(col)];
    results[static_cast<size_t>(i)] = read_one(col, row, workers[static_cast<size_t>(worker)], i, &state);
    monitor.advance(1);
  });
  PC15_FAIL_IF(monitor.cancelled(), Code::kCancelled, "decoding was cancelled");
  for (const Status& s : results) {
    if (s.ok()) continue;
    if (!tolerant_) return s;
    damaged_ = true;
  }
  return ok_status();
}

// The leaves and levels of all cells one after the other.
void DeviceJob::join_cells(ThreadPool& pool) {
  int64_t leaf = 0, level = 0;
  for (size_t i = 0; i < cells_.size(); ++i) {
    const LeafRecorder& r = recorders_[i];
    CellRecord& cell = cells_[i];
    cell.first_level = level;
    for (int32_t pass = 0; pass <= r.pass; ++pass) {
      const int64_t end = pass < r.pass ? r.first[pass + 1] : static_cast<int64_t>(r.leaves.size());
      // Passes are luma, chroma, alpha; without chroma the second is alpha.
      const int32_t at = pass == 1 && header_.color_planes() == 1 ? 2 : pass;
      cell.first_leaf[at] = leaf + r.first[pass];
      cell.leaf_count[at] = end - r.first[pass];
    }
    leaf += static_cast<int64_t>(r.leaves.size());
    level += static_cast<int64_t>(r.levels.size());
  }
  leaves_.resize(static_cast<size_t>(leaf));
  levels_.resize(static_cast<size_t>(level));
  pool.run(static_cast<int64_t>(cells_.size()), [&](int64_t i, int32_t) {
    LeafRecorder& r = recorders_[static_cast<size_t>(i)];
    const CellRecord& cell = cells_[static_cast<size_t>(i)];
    std::copy(r.leaves.begin(), r.leaves.end(), leaves_.begin() + cell.first_leaf[0]);
    std::copy(r.levels.begin(), r.levels.end(), levels_.begin() + cell.first_level);
  });
  Vector<LeafRecorder>(memory_).swap(recorders_);
}

void DeviceJob::list_seams() {
  seams_[1] = seams_[0];
  for (backend::SeamCell& c : seams_[1]) c.step16 = entropy::chroma_step(c.step16, header_.chroma_step32);
  for (int32_t f = 0; f < 2; ++f) {
    picture_.seams[f] = array_of(seams_[f]);
    picture_.loops[f] = array_of(loops_[f]);
    picture_.loop[f] = std::any_of(loops_[f].begin(), loops_[f].end(),
                                   [](const backend::LoopBlock& b) { return b.set != 0; });
  }
  picture_.loop_filters = {backend::loop_filters(false, 0, 0), backend::kLoopFilterBytes};
}

// One program of one slot in every colour plane.
void DeviceJob::prepare_program(const normative::Program& program, int32_t slot) {
  const normative::ProgramImage& image = store_.programs();
  int64_t first_atom = 0;
  for (int32_t plane = 0; plane < header_.color_planes(); ++plane) {
    programs_[plane].emplace_back();
    DeviceProgram& d = programs_[plane].back();
    backend::prepare_program(program, backend::context_of(image), slot, plane, -header_.plane_shift(plane),
                             &d.program);
    if (plane == 0) {
      first_atom = static_cast<int64_t>(atoms_.size());
      for (int32_t k = 0; k < d.program.atom_count; ++k) {
        const normative::Atom& atom = d.program.atoms[k];
        atoms_.push_back(normative::atom_setup(atom, d.program.shapes != nullptr
                                                         ? d.program.shapes[atom.shape]
                                                         : normative::default_atom_shape(atom.shape)));
      }
    }
    d.first_atom = first_atom;
    d.program.atoms = nullptr;
    d.program.shapes = nullptr;
  }
}

void DeviceJob::prepare_programs() {
  const normative::ProgramImage& image = store_.programs();
  const normative::Geometry& g = header_.geometry;
  picture_.tile = g.tile;
  picture_.overlap = g.overlap;
  picture_.tile_cols = g.tile_cols();
  picture_.tile_rows = g.tile_rows();
  tiles_.assign(static_cast<size_t>(g.tile_count()), -1);
  Vector<int32_t> number(memory_, static_cast<size_t>(g.tile_count()) + 1,
                         -1);  // of a slot; the first: image
  for (int64_t i = 0; i < g.tile_count(); ++i) {
    const normative::Program* program = image.resolve(i);
    if (program == nullptr) continue;
    const int32_t slot = image.resolve_slot(i);
    int32_t& n = number[static_cast<size_t>(slot + 1)];
    if (n < 0) {
      n = static_cast<int32_t>(programs_[0].size());
      prepare_program(*program, slot);
    }
    tiles_[static_cast<size_t>(i)] = n;
  }
  picture_.program_count = static_cast<int32_t>(programs_[0].size());
  for (const Vector<DeviceProgram>& plane : programs_) {
    all_programs_.insert(all_programs_.end(), plane.begin(), plane.end());
  }
  picture_.programs = array_of(all_programs_);
  picture_.atoms = array_of(atoms_);
  picture_.tile_program = array_of(tiles_);
}

void DeviceJob::keep_grain() {
  const entropy::GrainMap* map = models_.grain();
  if (map == nullptr) return;
  picture_.grain = array_of(map->levels);
  picture_.grain_cols = map->columns;
  picture_.grain_rows = map->rows;
  picture_.grain_setup = normative::grain_field_setup(header_.seed, 0);
}

backend::device::Work DeviceJob::work(const Output& output, bool on_device) const {
  backend::device::Work w;
  w.picture = &picture_;
  w.target.data = output.data;
  w.target.stride = output.stride;
  w.target.channels = channel_count(output.format);
  w.target.on_device = on_device;
  return w;
}

Status DeviceJob::prepare(ThreadPool& pool, Monitor& monitor, Vector<CellState>* damage) {
  PC15_TRY(store_.load(reader_, tolerant_, picture_.area, monitor));
  damaged_ |= store_.damaged();
  describe();
  if (picture_.residual) {
    PC15_TRY(read_cells(pool, monitor, damage));
    join_cells(pool);
    list_seams();
    picture_.cells = array_of(cells_);
    picture_.leaves = array_of(leaves_);
    picture_.levels = array_of(levels_);
  }
  picture_.render = !picture_.residual || std::any_of(cells_.begin(), cells_.end(), [](const CellRecord& c) {
    return c.programs || c.bare;
  });
  if (picture_.render) prepare_programs();
  keep_grain();
  return ok_status();
}

}  // namespace pc15::dec
