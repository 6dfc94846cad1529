// Bricks: mortar is thin, so the spectrum shows the rows and little of the columns, which shift from row to
// row. With the rows known, the middle of every row is averaged into a function of the position along it, and
// one harmonic sum over all rows is searched over the column frequency and the shift per row.
#include <algorithm>
#include <cmath>
#include <complex>

#include "enc/candidates.h"
#include "enc/candidates_tools.h"

namespace pc15::enc {
namespace {

using Complex = std::complex<double>;
using normative::Layer;
using normative::ParamId;

constexpr int32_t kRowBins = 32, kMaxRows = 48, kMaxColumns = 512, kHarmonics = 3;

struct Columns {
  double frequency = 0, phase = 0, score = 0;
  int32_t shift = 0;  // sixteenths of a brick per row
};

class BrickProposer {
 public:
  BrickProposer(const Analysis& analysis, Monitor& monitor, CandidateList* out)
      : builder_(analysis.source), grid_(analysis.grid), monitor_(monitor), out_(out),
        rows_(analysis.grid.values.memory()), count_(rows_.memory()), tone_(rows_.memory()) {}
  void propose(double fx, double fy);

 private:
  // Phase of the mortar in the rows and the sign of its difference to the bricks.
  void find_mortar(double* phase, double* sign) const;
  bool fold_rows(double phase);
  Columns find_columns();
  double along(double x, double y) const { return x * ny_ - y * nx_; }
  double across(double x, double y) const { return f_ * (x * nx_ + y * ny_); }

  LayerBuilder builder_;
  const SampleGrid& grid_;
  Monitor& monitor_;
  CandidateList* out_;
  double nx_ = 0, ny_ = 0, f_ = 0;  // normal of the rows, rows per pixel
  int32_t first_row_ = 0, row_count_ = 0, column_count_ = 0;
  double column_bin_ = 1, column_start_ = 0;
  Vector<double> rows_, count_;
  Vector<Complex> tone_;
};

void BrickProposer::find_mortar(double* phase, double* sign) const {
  double sum[kRowBins] = {}, count[kRowBins] = {}, sorted[kRowBins];
  for (int32_t j = 0; j < grid_.height && !monitor_.cancelled(); ++j) {
    for (int32_t i = 0; i < grid_.width; ++i) {
      const double p = across(grid_.x(i) - builder_.frame_x(), grid_.y(j) - builder_.frame_y());
      const int32_t k = std::min(kRowBins - 1, static_cast<int32_t>((p - std::floor(p)) * kRowBins));
      sum[k] += grid_.row(j)[i];
      count[k] += 1;
    }
  }
  for (int32_t k = 0; k < kRowBins; ++k) sorted[k] = sum[k] /= std::max(1.0, count[k]);
  std::sort(sorted, sorted + kRowBins);
  const double middle = sorted[kRowBins / 2];
  int32_t best = 0;
  for (int32_t k = 0; k < kRowBins; ++k) {
    if (std::fabs(sum[k] - middle) > std::fabs(sum[best] - middle)) best = k;
  }
  // Centre of gravity of the stripe: its neighbours count by their difference.
  double weight = 0, moment = 0;
  for (int32_t d = -4; d <= 4; ++d) {
    const double difference = std::fabs(sum[(best + d + kRowBins) % kRowBins] - middle);
    weight += difference;
    moment += difference * d;
  }
  *phase = (best + 0.5 + (weight > 0 ? moment / weight : 0)) / kRowBins;
  *sign = sum[best] < middle ? -1 : 1;
}

bool BrickProposer::fold_rows(double phase) {
  const double reach = 0.5 * grid_.step * (std::fabs(ny_) * grid_.width + std::fabs(nx_) * grid_.height);
  const double middle = along(grid_.centre_x() - builder_.frame_x(), grid_.centre_y() - builder_.frame_y());
  const double centre = across(grid_.centre_x() - builder_.frame_x(), grid_.centre_y() - builder_.frame_y());
  const double high = 0.5 * grid_.step * f_ * (std::fabs(nx_) * grid_.width + std::fabs(ny_) * grid_.height);
  first_row_ = static_cast<int32_t>(std::floor(centre - high - phase));
  row_count_ = static_cast<int32_t>(std::floor(centre + high - phase)) - first_row_ + 1;
  if (row_count_ < 3) return false;
  if (row_count_ > kMaxRows) {
    first_row_ += (row_count_ - kMaxRows) / 2;
    row_count_ = kMaxRows;
  }
  column_bin_ = std::max(grid_.step, 2 * reach / kMaxColumns);
  column_count_ = std::min(kMaxColumns, static_cast<int32_t>(2 * reach / column_bin_) + 1);
  column_start_ = middle - reach;
  rows_.assign(static_cast<size_t>(row_count_) * static_cast<size_t>(column_count_), 0.0);
  count_.assign(rows_.size(), 0.0);
  double total = 0, n = 0;
  for (int32_t j = 0; j < grid_.height && !monitor_.cancelled(); ++j) {
    for (int32_t i = 0; i < grid_.width; ++i) {
      const double x = grid_.x(i) - builder_.frame_x(), y = grid_.y(j) - builder_.frame_y();
      const double p = across(x, y) - phase, row = std::floor(p);
      const int32_t r = static_cast<int32_t>(row) - first_row_;
      if (std::fabs(p - row - 0.5) > 0.25 || r < 0 || r >= row_count_) continue;
      const int32_t c = static_cast<int32_t>((along(x, y) - column_start_) / column_bin_);
      if (c < 0 || c >= column_count_) continue;
      const size_t k = static_cast<size_t>(r) * static_cast<size_t>(column_count_) + static_cast<size_t>(c);
      rows_[k] += grid_.row(j)[i];
      count_[k] += 1;
      total += grid_.row(j)[i];
      n += 1;
    }
  }
  for (size_t k = 0; k < rows_.size(); ++k) rows_[k] -= count_[k] * total / std::max(1.0, n);
  return true;
}

Columns BrickProposer::find_columns() {
  const double extent = column_count_ * column_bin_, step = 0.25 / extent;
  const int32_t low = std::max(3, static_cast<int32_t>(f_ / (6 * step)));
  const int32_t high = static_cast<int32_t>(1.1 * f_ / step);
  const size_t rows = static_cast<size_t>(row_count_);
  tone_.assign(rows * static_cast<size_t>(kHarmonics * high + 1), Complex(0));
  for (int32_t k = low; k <= kHarmonics * high && !monitor_.cancelled(); ++k) {
    const Complex turn = std::polar(1.0, -kTurn * step * k * column_bin_);
    for (size_t r = 0; r < rows; ++r) {
      Complex phasor = std::polar(1.0, -kTurn * step * k * (column_start_ + 0.5 * column_bin_)), sum = 0;
      const double* v = rows_.data() + r * static_cast<size_t>(column_count_);
      for (int32_t c = 0; c < column_count_; ++c) {
        sum += v[c] * phasor;
        phasor *= turn;
      }
      tone_[static_cast<size_t>(k) * rows + r] = sum;
    }
  }
  Columns best;
  for (int32_t k = low; k <= high && !monitor_.cancelled(); ++k) {
    for (int32_t shift = 0; shift < 16; ++shift) {
      double score = 0, phase = 0;
      for (int32_t h = 1; h <= kHarmonics; ++h) {
        Complex sum = 0;
        for (size_t r = 0; r < rows; ++r) {
          const int32_t row = first_row_ + static_cast<int32_t>(r), sixteenths = (h * shift * row) & 15;
          sum += tone_[static_cast<size_t>(h * k) * rows + r] * std::polar(1.0, -kTurn * sixteenths / 16);
        }
        if (h == 1) phase = std::arg(sum) / kTurn;
        score += std::norm(sum);
      }
      if (score > best.score) best = Columns{k * step, phase, score, shift};
    }
  }
  return best;
}

void BrickProposer::propose(double fx, double fy) {
  f_ = std::hypot(fx, fy);
  nx_ = fx / f_;
  ny_ = fy / f_;
  double mortar = 0, sign = 1;
  find_mortar(&mortar, &sign);
  if (!fold_rows(mortar)) return;
  const Columns columns = find_columns();
  if (columns.score <= 0) return;
  // Rows are counted from the mortar at or before the frame's centre: phase2 in [0, 1) does the same.
  double phase2 = -mortar;
  const double whole = std::floor(phase2);
  phase2 -= whole;
  const double phase = columns.phase + (sign < 0 ? 0.5 : 0.0) + columns.shift * whole / 16;
  Layer layer = builder_.make(normative::kBrick);
  builder_.set(ParamId::kCell, columns.frequency, &layer);
  builder_.set(ParamId::kCell2, f_, &layer);
  builder_.set(ParamId::kAngle, std::atan2(-nx_, ny_) / kTurn, &layer);
  builder_.set(ParamId::kPhase, phase, &layer);
  builder_.set(ParamId::kPhase2, phase2, &layer);
  builder_.set_raw(ParamId::kShift, columns.shift, &layer);
  builder_.set(ParamId::kSoftness, std::min(24.0, std::max(1.0, 1 / (12 * f_))), &layer);
  for (const double share : {0.1, 0.2, 0.3}) {
    builder_.set(ParamId::kThickness, share / f_, &layer);
    out_->push_back({layer, 0});
  }
}

}  // namespace

void propose_bricks(const Analysis& analysis, Monitor& monitor, CandidateList* out) {
  SpectralPeak peaks[kMaxAnalysisPeaks];
  const int32_t count = std::min(8, collect_peaks(analysis, peaks));
  BrickProposer proposer(analysis, monitor, out);
  for (int32_t k = 0; k < count && !monitor.cancelled(); ++k) {
    if (peaks[k].share < 0.05 * peaks[0].share) break;
    if (std::hypot(peaks[k].fx, peaks[k].fy) > 0.2) continue;
    proposer.propose(peaks[k].fx, peaks[k].fy);
    proposer.propose(-peaks[k].fx, -peaks[k].fy);
  }
}

}  // namespace pc15::enc
