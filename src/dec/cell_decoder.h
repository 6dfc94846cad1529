// Decoding of one residual cell (docs/bitstream-residual.md, chapter 9). Allocates nothing; its working
// memory is a CellScratch that the caller keeps per thread.
#pragma once

#include "backend/block.h"
#include "base/plane.h"
#include "base/span.h"
#include "entropy/cell_palette.h"
#include "format/stream_header.h"

namespace pc15::dec {

constexpr int32_t kMaxPlanes = 4;

struct CellScratch {
  // Initial models of both families; null: the frozen set that the header names.
  const entropy::CellModels* initial = nullptr;
  entropy::CellPalette* palette = nullptr;  // needed for streams with kToolPalette
  entropy::CellModels models;
  entropy::CellContext context;
  backend::UnitMap map;
};

// Takes what a cell is made of instead of samples: for devices that make the samples elsewhere.
class LeafRecorder;

// What a cell writes. Views are local to the cell; sizes are the coded ones (multiples of 8 in luma).
struct CellTarget {
  backend::CellPlane plane[kMaxPlanes];
  PlaneView<uint8_t> edges[3];  // luma, chroma (shared by Cb and Cr), alpha; 4x4 units
  // Not null: leaves go there, no sample is read or written, and of the views the sizes alone count. Not for
  // streams with kToolPalette, whose symbols depend on samples.
  LeafRecorder* recorder = nullptr;
};

// What the filters need to know of a decoded cell.
struct CellInfo {
  int32_t strength = 0;     // 0...4
  int32_t step16 = 0;       // of luma
  int8_t offsets[64] = {};  // of the superblocks; row after row of 8
  entropy::LoopChoices loop = {};
};

enum class CellResult : uint8_t { kOk, kCorrupt };

// True when the payload says that the cell leans on the procedural prediction. A corrupt payload says false.
bool cell_uses_programs(ByteSpan payload);

// On kCorrupt the target holds what was decoded so far and must be overwritten by the caller.
CellResult decode_cell(ByteSpan payload, const format::StreamHeader& header, CellScratch& scratch,
                       const CellTarget& target, CellInfo* info);

}  // namespace pc15::dec
