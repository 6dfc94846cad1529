// Reconstruction of cells from their leaves (docs/bitstream-residual.md, sections 9.5 and 9.6): one block per
// cell and component, leaf after leaf, the samples of a leaf in parallel.
#pragma once

#include "backend/cuda/predict_sample.h"
#include "backend/device_picture.h"
#include "normative/transform.h"

namespace pc15::backend::cuda {

using namespace device;  // the plain data of a picture

struct CellAgent {
  const CellRecord* cells;
  const LeafRecord* leaves;
  const int16_t* levels;
  int32_t pass;       // 0 luma, 1 chroma, 2 alpha
  int32_t component;  // of chroma: 0 Cb, 1 Cr
  int32_t shift;      // of the plane
  Pixel* samples;
  int32_t pitch;            // of samples and prediction
  const Pixel* prediction;  // null: no cell leans on it
  const Pixel* luma;        // chroma from luma; full size
  int32_t luma_pitch;
  uint8_t* edges;  // the edge map; null: another component writes it
  int32_t edge_pitch;

  struct Shared {
    ReferenceLines lines;
    int32_t dc, sums[32];
    int16_t luma[1024];
    Pixel predicted[1024];
    int16_t columns[1024];  // after the first pass of the transform
  };

  template <class Block>
  PC15_HD_MEMBER void run(Block& block, Shared& shared) const {
    const CellRecord& cell = cells[block.index()];
    const int64_t origin = int64_t{cell.y >> shift} * pitch + (cell.x >> shift);
    if (cell.bare) {
      copy_prediction(block, cell, origin);
      return;
    }
    const LeafRecord* const leaf = leaves + cell.first_leaf[pass];
    for (int64_t i = 0; i < cell.leaf_count[pass]; ++i) {
      reconstruct(block, shared, leaf[i], origin, levels + cell.first_level + leaf[i].levels[component],
                  luma + int64_t{cell.y} * luma_pitch + cell.x);
      if (edges != nullptr) {
        mark_edges(block, leaf[i],
                   edges + int64_t{cell.y >> (shift + 2)} * edge_pitch + (cell.x >> (shift + 2)));
      }
    }
  }

 private:
  template <class Block>
  PC15_HD_MEMBER void copy_prediction(Block& block, const CellRecord& cell, int64_t origin) const {
    const int32_t w = cell.width >> shift, h = cell.height >> shift;
    const bool opaque = pass == 2;
    block.for_each(w * h, [&](int32_t i) {
      const int64_t at = origin + int64_t{i / w} * pitch + i % w;
      samples[at] = opaque ? Pixel{255} : prediction[at];
    });
  }

  template <class Block>
  PC15_HD_MEMBER void reconstruct(Block& block, Shared& s, const LeafRecord& leaf, int64_t origin,
                                  const int16_t* level, const Pixel* cell_luma) const {
    const int32_t log2w = leaf.log2w, w = 1 << log2w, h = 1 << leaf.log2h, n = w + h, area = w * h;
    const int64_t corner = origin + int64_t{leaf.y} * pitch + leaf.x;
    const bool cfl = leaf.mode == normative::kModeCfl;
    if (leaf.procedural == 0) {
      block.for_each(2 * n + 1 + (cfl ? area : 0), [&](int32_t i) {
        if (i <= 2 * n) {
          gather_reference(samples + corner, pitch, leaf.above, leaf.left, n, i, &s.lines);
        } else {
          const int32_t k = i - 2 * n - 1;
          s.luma[k] = luma_at(cell_luma, leaf.x + (k & (w - 1)), leaf.y + (k >> log2w));
        }
      });
      if (cfl || leaf.mode == normative::kModeDc) {
        block.for_each(1 + (cfl ? h : 0), [&](int32_t i) {
          if (i == 0) {
            s.dc = dc_of(s.lines, leaf.above > 0, leaf.left > 0, w, h);
          } else {
            int32_t sum = 0;
            for (int32_t x = 0; x < w; ++x) sum += s.luma[(i - 1) * w + x];
            s.sums[i - 1] = sum;
          }
        });
      }
    }
    const int32_t cols = leaf.rows[component] != 0 ? leaf.cols[component] : 0;
    block.for_each(area + cols * h, [&](int32_t i) {
      if (i >= area) {
        const int32_t k = i - area;
        s.columns[k] = column_pass(leaf, level, k % cols, k / cols);
        return;
      }
      const int32_t x = i & (w - 1), y = i >> log2w;
      s.predicted[i] = leaf.procedural != 0 ? prediction[corner + int64_t{y} * pitch + x]
                       : cfl                ? from_luma(leaf, s, i)
                                            : predict_sample(leaf, s.lines, s.dc, x, y);
    });
    block.for_each(area, [&](int32_t i) {
      const int32_t x = i & (w - 1), y = i >> log2w;
      int32_t v = s.predicted[i];
      if (cols != 0) v += row_pass(leaf, s.columns + y * cols, cols, x);
      samples[corner + int64_t{y} * pitch + x] = normative::clip_pixel(v);
    });
  }

  // Luma at the resolution of chroma in 1/8 grey level; x, y in samples of the plane.
  PC15_HD_MEMBER int16_t luma_at(const Pixel* cell_luma, int32_t x, int32_t y) const {
    const Pixel* p = cell_luma + int64_t{y << shift} * luma_pitch + (x << shift);
    if (shift == 0) return static_cast<int16_t>(8 * p[0]);
    return static_cast<int16_t>(2 * (p[0] + p[1] + p[luma_pitch] + p[luma_pitch + 1]));
  }

  PC15_HD_MEMBER Pixel from_luma(const LeafRecord& leaf, const Shared& s, int32_t i) const {
    const int32_t n = leaf.log2w + leaf.log2h, h = 1 << leaf.log2h;
    int32_t sum = 1 << (n - 1);
    for (int32_t y = 0; y < h; ++y) sum += s.sums[y];
    const int32_t alpha = leaf.alpha[component];
    return normative::clip_pixel(s.dc + ((alpha * (s.luma[i] - (sum >> n)) + 32) >> 6));
  }

  // Sample (x, y) after the vertical transform; see normative::inverse_transform().
  PC15_HD_MEMBER int16_t column_pass(const LeafRecord& leaf, const int16_t* level, int32_t x,
                                     int32_t y) const {
    const int32_t rows = leaf.rows[component], cols = leaf.cols[component];
    const int16_t* m =
        normative::transform_matrix(normative::vertical_kind(leaf.transform[component]), leaf.log2h) + y;
    uint32_t sum = 1u << 13;
    for (int32_t k = 0; k < rows; ++k) {
      const int32_t c = normative::dequantise(level[k * cols + x], leaf.step16);
      sum += static_cast<uint32_t>(m[k << leaf.log2h] * c);
    }
    return static_cast<int16_t>(normative::saturate16(static_cast<int32_t>(sum) >> 14));
  }

  PC15_HD_MEMBER int32_t row_pass(const LeafRecord& leaf, const int16_t* in, int32_t cols, int32_t x) const {
    const int16_t* m =
        normative::transform_matrix(normative::horizontal_kind(leaf.transform[component]), leaf.log2w) + x;
    uint32_t sum = 1u << 16;
    for (int32_t l = 0; l < cols; ++l) sum += static_cast<uint32_t>(in[l] * m[l << leaf.log2w]);
    return static_cast<int16_t>(static_cast<int32_t>(sum) >> 17);
  }

  template <class Block>
  PC15_HD_MEMBER void mark_edges(Block& block, const LeafRecord& leaf, uint8_t* cell_edges) const {
    const int32_t nx = 1 << (leaf.log2w - 2), ny = 1 << (leaf.log2h - 2);
    const int32_t size = (leaf.log2w > 2 ? kWide : 0) | (leaf.log2h > 2 ? kTall : 0);
    block.for_each(nx * ny, [&](int32_t i) {
      const int32_t x = i % nx, y = i / nx;
      cell_edges[int64_t{(leaf.y >> 2) + y} * edge_pitch + (leaf.x >> 2) + x] =
          static_cast<uint8_t>(size | (x == 0 ? kEdgeLeft : 0) | (y == 0 ? kEdgeTop : 0));
    });
  }
};

}  // namespace pc15::backend::cuda
