// Choice of the filters of a coded cell: the strength of the seam filter, the sets of the loop filter.
#pragma once

#include "enc/cell_encoder.h"

namespace pc15::enc {

// The edge map of the chroma planes of the cell that is coded.
inline PlaneView<uint8_t> chroma_edges(const CellSource& cell, CellEncoderScratch& scratch) {
  const PlaneView<Pixel>& v = cell.plane[1].recon;
  return {scratch.chroma_edges.data(), v.width / 4, v.height / 4, v.width / 4};
}

// The arguments are borrowed. Filters are tried on copies in the scratch.
class FilterChoice {
 public:
  FilterChoice(const CellSource& cell, const format::StreamHeader& header, const ResidualTuning& tuning,
               CellEncoderScratch& scratch)
      : cell_(cell), header_(header), tuning_(tuning), s_(scratch) {}

  // The strength whose result is nearest to the source.
  int32_t choose_strength(int32_t step16);
  // Fills outcome->loop.set[family], the strength being chosen; returns the number of superblocks. The cell
  // is filtered alone, its border repeated; the decoder sees the neighbours, which is why the choice is near
  // the best and not the best.
  int32_t choose_loop_sets(int32_t family, CellOutcome* outcome);

 private:
  struct Band;
  struct LoopErrors;
  int32_t bands(const PlaneView<Pixel>& plane, int32_t side, Band* out) const;
  void add_loop_errors(int32_t i, const CellOutcome& outcome, int32_t cols, const Band& band,
                       LoopErrors* errors);
  void choose_loop_sets(LoopErrors& errors, CellOutcome& outcome, int32_t family, int32_t cols);

  const CellSource& cell_;
  const format::StreamHeader& header_;
  const ResidualTuning& tuning_;
  CellEncoderScratch& s_;
};

}  // namespace pc15::enc
