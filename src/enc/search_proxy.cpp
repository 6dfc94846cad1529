// Rate of a block: sum of log2(1 + (c / step)^2) over its 8 x 8 DCT, which is near 0 below half a step and
// about the cost of level, sign and significance above. What intra prediction can do is the least of five
// open-loop predictors: mean, plane, copy of the row above, copy of the column to the left, and both.
// Choosing on this rate instead of the program's own squared error matters: a program with wrong edges
// lowers the error and raises the rate.
#include "enc/search_proxy.h"

#include <cmath>

namespace pc15::enc {
namespace {

constexpr int32_t kSide = 8;

struct Basis {
  float c[kSide][kSide];
  Basis() {
    for (int32_t k = 0; k < kSide; ++k) {
      for (int32_t i = 0; i < kSide; ++i) {
        const double scale = k == 0 ? std::sqrt(1.0 / kSide) : std::sqrt(2.0 / kSide);
        c[k][i] = static_cast<float>(scale * std::cos((2 * i + 1) * k * 3.141592653589793 / (2 * kSide)));
      }
    }
  }
};

double block_rate(const Basis& basis, const float (*block)[kSide], double inverse_step) {
  float half[kSide][kSide];
  for (int32_t j = 0; j < kSide; ++j) {
    for (int32_t k = 0; k < kSide; ++k) {
      float sum = 0;
      for (int32_t i = 0; i < kSide; ++i) sum += block[j][i] * basis.c[k][i];
      half[k][j] = sum;
    }
  }
  const float scale = static_cast<float>(inverse_step);
  double rate = 0;
  for (int32_t k = 0; k < kSide; ++k) {
    double product = 1;
    for (int32_t l = 0; l < kSide; ++l) {
      float sum = 0;
      for (int32_t j = 0; j < kSide; ++j) sum += half[k][j] * basis.c[l][j];
      sum *= scale;
      product *= 1 + double{sum} * sum;
    }
    rate += std::log2(product);
  }
  return rate;
}

struct Block {
  PlaneView<const Pixel> source;
  int32_t x, y;
  float v[kSide][kSide];
};

double intra_rate(const Basis& basis, const Block& b, double inverse_step) {
  float mean = 0, gx = 0, gy = 0;
  for (int32_t j = 0; j < kSide; ++j) {
    for (int32_t i = 0; i < kSide; ++i) {
      mean += b.v[j][i];
      gx += b.v[j][i] * (static_cast<float>(i) - 3.5f);
      gy += b.v[j][i] * (static_cast<float>(j) - 3.5f);
    }
  }
  mean /= 64;
  gx /= 336;  // sum of (i - 3.5)^2 over the block
  gy /= 336;
  float trial[kSide][kSide];
  const auto rate_of = [&](auto predict) {
    for (int32_t j = 0; j < kSide; ++j) {
      for (int32_t i = 0; i < kSide; ++i) trial[j][i] = b.v[j][i] - predict(i, j);
    }
    return block_rate(basis, trial, inverse_step);
  };
  double best = rate_of([&](int32_t i, int32_t j) {
    return mean + gx * (static_cast<float>(i) - 3.5f) + gy * (static_cast<float>(j) - 3.5f);
  });
  best = std::fmin(best, rate_of([&](int32_t, int32_t) { return mean; }));
  const PlaneView<const Pixel>& s = b.source;
  if (b.y > 0) {
    best = std::fmin(best,
                     rate_of([&](int32_t i, int32_t) { return static_cast<float>(s.at(b.x + i, b.y - 1)); }));
  }
  if (b.x > 0) {
    best = std::fmin(best,
                     rate_of([&](int32_t, int32_t j) { return static_cast<float>(s.at(b.x - 1, b.y + j)); }));
  }
  if (b.x > 0 && b.y > 0) {
    const float corner = s.at(b.x - 1, b.y - 1);
    best = std::fmin(best, rate_of([&](int32_t i, int32_t j) {
                       return static_cast<float>(s.at(b.x + i, b.y - 1) + s.at(b.x - 1, b.y + j)) - corner;
                     }));
  }
  return best;
}

}  // namespace

void add_proxy_rate(PlaneView<const Pixel> source, PlaneView<const Pixel> prediction, double step,
                    int32_t every, ProxyRate* rate) {
  static const Basis basis;
  const double inverse_step = 1 / step;
  int64_t number = 0;
  double without = 0, with = 0;
  for (int32_t y = 0; y + kSide <= source.height; y += kSide) {
    for (int32_t x = 0; x + kSide <= source.width; x += kSide) {
      if (number++ % every != 0) continue;
      Block b{source, x, y, {}};
      float difference[kSide][kSide];
      for (int32_t j = 0; j < kSide; ++j) {
        for (int32_t i = 0; i < kSide; ++i) {
          b.v[j][i] = source.at(x + i, y + j);
          difference[j][i] = b.v[j][i] - prediction.at(x + i, y + j);
        }
      }
      const double intra = intra_rate(basis, b, inverse_step);
      without += intra;
      with += std::fmin(intra, block_rate(basis, difference, inverse_step));
    }
  }
  rate->without += without * every;
  rate->with += with * every;
}

}  // namespace pc15::enc
