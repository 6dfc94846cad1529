#include "enc/target_search.h"

#include <algorithm>
#include <cmath>

#include "enc/rate_control.h"

namespace pc15::enc {
namespace {

constexpr double kMostDecibel = 100.0;  // stands for an exact picture

double decibel(double ssim) {
  const double loss = 1.0 - ssim;
  return loss > 1e-10 ? std::min(kMostDecibel, -10.0 * std::log10(loss)) : kMostDecibel;
}

}  // namespace

TargetSearch::TargetSearch(const Target& target, double quality)
    : target_(target), from_above_(target.kind == Target::Kind::kBytes), quality_(quality) {
  const bool size = target.kind == Target::Kind::kBytes;
  wanted_ = size                                 ? std::log(target.value)
            : target.kind == Target::Kind::kSsim ? decibel(target.value)
                                                 : target.value;
  tolerance_ = size ? 0.01 : 0.05;
  slope_ = size ? 0.045 : 0.22;
}

double TargetSearch::level_of(uint64_t bytes, double psnr, double ssim) const {
  switch (target_.kind) {
    case Target::Kind::kBytes:
      return std::log(static_cast<double>(bytes));
    case Target::Kind::kSsim:
      return decibel(ssim);
    default:
      return std::min(psnr, kMostDecibel);
  }
}

bool TargetSearch::add(uint64_t bytes, double psnr, double ssim) {
  const double level = level_of(bytes, psnr, ssim), gap = std::abs(level - wanted_);
  const bool keeps = from_above_ ? level <= wanted_ : level >= wanted_;
  const bool better = passes_ == 0 || (keeps && !best_keeps_) || (keeps == best_keeps_ && gap < best_gap_);
  if (better) {
    best_gap_ = gap;
    best_keeps_ = keeps;
  }
  ++passes_;
  const Point here{quality_, level, true};
  previous_ = last_;
  last_ = here;
  if (level <= wanted_ && (!below_.known || quality_ > below_.quality)) below_ = here;
  if (level >= wanted_ && (!above_.known || quality_ < above_.quality)) above_ = here;
  if ((keeps && gap <= tolerance_) || passes_ == kMaxPasses) {
    done_ = true;
    return better;
  }
  done_ = !advance();
  return better;
}

// False when there is nothing left to try: the same step is the same file, so two neighbouring steps enclose
// the target as well as can be, and the end of the scale is the end.
bool TargetSearch::advance() {
  const double next = next_quality();
  const int32_t step = step16_from_quality(next);
  if (!below_.known || !above_.known) {
    if (step != step16_from_quality(quality_)) {
      quality_ = next;
      return true;
    }
    const int32_t beside = below_.known ? step - 1 : step + 1;
    if (beside < step16_from_quality(100.0) || beside > step16_from_quality(0.0)) return false;
    quality_ = quality_from_step16(beside);
    return true;
  }
  const int32_t finest = step16_from_quality(above_.quality) + 1,
                coarsest = step16_from_quality(below_.quality) - 1;
  if (finest > coarsest) return false;
  const int32_t kept = std::max(finest, std::min(coarsest, step));
  quality_ = kept == step ? next : quality_from_step16(kept);
  return true;
}

// Between the last two passes; a guess before there are two. A curve that is flat here may rise further on.
double TargetSearch::slope() const {
  const double distance = last_.quality - previous_.quality;
  if (passes_ < 2 || std::abs(distance) < 1e-9) return slope_;
  const double measured = (last_.level - previous_.level) / distance;
  return std::max(0.1 * slope_, std::min(4.0 * slope_, measured));
}

// While all passes lie on one side: further than the slope says, to get the target between two.
double TargetSearch::reach() const {
  return passes_ < 2 ? 1.0 : passes_ == kMaxPasses - 2 && !best_keeps_ ? 3.0 : 1.3;
}

double TargetSearch::next_quality() const {
  // Into the tolerance, on the side that keeps the bound.
  const double aim = wanted_ + (from_above_ ? -0.5 : 0.5) * tolerance_;
  if (!below_.known || !above_.known) {
    // The last pass keeps the bound if anything does.
    if (passes_ == kMaxPasses - 1 && !best_keeps_) return from_above_ ? 0.0 : 100.0;
    const Point& p = below_.known ? below_ : above_;
    return std::max(0.0, std::min(100.0, p.quality + reach() * (aim - p.level) / slope()));
  }
  const double width = above_.quality - below_.quality, rise = above_.level - below_.level;
  const double middle = below_.quality + 0.5 * width;
  if (rise <= 0.0 || passes_ == kMaxPasses - 2) return middle;
  return below_.quality + width * std::max(0.0, std::min(1.0, (aim - below_.level) / rise));
}

}  // namespace pc15::enc
