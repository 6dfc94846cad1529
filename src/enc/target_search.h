// Finds the quality whose file has a wanted size, or whose picture has a wanted likeness, by encoding again.
//
// Size in logarithms, PSNR, and SSIM as -10 log10(1 - SSIM) are nearly straight in the quality, so a secant
// through the two passes that enclose the target lands within tolerance after three or four; where a curve
// has steps, the interval is halved.
#pragma once

#include <cstdint>

namespace pc15::enc {

struct Target {
  enum class Kind : uint8_t { kNone, kBytes, kPsnr, kSsim };
  Kind kind = Kind::kNone;
  double value = 0;  // bytes of the file; dB; 0...1. Size is a bound from above, the others from below
};

class TargetSearch {
 public:
  static constexpr int32_t kMaxPasses = 6;

  // `quality` is tried first.
  TargetSearch(const Target& target, double quality);
  bool done() const { return done_; }
  double quality() const { return quality_; }  // of the next pass
  // What the pass gave. True when no earlier pass was better: one that keeps the bound beats one that does
  // not, then the nearer one.
  bool add(uint64_t bytes, double psnr, double ssim);
  int32_t passes() const { return passes_; }

 private:
  struct Point {
    double quality, level;
    bool known;
  };

  double level_of(uint64_t bytes, double psnr, double ssim) const;
  bool advance();
  double slope() const;
  double reach() const;
  double next_quality() const;

  Target target_;
  double wanted_, tolerance_,
      slope_;        // of the level; its rise per point of quality before two passes are known
  bool from_above_;  // the bound is an upper one
  double quality_;
  Point below_{0, 0, false}, above_{0, 0, false};  // the nearest passes on either side
  Point last_{0, 0, false}, previous_{0, 0, false};
  double best_gap_ = 0;
  bool best_keeps_ = false, done_ = false;
  int32_t passes_ = 0;
};

}  // namespace pc15::enc
