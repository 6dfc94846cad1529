// Rows first, then columns: enlarging, a block leans on few rows of the original, so that the wide pass is
// the one along columns, whose inner loop is a sum of whole rows. Where the residual is 0 nothing is done:
// the weights of 0 are 0.
#include "backend/resample.h"

#include "normative/predict.h"
#include "normative/resample.h"

namespace pc15::backend {
namespace {

using namespace normative;  // the arithmetic this file drives

constexpr int32_t kRowSamples = 4 * kScaledBlockColumns;  // of the original, under a block at 1/4
constexpr int32_t kSumRows = kScaledBlockRows / 2 + kLanczosTaps + 1;

// Differences of the plane's row y (repeated beyond the border) at columns first...first + count - 1. False
// when all are 0.
bool difference_row(const ResidualPlane& plane, int32_t y, int32_t first, int32_t count, int16_t* out) {
  const int32_t row = clamp_i32(y, 0, plane.height - 1) - plane.y;
  const Pixel* const r = plane.reconstruction.row(row);
  const Pixel* const p = plane.prediction.data != nullptr ? plane.prediction.row(row) : nullptr;
  const int32_t begin = clamp_i32(first, 0, plane.width - 1), end = min_i32(first + count, plane.width);
  int32_t any = 0;
  for (int32_t x = begin; x < end; ++x) {
    const int32_t i = x - plane.x, d = r[i] - (p != nullptr ? p[i] : plane.neutral);
    out[x - first] = static_cast<int16_t>(d);
    any |= d;
  }
  for (int32_t x = first; x < begin; ++x) out[x - first] = out[begin - first];
  for (int32_t x = end; x < first + count; ++x) out[x - first] = out[end - 1 - first];
  return any != 0;
}

void add_row(const int32_t* difference, int32_t count, Pixel* out) {
  for (int32_t i = 0; i < count; ++i) out[i] = clip_pixel(out[i] + difference[i]);
}

// Factor 1/side: the mean of the part of the box inside the plane.
void add_box_means(const ResidualPlane& plane, int32_t shift, const Rect& rect, const PlaneView<Pixel>& out) {
  const int32_t side = 1 << shift, first = rect.x * side;
  const int32_t samples = min_i32(rect.right() * side, plane.width) - first;
  int16_t d[kRowSamples];
  int32_t sums[kScaledBlockColumns];
  for (int32_t y = 0; y < rect.height; ++y) {
    const int32_t top = (rect.y + y) * side, rows = min_i32(side, plane.height - top);
    bool any = false;
    for (int32_t x = 0; x < rect.width; ++x) sums[x] = 0;
    for (int32_t j = 0; j < rows; ++j) {
      if (!difference_row(plane, top + j, first, samples, d)) continue;
      any = true;
      for (int32_t i = 0; i < samples; ++i) sums[i >> shift] += d[i];
    }
    if (!any) continue;
    for (int32_t x = 0; x < rect.width; ++x) {
      sums[x] = box_mean(sums[x], rows * min_i32(side, samples - x * side));
    }
    add_row(sums, rect.width, out.row(y));
  }
}

// The pass along rows: Q6 at the columns of the rectangle from the differences `d`, which begin at column
// `first` of the plane.
void enlarge_row(const int16_t* d, int32_t first, int32_t n, const Rect& rect, int16_t* out) {
  for (int32_t x = 0; x < rect.width; ++x) {
    const ResamplePosition p = enlarged_position(rect.x + x, n);
    const int16_t* const source = d + (p.base - kLanczosBefore - first);
    int32_t sum = 0;
    for (int32_t k = 0; k < kLanczosTaps; ++k) sum += lanczos_weight(p.phase, k) * source[k];
    out[x] = static_cast<int16_t>(round_row_sum(sum));
  }
}

// The pass along columns: one row of the rectangle from the six rows that begin at `rows`.
void enlarge_column(const int16_t (*rows)[kScaledBlockColumns], int32_t phase, int32_t count, Pixel* out) {
  int32_t sums[kScaledBlockColumns];
  for (int32_t x = 0; x < count; ++x) sums[x] = rows[0][x] * lanczos_weight(phase, 0);
  for (int32_t k = 1; k < kLanczosTaps; ++k) {
    const int32_t weight = lanczos_weight(phase, k);
    for (int32_t x = 0; x < count; ++x) sums[x] += rows[k][x] * weight;
  }
  for (int32_t x = 0; x < count; ++x) sums[x] = round_column_sum(sums[x]);
  add_row(sums, count, out);
}

void add_enlarged(const ResidualPlane& plane, int32_t n, const Rect& rect, const PlaneView<Pixel>& out) {
  const int32_t left = enlarged_position(rect.x, n).base - kLanczosBefore;
  const int32_t right = enlarged_position(rect.right() - 1, n).base - kLanczosBefore + kLanczosTaps;
  const int32_t top = enlarged_position(rect.y, n).base - kLanczosBefore;
  const int32_t bottom = enlarged_position(rect.bottom() - 1, n).base - kLanczosBefore + kLanczosTaps;
  int16_t d[kScaledBlockColumns / 2 + kLanczosTaps + 1];
  alignas(16) int16_t rows[kSumRows][kScaledBlockColumns];
  bool any = false;
  for (int32_t y = top; y < bottom; ++y) {
    any |= difference_row(plane, y, left, right - left, d);
    enlarge_row(d, left, n, rect, rows[y - top]);
  }
  if (!any) return;
  for (int32_t y = 0; y < rect.height; ++y) {
    const ResamplePosition p = enlarged_position(rect.y + y, n);
    enlarge_column(rows + (p.base - kLanczosBefore - top), p.phase, rect.width, out.row(y));
  }
}

}  // namespace

void add_scaled_residual(const ResidualPlane& plane, int32_t factor_log2, const Rect& rect,
                         const PlaneView<Pixel>& out) {
  if (factor_log2 > 0) {
    add_enlarged(plane, factor_log2, rect, out);
  } else {
    add_box_means(plane, -factor_log2, rect, out);
  }
}

}  // namespace pc15::backend
