// Bands are measured with Haar wavelets: the variance inside 2 x 2 samples, of 2 x 2 means inside 4 x 4, and
// of 4 x 4 means inside 8 x 8. What one octave of grain puts into each band is measured on the grain itself,
// so the lost variances are a small non-negative least squares problem in the three amplitudes.
#include "enc/grain_estimate.h"

#include <algorithm>
#include <cmath>

#include "backend/grain.h"

namespace pc15::enc {
namespace {

constexpr int32_t kBands = normative::kGrainBands, kBlock = 64, kProbe = 128;
constexpr double kLeastVariance = 1.0;  // of all bands lost, squared grey levels
constexpr int32_t kStrongStep = 24;     // grey levels between neighbours
constexpr double kMostEdges = 0.12;     // share of samples beside strong steps

struct Energies {
  double band[kBands] = {};
};

// Mean square detail per band over the whole 8 x 8 squares of the view.
Energies measure_bands(const PlaneView<const Pixel>& view) {
  Energies e;
  int64_t squares = 0;
  for (int32_t y = 0; y + 8 <= view.height; y += 8) {
    for (int32_t x = 0; x + 8 <= view.width; x += 8) {
      double mean[8][8];
      for (int32_t j = 0; j < 8; ++j) {
        for (int32_t i = 0; i < 8; ++i) mean[j][i] = view.at(x + i, y + j);
      }
      for (int32_t band = 0, side = 8; band < kBands; ++band, side /= 2) {
        double sum = 0;
        for (int32_t j = 0; j < side; j += 2) {
          for (int32_t i = 0; i < side; i += 2) {
            const double a = mean[j][i], b = mean[j][i + 1], c = mean[j + 1][i], d = mean[j + 1][i + 1];
            const double m = (a + b + c + d) / 4;
            sum += (a - m) * (a - m) + (b - m) * (b - m) + (c - m) * (c - m) + (d - m) * (d - m);
            mean[j / 2][i / 2] = m;
          }
        }
        e.band[band] += sum / (side * side);
      }
      ++squares;
    }
  }
  for (double& v : e.band) v /= static_cast<double>(std::max<int64_t>(squares, 1));
  return e;
}

bool has_strong_edges(const PlaneView<const Pixel>& view) {
  int64_t strong = 0;
  for (int32_t y = 0; y + 1 < view.height; ++y) {
    for (int32_t x = 0; x + 1 < view.width; ++x) {
      const int32_t v = view.at(x, y);
      strong +=
          std::abs(v - view.at(x + 1, y)) > kStrongStep || std::abs(v - view.at(x, y + 1)) > kStrongStep;
    }
  }
  return static_cast<double>(strong) > kMostEdges * view.width * view.height;
}

// Nearest level of a power relative to level 7.
uint8_t level_of(double power) {
  if (power <= 0) return 0;
  const double level = 7 + std::log2(power);  // 3 dB each
  return static_cast<uint8_t>(level < 0.5 ? 0 : std::min(7.0, std::floor(level + 0.5)));
}

}  // namespace

GrainEstimate::Response GrainEstimate::measure_response(Memory& memory) {
  Response r;
  entropy::GrainMap map(memory);
  map.reset(kProbe, kProbe);
  Vector<Pixel> samples(memory, kProbe * kProbe);
  for (int32_t k = 0; k < kBands; ++k) {
    for (size_t i = 0; i < map.levels.size(); ++i) {
      map.levels[i] =
          static_cast<uint8_t>(static_cast<int32_t>(i) % kBands == k ? normative::kGrainLevels - 1 : 0);
    }
    std::fill(samples.begin(), samples.end(), Pixel{128});
    const PlaneView<Pixel> view{samples.data(), kProbe, kProbe, kProbe};
    backend::add_grain(map, 0, 0, Rect{0, 0, kProbe, kProbe}, view);
    const Energies e = measure_bands(view);
    for (int32_t b = 0; b < kBands; ++b) r.energy[b][k] = e.band[b];
  }
  return r;
}

// Squared amplitudes by cyclic coordinate descent, never negative.
void GrainEstimate::solve(const Response& r, const double (&lost)[kBands], double (&power)[kBands]) {
  for (double& p : power) p = 0;
  for (int32_t pass = 0; pass < 40; ++pass) {
    for (int32_t k = 0; k < kBands; ++k) {
      double top = 0, bottom = 0;
      for (int32_t b = 0; b < kBands; ++b) {
        double rest = lost[b];
        for (int32_t other = 0; other < kBands; ++other) {
          if (other != k) rest -= r.energy[b][other] * power[other];
        }
        top += r.energy[b][k] * rest;
        bottom += r.energy[b][k] * r.energy[b][k];
      }
      power[k] = std::max(0.0, top / bottom);
    }
  }
}

GrainEstimate::GrainEstimate(int32_t width, int32_t height, double strength, Memory& memory)
    : width_(width), height_(height), strength_(strength), response_(measure_response(memory)), map_(memory) {
  map_.reset(width, height);
}

void GrainEstimate::add_block(int64_t index, const PlaneView<const Pixel>& source,
                              const PlaneView<const Pixel>& decoded) {
  const Energies a = measure_bands(source), b = measure_bands(decoded);
  double lost[kBands], power[kBands], total = 0;
  for (int32_t k = 0; k < kBands; ++k) {
    lost[k] = std::max(0.0, a.band[k] - b.band[k]) * strength_ * strength_;
    total += lost[k];
  }
  if (total < kLeastVariance * strength_ * strength_) return;
  solve(response_, lost, power);
  for (int32_t k = 0; k < kBands; ++k) {
    map_.levels[static_cast<size_t>(index) * kBands + static_cast<size_t>(k)] = level_of(power[k]);
  }
}

void GrainEstimate::add(const PlaneRows& source, const PlaneRows& decoded, int32_t last, ThreadPool& pool) {
  const int32_t begin = rows_, end = last == height_ ? map_.rows : last / kBlock;
  pool.run(int64_t{map_.columns} * (end - begin), [&](int64_t task, int32_t) {
    const int64_t index = int64_t{begin} * map_.columns + task;
    const int32_t x = static_cast<int32_t>(index % map_.columns) * kBlock;
    const int32_t y = static_cast<int32_t>(index / map_.columns) * kBlock;
    const int32_t w = std::min(kBlock, width_ - x), h = std::min(kBlock, height_ - y);
    const PlaneView<const Pixel> after = decoded.view.window(x, y - decoded.top, w, h);
    if (w < 8 || h < 8 || has_strong_edges(after)) return;
    add_block(index, source.view.window(x, y - source.top, w, h), after);
  });
  rows_ = end;
}

bool GrainEstimate::any() const {
  return std::any_of(map_.levels.begin(), map_.levels.end(), [](uint8_t v) { return v != 0; });
}

}  // namespace pc15::enc
