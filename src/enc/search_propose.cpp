// Which hypotheses a region gets: the cheap ones always, what needs correlations and folds in stages while
// nothing explains the region.
#include <algorithm>
#include <cmath>

#include "enc/candidates_tools.h"
#include "enc/search_tile.h"

namespace pc15::enc {

// Share of the windowed energy in peaks of at least `min_periods` periods.
double RegionSearch::periodic_share(const Analysis& analysis) const {
  SpectralPeak peaks[kMaxAnalysisPeaks];
  const int32_t count = collect_peaks(analysis, peaks);
  const double extent =
      std::max(source_.rect.width, source_.rect.height) * (source_.scale_log2 < 0 ? 2.0 : 1.0);
  double share = 0;
  for (int32_t k = 0; k < count; ++k) {
    if (std::hypot(peaks[k].fx, peaks[k].fy) * extent >= plan_.min_periods) share += peaks[k].share;
  }
  return share * (analysis.has_coarse ? 0.5 : 1.0);
}

bool looks_centred(const SampleGrid& grid, double aligned) {
  return vote_centre(grid, CentreKind::kRings, aligned).alignment > aligned ||
         vote_centre(grid, CentreKind::kSun, aligned).alignment > aligned;
}

// Photographs have their energy at low frequencies and no common centre: what is left of the spectrum above
// `min_periods` periods, and the alignment of the gradients, separate them from regular pictures.
bool RegionSearch::looks_regular(const Analysis& analysis) const {
  if (periodic_share(analysis) >= plan_.min_share) return true;
  if (!plan_.thorough || analysis.plane.remainder < kLeastRemainder) return false;
  return looks_centred(analysis.has_coarse ? analysis.coarse : analysis.grid, kAligned);
}

void RegionSearch::gather(const Analysis& analysis, CandidateList* list) {
  propose_waves(analysis, plan_.max_peaks, list);
  propose_gradients(analysis, list);
  if (plan_.defaults) propose_defaults(source_, list);
  if (plan_.guarded && plan_.seeded) propose_seeded(source_, monitor_, memory_, list);
  if (plan_.guarded && !looks_regular(analysis)) return;
  if (plan_.pairs) propose_wave_pairs(analysis, monitor_, list);
  const auto judge = [this](const normative::Layer& layer) { return may_pay(layer); };
  if (plan_.ridges)
    propose_ridges(analysis, plan_.only_regular ? LayerJudge(judge) : LayerJudge(), monitor_, list);
  if (plan_.lattices && !monitor_.cancelled()) propose_lattices(analysis, plan_.thorough, list);
  if (plan_.radial && !monitor_.cancelled())
    propose_radial(analysis, plan_.thorough && !plan_.only_regular, monitor_, list);
  if (plan_.seeded && !plan_.guarded) propose_seeded(source_, monitor_, memory_, list);
}

// Correlations and folds, from cheap to dear.
void RegionSearch::gather_dear(int32_t stage, const Analysis& analysis, const CandidateList& found,
                               LayerFit* fit, CandidateList* list) {
  const auto go_on = [&] { return !monitor_.cancelled(); };
  if (stage == 0) {
    propose_bends(analysis, monitor_, list);
    if (go_on()) propose_gabors(analysis, monitor_, list);
    if (go_on()) propose_bricks(analysis, monitor_, list);
    for (size_t i = 0; i < found.size() && go_on(); ++i) propose_relatives(analysis, found[i].layer, list);
    return;
  }
  if (stage == 1) {
    propose_swirls(analysis, monitor_, list);
    if (go_on()) propose_centres(analysis, monitor_, list);
    if (go_on()) propose_discs(analysis, monitor_, list);
    return;
  }
  if (stage == 2) {
    propose_mirrors(analysis, monitor_, list);
    if (go_on()) propose_herringbones(analysis, monitor_, list);
    for (size_t i = 0; i < found.size() && go_on(); ++i) {
      if (found[i].layer.preset == normative::kBrick) propose_relatives(analysis, found[i].layer, list);
    }
    return;
  }
  if (plan_.guarded || !plan_.seeded) return;
  propose_bent_by_noise(analysis, monitor_, list);
  if (go_on()) propose_drifts(analysis, monitor_, list);
  if (go_on()) propose_gabor_noises(analysis, monitor_, list);
  if (go_on()) propose_spots(source_, monitor_, memory_, list);
  bool tried[256] = {};  // the best of a preset has the best centre
  for (size_t i = 0; i < found.size() && go_on(); ++i) {
    bool& known = tried[found[i].layer.preset];
    if (!known) propose_woods(source_, found[i].layer, fit, monitor_, list);
    known = true;
  }
}

void RegionSearch::try_dear(const Analysis& analysis, LayerFit* fit, LayerFit* wide, CandidateList* list) {
  for (int32_t stage = 0; stage < plan_.dear_stages; ++stage) {
    if (monitor_.cancelled() || spent() || well_explained(*list, *fit)) return;
    CandidateList more(memory_);
    gather_dear(stage, analysis, *list, fit, &more);
    rank(fit, wide, static_cast<size_t>(4 * plan_.beam), std::max(2, plan_.beam), &more);
    shorten(fit, wide, &more);
    list->insert(list->end(), more.begin(), more.end());
    std::stable_sort(list->begin(), list->end(),
                     [](const Candidate& a, const Candidate& b) { return a.score < b.score; });
  }
}

}  // namespace pc15::enc
