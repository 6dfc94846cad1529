// The generators in double precision, written from docs/bitstream-programs.md, chapter 8, without the code of
// src/normative except its seeds and hashes, which are exact integers.
#pragma once

#include "normative/catalogue.h"
#include "normative/program.h"

namespace pc15::test {

struct ReferenceSample {
  double value;  // -1...1
  bool defined;  // false where the function jumps, or where it is too steep to compare
};

class ReferenceLayer {
 public:
  ReferenceLayer(const normative::Layer& layer, int64_t image_seed, int scale_log2, double frame_half = 256);
  // (x, y) px from the centre of the frame: behind warp and palette.
  ReferenceSample at(double x, double y) const;
  // The share of the mask, 0...1; `below` is the output of the layer below.
  double mask(double x, double y, double below) const;
  double palette(double v) const;

 private:
  struct Point {
    double x, y;
  };
  double get(normative::ParamId id, double fallback) const;
  double modifier(const normative::Modifier& m, normative::ParamId id) const;
  ReferenceSample generator(double x, double y) const;
  // synth_reference_modifiers.cpp
  double exact_edge(double d, double softness) const;
  Point twist(double x, double y, double cx, double cy, double turns, double reach) const;
  Point drift(double x, double y, double scale, double amplitude) const;
  Point warp(double x, double y) const;
  double ridge(double x, double y) const;
  ReferenceSample gabor(double x, double y) const;
  ReferenceSample composite(double x, double y) const;
  ReferenceSample grain(double x, double y) const;
  double edge(double d) const;
  double profile(double phase, double px_per_turn, int kind, double gain) const;
  double box(double cx, double cy, double f) const;
  double octave(int k, double x, double y, bool value_noise) const;
  double noise(double x, double y, bool value_noise, bool absolute) const;
  ReferenceSample wave(double x, double y) const;
  ReferenceSample radial(double x, double y) const;
  ReferenceSample lattice(double x, double y) const;
  ReferenceSample bricks(double a, double b, double c1, double c2) const;
  ReferenceSample noise_kernel(double x, double y) const;
  ReferenceSample cellular(double x, double y) const;

  const normative::Layer& layer_;
  const normative::PresetSpec& spec_;
  int scale_;
  uint64_t seed_;
  double frame_half_;  // half of the frame, px
  double half_;        // of a transition, px
};

}  // namespace pc15::test
