// Bits grow with the logarithm of the error, so that every sample counts by the inverse square of the error
// to be expected there, which the differences nearby stand for. The normal equations are summed in float row
// by row and solved in double; the coefficients are rounded to the grid of the format, so that nothing
// depends on the solver but the size of the file.
#include "enc/lossless_fit.h"

#include <algorithm>
#include <cmath>

namespace pc15::enc {
namespace {

using normative::kLosslessTaps;

constexpr int32_t kLeastSamples = 512, kThinAbove = 16384;
constexpr int32_t kColumns = kLosslessTaps + 1;

struct Normal {
  double sum[kLosslessTaps][kColumns] = {};
};

// One row: the upper triangle of tap x tap, and tap x target in the last column.
void add_row(entropy::LosslessRow& row, int32_t first, int32_t step, float (*out)[kColumns]) {
  for (int32_t x = first; x < row.width; x += step) {
    const Pixel* reference[normative::kLosslessReferences] = {};
    for (int32_t i = 0; i < row.references; ++i) reference[i] = row.reference[i] + x;
    int32_t tap[kLosslessTaps];
    const Pixel* const s = row.sample + x;
    const int32_t n = normative::gather_lossless_taps(s, reference, row.references, row.pitch, tap);
    const int32_t activity = std::abs(tap[0]) + std::abs(tap[1]) + std::abs(tap[2]) + std::abs(tap[3]);
    const float weight = 1.0f / (static_cast<float>(activity * activity) * 0.06f + 20.0f);
    float t[kColumns];
    for (int32_t i = 0; i < n; ++i) t[i] = static_cast<float>(tap[i]);
    t[n] = static_cast<float>(s[0] - s[-1]);
    for (int32_t i = 0; i < n; ++i) {
      const float f = weight * t[i];
      for (int32_t j = i; j <= n; ++j) out[i][j] += f * t[j];
    }
  }
}

// Gauss without pivots on a matrix made positive definite by a small ridge.
void solve(Normal* a, int32_t n, double* x) {
  double trace = 0;
  for (int32_t i = 0; i < n; ++i) trace += a->sum[i][i];
  for (int32_t i = 0; i < n; ++i) {
    for (int32_t j = 0; j < i; ++j) a->sum[i][j] = a->sum[j][i];
    a->sum[i][i] += trace / n * 1e-3 + 1e-6;
  }
  for (int32_t i = 0; i < n; ++i) {
    for (int32_t j = i + 1; j < n; ++j) {
      const double f = a->sum[j][i] / a->sum[i][i];
      for (int32_t k = i; k <= n; ++k) a->sum[j][k] -= f * a->sum[i][k];
    }
  }
  for (int32_t i = n - 1; i >= 0; --i) {
    double v = a->sum[i][n];
    for (int32_t k = i + 1; k < n; ++k) v -= a->sum[i][k] * x[k];
    x[i] = v / a->sum[i][i];
  }
}

}  // namespace

bool fit_lossless(entropy::LosslessState& state, int32_t references, entropy::LosslessHeader* h) {
  const int32_t samples = state.width() * state.height();
  if (samples < kLeastSamples || state.height() < 2) return false;
  const int32_t step = samples > kThinAbove ? 2 : 1;
  const int32_t n = normative::kLosslessOwnTaps + references * normative::kLosslessReferenceTaps;
  Normal normal;
  state.begin_row(0);
  for (int32_t y = 1; y < state.height(); ++y) {
    entropy::LosslessRow row = state.begin_row(y);
    float sums[kLosslessTaps][kColumns] = {};
    add_row(row, step == 2 ? y & 1 : 0, step, sums);
    for (int32_t i = 0; i < n; ++i) {
      for (int32_t j = i; j <= n; ++j) normal.sum[i][j] += static_cast<double>(sums[i][j]);
    }
  }
  double x[kLosslessTaps] = {};
  solve(&normal, n, x);
  for (int32_t i = 0; i < n; ++i) {
    const double v = std::floor(x[i] * 256.0 + 0.5), most = normative::kLosslessMaxCoefficient;
    h->coefficient[i] = static_cast<int16_t>(std::max(-most, std::min(most, v)));
  }
  return true;
}

}  // namespace pc15::enc
