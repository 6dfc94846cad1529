// The search of one region: a tile, or the whole image.
//
// Thread rule: one RegionSearch per thread; regions share nothing that is written.
#pragma once

#include "enc/candidates.h"
#include "enc/encoder.h"
#include "enc/search_plan.h"
#include "enc/search_proxy.h"
#include "enc/search_region.h"
#include "normative/catalogue.h"

namespace pc15::enc {

constexpr int64_t kFullSamples = int64_t{1} << 20;  // luma samples that an exact error reads at most
constexpr int64_t kQuickSamples = 16384;            // those of a first one

// What a search reads of a region besides these, the sizes being samples of the plane that geometry is fitted
// to. search_sketch.cpp gathers them where the region is not held.
constexpr int32_t kScoreWindow = 512;  // what the frequencies of the spectrum are good for
// In the middle.
inline Rect centre_window(const Rect& rect, int32_t side) {
  const int32_t w = rect.width < side ? rect.width : side, h = rect.height < side ? rect.height : side;
  return Rect{rect.x + (rect.width - w) / 2, rect.y + (rect.height - h) / 2, w, h};
}
// Of a refinement, the last one or one on the way to it.
inline int64_t refined_samples(const SearchPlan& plan, bool last) {
  return last ? plan.fit_samples : plan.fit_samples / 2;
}
// The factor of the means on which a picture is analysed that is not regular; 0: none, it is too small.
inline int32_t irregular_factor(const Rect& rect) {
  constexpr int32_t kSide = 256;
  const int32_t longest = rect.width > rect.height ? rect.width : rect.height;
  return longest < 2 * kSide ? 0 : (longest + kSide - 1) / kSide;
}
// The factor of the means that tell whether a region may be regular; 0: none, it is too small.
int32_t gate_factor(const Rect& rect);

inline bool is_gradient(const normative::Layer& layer) {
  return layer.preset == normative::kGradLinear || layer.preset == normative::kGradRadial;
}

struct Finding {
  normative::Program program;
  double ssd = 0, bits = 0;
  uint64_t renders = 0;
  bool early_exit = false;
  double cost(double lambda) const { return ssd + lambda * bits; }
};

class ExactFit;  // search_exact.cpp

class RegionSearch {
 public:
  // `context` supplies geometry, seed and colour planes for prices.
  RegionSearch(const Region& region, const SearchPlan& plan, const normative::ProgramImage& context,
               Monitor& monitor, Memory& memory);
  void run(Finding* out);
  // Of a tile or a part of one: the grids that run() looks at first, how many, and what they are of.
  int32_t first_grids(FitSource* source, GridPlan out[kMostGrids]);
  // Adds what run() spent on every generator.
  void add_spent(GeneratorStats* totals) const;

 private:
  void try_fields();
  void analyse(Analysis* out) const;
  bool find_layer(int32_t number);
  void gather(const Analysis& analysis, CandidateList* list);
  void gather_dear(int32_t stage, const Analysis& analysis, const CandidateList& found, LayerFit* fit,
                   CandidateList* list);
  double periodic_share(const Analysis& analysis) const;
  bool looks_regular(const Analysis& analysis) const;
  bool may_look_regular() const;
  bool worth_searching();
  double estimated_saving(const normative::Program& program);
  bool may_pay(const normative::Layer& layer);
  void refine_candidate(int32_t number, Candidate* candidate, LayerFit* fit);
  void try_variants(int32_t number, Candidate* candidate, LayerFit* fit);
  void start_fit(const Rect& rect, int64_t samples, int32_t order, int32_t number, LayerFit* fit);
  void judge(LayerFit* fit, LayerFit* wide, CandidateList* list);
  void rank(LayerFit* fit, LayerFit* wide, size_t keep, int32_t per_preset, CandidateList* list);
  bool give_up(const LayerFit& fit, const CandidateList& list);
  void try_dear(const Analysis& analysis, LayerFit* fit, LayerFit* wide, CandidateList* list);
  void shorten(LayerFit* fit, LayerFit* wide, CandidateList* list);
  bool well_explained(const CandidateList& list, const LayerFit& fit) const;
  void settle(int32_t number, const normative::Layer& layer, LayerFit* fit);
  void sharpen(int32_t number, LayerFit* fit, normative::Program* program);
  void fit_exactly(int32_t number, normative::Program* program);
  void step_exactly(ExactFit* fit, double* best, normative::Program* program);
  void try_neighbours(int32_t number, double best, normative::Program* program);
  bool try_equivalents(int32_t number, int32_t max_renders, LayerFit* fit, ExactError* error,
                       normative::Program* program);
  bool vary_integers(int32_t number, ExactError* error, double* best, normative::Program* program);
  void settle_gradients(int32_t number, const CandidateList& list, LayerFit* wide);
  void settle_bases(int32_t number, LayerFit* fit);
  void coarsen(int32_t number);
  bool consider(const normative::Program& program);
  double bits_of(const normative::Program& program) const;
  bool spent() const { return scored_samples_ >= plan_.max_scores * plan_.score_samples; }

  const Region& region_;
  const SearchPlan& plan_;
  const normative::ProgramImage& context_;
  Monitor& monitor_;
  Memory& memory_;
  ExactError quick_, full_;
  FitSource source_;
  int32_t plane_ = 0;
  Finding best_;
  uint64_t fit_renders_ = 0;
  int64_t scored_samples_ = 0;  // rendered for hypotheses
  ProxyBands bands_;            // of the region, once a hypothesis is judged on them
  bool bands_started_ = false;
  GeneratorStats spent_[kGeneratorNumbers];
};

constexpr double kAligned = 0.8;       // gradients that point at one centre
constexpr double kLeastRemainder = 4;  // mean square; in flatter regions gradients tell nothing
// Whether the gradients of a grid point at one centre, or run around one.
bool looks_centred(const SampleGrid& grid, double aligned);

// The record of a tile (or the image-wide program) that a program makes.
normative::TileProgram record_of(const normative::Program& program, int32_t slot);

}  // namespace pc15::enc
