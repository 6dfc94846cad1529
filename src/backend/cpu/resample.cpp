// Rows first, then columns: enlarging, a block leans on few rows of the original, so that the wide pass is
// the one along columns, whose inner loop is a sum of whole rows. Where the residual is 0, under the samples
// and as far around them as trust looks, nothing is done: the weights of 0 are 0, and trust is full.
//
// Where something covers a pattern, the residual takes the pattern away again; but resampled it is softer
// than the pattern drawn anew, and its edges would shine through. So the detail that the new rendering has
// over the resampled one counts by its trust: how much of the variance around the sample the prediction
// explains.
#include "backend/resample.h"

#include <cstring>

#include "normative/predict.h"
#include "normative/resample.h"

namespace pc15::backend {
namespace {

using namespace normative;  // the arithmetic this file drives

constexpr int32_t kRowSamples = 4 * kScaledBlockColumns;  // of the original, under a block at 1/4
constexpr int32_t kSumRows = kScaledBlockRows / 2 + kLanczosTaps + 1;

// Row y of the plane (repeated beyond the border) at columns first...first + count - 1: the differences, or
// with `predicted` the prediction itself. False when all are 0.
template <bool predicted>
bool plane_row(const ResidualPlane& plane, int32_t y, int32_t first, int32_t count, int16_t* out) {
  const int32_t row = clamp_i32(y, 0, plane.height - 1) - plane.y;
  const Pixel* const r = plane.reconstruction.row(row);
  const Pixel* const p = plane.prediction.data != nullptr ? plane.prediction.row(row) : nullptr;
  const int32_t begin = clamp_i32(first, 0, plane.width - 1), end = min_i32(first + count, plane.width);
  int32_t any = 0;
  for (int32_t x = begin; x < end; ++x) {
    const int32_t i = x - plane.x, q = p != nullptr ? p[i] : plane.neutral;
    const int32_t value = predicted ? q : r[i] - q;
    out[x - first] = static_cast<int16_t>(value);
    any |= value;
  }
  for (int32_t x = first; x < begin; ++x) out[x - first] = out[begin - first];
  for (int32_t x = end; x < first + count; ++x) out[x - first] = out[end - 1 - first];
  return any != 0;
}

// How far the prediction can be trusted in the samples x0...x1 - 1 of the rows y0...y1 - 1, as far as they
// are inside the plane.
int32_t trust_in(const ResidualPlane& plane, int32_t x0, int32_t x1, int32_t y0, int32_t y1) {
  x0 = max_i32(x0, 0), x1 = min_i32(x1, plane.width);
  y0 = max_i32(y0, 0), y1 = min_i32(y1, plane.height);
  int32_t sum = 0, squares = 0, error = 0, error_squares = 0;
  for (int32_t y = y0; y < y1; ++y) {
    const Pixel* const r = plane.reconstruction.row(y - plane.y) + (x0 - plane.x);
    const Pixel* const p = plane.prediction.row(y - plane.y) + (x0 - plane.x);
    for (int32_t i = 0; i < x1 - x0; ++i) {
      const int32_t d = r[i] - p[i];
      sum += r[i];
      squares += r[i] * r[i];
      error += d;
      error_squares += d * d;
    }
  }
  const int32_t count = (x1 - x0) * (y1 - y0);
  return trust(int64_t{count} * squares - int64_t{sum} * sum,
               int64_t{count} * error_squares - int64_t{error} * error);
}

// True when the picture is its prediction in the columns x0...x1 - 1 of the rows y0...y1 - 1, as far as they
// are inside the plane.
bool unchanged(const ResidualPlane& plane, int32_t x0, int32_t x1, int32_t y0, int32_t y1) {
  x0 = max_i32(x0, 0), x1 = min_i32(x1, plane.width);
  y0 = max_i32(y0, 0), y1 = min_i32(y1, plane.height);
  for (int32_t y = y0; y < y1; ++y) {
    const Pixel* const r = plane.reconstruction.row(y - plane.y) + (x0 - plane.x);
    const Pixel* const p = plane.prediction.row(y - plane.y) + (x0 - plane.x);
    if (std::memcmp(r, p, static_cast<size_t>(x1 - x0)) != 0) return false;
  }
  return true;
}

// `rendered` the new prediction of a sample, `resampled` the old one.
Pixel joined(int32_t rendered, int32_t resampled, int32_t residual, int32_t trust_q4) {
  return clip_pixel(rendered + residual - round_shift((kFullTrust - trust_q4) * (rendered - resampled), 4));
}

void add_row(const int32_t* difference, int32_t count, Pixel* out) {
  for (int32_t i = 0; i < count; ++i) out[i] = clip_pixel(out[i] + difference[i]);
}

// Means of the boxes of row y of the rectangle, at 1/side. False when the samples are all 0.
template <bool predicted>
bool box_means(const ResidualPlane& plane, int32_t shift, const Rect& rect, int32_t y, int32_t* means) {
  const int32_t side = 1 << shift, first = rect.x * side, top = y * side;
  const int32_t samples = min_i32(rect.right() * side, plane.width) - first;
  const int32_t rows = min_i32(side, plane.height - top);
  int16_t d[kRowSamples];
  bool any = false;
  for (int32_t x = 0; x < rect.width; ++x) means[x] = 0;
  for (int32_t j = 0; j < rows; ++j) {
    any |= plane_row<predicted>(plane, top + j, first, samples, d);
    for (int32_t i = 0; i < samples; ++i) means[i >> shift] += d[i];
  }
  for (int32_t x = 0; x < rect.width && any; ++x) {
    means[x] = box_mean(means[x], rows * min_i32(side, samples - x * side));
  }
  return any;
}

void add_box_means(const ResidualPlane& plane, int32_t shift, const Rect& rect, const PlaneView<Pixel>& out) {
  int32_t residual[kScaledBlockColumns], resampled[kScaledBlockColumns];
  for (int32_t y = 0; y < rect.height; ++y) {
    Pixel* const row = out.row(y);
    const int32_t side = 1 << shift, top = (rect.y + y) * side;
    if (plane.prediction.data == nullptr) {
      if (box_means<false>(plane, shift, rect, rect.y + y, residual)) add_row(residual, rect.width, row);
      continue;
    }
    if (unchanged(plane, rect.x * side - 2, rect.right() * side + 2, top - 2, top + side + 2)) continue;
    box_means<false>(plane, shift, rect, rect.y + y, residual);
    box_means<true>(plane, shift, rect, rect.y + y, resampled);
    for (int32_t x = 0; x < rect.width; ++x) {
      const int32_t left = (rect.x + x) * side;
      const int32_t t = row[x] == resampled[x]
                            ? kFullTrust
                            : trust_in(plane, left - 2, left + side + 2, top - 2, top + side + 2);
      row[x] = joined(row[x], resampled[x], residual[x], t);
    }
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

using SumRows = int16_t[kSumRows][kScaledBlockColumns];

// The pass along columns: one row of the rectangle from the six rows that begin at `rows`.
void enlarge_column(const int16_t (*rows)[kScaledBlockColumns], int32_t phase, int32_t count, int32_t* sums) {
  for (int32_t x = 0; x < count; ++x) sums[x] = rows[0][x] * lanczos_weight(phase, 0);
  for (int32_t k = 1; k < kLanczosTaps; ++k) {
    const int32_t weight = lanczos_weight(phase, k);
    for (int32_t x = 0; x < count; ++x) sums[x] += rows[k][x] * weight;
  }
  for (int32_t x = 0; x < count; ++x) sums[x] = round_column_sum(sums[x]);
}

int32_t first_row(const Rect& rect, int32_t n) { return enlarged_position(rect.y, n).base - kLanczosBefore; }

// The pass along rows for all rows that the rectangle leans on. False when the samples are all 0.
template <bool predicted>
bool enlarge_rows(const ResidualPlane& plane, int32_t n, const Rect& rect, SumRows& rows) {
  const int32_t left = enlarged_position(rect.x, n).base - kLanczosBefore;
  const int32_t right = enlarged_position(rect.right() - 1, n).base - kLanczosBefore + kLanczosTaps;
  const int32_t top = first_row(rect, n);
  const int32_t bottom = enlarged_position(rect.bottom() - 1, n).base - kLanczosBefore + kLanczosTaps;
  int16_t d[kScaledBlockColumns / 2 + kLanczosTaps + 1];
  bool any = false;
  for (int32_t y = top; y < bottom; ++y) {
    any |= plane_row<predicted>(plane, y, left, right - left, d);
    enlarge_row(d, left, n, rect, rows[y - top]);
  }
  return any;
}

// Trust of the original samples under one row of the rectangle, worked out where it is asked for.
class TrustRow {
 public:
  explicit TrustRow(const ResidualPlane& plane) : plane_(plane) {}
  void begin(int32_t y, int32_t first) {
    if (y == y_) return;
    y_ = y;
    first_ = first;
    for (int8_t& t : trust_) t = -1;
  }
  int32_t at(int32_t x) {
    int8_t& t = trust_[x - first_];
    if (t < 0) t = static_cast<int8_t>(trust_in(plane_, x - 3, x + 4, y_ - 3, y_ + 4));
    return t;
  }

 private:
  const ResidualPlane& plane_;
  int32_t y_ = -1, first_ = 0;
  int8_t trust_[kScaledBlockColumns / 2 + 1];
};

void add_enlarged(const ResidualPlane& plane, int32_t n, const Rect& rect, const PlaneView<Pixel>& out) {
  alignas(16) SumRows residual_rows;
  alignas(16) SumRows prediction_rows;
  const bool programs = plane.prediction.data != nullptr;
  const int32_t right = (rect.right() - 1) >> n, bottom = (rect.bottom() - 1) >> n;
  if (programs && unchanged(plane, (rect.x >> n) - 3, right + 4, (rect.y >> n) - 3, bottom + 4)) return;
  if (!enlarge_rows<false>(plane, n, rect, residual_rows) && !programs) return;
  if (programs) enlarge_rows<true>(plane, n, rect, prediction_rows);
  TrustRow trust_row(plane);
  int32_t residual[kScaledBlockColumns], resampled[kScaledBlockColumns];
  for (int32_t y = 0; y < rect.height; ++y) {
    const ResamplePosition p = enlarged_position(rect.y + y, n);
    const int32_t at = p.base - kLanczosBefore - first_row(rect, n);
    Pixel* const row = out.row(y);
    enlarge_column(residual_rows + at, p.phase, rect.width, residual);
    if (!programs) {
      add_row(residual, rect.width, row);
      continue;
    }
    enlarge_column(prediction_rows + at, p.phase, rect.width, resampled);
    trust_row.begin((rect.y + y) >> n, rect.x >> n);
    for (int32_t x = 0; x < rect.width; ++x) {
      const int32_t t = row[x] == resampled[x] ? kFullTrust : trust_row.at((rect.x + x) >> n);
      row[x] = joined(row[x], resampled[x], residual[x], t);
    }
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
