// cuFFT on the host: the columns first, then the rows, by halves until one value is left, which is neither
// the order nor the arithmetic of the processor's transform. Its calls are counted, and fail, with those of
// the runtime (mock_cuda.h).
#include <cufft.h>

#include <cmath>
#include <complex>
#include <cstring>
#include <map>
#include <vector>

#include "mock_cuda.h"

namespace {

using Complex = std::complex<double>;

struct Plan {
  int nx = 0, ny = 0, batch = 0;
  cufftType type = CUFFT_D2Z;
  bool automatic = true;
  cudaStream_t stream = nullptr;
  void* area = nullptr;
};
std::map<int, Plan> plans;
int last = 0;

constexpr size_t kAreaBytes = 4096;  // of any plan; written all over

// Every call passes here first.
bool refused() { return mock_cuda_call() != 0; }

Plan* plan_of(cufftHandle handle) {
  const auto found = plans.find(handle);
  return found != plans.end() ? &found->second : nullptr;
}

// exp(-2 pi i k / n), of the largest n that was asked for.
const Complex& turned(size_t k, size_t n) {
  static std::vector<Complex> circle;
  if (circle.size() < n) {
    circle.resize(n);
    for (size_t i = 0; i < n; ++i) {
      const double turn = 2 * std::acos(-1.0) * static_cast<double>(i) / static_cast<double>(n);
      circle[i] = Complex(std::cos(turn), -std::sin(turn));
    }
  }
  return circle[k * (circle.size() / n)];
}

// n values, `stride` apart, into out.
void halves(const Complex* in, size_t n, size_t stride, Complex* out) {
  if (n == 1) {
    out[0] = in[0];
    return;
  }
  const size_t half = n / 2;
  halves(in, half, 2 * stride, out);
  halves(in + stride, half, 2 * stride, out + half);
  for (size_t k = 0; k < half; ++k) {
    const Complex& t = turned(k, n);
    const Complex v = out[half + k];
    const Complex odd(v.real() * t.real() - v.imag() * t.imag(), v.real() * t.imag() + v.imag() * t.real());
    out[half + k] = out[k] - odd;
    out[k] += odd;
  }
}

// What another library might add: up to mock_cuda::unlike of the root of all powers, to every bin.
double unlike(size_t number, double scale) {
  return scale * (static_cast<double>((number * 2654435761u >> 7) % 2001) / 1000 - 1);
}

void transform(const Plan& p, double* data) {
  const size_t nx = static_cast<size_t>(p.nx), ny = static_cast<size_t>(p.ny), row = nx + 2;
  std::vector<Complex> plane(nx * ny), line(ny > nx ? ny : nx), image(line.size());
  double squares = 0;
  for (size_t i = 0; i < nx; ++i) {
    for (size_t j = 0; j < ny; ++j) {
      line[j] = data[j * row + i];
      squares += std::norm(line[j]);
    }
    halves(line.data(), ny, 1, image.data());
    for (size_t j = 0; j < ny; ++j) plane[j * nx + i] = image[j];
  }
  const double scale = mock_cuda_state()->unlike * std::sqrt(squares * static_cast<double>(nx * ny));
  for (size_t j = 0; j < ny; ++j) {
    halves(plane.data() + j * nx, nx, 1, image.data());
    for (size_t u = 0; u <= nx / 2; ++u) {
      data[j * row + 2 * u] = image[u].real() + unlike(2 * (j * nx + u), scale);
      data[j * row + 2 * u + 1] = image[u].imag() + unlike(2 * (j * nx + u) + 1, scale);
    }
  }
}

// The inverse is the forward transform of conjugates, conjugated. Errors are a share of the root of the mean
// power.
void transform_complex(const Plan& p, Complex* data, bool inverse) {
  const size_t nx = static_cast<size_t>(p.nx), ny = static_cast<size_t>(p.ny);
  std::vector<Complex> line(ny), image(nx > ny ? nx : ny);
  double squares = 0;
  for (size_t i = 0; i < nx; ++i) {
    for (size_t j = 0; j < ny; ++j) line[j] = inverse ? std::conj(data[j * nx + i]) : data[j * nx + i];
    for (const Complex& v : line) squares += std::norm(v);
    halves(line.data(), ny, 1, image.data());
    for (size_t j = 0; j < ny; ++j) data[j * nx + i] = image[j];
  }
  const double scale = mock_cuda_state()->unlike * std::sqrt(squares);
  for (size_t j = 0; j < ny; ++j) {
    halves(data + j * nx, nx, 1, image.data());
    for (size_t i = 0; i < nx; ++i) {
      const size_t n = 2 * (j * nx + i);
      const Complex v = image[i] + Complex(unlike(n, scale), unlike(n + 1, scale));
      data[j * nx + i] = inverse ? std::conj(v) : v;
    }
  }
}

}  // namespace

cufftResult cufftCreate(cufftHandle* plan) {
  if (refused()) return CUFFT_INTERNAL_ERROR;
  plans[++last] = Plan();
  *plan = last;
  ++mock_cuda_state()->allocations;
  return CUFFT_SUCCESS;
}
// Gives the plan back even when it is to fail, as cudaFree() does.
cufftResult cufftDestroy(cufftHandle plan) {
  if (plans.erase(plan) == 1) --mock_cuda_state()->allocations;
  return refused() ? CUFFT_INTERNAL_ERROR : CUFFT_SUCCESS;
}
cufftResult cufftSetAutoAllocation(cufftHandle plan, int on) {
  if (refused()) return CUFFT_INTERNAL_ERROR;
  if (plan_of(plan) == nullptr) return CUFFT_INVALID_PLAN;
  plan_of(plan)->automatic = on != 0;
  return CUFFT_SUCCESS;
}
cufftResult cufftMakePlanMany(cufftHandle plan, int rank, int* n, int* inembed, int istride, int idist,
                              int* onembed, int ostride, int odist, cufftType type, int batch,
                              size_t* work_size) {
  if (refused()) return CUFFT_ALLOC_FAILED;
  Plan* const p = plan_of(plan);
  if (p == nullptr || p->automatic || p->batch != 0) return CUFFT_INVALID_PLAN;
  // The layouts that are known here.
  const bool complex = type == CUFFT_Z2Z;
  const int in = complex ? n[1] : n[1] + 2, out = complex ? n[1] : n[1] / 2 + 1;
  const bool known = rank == 2 && (complex || type == CUFFT_D2Z) && batch > 0 && inembed[1] == in &&
                     istride == 1 && idist == n[0] * in && onembed[1] == out && ostride == 1 &&
                     odist == n[0] * out;
  if (!known) return CUFFT_INVALID_VALUE;
  p->ny = n[0];
  p->nx = n[1];
  p->batch = batch;
  p->type = type;
  *work_size = kAreaBytes;
  ++mock_cuda_state()->plans;
  return CUFFT_SUCCESS;
}
cufftResult cufftSetStream(cufftHandle plan, cudaStream_t stream) {
  if (refused()) return CUFFT_INTERNAL_ERROR;
  if (plan_of(plan) == nullptr || stream == nullptr) return CUFFT_INVALID_PLAN;
  plan_of(plan)->stream = stream;
  return CUFFT_SUCCESS;
}
cufftResult cufftSetWorkArea(cufftHandle plan, void* area) {
  if (refused()) return CUFFT_INTERNAL_ERROR;
  if (plan_of(plan) == nullptr || area == nullptr) return CUFFT_INVALID_PLAN;
  plan_of(plan)->area = area;
  return CUFFT_SUCCESS;
}
// A plan that is complete, in place; its area is written all over.
static const Plan* plan_to_run(cufftHandle plan, cufftType type, const void* in, const void* out) {
  const Plan* const p = plan_of(plan);
  if (p == nullptr || p->stream == nullptr || p->area == nullptr || p->type != type || in != out)
    return nullptr;
  std::memset(p->area, 0xC3, kAreaBytes);
  ++mock_cuda_state()->transforms;
  return p;
}
cufftResult cufftExecD2Z(cufftHandle plan, cufftDoubleReal* in, cufftDoubleComplex* out) {
  if (refused()) return CUFFT_EXEC_FAILED;
  const Plan* const p = plan_to_run(plan, CUFFT_D2Z, in, out);
  if (p == nullptr) return CUFFT_INVALID_VALUE;
  for (int b = 0; b < p->batch; ++b) transform(*p, in + static_cast<long>(b) * p->ny * (p->nx + 2));
  return CUFFT_SUCCESS;
}
cufftResult cufftExecZ2Z(cufftHandle plan, cufftDoubleComplex* in, cufftDoubleComplex* out, int direction) {
  if (refused()) return CUFFT_EXEC_FAILED;
  const Plan* const p = plan_to_run(plan, CUFFT_Z2Z, in, out);
  if (p == nullptr) return CUFFT_INVALID_VALUE;
  Complex* const data = reinterpret_cast<Complex*>(in);
  for (int b = 0; b < p->batch; ++b)
    transform_complex(*p, data + static_cast<long>(b) * p->ny * p->nx, direction == CUFFT_INVERSE);
  return CUFFT_SUCCESS;
}
