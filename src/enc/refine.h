// Fitting one layer to samples: scores by variable projection and Levenberg-Marquardt on grid indices.
//
// The model of a sample is  field(u, v) + sum over layers of contrast * layer(x, y).  It is linear in the
// field and the contrasts, so these are projected out exactly and only the geometry is searched. Layers are
// rendered by the normative integer kernels: what is scored is what the decoder will see.
//
// Thread rule: one thread at a time per LayerFit.
#pragma once

#include "backend/render.h"
#include "base/allocator.h"
#include "base/monitor.h"
#include "base/plane.h"
#include "normative/catalogue.h"
#include "normative/program.h"

namespace pc15::enc {

// Where the samples of a fit come from. `plane` holds the whole image plane; `rect` is in its samples.
struct FitSource {
  PlaneView<const Pixel> plane;
  normative::Geometry geometry;
  int64_t seed = 0;
  int32_t slot = normative::kImageSlot;
  int32_t scale_log2 = 0;  // 0 luma size, -1 half
  Rect rect;
};

// Value of field term k (normative::Field) at sample (i, j) of the plane: the position relative to the
// frame's centre in units of its half side.
double field_term(const FitSource& source, int32_t k, int32_t i, int32_t j);
// All six terms of one sample; `frame` is that of the source's slot.
void field_terms(const FitSource& source, const normative::Frame& frame, int32_t i, int32_t j, double* term);

// Eight partial sums: fixed order, and wide enough for the compiler's vector units.
double dot(const float* a, const float* b, int64_t n);
// Parameters that a fit moves; the others are enumerated.
bool is_continuous(const normative::ParamSpec& spec);
// Moved by so many indices: wraps, or stops at the ends of the range.
int32_t move_index(const normative::ParamSpec& spec, int32_t index, int64_t by);
// x, the real minimum of (y - x)' A (y - x), to integers near the minimum over integers; A is count x count.
void round_step(int32_t count, const double* a, double* x);

class LayerFit {
 public:
  explicit LayerFit(Memory& memory);

  // Every `step`-th sample of rows and columns, or the means of step x step samples against the layer at
  // their middle; base: field of `order` 0...2.
  void start(const FitSource& source, int32_t step, int32_t order, bool means = false);
  // Joins a layer with free contrast to the base.
  void add_layer(const normative::Layer& layer);

  int64_t sample_count() const { return count_; }
  double base_ssd() const { return base_ssd_; }    // squared error of the base alone
  double total_ssd() const { return total_ssd_; }  // of the mean alone
  // Squared error of base and layer; the contrast may be anything.
  double score(const normative::Layer& layer);
  double last_contrast() const { return contrast_; }  // grey levels, of the last score

  // Levenberg-Marquardt over the continuous parameters of the layer, within their ranges; returns the
  // squared error reached. `target_change` is the relative change of the layer that the difference
  // quotients aim at: large values see far, small ones see sharp edges.
  struct Options {
    int32_t iterations = 8;
    double first_change = 0.4, last_change = 0.06;
  };
  double refine(const Options& options, Monitor& monitor, normative::Layer* layer);

  // How the other parameters follow when parameter i moves by one index (conditional optimum of the last
  // normal equations of refine()); row i, with 1 at i and 0 for fixed parameters.
  const double* follow(int32_t i) const { return follow_[i]; }
  bool is_free(int32_t i) const { return free_[i]; }

  uint64_t renders() const { return renders_; }

 private:
  void render(const normative::Layer& layer, float* out);
  double project(const float* layer);
  void add_base(float* column);
  void differences(const normative::Layer& layer, int32_t count, const int32_t* index, Monitor& monitor);
  void normal_equations(int32_t count);
  void keep_follow(int32_t count, const int32_t* index);

  Memory& memory_;
  FitSource source_;
  int32_t step_ = 1, width_ = 0, height_ = 0;
  int64_t count_ = 0;
  int32_t base_count_ = 0;
  Vector<float> base_;     // base_count_ orthonormal columns
  Vector<float> rest_;     // samples minus their projection on the base
  Vector<float> layer_;    // of the current point
  Vector<float> columns_;  // difference quotients
  Vector<int16_t> raw_;
  double base_ssd_ = 0, total_ssd_ = 0, contrast_ = 0, layer_norm_ = 0;
  double on_base_[16] = {};  // layer . base
  double reach_[normative::kMaxParams] = {};
  double a_[normative::kMaxParams * normative::kMaxParams] = {}, g_[normative::kMaxParams] = {};
  double follow_[normative::kMaxParams][normative::kMaxParams] = {};
  bool free_[normative::kMaxParams] = {};
  uint64_t renders_ = 0;
};

}  // namespace pc15::enc
