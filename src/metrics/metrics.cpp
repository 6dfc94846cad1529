// MSE is summed exactly in integers. MS-SSIM keeps its reduced planes as float: a mean of 4^k samples of 8
// bits needs 8 + 2k bits, at most 16, so nothing is rounded.
#include "metrics/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/bands.h"
#include "metrics/ssim_map.h"

namespace pc15::metrics {
namespace {

constexpr int32_t kWindow = 11;
constexpr int32_t kScales = 5;
constexpr double kExponents[kScales] = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333};

Status check_planes(PlaneView<const Pixel> a, PlaneView<const Pixel> b) {
  PC15_FAIL_IF(a.data == nullptr || b.data == nullptr, Code::kInvalidArgument, "a plane is missing");
  PC15_FAIL_IF(a.width <= 0 || a.height <= 0, Code::kInvalidArgument,
               "a plane of %" PRId64 "x%" PRId64 " samples has nothing to compare", a.width, a.height);
  PC15_FAIL_IF(a.width != b.width, Code::kInvalidArgument,
               "the planes differ in width: %" PRId64 " and %" PRId64 " samples", a.width, b.width);
  PC15_FAIL_IF(a.height != b.height, Code::kInvalidArgument,
               "the planes differ in height: %" PRId64 " and %" PRId64 " rows", a.height, b.height);
  return ok_status();
}

uint64_t squared_error(PlaneView<const Pixel> a, PlaneView<const Pixel> b) {
  uint64_t total = 0;
  for (int32_t y = 0; y < a.height; ++y) {
    const Pixel *pa = a.row(y), *pb = b.row(y);
    uint64_t sum = 0;
    for (int32_t x = 0; x < a.width; ++x) {
      const int32_t d = static_cast<int32_t>(pa[x]) - pb[x];
      sum += static_cast<uint32_t>(d * d);
    }
    total += sum;
  }
  return total;
}

// Mean of 2x2 samples; the caller has made sure that both sides are at least 2.
template <typename T>
PlaneView<float> halve(PlaneView<const T> in, Vector<float>* storage) {
  const int32_t width = in.width / 2, height = in.height / 2;
  storage->assign(static_cast<size_t>(width) * static_cast<size_t>(height), 0.0f);
  const PlaneView<float> out{storage->data(), width, height, width};
  for (int32_t y = 0; y < height; ++y) {
    const T *top = in.row(2 * y), *bottom = in.row(2 * y + 1);
    for (int32_t x = 0; x < width; ++x) {
      const float upper = static_cast<float>(top[2 * x]) + static_cast<float>(top[2 * x + 1]);
      const float lower = static_cast<float>(bottom[2 * x]) + static_cast<float>(bottom[2 * x + 1]);
      out.at(x, y) = (upper + lower) * 0.25f;
    }
  }
  return out;
}

int32_t scale_count(int32_t smaller_side) {
  int32_t n = 1;
  while (n < kScales && smaller_side >> n >= kWindow) ++n;
  return n;
}

// The float scales of one plane: two buffers, used in turn.
class Pyramid {
 public:
  explicit Pyramid(Memory& memory) : even_(memory), odd_(memory) {}
  PlaneView<const float> first(PlaneView<const Pixel> plane) { return view_ = halve(plane, &odd_); }
  PlaneView<const float> next() {
    in_odd_ = !in_odd_;
    return view_ = halve(PlaneView<const float>(view_), in_odd_ ? &odd_ : &even_);
  }

 private:
  Vector<float> even_, odd_;
  PlaneView<float> view_;
  bool in_odd_ = true;
};

}  // namespace

Status mse(PlaneView<const Pixel> a, PlaneView<const Pixel> b, double* out) {
  PC15_TRY(check_planes(a, b));
  *out = static_cast<double>(squared_error(a, b)) / (static_cast<double>(a.width) * a.height);
  return ok_status();
}

double psnr_from_mse(double mse) {
  return mse > 0 ? 10 * std::log10(255.0 * 255.0 / mse) : std::numeric_limits<double>::infinity();
}

Status psnr(PlaneView<const Pixel> a, PlaneView<const Pixel> b, double* out) {
  double error = 0;
  PC15_TRY(mse(a, b, &error));
  *out = psnr_from_mse(error);
  return ok_status();
}

Status ssim(PlaneView<const Pixel> a, PlaneView<const Pixel> b, Memory& memory, double* out) {
  PC15_TRY(check_planes(a, b));
  *out = ssim_means(a, b, memory).ssim;
  return ok_status();
}

void RollingQuality::add(const PlaneRows& a, const PlaneRows& b, int32_t last, ThreadPool& pool,
                         Memory& memory) {
  const int32_t begin = rows_;
  error_ += sum_bands<uint64_t>(pool, memory, last - begin, [&](int32_t first, int32_t end) {
    return squared_error(a.view.window(0, begin + first - a.top, width_, end - first),
                         b.view.window(0, begin + first - b.top, width_, end - first));
  });
  rows_ = last;
  ssim_.add(a, b, last, pool, memory);
}

double RollingQuality::psnr() const {
  return psnr_from_mse(static_cast<double>(error_) / (static_cast<double>(width_) * height_));
}

Status ms_ssim(PlaneView<const Pixel> a, PlaneView<const Pixel> b, Memory& memory, double* out) {
  PC15_TRY(check_planes(a, b));
  const int32_t scales = scale_count(std::min(a.width, a.height));
  double exponent_sum = 0;
  for (int32_t k = 0; k < scales; ++k) exponent_sum += kExponents[k];
  Pyramid pyramid_a(memory), pyramid_b(memory);
  double product = 1;
  for (int32_t k = 0; k < scales; ++k) {
    const SsimMeans means = k == 0   ? ssim_means(a, b, memory)
                            : k == 1 ? ssim_means(pyramid_a.first(a), pyramid_b.first(b), memory)
                                     : ssim_means(pyramid_a.next(), pyramid_b.next(), memory);
    const double mean = k + 1 == scales ? means.ssim : means.contrast_structure;
    product *= std::pow(std::max(mean, 0.0), kExponents[k] / exponent_sum);
  }
  *out = product;
  return ok_status();
}

Status distortion_mix(PlaneView<const Pixel> a, PlaneView<const Pixel> b, double alpha, Memory& memory,
                      double* out) {
  PC15_FAIL_IF(!(alpha >= 0 && alpha <= 1), Code::kInvalidArgument, "alpha must lie in 0...1");
  double error = 0, similarity = 0;
  PC15_TRY(mse(a, b, &error));
  PC15_TRY(ssim(a, b, memory, &similarity));
  *out = alpha * (1 - similarity) + (1 - alpha) * error / (255.0 * 255.0);
  return ok_status();
}

void luma_row(const uint8_t* rgb, int32_t channels, int32_t width, Pixel* out) {
  for (int32_t x = 0; x < width; ++x, rgb += channels) {
    // 0.299 R + 0.587 G + 0.114 B in thousandths: exact, halves round up.
    out[x] = static_cast<Pixel>((299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] + 500) / 1000);
  }
}

}  // namespace pc15::metrics
