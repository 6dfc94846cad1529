// The fixed relations between quality, lambda and the quantiser step.
//
//   step(q)   = 112 * 2^(-q / 20) grey levels, q in 0...100: 112 down to 3.5
//   lambda(q) = 0.015 * (step / 16)^2, normalised distortion per bit per pixel
#pragma once

#include <cstdint>

namespace pc15::enc {

constexpr uint8_t kChromaStep32 = 29;

// Step in 1/16 grey level, 1...65535.
int32_t step16_from_quality(double quality);
double quality_from_step16(int32_t step16);

}  // namespace pc15::enc
