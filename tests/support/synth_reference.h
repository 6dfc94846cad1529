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
  ReferenceLayer(const normative::Layer& layer, int64_t image_seed, int scale_log2);
  // (x, y) px from the centre of the frame.
  ReferenceSample at(double x, double y) const;

 private:
  double get(normative::ParamId id, double fallback) const;
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
  double half_;  // of a transition, px
};

}  // namespace pc15::test
