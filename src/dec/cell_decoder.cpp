#include "dec/cell_decoder.h"

#include "backend/backend.h"
#include "dec/leaf_recorder.h"
#include "entropy/cell_header.h"
#include "entropy/cell_syntax.h"
#include "entropy/coder.h"
#include "normative/transform.h"

namespace pc15::dec {

using entropy::Leaf;
using entropy::SymbolDecoder;

namespace {

// One pass over a cell: luma, both chroma planes together, or alpha.
struct Pass {
  SymbolDecoder& coder;
  CellScratch& scratch;
  const CellTarget& target;
  const format::StreamHeader& header;
  const entropy::CellHeader& cell;
  int32_t first_plane;
  int32_t components;
  bool chroma, step_offsets;
  int32_t step16;   // of this pass before superblock offsets
  int8_t* offsets;  // 8 x 8 superblock offsets of the cell, written by luma
  PlaneView<uint8_t> edges;
  entropy::CellPalette* palette = nullptr;  // null: no leaves of indices
};

void decode_palette_leaf(Pass& p, const Leaf& leaf) {
  p.palette->code_leaf(p.coder, leaf);
  if (!p.coder.good()) return;
  for (int32_t i = 0; i < p.components; ++i) {
    const PlaneView<Pixel>& recon = p.target.plane[p.first_plane + i].recon;
    p.palette->paint(leaf, i, recon.row(leaf.y) + leaf.x, recon.stride);
  }
}

// As entropy::code_component().
void decode_component(Pass& p, int32_t i, Leaf& leaf, int16_t* levels, uint8_t* map) {
  if (!entropy::code_component_head(p.coder, p.scratch.models, p.scratch.context, i, leaf)) return;
  const int32_t sum = backend::operations().decode_levels(p.coder, p.scratch.models, leaf.log2w, leaf.log2h,
                                                          leaf.eob[i], levels, map);
  leaf.energy[i] = entropy::block_energy(sum, leaf.log2w + leaf.log2h);
}

// Levels of a leaf into the recorder.
void record_leaf(Pass& p, Leaf& leaf, int32_t step16) {
  const PlaneView<Pixel>& plane = p.target.plane[p.first_plane].recon;
  LeafRecorder& recorder = *p.target.recorder;
  recorder.begin(leaf, p.scratch.map, plane.width, plane.height, step16);
  alignas(16) int16_t levels[1024];
  uint8_t map[entropy::kMagnitudeMapBytes];
  for (int32_t i = 0; i < p.components; ++i) {
    decode_component(p, i, leaf, levels, map);
    if (!p.coder.good()) return;
    recorder.add_levels(leaf, i, levels);
  }
  recorder.end();
}

void decode_predicted_leaf(Pass& p, Leaf& leaf, int32_t step16) {
  const bool programs = p.cell.uses_programs && !p.header.is_alpha(p.first_plane);
  entropy::code_prediction(p.coder, p.scratch.models, p.scratch.context, programs, p.components, leaf);
  if (leaf.mode >= (p.chroma ? normative::kChromaModes : normative::kLumaModes) ||
      leaf.delta >= (leaf.mode >= normative::kModeFirstGroup && leaf.mode <= normative::kModeLastGroup
                         ? normative::group_size(leaf.mode)
                         : 1)) {
    p.coder.require(false);
    return;
  }
  if (p.target.recorder != nullptr) {
    record_leaf(p, leaf, step16);
    return;
  }
  const int32_t w = 1 << leaf.log2w, h = 1 << leaf.log2h;
  alignas(16) int16_t luma[1024];
  if (leaf.mode == normative::kModeCfl) {
    backend::gather_luma(p.target.plane[0].recon, leaf.x, leaf.y, w, h, p.header.plane_shift(1), luma);
  }
  alignas(16) int16_t levels[1024];
  uint8_t map[entropy::kMagnitudeMapBytes];
  for (int32_t i = 0; i < p.components; ++i) {
    const backend::CellPlane& plane = p.target.plane[p.first_plane + i];
    Pixel* const out = plane.recon.row(leaf.y) + leaf.x;
    backend::operations().predict_leaf(leaf, i, plane, p.scratch.map, luma, out, plane.recon.stride);
    decode_component(p, i, leaf, levels, map);
    if (leaf.eob[i] > 0) backend::operations().add_residual(leaf, i, levels, step16, out, plane.recon.stride);
  }
  if (p.palette == nullptr) return;
  PlaneView<Pixel> planes[2];
  for (int32_t i = 0; i < p.components; ++i) planes[i] = p.target.plane[p.first_plane + i].recon;
  p.palette->note_leaf(leaf, planes, p.components);
}

void decode_leaf(Pass& p, Leaf& leaf, int32_t step16) {
  if (p.palette != nullptr) p.palette->code_use(p.coder, p.scratch.context, leaf);
  if (leaf.palette != 0) {
    decode_palette_leaf(p, leaf);
  } else {
    decode_predicted_leaf(p, leaf, step16);
  }
  if (!p.coder.good()) return;
  entropy::remember_leaf(&p.scratch.context, leaf);
  p.scratch.map.mark_leaf(leaf);
  if (p.target.recorder == nullptr) backend::mark_edges(leaf, p.edges);
}

void decode_node(Pass& p, int32_t x, int32_t y, int32_t log2, int32_t step16) {
  const PlaneView<Pixel>& plane = p.target.plane[p.first_plane].recon;
  if (x >= plane.width || y >= plane.height || !p.coder.good()) return;
  const int32_t size = 1 << log2;
  int32_t partition = entropy::kSplit;
  if (x + size <= plane.width && y + size <= plane.height) {
    entropy::code_partition(p.coder, p.scratch.models, p.scratch.context, x, y, log2, partition);
  }
  if (partition == entropy::kSplit && log2 > 3) {
    for (int32_t i = 0; i < 4; ++i) {
      decode_node(p, x + (i & 1) * size / 2, y + (i >> 1) * size / 2, log2 - 1, step16);
    }
    return;
  }
  const entropy::LeafLayout layout = entropy::leaf_layout(partition, log2);
  for (int32_t i = 0; i < layout.count && p.coder.good(); ++i) {
    Leaf leaf;
    leaf.x = static_cast<int16_t>(x + layout.x(i));
    leaf.y = static_cast<int16_t>(y + layout.y(i));
    leaf.log2w = layout.log2w;
    leaf.log2h = layout.log2h;
    if (leaf.x < plane.width && leaf.y < plane.height) decode_leaf(p, leaf, step16);
  }
}

void decode_pass(Pass& p) {
  const int32_t shift = p.chroma ? p.header.plane_shift(1) : 0;
  const PlaneView<Pixel>& plane = p.target.plane[p.first_plane].recon;
  const int32_t family = p.chroma ? entropy::kFamilyChroma : entropy::kFamilyLuma;
  if (p.scratch.initial != nullptr) {
    p.scratch.models = p.scratch.initial[family];
  } else {
    entropy::init_models(family, p.header.table_set, &p.scratch.models);
  }
  if ((p.header.tools & format::kToolPalette) != 0) {
    p.scratch.palette->start(plane.width, plane.height);
    if (p.chroma) p.scratch.palette->state.follow_luma(p.target.plane[0].recon, shift);
    p.scratch.palette->code_list(p.coder, p.components);
    if (p.scratch.palette->active()) p.palette = p.scratch.palette;
  }
  if (p.target.recorder != nullptr) p.target.recorder->begin_pass();
  p.scratch.context.reset();
  p.scratch.map.mark(0, 0, plane.width, plane.height, 0);
  const int32_t side = entropy::kSuperblock >> shift;
  for (int32_t y = 0; y < plane.height; y += side) {
    for (int32_t x = 0; x < plane.width; x += side) {
      if (!p.coder.good()) return;
      int8_t& stored = p.offsets[(y / side) * 8 + x / side];
      int32_t offset = p.step_offsets ? 0 : stored;
      if (p.step_offsets && (p.header.tools & format::kToolAdaptiveQuant) != 0) {
        entropy::code_step_offset(p.coder, p.scratch.models, p.scratch.context, offset);
        stored = static_cast<int8_t>(offset);
      }
      const int32_t step16 = normative::scaled_step(p.step16, offset);
      for (int32_t j = 0; j < side; j += 32) {
        for (int32_t i = 0; i < side; i += 32) decode_node(p, x + i, y + j, entropy::kRootLog2, step16);
      }
    }
  }
}

}  // namespace

bool cell_uses_programs(ByteSpan payload) {
  SymbolDecoder coder(payload);
  entropy::CellHeader cell;
  entropy::code_cell_header(coder, cell);
  return coder.good() && cell.uses_programs;
}

CellResult decode_cell(ByteSpan payload, const format::StreamHeader& header, CellScratch& scratch,
                       const CellTarget& target, CellInfo* info) {
  SymbolDecoder coder(payload, entropy::kCellRate);
  entropy::CellHeader cell;
  entropy::code_cell_header(coder, cell);
  if ((header.tools & format::kToolLoopFilter) != 0) {
    const PlaneView<Pixel>& luma = target.plane[0].recon;
    const int32_t blocks = entropy::superblocks(luma.width) * entropy::superblocks(luma.height);
    entropy::code_loop_choices(coder, blocks, info->loop.set[entropy::kFamilyLuma]);
    if (header.color_planes() == 3)
      entropy::code_loop_choices(coder, blocks, info->loop.set[entropy::kFamilyChroma]);
  }
  if (!coder.good()) return CellResult::kCorrupt;
  const int32_t step16 = normative::scaled_step(header.step16, 2 * cell.step_raise);
  info->strength = (header.tools & format::kToolDeblock) != 0 ? cell.strength : 0;
  info->step16 = step16;
  int8_t* const offsets = info->offsets;
  Pass luma{coder, scratch, target, header, cell, 0, 1, false, true, step16, offsets, target.edges[0]};
  decode_pass(luma);
  if (header.color_planes() == 3) {
    const int32_t chroma_step = entropy::chroma_step(step16, header.chroma_step32);
    Pass chroma{coder, scratch, target, header,      cell,    1,
                2,     true,    false,  chroma_step, offsets, target.edges[1]};
    decode_pass(chroma);
  }
  if (header.alpha) {
    int8_t none[64] = {};
    Pass alpha{coder, scratch, target, header, cell, header.plane_count() - 1,
               1,     false,   false,  step16, none, target.edges[2]};
    decode_pass(alpha);
  }
  return coder.finished() ? CellResult::kOk : CellResult::kCorrupt;
}

}  // namespace pc15::dec
