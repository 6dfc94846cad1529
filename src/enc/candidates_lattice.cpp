// Lattices: two spectral peaks are two rows of the reciprocal lattice, or the sums and differences of the two
// axes, depending on the motif; phases come from demodulation at the peaks.
//
// Conventions of the kernel (docs/bitstream-programs.md, section 8.8), a and b the phases of the two axes in
// cells: lines (and the rim of a hexagon, the mortar of a brick) run where a or b is whole. Checkerboard and
// weave repeat after two cells; their phases count turns of two cells.
#include <algorithm>
#include <cmath>

#include "enc/candidates.h"
#include "enc/candidates_tools.h"

namespace pc15::enc {
namespace {

using normative::Layer;
using normative::ParamId;

struct Wave {
  double x = 0, y = 0;  // cycles per pixel
  double phase = 0;     // turns at the frame's centre, of a cosine
  double length() const { return std::hypot(x, y); }
};
Wave add(const Wave& a, const Wave& b, double sign) {
  return Wave{a.x + sign * b.x, a.y + sign * b.y, a.phase + sign * b.phase};
}
Wave negate(const Wave& a) { return Wave{-a.x, -a.y, -a.phase}; }

class LatticeProposer {
 public:
  LatticeProposer(const Analysis& analysis, CandidateList* out)
      : analysis_(analysis), builder_(analysis.source), out_(out) {}

  Wave wave(double fx, double fy) const { return Wave{fx, fy, builder_.phase_at_frame(analysis_, fx, fy)}; }
  void pair(Wave a, Wave b);
  void hexagons(const Wave& k);
  void triangles(const Wave& k);
  void bricks(const Wave& row, const Wave& other);

 private:
  // Axes a and b = a + 90 degrees + skew, b turned to the right side.
  bool start(int32_t preset, const Wave& a, Wave* b, bool skewed, Layer* layer) const;
  void push(Layer layer, double phase, double phase2) {
    builder_.set(ParamId::kPhase, phase, &layer);
    builder_.set(ParamId::kPhase2, phase2, &layer);
    out_->push_back({layer, 0});
  }
  void motifs(const Wave& a, Wave b);
  void squares(const Wave& k1, const Wave& k2);

  const Analysis& analysis_;
  LayerBuilder builder_;
  CandidateList* out_;
};

bool LatticeProposer::start(int32_t preset, const Wave& a, Wave* b, bool skewed, Layer* layer) const {
  if (a.x * b->y - a.y * b->x < 0) *b = negate(*b);
  const double angle = std::atan2(a.y, a.x) / kTurn, angle2 = std::atan2(b->y, b->x) / kTurn;
  double skew = angle2 - angle - 0.25;
  skew -= std::floor(skew + 0.5);
  if (std::fabs(skew) > (skewed ? 0.16 : 0.008)) return false;
  *layer = builder_.make(preset);
  builder_.set(ParamId::kCell, a.length(), layer);
  builder_.set(ParamId::kCell2, b->length(), layer);
  builder_.set(ParamId::kAngle, angle, layer);
  builder_.set(ParamId::kSkew, skew, layer);
  const double cell = std::min(1 / a.length(), 1 / b->length());
  builder_.set(ParamId::kSoftness, std::min(24.0, std::max(1.0, cell / 12)), layer);
  return true;
}

// Motifs that repeat with the two waves themselves.
void LatticeProposer::motifs(const Wave& a, Wave b) {
  Layer layer;
  Wave second = b;
  if (start(normative::kLattice, a, &second, true, &layer)) {
    const double cell = std::min(1 / a.length(), 1 / second.length());
    for (const double share : {0.08, 0.2}) {
      builder_.set(ParamId::kThickness, share * cell, &layer);
      push(layer, a.phase, second.phase);
      push(layer, a.phase + 0.5, second.phase + 0.5);
    }
  }
  second = b;
  if (start(normative::kDots, a, &second, true, &layer)) {
    const double cell = std::min(1 / a.length(), 1 / second.length());
    for (const double share : {0.2, 0.35}) {
      builder_.set(ParamId::kRadius, share * cell, &layer);
      push(layer, a.phase, second.phase);
      push(layer, a.phase + 0.5, second.phase + 0.5);
    }
  }
  second = b;
  if (start(normative::kDiamondGrid, a, &second, false, &layer)) {
    // cos(p + q) cos(p - q) = (cos 2p + cos 2q) / 2, p and q turning once per two cells.
    push(layer, a.phase / 2, second.phase / 2);
    push(layer, a.phase / 2 + 0.25, second.phase / 2 + 0.25);
  }
  second = b;
  if (start(normative::kWeave, a, &second, false, &layer)) {
    // Crossings are extremes of both waves; half a turn of one phase puts the other strand on top.
    for (const double share : {0.2, 0.55, 0.8}) {
      builder_.set(ParamId::kThickness, share * std::min(1 / a.length(), 1 / second.length()), &layer);
      for (int32_t i = 0; i < 4; ++i) {
        const double shift = (i >> 1) * 0.25;
        push(layer, a.phase / 2 + shift, second.phase / 2 + (i & 1) * 0.5 + shift);
      }
    }
  }
}

// Motifs whose strongest waves are the sums and differences of the half axes: checkerboard, weave.
void LatticeProposer::squares(const Wave& k1, const Wave& k2) {
  const Wave sum = add(k1, k2, 1), difference = add(k1, k2, -1);
  Layer layer;
  Wave b = difference;
  if (start(normative::kCheckerboard, sum, &b, false, &layer)) {
    // sin p sin q = (cos(p - q) - cos(p + q)) / 2.
    const double sign = b.x == difference.x && b.y == difference.y ? 1 : -1;
    const double p = (k1.phase - 0.5 + k2.phase) / 2, q = sign * (k1.phase - 0.5 - k2.phase) / 2;
    push(layer, p, q);
    push(layer, p + 0.5, q);
  }
  b = difference;
  if (start(normative::kWeave, sum, &b, false, &layer)) {
    for (const double share : {0.2, 0.7}) {
      builder_.set(ParamId::kThickness, share * std::min(1 / sum.length(), 1 / b.length()), &layer);
      for (int32_t i = 0; i < 16; ++i) push(layer, (i & 3) / 4.0, (i >> 2) / 4.0);
    }
  }
}

void LatticeProposer::pair(Wave a, Wave b) {
  const double cross = std::fabs(a.x * b.y - a.y * b.x);
  if (cross < 0.2 * a.length() * b.length()) return;
  motifs(a, b);
  squares(a, b);
  bricks(a, b);
  bricks(b, a);
}

void LatticeProposer::hexagons(const Wave& k) {
  const double c = -0.5, s = 0.8660254037844386;  // 120 degrees
  const Wave second = wave(c * k.x - s * k.y, s * k.x + c * k.y);
  Layer layer = builder_.make(normative::kHexGrid);
  const double f = k.length() * s;
  builder_.set(ParamId::kCell, f, &layer);
  builder_.set(ParamId::kAngle, std::atan2(k.y, k.x) / kTurn + 1.0 / 12, &layer);
  builder_.set(ParamId::kSoftness, std::min(24.0, std::max(1.0, 1 / (16 * f))), &layer);
  for (const double share : {0.08, 0.2, 0.4}) {
    builder_.set(ParamId::kThickness, share / f, &layer);
    push(layer, k.phase, second.phase);
    push(layer, k.phase + 0.5, second.phase + 0.5);
  }
}

// In a cell the upper triangle (b >= a) is bright: (2 / pi) (sin a - sin b) and harmonics.
void LatticeProposer::triangles(const Wave& k) {
  const double c = 0.5, s = 0.8660254037844386;  // 60 degrees
  const Wave second = wave(c * k.x - s * k.y, s * k.x + c * k.y);
  Layer layer = builder_.make(normative::kTriTiling);
  builder_.set(ParamId::kCell, k.length(), &layer);
  builder_.set(ParamId::kAngle, std::atan2(k.y, k.x) / kTurn, &layer);
  builder_.set(ParamId::kSoftness, std::min(24.0, std::max(1.0, 1 / (16 * k.length()))), &layer);
  push(layer, k.phase + 0.25, second.phase - 0.25);
  push(layer, k.phase - 0.25, second.phase + 0.25);
}

// Rows repeat with `row`; the other peak is one column plus `sigma` rows, whose fraction is the shift from
// row to row. exp(2 pi i (a + s floor(b))) has its component at a + sigma b with phase -sigma / 2.
void LatticeProposer::bricks(const Wave& row, const Wave& other) {
  const double f2 = row.length(), along = (other.x * row.x + other.y * row.y) / f2;
  double sigma = along / f2;
  if (std::fabs(sigma) > 2) return;
  Wave column{other.x - row.x * sigma, other.y - row.y * sigma, other.phase};
  if (column.length() < 0.1 * f2 || column.length() > 4 * f2) return;
  Wave b = row;
  Layer layer;
  if (!start(normative::kBrick, column, &b, false, &layer)) return;
  if (b.x != row.x || b.y != row.y) sigma = -sigma;
  const double shift = sigma - std::floor(sigma);
  builder_.set_raw(ParamId::kShift, static_cast<int32_t>(std::lround(shift * 16)) % 16, &layer);
  builder_.set(ParamId::kThickness, 0.12 * std::min(1 / f2, 1 / column.length()), &layer);
  double phase2 = b.phase + 0.5;
  phase2 -= std::floor(phase2);
  push(layer, other.phase + 0.5 - sigma * (phase2 - 0.5), phase2);
  push(layer, other.phase - sigma * (phase2 - 0.5), phase2);
}

}  // namespace

void propose_bases(const FitSource& source, const Layer& layer, CandidateList* out) {
  if (layer.preset != normative::kDots) return;  // lines fix the axes of the other motifs
  const LayerBuilder builder(source);
  const int32_t* q = layer.params;  // cell, cell2, angle, skew, phase, phase2
  const double angle = kTurn * q[2] / 262144.0, angle2 = angle + kTurn * (0.25 + q[3] / 262144.0);
  const Wave a{q[0] * std::cos(angle) / 1048576, q[0] * std::sin(angle) / 1048576, q[4] / 4096.0};
  const Wave b{q[1] * std::cos(angle2) / 1048576, q[1] * std::sin(angle2) / 1048576, q[5] / 4096.0};
  const Wave sum = add(a, b, 1), difference = add(b, a, -1);
  const Wave bases[][2] = {{b, a},          {a, sum},          {a, difference},  {sum, b},
                           {difference, b}, {b, sum},          {b, difference},  {sum, a},
                           {difference, a}, {sum, difference}, {difference, sum}};
  for (const auto& basis : bases) {
    for (int32_t turned = 0; turned < 2; ++turned) {
      const Wave first = turned != 0 ? negate(basis[0]) : basis[0];
      Wave second = basis[1];
      if (first.x * second.y - first.y * second.x < 0) second = negate(second);
      double skew = (std::atan2(second.y, second.x) - std::atan2(first.y, first.x)) / kTurn - 0.25;
      skew -= std::floor(skew + 0.5);
      if (std::fabs(skew) > 0.16) continue;
      Candidate c{layer, 0};
      builder.set_wave(ParamId::kCell, ParamId::kAngle, first.x, first.y, &c.layer);
      builder.set(ParamId::kCell2, second.length(), &c.layer);
      builder.set(ParamId::kSkew, skew, &c.layer);
      builder.set(ParamId::kPhase, first.phase, &c.layer);
      builder.set(ParamId::kPhase2, second.phase, &c.layer);
      out->push_back(c);
    }
  }
}

void propose_lattices(const Analysis& analysis, bool thorough, CandidateList* out) {
  LatticeProposer proposer(analysis, out);
  SpectralPeak peaks[kMaxAnalysisPeaks];
  const int32_t count = std::min(thorough ? 7 : 4, collect_peaks(analysis, peaks));
  Wave waves[kMaxAnalysisPeaks];
  const int32_t all = thorough ? std::min(16, collect_peaks(analysis, peaks)) : count;
  for (int32_t k = 0; k < all; ++k) waves[k] = proposer.wave(peaks[k].fx, peaks[k].fy);
  for (int32_t a = 0; a < count; ++a) {
    if (peaks[a].share < 0.02 * peaks[0].share) break;
    for (int32_t b = 0; b < a; ++b) proposer.pair(waves[b], waves[a]);
    if (a < 3) {
      proposer.hexagons(waves[a]);
      proposer.triangles(waves[a]);
    }
  }
  // Mortar is thin: harmonics of the rows may outweigh everything that tells the columns.
  for (int32_t row = 0; row < count; ++row) {
    for (int32_t k = count; k < all; ++k) proposer.bricks(waves[row], waves[k]);
  }
}

void propose_relatives(const Analysis& analysis, const Layer& layer, CandidateList* out) {
  const bool brick = layer.preset == normative::kBrick;
  if (!brick && layer.preset != normative::kLattice) return;
  const int32_t* q = layer.params;  // cell, cell2, angle, (skew,) phase, phase2, (shift,) thickness, softness
  const int32_t thickness = q[6], softness = q[7];  // the same place in both
  if (std::abs(q[0] - q[1]) < q[0] / 50) {
    propose_herringbone(analysis, q[0] / 1048576.0, q[2] / 262144.0, out);
  }
  const int32_t phase = brick ? q[3] : q[4], phase2 = brick ? q[4] : q[5];
  Candidate c{layer, 0};
  c.layer.preset = normative::kWeave;
  std::fill(c.layer.params, c.layer.params + normative::kMaxParams, 0);
  c.layer.params[0] = q[0];
  c.layer.params[1] = q[1];
  c.layer.params[2] = q[2];
  c.layer.params[5] = thickness;
  c.layer.params[6] = softness;
  for (int32_t i = 0; i < 16; ++i) {  // a turn of the weave is two cells
    c.layer.params[3] = (phase / 2 + 1024 * (i & 3)) & 4095;
    c.layer.params[4] = (phase2 / 2 + 1024 * (i >> 2)) & 4095;
    out->push_back(c);
  }
}

}  // namespace pc15::enc
