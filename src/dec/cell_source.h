// What a decode needs to know of a cell before and after its symbols are read, wherever its samples are made.
#pragma once

#include "backend/loop_filter.h"
#include "dec/cell_decoder.h"
#include "dec/model_store.h"
#include "dec/program_store.h"
#include "format/container.h"

namespace pc15::dec {

struct CellSource {
  uint32_t number = 0;  // scan order of the picture
  ByteSpan payload;
  bool bare = false;      // no bytes: the procedural prediction and nothing else
  bool programs = false;  // the prediction is read
  Status status;          // not ok: the cell is lost, and this is why
};
// The cell at (col, row) of the picture.
CellSource find_cell(const format::ContainerReader& reader, const ProgramStore& store,
                     const ModelStore& models, int32_t col, int32_t row);
// The status of a cell whose symbols break the syntax.
Status broken_cell(uint32_t number);

// Steps and sets of the superblocks of a cell into the maps of the superblocks of an area of width x height
// luma samples; the cell's number counts the area's cells in scan order. Bare and lost cells have none.
void keep_loop_choices(const format::StreamHeader& header, int32_t width, int32_t height, int64_t cell,
                       const CellInfo& info, Vector<backend::LoopBlock>* loops);

}  // namespace pc15::dec
