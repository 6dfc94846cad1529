// From hypotheses in image coordinates and real numbers to layers on the grid of a slot.
#pragma once

#include "enc/candidates.h"
#include "normative/catalogue.h"

namespace pc15::enc {

constexpr double kTurn = 6.283185307179586;
constexpr int32_t kMaxAnalysisPeaks = 2 * kMaxPeaks;

// Peaks of both spectra of an analysis, strongest first, without repetitions; returns their number.
int32_t collect_peaks(const Analysis& analysis, SpectralPeak* peaks);

class LayerBuilder {
 public:
  explicit LayerBuilder(const FitSource& source);

  // Default parameters, slot set.
  normative::Layer make(int32_t preset) const;
  // Real values in the units of ParamId: cycles per pixel for frequencies, turns for angles and phases,
  // pixels for lengths, image pixels for centres. Clamped to the preset's range; unknown ids are ignored.
  void set(normative::ParamId id, double value, normative::Layer* layer) const;
  void set_raw(normative::ParamId id, int32_t index, normative::Layer* layer) const;
  void set_wave(normative::ParamId period, normative::ParamId angle, double fx, double fy,
                normative::Layer* layer) const;
  // Phase in turns at the frame's centre of the sinusoid cos(2 pi (f . x) + phase) found in the region.
  double phase_at_frame(const Analysis& analysis, double fx, double fy) const;
  double frame_x() const { return frame_x_; }
  double frame_y() const { return frame_y_; }

 private:
  int32_t slot_;
  double frame_x_, frame_y_;
};

// The profiles of a layer whose fundamental is cos(2 pi (... + phase)): pulses of three duties, triangle,
// both ramps, sine.
void propose_profiles(const LayerBuilder& builder, normative::Layer layer, double phase, CandidateList* out);

// Herringbones of f cells per pixel along a direction in turns, in the places that fit best.
void propose_herringbone(const Analysis& analysis, double f, double angle, CandidateList* out);

}  // namespace pc15::enc
