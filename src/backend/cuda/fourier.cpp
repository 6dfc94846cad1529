#include "backend/cuda/fourier.h"

#if defined(PC15_HAVE_CUFFT)

#include <cufft.h>
#include <dlfcn.h>

#include <initializer_list>

namespace pc15::backend::device {
namespace {

// The functions that are called, with the types of the header.
struct Library {
  Library() {
    for (const char* const name : {"libcufft.so.12", "libcufft.so.11"}) {
      void* const handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
      if (handle == nullptr) continue;
      complete = load(handle, "cufftCreate", &create) && load(handle, "cufftDestroy", &destroy) &&
                 load(handle, "cufftSetAutoAllocation", &set_auto_allocation) &&
                 load(handle, "cufftMakePlanMany", &make_plan_many) &&
                 load(handle, "cufftSetStream", &set_stream) &&
                 load(handle, "cufftSetWorkArea", &set_work_area) &&
                 load(handle, "cufftExecD2Z", &exec_d2z) && load(handle, "cufftExecZ2Z", &exec_z2z);
      if (complete) return;  // it stays: its threads and contexts outlive every session
      dlclose(handle);
    }
  }
  template <typename F>
  static bool load(void* handle, const char* name, F* function) {
    *function = reinterpret_cast<F>(dlsym(handle, name));
    return *function != nullptr;
  }

  bool complete = false;
  decltype(&cufftCreate) create = nullptr;
  decltype(&cufftDestroy) destroy = nullptr;
  decltype(&cufftSetAutoAllocation) set_auto_allocation = nullptr;
  decltype(&cufftMakePlanMany) make_plan_many = nullptr;
  decltype(&cufftSetStream) set_stream = nullptr;
  decltype(&cufftSetWorkArea) set_work_area = nullptr;
  decltype(&cufftExecD2Z) exec_d2z = nullptr;
  decltype(&cufftExecZ2Z) exec_z2z = nullptr;
};

const Library& library() {
  static const Library loaded;
  return loaded;
}

// `name` of the function for the message, a literal.
#define PC15_CUFFT(name, call)                                                      \
  do {                                                                              \
    const cufftResult pc15_result_ = call;                                          \
    if (pc15_result_ != CUFFT_SUCCESS) {                                            \
      static_cast<void>(cudaGetLastError());                                        \
      return Status(Code::kDevice, name " failed with CUDA error (cuFFT) %" PRId64, \
                    static_cast<int64_t>(pc15_result_));                            \
    }                                                                               \
  } while (0)

}  // namespace

bool Fourier::available() { return library().complete; }

void Fourier::drop(Plan* p) {
  if (p->shape.batch != 0) static_cast<void>(library().destroy(p->handle));
  *p = Plan();
}

void Fourier::close() {
  for (Plan& p : plans_) drop(&p);
}

// The area is the caller's, so that all plans share one.
Status Fourier::make(const Shape& shape, Plan* p) {
  PC15_CUFFT("cufftCreate", library().create(&p->handle));
  p->shape.batch = shape.batch;  // from now on there is something to drop
  PC15_CUFFT("cufftSetAutoAllocation", library().set_auto_allocation(p->handle, 0));
  const int nx = shape.nx, ny = shape.ny;
  int size[] = {ny, nx}, in[] = {ny, shape.complex ? nx : nx + 2},
      out[] = {ny, shape.complex ? nx : nx / 2 + 1};
  size_t area = 0;
  PC15_CUFFT("cufftMakePlanMany",
             library().make_plan_many(p->handle, 2, size, in, 1, in[0] * in[1], out, 1, out[0] * out[1],
                                      shape.complex ? CUFFT_Z2Z : CUFFT_D2Z, shape.batch, &area));
  p->shape = shape;
  p->area_bytes = static_cast<int64_t>(area);
  return ok_status();
}

Status Fourier::plan(const Shape& shape, int32_t* plan, int64_t* area_bytes) {
  int32_t place = 0;
  for (int32_t i = 0; i < kPlans; ++i) {
    const Plan& p = plans_[i];
    if (p.shape == shape) {
      place = i;
      break;
    }
    if (p.used < plans_[place].used) place = i;
  }
  Plan& p = plans_[place];
  if (!(p.shape == shape)) {
    drop(&p);
    PC15_TRY(make(shape, &p));
  }
  p.used = ++uses_;
  *plan = place;
  *area_bytes = p.area_bytes;
  return ok_status();
}

Status Fourier::prepare(int32_t plan, cudaStream_t stream, void* area) {
  PC15_CUFFT("cufftSetStream", library().set_stream(plans_[plan].handle, stream));
  PC15_CUFFT("cufftSetWorkArea", library().set_work_area(plans_[plan].handle, area));
  return ok_status();
}

Status Fourier::run(int32_t plan, cudaStream_t stream, double* data, void* area) {
  PC15_TRY(prepare(plan, stream, area));
  PC15_CUFFT("cufftExecD2Z",
             library().exec_d2z(plans_[plan].handle, data, reinterpret_cast<cufftDoubleComplex*>(data)));
  return ok_status();
}

Status Fourier::run_complex(int32_t plan, cudaStream_t stream, void* data, bool inverse, void* area) {
  PC15_TRY(prepare(plan, stream, area));
  cufftDoubleComplex* const values = static_cast<cufftDoubleComplex*>(data);
  PC15_CUFFT("cufftExecZ2Z", library().exec_z2z(plans_[plan].handle, values, values,
                                                inverse ? CUFFT_INVERSE : CUFFT_FORWARD));
  return ok_status();
}

}  // namespace pc15::backend::device

#else  // built without the header of cuFFT

namespace pc15::backend::device {

bool Fourier::available() { return false; }
void Fourier::close() {}
Status Fourier::plan(const Shape&, int32_t*, int64_t*) {
  return Status(Code::kInternal, "libpc15-cuda was built without cuFFT");
}
Status Fourier::run(int32_t, cudaStream_t, double*, void*) {
  return Status(Code::kInternal, "libpc15-cuda was built without cuFFT");
}
Status Fourier::run_complex(int32_t, cudaStream_t, void*, bool, void*) {
  return Status(Code::kInternal, "libpc15-cuda was built without cuFFT");
}

}  // namespace pc15::backend::device

#endif
