// Encoding of one residual cell (docs/bitstream-residual.md, chapter 9).
#pragma once

#include "base/allocator.h"
#include "base/monitor.h"
#include "enc/palette_pass.h"
#include "enc/partition_plan.h"
#include "enc/partition_search.h"
#include "entropy/cell_header.h"
#include "entropy/coder.h"
#include "format/stream_header.h"

namespace pc15::enc {

constexpr int32_t kMaxPlanes = 4;

// Tuning of a whole image, derived from the configuration.
struct ResidualTuning {
  int32_t lambda_milli = 90;      // k of lambda = k * step^2, in 1/1000
  int32_t activity_slope_q8 = 0;  // step offset per octave of local variance, in 1/8 octave; 0: no offsets
  int32_t cap_bytes = 0;          // largest payload of a whole cell; 0: no cap
  SearchEffort luma, chroma;
};
ResidualTuning make_tuning(int32_t effort, double alpha, int32_t cap_millibpp, int32_t cell);

// Views of one cell, coded size; `recon` is written, the others read.
struct CellSource {
  PlaneView<const Pixel> source[kMaxPlanes];
  backend::CellPlane plane[kMaxPlanes];  // program data null when the cell has no procedural prediction
  PlaneView<uint8_t> edges;              // of luma, written
};

// Working memory of one thread.
struct CellEncoderScratch {
  explicit CellEncoderScratch(Memory& memory)
      : body(memory, 6),
        head(memory, 6), filtered{Vector<Pixel>(memory), Vector<Pixel>(memory), Vector<Pixel>(memory)},
        looped{Vector<Pixel>(memory), Vector<Pixel>(memory), Vector<Pixel>(memory), Vector<Pixel>(memory)},
        chroma_edges(memory), payload(memory), palette(memory) {}
  entropy::SymbolEncoder body, head;
  entropy::CellModels models;
  entropy::CellContext context;
  backend::UnitMap map;
  TokenCosts tokens;
  PartitionScratch partition;
  PartitionPlan plan;
  Tree tree;
  Vector<Pixel> filtered[3];                   // copies behind the seam filter
  Vector<Pixel> looped[normative::kLoopSets];  // of one plane behind the loop filter, by set
  Vector<uint8_t> chroma_edges;
  Vector<uint8_t> payload;
  PalettePass palette;               // of streams with kToolPalette
  const Monitor* monitor = nullptr;  // asked once per superblock; after a cancellation the payload is useless
  // Initial models per family; null: the frozen set that the header names.
  const entropy::CellModels* initial = nullptr;
  // Training only, else null: symbol counts per family and model.
  uint64_t (*counts)[entropy::kModelCount][entropy::kMaxSymbols] = nullptr;
};

// What the filters need to know of the cell.
struct CellOutcome {
  int32_t strength = 0;
  int32_t step16 = 0;       // of luma; 0: a bare cell, which the filters leave alone
  int8_t offsets[64] = {};  // of the superblocks; row after row of 8
  entropy::LoopChoices loop = {};
};

// Encodes the cell; the payload is in scratch.payload, the unfiltered reconstruction in the planes. An empty
// payload says that the cell is its procedural prediction.
CellOutcome encode_cell(const CellSource& cell, const format::StreamHeader& header,
                        const ResidualTuning& tuning, CellEncoderScratch& scratch);

// After encode_cell(): a copy of a colour plane behind the seam filter with the outcome's strength, the cell
// by itself. It lies in the scratch until the next call for that plane.
PlaneView<Pixel> filtered_plane(const CellSource& cell, const format::StreamHeader& header,
                                const CellOutcome& outcome, int32_t plane, CellEncoderScratch& scratch);

}  // namespace pc15::enc
