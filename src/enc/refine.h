// Fitting one layer to samples: scores by variable projection and Levenberg-Marquardt on grid indices.
//
// The model of a sample is  field(u, v) + sum over layers of contrast * layer(x, y).  It is linear in the
// field and the contrasts, so these are projected out exactly and only the geometry is searched. Layers are
// rendered by the normative integer kernels: what is scored is what the decoder will see. Rendering and
// summing is the engine's (search_engine.h).
//
// Thread rule: one thread at a time per LayerFit.
#pragma once

#include "base/allocator.h"
#include "base/monitor.h"
#include "base/plane.h"
#include "enc/plane_sketch.h"
#include "enc/search_engine.h"
#include "normative/catalogue.h"
#include "normative/program.h"

namespace pc15::enc {

// Where the samples of a fit come from. `plane` holds the whole image plane; `rect` is in its samples.
struct FitSource {
  SearchPlane plane;
  normative::Geometry geometry;
  int64_t seed = 0;
  int32_t slot = normative::kImageSlot;
  int32_t scale_log2 = 0;  // 0 luma size, -1 half
  Rect rect;
  SearchEngine* engine = nullptr;  // null: the processor
};

// Value of field term k (normative::Field) at sample (i, j) of the plane: the position relative to the
// frame's centre in units of its half side.
double field_term(const FitSource& source, int32_t k, int32_t i, int32_t j);
// All six terms of one sample; `frame` is that of the source's slot.
void field_terms(const FitSource& source, const normative::Frame& frame, int32_t i, int32_t j, double* term);

// Parameters that a fit moves; the others are enumerated.
bool is_continuous(const normative::ParamSpec& spec);
// How far the first difference quotient reaches, in indices: about what moves a layer visibly at the border
// of a region of that half side.
double first_reach(normative::ParamId id, double half_side);
// Moved by so many indices: wraps, or stops at the ends of the range.
int32_t move_index(const normative::ParamSpec& spec, int32_t index, int64_t by);
// x, the real minimum of (y - x)' A (y - x), to integers near the minimum over integers; A is count x count.
void round_step(int32_t count, const double* a, double* x);

// What a layer leaves of the picture, the contrast being the best one.
struct LayerScore {
  double ssd = 0;       // squared error of base and layer
  double contrast = 0;  // grey levels
  double norm = 0;      // square of the layer less its projection on the base; 0 when the base holds it
  double on_base[kMaxBase] = {};
};

struct RefineOptions {
  int32_t iterations = 8;
  // Relative change of the layer that the difference quotients aim at: large values see far, small ones see
  // sharp edges.
  double first_change = 0.4, last_change = 0.06;
};

// One refinement under way: begins at `layer`, ends with the best that was found.
struct Refinement {
  normative::Layer layer;
  LayerScore score;  // of `layer`
  double best = 0;   // the squared error reached
  uint64_t renders = 0;
  int32_t count = 0;  // free parameters
  int32_t index[normative::kMaxParams] = {};
  bool free[normative::kMaxParams] = {};
  bool followed = false;  // `follow` was found
  double follow[normative::kMaxParams][normative::kMaxParams] = {};
  // Working state.
  double damping = 1e-2;
  bool improved = false;
  double reach[normative::kMaxParams] = {}, scale[normative::kMaxParams] = {};
  double a[normative::kMaxParams * normative::kMaxParams] = {}, g[normative::kMaxParams] = {};
};

class LayerFit {
 public:
  using Options = RefineOptions;

  explicit LayerFit(Memory& memory);
  LayerFit(const LayerFit&) = delete;
  LayerFit& operator=(const LayerFit&) = delete;

  // Every `step`-th sample of rows and columns, or the means of step x step samples against the layer at
  // their middle; base: field of `order` 0...2.
  void start(const FitSource& source, int32_t step, int32_t order, bool means = false);
  // Joins a layer with free contrast to the base.
  void add_layer(const normative::Layer& layer);

  int64_t sample_count() const { return view_.samples(); }
  double base_ssd() const { return base_ssd_; }    // squared error of the base alone
  double total_ssd() const { return total_ssd_; }  // of the mean alone
  // How many layers are worth judging at once when the first of them may make the others needless.
  int32_t guesses() const { return engine_->guesses(); }

  // Scores of many layers. They count as renders, and are the last score, once they are taken.
  void judge(const normative::Layer* const* layers, size_t count, const Monitor& monitor, LayerScore* out);
  double take(const LayerScore& score);
  double score(const normative::Layer& layer);
  double last_contrast() const { return contrast_; }  // grey levels, of the last score

  // Levenberg-Marquardt over the continuous parameters of layers, within their ranges, all in step; each
  // counts once it is taken, which returns the squared error reached.
  void refine_all(const Options& options, const Monitor& monitor, Refinement* list, size_t count);
  double take(const Refinement& refinement);
  double refine(const Options& options, const Monitor& monitor, normative::Layer* layer);

  // How the other parameters follow when parameter i moves by one index (conditional optimum of the last
  // normal equations of a refinement); row i, with 1 at i and 0 for fixed parameters.
  const double* follow(int32_t i) const { return follow_[i]; }
  bool is_free(int32_t i) const { return free_[i]; }

  uint64_t renders() const { return renders_; }

 private:
  void load(const SearchPlane& plane, const Rect& rect, bool means);
  void add_base(float* values);
  void round_column(int32_t k);
  void round_rest();
  float* column(int32_t k) { return columns_.data() + k * view_.samples(); }
  LayerScore project(const FitSums& sums) const;
  void judge_all(Refinement** list, size_t count, const Monitor& monitor);
  void find_slopes(Refinement** list, size_t count, const Options* options, double progress,
                   const Monitor& monitor);
  void normal_equations(const FitSums& sums, Refinement* r) const;
  void choose_reach(const Options& options, double progress, const FitSums& sums, Refinement* r) const;
  struct Trial;
  void try_steps(Refinement** list, size_t count, int32_t ahead, const Monitor& monitor,
                 Vector<Trial>* trials);
  void attempt(Refinement** list, size_t count, const Monitor& monitor);
  void refine_round(const Options& options, double progress, const Monitor& monitor,
                    Vector<Refinement*>* active);
  bool make_trial(const Refinement& r, double damping, normative::Layer* trial) const;

  Memory& memory_;
  CpuEngine cpu_;
  SearchEngine* engine_;
  FitView view_;
  FitSource source_;
  Vector<float> columns_;  // of the view: what is left of the samples, then an orthonormal base
  double base_ssd_ = 0, total_ssd_ = 0, contrast_ = 0;
  double follow_[normative::kMaxParams][normative::kMaxParams] = {};
  bool free_[normative::kMaxParams] = {};
  uint64_t renders_ = 0;
};

}  // namespace pc15::enc
