#include "dec/lossless_cell_decoder.h"

#include <cstring>

#include "entropy/coder.h"
#include "entropy/lossless_cell.h"

namespace pc15::dec {
namespace {

using entropy::LosslessKind;

bool decode_planes(entropy::SymbolDecoder& coder, const format::StreamHeader& header, bool programs,
                   entropy::LosslessState& state, const CellTarget& target) {
  const size_t row = static_cast<size_t>(state.width());
  for (int32_t i = 0; i < header.color_planes() && programs; ++i) {
    for (int32_t y = 0; y < state.height(); ++y)
      std::memcpy(state.row(i, y), target.plane[i].program.row(y), row);
    state.extend(i);
  }
  for (int32_t i = 0; i < header.plane_count(); ++i) {
    const entropy::LosslessPass pass(i, header.is_alpha(i), programs);
    entropy::LosslessHeader h;
    pass.start(state);
    if (!entropy::code_lossless_plane(coder, state, h, pass.reference_count)) return false;
  }
  if (!coder.finished()) return false;
  for (int32_t i = 0; i < header.plane_count(); ++i) {
    for (int32_t y = 0; y < state.height(); ++y) {
      std::memcpy(target.plane[i].recon.row(y), state.row(entropy::kLosslessFirstCoded + i, y), row);
    }
  }
  return true;
}

bool decode_palette(entropy::SymbolDecoder& coder, int32_t planes, entropy::PaletteState& state,
                    const CellTarget& target) {
  entropy::code_palette(coder, state, planes);
  if (!coder.finished()) return false;
  for (int32_t i = 0; i < planes; ++i) {
    for (int32_t y = 0; y < state.height(); ++y) {
      const entropy::PaletteState::Index* const index = state.row(y);
      Pixel* const out = target.plane[i].recon.row(y);
      for (int32_t x = 0; x < state.width(); ++x) {
        out[x] = static_cast<Pixel>(state.colour[index[x]] >> (8 * i));
      }
    }
  }
  return true;
}

}  // namespace

bool lossless_cell_uses_programs(ByteSpan payload) {
  entropy::SymbolDecoder coder(payload, entropy::kLosslessRate);
  LosslessKind kind = LosslessKind::kPlanes;
  entropy::code_lossless_kind(coder, kind);
  return coder.good() && kind == LosslessKind::kPlanesOnPrograms;
}

CellResult decode_lossless_cell(ByteSpan payload, const format::StreamHeader& header, int32_t width,
                                int32_t height, LosslessDecoderScratch& scratch, const CellTarget& target) {
  entropy::SymbolDecoder coder(payload, entropy::kLosslessRate);
  LosslessKind kind = LosslessKind::kPlanes;
  entropy::code_lossless_kind(coder, kind);
  if (!coder.good()) return CellResult::kCorrupt;
  bool whole = false;
  if (kind == LosslessKind::kPalette) {
    scratch.palette.start(width, height);
    whole = decode_palette(coder, header.plane_count(), scratch.palette, target);
  } else {
    scratch.state.start_cell(width, height);
    whole = decode_planes(coder, header, kind == LosslessKind::kPlanesOnPrograms, scratch.state, target);
  }
  return whole ? CellResult::kOk : CellResult::kCorrupt;
}

}  // namespace pc15::dec
