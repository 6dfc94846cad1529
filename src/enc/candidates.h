// Hypotheses: layers that the analysis of a region suggests, in order of price.
//
// The generators of hypotheses work in real numbers and image coordinates; one conversion per kernel
// quantises them to the frame of the slot. What they propose is never trusted: every layer is scored by
// rendering it. The two that take long stop early when cancelled.
#pragma once

#include <functional>

#include "enc/analysis_radial.h"
#include "enc/analysis_spectrum.h"
#include "enc/refine.h"

namespace pc15::enc {

// What is known about a region before anything is rendered.
struct Analysis {
  explicit Analysis(Memory& memory)
      : grid(memory), spectrum(memory), coarse(memory), coarse_spectrum(memory) {}

  FitSource source;
  SampleGrid grid;  // plane removed; at full resolution, at most 512 x 512 around the centre
  PlaneFit plane;
  Spectrum spectrum;
  SampleGrid coarse;  // box means over the whole region, for what is larger than `grid`
  Spectrum coarse_spectrum;
  bool has_coarse = false;
};
// Samples that an analysis looks at: means of factor x factor samples of `rect` of the plane, and the largest
// side of their spectrum.
struct GridPlan {
  Rect rect;
  int32_t factor = 1, max_size = 0;
};
enum : int32_t { kMostGrids = 2 };
void take_grid(const FitSource& source, const GridPlan& plan, SampleGrid* grid);
// The grids of analyse_region() and of analyse_means(): how many.
int32_t region_grids(const FitSource& source, int32_t window, GridPlan out[kMostGrids]);
int32_t means_grids(const FitSource& source, int32_t factor, GridPlan out[kMostGrids]);

// `window`: largest side of the full-resolution grid.
void analyse_region(const FitSource& source, int32_t window, Analysis* out);
// The whole region as box means of factor x factor samples in `grid`; no `coarse`.
void analyse_means(const FitSource& source, int32_t factor, Analysis* out);

struct Candidate {
  normative::Layer layer;
  double score = 0;  // share of the variance left, set by the search
};
using CandidateList = Vector<Candidate>;

void propose_waves(const Analysis& analysis, int32_t max_peaks, CandidateList* out);
// A ramp between two levels along one direction; also a straight edge.
void propose_gradients(const Analysis& analysis, CandidateList* out);
void propose_wave_pairs(const Analysis& analysis, Monitor& monitor, CandidateList* out);
// `thorough`: more peaks, and the motifs that need many trials.
void propose_lattices(const Analysis& analysis, bool thorough, CandidateList* out);
void propose_radial(const Analysis& analysis, bool thorough, Monitor& monitor, CandidateList* out);
// Squares and spirals, by correlation with all centres.
void propose_centres(const Analysis& analysis, Monitor& monitor, CandidateList* out);
// Any function of the coordinate along one direction. Unless null, `judge` says of a first attempt whether
// its exact ends are worth the search.
using LayerJudge = std::function<bool(const normative::Layer&)>;
void propose_ridges(const Analysis& analysis, const LayerJudge& judge, Monitor& monitor, CandidateList* out);
// A wave under a Gaussian window.
void propose_gabors(const Analysis& analysis, Monitor& monitor, CandidateList* out);
// A twisted wave.
void propose_swirls(const Analysis& analysis, Monitor& monitor, CandidateList* out);
// A wave seen through mirrors.
void propose_mirrors(const Analysis& analysis, Monitor& monitor, CandidateList* out);
// A sine bent by a sine.
void propose_bends(const Analysis& analysis, Monitor& monitor, CandidateList* out);
// The same inside a disc.
void propose_discs(const Analysis& analysis, Monitor& monitor, CandidateList* out);
// Checkerboards distorted by noise.
void propose_drifts(const Analysis& analysis, Monitor& monitor, CandidateList* out);
// Waves in spots of known place and phase.
void propose_gabor_noises(const Analysis& analysis, Monitor& monitor, CandidateList* out);
void propose_herringbones(const Analysis& analysis, Monitor& monitor, CandidateList* out);
// Weaves and herringbones on the cells of a refined lattice or brick.
void propose_relatives(const Analysis& analysis, const normative::Layer& layer, CandidateList* out);
// Rows of bricks, by folding.
void propose_bricks(const Analysis& analysis, Monitor& monitor, CandidateList* out);
// Every preset with its default parameters.
void propose_defaults(const FitSource& source, CandidateList* out);
// Seeded presets with the derived seed, over their scales.
void propose_seeded(const FitSource& source, Monitor& monitor, Memory& memory, CandidateList* out);
// The scales (ParamId::kScale), and what is looked at for one: every step-th sample of a window of a region.
constexpr int32_t kLeastSeeded = 16, kMostSeeded = 160;
Rect seeded_window(const Rect& region, int32_t scale, int32_t* step);
// Seeded presets of few, small spots.
void propose_spots(const FitSource& source, Monitor& monitor, Memory& memory, CandidateList* out);
// Seeded presets that bend a wave or rings.
void propose_bent_by_noise(const Analysis& analysis, Monitor& monitor, CandidateList* out);
// Rings bent by noise, around the centre and with the period of rings that were found.
void propose_woods(const FitSource& source, const normative::Layer& rings, LayerFit* fit, Monitor& monitor,
                   CandidateList* out);
// Descriptions of (nearly) the same picture.
void propose_equivalents(const normative::Layer& layer, CandidateList* out);
// The same lattice spanned by other axes, for presets with a skew.
void propose_bases(const FitSource& source, const normative::Layer& layer, CandidateList* out);
// Another value of an enumerated or integer parameter: neighbours of a refined layer.
void propose_variants(const normative::Layer& layer, CandidateList* out);

}  // namespace pc15::enc
