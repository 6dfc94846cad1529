// Metrics of two planes: argument checks around src/metrics.
#include "api/guard.h"
#include "api/image_view.h"
#include "metrics/metrics.h"
#include "pc15.h"

using namespace pc15;  // NOLINT: the definitions below are the C API
using namespace pc15::api;

namespace pc15::api {
namespace {

struct PlanePair {
  PlaneView<const Pixel> a, b;
};

// Views both planes and runs `measure(pair, memory, &value)`.
template <typename Measure>
pc15_status compare(const uint8_t* a, size_t a_size, int64_t a_stride, const uint8_t* b, size_t b_size,
                    int64_t b_stride, uint32_t width, uint32_t height, double* result, Measure measure) {
  if (a == nullptr || b == nullptr || result == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  Memory memory;
  return guarded(memory,
                 [&]() -> Status {
                   PlanePair pair;
                   double value = 0.0;
                   PC15_TRY(view_plane(a, a_size, width, height, a_stride, &pair.a));
                   PC15_TRY(view_plane(b, b_size, width, height, b_stride, &pair.b));
                   PC15_TRY(measure(pair, memory, &value));
                   *result = value;
                   return ok_status();
                 })
      .value();
}

}  // namespace
}  // namespace pc15::api

extern "C" {

pc15_status pc15_metric_mse(const uint8_t* a, size_t a_size, int64_t a_stride, const uint8_t* b,
                            size_t b_size, int64_t b_stride, uint32_t width, uint32_t height,
                            double* result) {
  return compare(a, a_size, a_stride, b, b_size, b_stride, width, height, result,
                 [](const PlanePair& p, Memory&, double* v) { return metrics::mse(p.a, p.b, v); });
}

pc15_status pc15_metric_psnr(const uint8_t* a, size_t a_size, int64_t a_stride, const uint8_t* b,
                             size_t b_size, int64_t b_stride, uint32_t width, uint32_t height,
                             double* result) {
  return compare(a, a_size, a_stride, b, b_size, b_stride, width, height, result,
                 [](const PlanePair& p, Memory&, double* v) { return metrics::psnr(p.a, p.b, v); });
}

pc15_status pc15_metric_ssim(const uint8_t* a, size_t a_size, int64_t a_stride, const uint8_t* b,
                             size_t b_size, int64_t b_stride, uint32_t width, uint32_t height,
                             double* result) {
  return compare(
      a, a_size, a_stride, b, b_size, b_stride, width, height, result,
      [](const PlanePair& p, Memory& memory, double* v) { return metrics::ssim(p.a, p.b, memory, v); });
}

pc15_status pc15_metric_ms_ssim(const uint8_t* a, size_t a_size, int64_t a_stride, const uint8_t* b,
                                size_t b_size, int64_t b_stride, uint32_t width, uint32_t height,
                                double* result) {
  return compare(
      a, a_size, a_stride, b, b_size, b_stride, width, height, result,
      [](const PlanePair& p, Memory& memory, double* v) { return metrics::ms_ssim(p.a, p.b, memory, v); });
}

pc15_status pc15_metric_distortion(const uint8_t* a, size_t a_size, int64_t a_stride, const uint8_t* b,
                                   size_t b_size, int64_t b_stride, uint32_t width, uint32_t height,
                                   double alpha, double* result) {
  if (!(alpha >= 0.0 && alpha <= 1.0)) return PC15_ERROR_OUT_OF_RANGE;
  return compare(a, a_size, a_stride, b, b_size, b_stride, width, height, result,
                 [alpha](const PlanePair& p, Memory& memory, double* v) {
                   return metrics::distortion_mix(p.a, p.b, alpha, memory, v);
                 });
}

}  // extern "C"
