// Tiling: the grid of overlapping tiles, cutting, and joining with the decoder's Hann weights.
#include <algorithm>
#include <cstring>

#include "api/image_view.h"
#include "api/structs.h"
#include "normative/blend.h"
#include "normative/geometry.h"
#include "pc15.h"

using namespace pc15;  // NOLINT: the definitions below are the C API
using namespace pc15::api;

namespace pc15::api {
namespace {

Status make_geometry(uint32_t width, uint32_t height, uint32_t tile, uint32_t overlap,
                     normative::Geometry* g) {
  PC15_TRY(check_extent(width, height));
  PC15_FAIL_IF(tile < 32 || tile > 1024, Code::kOutOfRange, "tile %" PRId64 "; allowed are 32...1024", tile);
  PC15_FAIL_IF(overlap > tile / 2, Code::kOutOfRange, "overlap %" PRId64 "; allowed are 0...tile/2", overlap);
  g->width = static_cast<int32_t>(width);
  g->height = static_cast<int32_t>(height);
  g->tile = static_cast<int32_t>(tile);
  g->overlap = static_cast<int32_t>(overlap);
  return ok_status();
}

pc15_grid public_grid(const normative::Geometry& g) {
  pc15_grid out = {};
  out.width = static_cast<uint32_t>(g.width);
  out.height = static_cast<uint32_t>(g.height);
  out.tile = static_cast<uint32_t>(g.tile);
  out.overlap = static_cast<uint32_t>(g.overlap);
  out.cols = static_cast<uint32_t>(g.tile_cols());
  out.rows = static_cast<uint32_t>(g.tile_rows());
  out.count = static_cast<uint64_t>(g.tile_count());
  return out;
}

Status read_grid(const pc15_grid* grid, normative::Geometry* g) {
  pc15_grid in;
  PC15_TRY(read_struct(grid, &in));
  PC15_TRY(check_reserved(in.reserved, 2));
  const bool sized = make_geometry(in.width, in.height, in.tile, in.overlap, g).ok();
  PC15_FAIL_IF(!sized, Code::kInvalidArgument, "the grid was not made by pc15_grid_init");
  const pc15_grid expected = public_grid(*g);
  PC15_FAIL_IF(
      in.cols != expected.cols || in.rows != expected.rows || in.count != expected.count || in.reserved0 != 0,
      Code::kInvalidArgument, "the grid was not made by pc15_grid_init");
  return ok_status();
}

// Bytes of all patches; they fit 64 bits: at most 2^32 tiles of 2^20 bytes.
Status patches_bytes(const normative::Geometry& g, size_t* bytes) {
  const uint64_t total =
      static_cast<uint64_t>(g.tile_count()) * static_cast<uint64_t>(g.tile) * static_cast<uint64_t>(g.tile);
  PC15_FAIL_IF(total > uint64_t{PTRDIFF_MAX}, Code::kLimit, "the patches do not fit into the address space");
  *bytes = static_cast<size_t>(total);
  return ok_status();
}

int32_t clamped(int32_t at, int32_t size) { return at < size ? at : size - 1; }

void cut_patch(const normative::Geometry& g, PlaneView<const Pixel> plane, int32_t col, int32_t row,
               uint8_t* patch) {
  const int32_t x0 = col * g.stride(), inside = std::min(g.tile, g.width - x0);
  for (int32_t y = 0; y < g.tile; ++y, patch += g.tile) {
    const Pixel* source = plane.row(clamped(row * g.stride() + y, g.height)) + x0;
    std::memcpy(patch, source, static_cast<size_t>(inside));
    std::memset(patch + inside, source[inside - 1], static_cast<size_t>(g.tile - inside));
  }
}

// Sample (x, y) of the image as patch (col, row) has it.
int32_t patch_sample(const normative::Geometry& g, const uint8_t* patches, int32_t col, int32_t row,
                     int32_t x, int32_t y) {
  const int64_t number = int64_t{row} * g.tile_cols() + col;
  const int64_t inside = int64_t{y - row * g.stride()} * g.tile + (x - col * g.stride());
  return patches[number * g.tile * g.tile + inside];
}

// One sample, in the order of the decoder: horizontally, then vertically, in Q6, and one rounding.
Pixel join_sample(const normative::Geometry& g, const uint8_t* patches, const normative::AxisPosition& px,
                  const normative::AxisPosition& py, int32_t x, int32_t y) {
  const auto across = [&](int32_t row) {
    const int32_t later = patch_sample(g, patches, px.tile, row, x, y) * 64;
    if (px.weight == 32768) return later;
    const int32_t before = patch_sample(g, patches, px.tile - 1, row, x, y) * 64;
    return normative::blend_lerp(before, later, px.weight);
  };
  int32_t value = across(py.tile);
  if (py.weight != 32768) value = normative::blend_lerp(across(py.tile - 1), value, py.weight);
  return static_cast<Pixel>((value + 32) >> 6);
}

}  // namespace
}  // namespace pc15::api

extern "C" {

pc15_status pc15_grid_init(uint32_t width, uint32_t height, uint32_t tile, uint32_t overlap,
                           pc15_grid* grid) {
  normative::Geometry g;
  Status status = check_struct(grid);
  if (status.ok()) status = make_geometry(width, height, tile, overlap, &g);
  if (status.ok()) write_struct(public_grid(g), grid);
  return status.value();
}

pc15_status pc15_grid_tile(const pc15_grid* grid, uint64_t index, uint32_t* x, uint32_t* y, uint32_t* width,
                           uint32_t* height) {
  normative::Geometry g;
  const Status status = read_grid(grid, &g);
  if (!status.ok()) return status.value();
  if (index >= static_cast<uint64_t>(g.tile_count())) return PC15_ERROR_OUT_OF_RANGE;
  const uint64_t cols = static_cast<uint64_t>(g.tile_cols());
  const Rect r = g.tile_rect(static_cast<int32_t>(index % cols), static_cast<int32_t>(index / cols));
  if (x != nullptr) *x = static_cast<uint32_t>(r.x);
  if (y != nullptr) *y = static_cast<uint32_t>(r.y);
  if (width != nullptr) *width = static_cast<uint32_t>(r.width);
  if (height != nullptr) *height = static_cast<uint32_t>(r.height);
  return PC15_OK;
}

pc15_status pc15_tiles_extract(const pc15_grid* grid, const uint8_t* plane, size_t plane_size, int64_t stride,
                               uint8_t* dst, size_t capacity, size_t* dst_size) {
  if (plane == nullptr || dst_size == nullptr || (dst == nullptr && capacity != 0))
    return PC15_ERROR_INVALID_ARGUMENT;
  normative::Geometry g;
  PlaneView<const Pixel> view;
  size_t bytes = 0;
  Status status = read_grid(grid, &g);
  if (status.ok()) status = patches_bytes(g, &bytes);
  if (status.ok()) {
    status = view_plane(plane, plane_size, static_cast<uint32_t>(g.width), static_cast<uint32_t>(g.height),
                        stride, &view);
  }
  if (!status.ok()) return status.value();
  *dst_size = bytes;
  if (capacity < bytes) return PC15_NOTE_DST_TOO_SMALL;
  for (int32_t row = 0; row < g.tile_rows(); ++row) {
    for (int32_t col = 0; col < g.tile_cols(); ++col) {
      cut_patch(g, view, col, row, dst);
      dst += int64_t{g.tile} * g.tile;
    }
  }
  return PC15_OK;
}

pc15_status pc15_tiles_blend(const pc15_grid* grid, const uint8_t* patches, size_t patches_size,
                             uint8_t* plane, size_t plane_capacity, int64_t stride) {
  if (patches == nullptr || plane == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  normative::Geometry g;
  PlaneView<Pixel> view;
  size_t bytes = 0;
  Status status = read_grid(grid, &g);
  if (status.ok()) status = patches_bytes(g, &bytes);
  if (status.ok() && patches_size < bytes) status = Status(Code::kInvalidArgument, "too few patches");
  if (status.ok()) {
    status = view_output(plane, plane_capacity, static_cast<uint32_t>(g.width),
                         static_cast<uint32_t>(g.height), stride, &view);
  }
  if (!status.ok()) return status.value();
  for (int32_t y = 0; y < g.height; ++y) {
    const normative::AxisPosition py = normative::axis_position(y * 16 + 8, g.tile, g.overlap, g.tile_rows());
    for (int32_t x = 0; x < g.width; ++x) {
      const normative::AxisPosition px =
          normative::axis_position(x * 16 + 8, g.tile, g.overlap, g.tile_cols());
      view.at(x, y) = join_sample(g, patches, px, py, x, y);
    }
  }
  return PC15_OK;
}

}  // extern "C"
