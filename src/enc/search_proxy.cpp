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

constexpr int32_t kSide = kProxySide;

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

// A block and, where the rectangle has them, the row above it and the column to its left.
struct Block {
  bool has_above, has_left;
  float v[kSide][kSide], above[kSide], left[kSide], corner;
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
  if (b.has_above) best = std::fmin(best, rate_of([&](int32_t i, int32_t) { return b.above[i]; }));
  if (b.has_left) best = std::fmin(best, rate_of([&](int32_t, int32_t j) { return b.left[j]; }));
  if (b.has_above && b.has_left) {
    best = std::fmin(best, rate_of([&](int32_t i, int32_t j) { return b.above[i] + b.left[j] - b.corner; }));
  }
  return best;
}

const Basis& basis() {
  static const Basis table;
  return table;
}

Block load_block(const SearchPlane& plane, const Rect& rect, int32_t x, int32_t y) {
  Block b{y > 0, x > 0, {}, {}, {}, 0};
  const int32_t px = rect.x + x, py = rect.y + y;
  if (b.has_above) std::copy_n(plane.run(px, py - 1, kSide), kSide, b.above);
  for (int32_t j = 0; j < kSide; ++j) {
    std::copy_n(plane.run(px, py + j, kSide), kSide, b.v[j]);
    if (b.has_left) b.left[j] = plane.sample(px - 1, py + j);
  }
  if (b.has_above && b.has_left) b.corner = plane.sample(px - 1, py - 1);
  return b;
}

double program_rate(const Block& b, PlaneView<const Pixel> prediction, double inverse_step) {
  float difference[kSide][kSide];
  for (int32_t j = 0; j < kSide; ++j) {
    for (int32_t i = 0; i < kSide; ++i) difference[j][i] = b.v[j][i] - prediction.at(i, j);
  }
  return block_rate(basis(), difference, inverse_step);
}

}  // namespace

void add_proxy_rate(const SearchPlane& plane, const Rect& rect, const ProxyPrediction& prediction,
                    double step, int32_t every, ProxyRate* rate) {
  const double inverse_step = 1 / step;
  double without = 0, with = 0;
  for_proxy_blocks(rect, every, [&](int32_t x, int32_t y) {
    const Block b = load_block(plane, rect, x, y);
    const double intra = intra_rate(basis(), b, inverse_step);
    without += intra;
    with += std::fmin(intra, program_rate(b, prediction(x, y), inverse_step));
  });
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
      const Block b = load_block(source, Rect{0, 0, source.width, source.height}, x * kSide, top(band));
      intra_.push_back(intra_rate(basis(), b, inverse_step_));
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
    const Block b = load_block(source_, Rect{0, 0, source_.width, source_.height}, x * kSide, top(band));
    const PlaneView<const Pixel> block = prediction.window(x * kSide, 0, kSide, kSide);
    sum += std::fmax(0.0, intra - program_rate(b, block, inverse_step_));
  }
  return sum * every_;
}

}  // namespace pc15::enc
