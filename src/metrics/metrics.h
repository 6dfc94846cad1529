// Quality measures of two 8-bit planes, in double precision.
//
// Deterministic: one fixed order of summation, with a pool or without. All functions are thread-safe and own
// nothing.
// Errors: kInvalidArgument when the planes differ in size, are empty, or a weight is outside its range.
// A refused allocation throws std::bad_alloc, as every Vector does.
#pragma once

#include "base/allocator.h"
#include "base/plane.h"
#include "base/status.h"
#include "base/thread_pool.h"
#include "metrics/ssim_map.h"

namespace pc15::metrics {

// Mean squared error in squared grey levels; exact up to the one final division.
Status mse(PlaneView<const Pixel> a, PlaneView<const Pixel> b, double* out);

// 10 log10(255^2 / MSE) in dB; +infinity for identical planes.
double psnr_from_mse(double mse);
Status psnr(PlaneView<const Pixel> a, PlaneView<const Pixel> b, double* out);

// Mean structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004): Gaussian window 11x11, sigma 1.5,
// K1 = 0.01, K2 = 0.03, L = 255, population variances, averaged over the positions where the whole window
// lies inside the plane. Equals scikit-image's structural_similarity(gaussian_weights=True, sigma=1.5,
// use_sample_covariance=False, data_range=255). An axis shorter than 11 samples is extended by half-sample
// symmetric reflection instead (... b a | a b c ... ) and every position along it counts.
Status ssim(PlaneView<const Pixel> a, PlaneView<const Pixel> b, Memory& memory, double* out);

// PSNR and SSIM of planes of which some rows are held at a time; the figures of the functions above.
class RollingQuality {
 public:
  // Rows of the calls before that a call still reads.
  static constexpr int32_t kReach = RollingSsim::kReach;

  RollingQuality(int32_t width, int32_t height) : ssim_(width, height), width_(width), height_(height) {}
  // Rows up to `last` have come. The views are as wide as the planes.
  void add(const PlaneRows& a, const PlaneRows& b, int32_t last, ThreadPool& pool, Memory& memory);
  // When all rows have come.
  double psnr() const;
  double ssim() const { return ssim_.means().ssim; }

 private:
  RollingSsim ssim_;
  int32_t width_, height_, rows_ = 0;
  uint64_t error_ = 0;
};

// Multi-scale SSIM (Wang, Simoncelli, Bovik 2003): 2x2 mean and decimation between scales (an odd last row or
// column is dropped), contrast-structure at the finer scales, full SSIM at the coarsest, exponents 0.0448,
// 0.2856, 0.3001, 0.2363, 0.1333; a negative mean counts as 0. Planes too small for five scales use the
// scales whose smaller side keeps 11 samples (at least one), with the exponents normalised to sum 1.
Status ms_ssim(PlaneView<const Pixel> a, PlaneView<const Pixel> b, Memory& memory, double* out);

// alpha (1 - SSIM) + (1 - alpha) MSE / 255^2, alpha in 0...1: 0 for identical planes.
Status distortion_mix(PlaneView<const Pixel> a, PlaneView<const Pixel> b, double alpha, Memory& memory,
                      double* out);

// Rounded BT.601 full-range luma of one row of interleaved RGB (channels = 3) or RGBA (4, alpha unused).
void luma_row(const uint8_t* rgb, int32_t channels, int32_t width, Pixel* out);

}  // namespace pc15::metrics
