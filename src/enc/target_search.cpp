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
  wanted_ = size                                     ? std::log(target.value)
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
  if (level <= wanted_ && (!below_.known || quality_ > below_.quality)) below_ = here;
  if (level >= wanted_ && (!above_.known || quality_ < above_.quality)) above_ = here;
  if ((keeps && gap <= tolerance_) || passes_ == kMaxPasses) {
    done_ = true;
    return better;
  }
  const double next = next_quality();
  // The same step is the same file; so the end of the scale, or two neighbouring steps, end the search.
  for (const Point& p : {below_, above_}) {
    if (p.known && step16_from_quality(p.quality) == step16_from_quality(next)) done_ = true;
  }
  quality_ = next;
  return better;
}

double TargetSearch::next_quality() const {
  // Into the tolerance, on the side that keeps the bound.
  const double aim = wanted_ + (from_above_ ? -0.5 : 0.5) * tolerance_;
  if (!below_.known || !above_.known) {
    const Point& p = below_.known ? below_ : above_;
    return std::max(0.0, std::min(100.0, p.quality + (aim - p.level) / slope_));
  }
  const double width = above_.quality - below_.quality, rise = above_.level - below_.level;
  const double middle = below_.quality + 0.5 * width;
  if (rise <= 0.0 || passes_ == kMaxPasses - 2) return middle;
  const double secant = below_.quality + width * (aim - below_.level) / rise;
  return std::max(below_.quality + 0.02 * width, std::min(above_.quality - 0.02 * width, secant));
}

}  // namespace pc15::enc
