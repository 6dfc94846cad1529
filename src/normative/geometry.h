// The two grids of an image: overlapping procedural tiles and non-overlapping residual cells
// (docs/bitstream.md, "Geometry"). Pure integers; sizes are validated by format/ before they come here.
#pragma once

#include "base/plane.h"
#include "base/target.h"

namespace pc15::normative {

struct Geometry {
  int32_t width = 0, height = 0;  // luma samples, 1...65535
  int32_t tile = 256;             // side T of a tile, 32...1024
  int32_t overlap = 24;           // O, 0...T/2
  int32_t cell = 256;             // side of a residual cell: 128, 256 or 512
  int32_t group_rows = 4;         // tile rows per program group, 1...255

  int32_t stride() const { return tile - overlap; }
  static int32_t tiles_along(int32_t size, int32_t tile, int32_t overlap) {
    if (size <= tile) return 1;
    return 1 + (size - tile + (tile - overlap) - 1) / (tile - overlap);
  }
  int32_t tile_cols() const { return tiles_along(width, tile, overlap); }
  int32_t tile_rows() const { return tiles_along(height, tile, overlap); }
  int64_t tile_count() const { return int64_t{tile_cols()} * tile_rows(); }
  // The part of tile (col, row) inside the image, in luma samples. Tiles start at multiples of stride().
  Rect tile_rect(int32_t col, int32_t row) const {
    return clip_rect(Rect{col * stride(), row * stride(), tile, tile}, width, height);
  }
  int32_t group_count() const { return (tile_rows() + group_rows - 1) / group_rows; }

  int32_t cell_cols() const { return (width + cell - 1) / cell; }
  int32_t cell_rows() const { return (height + cell - 1) / cell; }
  int64_t cell_count() const { return int64_t{cell_cols()} * cell_rows(); }
  Rect cell_rect(int32_t col, int32_t row) const {
    return clip_rect(Rect{col * cell, row * cell, cell, cell}, width, height);
  }
};

// Samples of a plane subsampled by `shift` (0 or 1) along one axis of `size` luma samples.
PC15_HD int32_t plane_extent(int32_t size, int32_t shift) { return (size + shift) >> shift; }

}  // namespace pc15::normative
