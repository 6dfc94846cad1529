// The passes of a lossless cell: which plane leans on which (docs/bitstream-lossless.md, 13.2).
#pragma once

#include "entropy/lossless_syntax.h"

namespace pc15::entropy {

enum class LosslessKind : uint32_t {
  kPlanes = 0,
  kPlanesOnPrograms = 1,  // planes may lean on the procedural prediction
  kPalette = 2,
};

// The first symbol of a cell.
template <typename Coder>
void code_lossless_kind(Coder& coder, LosslessKind& kind) {
  uint32_t value = static_cast<uint32_t>(kind);
  coder.bits(value, 2);
  coder.require(value <= 2);
  kind = static_cast<LosslessKind>(value);
}

// Coded plane `number` of a cell. A colour leans on its procedural prediction and on the colours before it,
// alpha on nothing.
struct LosslessPass {
  LosslessPass(int32_t number, bool alpha, bool programs) : plane(kLosslessFirstCoded + number) {
    if (alpha) return;
    if (programs) references[reference_count++] = number;
    for (int32_t i = 0; i < number; ++i) references[reference_count++] = kLosslessFirstCoded + i;
    earlier = number;
  }
  void start(LosslessState& state) const { state.start_plane(plane, references, reference_count, earlier); }

  int32_t plane;
  int32_t references[normative::kLosslessReferences] = {};
  int32_t reference_count = 0, earlier = 0;
};

}  // namespace pc15::entropy
