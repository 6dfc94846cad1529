// Rate of a block: sum of log2(1 + (c / step)^2) over its 8 x 8 DCT, which is near 0 below half a step and
// about the cost of level, sign and significance above. What intra prediction can do is the least of five
// open-loop predictors: mean, plane, copy of the row above, copy of the column to the left, and both.
// Choosing on this rate instead of the program's own squared error matters: a program with wrong edges
// lowers the error and raises the rate.
#include "enc/search_proxy.h"

#include <algorithm>
#include <cmath>

namespace pc15::enc {
namespace {

constexpr int32_t kSide = 8;

struct Basis {
  float c[kSide][kSide], transposed[kSide][kSide];
  Basis() {
    for (int32_t k = 0; k < kSide; ++k) {
      for (int32_t i = 0; i < kSide; ++i) {
        const double scale = k == 0 ? std::sqrt(1.0 / kSide) : std::sqrt(2.0 / kSide);
        c[k][i] = static_cast<float>(scale * std::cos((2 * i + 1) * k * 3.141592653589793 / (2 * kSide)));
        transposed[i][k] = c[k][i];
      }
    }
  }
};

// The inner loops run along what they write, eight sums side by side.
double block_rate(const Basis& basis, const float (*block)[kSide], double inverse_step) {
  float half[kSide][kSide];
  for (int32_t j = 0; j < kSide; ++j) {
    float sum[kSide] = {};
    for (int32_t i = 0; i < kSide; ++i) {
      for (int32_t k = 0; k < kSide; ++k) sum[k] += block[j][i] * basis.transposed[i][k];
    }
    std::copy(sum, sum + kSide, half[j]);
  }
  const float scale = static_cast<float>(inverse_step);
  double product[kSide];
  std::fill(product, product + kSide, 1.0);
  for (int32_t l = 0; l < kSide; ++l) {
    float sum[kSide] = {};
    for (int32_t j = 0; j < kSide; ++j) {
      for (int32_t k = 0; k < kSide; ++k) sum[k] += half[j][k] * basis.c[l][j];
    }
    for (int32_t k = 0; k < kSide; ++k) {
      const double level = double{sum[k] * scale};
      product[k] *= 1 + level * level;
    }
  }
  double rate = 0;
  for (const double p : product) rate += std::log2(p);
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

const Basis& basis() {
  static const Basis table;
  return table;
}

Block load_block(PlaneView<const Pixel> source, int32_t x, int32_t y) {
  Block b{source, x, y, {}};
  for (int32_t j = 0; j < kSide; ++j) {
    for (int32_t i = 0; i < kSide; ++i) b.v[j][i] = source.at(x + i, y + j);
  }
  return b;
}

// `prediction` begins at row `top` of the source.
double program_rate(const Block& b, PlaneView<const Pixel> prediction, int32_t top, double inverse_step) {
  float difference[kSide][kSide];
  for (int32_t j = 0; j < kSide; ++j) {
    for (int32_t i = 0; i < kSide; ++i) difference[j][i] = b.v[j][i] - prediction.at(b.x + i, b.y - top + j);
  }
  return block_rate(basis(), difference, inverse_step);
}

}  // namespace

void add_proxy_rate(PlaneView<const Pixel> source, PlaneView<const Pixel> prediction, double step,
                    int32_t every, ProxyRate* rate) {
  const double inverse_step = 1 / step;
  int64_t number = 0;
  double without = 0, with = 0;
  for (int32_t y = 0; y + kSide <= source.height; y += kSide) {
    for (int32_t x = 0; x + kSide <= source.width; x += kSide) {
      if (number++ % every != 0) continue;
      const Block b = load_block(source, x, y);
      const double intra = intra_rate(basis(), b, inverse_step);
      without += intra;
      with += std::fmin(intra, program_rate(b, prediction, 0, inverse_step));
    }
  }
  rate->without += without * every;
  rate->with += with * every;
}

void ProxyBands::start(PlaneView<const Pixel> source, double step, int32_t blocks) {
  source_ = source;
  inverse_step_ = 1 / step;
  intra_.clear();
  without_ = 0;
  const int32_t across = source.width / kSide, down = source.height / kSide;
  const int32_t wanted = across > 0 ? (blocks + across - 1) / across : 1;
  every_ = std::max(1, (down + wanted - 1) / wanted);
  for (int32_t band = 0; band < count(); ++band) {
    for (int32_t x = 0; x < across; ++x) {
      intra_.push_back(intra_rate(basis(), load_block(source, x * kSide, top(band)), inverse_step_));
      without_ += intra_.back() * every_;
    }
  }
}

int32_t ProxyBands::count() const { return (source_.height / kSide + every_ - 1) / every_; }
int32_t ProxyBands::top(int32_t band) const { return band * every_ * kSide; }

double ProxyBands::saved(int32_t band, PlaneView<const Pixel> prediction) const {
  const int32_t across = source_.width / kSide;
  double sum = 0;
  for (int32_t x = 0; x < across; ++x) {
    const double intra = intra_[static_cast<size_t>(band * across + x)];
    const Block b = load_block(source_, x * kSide, top(band));
    sum += std::fmax(0.0, intra - program_rate(b, prediction, top(band), inverse_step_));
  }
  return sum * every_;
}

}  // namespace pc15::enc
