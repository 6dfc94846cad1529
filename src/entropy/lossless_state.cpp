#include "entropy/lossless_state.h"

#include <cstring>

namespace pc15::entropy {
namespace {

using normative::kLosslessEnergies;
using normative::kLosslessPredictors;
using normative::kLosslessStates;

// Mean of the coded symbol at every level of energy, in 1/16, without and with earlier planes: what eight
// pictures of the CID22 training set gave.
constexpr uint8_t kMeans[2][kLosslessEnergies] = {
    {2, 8, 13, 15, 25, 36, 53, 78, 99, 118, 80, 98, 64, 80, 99, 68, 81, 47, 55, 50, 57, 57},
    {1, 3, 9, 12, 15, 18, 23, 30, 44, 64, 42, 58, 37, 52, 72, 51, 68, 46, 50, 50, 57, 57}};
constexpr int32_t kStartCount = 12;
static_assert(kStartCount <= kCountMax, "an age");

// A geometric distribution of that mean; the last symbol holds the tail.
void init_geometric(AdaptiveCdf* model, uint32_t mean16) {
  uint16_t weight[kMaxSymbols];
  uint32_t w = 32768;
  for (int32_t i = 0; i < kMaxSymbols; ++i) {
    weight[i] = static_cast<uint16_t>(w > 0 ? w : 1);
    w = w * mean16 / (mean16 + 16);
  }
  const uint32_t tail = weight[kMaxSymbols - 1] * (mean16 + 16) / 16;
  weight[kMaxSymbols - 1] = static_cast<uint16_t>(tail);
  cdf_init_weights(model, kMaxSymbols, weight, kStartCount);
}

template <uint32_t (*function)(uint32_t), uint32_t first, uint32_t scale>
std::array<uint32_t, 1024> make_table() {
  std::array<uint32_t, 1024> table{};
  for (uint32_t i = first; i < 1024; ++i) table[i] = function(i * scale);
  return table;
}
uint32_t weight_of(uint32_t error) { return normative::lossless_weight(error); }
uint32_t reciprocal_of(uint32_t n) { return normative::lossless_reciprocal(n); }

}  // namespace

const std::array<uint32_t, 1024> LosslessState::kWeights = make_table<weight_of, 0, 8>();
const std::array<uint32_t, 1024> LosslessState::kReciprocals = make_table<reciprocal_of, 1, 1>();

uint64_t LosslessState::memory_bound(int32_t side) {
  const uint64_t pitch = static_cast<uint64_t>(side + 2 * kLosslessMargin),
                 rows = static_cast<uint64_t>(side + 3);
  return pitch * rows * (kLosslessPlanes + kLosslessPlanes - kLosslessFirstCoded) +
         pitch * 2 * sizeof(int16_t) * (1 + kLosslessPredictors) + sizeof(LosslessState);
}

void LosslessState::start_cell(int32_t width, int32_t height) {
  width_ = width;
  height_ = height;
  pitch_ = width + 2 * kLosslessMargin;
  const size_t plane = static_cast<size_t>(pitch_) * static_cast<size_t>(height + 3);
  samples_.assign(plane * kLosslessPlanes, 128);
  magnitudes_.assign(plane * (kLosslessPlanes - kLosslessFirstCoded), 0);
  errors_.resize(static_cast<size_t>(pitch_) * 2);
  costs_.resize(static_cast<size_t>(pitch_) * 2 * kLosslessPredictors);
}

void LosslessState::extend(int32_t plane) {
  for (int32_t y = 0; y < height_; ++y) {
    Pixel* const r = row(plane, y);
    r[-1] = r[0];
    r[width_] = r[width_ - 1];
  }
  const size_t bytes = static_cast<size_t>(width_) + 2;
  std::memcpy(row(plane, -1) - 1, row(plane, 0) - 1, bytes);
  std::memcpy(row(plane, height_) - 1, row(plane, height_ - 1) - 1, bytes);
}

void LosslessState::start_plane(int32_t plane, const int32_t* references, int32_t reference_count,
                                int32_t earlier) {
  plane_ = plane;
  reference_count_ = reference_count;
  for (int32_t i = 0; i < reference_count; ++i) references_[i] = references[i];
  earlier_count = earlier;
  for (int32_t i = 0; i < earlier; ++i) earlier_[i] = magnitude(references[reference_count - earlier + i], 0);
  for (int32_t level = 0; level < kLosslessEnergies; ++level) {
    AdaptiveCdf* const group = models + level * kLosslessStates;
    init_geometric(group, kMeans[earlier > 0 ? 1 : 0][level]);
    for (int32_t i = 1; i < kLosslessStates; ++i) group[i] = group[0];
  }
  std::memset(bias, 0, sizeof(bias));
  std::memset(errors_.data(), 0, errors_.size() * sizeof(int16_t));
  std::memset(costs_.data(), 0, costs_.size() * sizeof(uint16_t));
}

LosslessRow LosslessState::begin_row(int32_t y) {
  LosslessRow r{};
  r.sample = row(plane_, y);
  r.references = reference_count_;
  for (int32_t i = 0; i < reference_count_; ++i) r.reference[i] = row(references_[i], y);
  r.pitch = pitch_;
  r.width = width_;
  r.y = y;
  r.first = y == 0;
  r.magnitude = magnitude(plane_, y);
  r.magnitude_above = r.magnitude - pitch_;
  r.magnitude_above2 = r.magnitude_above - pitch_;
  r.error = error_row(y);
  r.error_above = error_row(y + 1);
  // Beside the picture: to the left what stands above column 0, to the right what stands in the last column.
  const auto border = [this](auto* here, auto* above) {
    here[-1] = here[-2] = above[0];
    above[width_] = above[width_ - 1];
  };
  border(r.error, r.error_above);
  border(r.magnitude, r.magnitude_above);
  for (int32_t i = 0; i < kLosslessPredictors; ++i) {
    r.cost[i] = cost_row(i, y);
    r.cost_above[i] = cost_row(i, y + 1);
    border(r.cost[i], r.cost_above[i]);
  }
  if (y == 0) {
    r.sample[-1] = r.sample[-2] = 128;
    return r;
  }
  Pixel* const above = r.sample - pitch_;
  r.sample[-1] = r.sample[-2] = above[0];
  above[width_] = above[width_ + 1] = above[width_ - 1];
  if (y == 1) std::memcpy(above - pitch_ - 2, above - 2, static_cast<size_t>(width_) + 4);
  return r;
}

void LosslessState::end_plane() {
  for (int32_t y = 0; y < height_; ++y) {
    Pixel* const m = magnitude(plane_, y);
    m[-1] = m[0];
    m[width_] = m[width_ - 1];
  }
  extend(plane_);
}

}  // namespace pc15::entropy
