// Encoding of one lossless cell (docs/bitstream-lossless.md).
#pragma once

#include "base/allocator.h"
#include "entropy/coder.h"
#include "entropy/lossless_state.h"
#include "entropy/palette.h"

namespace pc15::enc {

// Working memory of one thread. The caller fills the planes of `state` after start_cell().
struct LosslessScratch {
  explicit LosslessScratch(Memory& memory)
      : state(memory), coder(memory, entropy::kLosslessRate), palette(memory), payload(memory), other(memory),
        colours(memory) {}
  entropy::LosslessState state;
  entropy::SymbolEncoder coder;
  entropy::PaletteState palette;
  Vector<uint8_t> payload, other;
  Vector<uint32_t> colours;
};

// Encodes what the planes of `scratch.state` hold: `colours` (1 or 3) of them from kLosslessFirstCoded on,
// then one of alpha when `alpha`. `has_program`: planes 0... hold the procedural prediction. The payload is
// in scratch.payload; an empty one says that the cell is its procedural prediction, opaque.
void encode_lossless_cell(LosslessScratch& scratch, int32_t colours, bool alpha, bool has_program);

}  // namespace pc15::enc
