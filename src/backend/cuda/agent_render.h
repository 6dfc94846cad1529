// Rendering of the procedural layer sample by sample (docs/bitstream-programs.md, chapter 8): programs of the
// one to four tiles that cover a sample, blended along the row, then down. Same numbers as
// backend/cpu/render.cpp, which works row by row.
#pragma once

#include "backend/device_picture.h"
#include "normative/atoms.h"
#include "normative/blend.h"
#include "normative/color.h"

namespace pc15::backend::cuda {

using namespace device;  // the plain data of a picture

// Output of a generator, plain or behind a warp; x, y in Q4 from the centre of its frame.
struct LayerSample {
  const PreparedLayer& layer;
  int32_t x, y, value;

  template <int32_t kPreset>
  PC15_HD_MEMBER void run() {
    normative::LayerCursor cursor;
    normative::reset_cursor(&cursor);
    if (layer.warp.preset == normative::kNoModifier) {
      value = normative::layer_value<kPreset, 0>(layer.setup, &cursor, x, y);
      return;
    }
    normative::NoiseCursor drift[2];
    normative::reset_cursor(&drift[0]);
    normative::reset_cursor(&drift[1]);
    const normative::WarpPoint p = normative::warp_at(layer.warp, drift, x, y);
    value = normative::layer_value<kPreset, normative::kFineBits>(layer.setup, &cursor, p.x, p.y);
  }
};

// Level of a program in Q6, 0...16320, at (x, y), Q4 from the corner of the picture.
PC15_HD int32_t program_level(const DeviceProgram& p, const normative::AtomSetup* atoms, int32_t x,
                              int32_t y) {
  const PreparedProgram& program = p.program;
  const int32_t px = x - program.center_x, py = y - program.center_y;
  int32_t level = normative::field_value(program.field, px, py), below = 0;
  for (int32_t k = 0; k < program.layer_count; ++k) {
    const PreparedLayer& layer = program.layers[k];
    const int32_t lx = x - layer.center_x, ly = y - layer.center_y;
    LayerSample sample{layer, lx, ly, 0};
    normative::visit_preset(layer.setup.preset, sample);
    int32_t v = static_cast<int16_t>(sample.value);
    if (layer.palette.preset != normative::kNoModifier) {
      v = static_cast<int16_t>(normative::palette_value(layer.palette, v));
    }
    if (!layer.silent && layer.mask.preset == normative::kNoModifier) {
      level = normative::blend_layer(level, layer.blend, layer.contrast, v);
    } else if (!layer.silent) {
      const int32_t share = normative::mask_value(layer.mask, lx, ly, below);
      const int64_t change = int64_t{normative::blend_layer(level, layer.blend, layer.contrast, v)} - level;
      level += static_cast<int32_t>(normative::round_shift64(change * share, 15));
    }
    below = v;
  }
  for (int32_t k = 0; k < program.atom_count; ++k) {
    const normative::AtomSetup& s = atoms[p.first_atom + k];
    if (normative::abs_i32(py - s.y) > s.reach || normative::abs_i32(px - s.x) > s.reach) continue;
    level += normative::atom_value(s, px, py);
  }
  return normative::clamp_i32(level, 0, normative::kLevelMax);
}

// The tiles of a picture in one plane.
struct TileGrid {
  const DeviceProgram* programs;  // of the plane
  const normative::AtomSetup* atoms;
  const int32_t* tile_program;
  int32_t tile, overlap, cols, rows;

  PC15_HD_MEMBER int32_t program_at(int32_t col, int32_t row) const {
    return tile_program[int64_t{row} * cols + col];
  }
  PC15_HD_MEMBER int32_t level_of(int32_t program, int32_t x, int32_t y) const {
    return program < 0 ? 128 * 64 : program_level(programs[program], atoms, x, y);
  }
  // The procedural prediction at (x, y), Q4 from the corner of the picture. One place calls level_of(), which
  // is all generators inlined.
  PC15_HD_MEMBER Pixel sample(int32_t x, int32_t y) const {
    const normative::AxisPosition across = normative::axis_position(x, tile, overlap, cols);
    const normative::AxisPosition down = normative::axis_position(y, tile, overlap, rows);
    const int32_t wide = across.weight < 32768 ? 2 : 1, tall = down.weight < 32768 ? 2 : 1;
    int32_t level = 0, lower = 0, right = 0;
    PC15_NO_UNROLL
    for (int32_t i = 0; i < wide * tall; ++i) {
      const int32_t j = i / wide, k = i % wide;  // upwards, to the left
      const int32_t program = program_at(across.tile - k, down.tile - j);
      if (k == 0 || program != program_at(across.tile, down.tile - j)) level = level_of(program, x, y);
      if (k == 0) right = level;
      if (k == 1) level = normative::blend_lerp(level, right, across.weight);
      if (j == 0) lower = level;
    }
    if (tall == 2) level = normative::blend_lerp(level, lower, down.weight);
    return static_cast<Pixel>((level + 32) >> 6);
  }
};

// One plane of the area, 64 x 8 samples a block. Samples behind the picture's edge repeat it; samples of
// cells that do not lean on programs are left alone.
struct RenderAgent {
  TileGrid grid;
  const CellRecord* cells;  // null: every sample is wanted
  int32_t cell, cell_cols;  // side in samples of the plane
  int32_t x0, y0;           // of the area, in samples of the plane
  int32_t last_x, last_y;   // of the picture's plane
  int32_t shift, width, height;
  Pixel* samples;
  bool neutral;  // no procedural part: 128

  enum : int32_t { kColumns = 64, kRows = 8 };
  PC15_HD_MEMBER int32_t across() const { return (width + kColumns - 1) / kColumns; }
  PC15_HD_MEMBER int32_t blocks() const { return across() * ((height + kRows - 1) / kRows); }

  struct Shared {};

  template <class Block>
  PC15_HD_MEMBER void run(Block& block, Shared&) const {
    const int32_t left = block.index() % across() * kColumns, top = block.index() / across() * kRows;
    block.for_each(kColumns * kRows, [&](int32_t i) {
      const int32_t x = left + i % kColumns, y = top + i / kColumns;
      if (x >= width || y >= height) return;
      if (cells != nullptr) {
        const CellRecord& c = cells[(y / cell) * cell_cols + x / cell];
        if (!c.programs && !c.bare) return;
      }
      const int32_t px = normative::min_i32(x0 + x, last_x), py = normative::min_i32(y0 + y, last_y);
      samples[int64_t{y} * width + x] =
          neutral ? Pixel{128}
                  : grid.sample(normative::sample_q4(px, -shift), normative::sample_q4(py, -shift));
    });
  }
};

// Y, Cb, Cr of one size become G, R, B.
struct GrbAgent {
  Pixel* plane[3];
  int64_t count;

  enum : int32_t { kChunk = 1024 };
  struct Shared {};

  template <class Block>
  PC15_HD_MEMBER void run(Block& block, Shared&) const {
    const int64_t first = int64_t{block.index()} * kChunk;
    block.for_each(kChunk, [&](int32_t i) {
      const int64_t at = first + i;
      if (at >= count) return;
      const normative::Rgb rgb = normative::rgb_from_ycc(plane[0][at], plane[1][at], plane[2][at]);
      plane[0][at] = rgb.g;
      plane[1][at] = rgb.r;
      plane[2][at] = rgb.b;
    });
  }
};

}  // namespace pc15::backend::cuda
