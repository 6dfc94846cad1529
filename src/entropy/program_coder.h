// Programs <-> bytes (docs/bitstream-programs.md, chapter 7). The syntax is written once, as a template over
// the coder; this header offers its three instances.
//
// A group is `geometry.group_rows` tile rows and one rANS stream; contexts start fresh in each, so groups
// decode independently (kMergeUp is not allowed in the first row of a group, and layers copy only from tiles
// of the same group or from the image-wide program).
//
// Errors when decoding: kCorrupt with the tile (or layer and parameter) where a value left its range, or with
// the group when bytes are missing or left over. Nothing is allocated while decoding.
//
// Thread rule: different groups may be decoded into one ProgramImage at once.
#pragma once

#include <cstdint>

#include "base/allocator.h"
#include "base/span.h"
#include "base/status.h"
#include "normative/program.h"

namespace pc15::entropy {

// Appends the stream of the image-wide program. kInvalidArgument for a program that check_program() refuses.
Status encode_image_program(const normative::ProgramImage& programs, Vector<uint8_t>* out);
// `programs` has geometry, color_planes and seed set; fills image_program and has_image_program.
Status decode_image_program(ByteSpan stream, normative::ProgramImage* programs);

// Appends the stream of group `group`; `bits_per_tile` is empty or has one entry per tile of the group (scan
// order), filled with the price of the tile's record in bits, rounded.
Status encode_group(const normative::ProgramImage& programs, int32_t group, Vector<uint8_t>* out,
                    Span<uint32_t> bits_per_tile);
// `programs` has geometry, color_planes, seed, the image-wide program and tile_count() tiles
// (set_geometry()).
Status decode_group(ByteSpan stream, int32_t group, normative::ProgramImage* programs);

// Whether a program of slot `slot` can be coded: ranges, grids, copies that equal their source.
// kOutOfRange says which layer and parameter.
Status check_program(const normative::ProgramImage& programs, const normative::Program& program,
                     int32_t slot);

// Price in bits of a tile's record under fresh contexts (an upper estimate for a group of many tiles), or of
// the image-wide program when `slot` is kImageSlot. The tile needs only its neighbours in `programs`.
double program_cost_bits(const normative::ProgramImage& programs, const normative::TileProgram& tile,
                         int32_t slot);

// Copies the geometry of layer `source_layer` of the neighbour (or of the image-wide program) into `layer`
// and marks it as copied. False when there is no such layer within reach of `slot`.
bool copy_layer_geometry(const normative::ProgramImage& programs, int32_t slot, normative::LayerSource source,
                         int32_t source_layer, normative::Layer* layer);

// Prepares a tile of mode kMergeLeft or kMergeUp, kSkip, kFlat, kProgram: sets mode and slot. False when the
// neighbour is not there or in another group.
bool set_tile_mode(const normative::ProgramImage& programs, int32_t slot, normative::TileMode mode,
                   normative::TileProgram* tile);

}  // namespace pc15::entropy
