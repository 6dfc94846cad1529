// A picture on its way to the device: what is left of a file once its symbols are read, as flat arrays. The
// host fills it (dec/device_job), the pipeline copies it and turns it into samples.
//
// Plain data; arrays are borrowed. Everything in it is checked by who fills it: positions and sizes of leaves
// lie inside their cell, modes and transforms exist, ranges of arrays exist.
#pragma once

#include <cstdint>

#include "backend/loop_filter.h"
#include "backend/prepared_program.h"
#include "backend/seam_filter.h"
#include "normative/atoms.h"
#include "normative/grain_field.h"

namespace pc15::backend::device {

enum : int32_t { kPlanes = 4, kPasses = 3 };  // passes of a cell: luma, chroma (two components), alpha

template <typename T>
struct Array {
  const T* data = nullptr;
  int64_t count = 0;
};

// One leaf of one pass of a cell.
struct LeafRecord {
  int16_t x = 0, y = 0;  // samples of the plane, from the cell's corner
  uint8_t log2w = 2, log2h = 2;
  uint8_t procedural = 0;  // 1: the prediction is the procedural one
  uint8_t mode = 0, delta = 0;
  uint8_t above = 0, left = 0;  // reference samples that exist, 0...64
  int8_t alpha[2] = {};         // kModeCfl
  uint8_t transform[2] = {};    // TransformType
  uint8_t rows[2] = {};         // corner of the coefficients that may differ from 0; 0: no residual
  uint8_t cols[2] = {};         // a multiple of 4
  uint16_t step16 = 1;
  uint32_t levels[2] = {};  // rows x cols levels from here on, counted from CellRecord::first_level
};

struct CellRecord {
  int32_t x = 0, y = 0;           // luma position in the area
  int32_t width = 0, height = 0;  // coded luma size: multiples of 8
  bool bare = false;              // the procedural prediction and nothing else; alpha 255
  bool programs = false;          // the prediction is needed
  int64_t first_leaf[kPasses] = {}, leaf_count[kPasses] = {};
  int64_t first_level = 0;
};

struct PlaneShape {
  int32_t width = 0, height = 0;  // coded size of the area
  int32_t shift = 0;              // subsampling
};

// A program in one plane, its atoms in Picture::atoms.
struct DeviceProgram {
  PreparedProgram program;  // without its pointers
  int64_t first_atom = 0;
};

struct Picture {
  Rect area;    // decoded, luma samples
  Rect region;  // wanted, inside area
  int32_t plane_count = 1, color_planes = 1;
  bool alpha = false, rgb = false;  // rgb: the planes are G, R, B
  PlaneShape plane[kPlanes];
  int32_t width = 0, height = 0;  // of the whole picture

  // The procedural layer. tile_program: per tile of the picture the number of its program, -1: none. Programs
  // are kept plane after plane, program_count each.
  bool render = false;  // some sample needs it
  int32_t tile = 256, overlap = 0, tile_cols = 1, tile_rows = 1;
  int32_t program_count = 0;
  Array<DeviceProgram> programs;
  Array<normative::AtomSetup> atoms;
  Array<int32_t> tile_program;

  // The residual.
  bool residual = false;
  int32_t cell = 256, cell_cols = 1;  // side in luma samples; columns of the area
  Array<CellRecord> cells;
  Array<LeafRecord> leaves;
  Array<int16_t> levels;
  bool deblock = false;
  Array<SeamCell> seams[2];     // luma and alpha, chroma; one per cell
  bool loop[2] = {};            // some superblock of the family is filtered
  Array<LoopBlock> loops[2];    // luma, chroma
  int32_t superblock_cols = 1;  // of the area
  Array<int8_t> loop_filters;   // all of them, as loop_filters() numbers them; one table for all pictures

  // Grain; levels.count 0: none.
  Array<uint8_t> grain;
  int32_t grain_cols = 0, grain_rows = 0;
  normative::GrainFieldSetup grain_setup;
};

// Where the region goes: interleaved 8-bit samples, the first row first.
struct Target {
  uint8_t* data = nullptr;
  int64_t stride = 0;    // bytes; on the device not negative
  int32_t channels = 1;  // 1: Y, 3: RGB, 4: RGBA
  bool on_device = false;
};

// One picture of a batch.
struct Work {
  const Picture* picture = nullptr;
  Target target;
};

}  // namespace pc15::backend::device
