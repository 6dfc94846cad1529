// Decoding of one lossless cell (docs/bitstream-lossless.md).
#pragma once

#include "base/span.h"
#include "dec/cell_decoder.h"
#include "entropy/lossless_state.h"
#include "entropy/palette.h"

namespace pc15::dec {

// Working memory of one thread.
struct LosslessDecoderScratch {
  explicit LosslessDecoderScratch(Memory& memory) : state(memory), palette(memory) {}
  entropy::LosslessState state;
  entropy::PaletteState palette;
};

// True when the payload says that the cell leans on the procedural prediction.
bool lossless_cell_uses_programs(ByteSpan payload);

// Writes the samples of the cell, width x height of them, into the target; views of program are read when the
// cell leans on them. On kCorrupt the target is as it was.
CellResult decode_lossless_cell(ByteSpan payload, const format::StreamHeader& header, int32_t width,
                                int32_t height, LosslessDecoderScratch& scratch, const CellTarget& target);

}  // namespace pc15::dec
