// What the residual will cost, roughly: the judge of programs when a residual follows.
#pragma once

#include <algorithm>
#include <functional>

#include "base/allocator.h"
#include "base/plane.h"
#include "enc/plane_sketch.h"

namespace pc15::enc {

struct ProxyRate {
  double without = 0;  // bits of the plane when blocks are predicted from their neighbours only
  double with = 0;     // bits when each block may also take `prediction`
};

// Blocks of 8 x 8 samples in a rectangle, row by row; incomplete ones at the right and bottom are left out.
enum : int32_t { kProxySide = 8 };
// block(x, y), relative to the rectangle, for every n-th block.
template <class Block>
void for_proxy_blocks(const Rect& rect, int32_t every, const Block& block) {
  int64_t number = 0;
  for (int32_t y = 0; y + kProxySide <= rect.height; y += kProxySide) {
    for (int32_t x = 0; x + kProxySide <= rect.width; x += kProxySide) {
      if (number++ % every == 0) block(x, y);
    }
  }
}
// Every how many blocks of a luma region, when they are to be about 1024.
inline int32_t proxy_distance(const Rect& luma) {
  const int64_t blocks = int64_t{luma.width} * luma.height / (kProxySide * kProxySide);
  return static_cast<int32_t>(std::max<int64_t>(1, blocks / 1024));
}

// The samples that predict the block at (x, y) of a rectangle.
using ProxyPrediction = std::function<PlaneView<const Pixel>(int32_t x, int32_t y)>;
// Adds the estimate for a rectangle of a plane to *rate. `step` is the residual's quantiser step. `every` > 1
// looks at every n-th block only and scales up.
void add_proxy_rate(const SearchPlane& plane, const Rect& rect, const ProxyPrediction& prediction,
                    double step, int32_t every, ProxyRate* rate);
// The same of a plane and a prediction of all of it.
inline void add_proxy_rate(PlaneView<const Pixel> source, PlaneView<const Pixel> prediction, double step,
                           int32_t every, ProxyRate* rate) {
  add_proxy_rate(
      source, Rect{0, 0, source.width, source.height},
      [&](int32_t x, int32_t y) { return prediction.window(x, y, kProxySide, kProxySide); }, step, every,
      rate);
}

// The same estimate for many predictions of one plane: on bands of eight rows, of which the prediction from
// neighbours is priced once.
class ProxyBands {
 public:
  explicit ProxyBands(Memory& memory) : intra_(memory) {}
  // Bands that hold about `blocks` blocks in all.
  void start(PlaneView<const Pixel> source, double step, int32_t blocks);
  double without() const { return without_; }  // bits of the plane
  int32_t count() const;
  int32_t top(int32_t band) const;  // its first row
  static constexpr int32_t kRows = 8;
  // Bits that a prediction of this band's rows saves, in the rows that the band stands for.
  double saved(int32_t band, PlaneView<const Pixel> prediction) const;

 private:
  PlaneView<const Pixel> source_;
  Vector<double> intra_;  // bits per block, band after band
  double without_ = 0, inverse_step_ = 1;
  int32_t every_ = 1;
};

}  // namespace pc15::enc
