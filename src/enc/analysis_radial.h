// Centres and profiles of radial structure: rings, suns, spirals.
#pragma once

#include "enc/analysis_grid.h"

namespace pc15::enc {

// The point where lines through the samples meet. kRings: lines along the gradient (the gradient of a
// ring points at the centre); kSun: lines across it.
enum class CentreKind { kRings, kSun };
struct CentreVote {
  double x = 0, y = 0;   // image pixels
  double alignment = 0;  // share of the gradient energy that points the right way, 0...1
  bool found = false;
};
// Not found also where the alignment will hardly reach `least`, which is seen after a part of the work.
CentreVote vote_centre(const SampleGrid& grid, CentreKind kind, double least);

// Mean of the samples over distance (one bin per `bin` pixels) or over the angle (bins cover one turn).
struct FoldProfile {
  explicit FoldProfile(Memory& memory) : mean(memory), count(memory) {}
  Vector<double> mean, count;
  double explained = 0;  // share of the variance that the profile explains, corrected for its freedom
  double bin = 1;        // width of a bin: pixels, or turns
};
void radial_profile(const SampleGrid& grid, double cx, double cy, FoldProfile* out);
void angular_profile(const SampleGrid& grid, double cx, double cy, int32_t bins, FoldProfile* out);
// Mean over the phase fx x + fy y modulo 1.
void wave_profile(const SampleGrid& grid, double fx, double fy, int32_t bins, FoldProfile* out);

struct Tone {
  double frequency = 0;  // cycles per unit of the profile's abscissa (pixel or turn)
  double phase = 0;      // turns; the tone is cos(2 pi (frequency * u + phase))
  double share = 0;      // of the profile's variance
};
// The strongest sinusoid between two frequencies (cycles per unit), searched in steps of `step`.
Tone strongest_tone(const FoldProfile& profile, double low, double high, double step);

}  // namespace pc15::enc
