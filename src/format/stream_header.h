// What a stream says about itself: the decoded form of the preamble, full or compact.
#pragma once

#include <cstdint>

#include "normative/geometry.h"

namespace pc15::format {

constexpr int32_t kBitstreamVersion = 15;
constexpr int32_t kBitstreamRevision = 3;

enum class Color : uint8_t {
  kGray = 0,    // Y
  kYcc420 = 1,  // Y, Cb, Cr; BT.601 full range; chroma at half size, rounded up
  kYcc444 = 2,  // Y, Cb, Cr; all full size
  kRgb = 3,     // G, R, B; all full size; lossless streams alone
};

// Tools of the residual that a stream may switch (StreamHeader::tools).
constexpr uint32_t kToolAdaptiveQuant = 1u << 0;  // a step offset per 64x64
constexpr uint32_t kToolDeblock = 1u << 1;
constexpr uint32_t kToolLoopFilter = 1u << 2;  // a trained filter per 4x4, its set per 64x64
constexpr uint32_t kToolLossless = 1u << 3;    // exact samples, cells of docs/bitstream-lossless.md
constexpr uint32_t kToolPalette = 1u << 4;     // leaves of indices, a list of colours per pass
constexpr uint32_t kToolMask =
    kToolAdaptiveQuant | kToolDeblock | kToolLoopFilter | kToolLossless | kToolPalette;
constexpr uint16_t kLosslessStep16 = 16;  // the step that a lossless stream with cells states

struct StreamHeader {
  normative::Geometry geometry;
  Color color = Color::kGray;
  bool alpha = false;
  uint8_t depth = 8;               // bits per sample; only 8 today
  int64_t seed = 0;                // global seed of the generators
  uint32_t content_id = 0;         // the encoder's CRC-32 of the source; part of the file id, never checked
  bool has_image_program = false;  // one image-wide program precedes the groups
  bool has_tile_programs = false;  // group_count() groups of tile records follow
  uint16_t step16 = 0;             // residual quantiser step in 1/16 grey level; 0: no residual, no cells
  uint8_t chroma_step32 = 32;      // chroma step relative to luma, in 1/32; 8...128
  uint8_t table_set = 0;           // number of the frozen initial probability tables
  uint32_t tools = 0;

  bool lossless() const { return (tools & kToolLossless) != 0; }
  int32_t plane_count() const { return (color == Color::kGray ? 1 : 3) + (alpha ? 1 : 0); }
  int32_t color_planes() const { return color == Color::kGray ? 1 : 3; }
  bool is_alpha(int32_t plane) const { return alpha && plane == plane_count() - 1; }
  int32_t plane_shift(int32_t plane) const {
    return color == Color::kYcc420 && plane > 0 && !is_alpha(plane) ? 1 : 0;
  }
  int32_t plane_width(int32_t plane) const {
    return normative::plane_extent(geometry.width, plane_shift(plane));
  }
  int32_t plane_height(int32_t plane) const {
    return normative::plane_extent(geometry.height, plane_shift(plane));
  }
};

}  // namespace pc15::format
