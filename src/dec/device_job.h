// One decode whose samples a device makes: the host reads the symbols, the device does the rest. Same pixels
// as DecodeJob.
#pragma once

#include "backend/device.h"
#include "dec/cell_source.h"
#include "dec/decoder.h"
#include "dec/leaf_recorder.h"

namespace pc15::dec {

// False for streams whose symbols depend on samples: lossless cells and palettes.
bool device_can_decode(const format::StreamHeader& header);

class DeviceJob {
 public:
  DeviceJob(const format::ContainerReader& reader, ProgramStore& store, const ModelStore& models,
            bool tolerant, const Rect& region, Memory& memory);

  // Reads everything that a device needs to know. Errors are those of a decode.
  Status prepare(ThreadPool& pool, Monitor& monitor, Vector<CellState>* damage);
  // What Device::decode() takes then; it borrows from this object.
  backend::device::Work work(const Output& output, bool on_device) const;
  bool damaged() const { return damaged_; }

 private:
  struct Worker;

  void describe();
  Status read_cells(ThreadPool& pool, Monitor& monitor, Vector<CellState>* damage);
  Status read_one(int32_t col, int32_t row, Worker& worker, int64_t number, CellState* state);
  void join_cells(ThreadPool& pool);
  void list_seams();
  void prepare_programs();
  void prepare_program(const normative::Program& program, int32_t slot);
  void keep_grain();

  int32_t cells_x() const;
  int32_t cells_y() const;

  const format::ContainerReader& reader_;
  const format::StreamHeader& header_;
  const bool tolerant_;
  bool damaged_ = false;
  Memory& memory_;
  ProgramStore& store_;
  const ModelStore& models_;
  backend::device::Picture picture_;
  Vector<LeafRecorder> recorders_;  // one per cell
  Vector<backend::device::CellRecord> cells_;
  Vector<backend::device::LeafRecord> leaves_;
  Vector<int16_t> levels_;
  Vector<backend::SeamCell> seams_[2];
  Vector<backend::LoopBlock> loops_[2];
  Vector<backend::device::DeviceProgram> programs_[normative::kMaxPlanes];
  Vector<backend::device::DeviceProgram> all_programs_;
  Vector<normative::AtomSetup> atoms_;
  Vector<int32_t> tiles_;
};

}  // namespace pc15::dec
