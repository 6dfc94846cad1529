// What a tile must show before anything dear is tried under a residual. Photographs fail here, in a
// twentieth of the time that their hypotheses would take; figures in docs/design.md, "Budgets and gates".
//
// Two bounds come before the first hypothesis: a tile that a few bits code can save no more than these, and
// one that is not regular at half its resolution will not be so at its own. A third comes before refinement:
// what the best hypothesis saves of the residual's estimated rate, against what it costs.
#include <algorithm>
#include <cmath>

#include "backend/render.h"
#include "enc/candidates_tools.h"
#include "enc/search_tile.h"
#include "entropy/program_coder.h"

namespace pc15::enc {

using normative::Layer;
using normative::Program;

namespace {

constexpr double kLeastStake = 512;      // bits; programs of tiles that pay cost 80 to 280
constexpr int32_t kProxyBlocks = 256;    // on which hypotheses are judged
constexpr int32_t kStakeBlocks = 64;     // on which a tile is
constexpr double kLeastSaved = 0.25;     // of its price, of an unrefined hypothesis
constexpr int64_t kLevelSamples = 2048;  // for contrast and field of one
constexpr double kFine = 0.4;            // share of the variance that means take: they do not tell
constexpr double kShareMargin = 0.6, kAlignedMargin = 0.1;
constexpr int32_t kLeastSide = 32, kMostSide = 256;

// Mean square around the mean.
double variance_of(const FitSource& source) {
  const Rect& r = source.rect;
  const PlaneSketch* const sketch = source.plane.sketch;  // then `rect` is all of the plane
  int64_t sum = sketch != nullptr ? sketch->totals().sum : 0;
  int64_t squares = sketch != nullptr ? sketch->totals().squares : 0;
  for (int32_t y = r.y; y < r.bottom() && sketch == nullptr; ++y) {
    const Pixel* row = source.plane.row(y) + r.x;
    uint32_t line = 0, line_squares = 0;  // of at most 65535 samples
    for (int32_t x = 0; x < r.width; ++x) {
      const uint32_t v = row[x];
      line += v;
      line_squares += v * v;
    }
    sum += line;
    squares += line_squares;
  }
  const double n = static_cast<double>(r.width) * r.height, mean = static_cast<double>(sum) / n;
  return std::max(0.0, static_cast<double>(squares) / n - mean * mean);
}

}  // namespace

int32_t gate_factor(const Rect& r) {
  if (std::min(r.width, r.height) < kLeastSide) return 0;
  return std::max(2, (std::max(r.width, r.height) + kMostSide - 1) / kMostSide);
}

// looks_regular() on means of 2 x 2 or, of pictures, of more, with margins.
bool RegionSearch::may_look_regular() const {
  const int32_t factor = gate_factor(source_.rect);
  if (factor == 0) return true;
  Analysis half(memory_);
  analyse_means(source_, factor, &half);
  const double fine = std::max(0.0, variance_of(source_) - half.plane.variance);
  const double all = half.plane.remainder + fine;
  if (fine > kFine * all) return true;
  const double coarse = half.plane.remainder / std::max(1e-9, all);
  if (periodic_share(half) * coarse >= kShareMargin * plan_.min_share) return true;
  if (!plan_.thorough || all < kLeastRemainder) return false;
  return looks_centred(half.grid, kAligned - kAlignedMargin);
}

bool RegionSearch::worth_searching() {
  ProxyBands stake(memory_);
  const Rect& r = source_.rect;
  stake.start(source_.plane.window(r.x, r.y, r.width, r.height), plan_.residual_step, kStakeBlocks);
  return stake.without() >= kLeastStake && may_look_regular();
}

// Bits of the residual of the plane that geometry is fitted to.
double RegionSearch::estimated_saving(const Program& program) {
  const Rect& r = source_.rect;
  if (!bands_started_) {
    bands_.start(source_.plane.window(r.x, r.y, r.width, r.height), plan_.residual_step, kProxyBlocks);
    bands_started_ = true;
  }
  Vector<Pixel> rows(memory_, static_cast<size_t>(r.width) * ProxyBands::kRows);
  const PlaneView<Pixel> out{rows.data(), r.width, ProxyBands::kRows, r.width};
  double saved = 0;
  for (int32_t band = 0; band < bands_.count() && !monitor_.cancelled(); ++band) {
    const Rect at{r.x, r.y + bands_.top(band), r.width, ProxyBands::kRows};
    backend::render_program(program, source_.geometry, source_.slot, source_.seed, plane_, source_.scale_log2,
                            at, out, memory_);
    saved += bands_.saved(band, out);
  }
  return saved;
}

// Whether a hypothesis, not refined yet, saves a part of its price.
bool RegionSearch::may_pay(const Layer& layer) {
  if (monitor_.cancelled()) return false;
  Program program;
  program.layer_count = 1;
  program.layers[0] = layer;
  program.layers[0].slot = region_.slot;
  normative::snap_layer(&program.layers[0], normative::slot_frame(region_.geometry, region_.slot).extent);
  fit_levels(region_, 1, prime_step(region_.rect, kLevelSamples), memory_, &program);
  return estimated_saving(program) >= kLeastSaved * bits_of(program);
}

}  // namespace pc15::enc
