#include "backend/block.h"

#include <cstring>

#include "backend/cpu/intra_parts.h"
#include "backend/cpu/scalar.h"

namespace pc15::backend {

using entropy::Leaf;

namespace {

// What follows knows its few sizes: a call of the C library would cost more than the bytes.

// `n` a multiple of 4.
PC15_INLINE void copy_short(const Pixel* from, int32_t n, Pixel* to) {
  int32_t i = 0;
  for (; i + 8 <= n; i += 8) std::memcpy(to + i, from + i, 8);
  if (i < n) std::memcpy(to + i, from + i, 4);
}
// `n` a multiple of 4; up to 4 more may be written.
PC15_INLINE void fill_short(Pixel value, int32_t n, Pixel* to) {
  const uint64_t all = value * UINT64_C(0x0101010101010101);
  for (int32_t i = 0; i < n; i += 8) std::memcpy(to + i, &all, sizeof(all));
}
// A row of the 1, 2, 4 or 8 units of a leaf.
PC15_INLINE void store_units(uint64_t units, int32_t n, uint8_t* to) {
  switch (n) {
    case 1:
      *to = static_cast<uint8_t>(units);
      return;
    case 2:
      std::memcpy(to, &units, 2);
      return;
    case 4:
      std::memcpy(to, &units, 4);
      return;
    default:
      std::memcpy(to, &units, 8);
  }
}

}  // namespace

void UnitMap::mark(int32_t x, int32_t y, int32_t w, int32_t h, uint8_t value) {
  for (int32_t j = y >> 2; j < (y + h) >> 2; ++j) {
    std::memset(done + j * kUnits + (x >> 2), value, static_cast<size_t>(w >> 2));
  }
}

void UnitMap::mark_leaf(const Leaf& leaf) {
  const int32_t nx = 1 << (leaf.log2w - 2), ny = 1 << (leaf.log2h - 2);
  uint8_t* row = done + (leaf.y >> 2) * kUnits + (leaf.x >> 2);
  for (int32_t j = 0; j < ny; ++j, row += kUnits) store_units(UINT64_C(0x0101010101010101), nx, row);
}

namespace {

// Samples available from `unit` on, walking `step` units at a time, at most `limit` samples.
int32_t available(const uint8_t* unit, int32_t step, int32_t limit) {
  int32_t n = 0;
  while (n < limit && *unit != 0) {
    n += 4;
    unit += step;
  }
  return n < limit ? n : limit;
}

}  // namespace

AvailableReferences available_references(const UnitMap& map, int32_t width, int32_t height, int32_t x,
                                         int32_t y, int32_t w, int32_t h) {
  const int32_t n = w + h, across = width - x, down = height - y;
  const uint8_t* const unit = map.done + (y >> 2) * UnitMap::kUnits + (x >> 2);
  AvailableReferences r;
  if (y > 0) r.above = available(unit - UnitMap::kUnits, 1, n < across ? n : across);
  if (x > 0) r.left = available(unit - 1, UnitMap::kUnits, n < down ? n : down);
  return r;
}

void gather_references(const PlaneView<Pixel>& recon, const UnitMap& map, int32_t x, int32_t y, int32_t w,
                       int32_t h, ReferenceBuffer* out) {
  const int32_t n = w + h;
  Pixel* const above = out->above + normative::kReferenceBefore;
  Pixel* const left = out->left + normative::kReferenceBefore;
  const AvailableReferences r = available_references(map, recon.width, recon.height, x, y, w, h);
  const int32_t in_above = r.above, in_left = r.left;
  if (in_above > 0) {
    copy_short(recon.row(y - 1) + x, in_above, above);
    fill_short(above[in_above - 1], n - in_above, above + in_above);
  }
  if (in_left > 0) {
    const Pixel* p = recon.row(y) + x - 1;
    for (int32_t i = 0; i < in_left; ++i, p += recon.stride) left[i] = *p;
    fill_short(left[in_left - 1], n - in_left, left + in_left);
  }
  if (in_above == 0) fill_short(in_left > 0 ? left[0] : 128, n, above);
  if (in_left == 0) fill_short(above[0], n, left);
  const Pixel corner = in_above > 0 && in_left > 0 ? recon.at(x - 1, y - 1) : above[0];
  above[-1] = left[-1] = corner;
  out->view = normative::References{above, left, in_above > 0, in_left > 0};
}

void gather_luma(const PlaneView<Pixel>& luma, int32_t x, int32_t y, int32_t w, int32_t h, int32_t shift,
                 int16_t* out) {
  for (int32_t j = 0; j < h; ++j) {
    const Pixel* p = luma.row((y + j) << shift) + (static_cast<int64_t>(x) << shift);
    const Pixel* q = p + (shift != 0 ? luma.stride : 0);
    for (int32_t i = 0; i < w; ++i) {
      out[j * w + i] = static_cast<int16_t>(
          shift != 0 ? 2 * (p[2 * i] + p[2 * i + 1] + q[2 * i] + q[2 * i + 1]) : 8 * p[i]);
    }
  }
}

void predict_leaf_by(PredictIntra predict, const Leaf& leaf, int32_t component, const CellPlane& plane,
                     const UnitMap& map, const int16_t* luma, Pixel* out, int64_t stride) {
  const int32_t w = 1 << leaf.log2w, h = 1 << leaf.log2h;
  if (leaf.procedural != 0) {
    for (int32_t y = 0; y < h; ++y) {
      std::memcpy(out + y * stride, plane.program.row(leaf.y + y) + leaf.x, static_cast<size_t>(w));
    }
    return;
  }
  ReferenceBuffer refs;
  gather_references(plane.recon, map, leaf.x, leaf.y, w, h, &refs);
  if (leaf.mode == normative::kModeCfl) {
    normative::predict_dc(refs.view, w, h, out, stride);
    normative::add_chroma_from_luma(luma, leaf.alpha[component], leaf.log2w, leaf.log2h, out, stride);
    return;
  }
  predict(leaf.mode, leaf.delta, refs, leaf.log2w, leaf.log2h, out, stride);
}

namespace scalar {

void predict_leaf(const Leaf& leaf, int32_t component, const CellPlane& plane, const UnitMap& map,
                  const int16_t* luma, Pixel* out, int64_t stride) {
  predict_leaf_by(backend::predict_intra, leaf, component, plane, map, luma, out, stride);
}

void add_residual(const Leaf& leaf, int32_t component, const int16_t* levels, int32_t step16, Pixel* out,
                  int64_t stride) {
  const int32_t w = 1 << leaf.log2w, h = 1 << leaf.log2h, eob = leaf.eob[component];
  const entropy::ScanEntry* scan = entropy::scan_table(leaf.log2w, leaf.log2h);
  alignas(16) int16_t coefs[1024], scratch[1024], residual[1024];
  int32_t rows = 0, cols = 0;
  for (int32_t i = 0; i < eob; ++i) {
    if (levels[scan[i].raster] == 0) continue;
    const int32_t y = scan[i].raster >> leaf.log2w, x = scan[i].raster & (w - 1);
    rows = y >= rows ? y + 1 : rows;
    cols = x >= cols ? x + 1 : cols;
  }
  const int32_t filled = normative::filled_columns(cols);
  for (int32_t y = 0; y < rows; ++y) {
    for (int32_t x = 0; x < filled; ++x) {
      coefs[y * w + x] = static_cast<int16_t>(normative::dequantise(levels[y * w + x], step16));
    }
  }
  normative::inverse_transform(coefs, leaf.log2w, leaf.log2h, leaf.transform[component], rows, cols, scratch,
                               residual);
  for (int32_t y = 0; y < h; ++y) {
    Pixel* o = out + y * stride;
    for (int32_t x = 0; x < w; ++x) o[x] = normative::clip_pixel(o[x] + residual[y * w + x]);
  }
}

}  // namespace scalar

void mark_edges(const Leaf& leaf, const PlaneView<uint8_t>& edges) {
  const int32_t nx = 1 << (leaf.log2w - 2), ny = 1 << (leaf.log2h - 2);
  const uint8_t size = static_cast<uint8_t>((leaf.log2w > 2 ? kWide : 0) | (leaf.log2h > 2 ? kTall : 0) |
                                            (leaf.palette != 0 ? kFixed : 0));
  const uint64_t inside = size * UINT64_C(0x0101010101010101);
  uint8_t* row = edges.row(leaf.y >> 2) + (leaf.x >> 2);
  for (int32_t y = 0; y < ny; ++y, row += edges.stride) {
    store_units(y == 0 ? inside | kEdgeTop * UINT64_C(0x0101010101010101) : inside, nx, row);
    *row = static_cast<uint8_t>(*row | kEdgeLeft);
  }
}

}  // namespace pc15::backend
