// Herringbones: the pattern repeats with (1, 1) and (4, 0) cells, so a spectral peak may be any of its low
// orders. For a size and direction the phases follow from a correlation: the harmonics of the picture against
// those of the pattern, for every place in a cell. All four quarter turns are tried; a cell is one turn of
// the phases, and its place in the pattern of four is its angle.
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

constexpr int32_t kHarmonics = 12, kMostOrder = 8;  // orders are quarters of a cycle per cell
constexpr int32_t kAcross = 64;                     // samples per axis, of the pattern and of the picture
constexpr int32_t kPlaces = 16;                     // per cell and axis
constexpr double kMortar = 0.1;                     // half its width, cells

struct Harmonic {
  int32_t k = 0, l = 0;
  Complex value = 0;
};

// docs/bitstream-programs.md, section 8.8, in real numbers.
double pattern_value(double a, double b) {
  const int32_t kind = (static_cast<int32_t>(std::floor(a)) - static_cast<int32_t>(std::floor(b))) & 3;
  const double fa = a - std::floor(a), fb = b - std::floor(b);
  double edge = 1;
  if (kind != 1) edge = std::min(edge, fa);
  if (kind != 0) edge = std::min(edge, 1 - fa);
  if (kind != 2) edge = std::min(edge, fb);
  if (kind != 3) edge = std::min(edge, 1 - fb);
  return edge > kMortar ? 1 : -1;
}

void find_harmonics(Harmonic* best) {
  for (int32_t l = 0; l <= kMostOrder; ++l) {
    for (int32_t k = -kMostOrder; k <= kMostOrder; ++k) {
      if ((k + l) % 4 != 0 || (l == 0 && k <= 0)) continue;
      Harmonic h;
      h.k = k;
      h.l = l;
      for (int32_t j = 0; j < kAcross; ++j) {
        for (int32_t i = 0; i < kAcross; ++i) {
          const double a = 4 * (i + 0.5) / kAcross, b = 4 * (j + 0.5) / kAcross;
          h.value += pattern_value(a, b) * std::polar(1.0, -kTurn * (k * a + l * b) / 4);
        }
      }
      int32_t at = kHarmonics;
      while (at > 0 && std::norm(best[at - 1].value) < std::norm(h.value)) --at;
      for (int32_t m = kHarmonics - 1; m > at; --m) best[m] = best[m - 1];
      if (at < kHarmonics) best[at] = h;
    }
  }
}

class HerringboneProposer {
 public:
  HerringboneProposer(const Analysis& analysis, CandidateList* out)
      : builder_(analysis.source), grid_(analysis.grid), out_(out) {
    find_harmonics(harmonics_);
  }
  void propose(double f, double angle);

 private:
  Complex component(double fx, double fy, int32_t thin) const;

  LayerBuilder builder_;
  const SampleGrid& grid_;
  CandidateList* out_;
  Harmonic harmonics_[kHarmonics];
};

// Sum of v exp(-2 pi i f . (p - frame)) over every thin-th sample around the middle, under a Hann window.
Complex HerringboneProposer::component(double fx, double fy, int32_t thin) const {
  const int32_t w = std::min(kAcross, grid_.width / thin), h = std::min(kAcross, grid_.height / thin);
  const int32_t left = (grid_.width - w * thin) / 2, top = (grid_.height - h * thin) / 2;
  const Complex turn = std::polar(1.0, -kTurn * fx * thin * grid_.step);
  const Complex lap = std::polar(1.0, kTurn / w);
  Complex sum = 0;
  for (int32_t j = 0; j < h; ++j) {
    const float* row = grid_.row(top + j * thin) + left;
    const double y = grid_.y(top + j * thin) - builder_.frame_y(), x = grid_.x(left) - builder_.frame_x();
    Complex phasor = std::polar(1.0, -kTurn * (fx * x + fy * y)), window = std::polar(1.0, 0.5 * kTurn / w),
            line = 0;
    for (int32_t i = 0; i < w; ++i) {
      line += double{row[i * thin]} * (1 - window.real()) * phasor;
      phasor *= turn;
      window *= lap;
    }
    sum += (1 - std::cos(kTurn * (j + 0.5) / h)) * line;
  }
  return sum;
}

void HerringboneProposer::propose(double f, double angle) {
  const int32_t thin = std::max(1, static_cast<int32_t>(1 / (7 * f * grid_.step)));
  Layer layer = builder_.make(normative::kHerringbone);
  builder_.set(ParamId::kCell, f, &layer);
  builder_.set(ParamId::kThickness, 0.2 / f, &layer);
  builder_.set(ParamId::kSoftness, std::min(24.0, std::max(1.0, 1 / (8 * f))), &layer);
  for (int32_t turned = 0; turned < 4; ++turned) {
    const double turn = angle + 0.25 * turned, c = f / 4 * std::cos(kTurn * turn),
                 s = f / 4 * std::sin(kTurn * turn);
    Complex match[kHarmonics];
    for (int32_t m = 0; m < kHarmonics; ++m) {
      const Harmonic& h = harmonics_[m];
      match[m] = component(h.k * c - h.l * s, h.k * s + h.l * c, thin) * std::conj(h.value);
    }
    double best = 0, second = 0;
    int32_t at = 0, next = 0;
    for (int32_t place = 0; place < kPlaces * kPlaces; ++place) {
      const double a = 1.0 * (place % kPlaces) / kPlaces, b = 1.0 * (place / kPlaces) / kPlaces;
      double sum = 0;
      for (int32_t m = 0; m < kHarmonics; ++m) {
        sum += (match[m] * std::polar(1.0, -kTurn * (harmonics_[m].k * a + harmonics_[m].l * b) / 4)).real();
      }
      if (std::fabs(sum) > best) {
        second = best;
        next = at;
        best = std::fabs(sum);
        at = place;
      } else if (std::fabs(sum) > second) {
        second = std::fabs(sum);
        next = place;
      }
    }
    builder_.set(ParamId::kAngle, turn, &layer);
    for (const int32_t place : {at, next}) {
      builder_.set(ParamId::kPhase, 1.0 * (place % kPlaces) / kPlaces, &layer);
      builder_.set(ParamId::kPhase2, 1.0 * (place / kPlaces) / kPlaces, &layer);
      out_->push_back({layer, 0});
    }
  }
}

}  // namespace

void propose_herringbones(const Analysis& analysis, Monitor& monitor, CandidateList* out) {
  static const double kOrders[][2] = {{0.25, -0.25}, {0.5, -0.5}, {0.75, -0.75}, {0.25, 0.75},
                                      {0.75, 0.25},  {0.5, 0.5},  {1, 0}};
  SpectralPeak peaks[kMaxAnalysisPeaks];
  const int32_t count = std::min(4, collect_peaks(analysis, peaks));
  HerringboneProposer proposer(analysis, out);
  for (int32_t n = 0; n < 7 * count && !monitor.cancelled(); ++n) {
    const SpectralPeak& peak = peaks[n / 7];
    const double* order = kOrders[n % 7];
    const double f = std::hypot(peak.fx, peak.fy) / std::hypot(order[0], order[1]);
    if (f > 0.25) continue;
    proposer.propose(f, (std::atan2(peak.fy, peak.fx) - std::atan2(order[1], order[0])) / kTurn);
  }
}

void propose_herringbone(const Analysis& analysis, double f, double angle, CandidateList* out) {
  HerringboneProposer(analysis, out).propose(f, angle);
}

}  // namespace pc15::enc
