#include "enc/rate_control.h"

#include <algorithm>
#include <cmath>

#include "enc/encoder.h"

namespace pc15::enc {

double step_from_quality(double quality) { return 112.0 * std::exp2(-quality / 20.0); }

int32_t step16_from_quality(double quality) {
  return static_cast<int32_t>(
      std::max(1.0, std::min(65535.0, std::floor(16.0 * step_from_quality(quality) + 0.5))));
}

double quality_from_step16(int32_t step16) { return 20.0 * std::log2(112.0 * 16.0 / step16); }

double lambda_from_quality(double quality) {
  const double s = step_from_quality(quality) / 16.0;
  return 0.015 * s * s;
}

double quality_from_lambda(double lambda) {
  const double step = 16.0 * std::sqrt(lambda / 0.015);
  return 20.0 * std::log2(112.0 / step);
}

}  // namespace pc15::enc
